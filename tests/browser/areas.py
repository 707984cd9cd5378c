"""A ``localStorage`` without a browser: it has the methods, a quota, and bad days."""

from __future__ import annotations

__all__ = ("FakeArea", "QuotaExceededError")


class QuotaExceededError(Exception):
    """What a browser raises under this name."""


class FakeArea:
    """Texts by name, as a browser keeps them.

    Attributes:
        texts: what is kept.
        quota: units of names and texts, at most.
        refused: which calls of ``setItem`` are refused, counted from 0.
    """

    def __init__(self, quota: int = 10_000_000) -> None:
        self.texts: dict[str, str] = {}
        self.quota = quota
        self.refused: set[int] = set()
        self._calls = 0

    @property
    def length(self) -> int:
        return len(self.texts)

    def key(self, index: int, /) -> str | None:
        names = list(self.texts)
        return names[index] if index < len(names) else None

    def getItem(self, name: str, /) -> str | None:  # noqa: N802 - JavaScript's name
        return self.texts.get(name)

    def setItem(self, name: str, text: str, /) -> None:  # noqa: N802 - as above
        self._calls += 1
        wanted = {**self.texts, name: text}
        used = sum(len(each) + len(kept) for each, kept in wanted.items())
        if used > self.quota or self._calls - 1 in self.refused:
            raise QuotaExceededError(f"setting {name!r} exceeded the quota")
        self.texts = wanted

    def removeItem(self, name: str, /) -> None:  # noqa: N802 - as above
        self.texts.pop(name, None)

    def refuse(self, call: int) -> None:
        """Refuse one call of ``setItem``, counted from the next."""
        self.refused = {self._calls + call}
