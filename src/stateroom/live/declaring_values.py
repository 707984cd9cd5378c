"""Declares values: sets, lists of the newest, and records."""

from __future__ import annotations

from typing import TypeVar

from stateroom.codec import Codec, codec_for
from stateroom.live.declaring_base import Base, Life
from stateroom.live.kinds import Head
from stateroom.live.membership_flows import MembershipRule
from stateroom.live.memberships import Membership
from stateroom.live.recents import Recent, RecentRule
from stateroom.live.record_faces import Record
from stateroom.live.record_fields import rule_of
from stateroom.live.values import life_ms

__all__ = ("DeclaresValues",)

T = TypeVar("T")


class DeclaresValues(Base):
    """Sets, lists of the newest, and records."""

    def membership(
        self,
        name: str,
        members: type[T],
        *,
        member_ttl: Life = None,
        expires: Life = None,
    ) -> Membership[T]:
        """Return a set that many change at once.

        Args:
            name: of the item.
            members: their type: ``str``, ``int``, ``UUID``, a frozen dataclass.
            member_ttl: seconds after which each member goes by itself, unless it is
                added again: for who is online.
            expires: seconds after the last change until all go.
        """
        codec: Codec[T] = codec_for(members, where=name)
        rule = MembershipRule(
            codec=codec,
            member_ms=life_ms(member_ttl, "member_ttl"),
            expires_ms=life_ms(expires, "expires"),
        )
        return Membership(Head(self._engine, self._place(name, "membership"), rule))

    def recent(
        self,
        name: str,
        kind: type[T],
        *,
        most: int,
        unique: bool = False,
        expires: Life = None,
    ) -> Recent[T]:
        """Return a list of the newest, which is never longer than ``most``.

        Args:
            name: of the item.
            kind: the type of its values.
            most: how many are kept; the oldest go.
            unique: whether a value that is added again moves to the front, instead of
                standing there twice.
            expires: seconds after the last change until all go.
        """
        codec: Codec[T] = codec_for(kind, where=name)
        rule = RecentRule(
            codec=codec,
            most=most,
            is_unique=unique,
            expires_ms=life_ms(expires, "expires"),
        )
        return Recent(Head(self._engine, self._place(name, "recent"), rule))

    def record(self, name: str, kind: type[T], *, expires: Life = None) -> Record[T]:
        """Return one object of a class, of which single fields can be changed.

        Args:
            name: of the item.
            kind: a dataclass, or a msgspec Struct.
            expires: seconds after the last change until it goes.
        """
        rule = rule_of(name, kind, expires_ms=life_ms(expires, "expires"))
        return Record(Head(self._engine, self._place(name, "record"), rule))
