"""The tree of errors: codes that last, a page for each, and what each one carries."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import re
from pathlib import Path

import pytest

from stateroom import errors
from stateroom.cache.bulkhead import LOADS, Bulkhead
from stateroom.catalogue.keys import parse_key
from stateroom.catalogue.units import parse_duration
from stateroom.errors import (
    BlockingCall,
    CatalogueError,
    InvalidValue,
    KeyFormatError,
    LoadFailed,
    LoadTimeout,
    LockError,
    MissingExtra,
    MoveNeeded,
    MutexBusy,
    NotInvalidated,
    Overloaded,
    PersistError,
    Problem,
    Refused,
    RulesetError,
    StateroomError,
    TierError,
    Unavailable,
    UsageError,
)
from stateroom.flows.blocking import refuse_in_loop
from tests.live import mistakes as mistakes_of_live
from tests.persist import mistakes as mistakes_of_persistence
from tests.query import mistakes as mistakes_of_queries
from tests.store import mistakes

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "errors"
RELEASED = ROOT / "tests" / "golden" / "error_codes.txt"
"""Append-only, one ``CODE ClassName`` a line: what stands there was released."""

IN_A_CATALOGUE = Problem(
    where="items.theme.audience",
    message="not one of its values",
    found='"everybody"',
    allowed="tab, user, group, public",
    file="stateroom.toml",
    line=12,
    column=1,
)


def all_below(base: type[StateroomError]) -> list[type[StateroomError]]:
    direct = base.__subclasses__()
    return [*direct, *(each for child in direct for each in all_below(child))]


def of_the_package() -> list[type[StateroomError]]:
    """Every class of ours, those aside that a test has made."""
    found = all_below(StateroomError)
    return [each for each in found if each.__module__.startswith("stateroom")]


def raisable() -> list[type[StateroomError]]:
    return [each for each in of_the_package() if not each.__name__.startswith("_")]


def caught_from_parse_duration() -> StateroomError:
    with pytest.raises(InvalidValue) as caught:
        parse_duration("soon")
    return caught.value


def caught_from_parse_key() -> StateroomError:
    with pytest.raises(KeyFormatError) as caught:
        parse_key("careers:p:pub:theme")
    return caught.value


def caught_in_a_loop() -> StateroomError:
    async def block() -> None:
        refuse_in_loop("app.jobs.search_jobs")

    with pytest.raises(BlockingCall) as caught:
        asyncio.run(block())
    return caught.value


def caught_from_a_full_bulkhead() -> StateroomError:
    bulkhead = Bulkhead(queue_s=0)
    with contextlib.ExitStack() as turns:
        for _ in range(LOADS):
            turns.enter_context(bulkhead.turn())
        with pytest.raises(Overloaded) as caught:
            turns.enter_context(bulkhead.turn())
    return caught.value


def examples() -> list[StateroomError]:
    """Return one error of each class, as its page shows it."""
    return [
        UsageError("there is no item 'job-serch'", hint="did you mean job-search?"),
        caught_from_parse_duration(),
        CatalogueError(problems=(IN_A_CATALOGUE,)),
        RulesetError(
            problems=(
                Problem(where="rules.T11.when.cost", message="no such value: 'dear'"),
            )
        ),
        LockError("there is no stateroom.lock", hint="run: stateroom decide --write"),
        MoveNeeded("selected-roles would move: persist -> redis"),
        caught_from_parse_key(),
        MissingExtra("the cache tier on Redis", extra="redis"),
        caught_in_a_loop(),
        *examples_of_tiers(),
        *mistakes.examples(),
        *mistakes_of_persistence.examples(),
        *mistakes_of_live.examples(),
        *mistakes_of_queries.examples(),
    ]


def examples_of_tiers() -> list[StateroomError]:
    late = "MGET: no answer within 0.25 s"
    keys = ("careers:t:@moved", "careers:t:@moved:Job", "careers:t:Job:42")
    return [
        TierError("the tier could not do its work"),
        Unavailable(late, is_slow=True),
        Refused(
            "MGET: invalid username-password pair or user is disabled.",
            hint="check the user, the password and what it may do",
        ),
        NotInvalidated(
            f"the invalidation of {', '.join(keys)} did not arrive: {late}",
            keys=keys,
            hint="it is queued here; other processes may serve the old value",
        ),
        LoadTimeout("a load took longer than 2 s"),
        LoadFailed("ConnectError: the provider is down"),
        caught_from_a_full_bulkhead(),
    ]


def printed(error: StateroomError) -> str:
    """Return what the command line prints for ``error``, on standard error."""
    text = f"error {error.code}: {error}"
    return f"{text}\nhint: {error.hint}" if error.hint else text


def test_every_raisable_class_has_a_code_of_its_own() -> None:
    codes = [each.code for each in raisable()]
    assert [code for code in codes if not re.fullmatch(r"STR-[1-9]\d\d", code)] == []
    assert len(set(codes)) == len(codes)


def test_a_subclass_has_the_family_of_its_parent() -> None:
    for each in raisable():
        parents = [base for base in each.__mro__[1:] if base in raisable()]
        assert {parent.code[:5] for parent in parents} <= {each.code[:5]}


def test_no_code_that_was_released_has_vanished_or_names_another_class() -> None:
    released = set(RELEASED.read_text("utf-8").splitlines())
    assert released - {f"{each.code} {each.__name__}" for each in raisable()} == set()


def test_every_code_is_on_the_list_of_released_codes() -> None:
    lines = RELEASED.read_text("utf-8").splitlines()
    assert {f"{each.code} {each.__name__}" for each in raisable()} - set(lines) == set()
    assert len(set(lines)) == len(lines)


def test_every_error_of_ours_is_declared_in_errors() -> None:
    homes = {each.__module__ for each in of_the_package()}
    assert {each for each in homes if not each.startswith("stateroom.errors")} == set()
    assert {each.__module__ for each in raisable()} == {"stateroom.errors"}


def test_every_raisable_class_is_public() -> None:
    missing = {each.__name__ for each in raisable()} - set(errors.__all__)
    assert missing == set()


def test_every_code_has_a_page_and_no_page_is_left_over() -> None:
    pages = {path.stem for path in PAGES.glob("STR-*.md")}
    assert pages == {each.code for each in raisable()}


@pytest.mark.parametrize("error", raisable(), ids=lambda each: each.code)
def test_a_page_names_its_class_and_says_what_to_do(
    error: type[StateroomError],
) -> None:
    page = (PAGES / f"{error.code}.md").read_text("utf-8")
    assert page.startswith(f"# {error.code}: {error.__name__}\n")
    assert "\n## What to do\n" in page


def test_the_pages_index_lists_exactly_the_codes_in_order() -> None:
    index = (PAGES / "index.md").read_text("utf-8")
    rows = re.findall(r"^\| \[(\S+)\]\((\S+)\.md\) \| `(\w+)` \|", index, re.MULTILINE)
    assert rows == sorted((each.code, each.code, each.__name__) for each in raisable())


def test_every_class_has_an_example() -> None:
    assert {type(each) for each in examples()} == set(raisable())


def test_the_pages_show_messages_as_they_are_printed() -> None:
    for error in examples():
        page = (PAGES / f"{error.code}.md").read_text("utf-8")
        assert f"```text\n{printed(error)}\n```\n" in page


def test_a_class_without_a_code_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="must set its own error code"):
        type("Nameless", (UsageError,), {})
    gc.collect()  # the class that was refused is not left to other tests


def test_one_except_catches_everything_of_ours() -> None:
    for error in examples():
        with pytest.raises(StateroomError):
            raise error


def test_every_error_ends_a_command_with_status_2() -> None:
    assert {each.exit_code for each in of_the_package()} == {2}


@pytest.mark.parametrize("error", [InvalidValue, KeyFormatError])
def test_a_wrong_value_is_a_value_error_too(error: type[StateroomError]) -> None:
    assert issubclass(error, ValueError)


def test_an_invalid_value_carries_what_was_found_and_what_is_allowed() -> None:
    error = InvalidValue("no", found="x", allowed="y", hint="z")
    assert (str(error), error.found, error.allowed, error.hint) == ("no", "x", "y", "z")


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem(where="", message="empty"), "empty"),
        (Problem(where="app", message="bad"), "app: bad"),
        (Problem(where="app", message="bad", file="a.toml"), "a.toml app: bad"),
        (
            Problem(where="app", message="bad", file="a.toml", line=3, column=1),
            "a.toml:3:1 app: bad",
        ),
        (
            Problem(where="", message="bad", found="1", allowed="2", nearest="3"),
            "bad; found 1; allowed: 2; did you mean 3?",
        ),
    ],
)
def test_a_problem_is_one_line_of_what_is_known(problem: Problem, text: str) -> None:
    assert str(problem) == text


@pytest.mark.parametrize("error", [CatalogueError, RulesetError])
def test_all_problems_of_a_document_are_told_at_once(
    error: type[CatalogueError | RulesetError],
) -> None:
    problems = (IN_A_CATALOGUE, Problem(where="app", message="bad"))
    raised = error(problems=problems)
    assert raised.problems == problems
    assert str(raised).splitlines() == [str(each) for each in problems]
    assert str(error("in short", problems=problems)) == "in short"


def test_a_move_names_its_items() -> None:
    assert MoveNeeded("moves", items=("a", "b")).items == ("a", "b")


def test_an_error_of_a_tier_says_which_and_whether_to_try_again() -> None:
    tiers = {type(each): each for each in examples() if isinstance(each, TierError)}
    assert {each.tier for each in tiers.values()} == {"redis"}
    assert {kind.__name__ for kind in tiers if not kind.retryable} == {
        "MayEvict",
        "MutexLost",
        "Refused",
        "TierError",
        "Undecodable",
    }


def test_an_error_of_persistence_says_whether_to_try_again() -> None:
    kinds = {type(each) for each in examples() if isinstance(each, PersistError)}
    assert {kind.__name__ for kind in kinds if kind.retryable} == {
        "NotDurable",
        "StorageFull",
        "StorageUnavailable",
        "WriteConflict",
    }


def test_a_lost_invalidation_names_its_keys() -> None:
    error = NotInvalidated("lost", keys=("careers:t:Job",))
    assert error.keys == ("careers:t:Job",)


@pytest.mark.parametrize("error", [LoadTimeout, MutexBusy])
def test_what_was_waited_for_too_long_is_a_timeout(
    error: type[StateroomError],
) -> None:
    assert issubclass(error, TimeoutError)


def test_a_missing_extra_says_how_to_install_it() -> None:
    error = MissingExtra("the web console", extra="web")
    assert str(error) == "the web console needs the extra 'web'"
    assert (error.extra, error.hint) == ("web", 'pip install "stateroom[web]"')
