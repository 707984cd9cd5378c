"""A map and a dict go through the same changes, and no old version ever differs."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from stateroom.store.persistent import PersistentMap
from stateroom.store.persistent.rows import WIDTH

NAN = float("nan")


class Alike(int):
    """A number whose hash is that of every other one."""

    def __hash__(self) -> int:
        return 3

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alike) and int(self) == int(other)


Key = int | float | str | Alike

KEYS: st.SearchStrategy[Key] = st.one_of(
    st.integers(-3, 3 * WIDTH),
    st.sampled_from([0.0, 1.0, NAN, "a", "b", 2**61 - 1, -1, -2]),
    st.integers(0, 2 * WIDTH).map(Alike),
    st.integers(0, 40).map(lambda number: number << 40),
)
PAIRS = st.dictionaries(KEYS, st.integers(), max_size=2 * WIDTH)
SIZES = (0, 1, WIDTH - 1, WIDTH, WIDTH + 1, 2 * WIDTH, WIDTH**2 - 1, WIDTH**2)


class Versions(RuleBasedStateMachine):
    """Every version is kept, beside the dict that it has to equal."""

    def __init__(self) -> None:
        super().__init__()
        self.versions: list[tuple[PersistentMap[Key, int], dict[Key, int]]] = []
        self.at = 0

    def put(self, made: PersistentMap[Key, int], plain: dict[Key, int]) -> None:
        self.versions.append((made, plain))
        self.at = len(self.versions) - 1

    @initialize(size=st.sampled_from(SIZES))
    def begin(self, size: int) -> None:
        plain: dict[Key, int] = {number: number for number in range(size)}
        self.put(PersistentMap(plain), plain)

    @rule(chosen=st.integers(0, 1_000))
    def branch_from_an_older_version(self, chosen: int) -> None:
        self.at = chosen % len(self.versions)

    @rule(key=KEYS, value=st.integers())
    def set_one(self, key: Key, value: int) -> None:
        made, plain = self.versions[self.at]
        self.put(made.set(key, value), {**plain, key: value})

    @rule(pairs=PAIRS)
    def set_many(self, pairs: dict[Key, int]) -> None:
        made, plain = self.versions[self.at]
        self.put(made.update(pairs), {**plain, **pairs})

    @rule(chosen=st.lists(st.integers(0, 10_000), max_size=2 * WIDTH))
    def remove_some(self, chosen: list[int]) -> None:
        made, plain = self.versions[self.at]
        keys = list(plain)
        gone = [keys[each % len(keys)] for each in chosen if keys]
        self.put(
            made.remove(*gone),
            {key: value for key, value in plain.items() if key not in gone},
        )

    @rule(share=st.integers(2, 8))
    def remove_most(self, share: int) -> None:
        made, plain = self.versions[self.at]
        kept = dict(list(plain.items())[::share])
        gone = [key for key in plain if key not in kept]
        self.put(made.remove(*gone), kept)

    @rule(turns=st.integers(1, 2 * WIDTH))
    def take_the_first_and_put_it_last(self, turns: int) -> None:
        made, plain = self.versions[self.at]
        plain = dict(plain)
        for _ in range(turns if plain else 0):
            key = next(iter(made))
            made = made.remove(key).set(key, turns)
            del plain[key]
            plain[key] = turns
        self.put(made, plain)

    @invariant()
    def the_newest_version_is_its_dict(self) -> None:
        if self.versions:
            self.compare(*self.versions[self.at])

    def teardown(self) -> None:
        for version in self.versions:
            self.compare(*version)

    def compare(self, made: PersistentMap[Key, int], plain: dict[Key, int]) -> None:
        assert len(made) == len(plain)
        assert list(made.items()) == list(plain.items())
        assert list(reversed(made)) == list(reversed(plain))
        for key in [*list(plain)[:9], *list(plain)[-9:], "none", -77, Alike(999)]:
            assert (key in made) == (key in plain)
            assert made.get(key) == plain.get(key)


TestVersions = pytest.mark.slow(pytest.mark.timeout(120)(Versions.TestCase))
TestVersions.settings = settings(stateful_step_count=15)
