"""The two drivers: the same flow, blocking or in an event loop.

Whatever performing an effect raises is thrown into the flow where it asked, also a
cancellation: so one ``try`` in a flow holds for both drivers.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from stateroom.flows.effects import Effect, Flow

__all__ = ("AsyncPerformer", "Performer", "run", "run_async")

R = TypeVar("R")
T = TypeVar("T")


class Performer(Protocol):
    """Does what a flow asks for, in the calling thread."""

    def perform(self, effect: Effect[T]) -> T: ...


class AsyncPerformer(Protocol):
    """Does what a flow asks for, in the running event loop."""

    async def perform(self, effect: Effect[T]) -> T: ...


def run(flow: Flow[R], performer: Performer) -> R:
    """Run ``flow`` to its end, blocking, and return its result."""
    try:
        effect = next(flow)
        while True:
            try:
                answer = performer.perform(effect)
            except BaseException as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(answer)
    except StopIteration as end:
        result: R = end.value
        return result


async def run_async(flow: Flow[R], performer: AsyncPerformer) -> R:
    """Run ``flow`` to its end in the running event loop, and return its result."""
    try:
        effect = next(flow)
        while True:
            try:
                answer = await performer.perform(effect)
            except BaseException as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(answer)
    except StopIteration as end:
        result: R = end.value
        return result
