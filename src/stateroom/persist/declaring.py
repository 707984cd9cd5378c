"""Declares what of a slice is kept, and how. A mistake is an error here, not later.

Example::

    kept = persist(
        roles,
        fields={"selected"},
        transient={"loading"},
        version=2,
        migrations={2: rename_title},
    )
    store = Store(kept, ui)
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal, Never, Protocol, TypeVar, cast

from stateroom.errors import InvalidPersist
from stateroom.persist.budgets import SLICE_BUDGET
from stateroom.persist.checking import (
    Seconds,
    budget_in,
    delay_in,
    merge_in,
    names_in,
    one_of,
    reconcile_in,
    refuse_unknown,
    seconds_in,
    steps_in,
    storage_in,
    text_in,
    transforms_in,
    version_in,
)
from stateroom.persist.contradictions import (
    check_fields,
    check_steps,
    unmentioned_in,
)
from stateroom.persist.interchange.transforms import Transform
from stateroom.persist.keys import Scope, check_item
from stateroom.persist.merging import Merge
from stateroom.persist.persisted import Persisted
from stateroom.persist.settings import (
    DURABILITIES,
    MAX_DELAY,
    Durability,
    Migration,
    Settings,
)
from stateroom.persist.shapes import shape_for
from stateroom.persist.storages.port import AnyStorage
from stateroom.store.slices import Slice

__all__ = ("Keepable", "UnmentionedField", "persist")

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)


class UnmentionedField(UserWarning):
    """A field of a state is neither kept nor said to be transient."""


class Keepable(Protocol[S_co]):
    """A slice, as far as its type goes.

    ``Slice[Letter]`` is no ``Slice[object]``, as it takes letters too; but all that is
    asked of it here is what it gives. So ``Store(persist(letter))`` is one line.
    """

    @property
    def name(self) -> str:
        """The key in the root state."""
        ...

    @property
    def kind(self) -> type[S_co] | Callable[[], S_co]:
        """The class of its state, or what the factory returns."""
        ...

    def initial(self) -> S_co:
        """Return a new initial state."""
        ...


def persist(
    part: Keepable[S],
    *,
    fields: Collection[str] | None = None,
    transient: Collection[str] = (),
    key: str | None = None,
    version: int = 1,
    migrations: Mapping[int, Migration] | None = None,
    downgrades: Mapping[int, Migration] | None = None,
    storage: AnyStorage | None = None,
    scope: Scope = "device",
    retention: Seconds | None = None,
    max_delay: float = MAX_DELAY,
    durability: Durability = "throttled",
    buster: str = "",
    max_age: Seconds | None = None,
    budget: int = SLICE_BUDGET,
    reconcile: Literal["three_way", "replay"]
    | Callable[[Mapping[str, object], S, S], S] = "three_way",
    merge: Mapping[str, Merge] | Merge | None = None,
    transforms: Sequence[Transform] = (),
    **unknown: Never,
) -> Persisted[S]:
    """Return a slice that is kept; give it to a store in place of ``part``.

    Args:
        part: the slice.
        fields: what is kept; all but the transient ones if not given. A field that is
            neither kept nor transient is reported as ``UnmentionedField``.
        transient: what is never written, such as ``loading`` and ``error``.
        key: under which it is kept; the name of the slice if not given.
        version: of the schema, 1 or more; raise it when stored data must be changed.
        migrations: version -> what brings stored data of the one before to it. They
            follow one another without a gap, and end with ``version``.
        downgrades: version -> what brings data of it, from a newer release, to the one
            before. Without them newer data is read only.
        storage: where; that of the persistor if not given.
        scope: ``"device"``, or ``"user"`` for data that is one user's own.
        retention: seconds after the last write until it is erased.
        max_delay: milliseconds from a change to its write, at most.
        durability: ``"relaxed"`` survives the end of the process, ``"throttled"`` a
            loss of power as well; ``"fsync"`` is that, and written at once.
        buster: what is stored under another one is discarded.
        max_age: seconds after which what is stored is not used.
        budget: bytes that its record may have.
        reconcile: how what was stored and what is there become one: ``"three_way"``
            merges field by field, ``"replay"`` reduces the actions since again on top
            of what was stored; or a function as ``merge_level_1``.
        merge: what merges both sides of a field, or of the whole state, when both
            changed.
        transforms: what changes fields, as plain data, on their way.
        unknown: nothing; a name that is not known is an error.

    Raises:
        InvalidPersist: something contradicts itself, the state, or is not known.
    """
    refuse_unknown(unknown)
    if not isinstance(part, Slice):
        raise InvalidPersist(
            f"what is kept is a slice; found {part!r:.200}",
            hint="roles = Slice(...); kept = persist(roles, fields={...})",
        )
    name = part.name
    kept = None if fields is None else names_in(name, "fields", fields)
    left = names_in(name, "transient", transient)
    settings = Settings(
        key=check_item(name if key is None else key),
        fields=kept,
        transient=left,
        version=version_in(name, version),
        migrations=steps_in(name, "migrations", migrations),
        downgrades=steps_in(name, "downgrades", downgrades),
        storage=storage_in(name, storage),
        scope=one_of(name, "scope", scope, ("device", "user")),
        retention=seconds_in(name, "retention", retention),
        max_delay=delay_in(name, max_delay),
        durability=one_of(name, "durability", durability, DURABILITIES),
        buster=text_in(name, "buster", buster),
        max_age=seconds_in(name, "max_age", max_age),
        budget=budget_in(name, budget),
        reconcile=reconcile_in(name, reconcile),
        merge=merge_in(name, merge),
        transforms=transforms_in(name, transforms),
    )
    check_steps(name, settings)
    shape = shape_for(part)
    check_fields(name, settings, shape)
    missing = unmentioned_in(settings, shape, initial=part.initial())
    if missing:
        warnings.warn(_told(name, missing), UnmentionedField, stacklevel=2)
    return Persisted(cast("Slice[S]", part), settings, unmentioned=missing)


def _told(name: str, missing: tuple[str, ...]) -> str:
    listed = ", ".join(missing)
    return (
        f"{name}: {listed} is neither kept nor transient, and so it is not kept; "
        "add it to fields, or to transient to say that this is meant"
    )
