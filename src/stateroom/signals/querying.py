"""Events of the query layer.

None of them has an argument, data, the text of an error, or the id of a tag: these may
be personal, and there are as many of them as there are users.
"""

from __future__ import annotations

from dataclasses import dataclass

from stateroom.signals.event import Event

__all__ = (
    "QueryInvalidated",
    "QueryRead",
    "QueryRequested",
)


@dataclass(frozen=True, slots=True)
class QueryRead(Event):
    """Somebody asked for a query.

    Once for each ``subscribe``, ``fetch``, ``prefetch`` and ``refetch``. To look at
    what is known, by ``client.result(...)``, ``watching.result`` or a selector, is no
    event; neither is what a client does by itself: polling, and asking anew because of
    tags, focus or the network.

    Attributes:
        api: its name.
        endpoint: its name.
        result: ``cached`` when no request was needed, ``joined`` when one was under
            way, ``requested`` when one began; ``skipped`` when none was made because
            devtools show another state than the newest.
    """

    api: str
    endpoint: str
    result: str


@dataclass(frozen=True, slots=True)
class QueryRequested(Event):
    """A request of a query or a mutation ended, whoever caused it.

    Once for each request, however often it was tried. Data that was given by ``upsert``
    is none.

    Attributes:
        api: its name.
        endpoint: its name.
        kind: ``query`` or ``mutation``.
        outcome: ``ok``, ``error`` or ``cancelled``.
        seconds: from its start to its end, retries and the waits between them included;
            to the millisecond, by the clock of the client.
    """

    api: str
    endpoint: str
    kind: str
    outcome: str
    seconds: float


@dataclass(frozen=True, slots=True)
class QueryInvalidated(Event):
    """Tags were invalidated, by a mutation or by name.

    Tags that waited for requests to end, as they do by default, are one event. It is
    one, too, when no entry has the tags.

    Attributes:
        api: its name.
        kinds: of the tags, each once: ``Job``. Not their ids, which may be personal.
        refetched: entries that somebody wants, for which a request began.
        removed: entries that nobody wanted.
    """

    api: str
    kinds: tuple[str, ...]
    refetched: int
    removed: int
