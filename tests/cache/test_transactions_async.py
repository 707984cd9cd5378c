"""Work that waits for the commit of an ``AsyncSession``: it is awaited inside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import anyio
import pytest
from sqlalchemy.ext.asyncio import (
    AsyncSession,
    async_scoped_session,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session

from stateroom.cache.transactions import after_commit, after_commit_async
from tests.cache.jobs import Base, Job, begins_as_asked, database_url

OLD, NEW = "Data engineer", "Data scientist"

Work = Callable[[], Awaitable[None]]
Plan = Callable[[str], None]


@pytest.fixture
async def sessions(tmp_path: Path) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    engine = create_async_engine(database_url(tmp_path, "aiosqlite"))
    begins_as_asked(engine.sync_engine)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    sessions = async_sessionmaker(engine)
    async with sessions.begin() as session:
        session.add(Job(title=OLD))
    yield sessions
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
    await engine.dispose()


@pytest.fixture
async def session(
    sessions: async_sessionmaker[AsyncSession],
) -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def plan(session: AsyncSession, done: list[str]) -> Plan:
    return lambda word: after_commit_async(session, telling(done, word))


def telling(done: list[str], word: str) -> Work:
    async def work() -> None:
        await asyncio.sleep(0)
        done.append(word)

    return work


async def title(sessions: async_sessionmaker[AsyncSession], number: int) -> str:
    async with sessions() as session:
        return (await session.get_one(Job, number)).title


async def test_work_is_awaited_once_before_the_commit_returns(
    session: AsyncSession, plan: Plan, done: list[str]
) -> None:
    session.add(Job(title="a"))
    plan("a")
    await session.flush()
    assert done == []
    await session.commit()
    assert done == ["a"]
    await session.commit()
    assert done == ["a"]


async def test_a_reader_between_flush_and_commit_cannot_keep_the_old_value(
    sessions: async_sessionmaker[AsyncSession], session: AsyncSession
) -> None:
    kept: dict[int, str] = {}

    async def read() -> str:
        if 1 not in kept:
            kept[1] = await title(sessions, 1)
        return kept[1]

    async def forget() -> None:
        await asyncio.sleep(0)
        kept.clear()

    (await session.get_one(Job, 1)).title = NEW
    after_commit_async(session, forget)
    await session.flush()
    assert await read() == OLD  # as others still see it; and now it is cached
    await session.commit()
    assert await read() == NEW


async def test_both_kinds_of_work_share_one_order(
    session: AsyncSession, plan: Plan, done: list[str]
) -> None:
    plan("a")
    after_commit(session, lambda: done.append("b"))
    plan("c")
    await session.commit()
    assert done == ["a", "b", "c"]


@pytest.mark.parametrize("end", [AsyncSession.rollback, AsyncSession.close])
async def test_work_is_dropped_when_the_transaction_does_not_commit(
    end: Callable[[AsyncSession], Awaitable[None]],
    session: AsyncSession,
    plan: Plan,
    done: list[str],
) -> None:
    plan("nothing flushed")
    await end(session)
    session.add(Job(title="a"))
    await session.flush()
    plan("flushed")
    await end(session)
    await session.commit()
    assert done == []


async def test_work_of_a_savepoint_shares_its_fate(
    session: AsyncSession, plan: Plan, done: list[str]
) -> None:
    plan("before")
    async with session.begin_nested():
        session.add(Job(title="a"))
        plan("released")
    undone = await session.begin_nested()
    plan("undone")
    await undone.rollback()
    plan("after")
    assert done == []
    await session.commit()
    assert done == ["before", "released", "after"]


async def test_the_block_of_a_transaction_awaits_or_drops(
    sessions: async_sessionmaker[AsyncSession], done: list[str]
) -> None:
    async with sessions.begin() as session:
        after_commit_async(session, telling(done, "sent"))
        assert done == []
    assert done == ["sent"]
    with pytest.raises(KeyError):  # noqa: PT012 - a block is what is tested
        async with sessions.begin() as session:
            after_commit_async(session, telling(done, "dropped"))
            raise KeyError
    assert done == ["sent"]


async def test_the_blocking_session_inside_run_sync_is_one_that_can_await(
    session: AsyncSession, done: list[str]
) -> None:
    def change(inner: Session) -> None:
        after_commit_async(inner, telling(done, "a"))
        inner.commit()
        assert done == ["a"]

    await session.run_sync(change)
    assert done == ["a"]


async def test_a_scoped_session_is_the_one_of_this_task(
    sessions: async_sessionmaker[AsyncSession], done: list[str]
) -> None:
    scoped = async_scoped_session(sessions, asyncio.current_task)
    after_commit_async(scoped, telling(done, "a"))
    await scoped.commit()
    assert done == ["a"]
    await scoped.remove()


async def test_a_failure_lets_the_rest_be_done_and_is_raised_by_a_commit_that_holds(
    sessions: async_sessionmaker[AsyncSession],
    session: AsyncSession,
    plan: Plan,
    done: list[str],
) -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError("first")

    (await session.get_one(Job, 1)).title = NEW
    after_commit_async(session, fail)
    plan("last")
    with pytest.raises(ValueError, match="first"):
        await session.commit()
    assert done == ["last"]
    assert await title(sessions, 1) == NEW
    assert not session.in_transaction()
    assert (await session.get_one(Job, 1)).title == NEW  # the session goes on


async def test_a_cancelled_commit_sends_all_its_work_and_then_says_so(
    session: AsyncSession, plan: Plan, done: list[str]
) -> None:
    started, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        started.set()
        await may_end.wait()
        done.append("slow")

    after_commit_async(session, slow)
    plan("last")
    commit = asyncio.create_task(session.commit())
    async with asyncio.timeout(10):  # s; only what is broken waits so long
        await started.wait()
    for _ in range(6):  # each cancellation takes some turns of the loop to arrive
        commit.cancel()
        await asyncio.sleep(0)
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await commit
    assert done == ["slow", "last"]
    assert not session.in_transaction()


async def test_a_scope_that_cancels_again_and_again_sends_all_work_too(
    session: AsyncSession, plan: Plan, done: list[str]
) -> None:
    with anyio.CancelScope() as scope:

        async def cancelling() -> None:
            scope.cancel()
            await asyncio.sleep(0)
            done.append("cancelling")

        after_commit_async(session, cancelling)
        plan("last")
        await session.commit()
    assert scope.cancelled_caught
    assert done == ["cancelling", "last"]
