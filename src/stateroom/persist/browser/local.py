"""Records in ``window.localStorage``, where they can be read and written at once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Final

from stateroom.errors import InvalidPersist, StorageUnavailable, WriteConflict
from stateroom.persist.browser.crossing import page, refusals
from stateroom.persist.browser.javascript import Area, Event, Page
from stateroom.persist.browser.leaving import on_return
from stateroom.persist.browser.listening import listen
from stateroom.persist.browser.texts import bytes_of, stamp_in, text_of
from stateroom.persist.storages.port import Stored
from stateroom.persist.storages.refusals import conflict_text

__all__ = ("PREVIOUS", "PULSE", "QUOTA", "LocalStorage")

QUOTA: Final = 5 * 1024 * 1024
"""UTF-16 code units that an origin may keep, keys included, in today's browsers."""
PREVIOUS: Final = "/previous"
"""Ends the name of the previous generation. No key has a slash."""
PULSE: Final = "/pulse"
"""Names what changes with every write: a number that grows, a dot, and dice."""
DIGITS: Final = 12
NO_PULSE: Final = f"{0:0{DIGITS}d}.{'0' * 8}"
"""As long as every other, so that changing it needs no room."""
_KEY = re.compile(r"[A-Za-z0-9:._~%-]{1,200}")


class LocalStorage:
    """Bytes by key in ``window.localStorage``; a blocking ``Storage``.

    What is UTF-8 is stored as that text, under ``prefix`` + key, so that it can be read
    in the browser's own tools; the previous generation is beside it, under the same
    name and ``/previous``.

    Comparing and setting is one step within a tab. Between tabs it is not: they run at
    the same time, and one learns some milliseconds later what another has written, so
    that two which write at the same moment may both succeed, and the later one stays.
    ``LockedLocalStorage`` excludes that, but must be awaited; this one is for what
    cannot wait, such as the last write of a page that is being left.

    A write survives the end of the page, whichever way it ends, and that of a browser
    which its user leaves. One that crashes, or loses its power, loses what was written
    in the last seconds, whatever ``durable`` says: Chromium 156, killed two seconds
    after a write, had lost it, and after seven seconds had not.

    Args:
        prefix: put before every key, so that several programs can share one origin.
        area: instead of ``localStorage``, e.g. ``sessionStorage`` of the module ``js``,
            which each tab has for itself.

    Raises:
        InvalidPersist: this Python does not run in a page; a worker has no
            localStorage.
    """

    def __init__(self, prefix: str = "", *, area: Area | None = None) -> None:
        self._prefix = prefix
        self._given = area
        self._ends: list[Callable[[], None]] = []
        if area is None:
            _page_with_storage()

    @property
    def name(self) -> str:
        if self._given is not None:
            return f"storage area, names {self._prefix}*"
        return f"localStorage of {_page_with_storage().location.origin}"

    @property
    def quota(self) -> int | None:
        """Bytes that it can hold, at the least: a byte takes one unit, or less.

        Names and previous generations count, and whatever else the origin stores.
        """
        return QUOTA

    def read(self, key: str, *, limit: int) -> Stored:
        with refusals(self.name, key=key):
            texts = self._get(key), self._get(key + PREVIOUS)
        current, previous = (
            None if text is None else bytes_of(text)[: limit + 1] for text in texts
        )
        return Stored(current, previous)

    def peek(self, key: str) -> bytes | None:
        with refusals(self.name, key=key):
            text = self._get(key)
        return None if text is None else stamp_in(text)

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,  # noqa: ARG002 - no page can ask for it
    ) -> None:
        current = self.peek(key)
        if current != replaces:
            raise WriteConflict(
                conflict_text(key, place=self.name, is_there=current is not None),
                key=key,
            )
        with refusals(self.name, key=key):
            pulse = self._reserved_pulse()
            self._replace(key, text_of(data), demotes=demotes)
            self._set(PULSE, _after(pulse))

    def delete(self, key: str) -> None:
        with refusals(self.name, key=key):
            # The current one last: as long as it is there, nothing is deleted.
            for name in (key + PREVIOUS, key):
                self._area.removeItem(self._prefix + name)
            self._set(PULSE, _after(self._get(PULSE) or ""))

    def keys(self) -> tuple[str, ...]:
        start = len(self._prefix)
        with refusals(self.name):
            area = self._area
            names = [area.key(index) for index in range(area.length)]
        ours = {
            name[start:]
            for name in names
            if isinstance(name, str) and name.startswith(self._prefix)
        }
        return tuple(sorted(filter(_KEY.fullmatch, ours)))

    def pulse(self) -> object:
        with refusals(self.name):
            return self._get(PULSE)

    def notice(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call ``callback`` after every write of another tab; return what ends that.

        The browser tells no page of its own writes, so another storage of the same
        page is not noticed; ``pulse`` sees it. A page that was left and is shown again
        as it was has heard nothing meanwhile, so that is a call as well.
        """
        pulse = self._prefix + PULSE

        def heard(event: Event) -> None:
            # The pulse is written last. Without a key, everything was cleared.
            is_write = event.key == pulse and event.newValue != NO_PULSE
            is_cleared = not isinstance(event.key, str)
            if event.storageArea == self._area and (is_write or is_cleared):
                callback()

        here = page("notice")
        ends = listen(here, ("storage",), heard=heard), on_return(callback)
        self._ends += ends

        def end() -> None:
            for each in ends:
                each()

        return end

    def close(self) -> None:
        while self._ends:
            self._ends.pop()()

    @property
    def _area(self) -> Area:
        """Ask the page each time: it may refuse now, and not later."""
        area = self._given
        if area is None:
            area = _page_with_storage().localStorage
        if not hasattr(area, "getItem"):  # null, where somebody has turned it off
            raise StorageUnavailable("localStorage is turned off in this browser")
        return area

    def _get(self, name: str) -> str | None:
        text = self._area.getItem(self._prefix + name)
        return text if isinstance(text, str) else None

    def _set(self, name: str, text: str) -> None:
        self._area.setItem(self._prefix + name, text)

    def _reserved_pulse(self) -> str:
        """Return the pulse, for which there is room from now on."""
        pulse = self._get(PULSE) or ""
        if len(pulse) < len(NO_PULSE):
            self._set(PULSE, NO_PULSE)
        return pulse

    def _replace(self, key: str, text: str, *, demotes: bool) -> None:
        """Set both generations, or neither.

        The previous one first: whatever happens in between, the current one is
        whole, and is what it was.
        """
        current, previous = self._get(key), self._get(key + PREVIOUS)
        if not demotes or current is None:
            self._set(key, text)
            return
        self._set(key + PREVIOUS, current)
        try:
            self._set(key, text)
        except Exception:
            if previous is None:
                self._area.removeItem(self._prefix + key + PREVIOUS)
            else:
                self._set(key + PREVIOUS, previous)
            raise


def count_of(pulse: object) -> int:
    """Return the number in a pulse; 0 where there is none, or another's."""
    count = pulse[:DIGITS] if isinstance(pulse, str) else ""
    return int(count) if count.isdecimal() else 0


def _after(pulse: str) -> str:
    number = (count_of(pulse) + 1) % 10**DIGITS
    return f"{number:0{DIGITS}d}.{secrets.token_hex(4)}"


def _page_with_storage() -> Page:
    here = page("LocalStorage")
    if getattr(here, "document", None) is None:
        raise InvalidPersist(
            "LocalStorage runs in a page: a worker has no localStorage",
            hint="take IndexedDB in a worker",
        )
    return here
