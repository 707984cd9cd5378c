"""Any order of reads, changes, invalidations and outages, on caches that share a Redis.

What is served is the present value, or one that was replaced so short a time ago that
the policy allows it, and never one that was invalidated before the read began.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from stateroom.cache import Entry
from stateroom.cache.envelope import open_envelope
from stateroom.cache.hits import MISS
from tests.stateful.functions import declared
from tests.stateful.invalidations import HOWS, PAIRS, Change, ways_of
from tests.stateful.model import KEYS, KINDS, Kind, Model, Row, SourceDown
from tests.stateful.sharing import Brisk, Later, sharing

CACHES = 3
LONGEST_LEASE_S = 30.0

caches = st.integers(0, CACHES - 1)
keys = st.sampled_from(KEYS)
kinds = st.sampled_from(list(KINDS.values()))
functions = st.sampled_from([each for each in KINDS.values() if each.name != "values"])
pairs = st.sampled_from(PAIRS)
offs = st.sampled_from([-1, 0, 0, 1])


class CacheMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = Brisk()
        self.model = Model(self.clock)
        self.server, self.caches = sharing(self.clock, local=[True, False, True])
        self.functions = [
            declared(cache, n, self.model) for n, cache in enumerate(self.caches)
        ]

    # ------------------------------------------------------------------ reads

    @rule(cache=caches, kind=kinds, key=keys)
    def read(self, cache: int, kind: Kind, key: str) -> None:
        self.checked(kind, key, lambda: self.called(cache, kind, key))

    @rule(key=keys, kind=kinds)
    def read_everywhere(self, key: str, kind: Kind) -> None:
        for cache in range(CACHES):
            self.read(cache, kind, key)

    @rule(cache=caches, kind=functions, key=keys)
    def ask_for_a_fresh_one(self, cache: int, kind: Kind, key: str) -> None:
        function = self.functions[cache][kind.name]
        self.checked(kind, key, lambda: function.fresh(key), is_fresh=True)

    @rule(cache=caches, kind=functions, key=keys)
    def refresh(self, cache: int, kind: Kind, key: str) -> None:
        call = self.model.begins(kind, key)
        try:
            row = self.functions[cache][kind.name].refresh(key)
        except SourceDown:
            self.model.check_failed(call)
        else:
            assert row.version >= call.version

    @rule(cache=caches, kind=functions, key=keys)
    def ask_for_the_entry(self, cache: int, kind: Kind, key: str) -> None:
        now_ms, seen = self.clock.now_ms(), list[Entry[Row]]()

        def entry() -> Row:
            seen.append(self.functions[cache][kind.name].entry(key))
            return seen[0].value

        self.checked(kind, key, entry)
        for each in seen:
            is_over = each.age_s * 1000 >= kind.ttl_ms
            assert each.is_stale or not is_over or self.clock.now_ms() > now_ms

    @rule(cache=caches)
    def ask_for_many(self, cache: int) -> None:
        kind = KINDS["values"]
        calls = {key: self.model.begins(kind, key) for key in KEYS}
        try:
            rows = self.caches[cache].blocking.get_many_or_load(
                KEYS,
                lambda missing: {
                    key: self.model.load("values", key, cache) for key in missing
                },
                of=Row, ttl=10, tags=["Job"],
            )  # fmt: skip
        except SourceDown:
            assert any(
                call.downs % 2 or self.model.downs > call.downs
                for call in calls.values()
            )
            return
        assert list(rows) == list(KEYS)
        for key, row in rows.items():
            self.model.check(calls[key], row)

    @rule(cache=caches)
    def refresh_in_the_background(self, cache: int) -> None:
        flights = self.caches[cache]._engine.flights  # noqa: SLF001 - their scheduler
        assert isinstance(flights, Later)
        flights.run()

    # ---------------------------------------------------------------- changes

    @rule(key=keys)
    def change(self, key: str) -> None:
        self.model.change(key)

    @rule(cache=caches, pair=pairs, key=keys)
    def invalidate(self, cache: int, pair: tuple[Kind, str], key: str) -> None:
        kind, how = pair
        change = Change(
            here=self.caches[cache].blocking,
            functions=self.functions[cache],
            kind=kind,
            row=Row(key, self.model.versions[key]),
        )
        HOWS[how].act(change)
        self.model.ban(lambda k, older: HOWS[how].concerns(change, k, older))

    @rule(cache=caches, kind=kinds, key=keys)
    def change_what_all_have(self, cache: int, kind: Kind, key: str) -> None:
        for pair in ways_of(kind):
            self.read_everywhere(key, kind)
            self.model.change(key)
            self.invalidate(cache, pair, key)
        self.read_everywhere(key, kind)

    @rule()
    def fail_or_recover(self) -> None:
        self.model.downs += 1

    # ------------------------------------------------------------------- time

    @rule(seconds=st.sampled_from([0.001, 0.7, 1.0, 2.0, 3.0, 5.0, 10.0, 31.0, 61.0]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule(which=st.integers(0, 5), off=offs)
    def wait_for_an_edge(self, which: int, off: int) -> None:
        """Go to where an entry that is stored begins or ends to be something."""
        now_ms = self.clock.now_ms()
        found = sorted({each + off for each in self.edges() if each + off > now_ms})
        if found:
            self.clock.advance((found[which % len(found)] - now_ms) / 1000)

    def edges(self) -> list[int]:
        table = self.server.table
        edges = []
        for key in table.keys():  # noqa: SIM118 - a method, not a mapping's
            entry = open_envelope(table.get(key) or b"", key)
            if entry is not None:
                item = key.decode().split(":")[3]
                stale_ms = round(KINDS[item].stale * 1000)
                edges += [entry.soft_ms, entry.soft_ms + stale_ms, entry.hard_ms]
        return edges

    @rule(
        cache=caches, kind=functions, key=keys, is_down=st.booleans(),
        edge=st.sampled_from(["ttl_ms", "served_ms", "kept_ms"]), off=offs,
        how=st.sampled_from(["read", "fresh"]),
    )  # fmt: skip
    def read_an_old_one(  # noqa: PLR0917 - what makes its age, and who asks how
        self, cache: int, kind: Kind, key: str, edge: str, off: int, how: str,
        *, is_down: bool,
    ) -> None:  # fmt: skip
        """Let an entry grow old to the millisecond, with the source up or down."""
        self.model.recover()
        self.refresh(cache, kind, key)
        self.model.change(key)
        age_ms = getattr(kind, edge) + off
        self.clock.advance(age_ms / 1000)
        self.model.downs += is_down
        if how == "fresh":
            self.ask_for_a_fresh_one(cache, kind, key)
        else:
            is_served = self.checked(kind, key, lambda: self.called(cache, kind, key))
            assert is_served or not kind.is_exact or age_ms >= kind.kept_ms
        self.refresh_in_the_background(cache)
        self.model.recover()
        for seconds in (0.999, 0.001, 0.001):  # the end of a rest after a failure
            self.clock.advance(seconds)
            self.read(cache, kind, key)

    # -------------------------------------------------------- during one load

    @rule(
        cache=caches, kind=kinds, key=keys, other=caches,
        seconds=st.sampled_from([0.0, 1.0, 9.5, 31.0]), is_read=st.booleans(),
    )  # fmt: skip
    def load_while_it_changes(
        self, cache: int, kind: Kind, key: str, other: int, *, seconds: float,
        is_read: bool,
    ) -> None:  # fmt: skip
        """Load once for each way to invalidate, and once while nobody is told."""
        # Whose lease is held is waited for, and nobody else moves the clock.
        is_waiting = kind.name == "values" and seconds <= LONGEST_LEASE_S
        is_overtaken = is_read and other != cache and not is_waiting
        for pair in (*ways_of(kind), None):

            def changes(_: int, pair: tuple[Kind, str] | None = pair) -> None:
                self.model.change(key)
                self.clock.advance(seconds)
                if pair is not None:
                    self.invalidate(other, pair, key)
                if is_overtaken:
                    self.read(other, kind, key)

            self.model.recover()
            self.invalidate(other, (kind, "item"), key)
            self.model.meanwhile = changes
            self.read(cache, kind, key)
            self.model.meanwhile = None
            self.read_everywhere(key, kind)
        self.clock.advance(max(0.0, kind.ttl - seconds))
        self.read_everywhere(key, kind)

    @rule()
    def plan_a_failure(self) -> None:
        def fail(_: int) -> None:
            self.model.downs += 1

        self.model.meanwhile = fail

    # ------------------------------------------------------------- invariants

    @invariant()
    def no_lease_is_left(self) -> None:
        table = self.server.table
        left = [key for key in table.keys() if b":l:lease:" in key and table.get(key)]  # noqa: SIM118
        assert left == []

    @invariant()
    def no_copy_is_older_than_its_ttl_or_invalid(self) -> None:
        named = [each for functions in self.functions for each in functions.items()]
        for (name, function), key in itertools.product(named, KEYS):
            place = function._place((key,), {})  # noqa: SLF001 - L1 alone
            row = function.serving.found_local(place)
            if row is not MISS:
                call = self.model.begins(KINDS[name], key, is_fresh=True)
                self.model.check(call, row)

    def teardown(self) -> None:
        for each in self.caches:
            each.close()

    def called(self, cache: int, kind: Kind, key: str) -> Row:
        if kind.name != "values":
            return self.functions[cache][kind.name](key)
        return self.caches[cache].blocking.get_or_load(
            key, lambda: self.model.load("values", key, cache),
            of=Row, ttl=10, tags=["Job"],
        )  # fmt: skip

    def checked(
        self, kind: Kind, key: str, read: Callable[[], Row], *, is_fresh: bool = False
    ) -> bool:
        """Hold what a read comes to against the model; say whether it was a value."""
        call = self.model.begins(kind, key, is_fresh=is_fresh)
        try:
            row = read()
        except SourceDown:
            self.model.check_failed(call)
            return False
        self.model.check(call, row)
        return True


TestCacheMachine = pytest.mark.timeout(120)(CacheMachine.TestCase)  # to shrink a find
TestCacheMachine.settings = settings(max_examples=100, stateful_step_count=40)
