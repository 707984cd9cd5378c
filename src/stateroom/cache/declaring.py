"""From a decorated function and its options to a recipe; refuses what cannot work."""

from __future__ import annotations

import hashlib
import inspect
import re
import typing
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

from stateroom.cache.places import Namer, member_tags
from stateroom.cache.policy import Policy, milliseconds
from stateroom.cache.recipe import MOST_TAGS, Recipe
from stateroom.catalogue.keys import check_item_name
from stateroom.codec.codecs import MISSING, Codec, codec_for
from stateroom.errors import InvalidValue, UsageError

__all__ = (
    "Declaration",
    "Tags",
    "Time",
    "is_async",
    "item_of",
    "recipe_for",
    "recipe_of",
)

Time: TypeAlias = float | timedelta
"""Seconds, or a ``timedelta``."""
Tags: TypeAlias = Iterable[str] | Callable[..., Iterable[str]]
"""What invalidates an entry: fixed, or computed from the result."""

LONGEST_ITEM = 64
NEGATIVE_TTL_S = 60.0
"""For what ``keep`` refuses, where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """The options of ``Cache.cached``; see there."""

    ttl: Time
    tags: Tags = ()
    version: str | int | None = None
    stale_for: Time = 0
    stale_if_error: Time = 0
    negative_ttl: Time | None = None
    keep: Callable[..., bool] | None = None
    scope: str | None = None
    ignore: Collection[str] = ()
    name: str | None = None
    returns: object = MISSING
    early: float = 1.0
    jitter: float = 0.1
    load_timeout: Time = 0
    soft_timeout: Time = 0
    wait: Time = 30

    def __post_init__(self) -> None:
        """Refuse a decorator without its options, which would eat the function."""
        ttl: object = self.ttl
        if callable(ttl):
            found = getattr(ttl, "__name__", "a function")
            raise UsageError(
                f"cached has no ttl; found {found}",
                hint="options come first: @cache.cached(ttl=300)",
            )

    def policy(self) -> Policy:
        """Return how long entries live.

        Raises:
            InvalidValue: a time is none, or two of them contradict each other.
        """
        if not 0 <= self.jitter < 1:
            raise _out_of_range("jitter", self.jitter, "0 or more, and less than 1")
        if not 0 <= self.early < float("inf"):
            raise _out_of_range("early", self.early, "0 or more")
        negative = self.negative_ttl
        if negative is None:
            negative = NEGATIVE_TTL_S if self.keep is not None else 0
        return Policy(
            ttl_ms=milliseconds(self.ttl, "ttl", least=1),
            stale_ms=milliseconds(self.stale_for, "stale_for"),
            error_ms=milliseconds(self.stale_if_error, "stale_if_error"),
            negative_ms=milliseconds(negative, "negative_ttl"),
            early=self.early,
            jitter=self.jitter,
            load_timeout_ms=milliseconds(self.load_timeout, "load_timeout"),
            soft_timeout_ms=milliseconds(self.soft_timeout, "soft_timeout"),
            wait_ms=milliseconds(self.wait, "wait"),
        )

    def refuses_absence(self) -> Callable[..., bool] | None:
        """Return ``keep``; where only ``negative_ttl`` is given, None is negative."""
        if self.keep is None and self.negative_ttl is not None:
            return _is_there
        return self.keep


def recipe_of(
    function: Callable[..., object],
    declaration: Declaration,
    *,
    namespace: str,
    signing_keys: tuple[bytes, ...],
    is_split: bool,
) -> Recipe[object]:
    """Return the recipe of a function's entries.

    Raises:
        UsageError: the type of the result cannot be cached, or an option is wrong.
    """
    returned = _returned(function, declaration.returns)
    return recipe_for(
        item_of(function, declaration.name),
        replace(declaration, returns=returned),
        where=f"{function.__module__}.{function.__qualname__}",
        namespace=namespace,
        signing_keys=signing_keys,
        is_split=is_split,
    )


def recipe_for(
    item: str,
    declaration: Declaration,
    *,
    where: str,
    namespace: str,
    signing_keys: tuple[bytes, ...],
    is_split: bool,
) -> Recipe[object]:
    """Return the recipe of an item's entries.

    Raises:
        UsageError: the type ``returns`` cannot be cached, or an option is wrong.
    """
    codec: Codec[object] = codec_for(
        declaration.returns, where=where, version=declaration.version
    )
    fixed, computed = _tags(declaration.tags, namespace, item)
    return Recipe(
        namer=Namer(
            namespace=namespace, item=item, fingerprint=codec.fingerprint, tags=fixed
        ),
        policy=declaration.policy(),
        codec=codec,
        keep=declaration.refuses_absence(),
        tags_of=computed,
        signing_keys=signing_keys,
        is_split=is_split,
    )


def item_of(function: Callable[..., object], name: str | None) -> str:
    """Return the name of a function's entries: as given, or its own with its module."""
    if name is not None:
        return check_item_name(name)
    full = f"{function.__module__}.{function.__qualname__}".replace(".<locals>", "")
    plain = re.sub(r"[^A-Za-z0-9._-]", "-", full).lstrip("._-") or "function"
    if len(plain) <= LONGEST_ITEM and plain == full:
        return plain
    # Shortened names stay apart by a piece of their hash.
    tail = hashlib.blake2b(full.encode(), digest_size=4).hexdigest()
    return f"{plain[-(LONGEST_ITEM - 9) :].lstrip('._-')}-{tail}"


def _returned(function: Callable[..., object], given: object) -> object:
    if given is not MISSING:
        return given
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except NameError as error:
        raise UsageError(
            f"{function.__qualname__}: its annotations name {error.name!r}, which is "
            "not defined yet",
            hint="define it above the function, or say returns=TYPE",
        ) from error
    return hints.get("return", MISSING)


def _tags(
    tags: Tags, namespace: str, item: str
) -> tuple[tuple[str, ...], Callable[..., Iterable[str]] | None]:
    if callable(tags):
        _check_takes_result(tags, item)
        return (), tags
    if isinstance(tags, str):
        raise InvalidValue(
            f"{item}: tags is one text", found=repr(tags), allowed=f"[{tags!r}]"
        )
    fixed = tuple(dict.fromkeys(tags))
    if len(fixed) > MOST_TAGS:
        raise UsageError(f"{item}: {len(fixed)} tags; at most {MOST_TAGS}")
    member_tags(namespace, fixed)  # refuses what is no tag
    return fixed, None


def _check_takes_result(tags: Callable[..., object], item: str) -> None:
    try:
        parameters = inspect.signature(tags)
    except ValueError:  # some that are written in C do not tell
        return
    try:
        parameters.bind(object())
    except TypeError as error:
        raise UsageError(
            f"{item}: tags is called with the result alone ({error})",
            hint="tags=lambda result: [...]; what the arguments say can stand in it",
        ) from None


def _is_there(value: object) -> bool:
    return value is not None


def _out_of_range(name: str, found: object, allowed: str) -> InvalidValue:
    return InvalidValue(f"{name} is out of range", found=repr(found), allowed=allowed)


def is_async(function: object) -> bool:
    """Say whether calling it gives something to await."""
    return inspect.iscoroutinefunction(function)
