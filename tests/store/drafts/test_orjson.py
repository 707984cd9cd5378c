"""orjson reads frozen state, and drafts of containers, as it reads plain values."""

from __future__ import annotations

import json

import orjson
import pytest

from stateroom.store import freeze, produce
from tests.store.drafts.kinds import (
    Derived,
    Frozen,
    FrozenSlots,
    Methods,
    Open,
    Slots,
)

DATACLASSES = [Open, Slots, Frozen, FrozenSlots, Derived, Methods]


@pytest.mark.parametrize("kind", DATACLASSES)
def test_orjson_encodes_a_frozen_instance(kind: type[Slots]) -> None:
    after = produce(freeze(kind()), lambda draft: draft.tags.append("x"))
    assert json.loads(orjson.dumps(after)) == {"title": "a", "tags": ["x"]}


@pytest.mark.parametrize("value", [{"a": [1]}, [{"a": 1}], [], {}, {"a": {"b": 1}}])
def test_orjson_encodes_frozen_containers_like_plain_ones(value: object) -> None:
    assert orjson.dumps(freeze(value)) == orjson.dumps(value)


def test_orjson_encodes_a_draft_with_what_was_changed_in_it() -> None:
    seen: list[bytes] = []

    def change(draft: dict[str, list[dict[str, int]]]) -> None:
        draft["a"][0]["n"] = 2
        seen.append(orjson.dumps(draft))

    produce(freeze({"a": [{"n": 1}]}), change)
    assert seen == [b'{"a":[{"n":2}]}']
