"""How values of an annotated type become bytes, and how bytes become values again.

Nothing is guessed from a value, and nothing is executed to read one: what comes out of
the cache is a value of the annotated type, or ``DecodeError``, which is a miss. msgspec
writes MessagePack; where a Pydantic model stands in the annotation, Pydantic writes
JSON. An instance of a subclass is written as the annotated class; an aware time comes
back in UTC from MessagePack, as the same moment.

Codecs are safe to share between threads, as msgspec's encoders and Pydantic's are.
"""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar, cast, final

import msgspec
from msgspec import inspect as shapes

from stateroom.codec import typing_tree
from stateroom.codec.likeness import unlike
from stateroom.codec.outlines import every, is_frozen, outline
from stateroom.errors import InvalidValue, UsageError

__all__ = ("MISSING", "MSGPACK", "PYDANTIC", "Codec", "DecodeError", "codec_for")

T = TypeVar("T")

MISSING: Final = inspect.Signature.empty
"""Given as the annotation of a function that has none."""
MSGPACK, PYDANTIC = 1, 2
"""Codecs by their numbers in an entry's envelope. None is ever used again."""
FORMAT = 1
"""Goes up when the same value of the same type is to be written in another way."""
VERSION = re.compile(r"[a-z0-9]{1,15}")
HEX_DIGITS = 15
LONGEST_SHOWN = 120
UNREADABLE: dict[type, type] = {
    shapes.RawType: msgspec.Raw,
    shapes.ExtType: msgspec.msgpack.Ext,
    shapes.MemoryViewType: memoryview,
}
"""Known to msgspec, but bound to the buffer that they were read from."""
NOT_BUILT = (
    f"{typing_tree.RETURN_FIELDS}; classes in a union are Structs with tag=True, "
    "and beside a Pydantic model stand models, dataclasses and typed dicts"
)


class DecodeError(ValueError):
    """Bytes are not a value of the type. Never leaves the cache: it is a miss."""


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Codec(Generic[T]):
    """Writes and reads the values of one annotated type.

    Attributes:
        id: ``MSGPACK`` or ``PYDANTIC``.
        fingerprint: 1 to 16 of a-z and 0-9; another one when the type's fields change.
        is_immutable: whether one value may be handed to many callers.
        is_loose: whether bytes may not tell which type a part had, so that ``settle``
            compares.
        where: what declares the type, e.g. ``"app.jobs.search_jobs"``.
        shown: the annotation, as messages show it.
        pack: the encoder, which may raise anything.
        unpack: the decoder, which may raise anything.
    """

    id: int
    fingerprint: str
    is_immutable: bool
    is_loose: bool
    where: str
    shown: str
    pack: Callable[[object], bytes]
    unpack: Callable[[bytes], object]

    def encode(self, value: T) -> bytes:
        """Return the bytes of a value.

        Raises:
            UsageError: it is none of the annotated type.
        """
        try:
            return self.pack(value)
        except Exception as error:
            raise self._unfit(value, str(error)) from error

    def decode(self, data: bytes) -> T:
        """Return the value of bytes.

        Raises:
            DecodeError: they are none of the annotated type; nothing else is raised.
        """
        try:
            return cast("T", self.unpack(data))
        except Exception as error:  # also of __post_init__, and of deep nesting
            raise DecodeError(f"not {self.shown}: {error}") from error

    def settle(self, value: T) -> tuple[bytes, T]:
        """Return the bytes of a value, and the value as every later reader gets it.

        So the first caller, who missed, has the same type in hand as those who hit.

        Raises:
            UsageError: it is none of the annotated type, or would come back as
                something else.
        """
        payload = self.encode(value)
        try:
            back = self.decode(payload)
        except DecodeError as error:
            raise self._unfit(value, str(error.__cause__)) from error
        fault = unlike(value, back) if self.is_loose else ""
        if fault:
            raise self._unfit(value, fault)
        return payload, back

    def _unfit(self, value: object, reason: str) -> UsageError:
        found = typing_tree.name_of(type(value))
        return UsageError(
            f"{self.where}: the returned {found} is not {self.shown}: {reason}",
            hint="return what the annotation says, or annotate what is returned",
        )


def codec_for(
    annotation: object, *, where: str, version: str | int | None = None
) -> Codec[T]:
    """Return the codec of a function's return annotation.

    ``Any`` and ``object`` are taken inside a container or a field only; what stands
    there has to come back as it was.

    Args:
        annotation: the type, resolved: no text. ``MISSING`` when there is none.
        where: what declares it, for messages.
        version: of the type, when the application wants to say itself when entries
            of the past are no longer to be read.

    Raises:
        UsageError: values of that type cannot be stored, or not safely.
        InvalidValue: the version is empty.
    """
    try:
        codec: Codec[T] = _built(annotation, where)
    except UsageError:
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise UsageError(
            f"{where}: a stored value cannot be {_shown(annotation)}: {reason}",
            hint=NOT_BUILT,
        ) from error
    if version is None:
        return codec
    return dataclasses.replace(codec, fingerprint=_declared(version))


def _built(annotation: object, where: str) -> Codec[T]:
    parts = _allowed_parts(annotation, where)
    if any(typing_tree.is_pydantic(part.kind) for part in parts):
        return _pydantic_codec(annotation, parts, where)
    return _msgpack_codec(annotation, where)


def _allowed_parts(annotation: object, where: str) -> list[typing_tree.Part]:
    if annotation is MISSING:
        raise UsageError(
            f"{where} has no return annotation",
            hint=f"{typing_tree.ANNOTATE}: by it, values are stored and read",
        )
    if isinstance(annotation, str):
        raise UsageError(
            f"{where}: the annotation {annotation!r} could not be resolved",
            hint="import its names at run time, not only for type checking",
        )
    parts = []
    for part in typing_tree.parts(annotation):
        why = typing_tree.refusal(part)
        if why is not None:
            raise _refused(where, part, why)
        parts.append(part)
    return parts


def _msgpack_codec(annotation: object, where: str) -> Codec[T]:
    root = shapes.type_info(annotation)
    tree = every(root)
    for shape in tree:
        _check_shape(shape, where)
    decoder: msgspec.msgpack.Decoder[object] = msgspec.msgpack.Decoder(annotation)
    return Codec(
        id=MSGPACK,
        fingerprint=_hashed(MSGPACK, outline(tree)),
        is_immutable=all(map(is_frozen, tree)),
        is_loose=any(isinstance(e, shapes.AnyType | shapes.CustomType) for e in tree),
        where=where,
        shown=_shown(annotation),
        pack=msgspec.msgpack.Encoder().encode,
        unpack=decoder.decode,
    )


def _pydantic_codec(
    annotation: object, parts: list[typing_tree.Part], where: str
) -> Codec[T]:
    # On request: an application without models may have no Pydantic.
    from stateroom.codec import pydantic_codec  # noqa: PLC0415

    pydantic_codec.check_version(where)
    adapter = pydantic_codec.adapter_for(annotation)
    if pydantic_codec.is_secret(adapter.schema):
        raise UsageError(
            f"{where}: {_shown(annotation)} holds a secret",
            hint="leave secrets out of what is stored",
        )
    names = [typing_tree.positional_names(part.kind) for part in parts]
    content = [adapter.schema, adapter.is_lossless, [each for each in names if each]]
    return Codec(
        id=PYDANTIC,
        fingerprint=_hashed(PYDANTIC, content),
        is_immutable=False,
        is_loose=adapter.is_loose,
        where=where,
        shown=_shown(annotation),
        pack=adapter.pack,
        unpack=adapter.unpack,
    )


def _check_shape(shape: shapes.Type, where: str) -> None:
    kind = UNREADABLE.get(type(shape))
    if isinstance(shape, shapes.CustomType) and shape.cls is not object:
        kind = shape.cls
    if kind is not None:
        why = typing_tree.Refusal("cannot be read back", typing_tree.RETURN_FIELDS)
        raise _refused(where, typing_tree.Part("", kind), why)


def _hashed(codec: int, content: object) -> str:
    total = hashlib.blake2b(digest_size=8, person=b"stateroom.type")
    total.update(bytes([codec, FORMAT]))
    total.update(msgspec.json.encode(content, order="deterministic"))
    return f"s{total.hexdigest()[:HEX_DIGITS]}"


def _declared(version: str | int) -> str:
    """Spell a declared version; the first letter keeps it apart from a hash."""
    text = str(version)
    if not text:
        raise InvalidValue("not a version", found="''", allowed="text or a number")
    if VERSION.fullmatch(text):
        return f"v{text}"
    total = hashlib.blake2b(text.encode(), digest_size=8, person=b"stateroom.vers")
    return f"w{total.hexdigest()[:HEX_DIGITS]}"


def _refused(
    where: str, part: typing_tree.Part, why: typing_tree.Refusal
) -> UsageError:
    place = f" (at {part.path})" if part.path else ""
    return UsageError(
        f"{where}: a stored value cannot be {_shown(part.kind)}{place}: it {why.what}",
        hint=why.fix,
    )


def _shown(kind: object) -> str:
    text = typing_tree.name_of(kind)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."
