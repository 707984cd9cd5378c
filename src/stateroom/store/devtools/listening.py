"""Opens the devtools' port: on this machine's loopback addresses, and on no other.

The DevTools know the server as ``localhost``, which is 127.0.0.1 for one browser and
::1 for another; so both are opened, on the same port.
"""

from __future__ import annotations

import errno
import socket
import sys
from typing import Final

from stateroom.errors import DevtoolsError

__all__ = ("open_port",)

_ADDRESSES: Final = {
    "127.0.0.1": ("127.0.0.1",),
    "::1": ("::1",),
    "localhost": ("127.0.0.1", "::1"),
}
_ATTEMPTS: Final = 20
_BACKLOG: Final = 64
_ABSENT: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


def open_port(host: str, port: int) -> tuple[socket.socket, ...]:
    """Listen on ``port``; 0 takes a free one.

    Args:
        host: ``localhost`` for both loopback addresses, ``127.0.0.1`` or ``::1``.
        port: 0 to 65535.

    Returns:
        one or two listening sockets of the same port, not blocking.

    Raises:
        DevtoolsError: the host is not this machine, the port is taken or not allowed,
            or there are no sockets here (in a browser).
    """
    if host not in _ADDRESSES:
        raise DevtoolsError(
            f"devtools are for this machine only, not for {host!r}",
            hint="host is localhost, 127.0.0.1 or ::1; tunnel to it from elsewhere",
        )
    if sys.platform == "emscripten":
        raise DevtoolsError(
            "a browser opens no port",
            hint="call devtools() without a port: the history works here, too",
        )
    if not 0 <= port < 1 << 16:
        raise DevtoolsError(
            f"a port is a number from 0 to 65535, found {port}",
            hint="0 takes a free one",
        )
    # A free port of one address may be taken on the other: then try the next one.
    for _ in range(_ATTEMPTS if port == 0 else 1):
        found = _open_all(_ADDRESSES[host], port)
        if found:
            return found
    raise DevtoolsError(
        f"port {port} is in use" if port else f"no port of {host} is free",
        hint="another store or Redux DevTools server may have it: close that, "
        "or give another port (0 takes a free one; .port says which)",
    )


def _open_all(addresses: tuple[str, ...], port: int) -> tuple[socket.socket, ...]:
    opened: list[socket.socket] = []
    for address in addresses:
        try:
            opened.append(_open(address, port))
        except OSError as error:
            # Without IPv6 (or, seldom, IPv4) the other address is enough.
            if error.errno in _ABSENT and len(addresses) > 1:
                continue
            _close(opened)
            if error.errno == errno.EADDRINUSE:
                return ()
            raise DevtoolsError(
                f"port {port} cannot be opened: {error}",
                hint="ports below 1024 need rights; take a higher one",
            ) from error
        port = opened[0].getsockname()[1]
    return tuple(opened)


def _open(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would share a port that is in use
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind((address, port))
        opened.listen(_BACKLOG)
        opened.setblocking(False)  # noqa: FBT003 - the standard library's signature
    except BaseException:
        opened.close()
        raise
    return opened


def _close(opened: list[socket.socket]) -> None:
    for one in opened:
        one.close()
