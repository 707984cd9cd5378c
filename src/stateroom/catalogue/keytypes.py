"""The kinds of key, as frozen values that print themselves.

A key that exists is valid: building one from parts that the grammar refuses raises
``InvalidValue``. The grammar is in ``stateroom.catalogue.keys``, which is also where
these are imported from.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from stateroom.catalogue.segments import (
    Role,
    Scope,
    ScopeKind,
    Tag,
    check_digest,
    check_fingerprint,
    check_item_name,
    check_namespace,
    check_role,
    show,
)
from stateroom.errors import InvalidValue

__all__ = (
    "RECORD_SCOPES",
    "SERVER_SCOPES",
    "DataKey",
    "ImplicitTagKey",
    "Key",
    "LeaseKey",
    "MovedKey",
    "RecordKey",
    "TagKey",
    "ValueKey",
    "check_scope",
)

SERVER_SCOPES: dict[ScopeKind, str] = {"public": "pub", "group": "g.ID", "user": "u.ID"}
RECORD_SCOPES: dict[ScopeKind, str] = {"device": "device", "user": "u.ID"}

_DATA: dict[Literal["live", "auth"], str] = {"live": "d", "auth": "a"}


class ValueKey(msgspec.Struct, frozen=True, kw_only=True):
    """Where a cached value stands, for one version of its schema."""

    namespace: str
    scope: Scope
    item: str
    fingerprint: str
    digest: str

    def __post_init__(self) -> None:
        _check_entry(self.namespace, self.scope, self.item, self.digest)
        check_fingerprint(self.fingerprint)

    def __str__(self) -> str:
        head = f"{self.namespace}:v:{self.scope}:{self.item}"
        return f"{head}:{self.fingerprint}:{{{self.digest}}}"

    def lease(self, role: Role) -> LeaseKey:
        """Return the key of this entry's lease or fence."""
        return LeaseKey(
            namespace=self.namespace,
            role=role,
            scope=self.scope,
            item=self.item,
            digest=self.digest,
        )


class LeaseKey(msgspec.Struct, frozen=True, kw_only=True):
    """Where an entry's lease or fence stands, for all fingerprints."""

    namespace: str
    role: Role
    scope: Scope
    item: str
    digest: str

    def __post_init__(self) -> None:
        _check_entry(self.namespace, self.scope, self.item, self.digest)
        check_role(self.role)

    def __str__(self) -> str:
        head = f"{self.namespace}:l:{self.role}:{self.scope}"
        return f"{head}:{self.item}:{{{self.digest}}}"


class DataKey(msgspec.Struct, frozen=True, kw_only=True):
    """Where live data (counters, rankings, locks) or auth data stands."""

    namespace: str
    kind: Literal["live", "auth"]
    scope: Scope
    item: str
    digest: str

    def __post_init__(self) -> None:
        _check_entry(self.namespace, self.scope, self.item, self.digest)
        if self.kind not in _DATA:
            raise InvalidValue(
                "not a kind of data", found=show(self.kind), allowed="live, auth"
            )

    def __str__(self) -> str:
        head = f"{self.namespace}:{_DATA[self.kind]}:{self.scope}"
        return f"{head}:{self.item}:{{{self.digest}}}"


class RecordKey(msgspec.Struct, frozen=True, kw_only=True):
    """The name of a persisted record, inside one client's own storage."""

    namespace: str
    scope: Scope
    item: str

    def __post_init__(self) -> None:
        check_namespace(self.namespace)
        check_scope(self.scope, RECORD_SCOPES)
        check_item_name(self.item)

    def __str__(self) -> str:
        return f"{self.namespace}:p:{self.scope}:{self.item}"


class TagKey(msgspec.Struct, frozen=True, kw_only=True):
    """Where the counter of an application's tag stands."""

    namespace: str
    tag: Tag

    def __post_init__(self) -> None:
        check_namespace(self.namespace)

    def __str__(self) -> str:
        return f"{self.namespace}:t:{self.tag}"


class ImplicitTagKey(msgspec.Struct, frozen=True, kw_only=True):
    """Where the counter of a tag stands that entries carry unasked.

    Attributes:
        of: an item's name, a scope, or None for the whole namespace.
    """

    namespace: str
    of: str | Scope | None = None

    def __post_init__(self) -> None:
        check_namespace(self.namespace)
        if isinstance(self.of, Scope):
            check_scope(self.of, SERVER_SCOPES)
        elif self.of is not None:
            check_item_name(self.of)

    def __str__(self) -> str:
        if self.of is None:
            return f"{self.namespace}:t:@all"
        word = "scope" if isinstance(self.of, Scope) else "item"
        return f"{self.namespace}:t:@{word}:{self.of}"


class MovedKey(msgspec.Struct, frozen=True, kw_only=True):
    """What changes whenever a tag of a family does, or any tag at all.

    A load whose tags are known only from its result compares it before and after: no
    tag of that family was invalidated meanwhile.

    Attributes:
        family: of tags, as plain text; empty for all of the namespace.
    """

    namespace: str
    family: str = ""

    def __post_init__(self) -> None:
        check_namespace(self.namespace)
        if self.family:
            Tag(self.family)

    def __str__(self) -> str:
        head = f"{self.namespace}:t:@moved"
        return f"{head}:{Tag(self.family)}" if self.family else head


Key: TypeAlias = (
    ValueKey | LeaseKey | DataKey | RecordKey | TagKey | ImplicitTagKey | MovedKey
)


def check_scope(scope: object, allowed: dict[ScopeKind, str]) -> Scope:
    """Return ``scope`` if its kind is allowed there; raise ``InvalidValue`` if not."""
    if isinstance(scope, Scope) and scope.kind in allowed:
        return scope
    raise InvalidValue(
        "not a scope of such a key",
        found=str(scope) if isinstance(scope, Scope) else show(scope),
        allowed=", ".join(allowed.values()),
    )


def _check_entry(namespace: str, scope: Scope, item: str, digest: str) -> None:
    check_namespace(namespace)
    check_scope(scope, SERVER_SCOPES)
    check_item_name(item)
    check_digest(digest)
