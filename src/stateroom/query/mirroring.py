"""The data of an api in a storage, for the next start: see ``mirror_of``.

The mirror knows nothing of what keeps it; ``persist`` is told all by ``settings``::

    mirror = mirror_of(api, max_age=86_400, buster=VERSION)
    store = Store(persist(mirror.slice, **mirror.settings))
    with Persistor(store, Files("~/.local/share/careers")) as persistor:
        persistor.hydrate()
        async with QueryClient(store, api, transport=transport) as client:
            jobs = await client.fetch(jobs_in("Berlin"))  # there from the last time
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeAlias, TypedDict, TypeVar, cast

from stateroom.errors import InvalidQuery
from stateroom.query.api import QueryApi
from stateroom.query.copies import Copies
from stateroom.query.endpoints import QueryEndpoint
from stateroom.query.mirror_shape import MirrorShape
from stateroom.query.options import is_time
from stateroom.query.rejoining import rejoined
from stateroom.query.state import ApiState, QueryEntry
from stateroom.store.cases import Case
from stateroom.store.slices import Slice
from stateroom.store.undefined import UNDEFINED, Undefined

__all__ = ("Mirror", "MirrorSettings", "MirrorSlice", "mirror_of")

T = TypeVar("T")

Scope: TypeAlias = Literal["device", "user"]

REHYDRATE: Final = "persist/REHYDRATE"
"""The type of the action that brings what was stored. Source: redux-persist 6."""
MAX_DELAY_MS: Final = 1_000.0
"""From a change to its write: what a crash costs here is asked for again."""


class Endpoint(Protocol):
    """An endpoint of data, whatever its arguments are."""

    @property
    def api(self) -> str:
        """The name of the api."""
        ...

    @property
    def name(self) -> str:
        """The name of the endpoint."""
        ...


class Reconcile(Protocol):
    """Makes one state of three; see ``persist``."""

    def __call__(
        self, inbound: Mapping[str, object], original: T, reduced: T, /
    ) -> T: ...


def _as_reduced(_inbound: Mapping[str, object], _original: T, reduced: T, /) -> T:
    """Return what the slice itself made of what was stored."""
    return reduced


class MirrorSettings(TypedDict):
    """What ``persist`` is told of a mirror.

    Attributes:
        key: under which it is kept.
        reconcile: leaves it to the slice to make one state of what is there and stored.
        scope: whether it is the device's, or each user's own.
        buster: discards what was stored under another one.
        max_age: seconds after the last write after which nothing of it is used.
        durability: a loss of power may cost the last writes.
        max_delay: milliseconds from a change to its write.
    """

    key: str
    reconcile: Reconcile
    scope: Scope
    buster: str
    max_age: float | None
    durability: Literal["relaxed"]
    max_delay: float


class MirrorSlice(Slice[ApiState]):
    """The slice of an api, which takes back what was stored of it.

    Args:
        api: whose slice it is.
        key: under which it is kept.
        copies: reads what was stored.

    Attributes:
        shape: how its state is taken apart for a storage.
    """

    def __init__(self, api: QueryApi, key: str, *, copies: Copies) -> None:
        super().__init__(api.name, api.slice.initial)
        self.kind: type[ApiState] | Callable[[], ApiState] = ApiState
        self.shape: MirrorShape = MirrorShape(copies)
        self._own = api.slice
        self._key = key
        self._copies = copies

    def initial(self) -> ApiState:
        """Return a new initial state."""
        return self._own.initial()

    def use(self) -> None:
        """Endpoints can be declared while a store runs: nothing ends."""

    def for_type(self, kind: str) -> Case | None:
        """Return what reduces actions of one type; None when it ignores them."""
        return self._take if kind == REHYDRATE else self._own.for_type(kind)

    def reduce(
        self, state: ApiState | Undefined, action: Mapping[str, object]
    ) -> ApiState:
        """Return the state after ``action``."""
        held: ApiState = self.initial() if state is UNDEFINED else state
        case = self.for_type(str(action.get("type")))
        return held if case is None else cast("ApiState", case(held, action))

    def _take(self, state: object, action: Mapping[str, object]) -> object:
        held, payload = cast("ApiState", state), action.get("payload")
        if action.get("key") != self._key or not isinstance(payload, Mapping):
            return held
        stored = cast("Mapping[str, object]", payload)
        found = {
            key: copied
            for key, copy in stored.items()
            if _may_be_newer(copy, held.queries.get(key))
            and (copied := self._copies.entry(key, copy)) is not None
        }
        made = rejoined(
            held,
            {key: each.entry for key, each in found.items()},
            tags={key: each.tags for key, each in found.items()},
        )
        self.shape.expect(len(found))
        for key, each in found.items():
            if made.queries[key] is each.entry:
                tags = made.provided.keys.get(key, ())
                self.shape.note(key, each.entry, tags=tags, copy=stored[key])
        self._leave_ties(made, stored)
        return made

    def _leave_ties(self, state: ApiState, stored: Mapping[str, object]) -> None:
        """Take what is stored for the copy of an entry that is of the same moment.

        Two tabs may have other answers of one millisecond, or one of them an error
        beside the data that both have. Each keeps what it shows; and who finds the
        other's copy leaves it, or they would write theirs in turns for ever.
        """
        for key, copy in stored.items():
            entry = state.queries.get(key)
            if entry is None or not _is_tied(copy, entry):
                continue
            tags = state.provided.keys.get(key, ())
            is_other = self.shape.copy_of(key, entry, tags) != copy
            if is_other and self._copies.entry(key, copy) is not None:
                self.shape.note(key, entry, tags=tags, copy=copy)


def _may_be_newer(copy: object, ours: QueryEntry | None) -> bool:
    """Say whether it is worth to read a copy, or what is there is as new."""
    if ours is None or not isinstance(copy, dict):
        return True
    at: object = copy.get("fulfilled_at")
    return not isinstance(at, int) or at > ours.fulfilled_at


def _is_tied(copy: object, ours: QueryEntry) -> bool:
    """Say whether a copy and what is there are of the same moment."""
    return isinstance(copy, dict) and copy.get("fulfilled_at") == ours.fulfilled_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """An api's data in a storage: what ``persist`` is given, and what it is told.

    Attributes:
        slice: in the place of the api's own.
        settings: how it is kept.
    """

    slice: MirrorSlice
    settings: MirrorSettings


def mirror_of(
    api: QueryApi,
    *,
    only: Collection[str | Endpoint] | None = None,
    max_age: float | None = None,
    buster: str = "",
    scope: Scope = "device",
    key: str = "",
    now_ms: Callable[[], int] | None = None,
) -> Mirror:
    """Return what keeps the data of an api for the next start, or for another tab.

    Data is stored when it is there, and whatever runs or has failed for good is not.
    At hydration it comes back as it was, newer data that is there aside; no request is
    made. Who subscribes finds it, and has it asked for anew as any data that is there;
    what nobody wants goes after its ``keep_unused``. Endpoints must be declared by
    then: of others, and of those that changed since, nothing is taken.

    Data of one user belongs to ``scope="user"``, so that it goes when that user signs
    out, and secrets to no storage: ``@api.query(mirror=False)``. An update that is open
    is stored as it is shown.

    Args:
        api: whose data it is.
        only: endpoints, or their names, whose data is kept; all if not given. Those
            with ``mirror=False`` never are.
        max_age: seconds since an answer after which it is not used.
        buster: what was stored under another one is not used, as the release's name.
        scope: ``"user"`` for data that is one user's own.
        key: under which it is kept; the name of the api if not given.
        now_ms: tells the time, in ms since the epoch; the clock's, if not given.

    Raises:
        InvalidQuery: ``only`` is one text, or names what is no endpoint; or ``max_age``
            is no time.
    """
    if max_age is not None and not (is_time(max_age) and max_age > 0):
        raise InvalidQuery(
            f"max_age is seconds above 0; found {max_age!r}",
            hint="leave it out to use data of any age",
        )
    copies = Copies(
        api,
        only=None if only is None else _names(api, only),
        max_age=max_age,
        now_ms=_wall_ms if now_ms is None else now_ms,
    )
    kept_as = key or api.name
    settings: MirrorSettings = {
        "key": kept_as,
        "reconcile": _as_reduced,
        "scope": scope,
        "buster": buster,
        "max_age": max_age,
        "durability": "relaxed",
        "max_delay": MAX_DELAY_MS,
    }
    return Mirror(slice=MirrorSlice(api, kept_as, copies=copies), settings=settings)


def _names(api: QueryApi, only: Collection[str | Endpoint]) -> frozenset[str]:
    if isinstance(only, str):
        raise InvalidQuery(
            f"only= takes several endpoints; found {only!r:.80}", hint=f"only=({only},)"
        )
    return frozenset(_name(api, each) for each in only)


def _name(api: QueryApi, endpoint: object) -> str:
    if isinstance(endpoint, str):
        return endpoint
    if isinstance(endpoint, QueryEndpoint) and endpoint.api == api.name:
        return endpoint.name
    raise InvalidQuery(
        f"only= names {endpoint!r:.200}, which is no endpoint of data of {api.name!r}",
        hint="only=(jobs_in,)",
    )


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
