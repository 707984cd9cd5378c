"""How a call's arguments become a payload, and a payload becomes arguments again.

No argument, no payload; one parameter, its value; more, a mapping by parameter name,
with what was given. So an action reads well in a log and in other languages, and adding
a parameter with a default keeps old actions valid.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import cast

from stateroom.errors import InvalidAction, InvalidSlice
from stateroom.store.undefined import UNDEFINED

__all__ = ("Parameters",)

_BY_NAME = {
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.KEYWORD_ONLY,
}


class Parameters:
    """The parameters of a function that a payload is made for.

    Attributes:
        names: of the parameters, in order, those skipped aside.
        quick: how many arguments fit without a closer look, or -1: as many as there
            are parameters, when all of them may be given by their place.
        signature: the same with their kinds, annotations and defaults.
    """

    __slots__ = ("_about", "_count", "names", "quick", "signature")

    def __init__(
        self,
        function: Callable[..., object],
        *,
        skip: int = 1,
    ) -> None:
        """Read the parameters of ``function``.

        Args:
            function: any Python function.
            skip: how many of its first parameters get something else, e.g. the state.

        Raises:
            InvalidSlice: it takes ``*args`` or ``**kwargs``, takes positional-only
                parameters, or too few.
        """
        self._about = getattr(function, "__qualname__", repr(function))
        every = list(inspect.signature(function).parameters.values())
        if len(every) < skip:
            raise InvalidSlice(
                f"{self._about} takes {len(every)} parameters; it is called with "
                f"{skip} at least",
                hint="the first parameter of a reducer is the state",
            )
        kept = every[skip:]
        for each in kept:
            if each.kind not in _BY_NAME:
                raise InvalidSlice(
                    f"{self._about} takes {each}, which has no name in a payload",
                    hint="name each parameter; take a list or mapping for many values",
                )
        self.signature: inspect.Signature = inspect.Signature(kept)
        self._count = len(kept)
        is_placed = all(each.kind is not each.KEYWORD_ONLY for each in kept)
        self.quick: int = self._count if is_placed else -1
        self.names: tuple[str, ...] = tuple(each.name for each in kept)

    def payload(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> object:
        """Return the payload of a call; ``UNDEFINED`` for none.

        Raises:
            TypeError: the arguments do not fit, as of any call.
        """
        count = self._count
        if not kwargs and len(args) == self.quick:
            if count == 1:
                return args[0]
            return dict(zip(self.names, args, strict=True)) if count else UNDEFINED
        try:
            given = self.signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{self._about}: {error}") from None
        if count == 1:
            return next(iter(given.values()), UNDEFINED)
        return given

    def caller(
        self,
        function: Callable[..., object],
    ) -> Callable[[object, Mapping[str, object]], object]:
        """Return ``call(state, action)``, which hands the payload to ``function``."""
        if self._count == 0:
            return lambda state, _: function(state)
        if self._count == 1:
            return self._one(function)
        return self._many(function)

    def _one(
        self,
        function: Callable[..., object],
    ) -> Callable[[object, Mapping[str, object]], object]:
        (only,) = self.signature.parameters.values()
        is_optional = only.default is not only.empty
        is_keyword = only.kind is only.KEYWORD_ONLY

        def call(state: object, action: Mapping[str, object]) -> object:
            payload = action.get("payload", UNDEFINED)
            if payload is UNDEFINED:
                return function(state) if is_optional else self._refuse(action)
            if is_keyword:
                return function(state, **{only.name: payload})
            return function(state, payload)

        return call

    def _many(
        self,
        function: Callable[..., object],
    ) -> Callable[[object, Mapping[str, object]], object]:
        needed = {
            name
            for name, each in self.signature.parameters.items()
            if each.default is each.empty
        }
        known = set(self.names)

        def call(state: object, action: Mapping[str, object]) -> object:
            payload = action.get("payload", {})
            if not isinstance(payload, Mapping) or not (
                needed <= payload.keys() <= known
            ):
                return self._refuse(action)
            return function(state, **cast("Mapping[str, object]", payload))

        return call

    def _refuse(self, action: Mapping[str, object]) -> object:
        wanted = "a payload" if self._count == 1 else "a mapping as payload"
        found = f"{action['payload']!r:.200}" if "payload" in action else "none"
        raise InvalidAction(
            f"{action.get('type')}: {self._about} needs {wanted} "
            f"({', '.join(self.names)}); found {found}",
            hint="make the action with its creator",
        )
