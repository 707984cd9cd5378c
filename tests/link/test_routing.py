"""How an exchange finds its nodes: each case played by hand, without a server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

import pytest
from redis import exceptions

from stateroom.errors import Refused, Unavailable
from stateroom.flows import Effect, Flow, run
from stateroom.link import routing
from stateroom.link.ports import Command
from stateroom.link.routing import (
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    MOST_TURNS,
    Answer,
    Map,
    Part,
    Pause,
    Send,
)
from stateroom.link.slots import Slots, slot_of
from stateroom.link.targets import Place

T = TypeVar("T")

ONE, TWO, THREE = ("one", 1), ("two", 2), ("three", 3)
END = 0.25
"""Seconds that an exchange may take, by the clock of what plays the nodes."""
COUNT = 16384
KEY = b"{a}"
SLOT = slot_of(KEY)


def routed(commands: Sequence[Command], slots: Slots | None) -> Flow[list[object]]:
    return routing.routed(commands, slots, end=END)


def owned(by: Callable[[int], Place | None]) -> Slots:
    return Slots([by(slot) for slot in range(COUNT)], (ONE, TWO, THREE))


def all_of(place: Place) -> Slots:
    return owned(lambda _: place)


class Played:
    """Plays the nodes: answers by what it was told, and notes what it was asked.

    Attributes:
        sent: where to, and what, for each part of each turn.
        pauses: how long each was, in seconds; nothing else takes time.
    """

    def __init__(
        self,
        *turns: Callable[[Part], Answer],
        maps: Sequence[Slots] = (),
    ) -> None:
        self._turns = list(turns)
        self._maps = list(maps)
        self.sent: list[list[tuple[Place, list[Command]]]] = []
        self.pauses: list[float] = []

    def perform(self, effect: Effect[T]) -> T:
        asked: object = effect
        match asked:
            case Send(parts):
                turn = self._turns.pop(0)
                self.sent.append([(each.place, each.commands) for each in parts])
                return cast("T", [turn(each) for each in parts])
            case Map():
                return cast("T", self._maps.pop(0))
            case Pause():
                seconds = asked.length(sum(self.pauses))
                self.pauses.append(seconds)
                return cast("T", seconds > 0)
        raise AssertionError(effect)


def answers(*replies: object) -> Callable[[Part], Answer]:
    return lambda _: list(replies)


def echoes(part: Part) -> Answer:
    return [each[0] for each in part.commands]


def fails(_: Part) -> Answer:
    return Unavailable("GET: no answer")


TORN = exceptions.TryAgainError("Multiple keys request during rehashing of slot")


def moved(to: str) -> Exception:
    return exceptions.MovedError(f"{SLOT} {to}")


# ------------------------------------------------------------------- one turn


def test_each_command_goes_to_the_node_of_its_key_and_comes_back_in_place() -> None:
    slots = owned(lambda slot: (ONE, TWO, THREE)[slot % 3])
    keys = [f"{n}".encode() for n in range(50)]

    def look(part: Part) -> Answer:
        assert {(ONE, TWO, THREE)[slot_of(str(c[1])) % 3] for c in part.commands} == {
            part.place
        }
        return [c[1] for c in part.commands]

    played = Played(look)
    found = run(routed([("GET", key.decode()) for key in keys], slots), played)
    assert found == [key.decode() for key in keys]
    assert len(played.sent[0]) == 3


def test_the_map_is_read_before_the_first_exchange() -> None:
    played = Played(echoes, maps=[all_of(TWO)])
    assert run(routed([("GET", KEY)], None), played) == ["GET"]
    assert played.sent == [[(TWO, [("GET", KEY)])]]


def test_a_map_that_has_proved_wrong_is_read_anew() -> None:
    wrong = all_of(ONE)
    wrong.is_stale = True
    played = Played(echoes, maps=[all_of(TWO)])
    assert run(routed([("GET", KEY)], wrong), played) == ["GET"]
    assert played.sent[0][0][0] == TWO


def test_an_error_of_a_server_is_a_reply() -> None:
    error = exceptions.ResponseError("WRONGTYPE")
    played = Played(answers(error, b"1"))
    found = run(routed([("GET", KEY), ("GET", KEY)], all_of(ONE)), played)
    assert found == [error, b"1"]


# ------------------------------------------------------------------- slots that move


def test_a_command_follows_its_slot_and_the_map_is_read_anew_afterwards() -> None:
    slots = all_of(ONE)
    played = Played(answers(b"kept", moved("two:2")), answers(b"followed"))
    found = run(routed([("GET", KEY), ("GET", KEY)], slots), played)
    assert found == [b"kept", b"followed"]
    assert played.sent[1] == [(TWO, [("GET", KEY)])]
    assert slots.owner(SLOT) == TWO
    assert slots.is_stale


def test_a_move_without_a_host_is_to_another_port_of_the_same() -> None:
    played = Played(answers(moved(":7")), answers(b"1"))
    assert run(routed([("GET", KEY)], all_of(ONE)), played) == [b"1"]
    assert played.sent[1][0][0] == ("one", 7)


def test_a_slot_that_is_moving_is_asked_for_there_and_stays_on_the_map() -> None:
    slots = all_of(ONE)
    asks = exceptions.AskError(f"{SLOT} two:2")
    played = Played(answers(asks, b"here", asks), answers(b"OK", b"1", b"OK", b"2"))
    commands: list[Command] = [("GET", b"{a}1"), ("GET", b"{a}2"), ("GET", b"{a}3")]
    assert run(routed(commands, slots), played) == [b"1", b"here", b"2"]
    # The word and its command, on one connection, one after the other.
    there = [("ASKING",), ("GET", b"{a}1"), ("ASKING",), ("GET", b"{a}3")]
    assert played.sent[1] == [(TWO, there)]
    assert slots.owner(SLOT) == ONE
    assert not slots.is_stale


def test_keys_that_are_torn_are_tried_again_after_a_pause() -> None:
    played = Played(answers(b"done", TORN), answers(b"1"))
    commands: list[Command] = [("INCR", KEY), ("MGET", KEY, KEY)]
    assert run(routed(commands, all_of(ONE)), played) == [b"done", b"1"]
    assert played.sent[1] == [(ONE, commands[1:])]  # what was done is not sent twice
    assert played.pauses == [FIRST_PAUSE_S]


def test_keys_that_are_torn_are_followed_when_their_slot_has_moved() -> None:
    """Older nodes let the other one say it, after an ASK: that is no chase."""
    asks = exceptions.AskError(f"{SLOT} two:2")
    tries = [answers(asks), answers(None, TORN)] * MOST_TURNS
    played = Played(*tries, answers(moved("two:2")), answers(b"1"))
    assert run(routed([("MGET", KEY, KEY)], all_of(ONE)), played) == [b"1"]
    assert len(played.pauses) == MOST_TURNS
    assert played.sent[-1] == [(TWO, [("MGET", KEY, KEY)])]


def test_keys_that_stay_torn_are_weather_when_the_time_is_over() -> None:
    played = Played(answers(b"1", TORN), *[answers(TORN)] * 20)
    with pytest.raises(Unavailable, match="EVALSHA: the slot of its keys is being mov"):
        run(routed([("GET", KEY), ("EVALSHA", "0", 1, KEY)], all_of(ONE)), played)
    assert sum(played.pauses) == pytest.approx(END)
    growing = [0.005, 0.01, 0.02, 0.04, LONGEST_PAUSE_S, LONGEST_PAUSE_S]
    assert played.pauses[: len(growing)] == growing
    assert len(played.sent) == len(played.pauses)  # once more when the time is over


def test_a_slot_that_moves_in_a_circle_is_given_up() -> None:
    circle = [answers(moved("two:2")), answers(moved("one:1"))] * MOST_TURNS
    played = Played(*circle)
    with pytest.raises(Unavailable, match="again and again"):
        run(routed([("GET", KEY)], all_of(ONE)), played)
    assert len(played.sent) == MOST_TURNS


# ------------------------------------------------------------------- nodes that fail


def test_what_a_dead_node_had_is_sent_to_the_one_that_took_its_place() -> None:
    slots = all_of(ONE)
    played = Played(fails, echoes, maps=[all_of(TWO)])
    assert run(routed([("GET", KEY)], slots), played) == ["GET"]
    assert [turn[0][0] for turn in played.sent] == [ONE, TWO]
    assert slots.is_stale


def test_a_dead_node_whose_place_nobody_took_is_not_asked_twice() -> None:
    played = Played(fails, maps=[all_of(ONE)])
    with pytest.raises(Unavailable, match="no answer"):
        run(routed([("GET", KEY)], all_of(ONE)), played)
    assert len(played.sent) == 1


def test_replies_of_others_are_kept_while_one_node_is_replaced() -> None:
    keys = [f"{n}" for n in range(20)]
    slots = owned(lambda slot: (ONE, TWO)[slot % 2])

    def half(part: Part) -> Answer:
        if part.place == TWO:
            return Unavailable("no answer")
        return [c[1] for c in part.commands]

    played = Played(
        half,
        lambda part: [c[1] for c in part.commands],
        maps=[owned(lambda slot: (ONE, THREE)[slot % 2])],
    )
    found = run(routed([("GET", key) for key in keys], slots), played)
    assert found == keys
    assert [place for place, _ in played.sent[1]] == [THREE]


def test_a_refusal_of_a_node_is_no_reason_to_look_elsewhere() -> None:
    played = Played(lambda _: Refused("GET: no permission"))
    with pytest.raises(Refused):
        run(routed([("GET", KEY)], all_of(ONE)), played)


def test_a_cluster_that_is_down_is_told_and_its_map_read_anew() -> None:
    slots = all_of(ONE)
    down = exceptions.ClusterDownError("CLUSTERDOWN Hash slot not served")
    assert run(routed([("GET", KEY)], slots), Played(answers(down))) == [down]
    assert slots.is_stale


def test_a_slot_that_nobody_serves_is_weather() -> None:
    played = Played(maps=[owned(lambda _: None)])
    with pytest.raises(Unavailable, match="no node serves"):
        run(routed([("GET", KEY)], None), played)


def test_what_has_no_key_goes_to_some_primary_and_on_to_the_next() -> None:
    slots = owned(lambda slot: (ONE, TWO)[slot % 2])
    again = owned(lambda slot: (ONE, TWO)[slot % 2])
    played = Played(fails, echoes, maps=[again])
    assert run(routed([("PUBLISH", "channel", "text")], slots), played) == ["PUBLISH"]
    assert [turn[0][0] for turn in played.sent] == [ONE, TWO]
