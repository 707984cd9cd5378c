"""Says what a recipe changed, as patches: there and back again.

Read off the drafts after they are finished: a key that was assigned is one patch with
the whole value, a draft that changed where it was gives its own, deeper patches. What
was changed and put back gives none.

Source:
    The shapes and their order are those of Immer's patches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NotRequired, TypedDict, cast

from stateroom.store.drafts.nodes import Node, field_names
from stateroom.store.drafts.tables import is_same

__all__ = ("Patch", "Path", "Recording")

Path = tuple[object, ...]
_ABSENT: Final = object()


class Patch(TypedDict):
    """One change.

    Attributes:
        op: ``"replace"``, ``"add"`` or ``"remove"``.
        path: keys, indexes and field names from the root; empty for the root itself.
        value: the new value; absent for ``"remove"``, except in a set.
    """

    op: str
    path: Path
    value: NotRequired[object]


class Recording:
    """Collects the patches of one recipe.

    Attributes:
        patches: that lead from the base to the result.
        inverse: that lead back, in the order in which they are to be applied.
    """

    def __init__(self, origins: Mapping[int, Node]) -> None:
        self.patches: list[Patch] = []
        self.inverse: list[Patch] = []
        self._origins = origins

    def replaced(self, base: object, result: object) -> None:
        """Record that the recipe returned another root."""
        self._both(_patch("replace", (), result), _patch("replace", (), base))

    def compare(self, base: object, result: object, path: Path = ()) -> None:
        """Record how the draft of ``base`` became ``result``."""
        node = self._origins[id(result)]
        if isinstance(result, list):
            self._lists(cast("Sequence[object]", base), result, path)
        elif isinstance(result, tuple):
            self._tuples(cast("Sequence[object]", base), result, path)
        elif isinstance(result, AbstractSet):
            self._sets(cast("AbstractSet[object]", base), result, path)
        else:
            self._keyed(node, base, result, path)

    def _is_draft_of(self, base: object, result: object) -> bool:
        node = self._origins.get(id(result))
        return node is not None and node.base is base

    def _below(self, base: object, result: object, path: Path) -> bool:
        """Record what happened inside a value that stayed in its place."""
        if self._is_draft_of(base, result):
            self.compare(base, result, path)
            return True
        if type(base) is type(result) and isinstance(result, tuple):
            return self._tuples(cast("Sequence[object]", base), result, path)
        return False

    def _both(self, patch: Patch, inverse: Patch) -> None:
        self.patches.append(patch)
        self.inverse.append(inverse)

    def _keyed(self, node: Node, base: object, result: object, path: Path) -> None:
        assigned = node.assigned or {}
        drafted = node.children or {}
        # In the order of the keys, as Immer does; most often there is one.
        keys = _keys(result) if len(drafted) > 1 else drafted
        for key in keys:
            if key in drafted and key not in assigned:
                before, after = _held(base, key), _held(result, key)
                if before is not after:
                    self._below(before, after, (*path, key))
        for key in assigned:
            self._assigned(_held(base, key), _held(result, key), (*path, key))

    def _assigned(self, before: object, after: object, path: Path) -> None:
        if before is after or (after is not _ABSENT and is_same(before, after)):
            return
        if after is _ABSENT:
            self._both(_patch("remove", path), _patch("add", path, before))
        elif before is _ABSENT:
            self._both(_patch("add", path, after), _patch("remove", path))
        else:
            self._both(_patch("replace", path, after), _patch("replace", path, before))

    def _lists(
        self, base: Sequence[object], result: Sequence[object], path: Path
    ) -> None:
        for index, (before, after) in enumerate(zip(base, result, strict=False)):
            if before is not after and not is_same(before, after):
                place = (*path, index)
                if not self._below(before, after, place):
                    self._assigned(before, after, place)
        common = min(len(base), len(result))
        for index in range(common, len(result)):
            self.patches.append(_patch("add", (*path, index), result[index]))
        for index in range(len(result) - 1, common - 1, -1):
            self.inverse.append(_patch("remove", (*path, index)))
        for index in range(len(base) - 1, common - 1, -1):
            self.patches.append(_patch("remove", (*path, index)))
        for index in range(common, len(base)):
            self.inverse.append(_patch("add", (*path, index), base[index]))

    def _tuples(
        self, base: Sequence[object], result: Sequence[object], path: Path
    ) -> bool:
        """Record the changes inside a tuple, if it only changed inside."""
        if not self._stayed(base, result):
            return False
        for index, (before, after) in enumerate(zip(base, result, strict=True)):
            if before is not after:
                self._below(before, after, (*path, index))
        return True

    def _stayed(self, before: object, after: object) -> bool:
        """Say whether a value in a tuple is what it was, or a draft of it."""
        if before is after or self._is_draft_of(before, after):
            return True
        if not isinstance(before, tuple) or type(before) is not type(after):
            return False
        held = cast("tuple[object, ...]", after)
        return len(before) == len(held) and all(map(self._stayed, before, held))

    def _sets(
        self, base: AbstractSet[object], result: AbstractSet[object], path: Path
    ) -> None:
        for index, value in enumerate(base):
            if value not in result:
                place = (*path, index)
                self._both(_patch("remove", place, value), _patch("add", place, value))
        for index, value in enumerate(result):
            if value not in base:
                place = (*path, index)
                self._both(_patch("add", place, value), _patch("remove", place, value))


def _patch(op: str, path: Path, value: object = _ABSENT) -> Patch:
    if value is _ABSENT:
        return {"op": op, "path": path}
    return {"op": op, "path": path, "value": value}


def _keys(value: object) -> Sequence[object]:
    if isinstance(value, Mapping):
        return list(value)
    return list(field_names(value))


def _held(value: object, key: object) -> object:
    if isinstance(value, Mapping):
        return value.get(key, _ABSENT)
    return getattr(value, cast("str", key), _ABSENT)
