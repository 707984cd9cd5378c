"""The base of all errors, and those of calls, catalogues and locks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

__all__ = (
    "BlockingCall",
    "CatalogueError",
    "InvalidValue",
    "KeyFormatError",
    "LockError",
    "MissingExtra",
    "MoveNeeded",
    "Problem",
    "RulesetError",
    "StateroomError",
    "UsageError",
)

LONGEST_FOUND = 200  # characters of a value that a traceback shows


class StateroomError(Exception):
    """Base of all. Never raised itself; catch it to catch everything of ours.

    Attributes:
        code: stable identifier, e.g. ``"STR-200"``; names the documentation page.
        exit_code: the exit status of a command that ends with this error.
        hint: what to do about it, as one sentence; empty when the message says it.
    """

    code: ClassVar[str] = ""
    exit_code: ClassVar[int] = 2

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" not in cls.__dict__:
            raise TypeError(f"{cls.__name__} must set its own error code")

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint: str = hint
        # So that a traceback shows it, too.
        self._note("hint: ", hint)

    def _note(self, label: str, text: str) -> None:
        """Show ``text`` below the message of a traceback, unless it is empty."""
        if text:
            self.add_note(f"{label}{text}")


class UsageError(StateroomError):
    """An argument of a call or of the command line is wrong."""

    code = "STR-100"


class InvalidValue(UsageError, ValueError):
    """One value is not of the kind it should be.

    Attributes:
        found: the value as it was given, printed.
        allowed: what would have been accepted, in words.
    """

    code = "STR-101"

    def __init__(
        self, message: str, *, found: str = "", allowed: str = "", hint: str = ""
    ) -> None:
        told = f"{message} {hint}"
        # Some say one of the two in words of their own; nobody reads it twice.
        self._note("found: ", "" if found in told else _shortened(found))
        self._note("allowed: ", "" if allowed in told else allowed)
        super().__init__(message, hint=hint)
        self.found: str = found
        self.allowed: str = allowed


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_FOUND else f"{text[:LONGEST_FOUND]}..."


class BlockingCall(UsageError):
    """A blocking call was made in a thread whose event loop is running.

    It would stop every other task of that loop, and only when the cache is cold; so it
    is refused before the cache is looked at.
    """

    code = "STR-102"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file, with everything needed to mend it.

    Attributes:
        where: dotted path inside the document, e.g. ``"items.theme.audience"``.
        message: what is wrong, as a sentence without the place.
        found: what stands there, printed as the file writes it; may be empty.
        allowed: what may stand there, in words; may be empty.
        nearest: the closest valid spelling, or empty.
        file: path of the file as the caller named it, or empty for Python input.
        line: 1-based line; 0 when unknown.
        column: 1-based column, counted in characters; 0 when unknown.
    """

    where: str
    message: str
    found: str = ""
    allowed: str = ""
    nearest: str = ""
    file: str = ""
    line: int = 0
    column: int = 0

    @property
    def place(self) -> str:
        """``file:line:column``, as far as it is known."""
        parts = [self.file] if self.file else []
        if self.line:
            parts += [str(self.line), str(self.column)]
        return ":".join(parts)

    def __str__(self) -> str:
        head = " ".join(part for part in (self.place, self.where) if part)
        text = f"{head}: {self.message}" if head else self.message
        if self.found:
            text += f"; found {self.found}"
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.nearest:
            text += f"; did you mean {self.nearest}?"
        return text


MOST_SHOWN = 50
"""Problems in the message of one error; ``problems`` has them all."""


class _ProblemsError(StateroomError):
    """An error that lists every problem of one document, not only the first."""

    code = ""

    def __init__(
        self, message: str = "", *, problems: tuple[Problem, ...] = (), hint: str = ""
    ) -> None:
        super().__init__(message or _listed(problems), hint=hint)
        self.problems = problems


def _listed(problems: tuple[Problem, ...]) -> str:
    """Print one problem a line, and how many are left out."""
    lines = [str(each) for each in problems[:MOST_SHOWN]]
    left = len(problems) - len(lines)
    return "\n".join([*lines, f"... and {left} more"] if left else lines)


class CatalogueError(_ProblemsError):
    """The catalogue cannot be used. ``problems`` lists every place to mend."""

    code = "STR-200"


class RulesetError(_ProblemsError):
    """A table of rules cannot be used. ``problems`` lists every place to mend."""

    code = "STR-300"


class LockError(StateroomError):
    """The lock is missing, unreadable, or not what this version writes."""

    code = "STR-400"


class MoveNeeded(LockError):
    """Writing the lock would give live originals a new home.

    Attributes:
        items: names of the items that would move, in order.
    """

    code = "STR-401"

    def __init__(
        self, message: str, *, items: tuple[str, ...] = (), hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.items = items


class KeyFormatError(StateroomError, ValueError):
    """Text is not a key of the grammar in ``stateroom.catalogue.keys``."""

    code = "STR-500"


class MissingExtra(StateroomError):
    """A part of Stateroom was used whose extra is not installed."""

    code = "STR-600"

    def __init__(self, feature: str, *, extra: str) -> None:
        super().__init__(
            f"{feature} needs the extra {extra!r}",
            hint=f'pip install "stateroom[{extra}]"',
        )
        self.extra = extra
