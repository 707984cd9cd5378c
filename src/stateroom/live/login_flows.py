"""What is done with login sessions, step by step."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from stateroom.codec import Codec
from stateroom.errors import Conflict, InvalidValue, Unavailable, Undecodable
from stateroom.flows import Flow
from stateroom.live.changes import name_of_change
from stateroom.live.effects import call, command, now_ms, number, random_bytes
from stateroom.live.kinds import Place
from stateroom.live.login_records import (
    FIELD_CHARS,
    ID_BYTES,
    SECRET_BYTES,
    Login,
    LoginInfo,
    Stored,
    field_of,
    parse_record,
    place_at,
    read_token,
    reference_of,
    secret_of,
    spelled,
    user_place,
)
from stateroom.live.login_scripts import END_ALL, LOAD, REPLACE, START
from stateroom.live.records import fields_of
from stateroom.live.refusals import check_function, refused, whole_number
from stateroom.live.values import read_value, write_value

__all__ = ("LoginRule", "end", "end_all", "end_one", "infos", "load", "rotate", "start")

T = TypeVar("T")

MOST_OF_USER = 10_000
"""Sessions of one user that can be counted: each login reads them all."""
MOST_TRIES = 16
"""Times that a change is tried on what others change at the same time."""
_log = logging.getLogger("stateroom.live")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRule(Generic[T]):
    """What was declared of login sessions.

    Attributes:
        namespace: of the application.
        item: their name.
        codec: of the application's data.
        idle_ms: a session ends so long after its last use.
        absolute_ms: and so long after its beginning, in any case.
        most: sessions of one user; 0 for any number.
        touch_ms: how old the last use has to be to be noted anew.
        grace_ms: how long a secret is taken yet that was replaced.
    """

    namespace: str
    item: str
    codec: Codec[T]
    idle_ms: int
    absolute_ms: int
    most: int
    touch_ms: int
    grace_ms: int

    def __post_init__(self) -> None:
        for what, ms in (("idle", self.idle_ms), ("absolute", self.absolute_ms)):
            if not ms:
                raise refused(f"{self.item}: {what} has no end", None, "seconds")
        if self.idle_ms > self.absolute_ms:
            raise InvalidValue(
                f"{self.item}: idle is longer than absolute",
                found=f"{self.idle_ms / 1000:g} s, {self.absolute_ms / 1000:g} s",
                allowed="an idle time within the absolute one",
            )
        if not 0 <= self.touch_ms < self.idle_ms:
            raise InvalidValue(
                f"{self.item}: touch_every is not within idle",
                found=f"{self.touch_ms / 1000:g} s",
                allowed=f"0 to less than {self.idle_ms / 1000:g} s",
            )
        what = f"{self.item}: most_per_user"
        whole_number(self.most, what, least=0, most=MOST_OF_USER)


def start(
    rule: LoginRule[T], user: str | int, *, data: T, label: str
) -> Flow[Login[T]]:
    """Begin a session of a user, and return it with its token."""
    place = user_place(rule.namespace, rule.item, user)
    now = yield from now_ms()
    rest = spelled(str(user), label) + b"\n" + write_value(rule.codec, data)
    secret = secret_of((yield from random_bytes(SECRET_BYTES)))
    name = (yield from random_bytes(ID_BYTES)).hex()
    stored = Stored(name, now, now, now + rule.absolute_ms, rest)
    words = (
        *(now, rule.idle_ms, rule.most),
        *(field_of(secret), stored.encoded(), stored.until_ms),
    )
    yield from call(START, place.key, words=words)
    return _login(rule, stored, f"{reference_of(place)}.{secret}", place)


def load(rule: LoginRule[T], token: object) -> Flow[Login[T] | None]:
    """Return the session of a token; None where there is none any more."""
    found = read_token(token)
    if found is None:
        return None
    place = place_at(rule.namespace, rule.item, found[0])
    now = yield from now_ms()
    words = (now, rule.idle_ms, field_of(found[1]), rule.touch_ms)
    reply = yield from call(LOAD, place.key, words=words)
    if not isinstance(reply, bytes):
        return None
    return _login_or_none(rule, reply, f"{found[0]}.{found[1]}", place)


def rotate(
    rule: LoginRule[T],
    token: object,
    *,
    change: Callable[[T], T] | None,
    is_new_secret: bool,
) -> Flow[Login[T] | None]:
    """Give a session another secret, other data, or both; None where there is none.

    Raises:
        Conflict: others changed its data each time.
    """
    if change is not None or not is_new_secret:
        check_function(change, f"{rule.item}: not a change")
    found = read_token(token)
    if found is None:
        return None
    reference, secret = found
    place = place_at(rule.namespace, rule.item, reference)
    new, name = secret, ""
    if is_new_secret:
        new = secret_of((yield from random_bytes(SECRET_BYTES)))
    else:
        name = yield from name_of_change()
    for _ in range(MOST_TRIES):
        expected = body = b""
        if change is not None:
            reply = yield from command("HGET", place.key, field_of(secret))
            stored = _stored(rule, reply, place)
            if stored is None:
                return None
            expected, body = _changed(rule, stored, change, place)
        now = yield from now_ms()
        grace = now + rule.grace_ms if is_new_secret and rule.grace_ms else ""
        words = (
            *(now, rule.idle_ms, field_of(secret), field_of(new)),
            *(expected, body, grace, name),
        )
        reply = yield from call(REPLACE, place.key, words=words)
        if not isinstance(reply, int):
            return _login_or_none(rule, reply, f"{reference}.{new}", place)
    raise Conflict(f"{rule.item}: others changed it each of {MOST_TRIES} times")


def end(rule: LoginRule[T], token: object) -> Flow[bool]:
    """End the session of a token; say whether there was one."""
    found = read_token(token)
    if found is None:
        return False
    place = place_at(rule.namespace, rule.item, found[0])
    reply = yield from command("HDEL", place.key, field_of(found[1]))
    return number(reply) > 0


def infos(rule: LoginRule[T], user: str | int) -> Flow[list[LoginInfo]]:
    """Return the sessions of a user, the newest first."""
    place = user_place(rule.namespace, rule.item, user)
    now = yield from now_ms()
    fields = fields_of((yield from command("HGETALL", place.key)))
    stored = [
        _stored(rule, data, place)
        for name, data in fields.items()
        if len(name) == FIELD_CHARS
    ]
    alive = [each for each in stored if each and not each.is_over(now, rule.idle_ms)]
    alive.sort(key=lambda each: (-each.started_ms, each.id))
    return [each.info(rule.idle_ms) for each in alive]


def end_one(rule: LoginRule[T], user: str | int, name: str) -> Flow[bool]:
    """End the session of a user that has an id; say whether there was one."""
    place = user_place(rule.namespace, rule.item, user)
    if not isinstance(name, str):
        raise refused(f"{rule.item}: not the id of a login session", name, "text")
    if not name or not name.isascii():
        return False
    now = yield from now_ms()
    words = (now, rule.idle_ms, "", name)
    return number((yield from call(END_ALL, place.key, words=words))) > 0


def end_all(rule: LoginRule[T], user: str | int, keep: str | None) -> Flow[int]:
    """End all sessions of a user but that of a token; return how many there were."""
    place = user_place(rule.namespace, rule.item, user)
    found = read_token(keep)
    if keep is not None and (found is None or found[0] != reference_of(place)):
        raise InvalidValue(
            f"{rule.item}: the token to keep is none of this user",
            found="another token",
            allowed="a token that start or rotate returned for this user",
        )
    now = yield from now_ms()
    kept = field_of(found[1]) if found is not None else ""
    words = (now, rule.idle_ms, kept, "")
    return number((yield from call(END_ALL, place.key, words=words)))


def _changed(
    rule: LoginRule[T], stored: Stored, change: Callable[[T], T], place: Place
) -> tuple[bytes, bytes]:
    """Return what the rest of a record is, and what it is to be."""
    about, _, data = stored.rest.partition(b"\n")
    value = change(read_value(rule.codec, data, place))
    return stored.rest, about + b"\n" + write_value(rule.codec, value)


def _stored(rule: LoginRule[T], reply: object, place: Place) -> Stored | None:
    """Return a record; None where there is none, or what stands there is none."""
    if reply is None:
        return None
    if not isinstance(reply, bytes):
        raise Unavailable(f"{place}: a reply of another kind: {reply!r:.80}")
    try:
        return parse_record(reply)
    except ValueError as error:
        _tell(rule, f"what stands in Redis is no record: {error}")
        return None


def _login_or_none(
    rule: LoginRule[T], reply: object, token: str, place: Place
) -> Login[T] | None:
    """Return the session of a record; None where it cannot be read.

    Nobody is let in by that; another release may still read it.
    """
    stored = _stored(rule, reply, place)
    if stored is None:
        return None
    try:
        return _login(rule, stored, token, place)
    except Undecodable as error:
        _tell(rule, str(error))
        return None


def _tell(rule: LoginRule[T], why: str) -> None:
    _log.warning("%s: a login session is passed over: %s", rule.item, why)


def _login(rule: LoginRule[T], stored: Stored, token: str, place: Place) -> Login[T]:
    data = read_value(rule.codec, stored.data, place)
    return stored.login(token, data, rule.idle_ms)
