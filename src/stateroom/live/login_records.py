"""What a login session is in Redis, and what a browser is given to find it.

    token   = reference "." secret
    record  = id " " started " " seen " " until LF about LF data

The reference is the digest of the user's key, so that all of one user's sessions stand
in one place; the secret has 192 random bits, and only its hash is stored: who reads
Redis, or a copy of it, cannot log in. Moments are milliseconds since the epoch; about
is JSON, ``[user, label]``.

Everything here is a function of its arguments.

Source:
    OWASP, Session Management Cheat Sheet: length and entropy of ids, idle and absolute
    timeout, renewal after a change of privilege.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Generic, TypeVar

from stateroom.catalogue.keys import PUBLIC, DataKey
from stateroom.errors import InvalidValue
from stateroom.live.calendars import as_datetime
from stateroom.live.kinds import Place, place_of
from stateroom.live.refusals import refused

__all__ = (
    "FIELD_CHARS",
    "GRACE",
    "ID_BYTES",
    "SECRET_BYTES",
    "Login",
    "LoginInfo",
    "Stored",
    "field_of",
    "parse_record",
    "place_at",
    "read_token",
    "reference_of",
    "spelled",
    "user_place",
)

T = TypeVar("T")

SECRET_BYTES: Final = 24
"""Of a secret: 192 bits, 32 characters. OWASP asks for 64 bits of entropy at least."""
ID_BYTES: Final = 12
FIELD_CHARS: Final = 64
"""Of the field of a session, a hash in hex; other fields are of another length."""
GRACE: Final = b"g"
"""Begins the field of a secret that was replaced, and is taken for a moment yet."""
TOKEN: Final = re.compile(r"([0-9a-f]{32})\.([A-Za-z0-9_-]{32})")
HEAD: Final = re.compile(rb"(\S+) (\d+) (\d+) (\d+)\n")
LAST_MS: Final = 253_402_300_800_000
"""The first moment that no calendar has, in the year 10,000."""
LONGEST_LABEL: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginInfo:
    """A login session as it is listed: nothing by which somebody gets in.

    Attributes:
        id: names it, for ``end_one``.
        label: what was said of it, such as the browser; may be empty.
        started_at: when somebody logged in, aware.
        seen_at: when it was used last, as far as that was noted; aware.
        idle_until: when it ends unless it is used; aware.
        until: when it ends in any case; aware.
    """

    id: str
    label: str
    started_at: datetime
    seen_at: datetime
    idle_until: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Login(LoginInfo, Generic[T]):
    """A login session of a user.

    Attributes:
        token: for the browser, in a cookie; it is not shown by ``repr``.
        user: whose it is, as text.
        data: what the application keeps with it.
    """

    token: str = field(repr=False)
    user: str
    data: T


@dataclass(frozen=True, slots=True)
class Stored:
    """One record, as it stands in Redis; its data is not decoded yet.

    Attributes:
        seen_ms: when it was used last; the other moments likewise.
        rest: what no use of it changes: about, and the data.
    """

    id: str
    started_ms: int
    seen_ms: int
    until_ms: int
    rest: bytes

    @property
    def about(self) -> tuple[str, str]:
        """The user, and the label.

        Raises:
            ValueError: they cannot be read.
        """
        match json.loads(self.rest.partition(b"\n")[0]):
            case [str(user), str(label)]:
                return user, label
        raise ValueError("no user and label")

    @property
    def data(self) -> bytes:
        """The application's data, encoded."""
        return self.rest.partition(b"\n")[2]

    def is_over(self, now_ms: int, idle_ms: int) -> bool:
        """Say whether it has ended."""
        return now_ms >= min(self.until_ms, self.seen_ms + idle_ms)

    def encoded(self) -> bytes:
        """Return the bytes to store."""
        head = f"{self.id} {self.started_ms} {self.seen_ms} {self.until_ms}\n"
        return head.encode() + self.rest

    def info(self, idle_ms: int) -> LoginInfo:
        """Return it as it is listed."""
        return LoginInfo(label=self.about[1], **self._moments(idle_ms), id=self.id)

    def login(self, token: str, data: T, idle_ms: int) -> Login[T]:
        """Return it as it is used."""
        user, label = self.about
        moments = self._moments(idle_ms)
        return Login(
            token=token, user=user, data=data, label=label, id=self.id, **moments
        )

    def _moments(self, idle_ms: int) -> dict[str, datetime]:
        return {
            "started_at": as_datetime(self.started_ms),
            "seen_at": as_datetime(self.seen_ms),
            "idle_until": as_datetime(min(self.seen_ms + idle_ms, self.until_ms)),
            "until": as_datetime(self.until_ms),
        }


def parse_record(data: bytes) -> Stored:
    """Return the record of bytes that a script or a flow wrote.

    Raises:
        ValueError: they are none.
    """
    found = HEAD.match(data)
    if found is None:
        raise ValueError(f"{len(data)} bytes without a head")  # no data in a log
    name, *moments = found.groups()
    started, seen, until = map(int, moments)
    if max(started, seen, until) >= LAST_MS:
        raise ValueError("a moment at the end of all calendars")
    stored = Stored(name.decode(), started, seen, until, data[found.end() :])
    _ = stored.about  # read in any case: what is listed, and who is let in
    return stored


def spelled(user: str, label: str) -> bytes:
    """Return what is known about a login session, as it is stored.

    Raises:
        InvalidValue: the label is no text, or too long: nobody reads it, everybody
            sends it.
    """
    text: object = label
    if not isinstance(text, str):
        raise refused("not a label", label, "text")
    if len(text) > LONGEST_LABEL:
        raise InvalidValue(
            "a label that is too long",
            found=f"{len(text)} characters",
            allowed=f"{LONGEST_LABEL} characters",
        )
    return json.dumps([user, label], ensure_ascii=True).encode()


def user_place(namespace: str, item: str, user: str | int) -> Place:
    """Return where the sessions of a user stand."""
    return place_of(namespace, item, kind="auth", parts=("user", user))


def reference_of(place: Place) -> str:
    """Return the part of a token that tells where its session stands."""
    return place.key[-33:-1].decode()


def place_at(namespace: str, item: str, reference: str) -> Place:
    """Return where the session of a token stands."""
    key = DataKey(
        namespace=namespace, kind="auth", scope=PUBLIC, item=item, digest=reference
    )
    return Place(
        namespace=namespace, item=item, kind="auth", scope=PUBLIC, parts=(),
        key=str(key).encode(),
    )  # fmt: skip


def read_token(token: object) -> tuple[str, str] | None:
    """Return the reference and the secret of a token; None for what is none."""
    found = TOKEN.fullmatch(token) if isinstance(token, str) else None
    return None if found is None else (found[1], found[2])


def secret_of(random: bytes) -> str:
    """Return random bytes as a secret is written in a cookie."""
    return base64.urlsafe_b64encode(random).decode()


def field_of(secret: str) -> bytes:
    """Return the field under which the session of a secret stands: its hash.

    Not slowed down, as for passwords: nobody guesses 192 random bits.
    """
    size = FIELD_CHARS // 2
    total = hashlib.blake2b(
        secret.encode(), digest_size=size, person=b"stateroom.login"
    )
    return total.hexdigest().encode()
