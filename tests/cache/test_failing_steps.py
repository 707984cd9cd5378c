"""Every step of every flow fails once: nobody is harmed but by the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from stateroom.cache.invalidating import invalidate_place, invalidate_tags
from stateroom.cache.leasing import Acquire, AnnounceFailure, Publish
from stateroom.cache.loading import load_through
from stateroom.cache.outcomes import Outcome
from stateroom.cache.places import member_tags
from stateroom.cache.recipe import moved_key
from stateroom.errors import Refused, Unavailable
from stateroom.flows import Flow, run
from stateroom.testing.schedules import Ended, steps_of
from tests.cache.bench import Bench
from tests.cache.scenes import SCENES, Scene, SourceDown, bench_of
from tests.cache.stumbling import Moment, Stumbling

ERRORS: dict[str, Callable[[], BaseException]] = {
    "unavailable": lambda: Unavailable("no answer"),
    "refused": lambda: Refused("no permission", tier="redis"),
    "cancelled": asyncio.CancelledError,
}
each_error = pytest.mark.parametrize("error", ERRORS)
each_moment = pytest.mark.parametrize("moment", Moment)


each_case = pytest.mark.parametrize(
    ("scene", "error", "moment"),
    [(scene, error, each) for scene in SCENES for error in ERRORS for each in Moment],
)


@dataclass(frozen=True, slots=True)
class Fall:
    """A scene, the step that failed in it, and what came of it."""

    scene: Scene
    stumbled: object
    ended: Ended
    error: BaseException
    moment: Moment

    @property
    def is_right(self) -> bool:
        """Whether the caller got a right value, or an error that is theirs."""
        error = self.ended.error
        if error is None:
            outcome = self.ended.result
            assert isinstance(outcome, Outcome)
            return outcome.value in self.scene.allowed
        if isinstance(error, SourceDown):
            return self.scene.is_refused()
        return error is self.error and not isinstance(error, Unavailable)

    @property
    def is_lost(self) -> bool:
        """Whether it was the lease itself that went lost: then it runs out."""
        if not isinstance(self.error, Exception):
            return False
        if self.moment is Moment.AFTER:
            return isinstance(self.stumbled, Acquire)
        return isinstance(self.stumbled, Publish | AnnounceFailure)

    def __str__(self) -> str:
        return f"{type(self.stumbled).__name__}: {self.ended}"


def falls(scene: str, error: str, moment: Moment) -> Iterator[Fall]:
    """Let each step fail once, in a new scene each time."""
    for at in range(40):
        made, raised = SCENES[scene](), ERRORS[error]()
        performer = Stumbling(made.bench, made.load, at=at, error=raised, moment=moment)
        performer.meanwhile = made.meanwhile
        ended = steps_of(load_through(made.miss), performer)
        made.meanwhile()
        if performer.stumbled is None:
            assert at >= 2
            return
        yield Fall(made, performer.stumbled, ended, raised, moment)
    raise AssertionError("a load has more steps than that")


@each_case
def test_the_caller_gets_a_right_value_or_the_right_error(
    scene: str, error: str, moment: Moment
) -> None:
    wrong = [str(each) for each in falls(scene, error, moment) if not each.is_right]
    assert wrong == []


@each_case
def test_no_lease_is_left_unless_it_was_the_lease_that_went_lost(
    scene: str, error: str, moment: Moment
) -> None:
    left = [
        str(each)
        for each in falls(scene, error, moment)
        if each.scene.bench.lease() is not None and not each.is_lost
    ]
    assert left == []


@each_case
def test_whatever_failed_a_later_change_is_seen_by_a_later_reader(
    scene: str, error: str, moment: Moment
) -> None:
    for fall in falls(scene, error, moment):
        bench = fall.scene.bench
        bench.source = "newest"
        run(invalidate_place(bench.place()), bench.performing())
        assert bench.served() is None, str(fall)
        assert loaded(bench) == "newest", str(fall)
        assert bench.served() == "newest", str(fall)


@each_case
def test_a_lease_that_went_lost_holds_up_nobody_for_longer_than_it_lasts(
    scene: str, error: str, moment: Moment
) -> None:
    for fall in falls(scene, error, moment):
        bench = fall.scene.bench
        bench.clock.advance(2.0)
        assert bench.lease() is None, str(fall)


def loaded(bench: Bench) -> str:
    never = Stumbling(
        bench, bench.load, at=1_000, error=AssertionError(), moment=Moment.BEFORE
    )
    outcome = run(load_through(bench.miss()), never)
    assert outcome is not None
    return outcome.value


# --------------------------------------------------------------- invalidations


def of_the_entry(bench: Bench) -> Flow[int]:
    return invalidate_place(bench.place())


def of_a_tag(bench: Bench) -> Flow[int]:
    del bench
    return invalidate_tags(member_tags("t", ["Job"]), (moved_key("t", "Job"),))


def of_everything(bench: Bench) -> Flow[int]:
    del bench
    return invalidate_tags((b"t:t:@all",), ())


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("make", [of_the_entry, of_a_tag, of_everything])
def test_an_invalidation_arrives_or_its_caller_learns_that_it_may_not_have(
    make: Callable[[Bench], Flow[int]], error: str, moment: Moment
) -> None:
    for at in range(3):
        bench, raised = bench_of(), ERRORS[error]()
        loaded(bench)
        performer = Stumbling(bench, bench.load, at=at, error=raised, moment=moment)
        ended = steps_of(make(bench), performer)
        if performer.stumbled is None:
            assert (ended.result, bench.served()) == (1, None)
        else:
            assert ended.error is raised
        run(make(bench), bench.performing())  # asked for again, as a queue does
        assert bench.served() is None
        bench.source = "new"
        assert loaded(bench) == "new"
