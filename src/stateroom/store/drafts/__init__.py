"""Drafts: change a copy as if it were the original, and share what did not change.

A recipe is given a draft and changes it with plain Python. The result is frozen, is
still a real dict, list or instance of your class, and shares every subtree that the
recipe left alone with what it was made from.

Example::

    before = freeze({"todos": [{"title": "read", "done": False}]})

    def finish(draft):
        draft["todos"][0]["done"] = True

    after = produce(before, finish)

Source:
    The behaviour is that of Immer; what differs on purpose is listed in
    docs/explanation/store-deviations.md.
"""

from __future__ import annotations

# The kinds of drafts register themselves when they are imported.
from stateroom.store.drafts import dicts, lists, objects, sets, tuples
from stateroom.store.drafts.frozen import FrozenDict, FrozenList, FrozenSet
from stateroom.store.drafts.producing import (
    create_draft,
    current,
    finish_draft,
    freeze,
    is_draft,
    is_draftable,
    is_frozen,
    original,
    produce,
    thaw,
)

__all__ = (
    "FrozenDict",
    "FrozenList",
    "FrozenSet",
    "create_draft",
    "current",
    "dicts",
    "finish_draft",
    "freeze",
    "is_draft",
    "is_draftable",
    "is_frozen",
    "lists",
    "objects",
    "original",
    "produce",
    "sets",
    "thaw",
    "tuples",
)
