"""Who waited for another one's load gets what that wrote, if it is any good."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from stateroom.cache.loading import load_through
from stateroom.cache.outcomes import Outcome
from stateroom.codec.codecs import Codec, codec_for
from stateroom.errors import LoadFailed
from stateroom.flows import run
from stateroom.testing.schedules import steps_of
from tests.cache.bench import Bench
from tests.cache.scenes import Other, SourceDown, bench_of
from tests.cache.stumbling import Moment, Stumbling

NUMBERS: Codec[int] = codec_for(int, where="another release", version=1)
TEXTS: Codec[str] = codec_for(str, where="this release", version=1)


def waits(bench: Bench, other: Other) -> Stumbling:
    performer = Stumbling(
        bench, bench.load, at=1_000, error=AssertionError(), moment=Moment.BEFORE
    )
    performer.meanwhile = other.goes_on
    return performer


def declared_as(codec: Codec[str]) -> Bench:
    bench = bench_of()
    namer = replace(bench.recipe.namer, fingerprint=codec.fingerprint)
    bench.recipe = replace(bench.recipe, namer=namer, codec=codec)
    return bench


def test_a_waiter_gets_the_value_without_loading() -> None:
    bench = bench_of()
    other = Other(bench)
    outcome = run(load_through(bench.miss()), waits(bench, other))
    assert outcome is not None
    assert (outcome.value, outcome.origin, bench.loads) == ("old", "waited", 1)


def test_a_waiter_shares_the_failure_and_the_next_one_loads() -> None:
    bench = bench_of()

    def fails() -> str:
        raise SourceDown("no rows")

    other = Other(bench, fails)
    with pytest.raises(LoadFailed, match="SourceDown: no rows"):
        run(load_through(bench.miss()), waits(bench, other))
    outcome = run(load_through(bench.miss()), bench.performing())
    assert outcome is not None
    assert outcome.value == "old"


def test_a_value_that_another_release_wrote_under_the_same_version_is_a_miss() -> None:
    assert NUMBERS.fingerprint == TEXTS.fingerprint
    bench = declared_as(TEXTS)
    numbers = replace(bench.recipe, codec=cast("Codec[str]", NUMBERS))
    other = Other(bench, lambda: 7, recipe=numbers)
    ended = steps_of(load_through(bench.miss()), waits(bench, other))
    assert ended.error is None
    assert isinstance(ended.result, Outcome)
    assert (ended.result.value, bench.loads) == ("old", 1)
