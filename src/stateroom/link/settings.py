"""What redis-py is told when a connection is opened, the same for both drivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar, cast

from stateroom.errors import InvalidValue
from stateroom.link.ports import Command
from stateroom.link.targets import Budgets, Target

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

__all__ = ("Made", "greeting", "made", "role_in", "settings_of")

CLIENT_NAME = "stateroom"
"""What ``CLIENT LIST`` shows beside our connections."""
_FILES = ("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile")


class Made(Protocol[T_co]):
    """Makes a ``T`` from settings that are collected by name."""

    def __call__(self, **settings: object) -> T_co: ...


def made(maker: Callable[..., T]) -> Made[T]:
    """Return redis-py's maker of something, to be called with collected settings.

    Its parameters have types of their own, and ours are known by name only: what does
    not fit shows when it is called, and every kind of server is called in the tests.
    """
    return cast("Made[T]", maker)


def settings_of(
    target: Target,
    parsed: Callable[[str], Mapping[str, object]],
    budgets: Budgets,
    *,
    reads_s: float | None,
) -> dict[str, object]:
    """Return how to connect to one server; ``connection_class`` where it is no TCP.

    Args:
        target: a standalone server.
        parsed: redis-py's reading of a URL, for its kind of connections.
        budgets: for connecting.
        reads_s: how long to wait for a reply; None where a deadline is set elsewhere.

    Raises:
        InvalidValue: a parameter of the URL is of no use, or names no file.
    """
    for name in _FILES:
        if name in target.options and not Path(target.options[name]).exists():
            raise InvalidValue(f"there is no such file: {name}", found="no file")
    try:
        settings = dict(parsed(target.url))
    except ValueError as error:  # it names the parameter, not its value
        raise InvalidValue(str(error), found="something else") from None
    return {
        **settings,
        "protocol": 2,  # replies are arrays and strings; pushes come on a subscription
        "decode_responses": False,
        "socket_connect_timeout": budgets.connect_s,
        "socket_timeout": reads_s,
        # What to repeat is decided by the link, within one budget.
        "retry_on_error": [],
        "driver_info": None,  # two questions less for each connection
    }


def greeting(*, asks_role: bool) -> list[Command]:
    """Return what is said on a new connection; a refusal of it does no harm.

    A user who may do nothing but read and write keys gets through.
    """
    name: Command = ("CLIENT", "SETNAME", CLIENT_NAME)
    # Not ROLE: that is a command for administrators.
    return [name, ("HELLO",)] if asks_role else [name]


def role_in(reply: object) -> bytes:
    """Return what a server says it is in answer to HELLO; empty when it does not."""
    words: list[object] = reply if isinstance(reply, list) else []
    role = dict(zip(words[::2], words[1::2], strict=False)).get(b"role")
    return role if isinstance(role, bytes) else b""
