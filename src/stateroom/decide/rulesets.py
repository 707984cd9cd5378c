"""Finds a ruleset: one of ours by name, or a file by path. The only I/O of rules."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from pathlib import Path

from stateroom.catalogue.values import nearest
from stateroom.decide.parsing import read_ruleset
from stateroom.decide.ruleset import Ruleset
from stateroom.errors import Problem, RulesetError

__all__ = ("DEFAULT", "NAMES", "load_ruleset")

DEFAULT = "stateroom"
NAMES = (DEFAULT, "seed-flowchart")
"""The rulesets that ship with the package."""
LARGEST = 4 * 1024 * 1024
"""Bytes of a ruleset file; ours has 20 kB."""


@functools.cache
def _ours(name: str) -> Ruleset:
    text = resources.files("stateroom.decide").joinpath(f"rules/{name}.toml")
    return read_ruleset(tomllib.loads(text.read_text("utf-8")))


def load_ruleset(name: str = DEFAULT) -> Ruleset:
    """Return a ruleset.

    Args:
        name: ``stateroom``, ``seed-flowchart``, or the path of a TOML file.

    Raises:
        RulesetError: there is none of that name, or the file has problems.
    """
    if name in NAMES:
        return _ours(name)
    path = Path(name)
    if path.suffix != ".toml":
        raise RulesetError(
            f"there is no ruleset {name!r}; ours are {', '.join(NAMES)}",
            hint=_hint(name),
        )
    return read_ruleset(_document(path), path=name)


def _hint(name: str) -> str:
    near = nearest(name, NAMES)
    return f"did you mean {near!r}?" if near else "or name a file that ends in .toml"


def _document(path: Path) -> dict[str, object]:
    try:
        if not path.is_file():
            raise _broken(path, "there is no such file")
        if path.stat().st_size > LARGEST:
            raise _broken(path, f"the file is larger than {LARGEST} bytes")
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _broken(path, f"not readable as TOML: {error}") from error


def _broken(path: Path, message: str) -> RulesetError:
    return RulesetError(problems=(Problem(where="", message=message, file=str(path)),))
