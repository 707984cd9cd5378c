"""What the DevTools are not shown: secrets, by the names of their keys.

A sanitiser changes what is sent, never what the store holds. What was left out is
marked, and a history that carries such marks cannot be imported: it would put the mark
where the secret was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from stateroom.store.devtools.tape import Action

__all__ = (
    "OPAQUE",
    "REDACTED",
    "REDACTED_KEYS",
    "Sanitiser",
    "find_mark",
    "redact",
    "redact_action",
)

REDACTED: Final[str] = "@@stateroom/REDACTED"
"""Stands where a secret was. A sanitiser of yours may put it too."""

OPAQUE: Final[str] = "@@stateroom/OPAQUE"
"""Begins the text that stands for a value which has no plain form."""

REDACTED_KEYS: Final[tuple[str, ...]] = (
    "apikey",
    "authorization",
    "cookie",
    "credential",
    "csrf",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "sessionid",
    "token",
)
"""A key is redacted when it contains one of these: in any case, ``_`` and ``-`` aside,
so that ``apikey`` is in ``X-Api-Key`` and ``token`` in ``refreshTokens``."""


@dataclass(frozen=True, slots=True)
class Sanitiser:
    """What is done to actions and states before they are encoded.

    Attributes:
        action: given an action and its id, returns the action to show.
        state: given a state and its index, returns the state to show.
        keys: words whose keys are redacted, in lower case without ``_`` and ``-``;
            ``()`` turns that off.
    """

    action: Callable[[Action, int], object] | None = None
    state: Callable[[object, int], object] | None = None
    keys: tuple[str, ...] = REDACTED_KEYS

    def hides(self, key: object) -> bool:
        """Whether what stands under ``key`` is a secret."""
        if not isinstance(key, str):
            return False
        name = key.lower().replace("_", "").replace("-", "")
        return any(word in name for word in self.keys)


def redact(plain: object, sanitiser: Sanitiser) -> object:
    """Copy a plain value, with the mark in place of each secret that is not empty."""
    if isinstance(plain, Mapping):
        return {
            key: _hidden(value) if sanitiser.hides(key) else redact(value, sanitiser)
            for key, value in plain.items()
        }
    if isinstance(plain, list | tuple):
        return [redact(value, sanitiser) for value in plain]
    return plain


def redact_action(plain: object, sanitiser: Sanitiser) -> object:
    """Redact a plain action: ``auth/setToken`` has its secret as the payload itself."""
    shown = redact(plain, sanitiser)
    if isinstance(shown, dict) and sanitiser.hides(shown.get("type")):
        return {**shown, "payload": _hidden(shown.get("payload"))}
    return shown


def _hidden(value: object) -> object:
    return value if value is None or value == "" else REDACTED


def find_mark(plain: object, *, path: str = "") -> str | None:
    """Where a plain value carries a mark of something left out; None if nowhere."""
    if isinstance(plain, str):
        return path if plain.startswith((REDACTED, OPAQUE)) else None
    if isinstance(plain, Mapping):
        inside = ((f"{path}.{key}".lstrip("."), plain[key]) for key in plain)
    elif isinstance(plain, list | tuple):
        inside = ((f"{path}[{index}]", value) for index, value in enumerate(plain))
    else:
        return None
    found = (find_mark(value, path=place) for place, value in inside)
    return next((place for place in found if place is not None), None)
