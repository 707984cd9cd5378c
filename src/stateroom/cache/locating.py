"""From a call's arguments to the place of its entry, at the price of a look-up.

A locator takes a function's own arguments. It leaves out what the result does not
depend on, turns the rest into canonical bytes, and remembers what was made of them: a
call that was seen before, with a few plain arguments, costs less than 0.5 us.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Generic, ParamSpec, Protocol, TypeVar, cast

from stateroom.cache.canonical import (
    SIMPLE,
    UNENCODABLE,
    canonical,
    class_name,
    encode_simple,
)
from stateroom.cache.generated import Plan, compiled
from stateroom.cache.parameters import (
    Owner,
    Parameters,
    check_parameters,
    name_of,
    parameters_of,
    read_owner,
)
from stateroom.catalogue.keys import PUBLIC, Scope
from stateroom.errors import InvalidValue, UsageError

__all__ = ("Locator", "locator")

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Make = Callable[[Scope, bytes], T]

LONGEST_REMEMBERED = 1024
"""Bytes of arguments; with longer ones the memory would be a cache of its own."""
KEY_FIXES = (
    "give the class a method __cache_key__() that returns what the result depends on, "
    "or name the parameter in ignore="
)


class Locator(Protocol[T_co]):
    """Takes a function's arguments and returns what was made of them.

    Raises:
        TypeError: the function itself would not take these arguments.
        InvalidValue: one of them cannot be part of a key, or names no owner.
    """

    def __call__(self, *args: object, **kwargs: object) -> T_co: ...


def locator(
    function: Callable[P, object],
    *,
    ignore: Collection[str] = (),
    scope: str | None = None,
    make: Make[T],
    remembered: int = 8192,
) -> Locator[T]:
    """Return what finds the entry of each call of ``function``.

    Arguments are bound and defaulted as the interpreter does: ``f(1)``, ``f(x=1)`` and
    a default that is spelled out are one entry. ``self`` is part of it through its
    ``__cache_key__()``, ``cls`` by its name.

    Args:
        function: the one whose results are cached.
        ignore: names of parameters that the result does not depend on.
        scope: the parameter, or a path that begins with it, that holds the id of whose
            result it is: ``"user_id"``, ``"group:team.id"``. Left out of the bytes, as
            it is in the scope. None: one result for everybody.
        make: called with the scope and the canonical bytes, once while remembered.
        remembered: how many calls to remember, at least 1. All are forgotten when there
            would be more.

    Raises:
        UsageError: as in ``check_parameters``.
    """
    check_parameters(function, ignore=ignore, scope=scope)
    if remembered < 1:
        raise UsageError(f"remembered= must be at least 1, found {remembered}")
    owner = read_owner(function, scope)
    plan = _planned(function, {*ignore, owner.parameter if owner else ""}, owner)
    names: dict[str, object] = {
        "Missed": (KeyError, *UNENCODABLE),
        "encode": encode_simple,
        "receive": _receive,
        "simple": SIMPLE,
    }
    if owner is None:
        public = _Public(make, plan.labels, remembered=remembered)
        names |= {"memo": public.memo, "locate": public.locate}
    else:
        owned = _Owned(make, plan.labels, remembered=remembered, owner=owner)
        names |= {"memo": owned.memo, "locate": owned.locate, "unowned": owned.unowned}
    return cast("Locator[T]", compiled(function, plan, names))


def _planned(function: object, left_out: set[str], owner: Owner | None) -> Plan:
    parameters = parameters_of(function)
    receiver = _receiver_of(function, parameters)
    if receiver in left_out:
        receiver = ""
    return Plan(
        parameters=parameters,
        kept=tuple(each for each in parameters if each not in {*left_out, receiver}),
        receiver=receiver,
        owner=owner.path if owner else "",
    )


def _receiver_of(function: object, parameters: Parameters) -> str:
    """Return ``self`` or ``cls`` if the function is a method of a class, or ``""``."""
    first = next(iter(parameters), "")
    home = name_of(function).rpartition(".")[0]
    in_class = home and not home.endswith("<locals>")
    return first if in_class and first in {"self", "cls"} else ""


def _receive(value: object) -> tuple[str, object]:
    """Return what stands for the object, or class, whose method was called."""
    if isinstance(value, type):
        return f"type {class_name(value)}", None
    kind = type(value)
    key_of: object = getattr(kind, "__cache_key__", None)
    if callable(key_of):
        return class_name(kind), key_of(value)
    name = f"{kind.__module__}.{kind.__qualname__}"
    raise InvalidValue(
        f"the method's object cannot be part of a key: {name} has no __cache_key__()",
        found=name,
        allowed="an object with a method __cache_key__()",
        hint=KEY_FIXES,
    )


class _Memory(Generic[T]):
    """What was made for the calls seen so far.

    Threads may share it: each step on the dict is one of the interpreter's, and two
    that make the same thing make equal ones.
    """

    def __init__(
        self, make: Make[T], labels: tuple[str, ...], *, remembered: int
    ) -> None:
        self.memo: dict[bytes, T] = {}
        self._make = make
        self._labels = labels
        self._remembered = remembered

    def _kept(self, looked_up: bytes, made: T) -> T:
        if len(looked_up) <= LONGEST_REMEMBERED:
            if len(self.memo) >= self._remembered:
                self.memo.clear()
            self.memo[looked_up] = made
        return made


class _Public(_Memory[T]):
    """The slow way for a function whose results are everybody's."""

    def locate(self, values: tuple[object, ...]) -> T:
        """Return what is made of a call."""
        packed = canonical(values, self._labels)
        try:
            return self.memo[packed]
        except KeyError:
            pass
        return self._kept(packed, self._make(PUBLIC, packed))


class _Owned(_Memory[T]):
    """The slow way for a function each of whose results is one user's or group's."""

    def __init__(
        self, make: Make[T], labels: tuple[str, ...], *, remembered: int, owner: Owner
    ) -> None:
        super().__init__(make, labels, remembered=remembered)
        self._owner = owner

    def locate(self, values: tuple[object, ...], owner: object) -> T:
        """Return what is made of a call.

        The owner is part of what is looked up, with its type: True is not 1 here, and
        so cannot find what was made for the user 1.
        """
        scope = self._owner.scope_of(owner)
        # A subclass of text, such as an enum, goes by the text that the scope holds.
        exact = owner if type(owner) in {int, str} else scope.id
        looked_up = canonical((exact, *values), (self._owner.parameter, *self._labels))
        try:
            return self.memo[looked_up]
        except KeyError:
            pass
        packed = canonical(values, self._labels)
        return self._kept(looked_up, self._make(scope, packed))

    def unowned(self, error: AttributeError) -> InvalidValue:
        """Return what to raise when the path to the owner does not exist."""
        return self._owner.refused(
            f"none ({error})", "text that is not empty, or an int"
        )
