"""Forks processes that change one leaderboard until they are told to stop.

``python -m tests.live.workers.board_player URL NAMESPACE WHAT COUNT`` lets them begin
when a line comes in. Each says ``amid`` when it has done some. When another line comes
in they end, and each prints what it did, as JSON.
"""

from __future__ import annotations

import json
import os
import random
import select
import sys
from collections import Counter
from collections.abc import Callable, Iterator

from stateroom.live import Live

__all__ = ("MEMBERS", "PLAYS")

MEMBERS = 5
AMID = 25
"""Turns after which a process is amid its work."""
PATIENT_S = 10.0


def say(text: str) -> None:
    """Print a line at once, whole among those of others."""
    os.write(1, f"{text}\n".encode())


def turns(stop: int) -> Iterator[int]:
    """Count, until a pipe is closed at its other end."""
    turn = 0
    while not select.select([stop], [], [], 0)[0]:
        yield turn
        turn += 1
        if turn == AMID:
            say("amid")


def add(live: Live, number: int, stop: int) -> object:
    """Add a point to one after the other; return how many each has got."""
    board = live.leaderboard("points").blocking
    given: Counter[str] = Counter()
    for turn in turns(stop):
        member = f"m{(turn + number) % MEMBERS}"
        board.add(member, 1)
        given[member] += 1
    return given


def race(live: Live, number: int, stop: int) -> object:
    """Let members of all processes reach few scores."""
    board = live.leaderboard("points", ties="first", most=20).blocking
    dice = random.Random(number)
    for _ in turns(stop):
        member = f"m{dice.randrange(30)}"
        match dice.randrange(4):
            case 0:
                board.remove(member)
            case 1:
                board.add(member, dice.randrange(-1, 2))
            case _:
                board.put(member, dice.randrange(4))
    return None


def repeat(live: Live, number: int, stop: int) -> object:
    """Add for the same events as all the others; return the number of the last."""
    board = live.leaderboard("points").blocking
    turn = 0
    for turn in turns(stop):
        board.add("anna", 1, once=f"event {turn}")
    return turn


PLAYS: dict[str, Callable[[Live, int, int], object]] = {
    "add": add,
    "race": race,
    "repeat": repeat,
}


def play(words: list[str], number: int, go: int, stop: int) -> None:
    """Be one of them."""
    url, namespace, what = words
    os.read(go, 1)
    with Live(
        url, namespace=namespace, timeout=PATIENT_S, connect_timeout=PATIENT_S
    ) as live:
        say(json.dumps(PLAYS[what](live, number, stop)))


def main(words: list[str], count: int) -> None:
    """Fork them, tell them when, and wait for them."""
    (go, begin), (stop, end) = os.pipe(), os.pipe()
    children = []
    for number in range(count):
        children.append(os.fork())
        if not children[-1]:
            os.close(begin)
            os.close(end)
            play(words, number, go, stop)
            return
    for each in (begin, end):
        sys.stdin.readline()
        os.close(each)
    statuses = [os.waitpid(each, 0)[1] for each in children]
    sys.exit(any(statuses))


if __name__ == "__main__":
    main(sys.argv[1:4], int(sys.argv[4]))
