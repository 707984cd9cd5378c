"""Names of events that count once, whatever is sent again: ``once=``.

A key beside the data remembers each for a day. It is written by the same script that
counts, so that there is no moment at which one of both is done.
"""

from __future__ import annotations

import hashlib
from typing import Final

from stateroom.live.kinds import Place
from stateroom.live.refusals import refused

__all__ = ("ONCE_MS", "once_keys")

ONCE_MS: Final = 86_400_000
"""How long an event is remembered that counts once: a day."""
DIGEST_BYTES: Final = 16


def once_keys(place: Place, once: str | None) -> tuple[bytes, ...]:
    """Return the key of an event; none where it has no name.

    Of all windows, as a repetition may be in the next.

    Raises:
        InvalidValue: the name is no text, or empty.
    """
    name: object = once  # whatever somebody passes
    if name is None:
        return ()
    if not isinstance(name, str) or not name:
        raise refused(f"{place.item}: once= names no event", name, "text, not empty")
    data = name.encode(errors="surrogatepass")
    digest = hashlib.blake2b(data, digest_size=DIGEST_BYTES).hexdigest()
    return (place.beside(f"once:{digest}"),)
