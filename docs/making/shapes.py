"""The documents that other tools read, from the types that are written to them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping

import msgspec

from docs.making.markdown import code, table
from stateroom.catalogue.findings import Finding, Place
from stateroom.decide.decision import (
    Ask,
    Copy,
    Decision,
    Decisions,
    Flip,
    HomePlace,
    Option,
    Overridden,
    RulesetRef,
    Sizing,
)
from stateroom.decide.pinned import Lock, Pinned

__all__ = ("DECISION", "LOCK", "decision", "lock")

Schema = Mapping[str, object]
Shape = type[msgspec.Struct]

DECISION: tuple[Shape, ...] = (
    Decisions, RulesetRef, Decision, HomePlace, Copy, Flip, Ask, Option, Sizing,
    Overridden, Finding, Place,
)  # fmt: skip
"""Every type in the document of ``decide --format json``, from the outside in."""
LOCK: tuple[Shape, ...] = (Lock, Pinned)
TOLD: dict[tuple[str, str], str] = {
    ("Decisions", "schema_version"): "`MAJOR.MINOR` of this document.",
    ("Decisions", "ruleset"): "which rules decided.",
    ("Decisions", "decisions"): "one for each item, in the order of the catalogue.",
    ("RulesetRef", "name"): "the name of the ruleset.",
    ("RulesetRef", "hash"): "of the meaning of the rules, 16 hex digits.",
    ("Decision", "item"): "the name of the item.",
    ("Decision", "home"): "where the one authority lives.",
    ("Decision", "copies"): "what is kept besides the home.",
    ("Decision", "findings"): "what needs attention in this decision.",
    ("Decision", "title"): "the item's title; may be empty.",
    ("Decision", "sizing"): "what it costs and brings in Redis; null where it has "
    "nothing there.",
    ("Decision", "authority"): "`original` or `derived`; null while unknown.",
    ("Decision", "digest"): "hash of the item's facts, 16 hex digits.",
    ("HomePlace", "place"): "a [place](places.md).",
    ("Copy", "tier"): "the tier that holds it.",
    ("Copy", "kind"): "for Redis, how it is held.",
    ("Copy", "jitter"): "share by which a cache varies the TTL, up and down.",
    ("Option", "value"): "the answer as a catalogue writes it.",
    ("Option", "meaning"): "what it means, in plain words.",
    ("Ask", "input"): "the input that is asked about.",
    ("Ask", "question"): "the question, in plain words.",
    ("Ask", "options"): "the answers to choose from; empty for a number.",
    ("Overridden", "reason"): "why the catalogue overrides it.",
    ("Overridden", "tiers"): "the tiers that the rules said.",
    ("Overridden", "home"): "the home that the rules said.",
    ("Place", "file"): "the file, as it was named.",
    ("Place", "line"): "from 1; 0 when it is not known.",
    ("Place", "column"): "from 1; 0 when it is not known.",
    ("Lock", "version"): "of the lock's format; a newer one is refused.",
    ("Lock", "app"): "the name of the application.",
    ("Pinned", "home"): "as in a decision.",
    ("Pinned", "copies"): "as in a decision.",
}
"""What the docstrings leave to the names, or say to developers only."""
_FIELD = re.compile(r"^(\w+): ", re.MULTILINE)


def decision() -> str:
    """Return a table of fields for every type in the document of ``decide``."""
    return "\n".join(_sections(DECISION))


def lock() -> str:
    """Return a table of fields for the lock's own types."""
    return "\n".join(_sections(LOCK))


def _sections(shapes: tuple[Shape, ...]) -> Iterator[str]:
    _, components = msgspec.json.schema_components(shapes)
    for shape in shapes:
        properties = components[shape.__name__].get("properties", {})
        told = _told(shape)
        rows = (
            (code(name), _type(schema), _what(shape, name, told))
            for name, schema in properties.items()
        )
        head = (
            f"### {shape.__name__} {{ #{shape.__name__.lower()} }}\n\n{_about(shape)}"
        )
        yield f"{head}\n\n{table(('field', 'type', 'what it is'), rows)}"


def _what(shape: Shape, name: str, told: Mapping[str, str]) -> str:
    return TOLD.get((shape.__name__, name)) or told.get(name, "")


def _about(shape: Shape) -> str:
    return _plain((shape.__doc__ or "").partition("Attributes:")[0])


def _told(shape: Shape) -> dict[str, str]:
    """Return what the docstring says of each field, by its name in the document."""
    listed = (shape.__doc__ or "").partition("Attributes:")[2]
    # Only a name at the margin begins an entry; what follows it is deeper.
    lines = textwrap.dedent(listed.strip("\n"))
    parts = _FIELD.split(lines)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {name.removesuffix("_"): _plain(text) for name, text in pairs}


def _plain(text: str) -> str:
    """Return a docstring's text as a page writes it."""
    return re.sub(r"\bNone\b", "null", " ".join(text.split())).replace("``", "`")


def _type(schema: object) -> str:
    """Return a JSON Schema type in words."""
    match schema:
        case {"$ref": str(reference)}:
            name = reference.rpartition("/")[2]
            words = f"[{name}](#{name.lower()})"
        case {"anyOf": list(options)} | {"anyOf": tuple(options)}:
            words = " or ".join(dict.fromkeys(map(_type, options)))
        case {"enum": list(values)}:
            words = ", ".join("null" if v is None else code(v) for v in values)
        case {"type": "array", "items": items}:
            words = f"list of {_type(items)}"
        case {"type": "object", "additionalProperties": values}:
            words = f"object of {_type(values)}"
        case {"type": "integer" | "number"}:
            words = "number"
        case {"type": str(name)}:
            words = name
        case _:
            words = "any"
    return words
