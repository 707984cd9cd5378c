"""One entry as a storage has it: plain, and without the request that brought it.

What is read back may be old, damaged, or of another release. It is judged entry by
entry, and one that does not fit is none; nothing is raised about what is stored.

The data stands as the annotation of its endpoint says, as one would write it by hand::

    {"endpoint": "job", "arg": 1, "status": "fulfilled", "fulfilled_at": 1800000000000,
     "data": {"id": 1, "title": "Cook"}, "tags": [["Job", 1]]}
"""

from __future__ import annotations

import logging
import typing
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Final, NamedTuple, TypeAlias, cast

from stateroom.errors import ErrorInfo, NotPlain
from stateroom.query.api import QueryApi
from stateroom.query.definitions import Definition
from stateroom.query.state import FULFILLED, REJECTED, QueryEntry, Status
from stateroom.query.tags import Tag
from stateroom.store.drafts import freeze
from stateroom.store.plain import from_plain, to_plain
from stateroom.store.plain.compiling import Compiler
from stateroom.store.plain.misfits import Misfit
from stateroom.store.undefined import UNDEFINED

__all__ = ("Copied", "Copies", "Copy", "Tags")

Copy: TypeAlias = Mapping[str, object]
"""An entry as a storage has it, frozen."""
Tags: TypeAlias = tuple[Tag, ...]

_log: Final = logging.getLogger("stateroom.query")
_compiler: Final = Compiler()


class Copied(NamedTuple):
    """What became of a copy: an entry, frozen, and what it is made of."""

    entry: QueryEntry
    tags: Tags


class Copies:
    """Makes copies of the entries of an api, and entries of these.

    Args:
        api: whose they are.
        only: the names of endpoints whose data is copied; None for all that may be.
        max_age: seconds for which data is used; None for as long as it is there.
        now_ms: tells the time, in ms since the epoch.
    """

    def __init__(
        self,
        api: QueryApi,
        *,
        only: Collection[str] | None,
        max_age: float | None,
        now_ms: Callable[[], int],
    ) -> None:
        self._api = api
        self._only = only
        self._max_age = max_age
        self._now_ms = now_ms
        self._forms: dict[str, object] = {}
        self._told: set[str] = set()

    def copy(self, entry: QueryEntry, tags: Tags) -> Copy | None:
        """Return the copy of an entry; None for one that has none.

        It has one when it has data, of an endpoint that is mirrored, and with a plain
        form. What its request does now, or how that failed before, is not in it.
        """
        definition = self._definition(entry.endpoint)
        if definition is None or not entry.fulfilled_at:
            return None
        try:
            return cast("Copy", freeze(self._plain(definition, entry, tags)))
        except NotPlain as error:
            self._tell(definition, error)
            return None

    def entry(self, key: str, copy: object) -> Copied | None:
        """Return what a copy stands for; None if that cannot be used here and now.

        Args:
            key: under which it was found.
            copy: what was found, whatever it is.
        """
        if not isinstance(copy, dict):
            return None
        try:
            return self._read(key, cast("Copy", copy))
        except Exception:  # whatever it is, and whatever a class makes of it
            return None

    def _definition(self, endpoint: object) -> Definition | None:
        """Return an endpoint; None where its data is not copied."""
        definition = self._api.definitions.get(cast("str", endpoint))
        if definition is None or not definition.may_mirror:
            return None
        is_meant = self._only is None or definition.name in self._only
        return definition if is_meant and definition.kind == "query" else None

    # -- to the storage

    def _plain(
        self, definition: Definition, entry: QueryEntry, tags: Tags
    ) -> dict[str, object]:
        made: dict[str, object] = {
            "endpoint": entry.endpoint,
            "status": FULFILLED if entry.error is None else REJECTED,
            "fulfilled_at": entry.fulfilled_at,
            "data": to_plain(entry.data, kind=self._form(definition)),
        }
        if entry.arg is not UNDEFINED:
            made["arg"] = to_plain(entry.arg, kind=object)
        if entry.error is not None:
            made["error"] = to_plain(entry.error)
        if tags:
            made["tags"] = [
                [kind] if name is UNDEFINED else [kind, name] for kind, name in tags
            ]
        return made

    # -- from the storage

    def _read(self, key: str, copy: Copy) -> Copied | None:
        """Return what a copy stands for.

        Raises:
            Exception: it is none.
        """
        definition = self._definition(copy["endpoint"])
        at = from_plain(int, copy["fulfilled_at"])
        if definition is None or not self._is_fresh(at):
            return None
        form = self._form(definition)  # first: its classes may be in the argument
        arg = from_plain(object, copy["arg"]) if "arg" in copy else UNDEFINED
        error = from_plain(ErrorInfo, copy["error"]) if "error" in copy else None
        status: Status = FULFILLED if error is None else REJECTED
        is_own = self._api.endpoints[definition.name].of(arg).key == key
        if not is_own or copy["status"] != status:
            return None
        entry = QueryEntry(
            status,
            definition.name,
            freeze(arg),
            fulfilled_at=at,
            data=freeze(from_plain(form, copy["data"])),
            error=freeze(error),
        )
        return Copied(entry, self._tags(copy.get("tags", ())))

    def _is_fresh(self, at: int) -> bool:
        age_s = (self._now_ms() - at) / 1000
        return at > 0 and (self._max_age is None or age_s <= self._max_age)

    def _tags(self, told: object) -> Tags:
        """Return those tags that this api has.

        Raises:
            ValueError: one is none: without it the data might stay when it is untrue.
        """
        tags = [_tag(*each) for each in cast("Collection[Collection[object]]", told)]
        return tuple(each for each in tags if each.kind in self._api.tags)

    # -- both

    def _form(self, definition: Definition) -> object:
        """Return the type of an endpoint's data; ``object`` where that is not told.

        Plain data of no type names its classes, and may name those that this process
        has met: so those of the endpoint are met here.
        """
        name = definition.name
        if name not in self._forms:
            changed = definition.options.get("transform")
            own = _hints(definition.function)
            last = own if changed is None else _hints(changed)
            self._forms[name] = last.get("return", object)
        return self._forms[name]

    def _tell(self, definition: Definition, error: NotPlain) -> None:
        if definition.name not in self._told:
            self._told.add(definition.name)
            _log.warning(
                "%s/%s: its data is not mirrored: it has no plain form, or is not what "
                "the endpoint is annotated with%s",
                self._api.name,
                definition.name,
                f", at {error.path}" if error.path else "",
            )


def _tag(kind: object, name: object = UNDEFINED) -> Tag:
    is_name = name is UNDEFINED or type(name) is str or type(name) is int
    if type(kind) is not str or not is_name:
        raise ValueError("no tag")
    return Tag(kind, cast("str | int", name))


def _hints(function: object) -> dict[str, object]:
    """Return those annotations of a function that have a plain form, by name."""
    try:
        told = typing.get_type_hints(cast("Callable[[], object]", function))
    except Exception:  # of a name that only type checkers see, or anything else
        return {}
    found: dict[str, object] = {}
    for name, form in told.items():
        with suppress(Misfit):
            _compiler.codec(form)
            found[name] = form
    return found
