"""The area ``store``: what it declares, and that all sides do the same work.

Each program is run with little work, and shows the state that it has made: no speed is
judged here. Node and npm must be there; in CI a run without them fails.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.areas.store import AREA, prepared
from benchmarks.installing import node_commands, version_of_node
from benchmarks.store.models import shown
from benchmarks.store.node import PROJECT, Node, started
from benchmarks.store.programs import Programs
from benchmarks.store.timing import seconds_of
from benchmarks.store.workload import (
    BoardDict,
    CounterDict,
    Sizes,
    fields_of,
    key_of,
    keys_of,
    plain_board,
    plain_counter,
    plain_root,
)

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "store-speed.md"
NEEDED = ("immutable", "observ", "patchdiff", "redux")
LACKING = [name for name in NEEDED if importlib.util.find_spec(name) is None]
LACKING += [] if all(node_commands()) else ["node"]

pytestmark = [
    # In CI all of it is there, or the run shall fail.
    pytest.mark.skipif(
        bool(LACKING) and "CI" not in os.environ, reason=f"needs {', '.join(LACKING)}"
    ),
    # Installing the packages for Node takes some seconds on a fresh machine, once.
    pytest.mark.timeout(120),
]

TINY = Sizes(
    items=10,
    crowds={"1k": 4, "10k": 5, "100k": 6, "1m": 7},
    copied={"1k": 3, "10k": 4, "100k": 5},
    actions=8,
    listeners=3,
    flat=3,
    toggles=4,
    reads=2,
    span=0.0,
    warmup=0.0,
)
TARGETS = {
    "dispatch_flat_vs_rtk": 1.5,
    "dispatch_noop_us": 2,
    "dispatch_vs_python_redux": 1.0,
    "toggle_1k_entities_vs_rtk": 0.04,
    "toggle_1k_vs_handwritten": 3,
    "toggle_1k_vs_patchdiff": 0.02,
    "selector_hit_us": 0.5,
    "read_frozen_attr_vs_plain": 1.2,
    "read_frozen_dict_vs_dict": 2,
    "update_100k_entities_us": 30,
    "update_1m_vs_10k_entities": 1.5,
    "devtools_toggle_first_of_10k_ms": 100,
}


def test_each_figure_has_the_target_that_was_promised() -> None:
    declared = {
        each.name: each.at_most for each in AREA.figures if each.at_most is not None
    }
    assert declared == TARGETS
    assert [each.name for each in AREA.figures if each.at_least is not None] == []


def test_work_is_as_large_as_promised() -> None:
    sizes = Sizes()
    assert AREA.rounds >= 5
    assert (sizes.items, sizes.actions, sizes.listeners) == (1000, 10_000, 100)
    assert list(sizes.crowds.values()) == [1000, 10_000, 100_000, 1_000_000]
    assert list(sizes.copied.values()) == [1000, 10_000, 100_000]


FLAT = ("ours_flat", "ours_flat_many", "ours_flat_watched", "python_redux_flat")
"""Programs of stores that count up."""
NOOPS = ("ours_noop", "ours_unknown")
TOGGLES = ("ours_toggle", "ours_toggle_dicts", "python_redux_toggle")
"""Programs of stores with a board."""
FLAT_ALONE = ("produce_flat", "hand_flat", "patchdiff_flat")
"""Programs that count up without a store."""
TOGGLES_ALONE = (
    "produce_toggle",
    "produce_toggle_dicts",
    "patches_toggle_dicts",
    "hand_toggle",
    "hand_toggle_dicts",
    "patchdiff_toggle",
    "observ_toggle",
    "observ_toggle_watched",
)
"""Programs of a board without a store."""


@pytest.fixture(scope="module")
def programs() -> Programs:
    from benchmarks.store.sides import programs_of  # noqa: PLC0415 - may be lacking

    groups = programs_of(TINY).values()
    return {name: each for group in groups for name, each in group.items()}


@pytest.fixture(scope="module")
def packages() -> Path:
    """The packages for Node; where npm cannot get them, what needs them is skipped."""
    try:
        return PROJECT.installed()
    except RuntimeError as error:
        if "CI" in os.environ:
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "inlined"])
def node(request: pytest.FixtureRequest, packages: Path) -> Iterator[Node]:
    assert packages.is_dir()
    with started(items=TINY.items, is_inlined=request.param) as running:
        yield running


def counted(before: object, by: int) -> CounterDict:
    assert isinstance(before, dict)
    return plain_counter(before["count"] + by)


def toggled(before: object, count: int) -> BoardDict:
    """Return a board of which so many items are toggled."""
    assert isinstance(before, dict)
    board = plain_board(TINY.items)
    for key, item in board["items"].items():
        item["done"] = before["items"][key]["done"]
    for key in islice(keys_of(TINY.items), count):
        board["items"][key]["done"] = not board["items"][key]["done"]
    return board


def test_the_versions_of_node_and_peers_are_told() -> None:
    told = AREA.peers()
    assert "absent" not in told.values()
    assert told["node"] == version_of_node()
    assert told["@reduxjs/toolkit"].startswith("2.14")


@pytest.mark.parametrize("name", FLAT)
def test_every_store_counts_the_same_state_up(name: str, programs: Programs) -> None:
    root = shown(programs[name].show())
    assert isinstance(root, dict)
    programs[name].run(5)
    expected = plain_root("counter", counted(root["counter"], 5))
    assert shown(programs[name].show()) == expected


@pytest.mark.parametrize("name", NOOPS)
def test_what_changes_nothing_changes_nothing(name: str, programs: Programs) -> None:
    programs[name].run(5)
    assert programs[name].show() == plain_root("counter", plain_counter())


@pytest.mark.parametrize("name", TOGGLES)
def test_every_store_toggles_the_same_items(name: str, programs: Programs) -> None:
    root = shown(programs[name].show())
    assert isinstance(root, dict)
    programs[name].run(TINY.items + 3)
    expected = plain_root("board", toggled(root["board"], TINY.items + 3))
    assert shown(programs[name].show()) == expected


@pytest.mark.parametrize("name", FLAT_ALONE)
def test_without_a_store_the_same_is_counted(name: str, programs: Programs) -> None:
    expected = counted(shown(programs[name].show()), 5)
    programs[name].run(5)
    assert shown(programs[name].show()) == expected


@pytest.mark.parametrize("name", TOGGLES_ALONE)
def test_without_a_store_the_same_is_toggled(name: str, programs: Programs) -> None:
    expected = toggled(shown(programs[name].show()), TINY.items + 3)
    programs[name].run(TINY.items + 3)
    assert shown(programs[name].show()) == expected


@pytest.mark.parametrize("program", ["rtk_flat", "js_flat"])
def test_node_counts_the_same_state_up(program: str, node: Node) -> None:
    node.seconds_of(program, 5, span=0)
    state = plain_counter(5)
    is_alone = program.startswith("js")
    assert node.show(program) == (state if is_alone else plain_root("counter", state))


@pytest.mark.parametrize("program", ["rtk_toggle", "js_toggle"])
def test_node_toggles_the_same_items(program: str, node: Node) -> None:
    node.seconds_of(program, TINY.items + 3, span=0)
    state = toggled(plain_board(TINY.items), TINY.items + 3)
    is_alone = program.startswith("js")
    assert node.show(program) == (state if is_alone else plain_root("board", state))


def test_node_has_its_selectors_and_no_ops_too(node: Node) -> None:
    for program in ("rtk_noop", "reselect_hit"):
        node.seconds_of(program, 5, span=0)
    assert node.show("rtk_noop") == plain_root("counter", plain_counter())
    assert node.show("reselect_hit") == {"count": 0, "page": "home"}


@pytest.mark.usefixtures("packages")
def test_an_error_in_node_is_an_error_here(capfd: pytest.CaptureFixture[str]) -> None:
    with (
        started(items=TINY.items) as node,
        pytest.raises(RuntimeError, match="node ended with status 1"),
    ):
        node.show("no_such_program")
    assert "there is no program no_such_program" in capfd.readouterr().err


@pytest.mark.parametrize("name", ["selector_hit", "selector_inputs"])
def test_a_selector_returns_what_reselect_does(name: str, programs: Programs) -> None:
    programs[name].run(5)
    assert programs[name].show() == {"count": 0, "page": "home"}


@pytest.mark.parametrize("kind", ["plain", "frozen", "draft"])
def test_plain_frozen_and_drafted_values_are_read_alike(
    kind: str, programs: Programs
) -> None:
    names = (f"read_{kind}_attr", f"read_{kind}_dict", f"iterate_{kind}")
    for name in names:
        programs[name].run(1)
    salary = fields_of(TINY.items - 1)[3]
    assert [programs[name].show() for name in names] == ["", salary, 0]


@pytest.mark.parametrize("name", TINY.copied)
def test_one_value_of_a_list_or_dict_is_set(name: str, programs: Programs) -> None:
    size = TINY.copied[name]
    for kind in ("list", "dict"):
        programs[f"{kind}_{name}"].run(3)
    assert programs[f"list_{name}"].show() == [*range(size - 1), size + 2]
    assert programs[f"dict_{name}"].show() == {**dict.fromkeys(range(size), 0), 0: 3}


@pytest.mark.parametrize("name", TINY.crowds)
def test_the_adapter_updates_entities_all_over(name: str, programs: Programs) -> None:
    program, size = programs[f"update_{name}"], TINY.crowds[name]
    program.run(size)
    assert program.show() == {key_of(n): n + 1 for n in range(size)}


def test_toggling_the_first_action_takes_its_effect_away(programs: Programs) -> None:
    program = programs["devtools_toggle"]
    program.run(1)
    state = plain_counter(TINY.actions - 1)
    assert program.show() == plain_root("counter", state)
    program.run(1)
    assert program.show() == plain_root("counter", plain_counter(TINY.actions))


def test_a_program_runs_at_least_once_and_until_the_span_is_over() -> None:
    runs: list[int] = []
    assert seconds_of(runs.append, 7, span=0) > 0
    assert runs == [7]
    seconds_of(runs.append, 7, span=0.001)
    assert len(runs) > 2


@pytest.mark.slow
@pytest.mark.usefixtures("packages")
def test_each_figure_of_the_area_is_measured() -> None:
    measured: dict[str, float] = {}
    with prepared(TINY) as sides:
        for side in sides.values():
            measured |= side()
    wanted = {name for each in AREA.figures for name in (each.of, each.beside) if name}
    assert wanted - measured.keys() == set()
    assert [name for name, number in measured.items() if number <= 0] == []


def test_every_figure_that_the_page_on_speed_names_is_measured() -> None:
    named = set(
        re.findall(r"`([a-z]+\w*_(?:us|ms|x|bytes|vs_\w+))`", PAGE.read_text("utf-8"))
    )
    assert len(named) > 30
    assert named - {each.name for each in AREA.figures} == set()
