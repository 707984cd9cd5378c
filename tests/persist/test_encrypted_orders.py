"""No order of two writers, no failing step and no sequence of calls loses a write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from stateroom.errors import PersistError, StorageUnavailable, WriteConflict
from stateroom.flows import Effect, Flow, Performer
from stateroom.persist.beneath import Beneath
from stateroom.persist.encrypted import Encrypted
from stateroom.persist.storages import Storage, Stored, stamp_of
from stateroom.persist.storages.memory import Memory
from stateroom.persist.vault import Vault
from stateroom.testing.schedules import Ended, interleave, schedules, steps_of
from tests.persist.vaults import KEY, LIMIT, NEWER, OLDER

T = TypeVar("T")
KEYS = {"a": OLDER, "b": NEWER}
Steps = Callable[[Vault], Flow[object]]


def vault_on(beneath: Memory, key_id: str) -> tuple[Vault, Performer]:
    """Return the steps of one more storage on a place, and who performs them."""
    vault: Vault = vars(Encrypted(beneath, KEYS.get, key_id=key_id))["_vault"]
    return vault, Beneath(beneath, KEYS.get)


def writing(data: bytes) -> Steps:
    return lambda vault: vault.write(
        KEY, data, replaces=b"base", demotes=True, durable=True
    )


def reading(vault: Vault) -> Flow[object]:
    return vault.read(KEY, limit=LIMIT)


def resealing(vault: Vault) -> Flow[object]:
    return vault.reseal()


def base(*, older: bytes | None = None) -> Memory:
    """Return a place that holds ``b"base"``, and before that perhaps something."""
    beneath = Memory()
    storage = Encrypted(beneath, KEYS.get, key_id="a")
    if older is not None:
        storage.write(KEY, older, replaces=None)
    storage.write(KEY, b"base", replaces=older)
    return beneath


def assert_all_orders_were_tried(order: str, ended: Mapping[str, Ended]) -> None:
    """Fail where a flow has steps that the order leaves to chance."""
    for name, each in ended.items():
        assert each.steps <= order.count(name)


@pytest.mark.parametrize("knows", [True, False], ids=["knows", "knows not"])
@pytest.mark.parametrize("order", [*schedules(A=3, B=4)])
def test_of_two_writers_one_wins_and_the_other_is_told(
    order: str, *, knows: bool
) -> None:
    beneath = base()
    here, there = vault_on(beneath, "a"), vault_on(beneath, "b")
    for vault, performer in (here, there) if knows else ():
        steps_of(reading(vault), performer)
    flows = {"A": writing(b"A")(here[0]), "B": writing(b"B")(there[0])}
    ended = interleave(order, flows, {"A": here[1], "B": there[1]})
    assert_all_orders_were_tried(order, ended)
    won = [name for name in "AB" if ended[name].error is None]
    lost = [name for name in "AB" if isinstance(ended[name].error, WriteConflict)]
    assert sorted(won + lost) == ["A", "B"]
    found = Encrypted(beneath, KEYS.get).read(KEY, limit=LIMIT)
    assert [found] == [Stored(name.encode(), b"base") for name in won]


@pytest.mark.parametrize("order", [*schedules(A=4, B=7)])
def test_a_write_is_not_lost_while_another_seals_anew(order: str) -> None:
    beneath = base(older=b"older")
    here, there = vault_on(beneath, "a"), vault_on(beneath, "b")
    flows = {"A": writing(b"A")(here[0]), "B": resealing(there[0])}
    ended = interleave(order, flows, {"A": here[1], "B": there[1]})
    assert_all_orders_were_tried(order, ended)
    found = Encrypted(beneath, KEYS.get).read(KEY, limit=LIMIT)
    if ended["A"].error is None:
        assert found.current == b"A"
    else:
        assert isinstance(ended["A"].error, WriteConflict)
        assert found.current == b"base"
    assert ended["B"].error is None


@pytest.mark.parametrize("order", [*schedules(A=3, B=2)])
def test_a_reader_sees_the_one_or_the_other_whole(order: str) -> None:
    beneath = base()
    here, there = vault_on(beneath, "a"), vault_on(beneath, "b")
    flows = {"A": writing(b"A")(here[0]), "B": reading(there[0])}
    ended = interleave(order, flows, {"A": here[1], "B": there[1]})
    assert_all_orders_were_tried(order, ended)
    assert ended["A"].error is None
    assert ended["B"].result in (Stored(b"base", None), Stored(b"A", b"base"))


class FailingAt:
    """Performs a flow's effects, all but one."""

    def __init__(self, performer: Performer, step: int) -> None:
        self._performer = performer
        self._left = step

    def perform(self, effect: Effect[T]) -> T:
        self._left -= 1
        if self._left == 0:
            raise StorageUnavailable("not now")
        return self._performer.perform(effect)


@pytest.mark.parametrize("step", [1, 2, 3, 4])
@pytest.mark.parametrize("steps", [writing(b"A"), reading])
def test_a_step_that_fails_changes_nothing_and_can_be_tried_again(
    step: int, steps: Steps
) -> None:
    beneath = base()
    vault, performer = vault_on(beneath, "b")
    ended = steps_of(steps(vault), FailingAt(performer, step))
    if ended.error is None:
        assert ended.steps < step
        return
    assert isinstance(ended.error, StorageUnavailable)
    found = Encrypted(beneath, KEYS.get).read(KEY, limit=LIMIT)
    assert found == Stored(b"base", None)
    assert steps_of(steps(vault), performer).error is None


@pytest.mark.parametrize("step", range(1, 11))
def test_sealing_anew_never_loses_the_newest_whatever_step_fails(step: int) -> None:
    beneath = base()
    old = Encrypted(beneath, KEYS.get, key_id="a")
    old.write(KEY, b"newest", replaces=b"base")
    vault, performer = vault_on(beneath, "b")
    steps_of(resealing(vault), FailingAt(performer, step))
    found = Encrypted(beneath, KEYS.get).read(KEY, limit=LIMIT)
    assert found.current == b"newest"
    assert found.previous in (b"base", b"newest")


class SameAsPlain(RuleBasedStateMachine):
    """Two encrypted storages of one place, and two plain ones, are used alike."""

    @initialize()
    def open(self) -> None:
        plain, sealed = Memory(), Memory()
        self.plain: list[Storage] = [plain, Memory(shared=plain)]
        self.sealed = [
            Encrypted(Memory(shared=sealed), KEYS.get, key_id=name) for name in "ab"
        ]
        self.stamps: list[bytes | None] = [None, b"never"]

    @rule(who=st.integers(0, 1), key=st.sampled_from("xy"), data=st.data())
    def write(self, who: int, key: str, data: st.DataObject) -> None:
        replaces = data.draw(st.sampled_from(self.stamps))
        content = data.draw(st.sampled_from([b"1", b"2" * 128, b"3" * 200]))
        demotes = data.draw(st.booleans())

        def write(storage: Storage) -> None:
            storage.write(key, content, replaces=replaces, demotes=demotes)

        self.both(who, write)
        self.stamps.append(stamp_of(content))

    @rule(who=st.integers(0, 1), key=st.sampled_from("xy"), limit=st.integers(0, 300))
    def read(self, who: int, key: str, limit: int) -> None:
        self.both(who, lambda storage: storage.read(key, limit=limit))

    @rule(who=st.integers(0, 1), key=st.sampled_from("xy"))
    def peek_and_write(self, who: int, key: str) -> None:
        stamp = self.both(who, lambda storage: storage.peek(key))
        assert isinstance(stamp, bytes | None)
        self.stamps.append(stamp)

    @rule(who=st.integers(0, 1), key=st.sampled_from("xy"))
    def delete(self, who: int, key: str) -> None:
        self.both(who, lambda storage: storage.delete(key))
        self.both(1 - who, lambda storage: storage.keys())

    @rule(who=st.integers(0, 1))
    def close(self, who: int) -> None:
        self.sealed[who].close()

    def both(self, who: int, call: Callable[[Storage], object]) -> object:
        expected, found = told(call, self.plain[who]), told(call, self.sealed[who])
        assert found == expected
        return found


def told(call: Callable[[Storage], object], storage: Storage) -> object:
    """Return what came of a call: its result, or the class of its error."""
    try:
        return call(storage)
    except PersistError as error:
        return type(error)


TestSameAsPlain = SameAsPlain.TestCase
TestSameAsPlain.settings = settings(deadline=None, max_examples=60)
