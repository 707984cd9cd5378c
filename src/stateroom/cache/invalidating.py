"""Invalidation: of one entry under every fingerprint, and of tags.

Both delete keys and need no memory, so that they work on a full server. What is
acknowledged holds for every read that begins afterwards, in every process.
"""

from __future__ import annotations

from stateroom.cache.effects import Delete, Versions
from stateroom.cache.places import Place
from stateroom.cache.scripts import fingerprints
from stateroom.flows import Flow, ask

__all__ = ("invalidate_place", "invalidate_tags")


def invalidate_place(place: Place) -> Flow[int]:
    """Delete an entry under every fingerprint; return how many there were.

    The lease and the fence go first, so that a load that is under way is not published
    any more. Fingerprints are noted before the load of what is stored under them.
    """
    item = place.item_tag
    found = yield from ask(Versions((item,)))
    names = {place.value, *(place.under(each) for each in fingerprints(found[item]))}
    return (
        yield from ask(
            Delete(first=(place.lease, place.fence), then=tuple(sorted(names)))
        )
    )


def invalidate_tags(tags: tuple[bytes, ...], moved: tuple[bytes, ...]) -> Flow[int]:
    """Delete the versions of tags; return how many of them were in use.

    Args:
        tags: their keys.
        moved: keys that tell of a change in their families, deleted before.
    """
    return (yield from ask(Delete(first=moved, then=tags)))
