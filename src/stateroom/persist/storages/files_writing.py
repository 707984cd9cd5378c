"""In which order a change is made, so that no moment of it loses anything.

Durable: data, sync, name, sync of the directory; only then are the bytes replaced, of
which a second name was kept, made the previous generation. So what was synced last has
a name at every moment, in whatever order names reach the medium.

Relaxed: the new bytes may be torn by a loss of power, as nothing waits for them. So the
bytes replaced become the previous generation first. Where names reach the medium in the
order in which they were given (every file system with a journal), whoever finds torn
bytes finds those that they replaced beside them; whole, if they were synced.
"""

from __future__ import annotations

from typing import NamedTuple

from stateroom.persist.storages.files_steps import Steps

__all__ = ("Change", "make", "withdraw")


class Change(NamedTuple):
    """What a write asks for.

    Attributes:
        current: path of the file with the current bytes.
        previous: path of the file with the previous ones.
        data: the bytes that are to be current.
        demotes: whether the bytes replaced become the previous ones.
        durable: whether it must survive a loss of power.
    """

    current: str
    previous: str
    data: bytes
    demotes: bool
    durable: bool


def make(change: Change, steps: Steps) -> None:
    """Make a change, in the order that it needs."""
    if change.durable:
        _durably(change, steps)
    elif change.demotes:
        _demoting_first(change, steps)
    else:
        steps.place(steps.create((change.data,)), change.current, back=None)


def withdraw(current: str, previous: str, steps: Steps) -> None:
    """Take the names from both files, the older one first: it must not outlive."""
    aside = (steps.withdraw(previous), steps.withdraw(current))
    steps.sync()
    steps.drop(*aside)


def _durably(change: Change, steps: Steps) -> None:
    fresh = steps.create((change.data,))
    replaced = steps.keep(change.current)
    steps.place(fresh, change.current, back=replaced)
    steps.sync()
    if replaced is None:
        return
    if change.demotes:
        steps.place(replaced, change.previous, back=None)
    else:
        steps.drop(replaced)


def _demoting_first(change: Change, steps: Steps) -> None:
    fresh = steps.create((change.data,))
    replaced = steps.keep(change.current)
    if replaced is None:
        steps.place(fresh, change.current, back=None)
        return
    older = steps.keep(change.previous)
    steps.place(replaced, change.previous, back=older)
    steps.place(fresh, change.current, back=change.previous)
    steps.drop(older)
