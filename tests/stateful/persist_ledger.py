"""Holds every single write of every process against what is known of the records.

What it finds is told at the end of a step: a storage may not raise it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stateroom.errors import WriteConflict
from stateroom.persist.keys import Place, place_of
from stateroom.persist.quarantine import decode_aside, is_aside
from stateroom.persist.quarantine import record_of as record_key_of
from stateroom.persist.records import Record
from stateroom.persist.storages.port import Stored
from tests.stateful.persist_accounts import Account, Side
from tests.stateful.persist_contents import (
    NOTHING,
    Content,
    content_in,
    record_of,
)
from tests.stateful.persist_releases import HIDDEN

if TYPE_CHECKING:
    from tests.stateful.persist_held import Held

__all__ = ("Ledger",)


class Ledger:
    """All records of a place.

    Attributes:
        lives: the processes that are on it.
        accounts: what is known of each record, by its key.
        blames: what should not have happened.
    """

    def __init__(self) -> None:
        self.lives: list[Held] = []
        self.accounts: dict[str, Account] = {}
        self.blames: list[str] = []

    def account(self, key: str) -> Account:
        """Return what is known of a record."""
        place = place_of(key)
        assert place is not None, key
        return self.accounts.setdefault(key, Account(place.item))

    def blame(self, life: Held, text: str) -> None:
        """Tell that something should not have happened."""
        self.blames.append(f"{life}: {text}")

    def others(self, life: Held, key: str) -> Iterator[tuple[Held, Side]]:
        """Tell who else keeps a record, having read it."""
        item = self.account(key).item
        for each in self.lives:
            if each is not life and each.knows(item, key):
                yield each, each.side(item)

    def calm(self) -> None:
        """Know a record exactly again, as soon as all who keep it stand at the same."""
        for key, account in self.accounts.items():
            keep = [each for each in self.lives if each.knows(account.item, key)]
            is_even = all(each.is_even(account.item, account.stamp) for each in keep)
            if not account.is_loose or account.stamp is None or not is_even:
                continue
            account.is_loose = False
            for each in keep:
                side = each.side(account.item)
                side.may.clear()
                side.spared.clear()

    # -- what happens

    def note_read(self, life: Held, key: str, stored: Stored) -> None:
        """Note that a process sees what is stored."""
        if is_aside(key):
            return
        account = self.account(key)
        side, record = life.side(account.item), record_of(key, stored.current)
        side.seen.add(key)
        side.unsure = None
        side.damage_seen = key if record is None and stored.current else ""
        if record is None or account.item != "roles":
            return
        title = content_in(account.item, record).title
        if side.title is not None and title not in {
            None,
            "",
            side.known_title,
            side.title,
        }:
            side.told_from = len(life.problems)
        side.known_title = title

    def note_write(self, life: Held, key: str, before: Stored, data: bytes) -> None:
        """Hold a write against what is known."""
        if HIDDEN.encode() in data:
            self.blame(life, f"{key}: what is transient is stored")
        account = self.account(record_key_of(key))
        if is_aside(key):
            account.aside[key] = decode_aside(data).data
            return
        place, record = place_of(key), record_of(key, data)
        if record is None or place is None:
            self.blame(life, f"{key}: what is stored is no record: {data!r:.200}")
            return
        self._check_header(life, account, record, place=place)
        was_damaged = account.is_damaged
        if was_damaged and (before.current or b"") not in account.aside.values():
            tracked = life.engine.slices.get(account.item)
            if not record.is_purged and tracked is not None and not tracked.demotes:
                self.blame(life, f"{key}: damaged bytes are replaced, and not aside")
        self._tell_others(life, key, account)
        if record.is_purged:
            self._note_tombstone(life, key, account, before=before)
            account.take(record, NOTHING, data=data)
            return
        after = content_in(account.item, record)
        side = life.side(account.item)
        self._check_tokens(life, account, side, after=after)
        self._check_registers(life, account, side, after=after)
        self._check_allowed(life, account, record)
        account.take(record, after, data=data)
        side.pending -= after.tokens
        account.buried |= side.dropped - after.tokens
        side.dropped &= after.tokens
        side.unsure = 0 if life.is_faulty else None
        side.is_kept = False

    def _tell_others(self, life: Held, key: str, account: Account) -> None:
        for _, other in self.others(life, key):
            other.spared |= account.shaky
            if other.unsure is not None:
                other.unsure += 1
                account.is_loose |= other.unsure > 1

    def note_generations(
        self, life: Held, key: str, before: Stored, after: Stored
    ) -> None:
        """Blame a write by which the last good bytes went."""
        if is_aside(key) or before.current is None:
            return
        side = life.side(self.account(key).item)
        good = before.previous if side.damage_seen == key else before.current
        record = record_of(key, after.current)
        is_erased = record is not None and record.is_purged
        is_good = record_of(key, good) is not None
        if is_good and after.previous != good and not is_erased:
            self.blame(life, f"{key}: the good generation before is not kept")
        side.damage_seen = ""

    def note_delete(self, life: Held, key: str) -> None:
        """Hold the end of a record against what is known."""
        if is_aside(key):
            self.account(record_key_of(key)).aside.pop(key, None)
        else:
            self.blame(life, f"{key}: deleted, and nothing is in its place")

    def _check_header(
        self, life: Held, account: Account, record: Record, *, place: Place
    ) -> None:
        if record.revision <= account.revision:
            text = f"revision {record.revision} after {account.revision}"
            self.blame(life, f"{record.key}: {text}")
        if record.owner != place.owner:
            self.blame(life, f"{record.key}: is of the owner {record.owner!r}")
        if not record.is_purged and place.owner != (
            life.engine.owner if account.item == "mine" else ""
        ):
            self.blame(life, f"{record.key}: {life.engine.owner!r} is signed in")

    def _note_tombstone(
        self, life: Held, key: str, account: Account, *, before: Stored
    ) -> None:
        for data in before:
            record = record_of(key, data)
            if record is not None:
                account.purged |= content_in(account.item, record).tokens
        account.purged |= account.content.tokens
        met = [(life, life.side(account.item)), *self.others(life, key)]
        for each, side in met:
            if side.behind is None:
                side.behind = len(each.problems)

    def _check_tokens(
        self, life: Held, account: Account, side: Side, *, after: Content
    ) -> None:
        was = account.content.tokens
        lost = was - after.tokens - account.gone
        if lost:
            self.blame(life, f"{account.item}: {sorted(lost)} is lost by a write")
        new = after.tokens - was
        strange = new - side.pending - side.may - account.shaky - account.gone
        if strange and not account.is_loose:
            self.blame(life, f"{account.item}: {sorted(strange)} is from nowhere")
        back = new & (account.purged | account.buried) - side.may
        if back and not account.is_loose:
            self.blame(life, f"{account.item}: {sorted(back)} comes back")
        account.purged -= new

    def _check_registers(
        self, life: Held, account: Account, side: Side, *, after: Content
    ) -> None:
        was = account.content
        more = after.count - was.count
        if not account.is_loose and not 0 <= more <= side.count:
            text = f"{was.count} becomes {after.count}, {side.count} is to be stored"
            self.blame(life, f"{account.item}: {text}")
        side.count = 0 if account.is_loose else max(0, side.count - more)
        if account.item != "roles":
            return
        if life.release != "B" and not account.is_damaged and after.extra != was.extra:
            text = f"{was.extra!r} that it does not know becomes {after.extra!r}"
            self.blame(life, f"{account.item}: {text}")
        if life.release != "D":
            self._check_title(life, account, side, after=after)
        elif after.title is not None:
            self.blame(life, "roles: a title is stored, and it is transient")
        side.known_title = after.title

    def _check_title(
        self, life: Held, account: Account, side: Side, *, after: Content
    ) -> None:
        was, now = account.content.title, after.title
        if was not in {None, "", now} | side.named and not account.is_loose:
            if now not in side.named:
                self.blame(life, f"roles: the title {was!r} becomes {now!r}")
            told = {each.code for each in life.problems[side.told_from or 0 :]}
            if side.told_from is not None and WriteConflict.code not in told:
                self.blame(life, f"roles: nobody tells that {was!r} is lost to {now!r}")
        side.told_from = None
        if now == side.title:
            side.title = None
            side.named.clear()

    def _check_allowed(self, life: Held, account: Account, record: Record) -> None:
        tracked = life.engine.slices[account.item]
        if not tracked.phase.is_written:
            self.blame(life, f"{account.item}: written, and it is {tracked.phase}")
        settings = tracked.part.settings
        too_new = account.version > settings.version
        if too_new and account.version not in settings.downgrades:
            text = f"version {record.version} over {account.version}"
            self.blame(life, f"{account.item}: {text}")
