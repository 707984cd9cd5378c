"""The source behind a cache under test: files, which every process reads alike."""

from __future__ import annotations

import os
import threading
from pathlib import Path

__all__ = ("Source",)


class Source:
    """Texts by name, and a log of who loaded which.

    Args:
        home: an empty directory, the same for every process of a test.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._log = home / "loads"

    def write(self, name: str, text: str) -> None:
        """Change a text; readers find the old one or the new one, nothing between."""
        fresh = self.home / f"{name}.{os.getpid()}.{threading.get_ident()}"
        fresh.write_text(text)
        fresh.replace(self._place(name))

    def read(self, name: str) -> str:
        """Return a text as it is now; nobody notes it."""
        place = self._place(name)
        return place.read_text() if place.exists() else f"{name}: first"

    def load(self, name: str) -> str:
        """Return a text as a loader does: noted."""
        # One write of a line is never torn by another process that appends.
        log = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(log, f"{name}\n".encode())
        finally:
            os.close(log)
        return self.read(name)

    def loads(self, name: str) -> int:
        """Return how often a text was loaded, by all processes together."""
        if not self._log.exists():
            return 0
        return self._log.read_text().splitlines().count(name)

    def _place(self, name: str) -> Path:
        return self.home / f"{name}.txt"
