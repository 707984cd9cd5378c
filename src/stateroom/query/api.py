"""An api: the endpoints of one server, and the part of a state that holds its data.

Example::

    api = QueryApi("api", tags=("Job",))

    @api.query(provides=lambda jobs: [Tag("Job", job.id) for job in jobs])
    async def jobs_in(call: QueryCall, city: str, *, page: int = 1) -> list[Job]:
        return await call.get("/jobs", params={"city": city}, returns=list[Job])

    store = Store(api)
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import (
    Concatenate,
    Literal,
    ParamSpec,
    TypeAlias,
    TypeVar,
    Unpack,
    cast,
    get_args,
    overload,
)

from stateroom.errors import InvalidQuery
from stateroom.query.actions import ActionTypes
from stateroom.query.calls import QueryCall
from stateroom.query.definitions import Definition
from stateroom.query.endpoints import (
    MutationEndpoint,
    QueryEndpoint,
    key_maker,
)
from stateroom.query.options import MutationOptions, QueryOptions, is_time
from stateroom.query.reducing import Reducers
from stateroom.query.state import ApiConfig, ApiState, Invalidation, initial_state
from stateroom.store.cases import Case
from stateroom.store.slices import Slice
from stateroom.store.undefined import UNDEFINED, Undefined

__all__ = ("ApiSlice", "QueryApi")

P = ParamSpec("P")
R = TypeVar("R")
Work: TypeAlias = Coroutine[object, object, R]
AnyFunction: TypeAlias = Callable[..., Coroutine[object, object, object]]


class ApiSlice(Slice[ApiState]):
    """The slice of an api. Its reducers make the next state without a draft."""

    def __init__(self, name: str, config: ApiConfig, *, reducers: Reducers) -> None:
        super().__init__(name, lambda: initial_state(config))
        self.kind: type[ApiState] | Callable[[], ApiState] = ApiState
        self._own = cast("Mapping[str, Case]", reducers.cases)

    def initial(self) -> ApiState:
        """Return a new initial state."""
        return self._initial()

    def for_type(self, kind: str) -> Case | None:
        """Return what reduces actions of one type; None when it ignores them."""
        return self._own.get(kind)

    def reduce(
        self, state: ApiState | Undefined, action: Mapping[str, object]
    ) -> ApiState:
        """Return the state after ``action``."""
        held: ApiState = self.initial() if state is UNDEFINED else state
        case = self._own.get(str(action.get("type")))
        return held if case is None else cast("ApiState", case(held, action))


class QueryApi:
    """The endpoints of a server. Give it to a store as a part, and to a client.

    Attributes:
        name: the key in the root state, and the first part of its actions' types.
        tags: the kinds of tags.
        config: the defaults.
        slice: what the store has of it; for what keeps or mirrors it.
        types: the types of its actions.
    """

    def __init__(
        self,
        name: str = "api",
        *,
        tags: Iterable[str] = (),
        keep_unused: float = 60.0,
        refetch_on_mount: bool | float = False,
        refetch_on_focus: bool = False,
        refetch_on_reconnect: bool = False,
        invalidation: Invalidation = "delayed",
        serialize: Callable[[str, object], str] | None = None,
    ) -> None:
        """Declare an api.

        Args:
            name: of the api; without a slash.
            tags: the kinds of tags that its endpoints provide and invalidate.
            keep_unused: seconds for which data stays that nobody wants; ``math.inf``
                for ever.
            refetch_on_mount: whether who subscribes asks for data anew that is there;
                or how many seconds old it must be for that.
            refetch_on_focus: whether subscribed data is asked for anew on focus.
            refetch_on_reconnect: the same when the network is back.
            invalidation: ``"delayed"``: tags are invalidated when no request runs any
                more; ``"immediately"``: at once.
            serialize: makes the cache key of the name of an endpoint and its argument.

        Raises:
            InvalidQuery: a kind of tags is no text, or an option is not what it
                should be.
            InvalidSlice: the name is empty, or has a slash.
        """
        self.name: str = name
        self.tags: frozenset[str] = _kinds(tags)
        if not is_time(keep_unused) or keep_unused < 0:
            raise InvalidQuery(
                f"keep_unused of the api {name!r}: found {keep_unused!r:.200}, "
                "expected seconds",
                hint="math.inf keeps for ever",
            )
        if invalidation not in get_args(Invalidation):
            raise InvalidQuery(
                f"invalidation of the api {name!r}: found {invalidation!r:.200}, "
                f"expected {' or '.join(map(repr, get_args(Invalidation)))}"
            )
        self.config: ApiConfig = ApiConfig(
            keep_unused=keep_unused,
            refetch_on_mount=refetch_on_mount,
            refetch_on_focus=refetch_on_focus,
            refetch_on_reconnect=refetch_on_reconnect,
            invalidation=invalidation,
        )
        self._serialize = serialize
        self._definitions: dict[str, Definition] = {}
        self._endpoints: dict[str, QueryEndpoint[..., object]] = {}
        self.types: ActionTypes = ActionTypes(name)
        reducers = Reducers(self.types, rules=self._definitions, config=self.config)
        self.slice: ApiSlice = ApiSlice(name, self.config, reducers=reducers)

    def __repr__(self) -> str:
        return f"<query api {self.name}>"

    # -- endpoints

    @property
    def definitions(self) -> Mapping[str, Definition]:
        """What was declared, by the names of the endpoints."""
        return self._definitions

    @property
    def endpoints(self) -> Mapping[str, QueryEndpoint[..., object]]:
        """The endpoints of data, by name."""
        return self._endpoints

    @overload
    def query(
        self, function: Callable[Concatenate[QueryCall, P], Work[R]], /
    ) -> QueryEndpoint[P, R]: ...

    @overload
    def query(
        self, function: None = None, /, **options: Unpack[QueryOptions]
    ) -> Callable[
        [Callable[Concatenate[QueryCall, P], Work[R]]], QueryEndpoint[P, R]
    ]: ...

    def query(
        self, function: AnyFunction | None = None, /, **options: Unpack[QueryOptions]
    ) -> object:
        """Declare an endpoint of data, from a coroutine function.

        Args:
            function: takes the call, and what the data depends on.
            **options: see ``QueryOptions``.

        Raises:
            InvalidQuery: its name is taken, it is no coroutine function, or an option
                is not what it should be.
        """

        def declare(given: AnyFunction) -> QueryEndpoint[..., object]:
            definition = self._declared(given, "query", options)
            key = key_maker(definition, self._serialize)
            made = QueryEndpoint(self.name, definition, given, key=key)
            self._endpoints[made.name] = made
            return made

        return declare if function is None else declare(function)

    @overload
    def mutation(
        self, function: Callable[Concatenate[QueryCall, P], Work[R]], /
    ) -> MutationEndpoint[P, R]: ...

    @overload
    def mutation(
        self, function: None = None, /, **options: Unpack[MutationOptions]
    ) -> Callable[
        [Callable[Concatenate[QueryCall, P], Work[R]]], MutationEndpoint[P, R]
    ]: ...

    def mutation(
        self, function: AnyFunction | None = None, /, **options: Unpack[MutationOptions]
    ) -> object:
        """Declare an endpoint of a change, from a coroutine function.

        Args:
            function: takes the call, and what is to be changed.
            **options: see ``MutationOptions``.

        Raises:
            InvalidQuery: as ``query``.
        """

        def declare(given: AnyFunction) -> MutationEndpoint[..., object]:
            definition = self._declared(given, "mutation", options)
            return MutationEndpoint(self.name, definition, given)

        return declare if function is None else declare(function)

    # -- what a store asks

    @property
    def kind(self) -> type[ApiState]:
        """The class of its state."""
        return ApiState

    def initial(self) -> ApiState:
        """Return a new initial state."""
        return self.slice.initial()

    def for_type(self, kind: str) -> Case | None:
        """Return what reduces actions of one type; None when it ignores them."""
        return self.slice.for_type(kind)

    def use(self) -> None:
        """Endpoints can be declared while a store runs: nothing ends."""

    def _declared(
        self,
        function: AnyFunction,
        kind: Literal["query", "mutation"],
        options: QueryOptions | MutationOptions,
    ) -> Definition:
        name = options.get("name") or getattr(function, "__name__", "")
        if not name:
            raise InvalidQuery(
                f"{self.name}: {function!r:.200} has no name for its endpoint to have",
                path=self.name,
                hint=f'@{self.name}.{kind}(name="...")',
            )
        if name in self._definitions:
            raise InvalidQuery(
                f"{self.name}: two endpoints are named {name!r}",
                path=self.name,
                hint="each has its own part of the cache: rename one of them",
            )
        made = Definition(
            name,
            function,
            kind=kind,
            options=options,
            kinds=self.tags,
        )
        self._definitions[name] = made
        return made


def _kinds(tags: Iterable[str]) -> frozenset[str]:
    given: object = tags
    if isinstance(given, str):
        raise InvalidQuery(
            f"tags is {given!r:.200}, expected several kinds",
            hint=f"tags=({given!r:.80},)",
        )
    kinds = tuple(tags)
    for each in kinds:
        held: object = each
        if not isinstance(held, str) or not held:
            raise InvalidQuery(
                f"found {held!r:.200} among the kinds of tags, expected a text",
                hint='tags=("Job", "User")',
            )
    return frozenset(kinds)
