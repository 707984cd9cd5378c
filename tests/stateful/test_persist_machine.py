"""Any order of what applications do with what they keep, and of what befalls them.

Processes of several releases are on one place: they change what they keep, store it,
erase it, crash, sign users in and out, and their storage fails and is damaged. What was
stored stays until somebody drops or purges it; see the ledger for all that is held.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.cache import LRUCache
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.stateful import (
    rule,
)

from stateroom.errors import StorageUnavailable
from stateroom.persist import Files
from stateroom.persist.storages.port import Storage
from stateroom.testing.faults import Method
from tests.stateful.persist_lives import OWNERS
from tests.stateful.persist_machine import LIVES, LivesMachine, numbers, releases
from tests.stateful.persist_steps import DOINGS, Steps, damage

EXAMPLES = int(os.environ.get("STATEROOM_PERSIST_EXAMPLES", "0"))
"""How many programs are run, others each time; 0 for the same few in every run."""
LONGEST = 600 + EXAMPLES if EXAMPLES else 120
"""Seconds that a test may take, on a machine that has more to do."""

doings = st.sampled_from([*DOINGS, "write", "flush"])


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Let the log not grow with what goes wrong on purpose."""
    caplog.set_level(logging.CRITICAL, "stateroom.persist")


@pytest.fixture(autouse=True)
def _same_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Hypothesis make the same programs whatever else was imported.

    It likes to draw numbers that stand in the source of our modules, of those that are
    loaded: which these are depends on the tests that ran before.
    """
    monkeypatch.setattr(providers, "_get_local_constants", Constants)
    monkeypatch.setattr(providers, "CONSTANTS_CACHE", LRUCache(1024))


class PersistMachine(LivesMachine):
    """As that, with what chance seldom puts together, and with two flows at a time."""

    # ------------------------------------------ what chance seldom puts together

    @rule(
        number=numbers, name=releases,
        method=st.sampled_from(["read", "write"]), times=st.integers(1, 9),
    )  # fmt: skip
    def start_while_it_fails(
        self, number: int, name: str, method: Method, times: int
    ) -> None:
        self.crash(number)
        self.start(number, name, is_read=False)
        life = self.life(number)
        life.is_faulty = True
        life.storage.fail(method, StorageUnavailable("away"), times=times)
        for _ in range(2):
            self.hydrate(number)
            self.change_all(number)
            self.flush(number)
            self.wait(number, 1.0)
        self.all_is_as_it_must_be()
        self.wait_until_all_is_done(number)

    @rule(number=numbers, call=st.integers(1, 7), is_shared=st.booleans())
    def lose_an_answer(self, number: int, call: int, *, is_shared: bool) -> None:
        life = self.life(number)
        self.heal(number)
        self.change_all(number)
        life.is_faulty = True
        away = StorageUnavailable("no answer")
        life.storage.fail("write", away, call=call, done=True)
        self.flush(number)
        self.change_all(number)
        if is_shared:
            self.change_all(1 - number)
            self.flush(1 - number)
        self.all_is_as_it_must_be()
        self.wait_until_all_is_done(number)

    @rule(number=numbers, at=st.floats(0, 1), is_cut=st.booleans())
    def damage_all(self, number: int, at: float, *, is_cut: bool) -> None:
        """Damage all that a living process keeps."""
        self.change_all(number)
        self.flush(number)
        for key in sorted(self.ledger.accounts):
            damage(self.storage(), self.ledger, key=key, at=at, is_cut=is_cut)
        self.all_is_as_it_must_be()
        self.refresh(number)

    @rule(
        number=numbers, owners=st.permutations(OWNERS), purges=st.booleans(),
        is_stored=st.booleans(),
    )  # fmt: skip
    def visit(
        self, number: int, owners: list[str], *, purges: bool, is_stored: bool
    ) -> None:
        for owner in owners:
            self.sign_out(number, purges=purges)
            self.sign_in(number, owner)
            self.life(number).act("mine", "add", self.token(self.life(number), "mine"))
            if is_stored:
                self.flush(number)
            self.all_is_as_it_must_be()

    @rule(number=numbers, count=st.integers(1, 7))
    def change_while_it_writes(self, number: int, count: int) -> None:
        self.change_all(number)
        life = self.life(number)
        writing = Steps(life, "write")
        self.change_all(number)
        for _ in range(count):
            writing.step()
        writing.finish()
        life.shown = {}
        self.all_is_as_it_must_be()
        self.wait_until_all_is_done(number)

    @rule(number=numbers, at=st.floats(0, 1))
    def damage_what_another_wrote(self, number: int, at: float) -> None:
        """Damage what was written after a purge, seen by who knows the purge alone."""
        self.heal(number)
        self.life(number).purge(None, reset=True)
        self.refresh(1 - number)
        self.change_all(number)
        self.flush(number)
        self.change_all(1 - number)
        for key in sorted(self.ledger.accounts):
            damage(self.storage(), self.ledger, key=key, at=at, is_cut=True)
        self.refresh(1 - number)

    @rule(number=numbers, names=st.permutations(["A", "B", "C", "D"]))
    def come_and_go(self, number: int, names: list[str]) -> None:
        """Let some releases follow one another, older and newer ones."""
        for name in names[:3]:
            self.restart(number, name, is_read=True, is_changed=False)
            self.change_all(number)
            self.flush(number)
            self.all_is_as_it_must_be()

    # ---------------------------------------------------- two flows at a time

    @rule(
        order=st.text("01ab", min_size=4, max_size=24), one=doings, two=doings,
        is_ended=st.booleans(),
    )  # fmt: skip
    def interleave(self, order: str, one: str, two: str, *, is_ended: bool) -> None:
        """Do two things step by step, with changes (a, b) between; perhaps crash."""
        steps = [Steps(self.life(0), one), Steps(self.life(1), two)]
        for letter in order:
            number = "01ab".index(letter) % LIVES
            if letter in "ab":
                self.act(number, next(self.tokens), next(self.tokens))
            else:
                steps[number].step()
        if is_ended and not steps[0].is_done:
            steps.pop(0).stop()
            self.crash(0)
        for each in steps:
            each.finish()
        for life in self.ledger.lives:
            life.shown = {}  # more than one thing happened to it


class FilesMachine(PersistMachine):
    """The same in a directory of files."""

    def open_place(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="stateroom-")

    def storage(self) -> Storage:
        return Files(self.folder)

    def teardown(self) -> None:
        super().teardown()
        shutil.rmtree(self.folder)


def programs(examples: int, *, steps: int) -> settings:
    """Return how a machine is run: by itself, or deeper where it was asked for."""
    return settings(
        max_examples=EXAMPLES or examples,
        stateful_step_count=steps,
        derandomize=not EXAMPLES,
        database=None,
        # Making a failure smaller takes minutes: that is for whoever looks for it.
        phases=tuple(Phase) if EXAMPLES else (Phase.explicit, Phase.generate),
        # How long a program takes to make says nothing on a machine at work.
        suppress_health_check=[HealthCheck.too_slow],
    )


if not EXAMPLES:
    # Not from their source, of which each version of Python may see other lines.
    for machine in (PersistMachine, FilesMachine):
        seed(8)(machine)
TestPersistMachine = pytest.mark.slow(
    pytest.mark.timeout(LONGEST)(PersistMachine.TestCase)
)
TestPersistMachine.settings = programs(120, steps=40)
TestFilesMachine = pytest.mark.slow(pytest.mark.timeout(LONGEST)(FilesMachine.TestCase))
TestFilesMachine.settings = programs(15, steps=25)
