"""Whether a value came back from its bytes as what it was, type by type.

Asked only where bytes may not tell: under ``Any``, and in a union that JSON blurs.
What an annotation fixes may differ in harmless ways: an instance of a subclass comes
back as its base, a tuple under ``Sequence`` as a list, an int under ``float`` as one.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from stateroom.codec.typing_tree import field_names, name_of

__all__ = ("unlike",)

Triple: TypeAlias = tuple[str, object, object]


def unlike(value: object, back: object, path: str = "it") -> str:
    """Say where a value came back as something else; nothing where it did not."""
    if not _is_alike(value, back):
        found, wanted = name_of(type(value)), name_of(type(back))
        return f"{path} was {found} and would come back as {wanted}"
    if (
        isinstance(value, Mapping)
        and isinstance(back, dict)
        and set(value) != set(back)
    ):
        return f"the keys of {path} would come back as others"
    for place, inner, inner_back in _inside(value, back):
        fault = unlike(inner, inner_back, path + place)
        if fault:
            return fault
    return ""


def _is_alike(value: object, back: object) -> bool:
    if isinstance(value, enum.Enum):
        return type(value) is type(back)
    if isinstance(back, list | tuple) and isinstance(value, list | tuple):
        return len(value) == len(back)
    if isinstance(back, dict):
        return isinstance(value, Mapping)
    return isinstance(value, type(back)) or (
        isinstance(value, int) and isinstance(back, float)
    )


def _inside(value: object, back: object) -> Iterator[Triple]:
    if isinstance(value, Mapping) and isinstance(back, dict):
        for key, inner in back.items():
            yield "[...]", value[key], inner  # a key may be somebody's data
    elif isinstance(value, list | tuple) and isinstance(back, list | tuple):
        for number, (inner, inner_back) in enumerate(zip(value, back, strict=True)):
            yield f"[{number}]", inner, inner_back
    else:
        for name in field_names(type(back)):
            yield f".{name}", getattr(value, name, None), getattr(back, name, None)
        extra: object = getattr(back, "__pydantic_extra__", None)
        given: object = getattr(value, "__pydantic_extra__", None)
        if isinstance(extra, dict) and isinstance(given, dict):
            yield "", given, extra
