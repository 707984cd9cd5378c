"""Reads the declaration of one item, from a file or from Python, alike.

Nothing here stops at the first fault: each is noted, a default is taken instead, and
the rest is read. Answers that exclude each other are faults too, unless one of them
could not be read.
"""

from __future__ import annotations

from collections.abc import Mapping

from stateroom.catalogue.document import Path, Source
from stateroom.catalogue.faults import Faults
from stateroom.catalogue.impossible import contradictions
from stateroom.catalogue.inputs import INPUTS
from stateroom.catalogue.item import Item, Override, build_item
from stateroom.catalogue.texts import (
    read_item_name,
    read_key,
    read_line,
    read_preset,
    read_reason,
    read_tag,
    read_tier,
)
from stateroom.catalogue.units import parse_duration
from stateroom.catalogue.values import Value, read_value
from stateroom.catalogue.wording import show
from stateroom.errors import InvalidValue

__all__ = ("ITEM_KEYS", "MOST_TAGS", "OVERRIDE_KEYS", "declare", "read_item")

OVERRIDE_KEYS = ("tier", "ttl", "key", "reason")
ITEM_KEYS = ("like", "title", "owner", "tags", *INPUTS, "override")
_HEAD_KEYS = frozenset(ITEM_KEYS) - frozenset(INPUTS)
_MEANT = {"preset": "like", **{key: f"override.{key}" for key in OVERRIDE_KEYS}}
"""Keys that people write into an item, and what they mean by them."""
_COST_INPUTS = ("load_ms", "cost_per_call")
"""What says the cost when ``cost`` itself is not given."""

MOST_TAGS = 16
"""Each tag of an item is one more version to read with every entry."""


def declare(name: str, /, **declared: object) -> Item:
    """Return one item, declared in Python with the keys and spellings of a file.

    Args:
        name: its name in the catalogue.
        declared: ``like``, ``title``, ``owner``, ``tags``, any input, ``override``.

    Raises:
        CatalogueError: with every problem of the item.

    Example::

        jobs = declare("jobs", like="search-results", staleness="30m", tags=["Job"])
    """
    faults = Faults()
    item = read_item(name, declared, faults)
    faults.stop(Source())
    return item


def read_item(name: str, raw: object, faults: Faults) -> Item:
    """Return what can be read of an item, noting the rest in ``faults``."""
    path: Path = ("items", name)
    noted = len(faults.all)
    try:
        read_item_name(name)
    except InvalidValue as error:
        faults.refuse(path, error)
    said, head = _split(faults.table(raw, path, "an item"), path, faults)
    item = build_item(
        name,
        said,
        like=faults.take(head, "like", path, read_preset, None),
        title=faults.take(head, "title", path, read_line, ""),
        owner=faults.take(head, "owner", path, read_line, ""),
        tags=_tags(head["tags"], (*path, "tags"), faults) if "tags" in head else (),
        override=_override(head, path, faults),
    )
    _note_impossible(item, path, faults, noted)
    return item


def _split(
    table: Mapping[str, object], path: Path, faults: Faults
) -> tuple[dict[str, Value], dict[str, object]]:
    """Return the inputs of an item, read, and its other keys, unread."""
    said: dict[str, Value] = {}
    head: dict[str, object] = {}
    for key, raw in table.items():
        question = INPUTS.get(key)
        if question is not None:
            try:
                said[key] = read_value(question, raw)
            except InvalidValue as error:
                faults.refuse((*path, key), error)
        elif key in _HEAD_KEYS:
            head[key] = raw
        else:
            meant = _MEANT.get(key, "")
            faults.unknown((*path, key), "input", ITEM_KEYS, meant=meant)
    return said, head


def _tags(raw: object, path: Path, faults: Faults) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple):
        message = "tags must be a list"
        faults.add(path, message, found=show(raw), allowed='a list such as ["Job"]')
        return ()
    if len(raw) > MOST_TAGS:
        allowed = f"at most {MOST_TAGS}"
        faults.add(path, "too many tags", found=str(len(raw)), allowed=allowed)
        return ()
    tags: list[str] = []
    for index, each in enumerate(raw):
        try:
            tag = read_tag(each)
        except InvalidValue as error:
            faults.refuse((*path, index), error)
            continue
        if tag in tags:
            faults.add((*path, index), "the same tag twice", found=show(tag))
        tags.append(tag)
    return tuple(tags)


def _override(
    head: Mapping[str, object], item_path: Path, faults: Faults
) -> Override | None:
    if "override" not in head:
        return None
    raw, path = head["override"], (*item_path, "override")
    if not isinstance(raw, Mapping):
        faults.table(raw, path, "an override")
        return None
    _note_keys(raw, path, faults)
    return Override(
        reason=faults.take(raw, "reason", path, read_reason, ""),
        tier=faults.take(raw, "tier", path, read_tier, None),
        ttl=faults.take(raw, "ttl", path, parse_duration, None),
        key=faults.take(raw, "key", path, read_key, None),
    )


def _note_keys(table: Mapping[str, object], path: Path, faults: Faults) -> None:
    """Note keys that an override cannot have, and those that it must have."""
    item = path[-2]
    for key in table:
        if key not in OVERRIDE_KEYS:
            meant = f"items.{item}.{key}" if key in ITEM_KEYS else ""
            what = "key of an override"
            faults.unknown((*path, key), what, OVERRIDE_KEYS, meant=meant)
    if "reason" not in table:
        faults.add(path, "an override needs a reason", allowed='reason = "..."')
    elif len(table) == 1:
        message = "an override must change something"
        faults.add(path, message, found="only a reason", allowed="tier, ttl, key")


def _note_impossible(item: Item, path: Path, faults: Faults, noted: int) -> None:
    """Note answers that exclude each other, at the last of them that is given."""
    for each in contradictions(item):
        refused = {part for one in faults.all[noted:] for part in one.path[2:3]}
        inputs = _asked(each.inputs)
        if not refused.isdisjoint({"like", *inputs}):
            continue  # one of the answers is only what was taken instead
        given = [name for name in inputs if name in item.given]
        faults.add(
            (*path, *given[-1:]),
            each.because,
            found=", ".join(_origin(item, name) for name in each.inputs),
            allowed=each.mend,
        )


def _asked(inputs: tuple[str, ...]) -> tuple[str, ...]:
    """Return inputs together with those from which they may be worked out."""
    return (*inputs, *_COST_INPUTS) if inputs[-1] == "cost" else inputs


def _origin(item: Item, name: str) -> str:
    """Print an answer and where it comes from."""
    answer = f"{name} = {show(item.value(name))}"
    origin = item.origin(name)
    if origin == "preset":
        return f'{answer} (from like = "{item.like}")'
    return answer if origin == "given" else f"{answer} (worked out)"
