"""Actions: plain mappings that say what happened, and the functions that make them.

An action is ``{"type": ..., "payload": ..., "meta": ..., "error": ...}``; only the type
must be there. It holds data and nothing else, so that logs, devtools, storages and
other languages can read it.

Source:
    Flux Standard Action, as Redux Toolkit uses it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from typing import (
    Generic,
    ParamSpec,
    Protocol,
    Required,
    TypedDict,
    TypeGuard,
    cast,
    overload,
)

from stateroom.errors import InvalidAction, InvalidSlice
from stateroom.store.payloads import Parameters
from stateroom.store.undefined import UNDEFINED

__all__ = (
    "Action",
    "ActionCreator",
    "Matcher",
    "Meta",
    "PayloadCreator",
    "Prepared",
    "create_action",
    "maker_of",
    "text_of",
    "type_of",
)

P = ParamSpec("P")


class Action(TypedDict, total=False):
    """What was dispatched.

    Attributes:
        type: what happened, e.g. ``"roles/select_role"``.
        payload: the data that goes with it; absent when there is none.
        meta: about the action itself, e.g. the id of a request.
        error: set by thunks that failed.
    """

    type: Required[str]
    payload: object
    meta: Mapping[str, object]
    error: object


class Prepared(TypedDict, total=False):
    """What a ``prepare`` function returns.

    Attributes:
        payload: of the action.
        meta: of the action.
        error: of the action.
    """

    payload: Required[object]
    meta: Mapping[str, object]
    error: object


class Matcher(Protocol):
    """What has a type and recognises actions of it: every action creator."""

    @property
    def type(self) -> str:
        """The type of its actions."""
        ...

    def match(self, action: object) -> bool:
        """Say whether ``action`` is one of its own."""
        ...


Meta = Mapping[str, object] | Callable[..., Mapping[str, object]]

_PARTS = ("payload", "meta", "error")


class ActionCreator(Generic[P]):
    """A function that makes actions of one type; typed like what it was made from.

    Attributes:
        type: of its actions; ``str(creator)`` as well.
    """

    def __init__(
        self, kind: str, make: Callable[P, Prepared], *, meta: Meta | None = None
    ) -> None:
        self.type: str = kind
        self._make = make
        self._meta = meta
        # What most creators need and no more: the payload of a call; and how many
        # arguments make an action without another call, or -1.
        self._payload: Callable[..., object] | None = None
        self._count = -1
        # For help(), editors and devtools.
        self.__signature__: inspect.Signature | None = _signature(make)
        self.__name__: str = kind.rpartition("/")[2]

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> Action:
        if not kwargs and len(args) == self._count:
            if not args:
                return {"type": self.type}
            if args[0] is not UNDEFINED:
                return {"type": self.type, "payload": args[0]}
        if self._payload is not None:
            payload = self._payload(args, kwargs)
            if payload is UNDEFINED:
                return {"type": self.type}
            return {"type": self.type, "payload": payload}
        prepared = self._make(*args, **kwargs)
        if not isinstance(prepared, Mapping):
            raise InvalidAction(
                f"{self.type}: prepare returned {prepared!r}, which is no mapping",
                hint='return {"payload": ...}, and "meta" or "error" where needed',
            )
        # The type is the creator's alone, and an action has nothing else in it.
        parts = {key: held for key, held in prepared.items() if key in _PARTS}
        action = cast("Action", {"type": self.type, **parts})
        if action.get("payload") is UNDEFINED:
            del action["payload"]
        if self._meta is not None:
            meta = self._meta(*args, **kwargs) if callable(self._meta) else self._meta
            action["meta"] = {**(action.get("meta") or {}), **meta}
        return action

    def match(self, action: object) -> TypeGuard[Action]:
        """Say whether ``action`` has this creator's type."""
        return isinstance(action, Mapping) and action.get("type") == self.type

    def take(self, parameters: Parameters) -> None:
        """Make payloads of these parameters, without calling ``make``."""
        self._payload = parameters.payload
        self._count = parameters.quick if parameters.quick <= 1 else -1

    def add_meta(self, meta: Meta) -> None:
        """Add ``meta`` to every action that this creator makes from now on."""
        self._meta = _joined(self._meta, meta)
        self._payload = None
        self._count = -1

    def with_meta(self, meta: Meta) -> ActionCreator[P]:
        """Return a creator of the same actions that adds ``meta`` to each."""
        return ActionCreator(self.type, self._make, meta=_joined(self._meta, meta))

    def __str__(self) -> str:
        return self.type

    def __repr__(self) -> str:
        return f"<action creator {self.type}>"


def _signature(make: Callable[..., object]) -> inspect.Signature | None:
    """Return the signature of a function; None of one that does not tell, as dict."""
    if not callable(make):
        raise InvalidSlice(
            f"prepare is a function; found {make!r:.200}",
            hint='def prepare(...): ... return {"payload": ...}',
        )
    try:
        return inspect.signature(make)
    except ValueError:
        return None


def _joined(first: Meta | None, second: Meta) -> Meta:
    if first is None:
        return second

    def both(*args: object, **kwargs: object) -> Mapping[str, object]:
        before = first(*args, **kwargs) if callable(first) else first
        after = second(*args, **kwargs) if callable(second) else second
        return {**before, **after}

    return both


class PayloadCreator(ActionCreator[[object]]):
    """A creator that takes one argument, the payload, or none."""

    def __call__(self, payload: object = UNDEFINED) -> Action:
        if payload is UNDEFINED or self._meta is not None:
            return super().__call__(payload)
        return {"type": self.type, "payload": payload}


@overload
def create_action(kind: str) -> PayloadCreator: ...


@overload
def create_action(kind: str, prepare: Callable[P, Prepared]) -> ActionCreator[P]: ...


def create_action(
    kind: str, prepare: Callable[P, Prepared] | None = None
) -> PayloadCreator | ActionCreator[P]:
    """Return a creator of actions that belong to no slice.

    Args:
        kind: the type of its actions.
        prepare: makes payload and meta from the arguments; without it, the creator
            takes one optional argument, the payload.

    Raises:
        InvalidSlice: ``kind`` is no text.
    """
    given: object = kind
    if not isinstance(given, str):
        raise InvalidSlice(
            f"the type of an action is text; found {given!r}",
            hint='e.g. create_action("signed-out")',
        )
    if prepare is not None:
        return ActionCreator(given, prepare)
    return PayloadCreator(given, _as_given)


def _as_given(payload: object) -> Prepared:
    return {"payload": payload}


def maker_of(
    function: Callable[..., object],
) -> tuple[Callable[..., Prepared], Parameters]:
    """Return what makes the payload of a reducer's actions, and its parameters."""
    parameters = Parameters(function)

    def make(*args: object, **kwargs: object) -> Prepared:
        return {"payload": parameters.payload(args, kwargs)}

    make.__signature__ = parameters.signature  # type: ignore[attr-defined] # read by inspect
    return make, parameters


def type_of(source: str | Matcher) -> str:
    """Return the type that a creator makes, or the type itself.

    Raises:
        InvalidSlice: ``source`` is neither.
    """
    kind = source if isinstance(source, str) else getattr(source, "type", None)
    if isinstance(kind, str):
        return kind
    raise InvalidSlice(
        f"{source!r} is no action creator and no type",
        hint="name the creator itself, or its type as text",
    )


def text_of(kind: object) -> str:
    """Return a type as plain text; it may be a member of an enum of texts."""
    return str(kind.value if isinstance(kind, Enum) else kind)
