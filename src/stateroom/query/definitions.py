"""An endpoint as it was declared: its function, and what can be chosen about it.

Functions beside the endpoint's own name those of its parameters that they need, in any
order: ``provides=lambda jobs, city: ...``. See ``arguments.fitted``.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, Literal, Protocol, TypeAlias, cast

from stateroom.errors import ErrorInfo, InvalidQuery
from stateroom.query.actions import About
from stateroom.query.arguments import Parameters, fitted, parameters_of, spread
from stateroom.query.options import (
    MutationOptions,
    QueryOptions,
    Told,
    check_function,
    check_options,
)
from stateroom.query.retrying import Retry
from stateroom.query.tags import Describe, Tag, describer, expand
from stateroom.store.drafts import produce
from stateroom.store.undefined import UNDEFINED

__all__ = ("Beside", "BesideCall", "Definition")

_IN_MERGE: Final = ("meta", "fulfilled_at", "request_id")
_BEFORE: Final = ("previous", "entry")
_LIFE: Final = ("lifecycle",)


class BesideCall(Protocol):
    """A function that stands beside the endpoint's own."""

    def __call__(self, *first: object, arg: object, **known: object) -> object:
        """Call it with its first values, and what it names of the rest."""
        ...


Beside: TypeAlias = BesideCall | None


class Definition:
    """An endpoint of an api, as its client and its reducers use it.

    Attributes:
        name: of the endpoint.
        kind: what it is.
        function: what it was made from.
        parameters: of its function, the call itself aside.
        keep_unused: seconds for which unused data stays; None: what the api says.
        is_shared: whether equal parts of old data are kept.
        may_mirror: whether the data may be kept in a storage.
        retry: when a failed request is made again.
        is_tended: whether functions run beside its requests or entries.
        options: all that was chosen.
    """

    def __init__(
        self,
        name: str,
        function: Callable[..., Coroutine[object, object, object]],
        *,
        kind: Literal["query", "mutation"],
        options: QueryOptions | MutationOptions,
        kinds: AbstractSet[str],
    ) -> None:
        check_options(options, kind=kind, name=name)
        check_function(function, name)
        self.name: str = name
        self.kind: Literal["query", "mutation"] = kind
        self.parameters: Parameters = parameters_of(function, endpoint=name)
        self.function: Callable[..., Coroutine[object, object, object]] = function
        self._kinds = kinds
        chosen = cast("QueryOptions", options)
        self.options: QueryOptions = chosen
        self.keep_unused: float | None = chosen.get("keep_unused")
        self.is_shared: bool = chosen.get("structural_sharing", True)
        self.may_mirror: bool = chosen.get("mirror", True)
        self.retry: Retry | None = chosen.get("retry")
        word = "provides" if kind == "query" else "invalidates"
        self._place = f"what {name!r} {word}"
        self._told = self._telling(cast("Told", options.get(word)))
        self.merge: Beside = self._beside("merge", before=2, extras=_IN_MERGE)
        self.force_refetch: Beside = self._beside("force_refetch", extras=_BEFORE)
        self.serialize: Beside = self._beside("serialize")
        self.transform: Beside = self._beside("transform", before=1, extras=("meta",))
        self.transform_error: Beside = self._beside(
            "transform_error", before=1, extras=("meta",)
        )
        self.on_started: Beside = self._beside("on_started", extras=_LIFE)
        self.on_entry_added: Beside = self._beside("on_entry_added", extras=_LIFE)
        self.is_tended: bool = bool(self.on_started or self.on_entry_added)

    def __repr__(self) -> str:
        return f"<{self.kind} endpoint {self.name}>"

    def coroutine(self, call: object, arg: object) -> Coroutine[object, object, object]:
        """Return the work of one run, which has not begun.

        Raises:
            InvalidQuery: the argument is that of another version of the endpoint.
        """
        if self.parameters.is_single:
            return self.function(call, arg)
        args, kwargs = spread(self.parameters, arg)
        return self.function(call, *args, **kwargs)

    def tags(
        self,
        result: object,
        *,
        error: ErrorInfo | None,
        arg: object,
        meta: Mapping[str, object],
    ) -> tuple[Tag, ...]:
        """Return the tags that an outcome provides, or invalidates.

        Raises:
            InvalidQuery: the function for it raises, or tells what is no tag.
        """
        told = self._told
        if isinstance(told, tuple):
            return told
        return expand(
            told,
            result,
            error=error,
            arg=arg,
            meta=meta,
            kinds=self._kinds,
            place=self._place,
        )

    def merged(self, old: object, new: object, *, about: About) -> object:
        """Return old and new data as one; ``UNDEFINED`` where nothing is merged."""
        merge = self.merge
        if merge is None or old is UNDEFINED:
            return UNDEFINED
        arg = about["arg"].get("originalArgs", UNDEFINED)
        known: dict[str, object] = {
            "meta": about["baseQueryMeta"],
            "fulfilled_at": about["fulfilledTimeStamp"],
            "request_id": about["requestId"],
        }

        def recipe(draft: object) -> object:
            return merge(draft, new, arg=arg, **known)

        return produce(old, recipe)

    def _telling(self, told: Told) -> Describe | tuple[Tag, ...]:
        if callable(told):
            return describer(told, self.parameters, place=self._place)
        return expand(told, kinds=self._kinds, place=self._place)

    def _beside(
        self, option: str, *, before: int = 0, extras: tuple[str, ...] = ()
    ) -> Beside:
        """Return a function of the options, which takes the argument as a whole."""
        found = cast("Mapping[str, object]", self.options).get(option)
        if found is None:
            return None
        place = f"{option} of {self.name!r}"
        if not callable(found):
            raise InvalidQuery(
                f"{place}: found {found!r:.200}, expected a function",
                path=self.name,
                hint="a function, or a lambda",
            )
        function: Callable[..., object] = found
        parameters = self.parameters
        names = fitted(function, parameters, place=place, before=before, extras=extras)

        def call(*first: object, arg: object, **known: object) -> object:
            given = {**parameters.as_mapping(arg), **known}
            return function(*first, **{name: given[name] for name in names})

        return call
