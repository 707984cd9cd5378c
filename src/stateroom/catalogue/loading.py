"""Loads a catalogue from a file, from standard input or from a Python module.

The only module of the catalogue that touches the world outside. Whatever is wrong with
what it finds there ends as one ``CatalogueError``, never as another exception.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from stateroom import signals
from stateroom.catalogue.document import Catalogue, Source
from stateroom.catalogue.faults import Faults
from stateroom.catalogue.parsing import BOM, TextSource, decode, parse, refused
from stateroom.catalogue.reading import read_catalogue, read_document
from stateroom.errors import CatalogueError

__all__ = ("LARGEST_FILE", "STDIN", "load")

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes. Ten thousand items are 2 MB; more than this is not a catalogue."""
STDIN = "-"
"""What names standard input, as in other tools."""

_STDIN_NAME = "<stdin>"
_ATTRIBUTE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_NO_FILE = "write a first catalogue with `stateroom init`"
_NO_MODULE = "is it installed, or its folder on PYTHONPATH?"
_NO_PIPE = "to read from a pipe, name the file -"


def load(path: str | os.PathLike[str]) -> Catalogue:
    """Return the catalogue at ``path``.

    Args:
        path: a ``.json`` file, or TOML under any other name; ``"-"`` for standard input
            (JSON when it begins with ``{``); or ``"package.module:attribute"`` for a
            ``Catalogue``, or a mapping in the form of a file, made in Python.

    Raises:
        CatalogueError: it cannot be read, with every problem that was found.
    """
    name = os.fspath(path)
    catalogue = _catalogue(name)
    if signals.recorder is not None:
        signals.recorder(
            signals.CatalogueLoaded(
                path=name, items=len(catalogue.items), digest=catalogue.digest
            )
        )
    return catalogue


def _catalogue(name: str) -> Catalogue:
    if name == STDIN:
        data = _standard_input()
        is_json = data.removeprefix(BOM).lstrip().startswith(b"{")
        return _of_bytes(_STDIN_NAME, data, is_json=is_json)
    if _ATTRIBUTE.fullmatch(name) and not os.path.lexists(name):
        return _of_module(name)
    return _of_bytes(name, _file(name), is_json=name.lower().endswith(".json"))


def _of_bytes(name: str, data: bytes, *, is_json: bool) -> Catalogue:
    source = TextSource(name, decode(data, name), is_json=is_json)
    faults = Faults()
    catalogue = read_document(parse(source, faults), source, faults)
    faults.stop(source)
    return catalogue


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise refused(_STDIN_NAME, "there is no standard input")
    try:
        return _within_limit(sys.stdin.buffer.read(LARGEST_FILE + 1), _STDIN_NAME)
    except OSError as error:
        raise _unreadable(_STDIN_NAME, error) from None


def _file(name: str) -> bytes:
    try:
        # Looked at before it is opened: opening a pipe would wait for its other end.
        _check_kind(Path(name).stat(), name)
        with Path(name).open("rb") as file:
            return _within_limit(file.read(LARGEST_FILE + 1), name)
    except FileNotFoundError:
        raise refused(name, "there is no such file", hint=_NO_FILE) from None
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from None


def _check_kind(status: os.stat_result, name: str) -> None:
    """Refuse what is no file, or is too large, before it is opened."""
    if stat.S_ISDIR(status.st_mode):
        raise refused(name, "is a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise refused(name, "is not a regular file", hint=_NO_PIPE)
    if status.st_size > LARGEST_FILE:
        raise _too_large(name, f"{status.st_size:,} bytes")


def _within_limit(data: bytes, name: str) -> bytes:
    # Pipes have no size, and some files, the kernel's for one, are longer than theirs.
    if len(data) > LARGEST_FILE:
        raise _too_large(name, f"more than {LARGEST_FILE:,} bytes")
    return data


def _too_large(name: str, found: str) -> CatalogueError:
    allowed = f"at most {LARGEST_FILE:,} bytes"
    return refused(name, "is too large for a catalogue", found=found, allowed=allowed)


def _unreadable(name: str, error: Exception) -> CatalogueError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return refused(name, f"cannot be read: {reason}")


def _of_module(name: str) -> Catalogue:
    value = _attribute(name)
    if isinstance(value, Catalogue):
        return value
    if isinstance(value, Mapping):
        source = Source()
        source.path = name
        return read_catalogue(value, source)
    raise refused(
        name,
        "is not a catalogue",
        found=f"a value of type {type(value).__name__}",
        allowed="a stateroom.Catalogue, or a mapping in the form of a file",
    )


def _attribute(name: str) -> object:
    module, _, attribute = name.partition(":")
    try:
        # What the module prints is no part of our answer.
        with contextlib.redirect_stdout(sys.stderr):
            value: object = importlib.import_module(module)
            for part in attribute.split("."):
                value = getattr(value, part)
    except CatalogueError:
        raise  # of an item declared in that module: it says more than we could
    except (Exception, SystemExit) as error:
        raise refused(
            name,
            f"cannot be imported: {type(error).__name__}: {error}",
            hint=_NO_MODULE if isinstance(error, ModuleNotFoundError) else "",
        ) from None
    return value
