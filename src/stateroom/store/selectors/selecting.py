"""The selector: computes from state, and computes again only what has changed.

There are two layers. The arguments: called with what it was called with before, a
selector runs nothing. The inputs: when its input selectors return what they returned
before, its result function does not run. So a selector of one slice stays at rest while
others change, and returns the same object, which others can rely on in turn.

Threads: a selector may be called by any number at once, and none waits. The last call
and its result are one tuple, replaced as a whole; for the memos, see there. Only the
counters may miss a run, when two threads count at the same moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Generic, ParamSpec, TypeVar, cast

from stateroom.store.selectors.arguments import Reach, name_of
from stateroom.store.selectors.checks import Checkup
from stateroom.store.selectors.drafted import (
    SIGHTINGS,
    Passing,
    settled,
    settled_names,
)
from stateroom.store.selectors.inputs import Inputs
from stateroom.store.selectors.memos import Function, IdentityMemo, Memoize, Memoized
from stateroom.store.selectors.options import SelectorOptions, checks_in, layers_in
from stateroom.store.undefined import UNDEFINED, Undefined

__all__ = ("Selector",)

P = ParamSpec("P")
R = TypeVar("R")

_NOBODY: Final = object()
"""Stands for the state of the last call, when that had other arguments as well."""


class Selector(Generic[P, R]):
    """A function of the state that remembers its results; made by ``selector``.

    Attributes:
        dependencies: the input selectors, in order.
        result_function: computes the result from what they return.
        memoized_result_function: the same, with its memo: the layer of the inputs.
        memoize: made that memo.
        args_memoize: made the memo of the arguments.
        last_result: the result of the last call that ran the input selectors;
            ``UNDEFINED`` before the first.
        recomputations: how often the result function has run.
        dependency_recomputations: how often the input selectors have run.
        reach: which arguments can be given to it.
    """

    __slots__ = (
        "__dict__",  # of __name__ and __doc__; what a call reads is in slots
        "__weakref__",
        "_checkup",
        "_generation",
        "_inputs",
        "_is_by_identity",
        "_last",
        "_previous",
        "_recall",
        "_result_equal",
        "args_memoize",
        "dependencies",
        "dependency_recomputations",
        "last_result",
        "memoize",
        "memoized_result_function",
        "reach",
        "recomputations",
        "result_function",
    )
    args_memoize: Memoize
    memoize: Memoize

    def __init__(
        self,
        dependencies: tuple[Function[object], ...],
        result_function: Function[R],
        *,
        options: SelectorOptions,
    ) -> None:
        self._inputs = Inputs(dependencies, result_function)
        self.dependencies: tuple[Function[object], ...] = dependencies
        self.result_function: Function[R] = result_function
        self.reach: Reach = self._inputs.reach
        self._look_like(result_function)
        self.args_memoize, self.memoize = layers_in(options)
        self._recall: Memoized[R] = self.args_memoize(self._select)
        # Memos of another kind may not take one and the same object for the same.
        self._is_by_identity = isinstance(self._recall, IdentityMemo)
        self.memoized_result_function: Memoized[R] = self.memoize(self._combine)
        equal = options.get("result_equal")
        self._result_equal = cast("Callable[[R, R], bool] | None", equal)
        self._checkup = Checkup(self._inputs, result_function, when=checks_in(options))
        self.recomputations: int = 0
        self.dependency_recomputations: int = 0
        self._let_go()

    def _look_like(self, function: object) -> None:
        """Take over the name and the text, but not the signature: that differs."""
        self.__name__: str = name_of(function)
        self.__qualname__: str = getattr(function, "__qualname__", self.__name__)
        self.__doc__ = getattr(function, "__doc__", None)
        self.__module__ = getattr(function, "__module__", __name__)

    def _let_go(self) -> None:
        """Hold no state and no result any more. Calls under way will notice."""
        self._generation = object()
        self._last: tuple[object, R] = (_NOBODY, cast("R", UNDEFINED))
        self._previous: R | Undefined = UNDEFINED
        self.last_result: R | Undefined = UNDEFINED

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        last = self._last
        if len(args) == 1 and args[0] is last[0] and not kwargs:
            return last[1]
        return self._find(args, kwargs)

    def _find(self, args: tuple[object, ...], named: Mapping[str, object]) -> R:
        """Look the call up in the first layer, and note it for the next call."""
        generation = self._generation
        try:
            result = self._recall(*args, **named)
        except Passing as passing:
            return cast("R", passing.result)
        if self._is_by_identity and self._generation is generation:
            is_short = len(args) == 1 and not named
            self._last = (args[0] if is_short else _NOBODY, result)
        return result

    def _select(self, *args: object, **named: object) -> R:
        """Run the inputs. The first layer calls this for arguments it does not know."""
        seen = SIGHTINGS.latest
        args = settled(args)
        if named:
            named = settled_names(named)
        self.dependency_recomputations += 1
        values = settled(self._inputs.values(args, named))
        result = self._result_of(values, args, named)
        self.last_result = result
        if SIGHTINGS.latest is not seen:
            raise Passing(result)
        if self._checkup.is_due:
            self._checkup.run((args, named), (values, result), self.memoize)
        return result

    def _result_of(
        self,
        values: tuple[object, ...],
        args: tuple[object, ...],
        named: Mapping[str, object],
    ) -> R:
        """Look the values up in the second layer."""
        if len(args) == 1 and not named:
            return self.memoized_result_function(*values)
        more, by_name = self._inputs.rest(args, named)
        return self.memoized_result_function(*values, *more, **by_name)

    def _combine(self, *values: object, **named: object) -> R:
        """Run the result function. The second layer calls this for new values."""
        self.recomputations += 1
        result = self.result_function(*values, **named)
        if self._result_equal is None:
            return result
        previous = self._previous
        if previous is not UNDEFINED and self._result_equal(previous, result):
            return previous
        self._previous = result
        return result

    def reset_recomputations(self) -> None:
        """Count the runs of the result function from zero again."""
        self.recomputations = 0

    def reset_dependency_recomputations(self) -> None:
        """Count the runs of the input selectors from zero again."""
        self.dependency_recomputations = 0

    def clear_cache(self) -> None:
        """Forget everything in both layers, and let go of the states and results.

        The input selectors keep what they remember: others may use them.
        """
        self._let_go()
        self._recall.clear_cache()
        self.memoized_result_function.clear_cache()

    def __repr__(self) -> str:
        inputs = ", ".join(map(name_of, self.dependencies))
        return f"<selector {self.__name__} of {inputs}>"
