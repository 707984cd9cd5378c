"""Whatever is stored, hydration ends, raises nothing, and destroys nothing."""

from __future__ import annotations

import hashlib
import json

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from stateroom.persist import Memory, Phase
from stateroom.persist.quarantine import decode_aside, is_aside
from stateroom.persist.reading import LARGEST
from stateroom.persist.storages.port import Stored
from stateroom.testing.timing import ManualClock
from tests.persist.hydrating.shapes import CASES
from tests.persist.roles import kept_numbers, kept_roles
from tests.persist.scenes import LIMIT, Process, close_all

KEY = "app:p:device:roles"
NOW_MS = ManualClock().now_ms() + 61_000
"""As late as it gets in these tests."""
names = st.sampled_from(["selected", "title", "loading", "value", "$type", "", "x"])
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["$datetime", "$type", "dict[int, int]", "2026-07-25"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner),
    max_leaves=8,
)
headers = st.fixed_dictionaries(
    {
        "key": st.just(KEY),
        "version": st.integers(-2, 3) | plain,
        "revision": st.integers(0, 9) | plain,
        "writer": st.just("w") | plain,
        "at": st.just(1) | plain,
    },
    optional={
        "owner": st.just("") | plain,
        "until": st.integers(2**44, 2**53) | plain,
        "buster": st.just("") | plain,
        "purged": st.booleans() | plain,
        "whole": st.booleans() | plain,
        "gone": st.lists(names) | plain,
    },
)


def whole(header: dict[str, object], state: object) -> bytes:
    """Return bytes with a sum that fits, whatever they say."""
    rest = json.dumps({**header, "state": state})[1:].encode()
    total = hashlib.blake2b(rest, digest_size=16).hexdigest()
    return b'{"stateroom":1,"sum":"%s",%s' % (total.encode(), rest)


def storage_with(current: bytes, previous: bytes | None = None) -> Memory:
    storage = Memory()
    if previous is not None:
        storage.write(KEY, previous, replaces=None)
    seen = storage.peek(KEY)
    storage.write(KEY, current, replaces=seen)
    return storage


def lived_through(storage: Memory, current: bytes) -> None:
    """Start, change and stop an application, and see that nothing was destroyed."""
    kept, other = kept_roles(), kept_numbers()
    process = Process(storage, kept.part, other.part)
    status = process.persistor.hydrate()
    assert status.slices["numbers"].phase is Phase.READY
    assert isinstance(process.store[kept.part].selected, list)
    process.store.dispatch(kept.select("Cook"))
    process.wait(1)
    process.wait(60)
    found = storage.read(KEY, limit=LIMIT)
    aside = [storage.read(key, limit=LIMIT).current for key in storage.keys()  # noqa: SIM118 - a port's method, and no dict
             if is_aside(key)]  # fmt: skip
    held = [decode_aside(each).data for each in aside if each is not None]
    if not status.phase.is_written:
        assert found.current == current
    elif found.current != current:
        assert current in {found.previous, *held}
    close_all()


@settings(max_examples=60)
@given(st.binary(max_size=120), st.none() | st.binary(max_size=60))
@example(b"", None)
@example(b"\xff" * 40, b"")
def test_any_bytes_are_lived_through(current: bytes, previous: bytes | None) -> None:
    if current and previous != b"":
        lived_through(storage_with(current, previous), current)


@settings(max_examples=120)
@given(headers, st.dictionaries(names, plain) | plain)
def test_any_record_is_lived_through(header: dict[str, object], state: object) -> None:
    until = header.get("until")
    assume(type(until) is not int or until > NOW_MS)  # what is past it is erased
    data = whole(header, state)
    lived_through(storage_with(data), data)


@settings(max_examples=60)
@given(
    st.sampled_from(list(CASES)),
    st.dictionaries(names, plain) | plain,
    st.sampled_from([True, False]),
)
def test_a_state_of_any_shape_lives_through_any_record(
    name: str, state: object, is_whole: object
) -> None:
    case = CASES[name]()
    header = {
        "key": "app:p:device:shape",
        "version": 1,
        "revision": 1,
        "writer": "w",
        "at": 1,
        "whole": is_whole,
    }
    storage = Memory()
    storage.write("app:p:device:shape", whole(header, state), replaces=None)
    process = Process(storage, case.part)
    phase = process.persistor.hydrate().phase
    assert phase in {Phase.READY, Phase.READ_ONLY, Phase.QUARANTINED}
    process.wait(1)
    assert isinstance(process.persistor.status().is_dirty, bool)
    close_all()


class Huge(Memory):
    """A storage that says that a record is larger than any may be."""

    def read(self, key: str, *, limit: int) -> Stored:
        return (
            Stored(bytes(limit + 1)) if key == KEY else super().read(key, limit=limit)
        )


def test_a_record_above_all_limits_is_neither_used_nor_copied_nor_replaced() -> None:
    storage, kept = Huge(), kept_roles()
    process = Process(storage, kept.part)
    assert process.persistor.hydrate().phase is Phase.DEGRADED
    assert f"larger than {LARGEST:,} bytes" in process.status().reason
    process.store.dispatch(kept.select("Cook"))
    process.wait(1)
    assert storage.keys() == ()
