"""The JSON Schema of a catalogue file, generated from the tables the loader reads by.

Editors use it to complete and to check while one types. It says all that can be said
of one value or one table; what needs two places of a file, or exact arithmetic, only
the loader can refuse. ``LOADER_ONLY`` lists that.
"""

from __future__ import annotations

from typing import TypeAlias

from stateroom.catalogue.codes import CODES
from stateroom.catalogue.declaring import MOST_TAGS
from stateroom.catalogue.inputs import INPUTS, Input
from stateroom.catalogue.presets import PRESETS
from stateroom.catalogue.reading import MOST_ITEMS
from stateroom.catalogue.segments import ITEM, NAMESPACE
from stateroom.catalogue.texts import TIERS
from stateroom.catalogue.units import DURATIONS, LARGEST, LONGEST, NUMBER, SIZES
from stateroom.catalogue.values import LARGEST_NUMBER

__all__ = ("LOADER_ONLY", "Schema", "json_schema")

Schema: TypeAlias = dict[str, object]

LOADER_ONLY = (
    "answers of one item that exclude each other",
    "a suppression of an item that the file does not declare",
    "a key or table that stands twice",
    "a day that no calendar has, such as 2030-02-30",
    "a duration in text above 100 years, or a size in text above 1 PiB",
    "a size in text that is no whole number of bytes, such as 1.5 B",
    "a duration in a number of more than six decimals",
    "half of a surrogate pair in a text",
)
"""What a document that fits the schema may still be refused for."""

_TEXT = r"^[^\u0000-\u001f\u007f-\u009f]*$"
_LINES = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"
_NOT_BLANK = r"\S"
_TAG = r"^[^:\u0000-\u001f\u007f-\u009f]+(:[^\u0000-\u001f\u007f-\u009f]+)?$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def json_schema() -> Schema:
    """Return the schema, in JSON Schema 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "stateroom.schema.json",
        "title": "Stateroom catalogue",
        "description": "What data an application has. See `stateroom init`.",
        "$defs": {
            "item": _item(),
            "override": _override(),
            "duration": _duration(),
            "size": _size(),
        },
        **_table(
            {
                "$schema": {"description": "For editors.", "type": "string"},
                "app": _app(),
                "items": _items(),
                "suppress": {"type": "array", "items": _suppression()},
            }
        ),
    }


def _app() -> Schema:
    name = {
        "description": "The application's name, which begins every key.",
        "type": "string",
        "pattern": f"^{NAMESPACE.pattern}$",
    }
    budget = {"description": "Memory of Redis.", "$ref": "#/$defs/size"}
    return _table({"name": name, "memory_budget": budget})


def _items() -> Schema:
    return {
        "description": "Every piece of data, by its name.",
        "type": "object",
        "propertyNames": {"pattern": f"^{ITEM.pattern}$"},
        "additionalProperties": {"$ref": "#/$defs/item"},
        "maxProperties": MOST_ITEMS,
    }


def _item() -> Schema:
    return _table(
        {
            "like": _choice({each.name: each.about for each in PRESETS.values()})
            | {"description": "The preset that fills every input not given."},
            "title": _text("What it is called, for people."),
            "owner": _text("The team that answers for it."),
            "tags": _tags(),
            **{name: _input(each) for name, each in INPUTS.items()},
            "override": {"$ref": "#/$defs/override"},
        }
    )


def _tags() -> Schema:
    return {
        "description": "What invalidates its copies: families, or members of them.",
        "type": "array",
        "items": {"type": "string", "pattern": _TAG},
        "uniqueItems": True,
        "maxItems": MOST_TAGS,
    }


def _input(question: Input) -> Schema:
    """Return what the loader accepts for an input, with what people are told of it."""
    about: Schema = {"description": question.about}
    if question.default is not None:
        is_flag = question.kind == "flag"
        about["default"] = question.default == "true" if is_flag else question.default
    return about | _kind(question)


def _kind(question: Input) -> Schema:
    number: Schema = {"type": "number", "minimum": 0, "maximum": int(LARGEST_NUMBER)}
    match question.kind:
        case "choice":
            return _choice(question.values)
        case "flag":
            return {"type": "boolean"}
        case "staleness":
            return {"anyOf": [{"const": "exact"}, {"$ref": "#/$defs/duration"}]}
        case "duration" | "size":
            return {"$ref": f"#/$defs/{question.kind}"}
        case "count":
            return number | {"type": "integer"}
        case "rate" | "number":
            return number


def _override() -> Schema:
    tiers = {"enum": list(TIERS), "description": "Where it shall live instead."}
    ttl = {"$ref": "#/$defs/duration", "description": "How long a copy may live."}
    key = _text("The key to use instead, as decisions print it.")
    table = _table(
        {
            "tier": tiers,
            "ttl": ttl,
            "key": key | {"allOf": [{"pattern": _NOT_BLANK}]},
            "reason": _reason("Why; printed wherever the override shows."),
        },
        required=("reason",),
    )
    return table | {
        "description": "What the application wants instead of the decision.",
        "minProperties": 2,
    }


def _suppression() -> Schema:
    codes = _choice({code: each.title for code, each in CODES.items()})
    return _table(
        {
            "code": codes | {"description": "The code of the finding."},
            "reason": _reason("Why the finding is accepted."),
            "item": _text("Only for this item."),
            "until": {
                "description": "The last day on which it holds.",
                "type": "string",
                "format": "date",
                "pattern": _DAY,
            },
        },
        required=("code", "reason"),
    )


def _duration() -> Schema:
    spelled: Schema = {
        "type": "string",
        "pattern": _quantity(DURATIONS),
        "allOf": [{"pattern": "[1-9]"}],
    }
    seconds: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST}
    return {
        "description": 'A duration such as "90s", "5m", "1h", "7d", or seconds.',
        "anyOf": [spelled, seconds],
    }


def _size() -> Schema:
    spelled: Schema = {"type": "string", "pattern": _quantity(SIZES)}
    count: Schema = {"type": "integer", "minimum": 0, "maximum": LARGEST}
    return {
        "description": 'A size such as "500 B", "10 KiB", "2 MB", or bytes.',
        "anyOf": [spelled, count],
    }


def _quantity(units: dict[str, int]) -> str:
    """Return the pattern of a number with an optional unit, in either case."""
    names = "|".join(
        "".join(f"[{char.upper()}{char}]" for char in name)
        for name in sorted(units, key=len, reverse=True)
    )
    return f"^ *{NUMBER} *({names})? *$"


def _choice(values: dict[str, str]) -> Schema:
    """Return one of several texts, each with its meaning, as editors show them."""
    return {"enum": list(values), "enumDescriptions": list(values.values())}


def _text(about: str) -> Schema:
    return {"description": about, "type": "string", "pattern": _TEXT}


def _reason(about: str) -> Schema:
    return {
        "description": about,
        "type": "string",
        "pattern": _LINES,
        "allOf": [{"pattern": _NOT_BLANK}],
    }


def _table(properties: Schema, *, required: tuple[str, ...] = ()) -> Schema:
    table: Schema = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return table | {"required": list(required)} if required else table
