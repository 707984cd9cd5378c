"""Where an entry stands in Redis, and what invalidates it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from stateroom.catalogue.keys import (
    ImplicitTagKey,
    Scope,
    Tag,
    TagKey,
    ValueKey,
    digest_of,
)

__all__ = ("Namer", "Place", "member_tags")

MOST_SCOPES = 1024
"""Users and groups whose tags are remembered, for each item."""


class Place:
    """The keys of one entry. One object per entry and process, as long as it is used.

    Attributes:
        value: of the entry itself.
        lease: of the sign that somebody loads it.
        fence: of the sign whose load is the newest.
        scope: whose entry it is.
        tags: keys of the tags that it has whatever its value is.
        seen: the same with those that its value had when it was last read.
        crc: checksum of the value's key, with which that of a plain entry begins.
    """

    __slots__ = ("crc", "fence", "lease", "scope", "seen", "tags", "value")

    def __init__(
        self,
        value: bytes,
        lease: bytes,
        fence: bytes,
        *,
        scope: Scope,
        tags: tuple[bytes, ...],
    ) -> None:
        self.value: bytes = value
        self.crc: int = zlib.crc32(value)
        self.lease: bytes = lease
        self.fence: bytes = fence
        self.scope: Scope = scope
        self.tags: tuple[bytes, ...] = tags
        self.seen: tuple[bytes, ...] = tags

    @property
    def item_tag(self) -> bytes:
        """Key of the tag that all entries of the item share."""
        return self.tags[1]

    def under(self, fingerprint: str) -> bytes:
        """Return the value's key under another fingerprint."""
        head, _, digest = self.value.rpartition(b":")
        return head.rpartition(b":")[0] + b":" + fingerprint.encode() + b":" + digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Namer:
    """Names the places of one item's entries.

    Attributes:
        namespace: of the cache.
        item: name of the item.
        fingerprint: of its schema.
        tags: declared for every entry, as an application writes them.
    """

    namespace: str
    item: str
    fingerprint: str
    tags: tuple[str, ...] = ()
    _known: dict[Scope, tuple[bytes, ...]] = field(default_factory=dict, compare=False)

    def place(self, scope: Scope, packed: bytes) -> Place:
        """Return where the entry of these arguments stands."""
        key = ValueKey(
            namespace=self.namespace,
            scope=scope,
            item=self.item,
            fingerprint=self.fingerprint,
            digest=digest_of(self.item, scope, packed),
        )
        return Place(
            str(key).encode(),
            str(key.lease("lease")).encode(),
            str(key.lease("fence")).encode(),
            scope=scope,
            tags=self._tags_of(scope),
        )

    def _tags_of(self, scope: Scope) -> tuple[bytes, ...]:
        """Return the keys of the tags of every entry; one object for each scope."""
        found = self._known.get(scope)
        if found is not None:
            return found
        implicit = (None, self.item, scope)
        names = [ImplicitTagKey(namespace=self.namespace, of=each) for each in implicit]
        tags = tuple(str(each).encode() for each in names)
        tags += member_tags(self.namespace, self.tags)
        if len(self._known) < MOST_SCOPES:
            self._known[scope] = tags
        return tags


def member_tags(namespace: str, tags: Iterable[str]) -> tuple[bytes, ...]:
    """Return the keys of tags and of their families, each once, in order."""
    keys: dict[bytes, None] = {}
    for text in tags:
        tag = Tag.of(text)
        for each in (Tag(tag.family), tag):
            keys[str(TagKey(namespace=namespace, tag=each)).encode()] = None
    return tuple(keys)
