"""Every error that Stateroom raises on purpose, and what to do about each.

    StateroomError
    ├── UsageError          the call or the command line is wrong: fix the call
    │   ├── InvalidValue    one value is not of its kind (a duration, a size, ...)
    │   └── BlockingCall    a blocking call inside a running event loop
    ├── CatalogueError      the catalogue cannot be used: fix the places it lists
    ├── RulesetError        a table of rules cannot be used
    ├── LockError           the lock is missing, unreadable or damaged
    │   └── MoveNeeded      writing the lock would move live data: plan a move first
    ├── KeyFormatError      text is not a key of our grammar
    ├── MissingExtra        a command needs an extra that is not installed
    ├── TierError           a tier could not do its work (.tier says which)
    │   ├── Unavailable     no answer in time, or none that helps: the weather
    │   ├── Refused         the server refuses: a wrong type, password or permission
    │   ├── NotInvalidated  an invalidation did not arrive; it is queued
    │   ├── LoadTimeout     a load took longer than it may
    │   ├── LoadFailed      the load that this call waited for failed elsewhere
    │   ├── Overloaded      too many loads at once while the cache is away
    │   └── PersistError    the persisted tier could not do its work (.key says where)
    │       ├── InvalidPersist      what is to be kept, or how, is declared wrongly
    │       ├── StorageUnavailable  a storage does not answer, or refuses
    │       ├── StorageFull         a disk or quota has no room; nothing was written
    │       ├── OverBudget          a slice would be larger than it may be
    │       ├── WriteConflict       someone wrote first: read again, then decide again
    │       ├── CorruptRecord       stored bytes are no whole record
    │       ├── NewerRecord         a newer release wrote it; this one only reads
    │       ├── MigrationFailed     stored data cannot be brought to the wanted version
    │       ├── NotDurable          what was to be stored is not, and is named
    │       ├── Undecipherable      the key does not open what is stored
    │       └── InvalidDocument     a document is not what redux-persist stores
    └── StoreError          the store, or what it holds, was used in a wrong way
        ├── FrozenState     state was changed in place, outside of a reducer
        ├── DraftMisuse     a draft was used after its end, or in two ways at once
        ├── InvalidAction   what was dispatched is no action
        ├── InReducer       a reducer, or middleware under construction, used the store
        ├── InvalidReducer  a reducer returned what cannot be a state
        ├── InvalidSlice    the declaration of a slice, or of a store, is wrong
        ├── NotPlain        a value has no plain form, or plain data is not of its type
        ├── InvalidPatch    a patch does not fit the value that it is applied to
        ├── EndlessUpdate   a watcher makes itself fire again without end
        ├── Rejected        the thunk whose result was asked for has failed
        ├── Aborted         a thunk or a listener's task was told to stop
        ├── DevtoolsError   the devtools cannot be started, or sent what is refused
        ├── BundleError     files cannot be bundled for the browser
        └── StateMutated    a check found state that was changed in place

Each class has a ``code`` that never changes once released: logs, the command
line, the console and ``docs/errors/<code>.md`` all use it. Messages may change.
Standard library only, because the browser half of an application raises these too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

__all__ = (
    "Aborted",
    "BlockingCall",
    "BundleError",
    "CatalogueError",
    "CorruptRecord",
    "DevtoolsError",
    "DraftMisuse",
    "EndlessUpdate",
    "FrozenState",
    "InReducer",
    "InvalidAction",
    "InvalidDocument",
    "InvalidPatch",
    "InvalidPersist",
    "InvalidReducer",
    "InvalidSlice",
    "InvalidValue",
    "KeyFormatError",
    "LoadFailed",
    "LoadTimeout",
    "LockError",
    "MigrationFailed",
    "MissingExtra",
    "MoveNeeded",
    "NewerRecord",
    "NotDurable",
    "NotInvalidated",
    "NotPlain",
    "NotSerialisable",
    "OverBudget",
    "Overloaded",
    "PersistError",
    "Problem",
    "Refused",
    "Rejected",
    "RulesetError",
    "StateMutated",
    "StateroomError",
    "StorageFull",
    "StorageUnavailable",
    "StoreError",
    "TierError",
    "Unavailable",
    "Undecipherable",
    "UsageError",
    "WriteConflict",
)


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
        self.hint = hint
        if hint:
            # So that a traceback shows it, too.
            self.add_note(f"hint: {hint}")


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
        super().__init__(message, hint=hint)
        self.found = found
        self.allowed = allowed


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


class TierError(StateroomError):
    """A tier could not do its work. Subclasses say whether trying again can help.

    Attributes:
        tier: ``"redis"``, ``"persist"`` or ``"session"``.
        retryable: whether the same call may succeed later, with nothing mended.
    """

    code = "STR-700"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, tier: str = "redis", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.tier = tier


class Unavailable(TierError):
    """No answer in time, or one that says: not now. Nobody's mistake.

    Attributes:
        is_full: whether the server has no memory left for a write.
        is_slow: whether what was waited for never came: an answer, or a connection.
    """

    code = "STR-701"
    retryable = True

    def __init__(
        self,
        message: str,
        *,
        tier: str = "redis",
        hint: str = "",
        is_full: bool = False,
        is_slow: bool = False,
    ) -> None:
        super().__init__(message, tier=tier, hint=hint)
        self.is_full = is_full
        self.is_slow = is_slow


class Refused(TierError):
    """The server refuses what was asked: a mistake in code or in configuration."""

    code = "STR-702"


class NotInvalidated(TierError):
    """An invalidation did not arrive; other processes may serve the old value.

    It is queued in this process, which asks again until it arrives, and reads past the
    cache meanwhile. The queue is lost with the process.

    Attributes:
        keys: what could not be deleted.
    """

    code = "STR-703"
    retryable = True

    def __init__(self, message: str, *, keys: tuple[str, ...], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.keys = keys


class LoadTimeout(TierError, TimeoutError):
    """A load took longer than its ``load_timeout``."""

    code = "STR-704"
    retryable = True


class LoadFailed(TierError):
    """The load that this call waited for, in another process, has failed.

    Who waited shares the outcome, as it would have shared the value; the next call
    loads anew. The message tells the type and the text of the original error.
    """

    code = "STR-705"
    retryable = True


class Overloaded(TierError):
    """The cache is away, and as many loads run as the source is to bear."""

    code = "STR-706"
    retryable = True


class PersistError(TierError):
    """The persisted tier could not do its work.

    Attributes:
        key: of the slice, or of the record, that it is about; empty for all.
    """

    code = "STR-900"

    def __init__(self, message: str, *, key: str = "", hint: str = "") -> None:
        super().__init__(message, tier="persist", hint=hint)
        self.key = key


class InvalidPersist(PersistError):
    """What is to be kept, or how, is declared in a way that cannot work."""

    code = "STR-901"


class StorageUnavailable(PersistError):
    """A storage did not answer in time, or refused. Nothing was changed in it."""

    code = "STR-902"
    retryable = True


class StorageFull(PersistError):
    """There is no room for a record, on the disk or within a browser's quota.

    Nothing was written, and what was stored before is still there.
    """

    code = "STR-903"
    retryable = True


class OverBudget(PersistError):
    """A slice, or all of them together, would take more bytes than it may.

    Nothing was written, and what was stored before is still there.

    Attributes:
        size: bytes that it would take.
        budget: bytes that it may take.
    """

    code = "STR-904"

    def __init__(
        self, message: str, *, size: int, budget: int, key: str = "", hint: str = ""
    ) -> None:
        super().__init__(message, key=key, hint=hint)
        self.size = size
        self.budget = budget


class WriteConflict(PersistError):
    """The bytes that a write was to replace are no longer the current ones."""

    code = "STR-905"
    retryable = True


class CorruptRecord(PersistError):
    """Stored bytes are no whole record, or not of the slice that reads them."""

    code = "STR-906"


class NewerRecord(PersistError):
    """A newer release wrote the record. This one may read it at most."""

    code = "STR-907"


class MigrationFailed(PersistError):
    """Stored data cannot be brought to the version that the slice has.

    The stored bytes are as they were.

    Attributes:
        stored: the version of the record.
        wanted: the version of the slice.
    """

    code = "STR-908"

    def __init__(
        self, message: str, *, stored: int, wanted: int, key: str = "", hint: str = ""
    ) -> None:
        super().__init__(message, key=key, hint=hint)
        self.stored = stored
        self.wanted = wanted


class NotDurable(PersistError):
    """A flush ended, and not all that was dispatched before it is stored.

    Attributes:
        reasons: the key of each slice that is not stored -> why.
    """

    code = "STR-909"
    retryable = True

    def __init__(
        self, message: str, *, reasons: Mapping[str, str], hint: str = ""
    ) -> None:
        super().__init__(message, key=next(iter(reasons), ""), hint=hint)
        self.reasons: Mapping[str, str] = dict(reasons)


class Undecipherable(PersistError):
    """What is stored was encrypted under another key, or was changed since."""

    code = "STR-910"


class InvalidDocument(PersistError, ValueError):
    """A document is not what redux-persist stores."""

    code = "STR-911"


class StoreError(StateroomError):
    """The store, or what it holds, was used in a way that cannot work.

    Attributes:
        path: where in the state, e.g. ``"roles.selected[2]"``; empty when unknown.
    """

    code = "STR-800"

    def __init__(self, message: str, *, path: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path


class FrozenState(StoreError, TypeError, AttributeError):
    """State was changed in place. State changes only inside a reducer or a recipe.

    It is a ``TypeError`` like that of a tuple, and an ``AttributeError`` like that of
    a frozen dataclass.
    """

    code = "STR-801"


class DraftMisuse(StoreError):
    """A draft was used after its recipe had ended, or in two ways at once.

    So are: a recipe that changes its draft *and* returns another value, a recipe that
    is a coroutine, and a draft that contains itself.
    """

    code = "STR-802"


class InvalidAction(StoreError, TypeError):
    """What was dispatched is no mapping with a ``type`` that is text."""

    code = "STR-803"


class InReducer(StoreError):
    """The store was asked from inside a reducer, or while middleware is being built.

    A reducer has its state and the action, and nothing else.
    """

    code = "STR-804"


class InvalidReducer(StoreError):
    """A reducer returned nothing where a state is needed."""

    code = "STR-805"


class InvalidSlice(StoreError):
    """The declaration of a slice, an action or a store is wrong."""

    code = "STR-806"


class NotPlain(StoreError, ValueError):
    """A value has no plain form, or plain data is not of the asked type."""

    code = "STR-807"


class InvalidPatch(StoreError, ValueError):
    """A patch does not fit the value that it is applied to."""

    code = "STR-808"


class EndlessUpdate(StoreError, RecursionError):
    """A watcher changes what it watches, so that it fires again without end."""

    code = "STR-809"


class Rejected(StoreError):
    """The result of a thunk was asked for, and the thunk has failed.

    Attributes:
        action: the rejected action, as it was dispatched.
        payload: what the thunk rejected with.
    """

    code = "STR-810"

    def __init__(
        self, message: str, *, action: Mapping[str, object], hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.action = action

    @property
    def payload(self) -> object:
        """The value that the thunk rejected with; None when it raised instead."""
        return self.action.get("payload")


class Aborted(StoreError):
    """A thunk, or a task of a listener, was told to stop.

    Attributes:
        reason: why, as whoever stopped it said.
    """

    code = "STR-811"

    def __init__(self, reason: str = "Aborted", *, hint: str = "") -> None:
        super().__init__(reason, hint=hint)
        self.reason = reason


class DevtoolsError(StoreError):
    """The devtools cannot be started, or asked for something that is refused."""

    code = "STR-812"


class BundleError(StoreError):
    """Files cannot be bundled for the browser."""

    code = "STR-813"


class StateMutated(StoreError):
    """The development check found state that was changed in place, at ``path``."""

    code = "STR-814"


class NotSerialisable(UserWarning):
    """The development check found a value that JSON cannot hold. Nothing is refused."""
