"""What the programs of each family are made of."""

from __future__ import annotations

from typing import Final

from tests.oracle.query.making import Kind
from tests.oracle.query.pools import ARGS, OBJECTS, SHORT

__all__ = ("KINDS",)

FLOW: Final = ("answer", "advance", "subscribe", "answer", "unsubscribe", "advance")
"""What everything else happens in between of."""

ARGUMENTS: Final = Kind(
    verbs=(*FLOW, *FLOW, "args", "select", "refetch", "prefetch", "upsert"),
    query={"serialize": 60, "force": 40, "latency": 30, "merge": 20, "keep": 20},
    api={"serialize": 20},
    args=(*ARGS, *OBJECTS),
)
LIFETIMES: Final = Kind(
    verbs=(
        *(*FLOW, *FLOW, *FLOW, "refetch", "refetch", "prefetch", "select", "reset"),
        *("abort", "unsubscribe", "answer"),
    ),
    query={
        "keep": 60,
        "latency": 40,
        "force": 20,
        "sharing": 20,
        "merge": 15,
        "transform": 15,
        "transformError": 15,
    },
    api={"keepUnusedDataFor": 60, "refetchOnMountOrArgChange": 25},
)
TAGGED: Final = Kind(
    verbs=(
        *(*FLOW, "mutate", "mutate", "mutate", "answer", "answer", "answer"),
        *("invalidate", "invalidate", "invalidated", "resetMutation", "prefetch"),
    ),
    query={"provides": 90, "latency": 20, "keep": 10},
    mutation={"invalidates": 90, "latency": 30},
    api={"invalidationBehavior": 40},
    args=ARGS[:3],
)
POLLING: Final = Kind(
    verbs=(
        *("subscribe", "advance", "advance", "answer", "options", "unsubscribe"),
        *("focus", "blur", "online", "offline", "advance", "refetch", "advance"),
    ),
    query={"latency": 70, "keep": 20},
    api={"refetchOnFocus": 30, "refetchOnReconnect": 30, "keepUnusedDataFor": 20},
    args=ARGS[:2],
    listening=("poll", "force"),
    waits=SHORT,
)
PATCHES: Final = Kind(
    verbs=(*FLOW, "update", "update", "undo", "undo", "upsert", "upsertMany", "update"),
    query={"provides": 50, "keep": 20, "latency": 20, "sharing": 20, "merge": 10},
    args=ARGS[:2],
)
LIFECYCLES: Final = Kind(
    verbs=(
        *(*FLOW, *FLOW, "mutate", "mutate", "answer", "answer", "resetMutation"),
        *("refetch", "upsert", "upsertMany", "reset", "prefetch"),
    ),
    query={"started": 70, "added": 70, "keep": 60, "latency": 20},
    mutation={"started": 80, "added": 60, "latency": 20},
    args=ARGS[:2],
)
OPTIMISTIC: Final = Kind(
    verbs=("optimistically", "optimistically", *FLOW, "upsert", "update", "undo"),
    query={"provides": 40, "sharing": 20},
    mutation={"started": 95, "added": 20},
    args=ARGS[:2],
    failing=40,
    started=("optimistic",),
)
RETRY: Final = Kind(
    verbs=(
        *("answer", "answer", "advance", "advance", "answer", "advance", "mutate"),
        *("unsubscribe", "refetch", "subscribe", "answer", "advance", "answer"),
        *("advance", "abort", "reset", "answer", "advance", "answer", "advance"),
    ),
    query={"retry": 90, "latency": 30, "keep": 30},
    mutation={"retry": 70, "latency": 20},
    args=ARGS[:2],
    failing=70,
    waits=(1000, 240, 500, 5000, 540, 20),
)
RESTARTS: Final = Kind(
    verbs=(*FLOW, *FLOW, "restart", "mutate", "answer", "invalidate", "select"),
    query={"provides": 60, "keep": 50, "latency": 30},
    mutation={"invalidates": 50, "latency": 30},
    api={"keepUnusedDataFor": 60},
    args=ARGS[:3],
)
MIXED: Final = Kind(
    verbs=(
        *(*FLOW, *FLOW, *FLOW, *FLOW, "refetch", "prefetch", "mutate", "mutate"),
        *("answer", "answer", "answer", "abort", "invalidate", "invalidate", "update"),
        *("undo", "upsert", "upsertMany", "focus", "blur", "online", "offline"),
        *("options", "reset", "resetMutation", "restart", "select", "args"),
        *("invalidated", "advance", "advance"),
    ),
    query={
        "provides": 70,
        "keep": 40,
        "latency": 30,
        "merge": 15,
        "sharing": 15,
        "transform": 10,
        "transformError": 10,
        "serialize": 15,
        "force": 15,
        "started": 20,
        "added": 20,
        "retry": 15,
    },
    mutation={"invalidates": 80, "latency": 30, "started": 30, "added": 20},
    api={
        "keepUnusedDataFor": 40,
        "refetchOnMountOrArgChange": 15,
        "refetchOnFocus": 30,
        "refetchOnReconnect": 30,
        "invalidationBehavior": 30,
    },
    args=(*ARGS, *OBJECTS),
    listening=("force", "poll"),
    length=30,
)
KINDS: Final = {
    "arguments": ARGUMENTS,
    "lifetimes": LIFETIMES,
    "tags": TAGGED,
    "polling": POLLING,
    "patches": PATCHES,
    "lifecycles": LIFECYCLES,
    "optimistic": OPTIMISTIC,
    "retry": RETRY,
    "restarts": RESTARTS,
    "mixed": MIXED,
}
"""By the name of the family."""
