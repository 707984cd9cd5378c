"""What processes on one place do, and what befalls them, one thing at a time."""

from __future__ import annotations

import itertools

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
)

from stateroom.errors import StorageFull, StorageUnavailable
from stateroom.persist import Memory, Phase
from stateroom.persist.keys import Scope
from stateroom.persist.storages.port import Storage
from stateroom.testing.faults import Method
from stateroom.testing.timing import ManualClock
from tests.stateful.persist_ledger import Ledger
from tests.stateful.persist_lives import OWNERS, Life
from tests.stateful.persist_steps import DOINGS, damage

__all__ = ("LIVES", "LivesMachine", "numbers", "releases")

LIVES = 2
METHODS: list[Method | None] = ["read", "peek", "write", "write", "keys", "pulse", None]

numbers = st.integers(0, LIVES - 1)
releases = st.sampled_from(["A", "A", "B", "C", "D"])
doings = st.sampled_from([*DOINGS, "write", "flush"])
scopes = st.sampled_from([None, "device", "user"])


class LivesMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.ledger = Ledger()
        self.places: dict[int, Life] = {}
        self.tokens = itertools.count(1)
        self.open_place()

    def open_place(self) -> None:
        self.memory = Memory()

    def storage(self) -> Storage:
        """Return one more storage on the place of all."""
        return Memory(shared=self.memory)

    def life(self, number: int) -> Life:
        if number not in self.places:
            self.start(number, "A", is_read=True)
        return self.places[number]

    # ---------------------------------------------------------- begin and end

    @rule(
        number=numbers, name=releases, is_read=st.booleans(), is_changed=st.booleans()
    )  # fmt: skip
    def restart(
        self, number: int, name: str, *, is_read: bool, is_changed: bool
    ) -> None:
        if is_changed:
            self.change_all(number)
        self.close(number)
        self.start(number, name, is_read=is_read)

    def start(self, number: int, name: str, *, is_read: bool) -> None:
        life = Life(self.storage(), self.ledger, release_name=name, clock=self.clock)
        self.places[number] = life
        self.ledger.lives.append(life)
        if is_read:
            self.hydrate(number)

    @rule(number=numbers)
    def close(self, number: int) -> None:
        if number in self.places:
            self.places.pop(number).close()

    @rule(number=numbers)
    def crash(self, number: int) -> None:
        if number in self.places:
            self.places.pop(number).crash()

    # ---------------------------------------------------------------- changes

    @rule(number=numbers, which=st.integers(0, 63), how=st.integers(0, 7))
    def act(self, number: int, which: int, how: int) -> None:
        life = self.life(number)
        items = list(life.entries)
        item = items[which % len(items)]
        acts = list(life.entries[item].acts)
        life.act(item, acts[how % len(acts)], self.token(life, item))

    @rule(number=numbers)
    def change_all(self, number: int) -> None:
        life = self.life(number)
        for item, entry in life.entries.items():
            for how in entry.acts:
                # In their order, not that of a set, which differs between processes.
                if how in {"add", "count", "name", "enrich"}:
                    life.act(item, how, self.token(life, item))

    def token(self, life: Life, item: str) -> str:
        owner = life.engine.owner if item == "mine" else ""
        return f"{owner}-{next(self.tokens)}"

    @rule(number=numbers)
    def inject(self, number: int) -> None:
        self.life(number).inject()

    # --------------------------------------------------------- read and write

    @rule(number=numbers)
    def hydrate(self, number: int) -> None:
        life = self.life(number)
        life.persistor.hydrate()
        if life.is_faulty:
            return
        for item, tracked in life.engine.slices.items():
            if tracked.record:
                known = self.ledger.account(tracked.record)
                settings = tracked.part.settings
                is_new = known.version > settings.version
                is_held = is_new and known.version not in settings.downgrades
                # A revision says less: it begins anew where all was damaged.
                if is_held and tracked.stamp == known.stamp:
                    assert tracked.phase is Phase.READ_ONLY, (item, tracked.phase)
                assert tracked.phase not in {Phase.PENDING, Phase.DEGRADED}, item

    @rule(number=numbers)
    def refresh(self, number: int) -> None:
        self.life(number).persistor.refresh()

    @rule(number=numbers)
    def flush(self, number: int) -> None:
        life = self.life(number)
        if life.try_(life.persistor.flush) is None:
            life.check_durable()

    @rule(number=numbers, seconds=st.sampled_from([0.0, 0.1, 0.3, 1.0, 40.0]))
    def wait(self, number: int, seconds: float) -> None:
        self.clock.advance(seconds)
        self.life(number).persistor.tick()

    @rule(number=numbers)
    def wait_until_all_is_done(self, number: int) -> None:
        life = self.life(number)
        self.heal(number)
        life.persistor.resume()
        for _ in range(3):
            self.clock.advance(40)
            life.persistor.tick()
        for item, tracked in life.engine.slices.items():
            is_read = tracked.phase is not Phase.PENDING and bool(tracked.record)
            assert not is_read or tracked.phase is not Phase.DEGRADED
            if tracked.record and tracked.phase.is_written:
                life.check()
                assert not life.side(item).is_open, item

    @rule(number=numbers)
    def pause(self, number: int) -> None:
        self.life(number).persistor.pause()

    @rule(number=numbers)
    def resume(self, number: int) -> None:
        self.life(number).persistor.resume()

    # ----------------------------------------------------- purges and owners

    @rule(number=numbers, scope=scopes, reset=st.booleans())
    def purge(self, number: int, scope: Scope | None, *, reset: bool) -> None:
        life = self.life(number)
        # What only a newer release can tell the meaning of is shown as it is. Whoever
        # keeps it when it is purged makes it their own, whatever it means here.
        is_held = life.engine.slices["numbers"].phase is Phase.READ_ONLY
        life.purge(scope, reset=reset or is_held)

    @rule(number=numbers, owner=st.sampled_from(OWNERS))
    def sign_in(self, number: int, owner: str) -> None:
        life = self.life(number)
        if not life.engine.owner:
            life.persistor.sign_in(owner)

    @rule(number=numbers, purges=st.booleans())
    def sign_out(self, number: int, *, purges: bool) -> None:
        life = self.life(number)
        if not life.engine.owner:
            return
        if life.try_(lambda: life.persistor.sign_out(purge=purges)) is None:
            assert not life.engine.owner
            assert not life.content("mine").tokens
            life.note_left()
        elif purges:
            life.note_purged("user", is_done=False)

    # ----------------------------------------------------------------- faults

    @rule(
        number=numbers, method=st.sampled_from(METHODS), call=st.integers(1, 3),
        times=st.sampled_from([1, 2, None]), is_done=st.booleans(),
        is_full=st.booleans(),
    )  # fmt: skip
    def fail(
        self, number: int, method: Method | None, call: int, times: int | None,
        *, is_done: bool, is_full: bool,
    ) -> None:  # fmt: skip
        life = self.life(number)
        # Who says that there is no room, did not store it.
        error = StorageFull("full") if is_full else StorageUnavailable("away")
        done = is_done and not is_full
        life.storage.fail(method, error, call=call, times=times, done=done)
        life.is_faulty = True

    @rule(number=numbers)
    def heal(self, number: int) -> None:
        life = self.life(number)
        life.storage.heal()
        life.is_faulty = False

    @rule(which=st.integers(0, 63), at=st.floats(0, 1), is_cut=st.booleans())
    def damage(self, which: int, at: float, *, is_cut: bool) -> None:
        """Damage a record, if there is a whole one that is not half purged."""
        keys = sorted(self.ledger.accounts)
        if keys:
            key = keys[which % len(keys)]
            damage(self.storage(), self.ledger, key=key, at=at, is_cut=is_cut)

    # ------------------------------------------------------------- invariants

    @invariant()
    def all_is_as_it_must_be(self) -> None:
        for life in self.ledger.lives:
            life.check()
        assert not self.ledger.blames, "\n".join(self.ledger.blames)
        self.ledger.calm()

    def teardown(self) -> None:
        for life in self.places.values():
            life.crash()
