"""Checks of development: state changed in place, values that JSON cannot hold.

They are middlewares. A store puts ``default_checks()`` before all others under
``python -X dev``, where ``STATEROOM_DEV=1`` is set, or when it is told to. With other
options, give them to the store yourself::

    Store(roles, checks=False, middleware=[mutation_check(ignored_paths=["roles.db"])])
"""

from __future__ import annotations

from stateroom.store.checks.creators import creator_check
from stateroom.store.checks.mutation import mutation_check
from stateroom.store.checks.serialisability import (
    has_plain_form,
    serialisability_check,
)
from stateroom.store.middleware import Middleware

__all__ = (
    "creator_check",
    "default_checks",
    "has_plain_form",
    "mutation_check",
    "serialisability_check",
)


def default_checks() -> tuple[Middleware, ...]:
    """Return all checks, in their order, without options."""
    return creator_check(), mutation_check(), serialisability_check()
