"""Family "query-keys": what the cache key of an argument is."""

from __future__ import annotations

import json
import re
from typing import Final

from stateroom.query.keys import cache_key
from tests.oracle.choosing import Choice
from tests.oracle.persist.making import make_value
from tests.oracle.persist.terms import build
from tests.oracle.query.programs import Program
from tests.oracle.real import Json
from tests.oracle.terms import text

__all__ = ("make_keys", "trace_keys")

ENDPOINTS: Final = ("e", "jobs_in", "")
SIMPLE: Final[tuple[Json, ...]] = (1, "1", None, {"u": 1})
OTHERWISE: Final = re.compile(r'"n":"-?(?:nan|inf)"|"d":"[7f]ff|"__proto__"')
"""What deviations are about: a program that has it is no program."""


def make_keys(choice: Choice) -> Program:
    """An endpoint, and any argument."""
    arg = make_value(choice)
    if OTHERWISE.search(text(arg)):
        arg = choice.one_of(SIMPLE)
    # Two halves of a character are one in JavaScript, and after this here, too.
    whole: Json = json.loads(json.dumps(arg))
    return {"endpoint": choice.one_of(ENDPOINTS), "arg": whole}


def trace_keys(program: Program) -> Json:
    """The cache key."""
    return cache_key(str(program["endpoint"]), build(program["arg"]))
