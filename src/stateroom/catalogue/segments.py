r"""What stands between the colons of a key: names, ids, scopes, tags, digests.

Every part has exactly one spelling, and none can hold a character that means something
to Redis or to the grammar: ``:`` ends a segment, ``{}`` forge a hash tag, ``*?[]\``
forge a glob. The whole grammar is in ``stateroom.catalogue.keys``.
"""

from __future__ import annotations

import hashlib
import re
from typing import Literal, TypeAlias, get_args

import msgspec

from stateroom.errors import InvalidValue

__all__ = (
    "DEVICE",
    "KINDS",
    "PUBLIC",
    "Kind",
    "Role",
    "Scope",
    "ScopeKind",
    "Tag",
    "check_digest",
    "check_fingerprint",
    "check_item_name",
    "check_namespace",
    "check_role",
    "digest_of",
    "escape",
    "family",
    "parse_scope",
    "parse_tag",
    "show",
    "unescape",
)

Kind: TypeAlias = Literal["cache", "live", "auth", "persist"]
Role: TypeAlias = Literal["lease", "fence"]
ScopeKind: TypeAlias = Literal["public", "group", "user", "device"]

KINDS: dict[Kind, str] = {"cache": "v", "live": "d", "auth": "a", "persist": "p"}
"""The letter under which each kind of data stands, second segment of its keys."""

NAMESPACE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
NAMESPACE_WORDS = "1 to 32 of a-z, 0-9 and -, not starting with -"
ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
ITEM_WORDS = "1 to 64 of A-Z, a-z, 0-9, . _ and -, starting with a letter or digit"
FINGERPRINT = re.compile(r"[a-z0-9]{1,16}")
FINGERPRINT_WORDS = "1 to 16 of a-z and 0-9"
DIGEST = re.compile(r"[0-9a-f]{32}")
DIGEST_WORDS = "32 of 0-9 and a-f"
ROLES: tuple[Role, ...] = get_args(Role)
SCOPE_WORDS = "pub, g.ID, u.ID or device, with ID escaped"
ID_WORDS = "A-Z a-z 0-9 _ ~ . - as they are, every other byte of UTF-8 as %XX"
ID_VALUE_WORDS = "text that is not empty, or an int, which equals its decimal text"

DIGEST_BYTES = 16
"""128 bits: two of 10 billion entries share a digest with a chance under 1e-18."""
LENGTH_BYTES = 8
LONGEST_SHOWN = 60

_PLAIN_ID = re.compile(r"[A-Za-z0-9_~.-]+")
_ESCAPED_ID = re.compile(r"(?:[A-Za-z0-9_~.-]|%[0-9A-F]{2})+")
_ESCAPE = re.compile(rb"%([0-9A-F]{2})")
_SPELLING = [
    chr(byte) if _PLAIN_ID.fullmatch(chr(byte)) else f"%{byte:02X}"
    for byte in range(256)
]
_MARKS: dict[str, ScopeKind] = {"g": "group", "u": "user"}


class Scope(msgspec.Struct, frozen=True):
    """Who shares what is stored under a key.

    Attributes:
        kind: ``device`` is for persisted records only.
        id: the group or user as plain text, unescaped; empty for public and device.

    Build one with ``PUBLIC``, ``DEVICE``, ``Scope.group(id)`` or ``Scope.user(id)``.
    """

    kind: ScopeKind
    id: str = ""

    @classmethod
    def group(cls, id: str | int) -> Scope:  # noqa: A002 - the word of the grammar
        """Return the scope of one group; 7 and ``"7"`` are the same group."""
        return cls("group", _id_text(id))

    @classmethod
    def user(cls, id: str | int) -> Scope:  # noqa: A002 - the word of the grammar
        """Return the scope of one user; 7 and ``"7"`` are the same user."""
        return cls("user", _id_text(id))

    def __post_init__(self) -> None:
        if self.kind not in get_args(ScopeKind):
            raise _refused("a kind of scope", self.kind, ", ".join(get_args(ScopeKind)))
        if self.kind in {"public", "device"}:
            if self.id:
                raise _refused(f"an id: {self.kind} has none", self.id, "no id")
            return
        escape(self.id)

    def __str__(self) -> str:
        if self.kind == "public":
            return "pub"
        return (
            "device" if self.kind == "device" else f"{self.kind[0]}.{escape(self.id)}"
        )


PUBLIC = Scope("public")
DEVICE = Scope("device")


class Tag(msgspec.Struct, frozen=True):
    """What an invalidation names: one member of a family, or the whole of it.

    Attributes:
        family: plain text without a colon, e.g. ``"Job"``.
        member: plain text, e.g. ``"42"``; empty names the whole family.
    """

    family: str
    member: str = ""

    @classmethod
    def of(cls, text: str) -> Tag:
        """Return the tag that an application writes as ``"Job"`` or ``"Job:42"``.

        The first colon separates; nothing is unescaped: ``"Job:a:b"`` is the member
        ``"a:b"`` of ``"Job"``.
        """
        name, colon, member = _exact(text).partition(":")
        if colon and not member:
            raise _refused("a tag: its member is empty", text, f"{name}, or {name}:ID")
        return cls(name, member)

    def __post_init__(self) -> None:
        escape(self.family)
        if ":" in self.family:
            raise _refused("a tag's family", self.family, "text without a colon")
        if self.member:
            escape(self.member)

    def __str__(self) -> str:
        name = escape(self.family)
        return f"{name}:{escape(self.member)}" if self.member else name


def family(tag: str) -> str:
    """Return the family of a tag as an application writes it: ``Job`` of ``Job:42``."""
    return Tag.of(tag).family


def check_namespace(value: object) -> str:
    """Return ``value`` if it is a namespace; raise ``InvalidValue`` if it is not."""
    return _matching(NAMESPACE, value, "a namespace", NAMESPACE_WORDS)


def check_item_name(value: object) -> str:
    """Return ``value`` if it is an item's name; raise ``InvalidValue`` otherwise."""
    return _matching(ITEM, value, "an item's name", ITEM_WORDS)


def check_fingerprint(value: object) -> str:
    """Return ``value`` if it is a schema fingerprint; raise ``InvalidValue`` if not."""
    return _matching(FINGERPRINT, value, "a fingerprint", FINGERPRINT_WORDS)


def check_digest(value: object) -> str:
    """Return ``value`` if it is a digest; raise ``InvalidValue`` if it is not."""
    return _matching(DIGEST, value, "a digest", DIGEST_WORDS)


def check_role(value: object) -> Role:
    """Return ``value`` if it is a role of the lease family; else ``InvalidValue``."""
    for role in ROLES:
        if value == role:
            return role
    raise _refused("a role", value, ", ".join(ROLES))


def digest_of(item: str, scope: Scope, arguments: bytes) -> str:
    """Return the digest that names one entry of one item, 32 hex digits.

    The schema fingerprint is left out: an invalidation reaches an entry, and its
    lease, under every fingerprint in use.

    Args:
        item: the item's name.
        scope: whose entry it is.
        arguments: canonical, type-tagged bytes of the call's arguments.
    """
    total = hashlib.blake2b(digest_size=DIGEST_BYTES, person=b"stateroom.key")
    for part in (check_item_name(item).encode(), str(scope).encode(), arguments):
        # The length goes first, so that no two splits hash the same bytes.
        total.update(len(part).to_bytes(LENGTH_BYTES, "big"))
        total.update(part)
    return total.hexdigest()


def escape(text: str) -> str:
    """Spell an id so that it stays inside its segment.

    Nothing is normalised: two texts that only look alike are two ids.

    Raises:
        InvalidValue: it is empty, not text, or holds half of a surrogate pair.
    """
    plain = _exact(text)
    if _PLAIN_ID.fullmatch(plain):
        return plain
    try:
        return "".join(_SPELLING[byte] for byte in plain.encode())
    except UnicodeEncodeError:
        raise _refused("an id: it is no Unicode text", plain, ID_VALUE_WORDS) from None


def unescape(spelling: str) -> str:
    """Return the id that ``spelling`` spells.

    Raises:
        InvalidValue: no id is spelled so: empty, a bare reserved character, lowercase
            hex, an escape of what needs none, or bytes that are not UTF-8.
    """
    if _ESCAPED_ID.fullmatch(spelling):
        raw = _ESCAPE.sub(lambda hit: bytes.fromhex(hit[1].decode()), spelling.encode())
        text = raw.decode(errors="replace")
        if escape(text) == spelling:
            return text
    raise _refused("the one spelling of an id", spelling, ID_WORDS)


def parse_scope(text: str) -> Scope:
    """Read what ``str(scope)`` printed; anything else raises ``InvalidValue``."""
    if text == "pub":
        return PUBLIC
    if text == "device":
        return DEVICE
    mark, dot, spelling = text.partition(".")
    if not dot or mark not in _MARKS:
        raise _refused("a scope", text, SCOPE_WORDS)
    return Scope(_MARKS[mark], unescape(spelling))


def parse_tag(text: str) -> Tag:
    """Read what ``str(tag)`` printed; anything else raises ``InvalidValue``."""
    name, colon, member = text.partition(":")
    return Tag(unescape(name), unescape(member) if colon else "")


def show(value: object) -> str:
    """Print what was found, on one line and shortened when it is long."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def _id_text(value: str | int) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__repr__(value)
    return _exact(value)


def _exact(value: object) -> str:
    """Return non-empty text as a real ``str``: an enum's would print as its name."""
    if isinstance(value, str) and value:
        return str.__str__(value)
    raise _refused("an id", value, ID_VALUE_WORDS)


def _matching(grammar: re.Pattern[str], value: object, what: str, allowed: str) -> str:
    if isinstance(value, str) and grammar.fullmatch(value):
        return str.__str__(value)
    raise _refused(what, value, allowed)


def _refused(what: str, value: object, allowed: str) -> InvalidValue:
    return InvalidValue(f"not {what}", found=show(value), allowed=allowed)
