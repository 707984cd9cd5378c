"""Says whose live data is: everybody's, a user's, or a group's."""

from __future__ import annotations

from typing import Final

from stateroom.catalogue.keys import PUBLIC, Scope
from stateroom.errors import InvalidValue, UsageError

__all__ = ("UNSAID", "scope_of")


class _Unsaid(str):
    """No text, although it has its type: by that, None is refused by type checkers."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNSAID"


UNSAID: Final[str] = _Unsaid()
"""What ``user=`` and ``group=`` are where they are not given; it is told by identity.

None is another thing: it is what an application has in hand while nobody is signed in,
and what belongs to nobody would be read and written by everybody.
"""
NOBODY: Final = {
    "user": "who is not signed in has none of their own: let them sign in before, or "
    "leave user= out for what everybody shares",
    "group": "who is in no group has none of its own: leave group= out for what "
    "everybody shares",
}


def scope_of(item: str, *, user: str | int, group: str | int) -> Scope:
    """Return whose it is.

    Args:
        item: the name of the data, for messages.
        user: whose it is, when it is a user's; or ``UNSAID``.
        group: whose it is, when it is a group's; or ``UNSAID``.

    Raises:
        UsageError: it is of a user and of a group.
        InvalidValue: an id is none, such as None and empty text.
    """
    _refuse_nobody(item, "user", user)
    _refuse_nobody(item, "group", group)
    if user is not UNSAID and group is not UNSAID:
        raise UsageError(
            f"{item}: of the user {user!r} and of the group {group!r}",
            hint="it is one of them; the other may be a part of its key",
        )
    if user is not UNSAID:
        return Scope.user(user)
    return PUBLIC if group is UNSAID else Scope.group(group)


def _refuse_nobody(item: str, what: str, found: object) -> None:
    if found is UNSAID or (found is not None and found != ""):
        return
    raise InvalidValue(
        f"{item}: {what}={found!r} is nobody",
        found=repr(found),
        allowed="an id: text that is not empty, or an int",
        hint=NOBODY[what],
    )
