"""A Lua script with its digest: sent by digest, and as text when a server forgot it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ("Call", "Script", "Word")

Word: TypeAlias = bytes | str | int
"""What a command is made of."""


class Script:
    """One script; every key that it touches is declared when it is called.

    Attributes:
        name: for messages.
        text: the Lua.
        digest: SHA-1 in hex, as EVALSHA takes it.
    """

    __slots__ = ("digest", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name: str = name
        self.text: str = text
        # Redis names scripts by their SHA-1; it protects nothing.
        self.digest: str = hashlib.sha1(
            text.encode(), usedforsecurity=False
        ).hexdigest()


@dataclass(frozen=True, slots=True)
class Call:
    """A script with the keys and arguments of one call."""

    script: Script
    keys: Sequence[bytes]
    arguments: Sequence[Word]

    def by_digest(self) -> tuple[Word, ...]:
        """Return the command for a server that knows the script."""
        count = len(self.keys)
        return ("EVALSHA", self.script.digest, count, *self.keys, *self.arguments)

    def by_text(self) -> tuple[Word, ...]:
        """Return the command for a server that does not."""
        count = len(self.keys)
        return ("EVAL", self.script.text, count, *self.keys, *self.arguments)
