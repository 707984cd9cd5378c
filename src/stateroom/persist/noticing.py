"""Where a persistor hears of the world: others' writes, and the end of a page."""

from __future__ import annotations

from collections.abc import Callable

from stateroom.errors import InvalidPersist
from stateroom.persist.engine import Engine
from stateroom.persist.performing import can_thread
from stateroom.persist.storages.port import Noticing

__all__ = ("listen_to_others", "when_leaving")


def listen_to_others(engine: Engine) -> Callable[[], None]:
    """Look for others' writes as soon as a storage tells of one.

    Returns:
        A function that ends this.
    """
    ends = [
        each.notice(engine.note_others)
        for each in engine.storages()
        if isinstance(each, Noticing)
    ]

    def end() -> None:
        while ends:
            ends.pop()()

    return end


def when_leaving(store_all: Callable[[], object]) -> Callable[[], None]:
    """Store everything when the page is left, if this runs in one.

    Returns:
        A function that ends this.
    """
    if can_thread():
        return _nothing
    # Only a page has the modules that this one needs.
    from stateroom.persist.browser.leaving import on_leaving  # noqa: PLC0415

    try:
        return on_leaving(store_all)
    except InvalidPersist:  # a worker, or Node: nobody leaves it
        return _nothing


def _nothing() -> None:
    pass
