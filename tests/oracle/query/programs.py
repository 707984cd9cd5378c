"""A program about the query layer, and what its trace tells.

``js/running.mjs`` runs a program with RTK Query, ``performing.py`` with ours; both in
virtual time, in milliseconds since the start. A program is a mapping; what may be
absent has its default in brackets::

    draw        what the wait before another attempt is drawn with [0.5]
    api         keepUnusedDataFor  seconds or "Infinity" [60], refetchOnMountOrArgChange
                [false], refetchOnFocus, refetchOnReconnect [false],
                invalidationBehavior ["delayed"], serialize  a name of named.py
    endpoints   {name: what it is}; of both kinds:
        kind            "query" or "mutation"
        latency, answer ms after which a request answers by itself, and how: "fixed",
                        "counted", "fails", "odd", "throws" [the program answers]
        transform, transformError   names of named.py
        started, added  {"name"} of named.py; some update another entry, and have
                        "endpoint", "arg" and "recipe" besides
        retry           how often at most a request is tried again, or a condition of
                        named.py [it is not]
      of queries:
        provides        a list of tags, or a name of named.py
        keep            seconds, "Infinity" [that of the api]
        merge, serialize, force     names of named.py
        sharing         false: no structural sharing
      of mutations:
        invalidates     a list of tags, or a name of named.py
    steps       what is done, in order. Tags are "A", ["A", 1] or null; what has a
                number is counted, and begins again at the first one:
        ["subscribe", endpoint, arg, {"force", "pollingInterval", "refetchOnFocus",
            "refetchOnReconnect", "skipPollingIfUnfocused"}]
        ["unsubscribe", number], ["refetch", number], ["options", number, {...}]
        ["answer", number, ...] a request: "data", term; "error", status, term;
            "throw", text; "give up", status, term, which is not tried again
        ["mutate", endpoint, arg, {"key", "track"}], ["resetMutation", number]
        ["abort", number]       of whatever was asked for
        ["prefetch", endpoint, arg, {"force"} or {"ifOlderThan": seconds} or {}]
        ["invalidate", [tag...]], ["reset"]
        ["update", endpoint, arg, recipe], ["undo"]
        ["upsert", endpoint, arg, term], ["upsertMany", [[endpoint, arg, term]...]]
        ["focus"], ["blur"], ["online"], ["offline"], ["advance", ms]
        ["restart"]             a new process, which begins with the state of this one
        ["select", endpoint, arg], ["args", endpoint], ["invalidated", [tag...]]

Arguments and answers are terms, as ``js/terms.mjs`` describes them. What one step sets
off is settled before the next one begins. The trace has for each step::

    actions     [ms, type without "api/", what it is about...] as the reducer sees them
    requests    [ms, number, endpoint, argument, whether forced] that began
    aborted     [ms, number] of those that were aborted
    lives       [ms, what, ...] what lifecycles and questions tell
    threw       [ms, name, text] of steps and of timers
    settled     {number: outcome} of what the program has called and awaits
    state       queries, mutations, provided tags, subscribers, the copy of them in the
                state, and whether there is a network, and the focus

Ids of requests are named in the order in which the trace tells of them.
"""

from __future__ import annotations

from tests.oracle.real import Json

__all__ = ("Boom", "Program", "Trace")

Program = dict[str, Json]
Trace = list[dict[str, Json]]


class Boom(Exception):
    """What a program throws."""
