"""Any number of threads may call one selector, and none waits for another."""

from __future__ import annotations

import operator
import sys
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from stateroom.store.selectors import (
    IdentityMemo,
    LruMemo,
    Memoize,
    SelectorOptions,
    create_selector,
    identity_memo,
    lru_memo,
)
from stateroom.store.selectors.memos import drop_oldest

THREADS = 4
CALLS = 20_000


@pytest.fixture(autouse=True)
def many_switches() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def ten_times(n: int) -> tuple[int, int]:
    return (n, 10 * n)


MEMOS = {
    "identity": (identity_memo(size=3), identity_memo(size=3)),
    "lru": (lru_memo(size=3), lru_memo(size=3)),
    "mixed": (identity_memo(size=1), lru_memo(size=2)),
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("args_memoize", "memoize"), MEMOS.values(), ids=MEMOS)
def test_threads_get_right_answers_and_the_bound_holds(
    args_memoize: Memoize, memoize: Memoize
) -> None:
    options: SelectorOptions = {"args_memoize": args_memoize, "memoize": memoize}
    tenfold = create_selector((operator.itemgetter("n"),), ten_times, **options)
    states = [{"n": n} for n in range(6)]

    def work(seed: int) -> int:
        wrong = 0
        for turn in range(CALLS):
            n = (turn // 3 * seed + turn // 7) % len(states)
            wrong += tenfold(states[n]) != (n, 10 * n)
            if turn % 101 == seed:
                tenfold.clear_cache()
        return wrong

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(work, range(1, THREADS + 1))) == [0] * THREADS
    inner = tenfold.memoized_result_function
    assert isinstance(inner, IdentityMemo | LruMemo)
    assert len(inner) <= 3


def test_a_table_that_other_threads_have_emptied_is_left_alone() -> None:
    table: OrderedDict[Hashable, int] = OrderedDict({1: 1})
    for _ in range(2):
        drop_oldest(table)
    assert table == {}


def test_threads_that_miss_at_once_get_the_result_that_was_kept() -> None:
    nested: list[object] = []

    def function(*_: object, **__: object) -> object:
        if not nested:  # as if another thread came in between, and was quicker
            nested.append(None)
            nested.append(memo(1))
        return object()

    memo = identity_memo()(function)
    assert memo(1) is nested[1]
    assert memo(1) is nested[1]
