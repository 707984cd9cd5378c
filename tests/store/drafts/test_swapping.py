"""Where an object cannot change its class, results are copied; all else is the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stateroom.store.drafts import swapping

HERE = Path(__file__).parent
FILES = sorted(each.name for each in HERE.glob("test_*.py"))


def test_this_interpreter_lets_objects_change_their_class() -> None:
    assert swapping.works_here()


def test_an_interpreter_that_refuses_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Other:
        __slots__ = ("another",)

    monkeypatch.setattr(swapping, "_PAIRS", (([], Other), *swapping._PAIRS))  # noqa: SLF001 - the seam of the test
    assert not swapping.works_here()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_every_test_of_drafts_holds_with_copies_too() -> None:
    without = {Path(__file__).name, "test_ended.py", "test_leaks.py"}
    files = [str(HERE / name) for name in FILES if name not in without]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files],
        env={**os.environ, "STATEROOM_NO_SWAP": "1"},
        capture_output=True,
        text=True,
        check=False,
        cwd=HERE.parents[2],
    )
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert " passed" in ran.stdout


LEAK = """
from stateroom.errors import DraftMisuse
from stateroom.store import produce

leaked = []

def leak(draft):
    draft["a"].append(5)
    leaked.extend(draft.values())

after = produce({"a": [1], "b": [2]}, leak)
for draft in leaked:
    try:
        draft.append(9)
    except DraftMisuse as error:
        print(error)
print(after)
"""


def test_with_copies_a_leaked_draft_can_be_read_and_not_changed() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LEAK],
        env={**os.environ, "STATEROOM_NO_SWAP": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines() == [
        "the draft of a was used after its recipe had ended",
        "the draft of b was used after its recipe had ended",
        "{'a': [1, 5], 'b': [2]}",
    ]
