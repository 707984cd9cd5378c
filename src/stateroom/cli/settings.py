"""The settings of a run: flag over environment over ``pyproject.toml`` over default."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from stateroom.catalogue.findings import LEVELS
from stateroom.catalogue.values import nearest
from stateroom.errors import UsageError

__all__ = ("FORMATS", "SETTINGS", "Found", "Setting", "Settings")

PROJECT = "pyproject.toml"
TABLE = "tool.stateroom"
LARGEST = 4 * 1024 * 1024
"""Bytes of a ``pyproject.toml``; a long one has 50 kB."""
FORMATS = ("text", "json")
"""What every command can print; ``check`` knows more."""
CHECK_FORMATS = (*FORMATS, "sarif", "github", "markdown")


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be set.

    Attributes:
        name: as in ``pyproject.toml``; the option is ``--name``, the variable
            ``STATEROOM_NAME``.
        default: what holds when nobody says.
        about: what it is, in a line.
        values: what it may be, where that is a choice.
        is_list: whether it is several, with commas between them in the environment.
    """

    name: str
    default: str
    about: str
    values: tuple[str, ...] = ()
    is_list: bool = False

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"STATEROOM_{self.name.replace('-', '_').upper()}"


class Found(msgspec.Struct, frozen=True):
    """A setting's value, and where it was said."""

    value: str
    origin: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The values of a list."""
        return tuple(each for part in self.value.split(",") if (each := part.strip()))


_ALL = (
    Setting(name="file", default="stateroom.toml", about="the catalogue"),
    Setting(name="rules", default="stateroom", about="the ruleset: a name or a file"),
    Setting(
        name="format", default="text", about="how answers are printed",
        values=CHECK_FORMATS,
    ),
    Setting(name="select", default="", about="codes to look for", is_list=True),
    Setting(name="ignore", default="", about="codes to leave out", is_list=True),
    Setting(name="baseline", default="", about="findings accepted so far, in a file"),
    Setting(
        name="fail-on", default="warning", about="the level that makes status 1",
        values=LEVELS,
    ),
)  # fmt: skip
SETTINGS = {each.name: each for each in _ALL}


class Settings:
    """The settings of one run, read where it runs."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment
        self._project = _read_project(Path(PROJECT))

    def find(self, name: str, flag: str | None = None) -> Found:
        """Return a setting and its origin.

        Args:
            name: a key of ``SETTINGS``.
            flag: what the command line said, if it did.

        Raises:
            UsageError: it is set to what it cannot be.
        """
        setting = SETTINGS[name]
        found = self._said(setting, flag)
        if setting.values and found.value not in setting.values:
            near = nearest(found.value, setting.values)
            raise UsageError(
                f"{found.origin}: {found.value!r} is none of "
                f"{', '.join(setting.values)}",
                hint=f"did you mean {near}?" if near else "",
            )
        return found

    def value(self, name: str, flag: str | None = None) -> str:
        """Return a setting; see ``find``."""
        return self.find(name, flag).value

    def form(self, flag: str | None, known: tuple[str, ...] = FORMATS) -> str:
        """Return the form of the answer, one of ``known``.

        A form that only the environment or the project asks for, and this command does
        not know, is text: it was meant for another command.
        """
        found = self.find("format", flag)
        if found.value in known:
            return found.value
        if flag is None:
            return "text"
        raise UsageError(
            f"this command prints {', '.join(known)}, not {flag}",
            hint="only check prints sarif, github and markdown",
        )

    def _said(self, setting: Setting, flag: str | None) -> Found:
        if flag is not None:
            return Found(flag, f"--{setting.name}")
        said = self._environment.get(setting.variable)
        if said:
            return Found(said, setting.variable)
        if setting.name in self._project:
            return Found(self._project[setting.name], f"{PROJECT} [{TABLE}]")
        return Found(setting.default, "default")


def _read_project(path: Path) -> dict[str, str]:
    """Return the settings of ``[tool.stateroom]``, lists joined by commas."""
    try:
        # Looked at before it is opened: opening a pipe would wait for its other end.
        if path.exists() and not path.is_file():
            raise UsageError(f"{path}: is not a regular file")
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path}: larger than {LARGEST:,} bytes")
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    try:
        table: object = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not readable as TOML: {error}") from error
    for name in TABLE.split("."):
        table = table.get(name, {}) if isinstance(table, dict) else table
    if not isinstance(table, dict):
        raise UsageError(f"{path}: {TABLE} must be a table")
    return {_known(name): _text(name, value) for name, value in table.items()}


def _known(name: str) -> str:
    key = name.replace("_", "-")
    if key in SETTINGS:
        return key
    near = nearest(key, SETTINGS)
    raise UsageError(
        f"{PROJECT} [{TABLE}]: there is no setting {name!r}",
        hint=f"did you mean {near}?" if near else f"known: {', '.join(SETTINGS)}",
    )


def _text(name: str, value: object) -> str:
    is_list = SETTINGS[name.replace("_", "-")].is_list
    if isinstance(value, str):
        return value
    if is_list and isinstance(value, list) and all(isinstance(v, str) for v in value):
        return ",".join(value)
    kind = "a list of strings" if is_list else "a string"
    raise UsageError(f"{PROJECT} [{TABLE}]: {name} must be {kind}")
