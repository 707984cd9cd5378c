"""The pattern of an item's keys: what a decision prints and an override may give.

The grammar of ``stateroom.catalogue.keys`` with a placeholder for what is known at run
time only: ``<user>``, ``<group>``, ``<fingerprint>``, ``<digest>``.

    value   = ns ":v:" scope ":" item ":<fingerprint>:{<digest>}"
    live    = ns ":d:" scope ":" item ":{<digest>}"
    auth    = ns ":a:" scope ":" item ":{<digest>}"
    record  = ns ":p:" ( "device" | "u.<user>" ) ":" item
    scope   = "pub" | "g.<group>" | "u.<user>"

Example: ``careers:v:u.<user>:cv-analysis:<fingerprint>:{<digest>}``. An override may
write its schema's version instead of ``<fingerprint>``.
"""

from __future__ import annotations

import re

import msgspec

from stateroom.catalogue.inputs import Audience
from stateroom.catalogue.segments import (
    FINGERPRINT,
    FINGERPRINT_WORDS,
    ITEM,
    ITEM_WORDS,
    KINDS,
    NAMESPACE,
    NAMESPACE_WORDS,
    Kind,
    ScopeKind,
    check_item_name,
    check_namespace,
    show,
)
from stateroom.errors import InvalidValue

__all__ = ("KeyPattern", "parse_pattern", "pattern_for", "pattern_text")

SCOPES: dict[str, ScopeKind] = {
    "pub": "public",
    "g.<group>": "group",
    "u.<user>": "user",
    "device": "device",
}
SERVER_KINDS: tuple[ScopeKind, ...] = ("public", "group", "user")
RECORD_KINDS: tuple[ScopeKind, ...] = ("device", "user")
HASH_TAG = "{<digest>}"
SERVER_SCOPES = "pub, g.<group> or u.<user>"
RECORD_SCOPES = "device or u.<user>"
LETTERS = "v (cache), d (live), a (auth) or p (persist)"

_PLACEHOLDER = re.compile(
    r"\$?\{(?!<digest>\})[^{}]*\}"  # ${x}, {x}
    r"|<[^<>]*>"  # <x>, among them those we fill
    r"|%(?:\(\w*\))?[a-z]"  # %s, %(x)s; an escape has digits and capitals
    r"|\$\w+"  # $x
)
_FILLED = {"<user>", "<group>", "<fingerprint>", "<digest>"}
_HIDDEN_COLON = "\0"


class KeyPattern(msgspec.Struct, frozen=True, kw_only=True):
    """What a pattern says, as far as it can be read.

    Attributes:
        text: the pattern itself; also what ``str`` prints.
        namespace: what stands first, as found, valid or not.
        kind: what is stored under it; None when the second segment names no kind.
        scope: who shares what stands there; None when the scope is missing, unreadable
            or fixed: ``u.42`` is one key for all users, not a key per user.
        item: what stands in the item's place, as found, valid or not.
        has_fingerprint: whether it names a schema version; only kind cache needs one.
        unfilled: placeholders, in order, that nothing fills.
        faults: whatever the grammar refuses, each as a sentence; in order.
    """

    text: str
    namespace: str = ""
    kind: Kind | None = None
    scope: ScopeKind | None = None
    item: str = ""
    has_fingerprint: bool = False
    unfilled: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


def pattern_for(
    namespace: str, place: Kind, audience: Audience, item: str
) -> KeyPattern:
    """Return the pattern under which an item is stored, scoped by its audience.

    The scope is never wider than the audience. ``tab`` has no scope of its own and is
    given its user's, the narrowest there is. A client's storage may serve one user
    after another, so a record is scoped by its user unless everybody may see it; who
    knows better that it belongs to the device says so to ``pattern_text``.

    Args:
        namespace: the application's.
        place: the kind of data in Redis, or ``persist``.
        audience: who may see one and the same value.
        item: the item's name.

    Raises:
        InvalidValue: an argument is not of its kind.
    """
    scope: str = audience
    if place == "persist" and audience in {"public", "group"}:
        scope = "device" if audience == "public" else "user"
    return parse_pattern(pattern_text(namespace, place, scope, item))


def pattern_text(namespace: str, place: Kind, scope: str, item: str) -> str:
    """Return the text of a pattern whose scope is known.

    Args:
        namespace: the application's.
        place: the kind of data in Redis, or ``persist``.
        scope: ``public``, ``group`` or ``user``; for ``persist`` ``device`` or
            ``user``. ``tab`` is taken as ``user``.
        item: the item's name.

    Raises:
        InvalidValue: an argument is not of its kind.
    """
    if place not in KINDS:
        raise InvalidValue(
            "not a kind of data", found=show(place), allowed=", ".join(KINDS)
        )
    spelled = _spelled(place, "user" if scope == "tab" else scope)
    head = f"{check_namespace(namespace)}:{KINDS[place]}:{spelled}"
    text = f"{head}:{check_item_name(item)}"
    if place == "cache":
        text += ":<fingerprint>"
    return text if place == "persist" else f"{text}:{HASH_TAG}"


def parse_pattern(text: str) -> KeyPattern:
    """Say what ``text`` means as a pattern; what is wrong with it is in ``faults``.

    What is missing or unreadable comes back as None or empty, so that a reader who
    asks for a scope as narrow as the audience is answered no.
    """
    found = [hit[0] for hit in _PLACEHOLDER.finditer(text)]
    hidden = _PLACEHOLDER.sub(lambda hit: hit[0].replace(":", _HIDDEN_COLON), text)
    reading = _Reading([part.replace(_HIDDEN_COLON, ":") for part in hidden.split(":")])
    return KeyPattern(
        text=text,
        namespace=reading.namespace(),
        kind=reading.kind(),
        scope=reading.scope(),
        item=reading.item(),
        has_fingerprint=reading.fingerprint() or "<fingerprint>" in found,
        unfilled=tuple(each for each in found if each not in _FILLED),
        faults=reading.end(),
    )


def _spelled(place: Kind, scope: str) -> str:
    for spelling, kind in SCOPES.items():
        if kind == scope and kind in _allowed(place):
            return spelling
    raise InvalidValue(
        f"not a scope of {place}", found=show(scope), allowed=", ".join(_allowed(place))
    )


def _allowed(place: Kind) -> tuple[ScopeKind, ...]:
    return RECORD_KINDS if place == "persist" else SERVER_KINDS


class _Reading:
    """The segments of one pattern, taken from left to right; collects the faults."""

    def __init__(self, segments: list[str]) -> None:
        self._left = segments[::-1]
        self._faults: list[str] = []
        self._kind: Kind | None = None

    def namespace(self) -> str:
        return self._take("namespace", NAMESPACE, NAMESPACE_WORDS)

    def kind(self) -> Kind | None:
        letter = self._left.pop() if self._left else ""
        known = {each: kind for kind, each in KINDS.items()}
        self._kind = known.get(letter)
        if self._kind is None:
            self._fault("kind", letter, LETTERS)
            self._left.clear()  # what follows has no meaning without it
        return self._kind

    def scope(self) -> ScopeKind | None:
        if self._kind is None:
            return None
        found = self._left.pop() if self._left else ""
        scope = SCOPES.get(found)
        if scope not in _allowed(self._kind):
            is_record = self._kind == "persist"
            self._fault("scope", found, RECORD_SCOPES if is_record else SERVER_SCOPES)
        return scope

    def item(self) -> str:
        return "" if self._kind is None else self._take("item", ITEM, ITEM_WORDS)

    def fingerprint(self) -> bool:
        """Say whether there is one. It may be missing: the hash tag then follows."""
        if self._kind != "cache":
            return False
        found = self._left[-1] if self._left else ""
        is_one = found == "<fingerprint>" or bool(FINGERPRINT.fullmatch(found))
        is_missing = not is_one and len(self._left) <= 1
        if not is_missing:
            self._left.pop()
        if not is_one:
            shown = "" if is_missing else found
            self._fault("fingerprint", shown, f"<fingerprint>, or {FINGERPRINT_WORDS}")
        return is_one

    def end(self) -> tuple[str, ...]:
        if self._kind not in {None, "persist"}:
            found = self._left.pop() if self._left else ""
            if found != HASH_TAG:
                self._fault("hash tag", found, HASH_TAG)
        if self._left:
            self._fault("end", ":".join(self._left[::-1]), "nothing more")
        return tuple(self._faults)

    def _take(self, name: str, grammar: re.Pattern[str], allowed: str) -> str:
        found = self._left.pop() if self._left else ""
        if not grammar.fullmatch(found):
            self._fault(name, found, allowed)
        return found

    def _fault(self, name: str, found: str, allowed: str) -> None:
        wrong = f"found {show(found)}" if found else "missing"
        self._faults.append(f"{name}: {wrong}; allowed: {allowed}")
