"""Starts the devtools of a store."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import TypedDict

from stateroom.store.devtools.connection import Limits
from stateroom.store.devtools.creating import Creator, Creators
from stateroom.store.devtools.encoding import Encoder
from stateroom.store.devtools.instrument import Instrument, Seam, now_ms
from stateroom.store.devtools.listening import open_port
from stateroom.store.devtools.messages import Instance
from stateroom.store.devtools.remote import Remote
from stateroom.store.devtools.sanitising import Sanitiser
from stateroom.store.devtools.serving import Server
from stateroom.store.devtools.tools import Devtools

__all__ = ("DevtoolsOptions", "start")


class DevtoolsOptions(TypedDict, total=False):
    """What ``store.devtools`` hands on to ``start``; see there."""

    host: str
    name: str
    max_age: int | None
    catch_errors: bool
    sanitise: Sanitiser | None
    creators: Mapping[str, Creator] | None
    origins: tuple[str, ...]
    limits: Limits | None
    clock: Callable[[], int]


def start(
    store: Seam,
    *,
    port: int | None = None,
    host: str = "localhost",
    name: str = "stateroom",
    max_age: int | None = 30,
    catch_errors: bool = False,
    sanitise: Sanitiser | None = None,
    creators: Mapping[str, Creator] | None = None,
    origins: tuple[str, ...] = (),
    limits: Limits | None = None,
    clock: Callable[[], int] = now_ms,
) -> Devtools:
    """Record what is dispatched, and let Redux DevTools connect.

    Args:
        store: the store.
        port: what Redux DevTools connect to, 8000 by their default; 0 takes a free
            one; None opens no port and only records.
        host: ``localhost``, ``127.0.0.1`` or ``::1``; this machine only.
        name: of the store in the monitors' list.
        max_age: how many steps are kept; older actions are committed. None keeps all.
        catch_errors: record an action that the reducer fails at, instead of raising.
        sanitise: what the monitors are not shown; by default what stands under keys
            such as ``password``: see ``Sanitiser``.
        creators: action creators that a monitor may call by name.
        origins: web pages that may connect, e.g. ``"https://devtools.example.org"``;
            pages of this machine and browser extensions always may.
        limits: how much a monitor may send, and for how long it may be silent.
        clock: the time of an action, in ms since the Unix epoch.

    Raises:
        DevtoolsError: the port is in use, the host is not this machine, the store has
            devtools already, or there are no sockets here.
    """
    sanitiser = Sanitiser() if sanitise is None else sanitise
    sockets = () if port is None else open_port(host, port)
    try:
        instrument = Instrument(
            store, max_age=max_age, catch_errors=catch_errors, clock=clock
        )
    except BaseException:
        for one in sockets:
            one.close()
        raise
    if not sockets:
        return Devtools(instrument, sanitiser=sanitiser, server=None)
    known = Creators({} if creators is None else creators)
    remote = Remote(
        instrument,
        instance=Instance(secrets.token_urlsafe(15), name=name, creators=known.offered),
        encoder=Encoder(sanitiser, kind_of=instrument.kind_of),
        creators=known,
    )
    server = Server(
        remote,
        sockets,
        limits=Limits() if limits is None else limits,
        origins=origins,
    )
    return Devtools(instrument, sanitiser=sanitiser, server=server)
