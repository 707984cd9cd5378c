"""What redis-py is told when a connection is opened, the same for both drivers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar, cast

from stateroom.errors import InvalidValue
from stateroom.link.targets import Budgets, Target

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

__all__ = (
    "CLIENT_NAME",
    "Made",
    "cluster_settings",
    "made",
    "node_settings",
    "sign_in",
)

CLIENT_NAME = "stateroom"
"""What ``CLIENT LIST`` shows beside our connections."""


class Made(Protocol[T_co]):
    """Makes a ``T`` from settings that are collected by name."""

    def __call__(self, *args: object, **settings: object) -> T_co: ...


def made(maker: Callable[..., T]) -> Made[T]:
    """Return redis-py's maker of something, to be called with collected settings.

    Its parameters have types of their own, and ours are known by name only: what does
    not fit shows when it is called, and every kind of server is called in the tests.
    """
    return cast("Made[T]", maker)


def node_settings(budgets: Budgets) -> dict[str, object]:
    """Return the settings of one connection to a node, those of its URL aside."""
    return {
        "protocol": 2,  # replies are arrays and strings; pushes come on a subscription
        "client_name": CLIENT_NAME,
        "socket_connect_timeout": budgets.connect_s,
        "decode_responses": False,
        # What to repeat is decided by the link, within one budget.
        "retry_on_error": [],
    }


def cluster_settings(target: Target, budgets: Budgets) -> dict[str, object]:
    """Return the settings of a cluster's client."""
    settings = node_settings(budgets)
    del settings["retry_on_error"]  # a cluster's client has its own, below
    return {
        **settings,
        **sign_in(target),
        "ssl": target.is_tls,
        "cluster_error_retry_attempts": 1,  # after a failover the map is read anew
        "require_full_coverage": False,
    }


def sign_in(target: Target) -> dict[str, object]:
    """Return user, password and the options of TLS, as the URL gives them."""
    settings: dict[str, object] = {}
    if target.username:
        settings["username"] = target.username
    if target.password:
        settings["password"] = target.password
    for name, text in target.options.items():
        if not name.startswith("ssl_"):
            raise InvalidValue(
                "a cluster's or a sentinel's URL takes no such parameter",
                found=name,
                allowed="those of TLS: ssl_ca_certs, ssl_certfile, ssl_keyfile, ...",
            )
        settings[name] = text
    return settings
