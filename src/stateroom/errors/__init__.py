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
    │   ├── MayEvict        data without a copy, on a server that may evict it
    │   ├── QuotaExceeded   a call would exceed its quota
    │   ├── MutexBusy       somebody else held a mutex for as long as one would wait
    │   ├── MutexLost       a mutex that was held is not held any more
    │   ├── Undecodable     what stands in Redis is not of the declared type
    │   └── Conflict        others changed the same data each time
    ├── PersistError        the persisted tier could not do its work (.key says where)
    │   ├── InvalidPersist      what is to be kept, or how, is declared wrongly
    │   ├── StorageUnavailable  a storage does not answer, or refuses
    │   ├── StorageFull         a disk or quota has no room; nothing was written
    │   ├── OverBudget          a slice would be larger than it may be
    │   ├── WriteConflict       someone wrote first: read again, then decide again
    │   ├── CorruptRecord       stored bytes are no whole record
    │   ├── NewerRecord         a newer release wrote it; this one only reads
    │   ├── MigrationFailed     stored data cannot be brought to the wanted version
    │   ├── NotDurable          what was to be stored is not, and is named
    │   ├── Undecipherable      the key does not open what is stored
    │   └── InvalidDocument     a document is not what redux-persist stores
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
        ├── StateMutated    a check found state that was changed in place
        └── QueryError      the query layer could not do its work
            ├── InvalidQuery    an endpoint, a tag or an option is wrong
            ├── QueryFailed     the query whose data was asked for has failed
            ├── ResponseError   a server answered with a refusal
            ├── TransportError  a request was not answered
            └── NeverResolved   an entry was removed before its first data arrived

Each class has a ``code`` that never changes once released: logs, the command
line, the console and ``docs/errors/<code>.md`` all use it. Messages may change.
Standard library only, because the browser half of an application raises these too.
"""

from __future__ import annotations

from stateroom.errors.base import (
    BlockingCall,
    CatalogueError,
    InvalidValue,
    KeyFormatError,
    LockError,
    MissingExtra,
    MoveNeeded,
    Problem,
    RulesetError,
    StateroomError,
    UsageError,
)
from stateroom.errors.lives import (
    Conflict,
    MayEvict,
    MutexBusy,
    MutexLost,
    QuotaExceeded,
    Undecodable,
)
from stateroom.errors.persisted import (
    CorruptRecord,
    InvalidDocument,
    InvalidPersist,
    MigrationFailed,
    NewerRecord,
    NotDurable,
    OverBudget,
    PersistError,
    StorageFull,
    StorageUnavailable,
    Undecipherable,
    WriteConflict,
)
from stateroom.errors.queries import (
    ErrorInfo,
    InvalidQuery,
    NeverResolved,
    QueryError,
    QueryFailed,
    ResponseError,
    TransportError,
)
from stateroom.errors.stores import (
    Aborted,
    BundleError,
    DevtoolsError,
    DraftMisuse,
    EndlessUpdate,
    FrozenState,
    InReducer,
    InvalidAction,
    InvalidPatch,
    InvalidReducer,
    InvalidSlice,
    NotPlain,
    NotSerialisable,
    Rejected,
    StateMutated,
    StoreError,
)
from stateroom.errors.tiers import (
    LoadFailed,
    LoadTimeout,
    NotInvalidated,
    Overloaded,
    Refused,
    TierError,
    Unavailable,
)

__all__ = (
    "Aborted",
    "BlockingCall",
    "BundleError",
    "CatalogueError",
    "Conflict",
    "CorruptRecord",
    "DevtoolsError",
    "DraftMisuse",
    "EndlessUpdate",
    "ErrorInfo",
    "FrozenState",
    "InReducer",
    "InvalidAction",
    "InvalidDocument",
    "InvalidPatch",
    "InvalidPersist",
    "InvalidQuery",
    "InvalidReducer",
    "InvalidSlice",
    "InvalidValue",
    "KeyFormatError",
    "LoadFailed",
    "LoadTimeout",
    "LockError",
    "MayEvict",
    "MigrationFailed",
    "MissingExtra",
    "MoveNeeded",
    "MutexBusy",
    "MutexLost",
    "NeverResolved",
    "NewerRecord",
    "NotDurable",
    "NotInvalidated",
    "NotPlain",
    "NotSerialisable",
    "OverBudget",
    "Overloaded",
    "PersistError",
    "Problem",
    "QueryError",
    "QueryFailed",
    "QuotaExceeded",
    "Refused",
    "Rejected",
    "ResponseError",
    "RulesetError",
    "StateMutated",
    "StateroomError",
    "StorageFull",
    "StorageUnavailable",
    "StoreError",
    "TierError",
    "TransportError",
    "Unavailable",
    "Undecipherable",
    "Undecodable",
    "UsageError",
    "WriteConflict",
)

# Where they are caught from is where a traceback says that they are.
for _name in __all__:
    globals()[_name].__module__ = __name__
