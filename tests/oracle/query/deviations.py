"""Where the query layer does something else than RTK Query, on purpose.

The page ``docs/explanation/query-deviations.md`` shows these rows; a test holds the two
against each other, and another shows each row with the real package and with ours.
Random programs may differ only as the rows say that ``comparing`` names; what the other
rows are about, the programs do not do.
"""

from __future__ import annotations

from typing import Final

from tests.oracle.deviating import Deviation
from tests.oracle.real import Json

__all__ = ("DEVIATIONS",)

NONE: Final[Json] = {"u": 1}

KEYS: Final = (
    Deviation(
        "no-number-is-null",
        "NaN and the infinities have the cache key of null",
        "each has its own",
        "they are other arguments, and have other data",
        shown_there="q(null)",
        shown_here='q({"$float":"nan"})',
    ),
    Deviation(
        "every-key-counts",
        "a key `__proto__` of an argument is not in the cache key",
        "it is, as any other",
        "as above",
        shown_there="q({})",
        shown_here='q({"__proto__":1})',
    ),
    Deviation(
        "marks-are-refused",
        'an object `{"$bigint": "10"}` has the cache key of the number 10n',
        "a mapping that looks like what stands for another value is refused",
        "as above",
        shown_there='q({"$bigint":"10"})',
        shown_here="refused",
    ),
    Deviation(
        "lists-among-arguments-stay",
        "`selectCachedArgsForQuery` takes arguments that are arrays apart",
        "`cached_args` gives each argument as it is",
        "it is a fault of RTK Query",
        shown_there=[1, 2],
        shown_here=[{"a": [1, 2]}],
    ),
)
ENTRIES: Final = (
    Deviation(
        "entries-that-are-gone",
        "who awaits an entry that is reset or removed meanwhile is given undefined",
        "`QueryFailed` is raised, with an `AbortError`; or there is what the request "
        "brought nevertheless",
        "undefined is no data of the endpoint's type",
        shown_there=["data", NONE],
        shown_here=["error", ["AbortError"]],
    ),
    Deviation(
        "dropped-answers-provide-nothing",
        "the tags of an answer that is not written, as a newer request runs or the "
        "entry is gone, are provided",
        "they are not",
        "tags say what the data that is there is made of",
        shown_there=[["A", [[None, ["q(1)"]]]]],
        shown_here=[],
    ),
    Deviation(
        "pending-elsewhere-is-not-running",
        "an entry that a preloaded state has as pending is never asked for",
        "it is asked for, as no request of this client runs",
        "it would be pending for ever",
        shown_there=0,
        shown_here=1,
    ),
    Deviation(
        "unsubscribing-twice-is-once",
        "every `unsubscribe` lets the time of unused data begin anew",
        "only the first one does anything",
        "a clean-up may run twice",
        shown_there=True,
        shown_here=False,
    ),
    Deviation(
        "an-entry-is-added-once",
        "one new key twice in `upsertQueryEntries` calls `onCacheEntryAdded` twice, "
        "and one of the two never hears of the end",
        "`on_entry_added` is called once",
        "it is a fault of RTK Query",
        shown_there=["added", "added"],
        shown_here=["added"],
    ),
    Deviation(
        "mutations-are-let-go",
        "a mutation without a fixed key stays in the state until `reset`",
        "it leaves the state when it has ended and nobody holds its run any more",
        "nobody can ask for it any more, and memory has an end",
        shown_there=1,
        shown_here=0,
    ),
)
TAGS: Final = (
    Deviation(
        "kinds-of-tags-are-known",
        "a tag of a type that the api does not declare is provided, with a message in "
        "the console of developers",
        "it is an error when it is declared or told",
        "a typing mistake would never be invalidated",
        shown_there=[["C", [[None, ["q(1)"]]]]],
        shown_here="refused",
    ),
    Deviation(
        "failures-are-asked-for",
        "`providesTags` is called for failed requests too, with an undefined result; "
        "where that makes it throw, the entry is pending for ever",
        "functions are called for a failure if they name `error`",
        "most functions are about results only",
        shown_there="pending",
        shown_here="rejected",
    ),
    Deviation(
        "broken-tags-are-none",
        "a `providesTags` that throws leaves the entry pending for ever, and who "
        "awaits it is given the error",
        "the data is there, without tags; the error goes to the loop's handler",
        "what was fetched is not lost",
        shown_there=["pending", NONE],
        shown_here=["fulfilled", 5],
    ),
    Deviation(
        "changes-are-done",
        "an `invalidatesTags` that throws makes a mutation that succeeded fail for who "
        "awaits it, and `onQueryStarted` never hears of its end",
        "it has succeeded, and invalidates nothing; the error goes to the loop's "
        "handler",
        "the server has done it",
        shown_there=[["error", ["thrown", "no tags"]], ["started"]],
        shown_here=[["data", 5], ["started", "fulfilled"]],
    ),
    Deviation(
        "what-is-given-is-there",
        "`upsertQueryEntries` leaves out an entry whose `providesTags` throws",
        "`upsert_many` writes it, without tags; the error goes to the loop's handler",
        "one rule",
        shown_there=[],
        shown_here=["q(1)"],
    ),
)
DATA: Final = (
    Deviation(
        "updates-stand-alone",
        "undoing the first of two updates takes the second with it",
        "the second one stays: it is applied anew to what is there without the first",
        "two changes on their way have nothing to do with each other",
        shown_there={},
        shown_here={"x": 1},
    ),
    Deviation(
        "answers-come-below-updates",
        "an answer replaces an update that is on its way",
        "the update is applied to the answer, until it is committed or undone; one of "
        "`on_started` is committed when that returns",
        "the server has not heard of the update yet; it would vanish, and come again",
        shown_there={"x": 5},
        shown_here={"x": 6},
    ),
    Deviation(
        "updates-of-nothing-are-none",
        "undoing an update that has changed nothing sends a patch",
        "nothing is sent",
        "nothing has changed",
        shown_there=[
            "api/queries/queryResultPatched",
            "api/invalidation/updateProvidedBy",
        ],
        shown_here=[],
    ),
    Deviation(
        "broken-merges-are-errors",
        "a `merge` that throws leaves the entry pending for ever",
        "the entry is rejected with the error; the old data stays",
        "it can be asked for again",
        shown_there="pending",
        shown_here="rejected",
    ),
)
ENDS: Final = (
    Deviation(
        "aborts-are-expected",
        "`onQueryStarted` is told of an abort as of an error that nobody handled",
        "`is_unhandled` is false",
        "somebody wanted the abort",
        shown_there=[["AbortError"], True],
        shown_here=[["AbortError"], False],
    ),
    Deviation(
        "exceptions-are-no-answers",
        "what is thrown in the last attempt of `retry` counts as an answer with an "
        "error: tags are told of it",
        "it is an exception, as it is without `retry`",
        "one rule",
        shown_there=["rejectedWithValue"],
        shown_here=[],
    ),
    Deviation(
        "errors-have-one-form",
        "the error in the state is whatever the base query says, or a serialised "
        "exception",
        "it is an `ErrorInfo`: name, message, code, status and data",
        "who shows errors has one type to think of",
        shown_there="just text",
        shown_here=["name", "message", "code", "status", "data"],
    ),
)
NAMES: Final = (
    Deviation(
        "unknown-options-are-errors",
        "an option of an endpoint that is not known, `provideTags` for one, is ignored",
        "it is an error when the endpoint is declared",
        "a typing mistake is seen",
        shown_there=[],
        shown_here="refused",
    ),
    Deviation(
        "names-of-python",
        "thunks are made by endpoints and `util`, and are dispatched",
        "they are methods of a client, in snake case",
        "it is Python; and a client belongs to an event loop",
        shown_there=["initiate", "select", "invalidateTags", "resetApiState"],
        shown_here=["subscribe", "result", "invalidate", "reset"],
    ),
    Deviation(
        "seconds-everywhere",
        "`pollingInterval` is in milliseconds, `keepUnusedDataFor` in seconds",
        "`polling` is in seconds, too",
        "one unit",
        shown_there=2,
        shown_here=1,
    ),
    Deviation(
        "no-action-for-the-middleware",
        "the middleware says by an action that it is there",
        "a client needs no middleware, and says nothing",
        "nothing is to be forgotten when a store is made",
        shown_there=["api/config/middlewareRegistered", "other"],
        shown_here=["other"],
    ),
    Deviation(
        "no-pages",
        "there are infinite queries",
        "there are none; `merge` with `serialize` and `force_refetch` makes one list "
        "of several pages",
        "not yet",
        shown_there=["infiniteQuery", "mutation", "query"],
        shown_here=["mutation", "query"],
    ),
)
DEVIATIONS: Final[tuple[Deviation, ...]] = (
    *KEYS,
    *ENTRIES,
    *TAGS,
    *DATA,
    *ENDS,
    *NAMES,
)
"""In the order of the page."""
