"""Chooses records: by application, by user, by item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stateroom.catalogue.values import nearest
from stateroom.errors import UsageError
from stateroom.persist.keys import check_item, check_namespace, place_of
from stateroom.persist.storages import Storage
from stateroom.persist.surveying import Survey, survey

__all__ = ("Choice", "choice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which records are meant.

    Attributes:
        items: the keys of slices; none for every one.
        owner: the user, or empty for the device; None for everybody.
        namespace: of the application; None for every one.
    """

    items: tuple[str, ...] = ()
    owner: str | None = None
    namespace: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing is left out."""
        return not self.items and self.owner is None and self.namespace is None

    def wants(self, key: str) -> bool:
        """Say whether the record of that key is meant."""
        if self.is_open:
            return True
        place = place_of(key)
        if place is None:
            return False
        return (
            (not self.items or place.item in self.items)
            and self.owner in {None, place.owner}
            and self.namespace in {None, place.namespace}
        )

    def survey(self, storage: Storage, path: str) -> Survey:
        """Return what is there of these records.

        Args:
            storage: where to look.
            path: what the user calls it.

        Raises:
            UsageError: there is nothing of some item that was named.
        """
        found = survey(storage, wants=self.wants)
        there = {
            place.item
            for key in (
                *(each.key for each in found.holdings),
                *(each.of for each in found.held),
            )
            if (place := place_of(key))
        }
        missing = [each for each in self.items if each not in there]
        if missing:
            raise UsageError(
                f"{path}: there is nothing of {', '.join(missing)}{self._where}",
                hint=_meant(missing[0], storage),
            )
        return found

    @property
    def _where(self) -> str:
        parts = []
        if self.owner is not None:
            parts.append(f" for {self.owner}" if self.owner else " for the device")
        if self.namespace is not None:
            parts.append(f" in {self.namespace}")
        return "".join(parts)


def choice(
    items: Iterable[str] | None, *, owner: str | None, namespace: str | None
) -> Choice:
    """Return which records are meant, as the options say.

    Raises:
        InvalidPersist: one of them can stand in no key.
    """
    return Choice(
        items=tuple(dict.fromkeys(check_item(each) for each in items or ())),
        owner=owner,
        namespace=None if namespace is None else check_namespace(namespace),
    )


def _meant(missing: str, storage: Storage) -> str:
    places = filter(None, map(place_of, storage.keys()))
    known = sorted({each.item for each in places})
    near = nearest(missing, known)
    if near and near != missing:
        return f"did you mean {near}?"
    return f"there is something of {', '.join(known)}" if known else "it is empty"
