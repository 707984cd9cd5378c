"""Pydantic models to JSON and back; the only module that imports Pydantic.

It is imported when an annotation holds such a model, so that an application without
Pydantic needs none. Models are written by field name, whatever aliases they have, and
without computed fields; bytes as base64, infinities and NaN as themselves, times as ISO
8601: each model's own settings for these are for its clients, and lose data.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

import pydantic
import pydantic_core
from pydantic.json_schema import GenerateJsonSchema

from stateroom.errors import UsageError

__all__ = ("Adapter", "adapter_for", "check_version", "is_secret")

LEAST_VERSION: Final = (2, 11)
"""The first that reads by field name without every model's consent."""
MOST_ADAPTERS = 256

LOSSLESS: Final[dict[str, bool | str]] = {
    "hide_input_in_errors": True,  # what is cached does not belong in a log
    "ser_json_bytes": "base64",
    "ser_json_inf_nan": "constants",
    "ser_json_temporal": "iso8601",  # of 2.12; before, it is not looked at
    "ser_json_timedelta": "iso8601",
    "val_json_bytes": "base64",
}
OPAQUE = frozenset({"cls", "default", "expected", "members", "metadata"})
"""Keys of a core schema under which values of the application stand."""
CONFIGURED = frozenset({"dataclass", "model", "typed-dict"})
WORDS = frozenset(
    {"$comment", "default", "deprecated", "description", "examples", "title"}
)
"""Keys of a JSON schema that say nothing about the bytes: all fields are written."""
MAPS = frozenset(
    {"$defs", "dependentSchemas", "mapping", "patternProperties", "properties"}
)
"""Keys of a JSON schema whose value has names for keys."""
MOST_FAULTS = 3

_INPUT = re.compile(r"input_value=.*, (?=input_type=)")


@dataclass(frozen=True, slots=True)
class Adapter:
    """How one type is written and read.

    Attributes:
        pack: from a value to JSON; raises ``ValueError`` and others.
        unpack: from JSON to a value; raises ``ValueError`` and others.
        schema: JSON schema of what is written, without its texts.
        is_lossless: whether bytes and NaN are written as ``LOSSLESS`` says, which
            decides how they are read.
        is_loose: whether JSON may not tell which of several types a value has.
    """

    pack: Callable[[object], bytes]
    unpack: Callable[[bytes], object]
    schema: Mapping[str, object]
    is_lossless: bool
    is_loose: bool


class _Quiet(GenerateJsonSchema):
    """Says nothing about a default that JSON cannot show: defaults are left out."""

    ignored_warning_kinds = {"non-serializable-default", "skipped-choice"}  # noqa: RUF012 - as the base declares it


def check_version(where: str, version: str = pydantic.VERSION) -> None:
    """Raise ``UsageError`` if the installed Pydantic cannot do what is needed."""
    numbers = tuple(int(each) for each in re.findall(r"\d+", version)[:2])
    if numbers < LEAST_VERSION:
        raise UsageError(
            f"{where}: storing a Pydantic model needs pydantic>=2.11, found {version}",
            hint='pip install "pydantic>=2.11"',
        )


def adapter_for(annotation: object) -> Adapter:
    """Return the adapter of a type, the same one for the same type.

    Raises:
        Exception: whatever Pydantic raises about a type that it cannot write.
    """
    if isinstance(annotation, Hashable):
        try:
            return _kept(annotation)
        except TypeError as error:  # Annotated with something that is unhashable
            if "unhashable" not in str(error):
                raise
    return _built(annotation)


def is_secret(schema: object) -> bool:
    """Say whether a field is one that Pydantic would not show."""
    return any(
        each.get("format") == "password" or each.get("writeOnly") is True
        for each in _schemas(schema)
    )


def _built(annotation: object) -> Adapter:
    adapter = pydantic.TypeAdapter(cast("type[object]", annotation))
    schema = adapter.json_schema(
        by_alias=False, mode="serialization", schema_generator=_Quiet
    )
    core = cast("pydantic_core.CoreSchema", _lossless(adapter.core_schema))
    writer, reader, is_lossless = _pair(core)

    def pack(value: object) -> bytes:
        try:
            return writer.to_json(
                value, by_alias=False, round_trip=True, warnings="error"
            )
        except pydantic_core.PydanticSerializationError as error:
            raise ValueError(_INPUT.sub("", str(error))) from None

    def unpack(data: bytes) -> object:
        try:
            return reader.validate_json(data, by_alias=False, by_name=True)
        except pydantic.ValidationError as error:
            raise ValueError(_faults(error)) from None

    plain = cast("Mapping[str, object]", _worded(schema))
    return Adapter(
        pack,
        unpack,
        schema=plain,
        is_lossless=is_lossless,
        is_loose=not is_lossless or _is_loose(plain),
    )


def _pair(
    core: pydantic_core.CoreSchema,
) -> tuple[pydantic_core.SchemaSerializer, pydantic_core.SchemaValidator, bool]:
    """Return what writes and reads, and whether a model's own settings are overruled.

    A model's own validator and serializer, which were built with its own settings,
    would be taken for it. Pydantic before 2.13 cannot do without them: there, bytes
    that are no UTF-8 are an error when written, and so is NaN.
    """
    config = cast("pydantic_core.CoreConfig", LOSSLESS)
    writer, reader = pydantic_core.SchemaSerializer, pydantic_core.SchemaValidator
    if "_use_prebuilt" not in inspect.signature(reader).parameters:
        return writer(core, config), reader(core, config), False
    return (
        writer(core, config, _use_prebuilt=False),
        reader(core, config, _use_prebuilt=False),
        True,
    )


_kept = functools.lru_cache(maxsize=MOST_ADAPTERS)(_built)


def _lossless(schema: object, *, has_names: bool = False) -> object:
    """Return a copy of a core schema in which every model writes without loss."""
    if isinstance(schema, list | tuple):
        return type(schema)(_lossless(each) for each in schema)
    if not isinstance(schema, dict):
        return schema
    found = {
        key: each
        if key in OPAQUE and not has_names
        else _lossless(each, has_names=not has_names and key in {"choices", "fields"})
        for key, each in schema.items()
    }
    if not has_names and found.get("type") in CONFIGURED:
        found["config"] = {**schema.get("config", {}), **LOSSLESS}
    return found


def _worded(schema: object, *, has_names: bool = False) -> object:
    """Return a JSON schema without its texts and without the order of its fields."""
    if isinstance(schema, list):
        return [_worded(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {
        key: _worded(each, has_names=not has_names and key in MAPS)
        for key, each in sorted(schema.items())
        if has_names or key not in WORDS
    }
    if not has_names and "required" in found:
        found["required"] = sorted(schema["required"])
    return found


def _is_loose(schema: object) -> bool:
    """Say whether JSON may not tell which of several types a value has."""
    for each in _schemas(schema):
        choices = [*_listed(each, "anyOf"), *_listed(each, "oneOf")]
        if sum(choice != {"type": "null"} for choice in choices) > 1:
            return True
        if not each or each.get("additionalProperties") is True:
            return True
    return False


def _schemas(
    schema: object, *, has_names: bool = False
) -> Iterator[Mapping[str, object]]:
    """Yield every schema inside a JSON schema, itself included."""
    if isinstance(schema, list):
        for each in schema:
            yield from _schemas(each)
    elif isinstance(schema, dict):
        if not has_names:
            yield schema
        for key, each in schema.items():
            yield from _schemas(each, has_names=not has_names and key in MAPS)


def _listed(schema: Mapping[str, object], key: str) -> list[object]:
    found = schema.get(key, [])
    return found if isinstance(found, list) else []


def _faults(error: pydantic.ValidationError) -> str:
    """Say what does not fit, without the values that do not fit."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    lines = [
        f"{each['msg']} at {'.'.join(map(str, each['loc']))}"
        for each in found[:MOST_FAULTS]
    ]
    return "; ".join(lines)
