"""What is known of each record: what must be in it, what may, and what must not."""

from __future__ import annotations

from dataclasses import dataclass, field

from stateroom.persist.records import Record
from stateroom.persist.storages.port import Stored, stamp_of
from tests.stateful.persist_contents import NOTHING, Content, content_in, record_of

__all__ = ("Account", "Side")


@dataclass(slots=True)
class Side:
    """What one process did to a slice, and is not stored yet.

    Attributes:
        pending: tokens that it added.
        dropped: tokens that it dropped.
        count: how often it counted.
        title: how it named it; None for not at all.
        named: how it named it since both sides had one title.
        known_title: the title that both sides had last.
        told_from: from which of its problems on a conflict of titles must be told.
        may: tokens that are no longer stored, and are its own to store again.
        spared: tokens that may leave its state, as another mended a damage without.
        behind: from which of its problems on it must tell that it met a purge; None
            when there was none.
        is_kept: whether a purge left its state: that is stored with the next change.
        seen: records that it read; what it read may come to it later.
        damage_seen: the record that it read damaged, if it wrote nothing since.
        unsure: writes of others since one of its own ended without an answer.
    """

    pending: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    count: int = 0
    title: str | None = None
    named: set[object] = field(default_factory=set)
    known_title: object = ""
    told_from: int | None = None
    may: set[str] = field(default_factory=set)
    spared: set[str] = field(default_factory=set)
    behind: int | None = None
    is_kept: bool = False
    seen: set[str] = field(default_factory=set)
    damage_seen: str = ""
    unsure: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is to be stored."""
        return bool(self.pending or self.count or self.title is not None)

    def begin(self) -> None:
        """Forget what was done: it was purged."""
        self.pending.clear()
        self.dropped.clear()
        self.may.clear()
        self.named.clear()
        self.count, self.title, self.told_from = 0, None, None
        self.known_title, self.behind, self.unsure = None, None, None
        self.is_kept = False


@dataclass(slots=True)
class Account:
    """What is known of a record.

    Attributes:
        item: the key of the slice.
        content: what is stored, or would be read, as it is damaged.
        version: of what is stored; 0 for nothing.
        revision: the highest that a whole record has.
        stamp: of what is stored; None for nothing, or where it is damaged.
        is_purged: whether a tombstone is there.
        is_damaged: whether the current generation is.
        is_loose: whether a count is not known exactly any more.
        gone: tokens that somebody dropped.
        buried: those of them of which this is stored.
        purged: tokens that were purged.
        shaky: tokens that were in what is damaged.
        aside: bytes that were put aside, by the key of each.
        returned: tokens that were dropped, and are back as the bytes without them were
            damaged: nobody who did not have those can know better.
    """

    item: str
    content: Content = NOTHING
    version: int = 0
    revision: int = 0
    stamp: bytes | None = None
    is_purged: bool = False
    is_damaged: bool = False
    is_loose: bool = False
    gone: set[str] = field(default_factory=set)
    buried: set[str] = field(default_factory=set)
    purged: set[str] = field(default_factory=set)
    shaky: set[str] = field(default_factory=set)
    aside: dict[str, bytes] = field(default_factory=dict)
    returned: set[str] = field(default_factory=set)

    def take(self, record: Record, content: Content, *, data: bytes) -> None:
        """Note what is stored now."""
        self.stamp = stamp_of(data)
        self.content, self.revision = content, record.revision
        self.version = 0 if record.is_purged else record.version
        self.is_purged, self.is_damaged = record.is_purged, False
        self.shaky.clear()

    def spoil(self, key: str, stored: Stored) -> None:
        """Note that the current generation is to be damaged."""
        previous = record_of(key, stored.previous)
        before = NOTHING if previous is None else content_in(self.item, previous)
        self.shaky |= self.content.tokens - before.tokens
        self.returned |= before.tokens - self.content.tokens
        self.content = before
        self.version = 0 if previous is None else previous.version
        self.revision = 0 if previous is None else previous.revision
        self.is_purged = previous is not None and previous.is_purged
        self.is_damaged = self.is_loose = True
        self.stamp = None
        # What was dropped is in the generation before.
        self.buried.clear()
