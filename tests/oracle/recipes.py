"""Runs the steps of a recipe on a draft; ``js/recipes.mjs`` is the same there.

One step has several spellings in Python (``push`` is ``append``, ``extend``, ``+=``, a
slice); they take turns, so that each is compared.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, MutableSet
from typing import TypeAlias, cast

from stateroom.store import drafts
from stateroom.store.undefined import NOTHING, UNDEFINED
from tests.oracle.performing import perform
from tests.oracle.ranks import rank
from tests.oracle.real import Json
from tests.oracle.terms import build, entries, is_container, kind_of, plain

__all__ = ("Boom", "Recipe")

Items: TypeAlias = "list[object]"
Keyed: TypeAlias = "MutableMapping[Json, object]"


class Boom(Exception):
    """What a program raises on purpose."""


class Recipe:
    """Runs steps on variables; variable 0 is the draft.

    Without maps, a step that would put a number as key into a dict does not fit.
    """

    def __init__(self, *, turn: int = 0, has_maps: bool = True) -> None:
        self.variables: dict[int, object] = {}
        self.log: list[Json] = []
        self._turn = turn
        self._has_maps = has_maps

    def run(self, steps: Json, ret: Json) -> object:
        """Do the steps; what the recipe is to return."""
        for step in cast("list[Json]", steps):
            perform(self, step)
        if ret is None:
            return None
        assert isinstance(ret, dict)
        value = None if "nothing" in ret else self.value(ret)
        # To return None is to return nothing; see the page of deviations.
        if value is UNDEFINED:
            return None
        return NOTHING if value is None else value

    def spelling(self, *ways: Callable[[], object]) -> object:
        """Take the next of several ways to say the same."""
        self._turn += 1
        return ways[self._turn % len(ways)]()

    # ------------------------------------------------------------ expressions

    def value(self, expression: Json) -> object:
        """What an expression stands for now."""
        assert isinstance(expression, dict)
        match expression:
            case {"v": int() as name}:
                return self.found(name, expression.get("p"))
            case {"l": term}:
                return build(term)
            case {"cur": inner}:
                return drafts.current(self.value(inner))
            case {"orig": inner}:
                return drafts.original(self.value(inner))
            case _:
                return self.made(expression)

    def found(self, name: int, path: Json) -> object:
        """What stands at a path from a variable."""
        value = self.variables.get(name, UNDEFINED)
        for key in cast("list[Json] | None", path) or ():
            value = self.get(value, key)
        return value

    def made(self, expression: dict[str, Json]) -> object:
        """A new container of what stands elsewhere, or a recipe within."""
        match expression:
            case {"wa": list() as several}:
                return [self.value(each) for each in several]
            case {"w": list() as pairs}:
                named = cast("list[tuple[Json, Json]]", pairs)
                return {key: self.value(each) for key, each in named}
            case {"nest": inner, "steps": steps}:
                return self._nested(inner, steps, expression.get("ret"))
            case _:
                raise AssertionError(f"unknown expression {expression}")

    def fits(self, place: object, key: Json) -> bool:
        """Whether a key is of the class that keys of this container have."""
        if isinstance(place, list):
            return isinstance(key, int)
        if isinstance(place, dict) and self._has_maps:
            return True
        return kind_of(place) == "o" and isinstance(key, str)

    def get(self, place: object, key: Json) -> object:
        """What stands under a key; UNDEFINED where nothing does."""
        if not self.fits(place, key):
            return UNDEFINED
        match place:
            case list():
                index = cast("int", key)
                return place[index] if 0 <= index < len(place) else UNDEFINED
            case dict():
                keyed = cast("Keyed", place)
                if key not in keyed:
                    return UNDEFINED
                return self.spelling(lambda: keyed[key], lambda: keyed.get(key))
            case _:
                return getattr(place, cast("str", key), UNDEFINED)

    def _nested(self, inner: Json, steps: Json, ret: Json) -> object:
        outer, base = self.variables, self.value(inner)
        if not is_container(base):
            return base

        def recipe(draft: object) -> object:
            self.variables = {**outer, 0: draft}
            try:
                return self.run(steps, ret)
            finally:
                self.variables = outer

        return drafts.produce(base, recipe)

    # ------------------------------------------------------------------ steps

    def items(self, target: Json) -> Items | None:
        """The list that a step works on."""
        value = self.value(target)
        return value if isinstance(value, list) else None

    def do_let(self, name: Json, expression: Json) -> None:
        self.variables[cast("int", name)] = self.value(expression)

    def do_set(self, target: Json, key: Json, expression: Json) -> None:
        place, value = self.value(target), self.value(expression)
        if not self.fits(place, key):
            return
        if isinstance(place, list):
            index = cast("int", key)
            if index >= len(place):
                return
            self.spelling(
                lambda: place.__setitem__(index, value),
                lambda: place.__setitem__(index - len(place), value),
                lambda: place.__setitem__(slice(index, index + 1), [value]),
            )
        elif isinstance(place, dict):
            keyed = cast("dict[Json, object]", place)
            self.spelling(
                lambda: keyed.__setitem__(key, value),
                lambda: keyed.update({key: value}),
                lambda: keyed.__ior__({key: value}),
            )
        else:
            setattr(place, cast("str", key), value)

    def do_del(self, target: Json, key: Json) -> None:
        place = self.value(target)
        if not isinstance(place, dict) or not self.fits(place, key):
            return
        keyed = cast("dict[Json, object]", place)
        if key not in keyed:
            keyed.pop(key, None)
            return
        self.spelling(lambda: keyed.pop(key), lambda: keyed.__delitem__(key))

    def do_push(self, target: Json, expression: Json) -> None:
        value, place = self.value(expression), self.items(target)
        if place is not None:
            self.spelling(
                lambda: place.append(value),
                lambda: place.extend([value]),
                lambda: place.__iadd__([value]),
                lambda: place.insert(len(place), value),
                lambda: place.__setitem__(slice(len(place), None), [value]),
            )

    def do_pop(self, name: Json, target: Json) -> None:
        place = self.items(target)
        self.variables[cast("int", name)] = UNDEFINED
        if place:
            self.variables[cast("int", name)] = self.spelling(
                place.pop,
                lambda: place.pop(-1),
                lambda: place.pop(len(place) - 1),
            )

    def do_insert(self, target: Json, index: Json, expression: Json) -> None:
        value, place = self.value(expression), self.items(target)
        at = cast("int", index)
        if place is not None:
            self.spelling(
                lambda: place.insert(at, value),
                lambda: place.__setitem__(slice(at, at), [value]),
            )

    def do_remove(self, name: Json, target: Json, index: Json) -> None:
        place, at = self.items(target), cast("int", index)
        self.variables[cast("int", name)] = UNDEFINED
        if place is None or at >= len(place):
            return

        def taken() -> object:
            value = place[at]
            del place[at]
            return value

        found = self.spelling(lambda: place.pop(at), taken)
        self.variables[cast("int", name)] = found

    def do_splice(self, target: Json, start: Json, count: Json, several: Json) -> None:
        values = [self.value(each) for each in cast("list[Json]", several)]
        place, at = self.items(target), cast("int", start)
        if place is not None:
            place[at : at + cast("int", count)] = values

    def do_sort(self, target: Json) -> None:
        place = self.items(target)
        if place is not None:
            place.sort(key=rank)

    def do_reverse(self, target: Json) -> None:
        place = self.items(target)
        if place is not None:
            self.spelling(
                place.reverse, lambda: place.__setitem__(slice(None), place[::-1])
            )

    def do_clear(self, target: Json) -> None:
        place = self.value(target)
        if isinstance(place, list):
            self.spelling(place.clear, lambda: place.__delitem__(slice(None)))
        elif isinstance(place, (dict, MutableSet)):
            place.clear()

    def do_add(self, target: Json, term: Json) -> None:
        place, value = self.value(target), build(term)
        if isinstance(place, set):
            self.spelling(
                lambda: place.add(value),
                lambda: place.update([value]),
                lambda: place.__ior__({value}),
            )

    def do_discard(self, target: Json, term: Json) -> None:
        place, value = self.value(target), build(term)
        if isinstance(place, set):
            self.spelling(
                lambda: place.discard(value),
                lambda: place.difference_update([value]),
                lambda: place.__isub__({value}),
            )

    def do_read(self, expression: Json) -> None:
        self.log.append(plain(self.value(expression)))

    def do_has(self, target: Json, key: Json) -> None:
        place = self.value(target)
        if isinstance(place, (dict, set)):
            self.log.append(key in place)
        else:
            self.log.append(is_container(place) and key in dict(entries(place)))

    def do_size(self, target: Json) -> None:
        place = self.value(target)
        self.log.append(len(entries(place)) if is_container(place) else -1)

    def do_same(self, one: Json, other: Json) -> None:
        self.log.append(self.value(one) is self.value(other))

    def do_draft(self, expression: Json) -> None:
        self.log.append(drafts.is_draft(self.value(expression)))

    def do_say(self, word: Json) -> None:
        self.log.append(word)

    def do_throw(self) -> None:
        raise Boom
