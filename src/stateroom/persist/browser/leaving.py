"""Tells when a page is left, while there is time to write, and when it comes back."""

from __future__ import annotations

from collections.abc import Callable

from stateroom.errors import InvalidPersist
from stateroom.persist.browser.crossing import page
from stateroom.persist.browser.javascript import Event
from stateroom.persist.browser.listening import listen

__all__ = ("on_leaving", "on_return")

HIDDEN = "hidden"


def on_leaving(callback: Callable[[], object]) -> Callable[[], None]:
    """Call ``callback`` whenever the page may be about to end; return what ends that.

    It is called when the page is hidden (its tab is left, or the whole browser), and
    when it is unloaded (closed, reloaded, or another page takes its place): twice where
    both happen, and again when a page that came back is left again. A phone may end a
    hidden page without another word.

    What the callback does must be done when it returns, as a write to ``LocalStorage``
    is: nobody waits for what is awaited then.

    Raises:
        InvalidPersist: this Python does not run in a page; a worker is none.

    Source:
        The events ``visibilitychange`` and ``pagehide`` of the HTML standard.
    """
    here = page("on_leaving")
    document = getattr(here, "document", None)
    if document is None:
        raise InvalidPersist(
            "on_leaving runs in a page, and a worker is none",
            hint="let the page tell the worker when it is left",
        )

    def hidden(_event: Event) -> None:
        if here.document.visibilityState == HIDDEN:
            callback()

    def unloaded(_event: Event) -> None:
        callback()

    ends = (
        listen(here.document, ("visibilitychange",), heard=hidden),
        listen(here, ("pagehide",), heard=unloaded),
    )

    def end() -> None:
        for each in ends:
            each()

    return end


def on_return(callback: Callable[[], object]) -> Callable[[], None]:
    """Call ``callback`` when a page that was left is shown again, as it was then.

    A browser may keep such a page for the button "back"; until then nothing runs in it
    and no event comes to it. A worker never comes back so.

    Returns:
        What ends that.

    Source:
        The event ``pageshow`` of the HTML standard, and its ``persisted``.
    """

    def shown(event: Event) -> None:
        if event.persisted:
            callback()

    return listen(page("on_return"), ("pageshow",), heard=shown)
