"""Listens to events of JavaScript, and lets go of everything when that ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stateroom.persist.browser.crossing import proxy
from stateroom.persist.browser.javascript import Event, Target

__all__ = ("listen",)


def listen(
    target: Target, names: Sequence[str], *, heard: Callable[[Event], object]
) -> Callable[[], None]:
    """Call ``heard`` with each event of these names; return what ends it.

    What is returned may be called from within ``heard``, and more than once.
    """
    listener = proxy(heard)
    for name in names:
        target.addEventListener(name, listener)
    is_over = False

    def end() -> None:
        nonlocal is_over
        if is_over:
            return
        is_over = True
        for name in names:
            target.removeEventListener(name, listener)
        listener.destroy()

    return end
