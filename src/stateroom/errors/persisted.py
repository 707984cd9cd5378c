"""The errors of the persisted tier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from stateroom.errors.base import StateroomError

__all__ = (
    "CorruptRecord",
    "InvalidDocument",
    "InvalidPersist",
    "MigrationFailed",
    "NewerRecord",
    "NotDurable",
    "OverBudget",
    "PersistError",
    "StorageFull",
    "StorageUnavailable",
    "Undecipherable",
    "WriteConflict",
)


class PersistError(StateroomError):
    """The persisted tier could not do its work.

    Attributes:
        key: of the slice, or of the record, that it is about; empty for all.
        retryable: whether the same call may succeed later, with nothing mended.
    """

    code = "STR-900"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, key: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
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
