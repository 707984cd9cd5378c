"""Finds what an application has declared to be kept: ``MODULE:NAME``."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterable, Mapping
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, cast

from stateroom.errors import UsageError

if TYPE_CHECKING:
    from stateroom.persist.persisted import Persisted

__all__ = ("declared",)

HINT = "such as --app careers.state:kept"


def declared(app: str) -> tuple[Persisted[object], ...]:
    """Return the declarations that a name stands for.

    Args:
        app: a module and, after a colon, a name in it: what ``persist`` returned, a
            sequence of these, a store, or a persistor.

    Raises:
        UsageError: there is no such module or name, or it is something else.
    """
    module, colon, name = app.partition(":")
    if not (module and colon and name):
        raise UsageError(f"--app: {app!r} is not MODULE:NAME", hint=HINT)
    found = _named(_imported(module), name, app)
    parts = _parts_of(found)
    if not parts:
        raise UsageError(
            f"--app: {app} is {type(found).__name__}, in which nothing is kept",
            hint="name what persist(...) returned, some of these, or the store",
        )
    return parts


def _imported(module: str) -> object:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        # What it prints is no part of the answer.
        with contextlib.redirect_stdout(sys.stderr):
            return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(f"{error.name}.")):
            raise UsageError(
                f"--app: there is no module {error.name} here",
                hint="run it in the folder in which your application starts",
            ) from error
        raise _failed(module, error) from error
    except (Exception, SystemExit) as error:
        raise _failed(module, error) from error


def _failed(module: str, error: BaseException) -> UsageError:
    return UsageError(
        f"--app: importing {module} failed: {type(error).__name__}: {error}",
        hint="--verbose tells where",
    )


def _named(module: object, name: str, app: str) -> object:
    try:
        found: object = attrgetter(name)(module)
    except AttributeError as error:
        raise UsageError(f"--app: {app}: {error}", hint=HINT) from error
    return found


def _parts_of(found: object) -> tuple[Persisted[object], ...]:
    # Loaded on use: the help needs none of it.
    from stateroom.persist.persisted import Persisted  # noqa: PLC0415 - as said
    from stateroom.store import Store  # noqa: PLC0415

    if isinstance(found, Persisted):
        return (cast("Persisted[object]", found),)
    store: object = getattr(found, "store", found)
    if isinstance(store, Store):
        found = cast("Mapping[str, object]", store.parts).values()
    if isinstance(found, str) or not isinstance(found, Iterable):
        return ()
    return tuple(each for each in found if isinstance(each, Persisted))
