"""Every order in which the steps of several flows can happen.

A race is a bad order. Where all orders can be tried, none needs to be waited for: a
flow says at each step what it asks for, and the test decides whose step is next.

Example::

    for order in schedules(A=12, B=3):
        interleave(order, {"A": reading, "B": deleting}, performer)
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from stateroom.flows import Effect, Flow, Performer

__all__ = ("Ended", "interleave", "schedules", "steps_of")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a flow ended: with a result, or with an error.

    Attributes:
        steps: how many effects it asked for.
    """

    result: object = None
    error: BaseException | None = None
    steps: int = 0


def schedules(**steps: int) -> Iterator[str]:
    """Yield every order of so many steps of each flow, as text such as ``"AABA"``.

    Args:
        steps: how many each flow has, by a name of one letter.
    """
    names = "".join(name * count for name, count in steps.items())
    if len(steps) != 2:
        yield from sorted(set(map("".join, itertools.permutations(names))))
        return
    (first, _), (second, count) = steps.items()
    for places in itertools.combinations(range(len(names)), count):
        yield "".join(second if at in places else first for at in range(len(names)))


def interleave(
    order: str, flows: Mapping[str, Flow[object]], performers: Mapping[str, Performer]
) -> dict[str, Ended]:
    """Run flows step by step in an order, then whatever is left, in turn.

    Args:
        order: whose step is next; a flow that has ended is passed over.
        flows: by the names in ``order``.
        performers: what performs the effects of each.
    """
    running = {name: _Running(flow, performers[name]) for name, flow in flows.items()}
    for name in order:
        running[name].step()
    while any(each.ended is None for each in running.values()):
        for each in running.values():  # in turn: one may wait for another
            each.step()
    return {name: each.ended or Ended() for name, each in running.items()}


def steps_of(flow: Flow[object], performer: Performer) -> Ended:
    """Run one flow to its end, and say how many steps it took."""
    return interleave("", {"A": flow}, {"A": performer})["A"]


class _Running:
    """A flow between two of its steps."""

    def __init__(self, flow: Flow[object], performer: Performer) -> None:
        self.ended: Ended | None = None
        self._flow = flow
        self._performer = performer
        self._effect: Effect[object] | None = None
        self._steps = 0
        self._go(lambda: next(flow))

    def step(self) -> None:
        """Perform the effect that the flow asked for, and run to its next one."""
        if self.ended is not None or self._effect is None:
            return
        self._steps += 1
        try:
            answer = self._performer.perform(self._effect)
        except BaseException as error:
            caught = error
            self._go(lambda: self._flow.throw(caught))
        else:
            self._go(lambda: self._flow.send(answer))

    def _go(self, ask: Callable[[], Effect[object]]) -> None:
        try:
            self._effect = ask()
        except StopIteration as end:
            self.ended = Ended(result=end.value, steps=self._steps)
        except BaseException as error:
            self.ended = Ended(error=error, steps=self._steps)
