"""The families of random programs about the query layer; see ``oracle.families``.

Their shares are of ``PROGRAMS``, beside those of the store, and a fifth of them in all:
each of these programs is as long as ten of the others.
"""

from __future__ import annotations

from functools import partial
from typing import Final, cast

from tests.oracle.families import Family
from tests.oracle.query.keys import make_keys, trace_keys
from tests.oracle.query.kinds import KINDS
from tests.oracle.query.making import make
from tests.oracle.query.performing import trace_query
from tests.oracle.query.programs import Program
from tests.oracle.real import Json

__all__ = ("FAMILIES",)

SHARES: Final = {
    "arguments": 2,
    "lifetimes": 3,
    "tags": 3,
    "polling": 2,
    "patches": 2,
    "lifecycles": 2,
    "optimistic": 1,
    "retry": 1,
    "restarts": 1,
    "mixed": 3,
}
"""In a hundred."""


def traced(program: Program) -> Json:
    return cast("Json", trace_query(program))


FAMILIES: Final = (
    Family("query-keys", make_keys, trace_keys, 2),
    *(
        Family(f"query-{name}", partial(make, kind), traced, SHARES[name])
        for name, kind in KINDS.items()
    ),
)
