"""What carries requests: httpx on a server, ``fetch`` in a browser.

Neither is imported before it is named. For tests there is
``stateroom.testing.RoutedTransport``; whoever writes another one needs
``stateroom.query.ports``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stateroom.query.transports.browser import FetchTransport
    from stateroom.query.transports.httpx import HttpxTransport

__all__ = ("FetchTransport", "HttpxTransport")

_HOMES = {"FetchTransport": "browser", "HttpxTransport": "httpx"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    value: object = getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
