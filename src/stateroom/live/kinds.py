"""What every kind of live data is: a name, whose it is, and one key in Redis."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from stateroom.catalogue.keys import (
    DataKey,
    Scope,
    check_item_name,
    digest_of,
)
from stateroom.flows import Flow
from stateroom.live.engine import Engine
from stateroom.live.owners import UNSAID, scope_of
from stateroom.live.refusals import refused

__all__ = ("Head", "Place", "place_of")

R = TypeVar("R")
T = TypeVar("T")

LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where one piece of live data stands.

    Attributes:
        namespace: of the application.
        item: its name.
        kind: ``live`` or ``auth``.
        scope: whose it is.
        parts: what tells it from others of that name and scope.
        key: in Redis.
    """

    namespace: str
    item: str
    kind: Literal["live", "auth"]
    scope: Scope
    parts: tuple[str, ...]
    key: bytes

    def beside(self, role: str) -> bytes:
        """Return another key in the same slot, for what belongs to this data.

        Args:
            role: a word of a-z that says what stands there.
        """
        return self.key + b":" + role.encode()

    def __str__(self) -> str:
        return self.key.decode()


@dataclass(frozen=True, slots=True)
class Head(Generic[R]):
    """What both faces of one piece of live data hold.

    Attributes:
        engine: carries its flows out.
        place: where it stands.
        rule: what was declared of it.
    """

    engine: Engine
    place: Place
    rule: R

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> Head[R]:
        """Return the same kind of data of somebody, or of something, else."""
        place = place_of(
            self.engine.namespace,
            self.place.item,
            kind=self.place.kind,
            parts=parts,
            user=user,
            group=group,
        )
        return Head(self.engine, place, self.rule)

    def call(self, flow: Flow[T], what: str) -> T:
        """Run a flow, blocking, as a call of an application: ``"quota.take"``."""
        return self.engine.call(flow, what, item=self.place.item)

    def call_async(self, flow: Flow[T], what: str) -> Coroutine[object, object, T]:
        """``call``, awaited."""
        return self.engine.call_async(flow, what, item=self.place.item)


def place_of(
    namespace: str,
    item: str,
    *,
    kind: Literal["live", "auth"] = "live",
    parts: Sequence[str | int] = (),
    user: str | int = UNSAID,
    group: str | int = UNSAID,
) -> Place:
    """Return the place of the data of a name.

    Args:
        namespace: of the application.
        item: the name; 1 to 64 of letters, digits and ``._-``.
        kind: ``auth`` for what lets somebody in.
        parts: what tells it from others of that name, such as a week; 7 and ``"7"``
            are the same.
        user: whose it is, when it is a user's.
        group: whose it is, when it is a group's.

    Raises:
        UsageError: it is of a user and of a group.
        InvalidValue: a name, an id or a part is none; None is no id.
    """
    scope = scope_of(item, user=user, group=group)
    texts = tuple(_text(each, item) for each in parts)
    data = b"".join(_counted(each, item) for each in texts)
    digest = digest_of(check_item_name(item), scope, data)
    key = DataKey(namespace=namespace, kind=kind, scope=scope, item=item, digest=digest)
    return Place(
        namespace=namespace, item=item, kind=kind, scope=scope, parts=texts,
        key=str(key).encode(),
    )  # fmt: skip


def _text(part: object, item: str) -> str:
    if isinstance(part, int) and not isinstance(part, bool):
        return str(part)
    if isinstance(part, str) and part:
        return part
    what = f"{item}: not a part of a key"
    raise refused(what, part, "text that is not empty, or an int")


def _counted(text: str, item: str) -> bytes:
    """Spell a part with its length, so that no two splits are the same bytes."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        what = f"{item}: not a part of a key"
        raise refused(what, text, "Unicode text") from None
    return len(data).to_bytes(LENGTH_BYTES, "big") + data
