"""Which codes are judged when some are selected and some ignored."""

from __future__ import annotations

import pytest

from stateroom.catalogue.codes import CODES
from stateroom.check.selecting import chosen
from stateroom.errors import UsageError

SEC = tuple(code for code in CODES if code.startswith("SEC"))


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ([], [], tuple(CODES)),
        (["SEC"], [], SEC),
        (["TTL001"], [], ("TTL001",)),
        (["TTL001", "SEC"], [], (*SEC, "TTL001")),
        (["SEC"], ["SEC002"], tuple(code for code in SEC if code != "SEC002")),
        (["SEC002"], ["SEC"], ("SEC002",)),  # the longer name wins
        (["SEC"], ["SEC"], ()),  # and ignore a tie
        (["SEC002"], ["SEC002"], ()),
    ],
)
def test_codes_are_chosen(
    select: list[str], ignore: list[str], expected: tuple[str, ...]
) -> None:
    assert chosen(select, ignore) == expected


def test_ignoring_alone_leaves_the_rest() -> None:
    assert set(CODES) - set(chosen(ignore=["SEC"])) == set(SEC)


@pytest.mark.parametrize(
    ("name", "near"),
    [("SEC02", "SEC002"), ("sec002", "SEC002"), ("SCE", "SEC"), ("TTLL", "TTL")],
)
@pytest.mark.parametrize("option", ["select", "ignore"])
def test_an_unknown_name_is_refused_with_the_nearest(
    option: str, name: str, near: str
) -> None:
    with pytest.raises(UsageError, match=f"--{option}.*{name}") as caught:
        chosen(**{option: [name]})
    assert near in caught.value.hint


@pytest.mark.parametrize("name", ["", "S", "SEC00", "zzzzzz"])
def test_a_part_of_a_code_is_not_a_name(name: str) -> None:
    with pytest.raises(UsageError):
        chosen([name])
