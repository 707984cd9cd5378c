"""Commands as bytes: by hiredis where it is installed, else as redis-py does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, cast

from redis.connection import Connection

from stateroom.link.ports import Command

__all__ = ("Packer", "packer")

Packer: TypeAlias = Callable[[Sequence[Command]], list[bytes]]
"""From commands to the chunks that are written to a socket."""

LARGE = 64 * 1024
"""Bytes from which a command is sent as it is, and not copied behind the last one."""

_pack: Callable[[Command], bytes] | None
try:
    import hiredis
except ImportError:  # the extra brings it; redis-py works without
    _pack = None
else:
    _pack = cast("Callable[[Command], bytes]", hiredis.pack_command)


def packer() -> Packer:
    """Return what packs commands."""
    if _pack is None:
        spare = Connection()  # never connected
        return lambda commands: [
            part for each in commands for part in spare.pack_command(*each)
        ]
    pack = _pack

    def packed(commands: Sequence[Command]) -> list[bytes]:
        chunks = [pack(each) for each in commands]
        if len(chunks) == 1 or max(map(len, chunks)) > LARGE:
            return chunks
        return [b"".join(chunks)]

    return packed
