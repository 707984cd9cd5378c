"""Turns the kept fields of a state into the text of a record, and back.

A field that did not change since the last write keeps its text: a write costs what
changed, and the joining of texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast

from stateroom.errors import NotPlain
from stateroom.persist.freezing import fits_as_it_is, is_bare
from stateroom.persist.interchange.transforms import apply_inward, apply_outward
from stateroom.persist.persisted import Persisted
from stateroom.persist.records import text_of
from stateroom.persist.settings import WHOLE
from stateroom.store.drafts import freeze, is_frozen
from stateroom.store.drafts.tables import is_same
from stateroom.store.plain import from_plain, to_plain
from stateroom.store.undefined import UNDEFINED

__all__ = ("Texts", "fields_of", "inward_of", "outward_of", "split", "state_text")

Texts = dict[str, tuple[object, str]]
"""Field -> the value that was last written, and its text."""


def state_text(
    part: Persisted[object],
    fields: Mapping[str, object],
    *,
    unknown: Mapping[str, object],
    texts: Texts,
) -> str:
    """Return the JSON text of the ``state`` of a record.

    Args:
        part: the slice.
        fields: what is kept -> its value, frozen.
        unknown: stored fields that the state does not have, as plain data.
        texts: what was written last; brought up to date.

    Raises:
        NotPlain: a value has no plain form; its path begins with the field.
    """
    for name in texts.keys() - fields.keys():
        del texts[name]
    for name in fields:
        if not isinstance(cast("object", name), str):
            raise _unnamed(part, name)
    if part.settings.transforms:
        written = _transformed(part, fields)
    else:
        written = {
            name: _text(part, name, value, texts=texts)
            for name, value in fields.items()
        }
    if part.shape.is_whole:
        return written.get(WHOLE, "null")
    for name, plain in unknown.items():
        if name not in fields:
            written[name] = text_of(plain)
    return (
        f"{{{','.join(f'{text_of(name)}:{text}' for name, text in written.items())}}}"
    )


def _text(part: Persisted[object], name: str, value: object, *, texts: Texts) -> str:
    known = texts.get(name)
    if known is not None and is_same(known[0], value):
        return known[1]
    text = text_of(_plain(part, name, value))
    texts[name] = (value, text)
    return text


def _plain(part: Persisted[object], name: str, value: object) -> object:
    try:
        return to_plain(value, kind=part.shape.form(name))
    except NotPlain as error:
        raise _placed(part, name, error) from error


def _placed(part: Persisted[object], name: str, error: NotPlain) -> NotPlain:
    path = f"{part.name}.{name}{_joined(error.path)}"
    said = str(error).removeprefix(f"{error.path}: ")
    return NotPlain(f"{path}: {_kindly(said)}", path=path, hint=error.hint)


def _kindly(said: str) -> str:
    """Return what was said of a value without the value: logs are told it, too."""
    return _VALUE.sub(
        lambda hit: f"found a {hit['kind'] or 'number'}, expected", said, count=1
    )


_VALUE: Final = re.compile(
    r"found (?:the (?P<kind>text|key) .*|-?[0-9][0-9.e+-]*), expected", re.DOTALL
)


def _unnamed(part: Persisted[object], name: object) -> NotPlain:
    path = f"{part.name}[{name!r:.80}]"
    return NotPlain(
        f"{path}: the key of a field is text; found a {type(name).__name__}",
        path=path,
        hint="say what the keys are: Slice(name, dict[int, X])",
    )


def _joined(path: str) -> str:
    return path if not path or path.startswith("[") else f".{path}"


def _transformed(
    part: Persisted[object], fields: Mapping[str, object]
) -> dict[str, str]:
    full = {name: _plain(part, name, value) for name, value in fields.items()}
    made = inward_of(part, full)
    return {name: _json(part, name, value) for name, value in made.items()}


def _json(part: Persisted[object], name: str, value: object) -> str:
    try:
        return text_of(value)
    except (TypeError, ValueError) as error:
        path = f"{part.name}.{name}"
        raise NotPlain(
            f"{path}: a transform made of it what JSON cannot write: {error}",
            path=path,
            hint="give dicts with text as keys, lists, texts, finite numbers, booleans "
            "and None",
        ) from error


def split(
    part: Persisted[object], plain: Mapping[str, object]
) -> tuple[Mapping[str, object], dict[str, object]]:
    """Part stored fields into those that the slice keeps and those it does not know.

    What it knows and does not keep any more, such as a field that became transient, is
    in neither.
    """
    names, keeps = part.shape.names, part.settings.keeps
    if names is None and part.settings.keeps_all:
        return plain, {}
    kept: dict[str, object] = {}
    unknown: dict[str, object] = {}
    for name, value in plain.items():
        is_there = names is None or name in names
        if is_there and keeps(name):
            kept[name] = value
        elif name not in part.settings.transient and (names is None or not is_there):
            unknown[name] = value
    return kept, unknown


def fields_of(
    part: Persisted[object], plain: Mapping[str, object], *, is_marked: bool = True
) -> Mapping[str, object]:
    """Return the values of stored fields, of their types and frozen.

    Args:
        part: the slice.
        plain: fields that it keeps -> their plain form, transforms undone.
        is_marked: whether marks of ours may be in it.

    Raises:
        NotPlain: a value is not of its field's type; its path begins with the field.
    """
    form = part.shape.form
    is_final = not part.settings.transforms and not is_marked
    if is_final and part.shape.names is None and is_frozen(plain) and is_bare(form("")):
        return plain
    return {
        name: value
        if is_final and fits_as_it_is(value, form(name))
        else _typed(part, name, value)
        for name, value in plain.items()
    }


def outward_of(
    part: Persisted[object], stored: Mapping[str, object]
) -> Mapping[str, object]:
    """Return stored fields as they are when the transforms of the slice are undone."""
    transforms = part.settings.transforms
    if not transforms:
        return stored
    made = {
        name: apply_outward(transforms, name, value, stored)
        for name, value in stored.items()
    }
    return {name: value for name, value in made.items() if value is not UNDEFINED}


def inward_of(
    part: Persisted[object], plain: Mapping[str, object]
) -> Mapping[str, object]:
    """Return fields as they are stored: what ``outward_of`` undoes."""
    transforms = part.settings.transforms
    if not transforms:
        return plain
    made = {
        name: apply_inward(transforms, name, value, plain)
        for name, value in plain.items()
    }
    return {name: value for name, value in made.items() if value is not UNDEFINED}


def _typed(part: Persisted[object], name: str, plain: object) -> object:
    try:
        return freeze(from_plain(part.shape.form(name), plain))
    except NotPlain as error:
        raise _placed(part, name, error) from error
