"""What either side has written, the other reads, for random states and histories."""

from __future__ import annotations

from typing import cast

import pytest

from stateroom.persist.interchange import dump_document, parse_document, stringify
from stateroom.store import UNDEFINED
from tests.oracle.families import PROGRAMS, Dice
from tests.oracle.persist.interchanging import (
    Program,
    make_state,
    make_written,
    trace_read,
    written,
)
from tests.oracle.persist.terms import build
from tests.oracle.real import Json, Real
from tests.oracle.terms import text as text_of

COUNT = max(50, PROGRAMS // 10)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + PROGRAMS // 10)]


def make_history(seed: int) -> Program:
    """Several states, one after another; keys come and go."""
    dice = Dice(seed)
    states = [make_state(dice) for _ in dice.times(2, 4)]
    told = cast("dict[str, list[Json]]", states[0])["o"][-1]
    for each in states:  # it is set once, and stays
        cast("dict[str, list[Json]]", each)["o"][-1] = told
    return {"states": [*states], "serialize": bool(dice.below(4))}


@pytest.fixture(scope="module")
def histories(real: Real) -> list[tuple[Program, list[str]]]:
    """Programs, and what redux-persist has stored after each of their states."""
    programs = [make_history(seed) for seed in range(COUNT)]
    traces = real.traces("written", cast("list[Json]", programs))
    return list(zip(programs, cast("list[list[str]]", traces), strict=True))


def test_what_was_read_is_written_again_to_the_byte(
    histories: list[tuple[Program, list[str]]],
) -> None:
    for program, texts in histories:
        serialize = program["serialize"] is True
        for text in texts:
            found = parse_document(text, serialize=serialize)
            again = dump_document(
                found.fields,
                version=found.version,
                is_rehydrated=found.is_rehydrated,
                serialize=serialize,
                position=found.position,
            )
            assert again == text


def test_the_last_state_is_what_is_read(
    histories: list[tuple[Program, list[str]]],
) -> None:
    for program, texts in histories:
        last = build(cast("list[Json]", program["states"])[-1])
        state = cast("dict[str, object]", last)
        del state["_persist"]
        found = parse_document(texts[-1], serialize=program["serialize"] is True)
        # Both as texts: JavaScript writes null for what JSON does not have.
        assert {key: stringify(each) for key, each in found.fields.items()} == {
            key: stringify(each) for key, each in state.items() if each is not UNDEFINED
        }


def test_histories_put_persist_before_and_after_other_fields(
    histories: list[tuple[Program, list[str]]],
) -> None:
    found = [
        parse_document(text, serialize=program["serialize"] is True)
        for program, texts in histories
        for text in texts
    ]
    assert {each.position == len(each.fields) for each in found} == {True, False}


def test_redux_persist_reads_what_we_have_written(real: Real) -> None:
    several = [make_written(Dice(seed)) for seed in range(COUNT)]
    # With "sized", _persist would come back without a version.
    programs = [each for each in several if "sized" not in text_of(each)]
    asked: list[Program] = []
    for program in programs:
        state = build(cast("list[Json]", program["states"])[0])
        text = written(program, cast("dict[str, object]", state), None)
        asked.append({**program, "text": text})
    assert len(asked) > COUNT / 2
    traces = real.traces("read", cast("list[Json]", asked))
    assert traces == [trace_read(each) for each in asked]
