"""Reads JSON as frozen state holds it, where annotations tell no more than JSON does.

Such data needs no decoding: what is a dict there is a dict in the state. Freezing it
while it is read is half the work of freezing it afterwards.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from stateroom.store.drafts.frozen import FrozenDict, FrozenList

__all__ = ("fits_as_it_is", "has_marks", "is_bare", "loads_frozen", "uncollected")

_FROZEN_FORMS: Final[dict[object, type]] = {dict: FrozenDict, list: FrozenList}
_SCALARS: Final = frozenset({type(None), bool, int, float, str})
_new_dict, _fill_dict = dict.__new__, dict.update
_new_list, _fill_list = list.__new__, list.extend


def has_marks(data: bytes) -> bool:
    """Say whether a record may have keys that begin with our mark ``$``.

    Those say of what class a value is, and have to be decoded. A record is written by
    us, and a ``$`` in it as it is: it needs no escape.
    """
    # One byte is looked for much faster than two, and few records have it.
    return b"$" in data and b'"$' in data


def is_bare(form: object) -> bool:
    """Say whether an annotation says nothing that JSON does not say itself."""
    return form is object or form is dict or form is list


def fits_as_it_is(value: object, form: object) -> bool:
    """Say whether a value is frozen, and of a form that ``is_bare``."""
    kind = type(value)
    if form is object:
        return kind in _SCALARS or kind is FrozenDict or kind is FrozenList
    return kind is _FROZEN_FORMS.get(form)


@contextmanager
def uncollected() -> Iterator[None]:
    """Hold the garbage collector back while many objects are made that all stay.

    It would look through them again and again: hydrating 1 MB takes 30 % longer then.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            _call_old()
            gc.enable()


def _call_old() -> None:
    """Count all objects as old ones, so that the new ones are not looked through now.

    Not so where the application itself has frozen some: those would be thawed.
    """
    if gc.get_freeze_count() == 0:
        gc.freeze()
        gc.unfreeze()


def _frozen_object(content: dict[str, object]) -> FrozenDict:
    # The innermost ones come first: dicts in it are frozen already.
    for key, value in content.items():
        if type(value) is list:
            content[key] = _frozen_list(value)  # in place: the keys stay the same
    made = _new_dict(FrozenDict)
    _fill_dict(made, content)
    return made


def _frozen_list(content: list[object]) -> FrozenList:
    for value in content:
        if type(value) is list:
            content = [_frozen_item(each) for each in content]
            break
    made = _new_list(FrozenList)
    _fill_list(made, content)
    return made


def _frozen_item(value: object) -> object:
    return _frozen_list(value) if type(value) is list else value


_decoder: Final = json.JSONDecoder(object_hook=_frozen_object)


def loads_frozen(data: bytes) -> object:
    """Return what JSON text stands for, all objects and the arrays in them frozen.

    Raises:
        ValueError: it is no JSON, or no UTF-8.
        RecursionError: it is nested too deeply.
    """
    return _decoder.decode(data.decode())
