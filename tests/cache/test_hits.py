"""The short way of a hit: it serves what the long way would, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.cache.batching import Answer
from stateroom.cache.compression import squeeze, unsqueeze
from stateroom.cache.envelope import COMPRESSED, FAILED, NEGATIVE, Envelope
from stateroom.cache.hits import MISS, Miss, payloads
from stateroom.cache.judging import Verdict, are_current, judge
from stateroom.cache.places import Namer, Place
from stateroom.cache.policy import Policy
from stateroom.cache.recipe import Recipe
from stateroom.catalogue.keys import PUBLIC
from stateroom.codec.codecs import Codec, DecodeError, codec_for

NOW = 1_800_000_005_000
CODEC: Codec[str] = codec_for(str, where="the tests of hits")
RECIPE: Recipe[str] = Recipe(
    namer=Namer(
        namespace="t", item="x", fingerprint=CODEC.fingerprint, tags=("Job", "Job:1")
    ),
    policy=Policy(ttl_ms=10_000, stale_ms=5_000, error_ms=9_000, early=1.0),
    codec=CODEC,
)
PAYLOAD = CODEC.encode("plain")
TEXT = CODEC.encode("long " * 3_000)
SQUEEZED = squeeze(TEXT) or b""
SIGNING_KEY = b"s" * 32
Versions = dict[bytes, bytes | None]


def new_place(argument: bytes = b"") -> Place:
    return RECIPE.namer.place(PUBLIC, argument)


KNOWN: Versions = {
    tag: bytes([n]) * 8 for n, tag in enumerate(new_place().tags, ord("a"))
}


def tagged(known: Versions) -> tuple[tuple[bytes, bytes], ...]:
    return RECIPE.relative((tag, version or b"") for tag, version in known.items())


PLAIN = Envelope(
    created_ms=NOW - 5_000,
    soft_ms=NOW + 5_000,
    hard_ms=NOW + 14_000,
    stamp=b"stamp..1",
    payload=PAYLOAD,
    size=len(PAYLOAD),
    cost_ms=100,
    codec=CODEC.id,
    tags=tagged(KNOWN),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One read: what is stored, and what was found of the tags."""

    entry: Envelope = PLAIN
    versions: Versions | None = None
    damage: Callable[[bytes], bytes] = bytes
    draw: float = 0.5
    argument: bytes = b""

    def raw(self) -> bytes:
        return self.damage(self.entry.sealed(new_place().value))

    def served(self, recipe: Recipe[str] = RECIPE) -> bytes | Miss:
        place, raw = new_place(self.argument), self.raw()
        versions = KNOWN if self.versions is None else self.versions
        answer = Answer({place.value: raw}, versions, mark=0, now_ms=NOW)
        return payloads(recipe, lambda: self.draw)(raw, place, answer)


def changed(**fields: object) -> Envelope:
    return replace(PLAIN, **fields)  # type: ignore[arg-type]  # a table of any fields


def at(position: int, data: bytes) -> Callable[[bytes], bytes]:
    return lambda raw: raw[:position] + data + raw[position + len(data) :]


JOB, ITEM = new_place().tags[-1], new_place().item_tag
SQUEEZED_ENTRY = changed(payload=SQUEEZED, size=len(TEXT), flags=COMPRESSED)

SERVED = {
    "plain": (Case(), PAYLOAD),
    "negative": (Case(entry=changed(flags=NEGATIVE)), PAYLOAD),
    "compressed": (Case(entry=SQUEEZED_ENTRY), TEXT),
    "both": (
        Case(entry=replace(SQUEEZED_ENTRY, flags=COMPRESSED | NEGATIVE)),
        TEXT,
    ),
    "last of all": (Case(entry=changed(hard_ms=NOW + 1, cost_ms=0)), PAYLOAD),
    "last millisecond": (
        Case(entry=changed(soft_ms=NOW + 1, cost_ms=0)),
        PAYLOAD,
    ),
    "just not early": (
        Case(entry=changed(soft_ms=NOW + 694, cost_ms=1_000)),
        PAYLOAD,
    ),
    "fingerprints": (
        Case(versions={**KNOWN, ITEM: (KNOWN[ITEM] or b"") + b",s1,s2,"}),
        PAYLOAD,
    ),
}
MISSED = {
    "short": Case(damage=lambda raw: raw[:59]),
    "empty": Case(damage=lambda _: b""),
    "magic": Case(damage=at(0, b"XX")),
    "version": Case(damage=at(2, b"\x02")),
    "failed": Case(entry=changed(flags=FAILED)),
    "signed": Case(entry=changed(flags=8)),
    "flag of the future": Case(entry=changed(flags=16)),
    "codec": Case(entry=changed(codec=CODEC.id + 1)),
    "over": Case(entry=changed(soft_ms=NOW, cost_ms=0)),
    "long over": Case(entry=changed(soft_ms=NOW - 60_000)),
    "gone": Case(entry=changed(hard_ms=NOW, cost_ms=0)),
    "early": Case(entry=changed(soft_ms=NOW + 693, cost_ms=1_000)),
    "tag moved": Case(versions={**KNOWN, JOB: b"x" * 8}),
    "tag gone": Case(versions={**KNOWN, JOB: None}),
    "tag cut": Case(versions={**KNOWN, JOB: (KNOWN[JOB] or b"")[:7]}),
    "tag unasked": Case(versions={k: v for k, v in KNOWN.items() if k != JOB}),
    "tag fewer": Case(entry=changed(tags=PLAIN.tags[:-1])),
    "tag more": Case(entry=changed(tags=(*PLAIN.tags, (b"Row", b"r" * 8)))),
    "tag order": Case(entry=changed(tags=PLAIN.tags[::-1])),
    "payload": Case(damage=lambda raw: raw[:-1] + b"!"),
    "created": Case(damage=at(16, b"\1")),
    "flags": Case(damage=at(3, bytes([NEGATIVE]))),
    "checksum": Case(damage=at(4, b"\0\0\0\0")),
    "another key": Case(argument=b"other"),
    "longer": Case(entry=changed(size=len(PAYLOAD) - 1)),
    "shorter": Case(entry=changed(size=len(PAYLOAD) + 1)),
    "not compressed": Case(entry=changed(flags=COMPRESSED)),
    "a bomb": Case(entry=replace(SQUEEZED_ENTRY, size=len(TEXT) - 1)),
}


@pytest.mark.parametrize("name", SERVED)
def test_a_fresh_current_and_whole_entry_is_served(name: str) -> None:
    case, payload = SERVED[name]
    assert case.served() == payload


@pytest.mark.parametrize("name", MISSED)
def test_each_thing_that_can_be_wrong_is_enough_for_a_miss(name: str) -> None:
    assert MISSED[name].served() is MISS


def test_the_dice_are_asked_only_near_the_end() -> None:
    draws = iter([0.5])
    entry = changed(soft_ms=NOW + 5_000, cost_ms=100)
    raw, place = entry.sealed(new_place().value), new_place()
    payload_of = payloads(RECIPE, lambda: next(draws))
    for now_ms, is_asked in ((NOW, False), (NOW + 1_299, False), (NOW + 1_300, True)):
        answer = Answer({place.value: raw}, KNOWN, mark=0, now_ms=now_ms)
        assert payload_of(raw, place, answer) == PAYLOAD
        assert (next(draws, None) is None) == is_asked
        draws = iter([] if is_asked else [0.5])


def test_no_draw_refreshes_earlier_than_where_the_dice_begin_to_be_asked() -> None:
    early = changed(soft_ms=NOW + 36_736, cost_ms=1_000)
    assert Case(entry=early, draw=2**-53).served() is MISS


def test_what_is_kept_of_one_batch_is_not_taken_for_another() -> None:
    payload_of = payloads(RECIPE, lambda: 0.5)
    place, fewer = new_place(), new_place()
    fewer.seen = place.tags[:-1]
    raw = PLAIN.sealed(place.value)
    short = changed(tags=PLAIN.tags[:-1]).sealed(place.value)
    now = Answer({}, KNOWN, mark=0, now_ms=NOW)
    later = Answer({}, {**KNOWN, JOB: None}, mark=0, now_ms=NOW)
    for _ in range(2):
        assert payload_of(raw, place, now) == PAYLOAD
        assert payload_of(raw, place, later) is MISS
        assert payload_of(raw, fewer, now) is MISS
        assert payload_of(short, fewer, now) == PAYLOAD
        assert payload_of(short, fewer, later) == PAYLOAD
        assert payload_of(short, place, later) is MISS


class Interrupted(bytes):
    """Bytes in the middle of whose comparison another thread has its turn."""

    turn: Callable[[], object] = lambda: None

    def __getitem__(self, at: object) -> bytes:  # type: ignore[override]  # slices only
        turn, self.turn = self.turn, lambda: None
        turn()
        assert isinstance(at, slice)
        return super().__getitem__(at)


def test_a_thread_that_asked_before_an_invalidation_hides_it_from_no_other() -> None:
    payload_of, place = payloads(RECIPE, lambda: 0.5), new_place()
    raw = Interrupted(PLAIN.sealed(place.value))
    before = Answer({place.value: raw}, KNOWN, mark=0, now_ms=NOW)
    after = Answer({place.value: raw}, {**KNOWN, JOB: b"x" * 8}, mark=0, now_ms=NOW)
    raw.turn = lambda: payload_of(bytes(raw), place, before)
    assert payload_of(raw, place, after) is MISS


entries = st.builds(
    Envelope,
    created_ms=st.just(NOW - 5_000),
    soft_ms=st.integers(NOW - 3, NOW + 400),
    hard_ms=st.integers(NOW - 1, NOW + 500),
    stamp=st.binary(min_size=8, max_size=8),
    payload=st.sampled_from([PAYLOAD, SQUEEZED, b""]),
    size=st.sampled_from([len(PAYLOAD), len(TEXT), 0]),
    flags=st.integers(0, COMPRESSED | NEGATIVE | FAILED),
    cost_ms=st.integers(0, 200),
    codec=st.sampled_from([CODEC.id, CODEC.id, 0]),
    tags=st.sampled_from([PLAIN.tags, PLAIN.tags, PLAIN.tags[1:], PLAIN.tags[::-1]]),
)
found = st.fixed_dictionaries(
    {
        tag: st.sampled_from([version, version, version, None, b"x" * 8])
        for tag, version in KNOWN.items()
    }
)
damages = st.one_of(
    st.just(bytes),
    st.just(bytes),
    st.builds(at, st.integers(0, 120), st.binary(min_size=1, max_size=3)),
)


def at_leisure(case: Case, recipe: Recipe[str]) -> bytes | Miss:
    """Return what the long way makes of a read."""
    entry = recipe.opened(case.raw(), new_place())
    if entry is None or not are_current(recipe.absolute(entry), case.versions or {}):
        return MISS
    if judge(entry, NOW, recipe.policy, case.draw) is not Verdict.FRESH:
        return MISS
    if not entry.flags & COMPRESSED:
        return entry.payload if len(entry.payload) == entry.size else MISS
    try:
        return unsqueeze(entry.payload, size=entry.size)
    except DecodeError:
        return MISS


cases = st.builds(
    Case,
    entry=entries,
    versions=found,
    damage=damages,
    draw=st.sampled_from([2**-53, 0.01, 0.5, 0.9, 1.0]),
)


@given(cases)
def test_both_ways_agree_on_every_entry(case: Case) -> None:
    expected = at_leisure(case, RECIPE)
    if case.entry.tags != PLAIN.tags:
        expected = MISS  # tags that were not asked for are the long way's business
    assert case.served() == expected


def test_where_signatures_are_expected_an_entry_without_one_is_a_miss() -> None:
    signing = replace(RECIPE, signing_keys=(SIGNING_KEY,))
    assert at_leisure(Case(versions=KNOWN), signing) is MISS
    assert Case().served(signing) is MISS
