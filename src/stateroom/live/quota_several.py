"""Several quotas as one: a call has to fit in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from stateroom.errors import UsageError
from stateroom.live.engine import Engine
from stateroom.live.kinds import Head
from stateroom.live.quota_flows import Held, give_all_back, require_all, take_all
from stateroom.live.quota_grants import Grants
from stateroom.live.quota_guards import Guard, Guards, up_to_limit
from stateroom.live.quota_rules import QuotaRule

__all__ = ("BlockingQuotas", "Quotas")


class _Several(Guards[Grants]):
    """What both faces have in common.

    Raises:
        UsageError: one of them is there twice, or they are not of one ``Live``.
    """

    def __init__(self, heads: Sequence[Head[QuotaRule]]) -> None:
        self._heads = tuple(heads)
        self._engine: Engine = heads[0].engine
        self._held: tuple[Held, ...] = tuple((each.place, each.rule) for each in heads)
        names = ", ".join(each.rule.name for each in heads)
        self._name = "+".join(each.rule.name for each in heads)
        if any(each.engine is not self._engine for each in heads):
            raise UsageError(f"{names}: quotas that are not of one Live")
        if len({each.place.key for each in heads}) < len(heads):
            raise UsageError(f"{names}: one quota twice, which would count twice")

    @property
    def _guard(self) -> Guard[Grants]:
        held = self._held
        return Guard(
            engine=self._engine,
            name=self._name,
            kind="quotas",
            keys=self._keys(),
            has_soft=any(each.rule.soft is not None for each in self._heads),
            take=lambda is_soft: require_all(held, is_soft=is_soft),
            give_back=lambda grants: give_all_back(held, grants),
        )

    def up_to_limit(self) -> AbstractContextManager[None]:
        """Within ``with quotas.up_to_limit():`` their soft limits refuse nothing."""
        return up_to_limit(self._keys())

    def _keys(self) -> frozenset[bytes]:
        return frozenset(each.place.key for each in self._heads)


class Quotas(_Several):
    """Several quotas, such as a user's and everybody's, awaited; see ``Quota.also``.

    They are asked in their order, the first that refuses ends it, and what the ones
    before have counted is given back. Put first what refuses most often.
    """

    @property
    def blocking(self) -> BlockingQuotas:
        """The same for blocking code."""
        return BlockingQuotas(self._heads)

    async def take(self, count: int = 1) -> Grants:
        """Count calls that are about to be made in each of them; or in none.

        Raises:
            Unavailable: as ``Quota.take``; what was counted is given back, if Redis
                answers so far.
        """
        return await self._engine.call_async(
            take_all(self._held, calls=count), "quotas.take", item=self._name
        )

    async def require(self, count: int = 1) -> Grants:
        """``take``, which raises ``QuotaExceeded`` when one of them refuses."""
        return await self._engine.call_async(
            require_all(self._held, calls=count), "quotas.require", item=self._name
        )

    async def give_back(self, grants: Grants) -> bool:
        """Count calls no more that were not made after all; see ``Quota.give_back``."""
        return await self._engine.call_async(
            give_all_back(self._held, grants), "quotas.give_back", item=self._name
        )


class BlockingQuotas(_Several):
    """``Quotas`` for blocking code."""

    def take(self, count: int = 1) -> Grants:
        """Count calls that are about to be made in each of them; or in none."""
        return self._engine.call(
            take_all(self._held, calls=count), "quotas.take", item=self._name
        )

    def require(self, count: int = 1) -> Grants:
        """``take``, which raises ``QuotaExceeded`` when one of them refuses."""
        return self._engine.call(
            require_all(self._held, calls=count), "quotas.require", item=self._name
        )

    def give_back(self, grants: Grants) -> bool:
        """Count calls no more that were not made after all."""
        return self._engine.call(
            give_all_back(self._held, grants), "quotas.give_back", item=self._name
        )
