"""Work that waits for a commit, in blocking sessions: when it is done, and when not."""

from __future__ import annotations

import functools
import gc
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, QueuePool, create_engine, event
from sqlalchemy.event import registry as listeners
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from stateroom.cache.transactions import after_commit, after_commit_async
from stateroom.errors import UsageError
from tests.cache.jobs import (
    Base,
    Job,
    TitleCache,
    begins_as_asked,
    database_url,
    title_in,
)

OLD, NEW = "Data engineer", "Data scientist"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = begins_as_asked(create_engine(database_url(tmp_path, "twophases")))
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(Job(title=OLD))
    yield engine
    Base.metadata.drop_all(engine)
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as session:
        yield session


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def plan(session: Session, done: list[str]) -> Callable[[str], None]:
    return lambda word: after_commit(session, lambda: done.append(word))


Plan = Callable[[str], None]


def test_work_is_done_once_and_not_before_the_commit(
    session: Session, plan: Plan, done: list[str]
) -> None:
    session.add(Job(title="a"))
    plan("a")
    session.flush()
    assert done == []
    session.commit()
    assert done == ["a"]
    session.commit()
    assert done == ["a"]


def test_the_commit_is_visible_to_others_when_the_work_is_done(
    sessions: sessionmaker[Session], session: Session
) -> None:
    seen: list[str] = []
    session.get_one(Job, 1).title = NEW
    after_commit(session, lambda: seen.append(TitleCache(sessions).read(1)))
    session.commit()
    assert seen == [NEW]


def test_a_reader_between_flush_and_commit_cannot_keep_the_old_value(
    sessions: sessionmaker[Session], session: Session
) -> None:
    cache = TitleCache(sessions)
    session.get_one(Job, 1).title = NEW
    after_commit(session, lambda: cache.forget(1))
    session.flush()
    assert cache.read(1) == OLD  # as others still see it; and now it is cached
    session.commit()
    assert cache.read(1) == NEW


def test_each_commit_sends_its_own_work_in_order_and_twice_what_was_asked_twice(
    session: Session, plan: Plan, done: list[str]
) -> None:
    for word in ("b", "a", "b"):
        plan(word)
    session.commit()
    assert done == ["b", "a", "b"]
    plan("c")
    session.commit()
    assert done == ["b", "a", "b", "c"]


@pytest.mark.parametrize("end", [Session.rollback, Session.close, Session.invalidate])
def test_work_is_dropped_when_the_transaction_does_not_commit(
    end: Callable[[Session], None], session: Session, plan: Plan, done: list[str]
) -> None:
    plan("nothing flushed")
    end(session)
    session.add(Job(title="a"))
    plan("flushed")
    session.flush()
    end(session)
    session.commit()
    assert done == []


def test_the_block_of_a_transaction_sends_or_drops(
    sessions: sessionmaker[Session], done: list[str]
) -> None:
    with sessions.begin() as session:
        after_commit(session, lambda: done.append("sent"))
        assert done == []
    assert done == ["sent"]
    with pytest.raises(KeyError), sessions.begin() as session:  # noqa: PT012 - a block
        after_commit(session, lambda: done.append("dropped"))
        raise KeyError
    assert done == ["sent"]


def test_a_commit_that_the_database_refuses_drops_the_work(
    session: Session, plan: Plan, done: list[str]
) -> None:
    session.add(Job(title="a", parent=404))
    plan("a")
    session.flush()
    with pytest.raises(IntegrityError):
        session.commit()
    session.rollback()
    session.commit()
    assert done == []


def test_work_of_a_savepoint_shares_its_fate(
    session: Session, plan: Plan, done: list[str]
) -> None:
    plan("before")
    session.add(Job(title="a"))
    with session.begin_nested():
        plan("released")
    undone = session.begin_nested()
    session.add(Job(title="b"))
    plan("undone")
    session.flush()
    undone.rollback()
    plan("after")
    assert done == []
    session.commit()
    assert done == ["before", "released", "after"]


def test_a_savepoint_that_is_released_inside_one_rolled_back_is_dropped(
    session: Session, plan: Plan, done: list[str]
) -> None:
    plan("around")
    outer = session.begin_nested()
    with session.begin_nested():
        plan("inner")
    plan("outer")
    outer.rollback()
    with session.begin_nested(), session.begin_nested():
        plan("deep")
    session.commit()
    assert done == ["around", "deep"]


def test_the_outermost_commit_releases_savepoints_that_are_still_open(
    session: Session, plan: Plan, done: list[str]
) -> None:
    session.begin_nested()
    plan("one")
    session.begin_nested()
    plan("two")
    session.commit()
    assert done == ["one", "two"]


@pytest.mark.parametrize("end", [Session.rollback, Session.close])
def test_a_rollback_drops_what_released_and_open_savepoints_left(
    end: Callable[[Session], None], session: Session, plan: Plan, done: list[str]
) -> None:
    with session.begin_nested():
        plan("released")
    session.begin_nested()
    plan("open")
    end(session)
    session.commit()
    assert done == []


@pytest.mark.parametrize(
    "hook", ["before_commit", "before_flush", "after_flush", "after_commit"]
)
def test_work_can_be_registered_in_the_hooks_of_a_commit(
    hook: str, session: Session, plan: Plan, done: list[str]
) -> None:
    plan("first")
    session.add(Job(title="a"))
    event.listen(session, hook, lambda *_: plan(hook))
    session.commit()
    assert done == ["first", hook]


def test_a_savepoint_inside_a_flush_hands_its_work_to_what_is_around_the_flush(
    session: Session, plan: Plan, done: list[str]
) -> None:
    def in_savepoint(*_: object) -> None:
        with session.begin_nested():
            plan("in the flush")

    event.listen(session, "after_flush", in_savepoint, once=True)
    session.add(Job(title="a"))
    session.commit()
    assert done == ["in the flush"]


def test_two_phases_send_at_the_second(engine: Engine, done: list[str]) -> None:
    for end in (Session.rollback, Session.commit):
        with Session(engine, twophase=True) as session:
            session.add(Job(title="a"))
            after_commit(session, functools.partial(done.append, end.__name__))
            session.prepare()
            assert done == []
            end(session)
    assert done == ["commit"]


def fail(error: BaseException) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def test_a_failure_lets_the_rest_be_done_and_is_raised_by_a_commit_that_holds(
    sessions: sessionmaker[Session], session: Session, plan: Plan, done: list[str]
) -> None:
    session.get_one(Job, 1).title = NEW
    for error in (ValueError("first"), OSError("second")):
        after_commit(session, fail(error))
    plan("last")
    with pytest.raises(ValueError, match="first") as caught:
        session.commit()
    assert done == ["last"]
    assert "OSError('second')" in caught.value.__notes__[-1]
    assert TitleCache(sessions).read(1) == NEW
    assert not session.in_transaction()
    assert title_in(session, 1) == NEW  # the session goes on


def test_a_listener_that_raises_after_the_commit_only_delays_the_work(
    session: Session, plan: Plan, done: list[str]
) -> None:
    event.listen(session, "after_commit", lambda _: fail(ValueError("theirs"))())
    plan("a")
    with pytest.raises(ValueError, match="theirs"):
        session.commit()
    assert done == []  # SQLAlchemy stopped in the middle
    session.close()
    assert done == ["a"]


def test_a_failure_passes_through_the_block_of_a_transaction(
    engine: Engine, sessions: sessionmaker[Session]
) -> None:
    with pytest.raises(ValueError, match="x"), sessions.begin() as session:  # noqa: PT012 - a block
        session.get_one(Job, 1).title = NEW
        after_commit(session, fail(ValueError("x")))
    assert TitleCache(sessions).read(1) == NEW
    assert isinstance(engine.pool, QueuePool)
    assert engine.pool.checkedout() == 0


def test_an_interrupt_is_not_hidden_behind_an_error(
    session: Session, plan: Plan, done: list[str]
) -> None:
    after_commit(session, fail(ValueError("first")))
    after_commit(session, fail(KeyboardInterrupt()))
    plan("last")
    with pytest.raises(KeyboardInterrupt):
        session.commit()
    assert done == ["last"]


def test_work_that_gives_a_coroutine_is_refused(session: Session) -> None:
    async def work() -> None: ...

    after_commit(session, work)  # type: ignore[arg-type]  # what is refused
    with pytest.raises(UsageError, match="nobody awaits"):
        session.commit()


def test_a_scoped_session_is_the_one_of_this_thread(
    sessions: sessionmaker[Session], done: list[str]
) -> None:
    scoped = scoped_session(sessions)
    after_commit(scoped, lambda: done.append("a"))
    sessions().commit()
    assert done == []
    scoped.commit()
    assert done == ["a"]
    scoped.remove()


@pytest.mark.parametrize("given", [None, "session", object(), Session])
def test_what_is_no_session_is_refused(given: object) -> None:
    async def work() -> None: ...

    with pytest.raises(UsageError, match="is not a Session"):
        after_commit(given, lambda: None)
    with pytest.raises(UsageError, match="is not a Session"):
        after_commit_async(given, work)


def test_a_session_that_cannot_begin_is_refused(
    engine: Engine, sessions: sessionmaker[Session]
) -> None:
    strict = Session(engine, autobegin=False)
    with pytest.raises(UsageError, match="in no transaction"):
        after_commit(strict, lambda: None)
    with sessions.begin() as session:
        session.commit()
        with pytest.raises(UsageError, match="cannot begin"):
            after_commit(session, lambda: None)


def test_a_blocking_session_cannot_await(session: Session) -> None:
    async def work() -> None: ...

    with pytest.raises(UsageError, match="cannot await"):
        after_commit_async(session, work)


@pytest.mark.parametrize("end", [Session.commit, Session.rollback])
def test_a_session_lets_go_of_work_that_is_over(
    end: Callable[[Session], None], session: Session
) -> None:
    class Kept:
        def work(self) -> None: ...

    subject = Kept()
    kept = weakref.ref(subject)
    after_commit(session, subject.work)
    end(session)
    del subject
    gc.collect()
    assert kept() is None


@pytest.mark.parametrize("end", [Session.commit, Session.close, lambda _: None])
def test_nothing_is_left_of_a_session_that_is_garbage(
    end: Callable[[Session], None], sessions: sessionmaker[Session]
) -> None:
    class Kept:
        session: Session

        def work(self) -> None: ...

    gc.collect()
    before = len(listeners._key_to_collection)  # noqa: SLF001 - where one would leak
    kept: list[weakref.ref[object]] = []
    for _ in range(3):
        session, subject = sessions(), Kept()
        subject.session = session
        after_commit(session, subject.work)
        kept += weakref.ref(session), weakref.ref(subject)
        end(session)
        del session, subject
    gc.collect()
    assert [each() for each in kept] == [None] * 6
    assert len(listeners._key_to_collection) == before  # noqa: SLF001 - as above


def test_sqlalchemy_is_not_imported_before_a_session_is_handed_in() -> None:
    script = (
        "import sys, stateroom.cache.transactions as t\n"
        "try: t.after_commit(None, print)\n"
        "except t.UsageError: sys.exit('sqlalchemy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
