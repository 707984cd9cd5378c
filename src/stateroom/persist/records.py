r"""The one form in which a slice is stored: a JSON text that says whether it is whole.

    {"stateroom":1,"sum":"5b0c...","key":"careers:p:device:roles","version":2,
     "revision":17,"writer":"a1b2c3d4e5f6","at":1764123456789,
     "state":{"selected":["Cook"]}}

There are no spaces and no line breaks between the parts. The first bytes are exactly
``{"stateroom":1,"sum":"``, 32 hexadecimal digits and ``",``; the sum covers all bytes
after that. So a record that was cut off, mixed with another one or changed on the disk
is told from a whole one before anything is parsed. Whatever was once written stays
readable: ``tests/golden`` has a file of every form.

Nothing here raises anything but the errors that are named, whatever the bytes are.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from stateroom.errors import CorruptRecord, NewerRecord, NotPlain
from stateroom.store.nesting import refuse_deep

__all__ = ("FORMAT", "Record", "compose", "decode_record", "encode_record")

FORMAT: Final = 1
"""The number of the form that is written."""
_HEAD: Final = b'{"stateroom":1,"sum":"'
_DIGITS: Final = 32
_BODY: Final = len(_HEAD) + _DIGITS + len(b'",')
_NEWER: Final = re.compile(rb'\{"stateroom":([2-9]|[1-9][0-9]{1,8})[,}]')
_SUM_BYTES: Final = 16
"""128 bits: no damage, and no other record, has the same sum by chance."""
_LARGEST: Final = 2**53
"""Above it JavaScript's numbers skip some; no counter of ours comes near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is stored of one slice.

    Attributes:
        key: under which it is stored.
        version: of the slice's schema when it was written.
        revision: goes up by one with every write, by anybody; never down.
        writer: names the process, or tab, that wrote it.
        at: when it was written, in milliseconds since 1970.
        state: the plain form: field -> value; or of the whole value.
        owner: whose it is; empty for the device's.
        until: when it is to be erased, in milliseconds since 1970; None for never.
        buster: discards records that were written with another one.
        is_purged: whether it says that there is nothing any more.
        is_whole: whether ``state`` is one value, and not fields.
        gone: fields of the initial state that were deleted from this one.
    """

    key: str
    version: int
    revision: int
    writer: str
    at: int
    state: object = field(default_factory=dict)
    owner: str = ""
    until: int | None = None
    buster: str = ""
    is_purged: bool = False
    is_whole: bool = False
    gone: tuple[str, ...] = ()


def encode_record(record: Record) -> bytes:
    """Return the bytes of a record.

    Raises:
        ValueError: its state is not what ``json.dumps`` can write.
    """
    return compose(record, text_of(record.state))


def text_of(plain: object) -> str:
    """Return the JSON text of plain data, as it stands in a record.

    Raises:
        ValueError: it has a number that JSON has not, or contains itself.
    """
    # Escaped surrogates are kept apart: UTF-8 has none.
    text = _encode(plain)
    if text.isascii():
        return text
    return _SURROGATES.sub(lambda hit: f"\\u{ord(hit[0]):04x}", text)


# Made once: json.dumps makes an encoder in every call, a third of a small text's time.
_encode: Final = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False
).encode
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def compose(record: Record, state: str) -> bytes:
    """Return the bytes of a record whose state is JSON text already.

    Args:
        record: all but its ``state``, which is not looked at.
        state: the text of the state.

    Raises:
        NotPlain: it is nested too deeply to be read again in a page, where this runs.
    """
    header: dict[str, object] = {
        "key": record.key,
        "version": record.version,
        "revision": record.revision,
        "writer": record.writer,
        "at": record.at,
    }
    header |= {
        name: value
        for name, value in (
            ("owner", record.owner),
            ("until", record.until),
            ("buster", record.buster),
            ("purged", record.is_purged),
            ("whole", record.is_whole),
            ("gone", list(record.gone)),
        )
        if value
    }
    body = f'{text_of(header)[1:-1]},"state":{state}}}'.encode()
    data = b"".join((_HEAD, _sum(body).encode(), b'",', body))
    try:
        refuse_deep(data)
    except ValueError as error:
        raise NotPlain(
            f"{record.key}: {error}",
            hint="keep long chains as a list, and trees as a mapping from id to node",
        ) from error
    return data


def decode_record(
    data: bytes,
    *,
    key: str,
    limit: int,
    loads: Callable[[bytes], object] = json.loads,
) -> Record:
    """Return the record that the bytes are.

    Args:
        data: as they were stored.
        key: under which they were found; another record's bytes are none of this.
        limit: how many bytes a record may have.
        loads: reads the JSON text, when it is known to be whole.

    Raises:
        CorruptRecord: they are no whole record, too many, or of another key.
        NewerRecord: a newer release wrote them, in a form that is unknown here.
    """
    if len(data) > limit:
        raise _corrupt(key, f"it is larger than {limit:,} bytes")
    if not data.startswith(_HEAD):
        raise _foreign(data, key)
    body = data[_BODY:]
    if data[len(_HEAD) : _BODY] != f'{_sum(body)}",'.encode():
        raise _corrupt(key, "its checksum does not fit: it was cut off or changed")
    try:
        refuse_deep(data)
        found = loads(data)
    except (ValueError, RecursionError) as error:
        raise _corrupt(key, f"it is no JSON that can be read: {error}") from error
    return _judged(cast("dict[str, object]", found), key)


def _judged(found: Mapping[str, object], key: str) -> Record:
    """Return a record of what its checksum says is as it was written."""
    record = Record(
        key=_text(found, "key", key),
        version=_number(found, "version", key),
        revision=_number(found, "revision", key),
        writer=_text(found, "writer", key),
        at=_number(found, "at", key),
        state=found.get("state"),
        owner=_text(found, "owner", key, default=""),
        until=_number(found, "until", key) if "until" in found else None,
        buster=_text(found, "buster", key, default=""),
        is_purged=found.get("purged") is True,
        is_whole=found.get("whole") is True,
        gone=_names(found, "gone", key),
    )
    if record.key != key:
        raise _corrupt(key, f"it is the record of {record.key!r:.200}")
    if record.is_purged or record.is_whole:
        return record
    if not isinstance(record.state, dict):
        raise _corrupt(key, "its state has no fields")
    return record


def _text(
    found: Mapping[str, object], name: str, key: str, *, default: str | None = None
) -> str:
    value = found.get(name, default)
    if not isinstance(value, str):
        raise _corrupt(key, f"its {name} is no text")
    return value


def _number(found: Mapping[str, object], name: str, key: str) -> int:
    value = found.get(name)
    if type(value) is not int or not -_LARGEST <= value <= _LARGEST:
        raise _corrupt(key, f"its {name} is no whole number")
    return value


def _names(found: Mapping[str, object], name: str, key: str) -> tuple[str, ...]:
    value = found.get(name, ())
    if not isinstance(value, list | tuple) or not all(
        isinstance(each, str) for each in value
    ):
        raise _corrupt(key, f"its {name} are no names")
    return tuple(value)


def _foreign(data: bytes, key: str) -> CorruptRecord | NewerRecord:
    """Say what bytes are that do not begin as a record does."""
    newer = _NEWER.match(data)
    if newer is not None:
        return NewerRecord(
            f"{key}: the record has form {int(newer[1])}; this release knows {FORMAT}",
            key=key,
            hint="it is left as it is; update the application to use it again",
        )
    shown = data[:24].decode("utf-8", "replace")
    return _corrupt(key, f"it does not begin as a record does, but with {shown!r}")


def _corrupt(key: str, reason: str) -> CorruptRecord:
    return CorruptRecord(f"{key}: the record is damaged: {reason}", key=key)


def _sum(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=_SUM_BYTES).hexdigest()
