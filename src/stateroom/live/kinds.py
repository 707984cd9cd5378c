"""What every kind of live data is: a name, whose it is, and one key in Redis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from stateroom.catalogue.keys import (
    PUBLIC,
    DataKey,
    Scope,
    check_item_name,
    digest_of,
)
from stateroom.errors import UsageError
from stateroom.live.engine import Engine
from stateroom.live.refusals import refused

__all__ = ("Head", "Place", "place_of")

R = TypeVar("R")

LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where one piece of live data stands.

    Attributes:
        item: its name.
        kind: ``live`` or ``auth``.
        scope: whose it is.
        parts: what tells it from others of that name and scope.
        key: in Redis.
    """

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
        user: str | int | None = None,
        group: str | int | None = None,
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


def place_of(
    namespace: str,
    item: str,
    *,
    kind: Literal["live", "auth"] = "live",
    parts: Sequence[str | int] = (),
    user: str | int | None = None,
    group: str | int | None = None,
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
        InvalidValue: a name, an id or a part is none.
    """
    if user is not None and group is not None:
        raise UsageError(
            f"{item}: of the user {user!r} and of the group {group!r}",
            hint="it is one of them; the other may be a part of its key",
        )
    scope = PUBLIC
    if user is not None:
        scope = Scope.user(user)
    if group is not None:
        scope = Scope.group(group)
    texts = tuple(_text(each, item) for each in parts)
    data = b"".join(_counted(each, item) for each in texts)
    digest = digest_of(check_item_name(item), scope, data)
    key = DataKey(namespace=namespace, kind=kind, scope=scope, item=item, digest=digest)
    return Place(item, kind, scope, texts, str(key).encode())


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
