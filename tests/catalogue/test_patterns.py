"""Patterns: what decisions print, and what may be said about a bad override."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.catalogue.inputs import Audience
from stateroom.catalogue.keys import (
    KeyPattern,
    Kind,
    ScopeKind,
    parse_key,
    parse_pattern,
    pattern_for,
    pattern_text,
)
from stateroom.errors import InvalidValue

DIGEST = "0123456789abcdef0123456789abcdef"
FILLINGS = {"<user>": "42", "<group>": "7", "<fingerprint>": "k3", "<digest>": DIGEST}
CACHE = "careers:v:pub:jobs:<fingerprint>:{<digest>}"

places = st.sampled_from(get_args(Kind))
audiences = st.sampled_from(get_args(Audience))


@pytest.mark.parametrize(
    ("place", "audience", "printed"),
    [
        ("cache", "public", "careers:v:pub:cv:<fingerprint>:{<digest>}"),
        ("cache", "group", "careers:v:g.<group>:cv:<fingerprint>:{<digest>}"),
        ("cache", "user", "careers:v:u.<user>:cv:<fingerprint>:{<digest>}"),
        ("cache", "tab", "careers:v:u.<user>:cv:<fingerprint>:{<digest>}"),
        ("live", "public", "careers:d:pub:cv:{<digest>}"),
        ("live", "group", "careers:d:g.<group>:cv:{<digest>}"),
        ("live", "user", "careers:d:u.<user>:cv:{<digest>}"),
        ("auth", "user", "careers:a:u.<user>:cv:{<digest>}"),
        ("persist", "public", "careers:p:device:cv"),
        ("persist", "group", "careers:p:u.<user>:cv"),
        ("persist", "user", "careers:p:u.<user>:cv"),
        ("persist", "tab", "careers:p:u.<user>:cv"),
    ],
)
def test_a_pattern_names_the_scope_of_the_audience(
    place: Kind, audience: Audience, printed: str
) -> None:
    assert str(pattern_for("careers", place, audience, "cv")) == printed


@given(places, audiences)
def test_a_pattern_of_ours_is_read_without_fault_and_becomes_a_key_when_filled(
    place: Kind, audience: Audience
) -> None:
    pattern = pattern_for("careers", place, audience, "cv")
    assert parse_pattern(str(pattern)) == pattern
    assert (pattern.faults, pattern.unfilled) == ((), ())
    assert (pattern.namespace, pattern.kind, pattern.item) == ("careers", place, "cv")
    assert pattern.has_fingerprint == (place == "cache")
    text = str(pattern)
    for placeholder, filling in FILLINGS.items():
        text = text.replace(placeholder, filling)
    assert str(parse_key(text)) == text


@pytest.mark.parametrize(
    ("namespace", "place", "audience", "item"),
    [
        ("Careers", "cache", "user", "cv"),
        ("careers", "session", "user", "cv"),
        ("careers", "cache", "everybody", "cv"),
        ("careers", "cache", "user", "c:v"),
    ],
)
def test_a_pattern_for_a_wrong_argument_is_refused(
    namespace: str, place: Kind, audience: Audience, item: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        pattern_for(namespace, place, audience, item)
    assert caught.value.found
    assert caught.value.allowed


@pytest.mark.parametrize(
    ("place", "scope", "printed"),
    [
        ("persist", "device", "careers:p:device:cv"),  # whatever its audience
        ("persist", "user", "careers:p:u.<user>:cv"),
        ("cache", "group", "careers:v:g.<group>:cv:<fingerprint>:{<digest>}"),
        ("cache", "tab", "careers:v:u.<user>:cv:<fingerprint>:{<digest>}"),
    ],
)
def test_a_pattern_may_be_given_its_scope(
    place: Kind, scope: str, printed: str
) -> None:
    assert pattern_text("careers", place, scope, "cv") == printed


@pytest.mark.parametrize(
    ("place", "scope"),
    [("cache", "device"), ("persist", "public"), ("persist", "group"), ("live", "")],
)
def test_a_scope_that_such_data_cannot_have_is_refused(place: Kind, scope: str) -> None:
    with pytest.raises(InvalidValue, match=f"not a scope of {place}"):
        pattern_text("careers", place, scope, "cv")


@pytest.mark.parametrize(
    ("text", "unfilled"),
    [
        (CACHE, ()),
        ("rapidapi:jobs:${hashParams(searchParams)}", ("${hashParams(searchParams)}",)),
        ("careers:v:u.{user}:cv:<fingerprint>:{<digest>}", ("{user}",)),
        ("careers:v:u.${user}:cv:<fingerprint>:{<digest>}", ("${user}",)),
        ("careers:v:u.$user:cv:<fingerprint>:{<digest>}", ("$user",)),
        ("careers:v:u.%s:cv:%d:{<digest>}", ("%s", "%d")),
        ("careers:v:u.%(user)s:cv:k3:{<digest>}", ("%(user)s",)),
        ("careers:v:u.<tenant>:cv:k3:{<digest>}", ("<tenant>",)),
        ("careers:v:pub:cv:k3:{digest}", ("{digest}",)),
        ("careers:v:pub:cv:k3:{<user>}", ("{<user>}",)),
        ("careers:v:pub:{a:b}:k3:{<digest>}", ("{a:b}",)),
        ("careers:v:pub:{}:k3:{<digest>}", ("{}",)),
        ("<ns>:v:pub:${a}-${b}:k3:{<digest>}", ("<ns>", "${a}", "${b}")),
        ("careers:v:g.a%3Ab:cv:k3:{<digest>}", ()),  # an escape is no placeholder
        (f"careers:v:pub:cv:k3:{{{DIGEST}}}", (f"{{{DIGEST}}}",)),
    ],
)
def test_placeholders_that_nothing_fills_are_listed_in_order(
    text: str, unfilled: tuple[str, ...]
) -> None:
    assert parse_pattern(text).unfilled == unfilled


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        (CACHE, "public"),
        ("careers:v:g.<group>:cv:<fingerprint>:{<digest>}", "group"),
        ("careers:v:u.<user>:cv:<fingerprint>:{<digest>}", "user"),
        ("careers:p:device:cv", "device"),
        ("careers:v:u.42:cv:<fingerprint>:{<digest>}", None),  # one user's key for all
        ("careers:v:g.staff:cv:<fingerprint>:{<digest>}", None),
        ("careers:v:u.<group>:cv:<fingerprint>:{<digest>}", None),
        ("careers:v:u.<user>x:cv:<fingerprint>:{<digest>}", None),
        ("careers:v:<user>:cv:<fingerprint>:{<digest>}", None),
        ("careers:v:cv:u.<user>:<fingerprint>:{<digest>}", None),
        ("careers:cv:u.<user>", None),
        ("careers:v", None),
        ("", None),
    ],
)
def test_a_scope_is_told_only_when_each_of_its_readers_gets_a_key_of_their_own(
    text: str, scope: ScopeKind | None
) -> None:
    pattern = parse_pattern(text)
    assert pattern.scope == scope
    assert bool(pattern.faults) == (scope is None)


@pytest.mark.parametrize(
    ("text", "has_one", "faults"),
    [
        ("careers:v:pub:cv:<fingerprint>:{<digest>}", True, 0),
        ("careers:v:pub:cv:v2:{<digest>}", True, 0),
        ("careers:v:pub:cv:{<digest>}", False, 1),
        ("careers:v:pub:cv:V2:{<digest>}", False, 1),
        ("careers:v:pub:cv:<fingerprint>", True, 1),
        ("careers:v:pub:cv", False, 2),
        ("careers:d:pub:cv:{<digest>}", False, 0),
        ("jobs:<fingerprint>", True, 1),
    ],
)
def test_a_fingerprint_is_found_or_missed(
    text: str,
    has_one: bool,  # noqa: FBT001 - a column of the table
    faults: int,
) -> None:
    pattern = parse_pattern(text)
    assert pattern.has_fingerprint is has_one
    assert len(pattern.faults) == faults


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["namespace: missing", "kind: missing"]),
        ("careers", ["kind: missing"]),
        ("Careers:p:device:cv", ["namespace: found 'Careers'"]),
        ("careers:l:pub:cv:{<digest>}", ["kind: found 'l'"]),
        ("careers:t:Job", ["kind: found 't'"]),
        ("careers:p:pub:cv", ["scope: found 'pub'"]),
        ("careers:p:device:cv:{<digest>}", ["end: found '{<digest>}'"]),
        ("careers:d:device:cv:{<digest>}", ["scope: found 'device'"]),
        ("careers:d:pub:c*:{<digest>}", ["item: found 'c*'"]),
        ("careers:d:pub::{<digest>}", ["item: missing"]),
        ("careers:d:pub:${a:b}:{<digest>}", ["item: found '${a:b}'"]),
        ("careers:d:pub:cv-<user>:{<digest>}", ["item: found 'cv-<user>'"]),
        ("careers:d:pub:cv:<digest>", ["hash tag: found '<digest>'"]),
        ("careers:d:pub:cv", ["hash tag: missing"]),
        ("careers:v:pub:cv:V2:{<digest>}", ["fingerprint: found 'V2'"]),
        ("careers:d:pub:cv:{<digest>}:x:y", ["end: found 'x:y'"]),
        (
            "A:v:x:-:?:{}",
            ["namespace: ", "scope: ", "item: ", "fingerprint: ", "hash tag: "],
        ),
    ],
)
def test_every_fault_of_a_pattern_is_told_in_order(
    text: str, faults: list[str]
) -> None:
    found = parse_pattern(text).faults
    assert len(found) == len(faults)
    for each, start in zip(found, faults, strict=True):
        assert each.startswith(start)
        assert "; allowed: " in each


def test_what_stands_in_a_place_is_told_even_when_it_is_wrong() -> None:
    pattern = parse_pattern("Other:v:pub:${x}:<fingerprint>:{<digest>}")
    assert (pattern.namespace, pattern.kind, pattern.item) == ("Other", "cache", "${x}")


@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(
                [
                    *("careers", "v", "d", "p", "pub", "u.<user>", "device", "cv", ""),
                    *(
                        "<fingerprint>",
                        "v2",
                        "{<digest>}",
                        "${x}",
                        "{",
                        "<",
                        "%s",
                        "\0",
                    ),
                ]
            ),
            max_size=8,
        ).map(":".join),
    )
)
def test_any_text_is_a_pattern_and_without_fault_only_if_it_can_become_a_key(
    text: str,
) -> None:
    pattern = parse_pattern(text)
    assert pattern.text == str(pattern) == text
    if pattern.faults:
        return
    assert pattern.unfilled == ()
    for placeholder, filling in FILLINGS.items():
        text = text.replace(placeholder, filling)
    assert str(parse_key(text)) == text


@pytest.mark.parametrize("piece", ["{", "${", "<", "%(", ":", "$", "{<digest>"])
def test_a_hostile_pattern_is_read_in_linear_steps(piece: str) -> None:
    # 100,000 pieces: a pattern that backtracks would run into the time limit.
    pattern = parse_pattern(piece * 100_000)
    assert isinstance(pattern, KeyPattern)
    assert pattern.faults
    assert all(len(fault) < 300 for fault in pattern.faults)
