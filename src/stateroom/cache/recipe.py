"""What is declared about a cached function: how its entries are made and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from stateroom.cache.compression import squeeze, unsqueeze
from stateroom.cache.envelope import COMPRESSED, Envelope, open_envelope
from stateroom.cache.places import Namer, Place, member_tags
from stateroom.cache.policy import Policy
from stateroom.catalogue.keys import MovedKey, Tag
from stateroom.codec.codecs import Codec, DecodeError
from stateroom.errors import UsageError

__all__ = ("Recipe", "moved_key")

R = TypeVar("R")

MOST_TAGS = 64
"""Tags of one entry: each is compared on every read."""
TAG_LIFE_LEAST_MS = 3_600_000
"""An hour: a tag that ends early costs every entry that carries it a miss."""


@dataclass(slots=True, kw_only=True)
class Recipe(Generic[R]):
    """One cached function's declaration.

    Attributes:
        namer: names its entries' places.
        policy: how long they may be served.
        codec: how its values become bytes.
        keep: says of a result whether the full TTL holds; else the negative one does.
        tags_of: further tags, from the result.
        signing_keys: sign entries, and accept those signed by any of them.
        is_split: whether keys of one command must share a slot.
        families: of the tags that results have had; grows as they are seen.
        cost_ms: how long its last load took.
    """

    namer: Namer
    policy: Policy
    codec: Codec[R]
    keep: Callable[[R], bool] | None = None
    tags_of: Callable[[R], Iterable[str]] | None = None
    signing_keys: tuple[bytes, ...] = ()
    is_split: bool = False
    families: set[str] = field(default_factory=set)
    cost_ms: int = 0

    @property
    def prefix_bytes(self) -> int:
        """How much of a tag's key is the same for all tags of the namespace."""
        return len(self.namer.namespace) + 3

    @property
    def tag_life_ms(self) -> int:
        """For how long a tag exists at least after a load: longer than any entry."""
        return max(2 * self.policy.kept_ms, TAG_LIFE_LEAST_MS)

    @property
    def moved_keys(self) -> tuple[bytes, ...]:
        """Keys that change when a tag is invalidated that a result may have."""
        if self.tags_of is None:
            return ()
        named = (moved_key(self.namer.namespace, each) for each in self.families)
        return (moved_key(self.namer.namespace), *named)

    def opened(self, raw: bytes, place: Place) -> Envelope | None:
        """Return the entry that bytes hold, if they are one of this recipe's."""
        entry = open_envelope(raw, place.value, self.signing_keys)
        if entry is None or (entry.codec != self.codec.id and not entry.is_failed):
            return None
        return entry

    def decoded(self, entry: Envelope) -> R:
        """Return the value of an entry.

        Raises:
            DecodeError: its payload is none of the type.
        """
        payload = entry.payload
        if entry.flags & COMPRESSED:
            payload = unsqueeze(payload, size=entry.size)
        elif len(payload) != entry.size:
            raise DecodeError("another length")
        return self.codec.decode(payload)

    def packed(self, payload: bytes) -> tuple[bytes, int]:
        """Return the payload to store, and the flags that say how."""
        smaller = squeeze(payload)
        return (payload, 0) if smaller is None else (smaller, COMPRESSED)

    def computed_tags(self, value: R) -> tuple[bytes, ...]:
        """Return keys of the tags that only the value tells; learn their families.

        Raises:
            UsageError: there are too many of them, or one is no tag.
        """
        if self.tags_of is None:
            return ()
        given = self.tags_of(value)
        if isinstance(given, str):  # its letters would be the tags
            raise UsageError(
                f"{self.namer.item}: tags returned one text; found {given!r:.100}",
                hint="return a list of texts",
            )
        names = list(dict.fromkeys(given))
        if len(names) > MOST_TAGS:
            raise UsageError(
                f"{self.namer.item}: {len(names)} tags; at most {MOST_TAGS}",
                hint="tag the collection, not each of its members",
            )
        self.families.update(Tag.of(each).family for each in names)
        return member_tags(self.namer.namespace, names)

    def moved_of(self, tags: Iterable[bytes]) -> tuple[bytes, ...]:
        """Return the keys that change when one of the tags with these keys does."""
        start = self.prefix_bytes
        families = dict.fromkeys(each[start:].partition(b":")[0] for each in tags)
        head = moved_key(self.namer.namespace)
        return tuple(head + b":" + each for each in families)

    def relative(
        self, tags: Iterable[tuple[bytes, bytes]]
    ) -> tuple[tuple[bytes, bytes], ...]:
        """Return tags as an entry stores them, without what their keys share."""
        start = self.prefix_bytes
        return tuple((name[start:], version) for name, version in tags)

    def absolute(self, entry: Envelope) -> tuple[tuple[bytes, bytes], ...]:
        """Return an entry's tags with their keys."""
        head = f"{self.namer.namespace}:t:".encode()
        return tuple((head + name, version) for name, version in entry.tags)


def moved_key(namespace: str, family: str = "") -> bytes:
    """Return the key that changes when a tag of the family, or any tag, does."""
    return str(MovedKey(namespace=namespace, family=family)).encode()
