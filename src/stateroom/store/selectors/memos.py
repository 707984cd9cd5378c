"""Remembers what a function returned for the calls of late: bounded, and lock-free.

``IdentityMemo`` is the default of both layers of a selector. It finds a call by the
identity of its arguments, in constant time, and remembers the last ``size`` calls.
``LruMemo`` asks a function whether arguments are equal, so it tries one after another.

Reselect's default remembers every call for as long as its arguments live. That needs
weak references, which plain ``dict`` and ``list`` do not have, and it never forgets
calls with ids and other scalars. Ours holds what it remembers, and forgets the oldest.

Threads: nothing here waits. A lookup is one read of a table, and every change of it is
one call into C that runs no Python code: the keys are ``int``, ``str``, ``bytes`` and
classes, and nothing is overwritten, so that no finaliser runs in between. Threads that
miss at once may each compute; all of them get the result that was kept first. A result
whose computation began before ``clear_cache`` is returned, and not kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Final, Generic, Never, Protocol, TypeAlias, TypeVar, cast

from stateroom.errors import InvalidValue
from stateroom.store.drafts.tables import is_same
from stateroom.store.selectors.keys import key_of

__all__ = (
    "DEFAULT_SIZE",
    "Equal",
    "Function",
    "IdentityMemo",
    "LruMemo",
    "Memoize",
    "Memoized",
    "identity_memo",
    "lru_memo",
)

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

DEFAULT_SIZE: Final = 16
"""Calls that a memo remembers, each with its arguments and its result.

Enough for the handful of arguments that one screen uses and for stepping back and
forth through states. Few enough that what is held besides the current state is small:
states share everything that did not change between them.
"""

Equal: TypeAlias = Callable[[Never, Never], bool]
"""Says whether two values are equal. Never: of whatever type its arguments are."""


class Function(Protocol[R_co]):
    """A function of any arguments, as far as type checkers are told here."""

    def __call__(self, *args: object, **named: object) -> R_co: ...


class Memoized(Function[R_co], Protocol[R_co]):
    """A function that remembers results, and can be told to forget them."""

    def clear_cache(self) -> None: ...


class Memoize(Protocol):
    """Makes a function remember its results. It must not remember errors."""

    def __call__(self, function: Function[R], /) -> Memoized[R]: ...


class IdentityMemo(Generic[R]):
    """Remembers the results of the last ``size`` different calls of ``function``.

    Arguments are the same when they are one object, or scalars of one class and value.
    """

    __slots__ = ("_function", "_size", "_table")

    def __init__(self, function: Function[R], *, size: int = DEFAULT_SIZE) -> None:
        self._function = function
        self._size = checked_size(size)
        # The least recently used first. An entry holds its arguments: were one of them
        # freed, its id could become that of another object.
        self._table: OrderedDict[
            Hashable, tuple[R, tuple[object, ...], Mapping[str, object]]
        ] = OrderedDict()

    def __call__(self, *args: object, **named: object) -> R:
        table = self._table
        key = key_of(args, named)
        entry = table.get(key)
        if entry is None:
            result = self._function(*args, **named)
            entry = table.setdefault(key, (result, args, named))
            while len(table) > self._size:
                drop_oldest(table)
            return entry[0]
        try:
            table.move_to_end(key)
        except KeyError:  # another thread has dropped it since we found it
            return entry[0]
        return entry[0]

    def __len__(self) -> int:
        return len(self._table)

    def clear_cache(self) -> None:
        """Forget every result, and let go of it and of its arguments."""
        self._table = OrderedDict()


def drop_oldest(table: OrderedDict[Hashable, R]) -> None:
    """Forget the call used longest ago, if there is one left."""
    try:
        table.popitem(last=False)
    except KeyError:  # other threads have dropped them all
        return


class LruMemo(Generic[R]):
    """Remembers the results of the last ``size`` calls, compared by ``equal``.

    Looking one up takes time in proportion to ``size``.
    """

    __slots__ = ("_cell", "_equal", "_function", "_size")

    def __init__(
        self, function: Function[R], *, size: int = 1, equal: Equal = is_same
    ) -> None:
        self._function = function
        self._size = checked_size(size)
        self._equal = cast("Callable[[object, object], bool]", equal)
        # The entries, the last used first. They are replaced as a whole, so a reader
        # sees them as they were at one moment. ``clear_cache`` replaces the cell.
        self._cell: list[tuple[_Entry[R], ...]] = [()]

    def __call__(self, *args: object, **named: object) -> R:
        cell = self._cell
        entries = cell[0]
        for place, entry in enumerate(entries):
            if self._is_of(entry, args, named):
                if place:
                    cell[0] = (entry, *entries[:place], *entries[place + 1 :])
                return entry[0]
        result = self._function(*args, **named)
        # Read again: the function may have called this memo itself.
        cell[0] = ((result, args, named), *cell[0][: self._size - 1])
        return result

    def __len__(self) -> int:
        return len(self._cell[0])

    def clear_cache(self) -> None:
        """Forget every result, and let go of it and of its arguments."""
        self._cell = [()]

    def _is_of(
        self, entry: _Entry[R], args: tuple[object, ...], named: Mapping[str, object]
    ) -> bool:
        _, old_args, old_named = entry
        if len(old_args) != len(args) or old_named.keys() != named.keys():
            return False
        equal = self._equal
        return all(map(equal, old_args, args)) and all(
            equal(old_named[name], named[name]) for name in named
        )


_Entry: TypeAlias = "tuple[R, tuple[object, ...], Mapping[str, object]]"


def checked_size(size: int) -> int:
    """Refuse a size that remembers nothing, or that is no number.

    Raises:
        InvalidValue: ``size`` is not a whole number of at least 1.
    """
    if type(size) is int and size >= 1:
        return size
    raise InvalidValue(
        f"size: a memo remembers at least one call, got {size!r}",
        found=repr(size),
        allowed="a whole number, 1 or more",
        hint="to remember nothing at all, call the function itself",
    )


class _IdentityMemos:
    """What ``identity_memo`` returns: one memo per function that it is given."""

    __slots__ = ("size",)

    def __init__(self, size: int) -> None:
        self.size = checked_size(size)

    def __call__(self, function: Function[R], /) -> IdentityMemo[R]:
        return IdentityMemo(function, size=self.size)

    def __repr__(self) -> str:
        return f"identity_memo(size={self.size})"


class _LruMemos:
    """What ``lru_memo`` returns: one memo per function that it is given."""

    __slots__ = ("equal", "size")

    def __init__(self, size: int, equal: Equal) -> None:
        self.size = checked_size(size)
        self.equal = equal

    def __call__(self, function: Function[R], /) -> LruMemo[R]:
        return LruMemo(function, size=self.size, equal=self.equal)

    def __repr__(self) -> str:
        return f"lru_memo(size={self.size}, equal={self.equal!r})"


def identity_memo(*, size: int = DEFAULT_SIZE) -> Memoize:
    """Remember the last ``size`` calls, found by the identity of their arguments."""
    return _IdentityMemos(size)


def lru_memo(*, size: int = 1, equal: Equal = is_same) -> Memoize:
    """Remember the last ``size`` calls, whose arguments ``equal`` compares.

    With ``operator.eq``, for example, a list is the same as an equal one. What that
    costs depends on the values. The memo is used by several threads at once if the
    selector is; so ``equal`` must be a function of its two arguments.
    """
    return _LruMemos(size, equal)
