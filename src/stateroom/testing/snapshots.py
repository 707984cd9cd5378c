"""Compares a state with the one that was written down when a test was last agreed on.

A snapshot is the plain form of the state, as JSON beside the test. It is written only
where ``STATEROOM_UPDATE_SNAPSHOTS=1`` asks for it, and never where ``CI`` is set.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from stateroom.errors import NotPlain, UsageError
from stateroom.store.plain import to_plain
from stateroom.store.store import Store

__all__ = ("UPDATE", "assert_snapshot")

UPDATE = "STATEROOM_UPDATE_SNAPSHOTS"
"""The variable that has snapshots written; ``1`` says so."""
FOLDER = "snapshots"
MOST_SHOWN = 200
"""Lines of a difference in a message."""
_NAME = re.compile(r"\w[\w.-]*")


def assert_snapshot(
    of: object, name: str, *, folder: str | os.PathLike[str] | None = None
) -> None:
    """Assert that a state is the one of the snapshot of this name.

    Args:
        of: a store, whose whole state is meant; or a part of a state, or any other
            value that has a plain form.
        name: of the snapshot: ``NAME.json``.
        folder: where it lies; ``snapshots`` beside the calling file when not given.

    Raises:
        AssertionError: it is another, or there is no such snapshot; the message has
            the difference, and what to do where it is wanted.
        NotPlain: something in the state has no plain form.
        UsageError: the name is none, or nobody knows where snapshots lie.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"the name of a snapshot is of letters, digits, _, - and .; got {name!r}"
        )
    beside = sys._getframe(1).f_code.co_filename  # noqa: SLF001 - whoever calls
    path = (_beside(beside) if folder is None else Path(folder)) / f"{name}.json"
    text = _printed(_plain(of))
    if _is_updating():
        _write(path, text)
    else:
        _compare(path, text)


def _plain(of: object) -> object:
    """Return the plain form: of a store, that of each slice by the slice's own type."""
    state = of.state if isinstance(of, Store) else of
    if not isinstance(of, Store) or not isinstance(state, Mapping):
        return to_plain(state)
    found: dict[str, object] = {}
    for name, part in state.items():
        try:
            found[str(name)] = to_plain(part)
        except NotPlain as error:
            error.add_note(f"in the slice {name!r}")
            raise
    return found


def _beside(file: str) -> Path:
    if Path(file).is_file():
        return Path(file).parent / FOLDER
    raise UsageError(
        f"snapshots lie beside the test, and {file} is no file",
        hint="say where they are: folder=...",
    )


def _is_updating() -> bool:
    return os.environ.get(UPDATE) == "1" and not os.environ.get("CI")


def _printed(plain: object) -> str:
    return json.dumps(plain, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


def _compare(path: Path, text: str) -> None:
    how = f"set {UPDATE}=1, where CI is not set"
    if not path.is_file():
        raise AssertionError(f"there is no snapshot {path} yet; to write it, {how}")
    expected = _read(path)
    if expected == text:
        return
    lines = list(_difference(expected, text))
    if len(lines) > MOST_SHOWN:
        lines[MOST_SHOWN:] = [f"... and {len(lines) - MOST_SHOWN} more lines"]
    told = "\n".join(lines)
    raise AssertionError(f"the state is not that of {path}:\n{told}\nto take it, {how}")


def _difference(expected: str, found: str) -> list[str]:
    every = difflib.unified_diff(
        expected.splitlines(),
        found.splitlines(),
        "snapshot",
        "state",
        lineterm="",
    )
    return list(every)


def _read(path: Path) -> str:
    """Return a snapshot as we print it, so that its layout makes no difference."""
    try:
        return _printed(json.loads(path.read_text("utf-8")))
    except ValueError as error:
        raise AssertionError(f"{path}: is not JSON: {error}") from None
