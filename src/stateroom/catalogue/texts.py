"""Reads the texts of a catalogue: names, titles, reasons, tags, days and codes.

Each function takes what stands in the document and returns it as our types hold it, or
raises ``InvalidValue`` with what was found, what is allowed and, as the hint, the
nearest valid spelling.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Literal, TypeAlias, get_args

from stateroom.catalogue.codes import CODES
from stateroom.catalogue.item import Tier
from stateroom.catalogue.presets import PRESETS
from stateroom.catalogue.segments import (
    ITEM,
    ITEM_WORDS,
    NAMESPACE,
    NAMESPACE_WORDS,
    Tag,
)
from stateroom.catalogue.wording import nearest, show
from stateroom.errors import InvalidValue

__all__ = (
    "TIERS",
    "OverrideTier",
    "read_app_name",
    "read_code",
    "read_day",
    "read_item_name",
    "read_key",
    "read_line",
    "read_preset",
    "read_reason",
    "read_tag",
    "read_tier",
)

OverrideTier: TypeAlias = Tier | Literal["none"]
LONGEST_NAME = 64
"""Characters of an item's name, as in ``segments.ITEM``."""
LONGEST_SLUG_SOURCE = 1000
"""Characters of a wrong name from which a right one is proposed."""
TIERS: tuple[OverrideTier, ...] = (*get_args(Tier), "none")
"""What an override may name; ``none`` means in no tier."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_IN_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_PLAIN_TAG = re.compile(r"[A-Za-z0-9_~.-]+(?::[A-Za-z0-9_~.-]+)?")
"""Most tags. Only for speed: what it does not match may be a tag too."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_line(raw: object) -> str:
    """Return a text of one line; it may be empty."""
    if not isinstance(raw, str):
        raise InvalidValue("not a text", found=show(raw), allowed="text in quotes")
    if _CONTROL.search(raw):
        raise InvalidValue(
            "a text holds a control character or half of a character",
            found=show(raw),
            allowed="text on one line",
        )
    return raw


def read_reason(raw: object) -> str:
    """Return a reason with its white space folded; it says something."""
    if isinstance(raw, str) and not _CONTROL_IN_LINES.search(raw):
        reason = " ".join(raw.split())
        if reason:
            return reason
        raise InvalidValue(
            "the reason is blank", found=show(raw), allowed="why, in a few words"
        )
    return read_line(raw)


def read_key(raw: object) -> str:
    """Return a key pattern: text that is not blank. Its grammar is a check's matter."""
    key = read_line(raw)
    if not key.strip():
        raise InvalidValue(
            "the key is blank", found=show(raw), allowed="a key, as decisions print it"
        )
    return key


def read_tag(raw: object) -> str:
    """Return a tag: a family such as ``Job``, or a member of it such as ``Job:42``."""
    if isinstance(raw, str) and _PLAIN_TAG.fullmatch(raw):
        return raw
    tag = read_line(raw)
    try:
        Tag.of(tag)
    except InvalidValue:
        raise InvalidValue(
            "not a tag",
            found=show(raw),
            allowed='a family such as "Job", or a member such as "Job:42"',
            hint=f'"{tag.strip(":")}"' if tag.strip(":") else "",
        ) from None
    return tag


def read_preset(raw: object) -> str:
    """Return the name of a preset."""
    if isinstance(raw, str) and raw in PRESETS:
        return raw
    raise _not_one_of("not a preset", raw, tuple(PRESETS))


def read_tier(raw: object) -> OverrideTier:
    """Return the tier that an override names, or ``none``."""
    for tier in TIERS:
        if raw == tier:
            return tier
    raise _not_one_of("not a tier", raw, TIERS)


def read_code(raw: object) -> str:
    """Return a registered code."""
    if isinstance(raw, str) and raw in CODES:
        return raw
    raise _not_one_of("not a code", raw, tuple(CODES), "a code of `stateroom rules`")


def read_day(raw: object) -> str:
    """Return a day as ISO text, from a TOML date or from text."""
    if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime):
        return raw.isoformat()
    if isinstance(raw, str) and _DAY.fullmatch(raw):
        try:
            return dt.date.fromisoformat(raw).isoformat()
        except ValueError:
            raise _not_a_day("no such day", raw) from None
    raise _not_a_day("not a day", raw)


def read_app_name(raw: object) -> str:
    """Return the application's name, which is the namespace of its keys."""
    if isinstance(raw, str) and NAMESPACE.fullmatch(raw):
        return raw
    raise InvalidValue(
        "not an application's name, which begins every key",
        found=show(raw),
        allowed=NAMESPACE_WORDS,
        hint=_slug(raw, longest=32).lower().replace("_", "-").replace(".", "-"),
    )


def read_item_name(raw: object) -> str:
    """Return an item's name."""
    if isinstance(raw, str) and ITEM.fullmatch(raw):
        return raw
    raise InvalidValue(
        "not an item's name",
        found=show(raw),
        allowed=ITEM_WORDS,
        hint=_slug(raw, longest=LONGEST_NAME),
    )


def _slug(raw: object, *, longest: int) -> str:
    """Return the nearest name: ASCII, dashes for the rest; empty when none is near."""
    text = raw[:LONGEST_SLUG_SOURCE] if isinstance(raw, str) else ""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    dashed = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-_.")
    return dashed[:longest].rstrip("-_.")


def _not_one_of(
    message: str, raw: object, known: tuple[str, ...], allowed: str = ""
) -> InvalidValue:
    return InvalidValue(
        message,
        found=show(raw),
        allowed=allowed or ", ".join(known),
        hint=nearest(raw, known) if isinstance(raw, str) else "",
    )


def _not_a_day(message: str, raw: object) -> InvalidValue:
    day = raw.date().isoformat() if isinstance(raw, dt.datetime) else ""
    return InvalidValue(
        message, found=show(raw), allowed="a day such as 2030-12-31", hint=day
    )
