"""Which key opens what: asked for by name, once, and then remembered in memory.

What goes wrong when a key is asked for is one of two things. There is no such key
(``LookupError``, or None): asking again will not help, and what it sealed stays closed.
Or it cannot be had right now (any other error, such as that of a keyring that is
locked): the same call may succeed later. Neither is remembered. No error and no repr
has anything of a key in it but its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from stateroom.errors import (
    InvalidPersist,
    PersistError,
    StorageUnavailable,
    Undecipherable,
)
from stateroom.flows import Effect, Flow, ask
from stateroom.persist.sealed import KEY_SIZE, check_of, is_key_id

__all__ = ("FetchKey", "Keyring", "Secret")

_MAKE_ONE: Final = "secrets.token_bytes(32) makes one; keep it, and always answer it"


@dataclass(frozen=True, slots=True)
class FetchKey(Effect[object]):
    """The key of this name, from the application's callback."""

    key_id: str


@dataclass(frozen=True, slots=True)
class Secret:
    """A key.

    Attributes:
        key_id: names it.
        key: its 32 bytes.
        check: tells it from other keys of that name.
    """

    key_id: str
    key: bytes = field(repr=False)
    check: str


class Keyring:
    """The keys that were asked for so far.

    Args:
        newest: names the key that new records are sealed with.

    Raises:
        InvalidPersist: no key can have this name.
    """

    def __init__(self, newest: str) -> None:
        if not is_key_id(newest):
            raise InvalidPersist(
                f"key_id: {newest!r:.100} cannot name a key",
                hint="1 to 64 of A-Z, a-z, 0-9 and . _ : ~ % -, such as '2026-01'",
            )
        self.newest: Final[str] = newest
        self._known: dict[str, Secret] = {}

    def secret(self, key_id: str, *, key: str) -> Flow[Secret]:
        """Return a key.

        Args:
            key_id: names it.
            key: of the record that it is needed for, for errors.

        Raises:
            Undecipherable: there is no such key.
            StorageUnavailable: it cannot be had right now.
            InvalidPersist: what the callback returned is no key.
        """
        known = self._known.get(key_id)
        if known is not None:
            return known
        try:
            answer = yield from ask(FetchKey(key_id))
        except PersistError:
            raise  # the callback knows better which of them it is
        except LookupError as error:
            raise _absent(key_id, key) from error
        except Exception as error:
            raise StorageUnavailable(
                f"{key}: key {key_id!r} cannot be had: {type(error).__name__}",
                key=key,
                hint="unlock what keeps the key; the record stays as it is",
            ) from error
        if answer is None:
            raise _absent(key_id, key)
        secret = Secret(key_id, checked := _checked(answer, key_id), check_of(checked))
        self._known[key_id] = secret
        return secret

    def forget(self) -> None:
        """Let go of all keys; whoever needs one asks for it again."""
        self._known.clear()


def _absent(key_id: str, key: str) -> Undecipherable:
    return Undecipherable(
        f"{key}: there is no key {key_id!r}, with which the record is sealed",
        key=key,
        hint=f"let the callback answer {key_id!r} again; until then nothing is "
        "written over the record, and deleting it is the only other way",
    )


def _checked(answer: object, key_id: str) -> bytes:
    if not isinstance(answer, bytes):
        raise InvalidPersist(
            f"key {key_id!r} must be {KEY_SIZE} bytes, not {type(answer).__name__}",
            hint="decode a text first, e.g. with base64.b64decode; " + _MAKE_ONE,
        )
    if len(answer) != KEY_SIZE:
        raise InvalidPersist(
            f"key {key_id!r} must have {KEY_SIZE} bytes, and has {len(answer)}",
            hint=_MAKE_ONE,
        )
    return answer
