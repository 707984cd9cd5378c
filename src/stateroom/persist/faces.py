"""What both persistors share: their declaration, and what needs no waiting."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from stateroom.errors import InvalidPersist, NotDurable, PersistError
from stateroom.persist.checking import one_of, storage_in
from stateroom.persist.clocks import Clock, SystemClock
from stateroom.persist.engine import Engine
from stateroom.persist.keys import Scope, check_namespace, record_key
from stateroom.persist.noticing import listen_to_others
from stateroom.persist.options import OnFull, OnProblem, Options
from stateroom.persist.reporting import status_of
from stateroom.persist.rounds import losses
from stateroom.persist.status import Status
from stateroom.persist.storages.port import AnyStorage
from stateroom.store.store import Store

__all__ = ("Face", "engine_of")

SCOPES: Final[tuple[Scope, ...]] = ("device", "user")


def engine_of(
    store: object,
    storage: AnyStorage | None,
    *,
    namespace: str,
    owner: object,
    budget: int,
    poll: float | None,
    on_full: OnFull | None,
    on_problem: OnProblem | None,
    clock: Clock | None,
) -> Engine:
    """Return the engine of a persistor.

    Raises:
        InvalidPersist: an argument is wrong, or the store keeps nothing.
    """
    if not isinstance(store, Store):
        raise InvalidPersist(
            f"a persistor is of a store; found {store!r:.200}",
            hint="store = Store(persist(roles), ...); Persistor(store, Files(...))",
        )
    if type(budget) is not int or budget < 1:
        raise InvalidPersist(f"budget is a number of bytes; found {budget!r:.100}")
    is_number = isinstance(poll, int | float) and not isinstance(poll, bool)
    if poll is not None and not (is_number and poll > 0):
        raise InvalidPersist(
            f"poll is a number of seconds, or None for never; found {poll!r:.100}"
        )
    options = Options(
        storage=storage_in("Persistor", storage),
        namespace=check_namespace(namespace),
        budget=budget,
        poll=poll,
        on_full=on_full,
        on_problem=on_problem,
        clock=clock or SystemClock(),
    )
    engine = Engine(store, options, owner=owner_text(owner))
    if not engine.slices:
        raise InvalidPersist(
            "the store keeps no slice",
            hint="give it a persisted one: Store(persist(roles, fields={...}), ...)",
        )
    return engine


def owner_text(owner: object) -> str:
    """Return an owner's id as text; 7 and ``"7"`` are the same owner.

    Raises:
        InvalidPersist: it is no text and no whole number, or empty, or too long.
    """
    if owner is None:
        return ""
    if isinstance(owner, str | int) and not isinstance(owner, bool) and owner != "":
        record_key("a", "a", owner=str(owner))  # it can stand in a key
        return str(owner)
    raise _no_owner(owner)


def _no_owner(found: object) -> InvalidPersist:
    return InvalidPersist(
        f"an owner is the id of a user: text or a whole number; found {found!r:.100}",
        hint="leave signing in out while nobody is: the slices of the device are kept",
    )


class Face:
    """A persistor, as far as nothing is awaited."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._end_tap: Callable[[], None] = engine.store.tap(engine.note)
        self._end_hearing: Callable[[], None] = listen_to_others(engine)
        self._is_closed = False
        # What was dispatched between the making of the store and now.
        engine.note(None)

    @property
    def owner(self) -> str:
        """Whose slices of scope ``user`` are kept; empty for nobody's."""
        return self._engine.owner

    def status(self) -> Status:
        """Return how it stands with all that is kept."""
        return status_of(self._engine)

    def pause(self) -> None:
        """Write nothing of itself until ``resume``; ``flush`` still does."""
        self._engine.is_paused = True

    def resume(self) -> None:
        """Write again, also what changed meanwhile."""
        self._engine.is_paused = False
        self._engine.wake()

    def _end(self) -> None:
        """Hear of nothing any more."""
        self._is_closed = True
        self._end_tap()
        self._end_hearing()

    def _refuse_loss(self) -> None:
        """Raise where a purge elsewhere took along what was just dispatched.

        Raises:
            NotDurable: it did.
        """
        found = losses(self._engine)
        if found:
            listed = "; ".join(found.values())
            raise NotDurable(f"not all is stored: {listed}", reasons=found)

    def _refuse_now(self, what: str) -> None:
        if self._is_closed:
            raise PersistError(
                f"{what}: the persistor is closed",
                hint="make a new one of the same store and storage",
            )
        if self._engine.store.is_dispatching:
            raise PersistError(
                f"{what} inside a dispatch would wait for itself",
                hint="call it after the dispatch, not in a listener; or give the slice "
                'durability="fsync", and it is stored at once',
            )

    def _check_owner(self, owner: str | int | None) -> str:
        """Return the owner as text, if nobody else is signed in.

        Raises:
            InvalidPersist: it is the id of nobody.
            PersistError: somebody is.
        """
        if owner is None:
            raise _no_owner(owner)
        name = owner_text(owner)
        if self._engine.owner not in {"", name}:
            raise PersistError(
                f"{self._engine.owner!r} is signed in, and {name!r} is someone else",
                hint="sign_out() first",
            )
        return name


def check_scope(scope: Scope | None) -> Scope | None:
    """Return a scope that can be purged.

    Raises:
        InvalidPersist: there is none of this name.
    """
    return None if scope is None else one_of("purge", "scope", scope, SCOPES)


def blocked(storages: Collection[AnyStorage], *, is_async: bool) -> None:
    """Refuse storages that have to be awaited where nothing is."""
    if is_async:
        names = ", ".join(each.name for each in storages)
        raise InvalidPersist(
            f"{names}: it is awaited, and this persistor is for blocking code",
            hint="use AsyncPersistor",
        )
