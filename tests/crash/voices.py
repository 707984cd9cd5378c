"""How a child tells its life: lines of words in a pipe, each written at once."""

from __future__ import annotations

import os

__all__ = ("Voice",)


class Voice:
    """The writing end of a pipe. A line that was said is there, however we end."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def say(self, *words: object) -> None:
        line = " ".join(map(str, words)) + "\n"
        os.write(self._descriptor, line.encode())
