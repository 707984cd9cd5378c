"""The commands of ``cache``."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, assert_never

import msgspec
import typer

from stateroom.catalogue.segments import Scope, parse_scope
from stateroom.cli.blocks import Block, Line
from stateroom.cli.options import Form
from stateroom.cli.reply import Reply
from stateroom.cli.settings import Settings
from stateroom.errors import (
    InvalidValue,
    NotInvalidated,
    TierError,
    Unavailable,
    UsageError,
)

if TYPE_CHECKING:
    from stateroom.cache import Blocking

__all__ = ("HELP", "invalidate")

HELP = """\
Look after what the cache on Redis holds.

\b
Examples:
  stateroom cache invalidate Job:42 --namespace careers
  stateroom cache invalidate --help
"""
PATIENCE_S = 5.0
"""Seconds for a connection, and for an answer: longer than an application waits."""

Kind: TypeAlias = Literal["tags", "item", "scope", "all"]
_OWNERS: dict[str, Callable[[str], Scope]] = {"u": Scope.user, "g": Scope.group}

Tags = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TAG",
        help="Job:42 for one member, Job for the whole family.",
        show_default=False,
    ),
]
Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        envvar="STATEROOM_REDIS_URL",
        help="The Redis. In the environment, others do not see its password.",
        show_default=False,
    ),
]
Namespace = Annotated[
    str,
    typer.Option("--namespace", metavar="NAME", help="As the Cache was given it."),
]
ItemOf = Annotated[
    str | None,
    typer.Option("--item", metavar="NAME", help="Every entry of this item."),
]
ScopeOf = Annotated[
    str | None,
    typer.Option("--scope", metavar="SCOPE", help="Every entry of u.USER or g.GROUP."),
]
All = Annotated[bool, typer.Option("--all", help="Every entry of the namespace.")]


class Wish(msgspec.Struct, frozen=True):
    """What is to be invalidated: the names of one kind of thing."""

    kind: Kind
    names: tuple[str, ...] = ()


class Invalidated(msgspec.Struct, frozen=True, kw_only=True):
    """What was invalidated.

    Attributes:
        in_use: how many of its tags were on an entry, or could have been; none where
            everything was invalidated, which nobody counts.
    """

    schema_version: str = "1.0"
    redis: str
    namespace: str
    kind: Kind
    names: tuple[str, ...]
    in_use: int | None


def invalidate(
    tags: Tags = None,
    *,
    namespace: Namespace,
    url: Url = None,
    item: ItemOf = None,
    scope: ScopeOf = None,
    every: All = False,
    form: Form = None,
) -> Reply:
    """Make entries of the cache invalid, for every process that reads it.

    Nothing is searched for: it takes one step, however many entries there are. Say
    what to invalidate in one of four ways: tags, an item, a scope, or all.

    Examples:
      stateroom cache invalidate Job:42 Job:43 --namespace careers
      stateroom cache invalidate Job --namespace careers --url redis://localhost
      stateroom cache invalidate --item job-search --namespace careers
      stateroom cache invalidate --scope u.7 --namespace careers
      stateroom cache invalidate --all --namespace careers --format json
    """
    form = Settings().form(form)
    wish = _wish(tags or [], item, scope, every=every)
    if not url:
        raise UsageError(
            "which Redis? No --url, and STATEROOM_REDIS_URL is not set",
            hint="such as --url redis://localhost:6379/0",
        )
    done = _carry_out(wish, url, namespace)
    return Reply(text=lambda: _text(done), data=lambda: done, form=form)


def _wish(tags: list[str], item: str | None, scope: str | None, *, every: bool) -> Wish:
    wishes = [Wish("tags", tuple(dict.fromkeys(tags)))] if tags else []
    wishes += [Wish("item", (item,))] if item is not None else []
    wishes += [Wish("scope", (scope,))] if scope is not None else []
    wishes += [Wish("all")] if every else []
    match wishes:
        case [one]:
            return one
        case []:
            problem = "nothing to invalidate is named"
        case _:
            problem = f"say one of these: {', '.join(each.kind for each in wishes)}"
    raise UsageError(problem, hint="give tags, --item, --scope or --all")


def _carry_out(wish: Wish, url: str, namespace: str) -> Invalidated:
    # Loaded on use: the help needs none of it.
    from stateroom.cache import Cache  # noqa: PLC0415 - as said
    from stateroom.link import read_url  # noqa: PLC0415 - as said

    # The error is told once, and not in the log as well.
    logging.getLogger("stateroom.cache").addHandler(logging.NullHandler())
    redis = read_url(url).shown
    with Cache(
        url, namespace=namespace, connect_timeout=PATIENCE_S, timeout=PATIENCE_S
    ) as cache:
        try:
            in_use = _invalidate(cache.blocking, wish)
        except NotInvalidated as error:
            raise _final(error, redis) from error
    return Invalidated(
        redis=redis,
        namespace=namespace,
        kind=wish.kind,
        names=wish.names,
        in_use=in_use,
    )


def _invalidate(cache: Blocking, wish: Wish) -> int | None:
    match wish.kind:
        case "tags":
            return cache.invalidate_tags(*wish.names)
        case "item":
            return cache.invalidate_item(wish.names[0])
        case "scope":
            return cache.invalidate_scope(_scope(wish.names[0]))
        case "all":
            cache.clear()
            return None
    assert_never(wish.kind)


def _scope(text: str) -> Scope:
    try:
        return parse_scope(text)
    except InvalidValue as error:
        mark, dot, name = text.partition(".")
        if mark not in _OWNERS or not dot or not name:
            raise
        near = f"did you mean {_OWNERS[mark](name)}?"
        raise InvalidValue(
            f"--scope: {error}", found=error.found, allowed=error.allowed, hint=near
        ) from None


def _final(error: NotInvalidated, redis: str) -> TierError:
    """Return what to say instead: a process that ends queues nothing."""
    cause = error.__cause__
    if not isinstance(cause, Unavailable):
        return cause if isinstance(cause, TierError) else error
    return Unavailable(
        f"{redis}: {cause}",
        hint="nothing is certain to be invalid: run it again when the server answers",
    )


def _text(done: Invalidated) -> Iterator[Block]:
    yield Line(f"{done.namespace} on {done.redis}: {_what(done)}.")


def _what(done: Invalidated) -> str:
    if done.kind == "tags":
        total = len(done.names)
        return f"{', '.join(done.names)} invalidated; {done.in_use} of {total} in use"
    if done.kind == "all":
        return "every entry invalidated"
    name = " ".join((*(["the item"] if done.kind == "item" else []), *done.names))
    found = "" if done.in_use else "; there was none"
    return f"every entry of {name} invalidated{found}"
