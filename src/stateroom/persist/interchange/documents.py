r"""The documents that redux-persist 6 keeps under ``persist:KEY``, read and written.

A document is a JSON object of the fields of a state, each of them a JSON text again,
and of ``_persist``, which has the version::

    {"roles":"[\"Cook\"]","_persist":"{\"version\":2,\"rehydrated\":true}"}

With ``serialize: false`` a storage holds the object itself instead; its JSON text is
read and written with ``serialize=False``.

What is written is what redux-persist would write for the same fields, to the byte, so
that an application can go from JavaScript to Python and back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from stateroom.errors import InvalidDocument
from stateroom.persist.interchange.javascript import parse, stringify
from stateroom.persist.interchange.transforms import (
    Transform,
    apply_inward,
    apply_outward,
)
from stateroom.store.javascript import is_exact
from stateroom.store.plain.misfits import described, said
from stateroom.store.undefined import UNDEFINED

__all__ = (
    "DEFAULT_VERSION",
    "KEY_PREFIX",
    "LONGEST",
    "PERSIST",
    "Document",
    "document_key",
    "dump_document",
    "parse_document",
)

KEY_PREFIX: Final = "persist:"
"""What redux-persist puts before a key, unless ``keyPrefix`` says otherwise."""

DEFAULT_VERSION: Final = -1
"""The version of a document that has none, and of an application that sets none."""

PERSIST: Final = "_persist"
"""The field that is not of the state: its version, and whether it was read back."""

LONGEST: Final = 64 * 1024 * 1024
"""Bytes that a document may have; localStorage holds 5 MiB in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a document says.

    Attributes:
        fields: the values of the state's fields, in the order of the document. One that
            a transform has left out is ``UNDEFINED``.
        version: of the application that wrote it; -1 when it had none.
        is_rehydrated: whether that application had read back its state before.
        problems: the fields that could not be read, and why; always empty when all
            were asked for. They are not in ``fields``, and their texts are in
            ``stored``.
        stored: all fields as they stand in the document, ``_persist`` among them.
        position: how many fields stand before ``_persist``; None when it is missing.
    """

    fields: dict[str, object]
    version: int = DEFAULT_VERSION
    is_rehydrated: bool = False
    problems: Mapping[str, InvalidDocument] = field(default_factory=dict)
    stored: Mapping[str, object] = field(default_factory=dict)
    position: int | None = None


def document_key(name: str, *, prefix: str = KEY_PREFIX) -> str:
    """Return the key under which redux-persist keeps what has the key ``name``."""
    return f"{prefix}{name}"


# ------------------------------------------------------------------- reading


def parse_document(
    text: str | bytes,
    *,
    serialize: bool = True,
    transforms: Sequence[Transform] = (),
    is_lenient: bool = False,
    limit: int = LONGEST,
) -> Document:
    """Return what a document of redux-persist says.

    Args:
        text: the whole document; bytes are UTF-8.
        serialize: False for the JSON text of an object that was stored as it is.
        transforms: what redux-persist was configured with; they get ``_persist``, too.
        is_lenient: give the fields that can be read, and name the others in
            ``problems``, instead of raising at the first one.
        limit: characters, or bytes, that it may have.

    Raises:
        InvalidDocument: the text as a whole is no such document, or ``_persist`` is
            not what redux-persist writes, without which there is no version. Unless
            ``is_lenient``, also: a field is no JSON, or its transform failed; ``key``
            is the name of the field.
    """
    stored = _outer(text, limit)
    values: dict[str, object] = {}
    problems: dict[str, InvalidDocument] = {}
    for key, each in stored.items():
        try:
            value = _decoded(each, key) if serialize else each
            values[key] = _transformed(transforms, key, value, stored)
        except InvalidDocument as problem:
            if not is_lenient or key == PERSIST:
                raise
            problems[key] = problem
    version, is_rehydrated = _told(values.pop(PERSIST, None))
    return Document(
        fields=values,
        version=version,
        is_rehydrated=is_rehydrated,
        problems=problems,
        stored=stored,
        position=list(stored).index(PERSIST) if PERSIST in stored else None,
    )


def _outer(text: str | bytes, limit: int) -> dict[str, object]:
    if len(text) > limit:
        raise InvalidDocument(
            f"the document has {len(text)} characters, of which {limit} are read",
            hint="give a larger limit if it is what redux-persist has written",
        )
    value = parse(text if isinstance(text, str) else _text_of(text))
    if not isinstance(value, dict):
        raise InvalidDocument(
            f"found {described(value)}, expected an object with the state's fields",
            hint=f"take the whole value that stands under {KEY_PREFIX}KEY",
        )
    return value


def _text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidDocument(
            f"byte {error.start} is not of a text in UTF-8",
            hint="save the document as UTF-8, without changing anything in it",
        ) from None


def _decoded(each: object, key: str) -> object:
    """Return the value of a field that is stored as a text."""
    if isinstance(each, str):
        return parse(each, field=key)
    is_plain = not isinstance(each, dict | list)
    if is_plain and abs(each if isinstance(each, float) else 0) != float("inf"):
        # JSON.parse makes a text of it first, and so reads it as it is.
        return parse(stringify(each))
    raise InvalidDocument(
        f"in the field {key!r:.80}: found {described(each)}, expected a text with JSON",
        key=key,
        hint="of an object that was stored with serialize: false, the fields are no "
        "texts: read it with serialize=False",
    )


def _transformed(
    transforms: Sequence[Transform], key: str, value: object, full: dict[str, object]
) -> object:
    try:
        return apply_outward(transforms, key, value, full)
    except Exception as error:
        raise InvalidDocument(
            f"in the field {key!r:.80}: a transform failed with {said(error)}",
            key=key,
            hint="read it with the transforms that it was written with",
        ) from error


def _told(value: object) -> tuple[int, bool]:
    """Return the version, and whether the state was read back, of ``_persist``."""
    if value is None or value is UNDEFINED:
        return DEFAULT_VERSION, False
    found = value.get("version", DEFAULT_VERSION) if isinstance(value, dict) else value
    if not isinstance(value, dict) or type(found) is not int:
        raise InvalidDocument(
            f"in the field {PERSIST!r}: found {described(found)}, expected a version "
            "that is a whole number",
            key=PERSIST,
            hint="redux-persist writes "
            '"{\\"version\\":1,\\"rehydrated\\":true}" there, with your version',
        )
    return found, value.get("rehydrated") is True


# ------------------------------------------------------------------- writing


def dump_document(
    fields: Mapping[str, object],
    *,
    version: int = DEFAULT_VERSION,
    is_rehydrated: bool = True,
    serialize: bool = True,
    transforms: Sequence[Transform] = (),
    position: int | None = None,
) -> str:
    """Return the document that redux-persist writes for these fields.

    Args:
        fields: the values, as plain data, in the order of the state's keys. What is
            ``UNDEFINED``, or becomes it by a transform, is left out.
        version: of the application.
        is_rehydrated: False for a document that was written before the first read.
        serialize: False for the JSON text of the object that is stored as it is.
        transforms: what redux-persist is configured with; they get ``_persist``, too.
        position: how many fields stand before ``_persist``, as in the document that
            was read; None for all of them, as redux-persist begins.

    Raises:
        InvalidDocument: a field is no JSON, or ``version`` is none; ``key`` is the name
            of the field.
    """
    state = _state(fields, version, is_rehydrated=is_rehydrated, position=position)
    staged: dict[str, object] = {}
    for key, each in state.items():
        if each is UNDEFINED:
            continue
        value = apply_inward(transforms, key, each, state)
        if value is not UNDEFINED:
            text = stringify(value, field=key)
            staged[key] = text if serialize else value
    return stringify(staged)


def _state(
    fields: Mapping[str, object],
    version: int,
    *,
    is_rehydrated: bool,
    position: int | None,
) -> dict[str, object]:
    names: list[object] = [*fields]
    for name in names:
        if not isinstance(name, str) or name == PERSIST:
            raise InvalidDocument(
                f"{described(name)} is no name of a field",
                key=str(name),
                hint=f"names are texts, and {PERSIST} is made of version=...",
            )
    if type(version) is not int or not is_exact(version):
        raise InvalidDocument(
            f"found {described(version)} as a version, expected a whole number",
            key=PERSIST,
        )
    items = list(fields.items())
    told = {"version": version, "rehydrated": is_rehydrated}
    items.insert(len(items) if position is None else position, (PERSIST, told))
    return dict(items)
