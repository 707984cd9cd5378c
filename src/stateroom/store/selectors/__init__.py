"""Selectors: compute from the state, and compute again only what has changed.

Example::

    @selector(select_todos, select_filter)
    def visible(todos: Sequence[Todo], shown: str) -> list[Todo]:
        return [todo for todo in todos if shown in ("all", todo.status)]

    visible(store.state) is visible(store.state)     # computed once

Source:
    The behaviour is that of Reselect 5; what differs on purpose is listed in
    docs/explanation/store-deviations.md.
"""

from __future__ import annotations

from stateroom.store.selectors.checks import UnstableSelector
from stateroom.store.selectors.creating import SelectorCreator, create_selector
from stateroom.store.selectors.declaring import SelectorDecorator, selector
from stateroom.store.selectors.memos import (
    DEFAULT_SIZE,
    Equal,
    Function,
    IdentityMemo,
    LruMemo,
    Memoize,
    Memoized,
    identity_memo,
    lru_memo,
)
from stateroom.store.selectors.options import Checks, SelectorOptions
from stateroom.store.selectors.selecting import Selector
from stateroom.store.selectors.structured import create_structured_selector

__all__ = (
    "DEFAULT_SIZE",
    "Checks",
    "Equal",
    "Function",
    "IdentityMemo",
    "LruMemo",
    "Memoize",
    "Memoized",
    "Selector",
    "SelectorCreator",
    "SelectorDecorator",
    "SelectorOptions",
    "UnstableSelector",
    "create_selector",
    "create_structured_selector",
    "identity_memo",
    "lru_memo",
    "selector",
)
