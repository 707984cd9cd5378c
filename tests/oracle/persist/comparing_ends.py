"""Holds a program of ours against the real one, from end to end.

What is compared: the state after each step, the payload that a REHYDRATE brought and
whether it had an error, which steps raised, and in the end the document, to the byte.
What may differ has the name of its row in ``deviations``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from stateroom.persist import Phase
from stateroom.persist.interchange import PERSIST
from stateroom.persist.storages import Memory
from tests.oracle.comparing import Difference, first_difference
from tests.oracle.persist.applications import Application, config_of, kept_names
from tests.oracle.persist.carrying import (
    LIMIT,
    RECORD,
    exported,
    import_document,
    record_of,
)
from tests.oracle.real import Json
from tests.oracle.terms import text

__all__ = ("ALLOWED", "KEY", "Ours", "compare_ends", "trace_of")

Program = dict[str, Json]
Trace = dict[str, Json]

KEY = "persist:k"
ALLOWED = (
    "only-what-is-kept-is-read",
    "newer-data-is-only-read",
    "what-failed-to-migrate-is-left",
    "fields-in-the-order-of-the-state",
    "what-is-stored-already-is-not-written",
)
"""The rows of ``deviations`` by which programs may differ."""


class Ours:
    """What our application did.

    Attributes:
        trace: as ``trace_of`` has it, without the document.
        phase: in which it ended.
        storage: what it left behind.
        before: the record that it began with.
    """

    def __init__(self, program: Program) -> None:
        self.storage: Memory = Memory()
        self.before: bytes | None = None
        self._kept = kept_names(program)
        document = cast("dict[str, str]", program["stored"]).get(KEY)
        if document is not None:
            self.before = import_document(document, program)
            self.storage.write(RECORD, self.before, replaces=None)
        application = Application(program, self.storage)
        states = application.run(cast("list[Json]", program["steps"]))
        self.trace: Trace = {
            "rehydrated": application.rehydrated,
            "threw": application.threw,
            "states": states,
        }
        self.phase: Phase = application.status.phase
        self.reason: str = application.status.reason
        application.close()

    @property
    def is_as_before(self) -> bool:
        """Whether nothing was written."""
        left = self.storage.read(RECORD, limit=LIMIT).current
        return left is not None and left == self.before

    @property
    def document(self) -> str:
        """The document of what it left behind."""
        record = record_of(self.storage)
        return "" if record is None else exported(record, only=self._kept)

    def document_like(self, other: str) -> str:
        """The same, with its fields in the order of another document."""
        record = record_of(self.storage)
        order = list(json.loads(other))
        return "" if record is None else exported(record, only=self._kept, order=order)


def trace_of(real: Json) -> Trace:
    """What is compared of the trace of redux-persist."""
    trace = cast("dict[str, list[list[Json]]]", real)
    rehydrated: list[Json] = []
    threw: list[Json] = []
    for kind, _, *rest in trace["log"]:
        if kind == "threw":
            threw.append(rest[0])
        elif kind == "action" and rest[0] == "persist/REHYDRATE":
            rehydrated.append([without(rest[1], PERSIST), rest[2] is not None])
    states = [without(cast("Json", each), PERSIST) for each in trace["states"]]
    return {"rehydrated": rehydrated, "threw": threw, "states": states}


def without(term: Json, *names: str) -> Json:
    """An object without some keys."""
    if not isinstance(term, dict) or "o" not in term:
        return term
    pairs = cast("list[list[Json]]", term["o"])
    return {"o": [pair for pair in pairs if pair[0] not in names]}


def compare_ends(program: Program, real: Json) -> tuple[str, ...]:
    """Run a program in Python; say which deviations it took to find both equal.

    Raises:
        Difference: none were enough.
    """
    theirs, ours = trace_of(real), Ours(program)
    here, kept = ours.trace, kept_names(program)
    used: list[str] = []
    if text(theirs) != text(here) and kept is not None:
        theirs, here = narrowed(theirs, kept), narrowed(here, kept)
        used.append(ALLOWED[0])
    if text(theirs) != text(here):
        where, one, other = first_difference(theirs, here)
        told = f"at {where}\n  JavaScript {text(one)}\n  Python     {text(other)}"
        raise different(program, ours, told)
    document = cast("dict[str, dict[str, str]]", real)["stored"].get(KEY, "")
    return (*used, *compare_documents(program, document, ours))


def narrowed(trace: Trace, kept: list[str]) -> Trace:
    """A trace of the kept fields alone, in one order.

    What is left out there by the next action puts the others in the order of the
    reducers; here it was never there.
    """

    def only(term: Json) -> Json:
        if not isinstance(term, dict) or "o" not in term:
            return term
        fields = dict(cast("list[tuple[str, Json]]", term["o"]))
        return {"o": [[name, fields[name]] for name in kept if name in fields]}

    rehydrated = cast("list[list[Json]]", trace["rehydrated"])
    return {
        **trace,
        "rehydrated": [[only(payload), failed] for payload, failed in rehydrated],
        "states": [only(each) for each in cast("list[Json]", trace["states"])],
    }


def compare_documents(program: Program, document: str, ours: Ours) -> Iterator[str]:
    """Tell the deviation that it takes to find the documents equal.

    Raises:
        Difference: none is enough.
    """
    if ours.phase is Phase.READ_ONLY:
        if not ours.is_as_before:
            raise different(program, ours, "what is only read was written over")
        yield ALLOWED[1 if "newer release" in ours.reason else 2]
    elif ours.document == document:
        return
    elif ours.document_like(document) == document:
        yield ALLOWED[3]
    elif ours.is_as_before and config_of(program).get("transforms"):
        yield ALLOWED[4]
    else:
        told = f"documents\n  JavaScript {document}\n  Python     {ours.document}"
        raise different(program, ours, told)


def different(program: Program, ours: Ours, told: str) -> Difference:
    return Difference(f"{text(program)}\n  {told}\n  {ours.phase}: {ours.reason}")
