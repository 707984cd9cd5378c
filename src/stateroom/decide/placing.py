"""Fills a placement in: keys, scopes and lives for the home and the copies."""

from __future__ import annotations

from stateroom.catalogue.item import Item
from stateroom.catalogue.patterns import parse_pattern, pattern_text
from stateroom.catalogue.segments import Kind, ScopeKind
from stateroom.decide.decision import Copy, HomePlace
from stateroom.decide.heat import DEFAULT_TTL, ttl_of
from stateroom.decide.ruleset import Home, Slot

__all__ = ("JITTER", "client_scope", "copy_at", "home_at", "server_scope")

JITTER = 0.1
"""Share by which caches vary a TTL, up and down, so that copies do not end together."""
SLIDING = 30 * 60
"""Seconds an unused login session lives when nothing says otherwise."""
ABSOLUTE = 12 * 60 * 60
"""Seconds after which even a used login session ends."""


def home_at(item: Item, home: Home, namespace: str) -> HomePlace:
    """Return the home with its key and life."""
    if home.place not in ("redis", "persist"):
        return HomePlace(place=home.place)
    scope = client_scope(item) if home.place == "persist" else server_scope(item)
    key = _key(item, namespace, home.kind or "persist", scope)
    if home.kind == "auth":
        ttl = _own_ttl(item) or ttl_of(item) or SLIDING
        # A one-time code is not prolonged by use, so one life is all it has.
        is_once = item.coordination == "atomic"
        return HomePlace(
            place="redis",
            kind="auth",
            key=key,
            scope=scope,
            ttl_seconds=ttl,
            absolute_ttl_seconds=None
            if is_once
            else max(item.absolute_ttl or ABSOLUTE, ttl),
        )
    return HomePlace(
        place=home.place,
        kind=home.kind,
        key=key,
        scope=scope,
        ttl_seconds=_cache_ttl(item) if home.kind == "cache" else None,
    )


def copy_at(item: Item, slot: Slot, rule: str, namespace: str) -> Copy:
    """Return a copy with its key, scope, life and tags."""
    if slot.tier == "session":
        return Copy(tier="session", tags=item.tags, rule=rule)
    scope = client_scope(item) if slot.tier == "persist" else server_scope(item)
    return Copy(
        tier=slot.tier,
        kind=slot.kind,
        ttl_seconds=_cache_ttl(item),
        key=_key(item, namespace, slot.kind or "persist", scope),
        scope=scope,
        tags=item.tags,
        jitter=JITTER if slot.kind == "cache" else None,
        rule=rule,
    )


def server_scope(item: Item) -> ScopeKind:
    """Say who shares one key in Redis: as many as may see it, never more."""
    return item.audience if item.audience in ("public", "group") else "user"


def client_scope(item: Item) -> ScopeKind:
    """Say whose a persisted record is: the ``device``'s, or the ``user``'s on it.

    The device's survives a sign-out, like a theme; the user's is purged with it.
    """
    is_anybodys = item.sensitivity == "public" and (
        item.audience == "public" or item.horizon in ("device", "reload")
    )
    return "device" if is_anybodys else "user"


def _cache_ttl(item: Item) -> float:
    return _own_ttl(item) or ttl_of(item) or DEFAULT_TTL


def _own_ttl(item: Item) -> float | None:
    return item.override.ttl if item.override else None


def _key(item: Item, namespace: str, kind: Kind, scope: ScopeKind) -> str:
    own = item.override.key if item.override else None
    # One text cannot name both a Redis key and a client record: it is for its kind.
    if own and parse_pattern(own).kind in (kind, None):
        return own
    return pattern_text(namespace, kind, scope, item.name)
