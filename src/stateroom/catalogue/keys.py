r"""The grammar of every key that Stateroom writes, with its one parser and printer.

    key         = value | lease | tag | live | auth | record
    value       = ns ":v:" scope ":" item ":" fingerprint ":" hash-tag
    lease       = ns ":l:" role ":" scope ":" item ":" hash-tag
    live        = ns ":d:" scope ":" item ":" hash-tag
    auth        = ns ":a:" scope ":" item ":" hash-tag
    record      = ns ":p:" ( "device" | "u." id ) ":" item
    tag         = ns ":t:" ( family [ ":" member ] | implicit )
    implicit    = "@all" | "@item:" item | "@scope:" scope | "@moved" [ ":" family ]
    scope       = "pub" | "g." id | "u." id
    role        = "lease" | "fence"
    hash-tag    = "{" digest "}"
    ns          = 1*32 of a-z 0-9 "-", not "-" first
    item        = 1*64 of A-Z a-z 0-9 "." "_" "-", letter or digit first
    fingerprint = 1*16 of a-z 0-9          (version of the value's schema)
    digest      = 32 of 0-9 a-f            (digest_of: item, scope, arguments)
    id, family, member = 1* ( A-Z a-z 0-9 "_" "~" "." "-" | "%" 2 of 0-9 A-F )

What follows from it, and is tested:

* A text is a key in one way only, and a key has one text. Ids are UTF-8, escaped where
  they must be and nowhere else; an id is text, and the int 7 is the id ``"7"``.
* Redis Cluster hashes what stands between the first pair of braces. That is the digest
  and nothing else, so that a value, under every fingerprint, shares its slot with its
  lease and fence, and one script may touch them all.
* Only values stand under ``tracked_prefix(ns)``: a lease sends no push to anybody.
* No text holds ``*?[]\``, so that a key used as a glob matches itself alone.
* ``@`` starts no escaped family: an application's tag is never an implicit one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

from stateroom.catalogue.keytypes import (
    RECORD_SCOPES,
    SERVER_SCOPES,
    DataKey,
    ImplicitTagKey,
    Key,
    LeaseKey,
    MovedKey,
    RecordKey,
    TagKey,
    ValueKey,
    check_scope,
)
from stateroom.catalogue.patterns import (
    KeyPattern,
    parse_pattern,
    pattern_for,
    pattern_text,
)
from stateroom.catalogue.segments import (
    DEVICE,
    FINGERPRINT_WORDS,
    ID_WORDS,
    ITEM_WORDS,
    NAMESPACE_WORDS,
    PUBLIC,
    ROLES,
    Kind,
    Role,
    Scope,
    ScopeKind,
    Tag,
    check_digest,
    check_fingerprint,
    check_item_name,
    check_namespace,
    check_role,
    digest_of,
    family,
    parse_scope,
    parse_tag,
    show,
    unescape,
)
from stateroom.errors import InvalidValue, KeyFormatError

__all__ = (
    "DEVICE",
    "PUBLIC",
    "DataKey",
    "ImplicitTagKey",
    "Key",
    "KeyPattern",
    "Kind",
    "LeaseKey",
    "MovedKey",
    "RecordKey",
    "Role",
    "Scope",
    "ScopeKind",
    "Tag",
    "TagKey",
    "ValueKey",
    "check_item_name",
    "check_namespace",
    "digest_of",
    "family",
    "parse_key",
    "parse_pattern",
    "parse_scope",
    "parse_tag",
    "pattern_for",
    "pattern_text",
    "tracked_prefix",
)

T = TypeVar("T")

SERVER_SCOPE_WORDS = "pub, g.ID or u.ID, with ID escaped"
RECORD_SCOPE_WORDS = "device or u.ID, with ID escaped"
HASH_TAG_WORDS = "{DIGEST}: 32 of 0-9 and a-f, in braces"
FAMILY_WORDS = f"{ID_WORDS}; or @all, @item, @scope, @moved"
LETTERS = "v (value), l (lease), t (tag), d (live), a (auth), p (record)"


def tracked_prefix(namespace: str) -> str:
    """Return what every value key of ``namespace`` starts with, and no other key."""
    return f"{check_namespace(namespace)}:v:"


def parse_key(text: str | bytes) -> Key:
    """Read a key that ``str(key)`` printed.

    Raises:
        KeyFormatError: it is none; says which segment is wrong, what was found there
            and what is allowed.
    """
    segments = _Segments(text)
    namespace = segments.take("namespace", check_namespace, NAMESPACE_WORDS)
    read = segments.take("kind", _reader_of, LETTERS)
    key = read(namespace, segments)
    segments.end()
    return key


class _Segments:
    """The segments of one text, taken from left to right."""

    def __init__(self, text: str | bytes) -> None:
        # Latin-1 reads any bytes; what is not ASCII is then refused in its segment.
        self._text = text if isinstance(text, str) else text.decode("latin-1")
        self._left = self._text.split(":")[::-1]
        self._taken = 0

    def take(self, name: str, read: Callable[[str], T], allowed: str) -> T:
        self._taken += 1
        if not self._left:
            raise self._refused(f"segment {self._taken} ({name}) is missing", allowed)
        try:
            return read(self._left.pop())
        except InvalidValue as error:
            wrong = f"segment {self._taken} ({name}) is {error}; found {error.found}"
            raise self._refused(wrong, error.allowed or allowed) from None

    @property
    def has_more(self) -> bool:
        return bool(self._left)

    def end(self) -> None:
        if self._left:
            wrong = f"segment {self._taken + 1} is too many; found "
            raise self._refused(wrong + show(self._left[-1]), "the end of the key")

    def _refused(self, wrong: str, allowed: str) -> KeyFormatError:
        return KeyFormatError(f"{show(self._text)}: {wrong}; allowed: {allowed}")


def _read_value(namespace: str, segments: _Segments) -> Key:
    return ValueKey(
        namespace=namespace,
        scope=segments.take("scope", _server_scope, SERVER_SCOPE_WORDS),
        item=segments.take("item", check_item_name, ITEM_WORDS),
        fingerprint=segments.take("fingerprint", check_fingerprint, FINGERPRINT_WORDS),
        digest=segments.take("hash tag", _hash_tag, HASH_TAG_WORDS),
    )


def _read_lease(namespace: str, segments: _Segments) -> Key:
    return LeaseKey(
        namespace=namespace,
        role=segments.take("role", check_role, ", ".join(ROLES)),
        scope=segments.take("scope", _server_scope, SERVER_SCOPE_WORDS),
        item=segments.take("item", check_item_name, ITEM_WORDS),
        digest=segments.take("hash tag", _hash_tag, HASH_TAG_WORDS),
    )


def _read_live(namespace: str, segments: _Segments) -> Key:
    return _read_data(namespace, "live", segments)


def _read_auth(namespace: str, segments: _Segments) -> Key:
    return _read_data(namespace, "auth", segments)


def _read_data(
    namespace: str, kind: Literal["live", "auth"], segments: _Segments
) -> Key:
    return DataKey(
        namespace=namespace,
        kind=kind,
        scope=segments.take("scope", _server_scope, SERVER_SCOPE_WORDS),
        item=segments.take("item", check_item_name, ITEM_WORDS),
        digest=segments.take("hash tag", _hash_tag, HASH_TAG_WORDS),
    )


def _read_record(namespace: str, segments: _Segments) -> Key:
    return RecordKey(
        namespace=namespace,
        scope=segments.take("scope", _record_scope, RECORD_SCOPE_WORDS),
        item=segments.take("item", check_item_name, ITEM_WORDS),
    )


def _read_tag(namespace: str, segments: _Segments) -> Key:
    word = segments.take("tag", _family, FAMILY_WORDS)
    if word == "@all":
        return ImplicitTagKey(namespace=namespace)
    if word == "@item":
        item = segments.take("item", check_item_name, ITEM_WORDS)
        return ImplicitTagKey(namespace=namespace, of=item)
    if word == "@scope":
        scope = segments.take("scope", _server_scope, SERVER_SCOPE_WORDS)
        return ImplicitTagKey(namespace=namespace, of=scope)
    if word == "@moved":
        has_family = segments.has_more
        named = segments.take("family", _plain_family, ID_WORDS) if has_family else ""
        return MovedKey(namespace=namespace, family=named)
    member = segments.take("member", unescape, ID_WORDS) if segments.has_more else ""
    return TagKey(namespace=namespace, tag=Tag(unescape(word), member))


_READERS: dict[str, Callable[[str, _Segments], Key]] = {
    "v": _read_value,
    "l": _read_lease,
    "d": _read_live,
    "a": _read_auth,
    "p": _read_record,
    "t": _read_tag,
}


def _reader_of(letter: str) -> Callable[[str, _Segments], Key]:
    if letter in _READERS:
        return _READERS[letter]
    raise InvalidValue("not a kind of key", found=show(letter), allowed=LETTERS)


def _server_scope(text: str) -> Scope:
    return check_scope(parse_scope(text), SERVER_SCOPES)


def _record_scope(text: str) -> Scope:
    return check_scope(parse_scope(text), RECORD_SCOPES)


def _hash_tag(text: str) -> str:
    if text[:1] + text[-1:] == "{}":
        return check_digest(text[1:-1])
    raise InvalidValue("not a hash tag", found=show(text), allowed=HASH_TAG_WORDS)


def _plain_family(text: str) -> str:
    return Tag(unescape(text)).family


def _family(text: str) -> str:
    if text in {"@all", "@item", "@scope", "@moved"}:
        return text
    try:
        Tag(unescape(text))
    except InvalidValue as error:
        raise InvalidValue(
            str(error), found=error.found, allowed=FAMILY_WORDS
        ) from None
    return text
