"""Who wants which entry. It is counted here, outside the state, and mirrored into it.

The mirror is for devtools, and at most half a second old; nothing reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, cast

from stateroom.query.state import NOBODY, SubscriptionOptions
from stateroom.query.timers import Timer, Timers
from stateroom.store.drafts.frozen import frozen_dict

__all__ = ("MIRROR_S", "Subscribers")

MIRROR_S: Final = 0.5
"""How old the mirror may be, in seconds. RTK Query's."""

_NONE: Final[Mapping[str, SubscriptionOptions]] = {}

Send = Callable[[tuple[Mapping[str, object], ...]], object]


class Subscribers:
    """The subscriptions of one client, by cache key and by id.

    Args:
        timers: for the mirror.
        send: sends what changed to the state, as patches of it.
    """

    def __init__(self, timers: Timers, send: Send) -> None:
        self._timers = timers
        self._send = send
        self._by_key: dict[str, dict[str, SubscriptionOptions]] = {}
        self._polling: dict[str, dict[str, SubscriptionOptions]] = {}
        self._changed: dict[str, None] = {}
        self._mirrored: set[str] = set()
        self._timer: Timer | None = None

    # -- reading

    def of(self, key: str) -> Mapping[str, SubscriptionOptions]:
        """Return who wants an entry, by id, in the order they came."""
        return self._by_key.get(key, _NONE)

    def polling(self, key: str) -> Mapping[str, SubscriptionOptions]:
        """Return who wants an entry again and again, by id: mostly nobody of many."""
        return self._polling.get(key, _NONE)

    def has(self, key: str) -> bool:
        """Say whether anybody wants an entry."""
        return bool(self._by_key.get(key))

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that were ever asked for, in that order, until they are removed."""
        return tuple(self._by_key)

    # -- changing

    def add(self, key: str, id_: str, *, options: SubscriptionOptions | None) -> None:
        """Count a subscription."""
        found = self._by_key.setdefault(key, {})
        found[id_] = NOBODY if options is None else options
        self._poll(key, id_, options=found[id_])
        self._note(key)

    def touch(self, key: str) -> None:
        """Give a key its place, without a subscription."""
        self._by_key.setdefault(key, {})

    def change(self, key: str, id_: str, *, options: SubscriptionOptions) -> None:
        """Give a subscription other options; nothing happens when it has ended."""
        found = self._by_key.get(key)
        if found is not None and id_ in found:
            found[id_] = options
            self._poll(key, id_, options=options)
            self._note(key)

    def end(self, key: str, id_: str) -> None:
        """End a subscription; nothing happens when it has ended."""
        found = self._by_key.get(key)
        if found is not None and found.pop(id_, None) is not None:
            self._poll(key, id_, options=NOBODY)
            self._note(key)

    def drop(self, key: str) -> None:
        """Forget a key with all its subscriptions."""
        self._by_key.pop(key, None)
        self._polling.pop(key, None)
        if key in self._mirrored or key in self._changed:
            self._note(key)

    def clear(self) -> None:
        """Forget everything; the state that was mirrored goes by itself."""
        self._by_key.clear()
        self._polling.clear()
        self._changed.clear()
        self._mirrored.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _poll(self, key: str, id_: str, *, options: SubscriptionOptions) -> None:
        """Know whether a subscription asks again and again."""
        if options.polling:
            self._polling.setdefault(key, {})[id_] = options
            return
        found = self._polling.get(key)
        if found is not None and found.pop(id_, None) is not None and not found:
            del self._polling[key]

    # -- mirroring

    def _note(self, key: str) -> None:
        self._changed[key] = None
        if self._timer is None:
            self._timer = self._timers.call_later(MIRROR_S, self._mirror)

    def _mirror(self) -> None:
        self._timer = None
        changed, self._changed = tuple(self._changed), {}
        patches = tuple(map(self._patch, changed))
        if patches:
            self._send(patches)

    def _patch(self, key: str) -> Mapping[str, object]:
        found = self._by_key.get(key)
        if found is None:
            self._mirrored.discard(key)
            return {"op": "remove", "path": (key,)}
        self._mirrored.add(key)
        wanted = frozen_dict(cast("dict[object, object]", found))
        return {"op": "add", "path": (key,), "value": wanted}
