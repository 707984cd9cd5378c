"""Where our tier does something else than redux-persist 6, on purpose.

The page ``docs/explanation/persist-deviations.md`` shows these rows; a test holds the
two against each other, and another shows each row with the real package and with ours.
Random programs may differ only as the rows say that ``comparing_ends`` names; what the
other rows are about, the programs do not do.
"""

from __future__ import annotations

from typing import Final

from tests.oracle.deviating import Deviation

__all__ = ("DEVIATIONS",)

READING: Final = (
    Deviation(
        "only-what-is-kept-is-read",
        "a stored field that the whitelist leaves out comes into the state, and is "
        "deleted from the document by the next write",
        "it stays out of the state; one that the application does not know stays in "
        "the record as it is",
        "data of a newer release, or of a part that is not loaded yet, is not lost",
        shown_there=[7, False],
        shown_here=[None, True],
    ),
    Deviation(
        "newer-data-is-only-read",
        "data of a newer version is used, and written again as of the older one",
        "it is used where it fits, and never written over; or `downgrades` bring it "
        "back",
        "otherwise the newer release would migrate it a second time",
        shown_there=2,
        shown_here=9,
    ),
    Deviation(
        "what-failed-to-migrate-is-left",
        "a migration that throws begins with the initial state, which is then written",
        "the state is the same, what is stored stays, and the reason is in the status",
        "the next release can mend it",
        shown_there=1,
        shown_here=7,
    ),
    Deviation(
        "damaged-bytes-are-put-aside",
        "a document that is no JSON, or has one field that is none, is written over",
        "its bytes are put aside with the reason, and the generation before is read",
        "one damaged byte does not cost everything",
        shown_there=["persist:k"],
        shown_here=["app:p:device:root", "app:p:device:root~corrupt"],
    ),
    Deviation(
        "what-was-not-read-is-not-written",
        "where the storage fails, the initial state is written over what it has",
        "nothing is written until it was read, which is tried again",
        "the data is good; only the storage was away",
        shown_there=1,
        shown_here=7,
    ),
    Deviation(
        "a-slow-storage-is-not-given-up",
        "after `timeout` the initial state is written over what a slow storage has",
        "`hydrate(timeout=...)` returns, and what comes later is merged",
        "as above; slow is not empty",
        shown_there=1,
        shown_here=8,
    ),
    Deviation(
        "three-way-by-default",
        "`autoMergeLevel1` is the default: actions before the read are overwritten",
        "`three_way` is: a field that only one side changed has that side's value",
        "what somebody did while it was being read is not lost",
        shown_there=[0, 5],
        shown_here=[1, 5],
    ),
    Deviation(
        "undefined-is-no-value",
        "a field that a transform makes undefined is undefined until the next action",
        "it is as if it were not stored; and undefined inside of a value cannot be "
        "stored, which is told",
        "no Python value stands for it",
        shown_there={"u": 1},
        shown_here=0,
    ),
    Deviation(
        "migrations-give-json",
        "a migration may give anything, a number without end for one",
        "what JSON cannot write is a failed migration",
        "it could not be stored, or would come back as something else",
        shown_there={"n": "inf"},
        shown_here=0,
    ),
    Deviation(
        "versions-begin-with-1",
        "without a version it is -1, and any number may be one",
        "it is 1; versions are whole numbers, and migrations leave none of them out",
        "of 3.6 and 4, neither would run",
        shown_there=-1,
        shown_here=1,
    ),
)

WRITING: Final = (
    Deviation(
        "what-is-stored-already-is-not-written",
        "after it was read the whole state is written",
        "only what differs from what is stored is",
        "a start writes nothing",
        shown_there=1,
        shown_here=0,
    ),
    Deviation(
        "one-write-within-the-delay",
        "each changed key waits for a turn of the throttle: three of 20 ms, and "
        "`_persist`, take 80 ms",
        "all of them are one write within `max_delay`",
        "otherwise the delay has no bound",
        shown_there=80,
        shown_here=20,
    ),
    Deviation(
        "writes-have-an-order",
        "an older write that is slow lands on a newer one, and `flush` does not wait "
        "for it",
        "one write at a time, and `flush` waits for all",
        "the newest state is what counts",
        shown_there=[2, 1],
        shown_here=[2, 2],
    ),
    Deviation(
        "a-failed-write-is-tried-again",
        "it waits for the next change",
        "it is tried again, less and less often, and is in the status meanwhile",
        "the next change may never come",
        shown_there=None,
        shown_here=0,
    ),
    Deviation(
        "resuming-writes-what-changed",
        "what changed in a pause is written with the next change after it",
        "it is written after the pause",
        "as above",
        shown_there=0,
        shown_here=1,
    ),
    Deviation(
        "fields-in-the-order-of-the-state",
        "a field stands in the document where it was written first",
        "fields stand in the order of the state",
        "a record is written as a whole",
        shown_there=["two", "one"],
        shown_here=["one", "two"],
    ),
    Deviation(
        "numbers-without-end-are-kept",
        "NaN and the infinities are stored as null",
        "they come back as they were; in an exported document they are null",
        "null is another value",
        shown_there=None,
        shown_here={"n": "nan"},
    ),
)

CONFIGURING: Final = (
    Deviation(
        "unknown-settings-are-errors",
        "a setting that is not known is ignored: with `whiteList` all is written",
        "it is an error when it is declared, as are settings that contradict each "
        "other",
        "a typing mistake is no data loss",
        shown_there=["one", "two"],
        shown_here="STR-901",
    ),
    Deviation(
        "keys-are-unique",
        "two reducers with one key are registered twice, and write over each other",
        "it is an error when the persistor is made",
        "what is stored would be that of the one that changed last",
        shown_there=2,
        shown_here="STR-901",
    ),
    Deviation(
        "nothing-is-kept-twice",
        "a persisted reducer in another one is stored twice, with what its own "
        "blacklist leaves out",
        "a slice is kept once, under its own key",
        "a secret would be stored after all",
        shown_there=["kept", "secret", "_persist"],
        shown_here="STR-901",
    ),
    Deviation(
        "transforms-are-for-fields",
        "transforms are given `_persist` as well",
        "they are given fields only",
        "the version is not theirs to change",
        shown_there=["key", "value"],
        shown_here=["rehydrated", "version"],
    ),
    Deviation(
        "transforms-see-values",
        "on the way back the third argument has the fields as the texts that are "
        "stored",
        "it has them as values",
        "on the way out it has values, too",
        shown_there="string",
        shown_here="number",
    ),
)

DOING: Final = (
    Deviation(
        "two-actions",
        "`persist`, `flush`, `pause` and `purge` are actions, which reach all reducers",
        "only what brings something into the state is: `persist/REHYDRATE` and "
        "`persist/PURGE`",
        "a function in an action cannot be recorded or replayed",
        shown_there=["persist/PERSIST", "persist/REHYDRATE", "persist/FLUSH"],
        shown_here=["persist/REHYDRATE"],
    ),
    Deviation(
        "hydrating-again-does-no-harm",
        "`persist()` once more ends in a REHYDRATE with the error of a timeout",
        "`hydrate()` reads what could not be read, and what came since",
        "calling it twice is no mistake",
        shown_there=[False, True],
        shown_here=[False],
    ),
    Deviation(
        "a-purge-lasts",
        "the state stays, the next change writes all of it again, and nothing is ever "
        "read any more",
        "the state begins anew unless `reset=False`, and a tombstone keeps writes "
        "under way, of anybody, from bringing it back",
        "who erases something wants it gone",
        shown_there=2,
        shown_here=1,
    ),
)

DOCUMENTS: Final = (
    Deviation(
        "a-document-says-its-version",
        "a document whose `_persist` is something else has the version -1",
        "it is refused; one without `_persist` has -1",
        "every migration would run over data of any version",
        shown_there=-1,
        shown_here="STR-911",
    ),
    Deviation(
        "numbers-are-not-rounded",
        "whole numbers beyond 2 ** 53 are rounded",
        "exporting one that JavaScript would round is refused, with its place",
        "an id that is rounded is another one",
        shown_there="9007199254740992",
        shown_here="STR-911",
    ),
    Deviation(
        "nesting-has-an-end",
        "arrays and objects may be nested as deep as the stack allows",
        "200 levels are read and written",
        "no text may end the process that reads it",
        shown_there=600,
        shown_here="STR-911",
    ),
)

DEVIATIONS: Final[tuple[Deviation, ...]] = (
    *READING,
    *WRITING,
    *CONFIGURING,
    *DOING,
    *DOCUMENTS,
)
"""In the order of the page."""
