"""What is to go wrong with a storage: which call of which method, and how.

``FaultyStorage`` and ``FaultyAsyncStorage`` share it. No time and no chance is in it: a
fault meets the call that was named, and no other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, Literal, NamedTuple, TypeAlias, TypeVar

from stateroom.persist.storages.port import Stored

__all__ = ("Call", "Faults", "Method", "Spoil", "Verdict", "spoilt")

Method: TypeAlias = Literal["read", "peek", "write", "delete", "keys", "pulse", "close"]
"""What a storage is asked for."""
Spoil: TypeAlias = Callable[[bytes], bytes]
"""What becomes of bytes on their way."""
H = TypeVar("H")


class Call(NamedTuple):
    """A call that a storage got.

    Attributes:
        method: its name.
        key: what it was about; empty where it is about all.
    """

    method: Method
    key: str


@dataclass(frozen=True, slots=True)
class Verdict(Generic[H]):
    """What happens to one call.

    Attributes:
        hold: until when it waits; None for not at all.
        error: what it raises; None for nothing.
        is_done: whether it is done nevertheless, before it raises.
        is_lost: whether it is not done, though it says so.
        spoil: what becomes of the bytes that it reads.
    """

    hold: H | None = None
    error: BaseException | None = None
    is_done: bool = False
    is_lost: bool = False
    spoil: Spoil | None = None


@dataclass(slots=True)
class _Fault(Generic[H]):
    """A verdict on the calls from the ``call``-th to come, so many of them.

    Attributes:
        method: whose calls count; None for those of all methods.
        call: how many more calls until it begins; 1 for the next.
        times: how many calls it meets; None for all that follow.
        verdict: what happens to them.
    """

    method: Method | None
    call: int
    times: int | None
    verdict: Verdict[H]

    def meets(self, method: Method) -> bool:
        """Count a call, and say whether it is met."""
        if self.method not in {None, method}:
            return False
        self.call -= 1
        if self.call > 0 or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults(Generic[H]):
    """The faults that are to come, and the calls that came: a faulty storage's face.

    ``call`` counts the calls of the method from now on, 1 is the next; ``times`` is
    how many calls are met, None for all until ``heal``. Where two faults meet one call,
    the one that was planned last counts.
    """

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._coming: list[_Fault[H]] = []
        self._lock = threading.Lock()

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call so far, in order."""
        return tuple(self._calls)

    def fail(
        self,
        method: Method | None,
        error: BaseException,
        *,
        call: int = 1,
        times: int | None = 1,
        done: bool = False,
    ) -> None:
        """Raise an error.

        Args:
            method: from which call; None for one of any method.
            error: what is raised.
            call: which call, counted from now.
            times: how many calls in a row.
            done: whether the call is done nevertheless, before it raises.
        """
        verdict: Verdict[H] = Verdict(error=error, is_done=done)
        self._plan(method, verdict, call=call, times=times)

    def lose(
        self,
        method: Literal["write", "delete"],
        *,
        call: int = 1,
        times: int | None = 1,
    ) -> None:
        """Do nothing, and say that it is done, as a disk that lies."""
        self._plan(method, Verdict(is_lost=True), call=call, times=times)

    def cut(self, size: int, *, call: int = 1, times: int | None = 1) -> None:
        """Read ``size`` bytes at most of each generation; all but some if negative."""
        verdict: Verdict[H] = Verdict(spoil=lambda data: data[:size])
        self._plan("read", verdict, call=call, times=times)

    def flip(self, bit: int, *, call: int = 1, times: int | None = 1) -> None:
        """Read both generations with a bit the other way; from the end if negative."""
        verdict: Verdict[H] = Verdict(spoil=partial(_flipped, bit=bit))
        self._plan("read", verdict, call=call, times=times)

    def heal(self) -> None:
        """Let nothing go wrong from now on; what waits goes on waiting."""
        with self._lock:
            self._coming.clear()

    def _plan(
        self,
        method: Method | None,
        verdict: Verdict[H],
        *,
        call: int,
        times: int | None,
    ) -> None:
        if call < 1 or (times is not None and times < 1):
            raise ValueError(f"calls are counted from 1; found {call} and {times}")
        with self._lock:
            self._coming.append(_Fault(method, call, times, verdict))

    def _meet(self, method: Method, key: str = "") -> Verdict[H]:
        """Enter a call, and say what happens to it."""
        with self._lock:
            self._calls.append(Call(method, key))
            met = [fault for fault in self._coming if fault.meets(method)]
            self._coming = [fault for fault in self._coming if fault.times != 0]
        return met[-1].verdict if met else Verdict()


def _flipped(data: bytes, *, bit: int) -> bytes:
    place = bit % (8 * len(data))
    other = data[place // 8] ^ 1 << place % 8
    return data[: place // 8] + bytes([other]) + data[place // 8 + 1 :]


def spoilt(stored: Stored, spoil: Spoil | None) -> Stored:
    """Return what is read when the bytes are spoilt on their way."""
    if spoil is None:
        return stored
    return Stored(*(None if data is None else spoil(data) for data in stored))
