"""Refuses a blocking call where it would stop an event loop."""

from __future__ import annotations

import asyncio

from stateroom.errors import BlockingCall

__all__ = ("refuse_in_loop",)

HINT = "make the function async, or call it with asyncio.to_thread"

_running_loop = asyncio._get_running_loop  # noqa: SLF001 - documented; does not raise


def refuse_in_loop(
    what: str,
    *,
    hint: str = "make the function async, or call it with asyncio.to_thread",
) -> None:
    """Refuse a blocking call where an event loop runs, before anything is looked at.

    Args:
        what: is called, for the message.
        hint: what to do instead.

    Raises:
        BlockingCall: it would stop every other task of the loop.
    """
    if _running_loop() is not None:
        raise BlockingCall(
            f"{what}: a blocking call inside a running event loop", hint=hint
        )
