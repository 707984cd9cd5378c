"""Parses the text of a catalogue, and turns each refusal of a parser into a problem.

The parsers are the standard library's. What they say is kept, but placed and worded for
people: a table declared twice names both lines, a text without quotes says so.
"""

from __future__ import annotations

import json
import re
import tomllib

from stateroom.catalogue.document import Path, Source
from stateroom.catalogue.faults import Faults, print_path
from stateroom.catalogue.findings import Place
from stateroom.catalogue.json_positions import index_json
from stateroom.catalogue.positions import Index
from stateroom.catalogue.toml_positions import index_toml
from stateroom.catalogue.wording import show
from stateroom.errors import CatalogueError, Problem

__all__ = ("TextSource", "decode", "parse", "refused")

BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")

_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TWICE = re.compile(r"Cannot (?:declare|overwrite|mutate|redefine)|Duplicate inline")
_BARE_VALUE = re.compile(r"""=[ \t]*([^\s"'#\[\]{},=][^"'#\[\]{},=\r\n]*)""")
_WANTS_QUOTES = {
    "Invalid value",
    "Expected newline or end of document after a statement",
}
"""What the parser says of a text without quotes, and of much else."""
_LONG_NUMBER = re.compile(r"""(?<![\w."'])[+-]?\d[\d_]{639,}""")
"""The least limit that Python can be set to is 640 digits."""
_WORD = re.compile(r"[\w.+-]+|\S")


class TextSource(Source):
    """A catalogue's text, which finds the place of anything in it when asked.

    Attributes:
        path: the file, as the caller named it.
        text: its text, without a byte order mark.
        is_json: whether it is JSON; otherwise TOML.
    """

    def __init__(self, path: str, text: str, *, is_json: bool = False) -> None:
        self.path = path
        self.text = text
        self.is_json = is_json
        self._index: Index | None = None

    @property
    def index(self) -> Index:
        """Where everything in the text stands; built on first use."""
        if self._index is None:
            build = index_json if self.is_json else index_toml
            self._index = build(self.text)
        return self._index

    def locate(self, where: str | Path) -> Place:
        """Return the place of ``where``, or of its closest parent in the text."""
        line, column = self.index.locate(where)
        return Place(file=self.path, line=line, column=column)


def refused(
    path: str,
    message: str,
    *,
    found: str = "",
    allowed: str = "",
    nearest: str = "",
    line: int = 0,
    column: int = 0,
    hint: str = "",
) -> CatalogueError:
    """Return the error of a text that cannot be read at all: one problem."""
    problem = Problem(
        where="",
        message=message,
        found=found,
        allowed=allowed,
        nearest=nearest,
        file=path,
        line=line,
        column=column,
    )
    return CatalogueError(problems=(problem,), hint=hint)


def decode(data: bytes, path: str) -> str:
    """Return the text of a file, without a byte order mark.

    Raises:
        CatalogueError: it is not UTF-8, or holds a NUL byte; with line and column.
    """
    data = data.removeprefix(BOM)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        is_wide = data.startswith(UTF16)
        line, column = _place_of(data[: error.start].decode())
        raise refused(
            path,
            "is UTF-16, not UTF-8" if is_wide else "is not UTF-8",
            found=f"the byte 0x{data[error.start]:02x}",
            line=line,
            column=column,
        ) from None
    if "\0" in text:
        line, column = _place_of(text[: text.index("\0")])
        raise refused(path, "holds a NUL byte: not a text", line=line, column=column)
    return text


def parse(source: TextSource, faults: Faults) -> object:
    """Return the document that a text spells.

    Members of JSON that stand twice, which parsers do not mind, are noted in
    ``faults``, and the last is taken.

    Raises:
        CatalogueError: it is neither; with one problem, or one for each duplicate.
    """
    language = "JSON" if source.is_json else "TOML"
    try:
        return _json(source, faults) if source.is_json else tomllib.loads(source.text)
    except RecursionError:
        raise refused(source.path, f"is {language} nested too deeply") from None
    except json.JSONDecodeError as error:
        raise refused(
            source.path,
            f"not JSON: {_lower(error.msg)}",
            found=_around(source.text, error.pos),
            line=error.lineno,
            column=error.colno,
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise _toml_error(source, str(error)) from None
    except ValueError:
        raise _long_number(source) from None


def _json(source: TextSource, faults: Faults) -> object:
    is_twice = False

    def join(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal is_twice
        table = dict(pairs)
        is_twice = is_twice or len(table) < len(pairs)
        return table

    document: object = json.loads(source.text, object_pairs_hook=join)
    if is_twice:
        _note_twice(source, faults)
    return document


def _note_twice(source: TextSource, faults: Faults) -> None:
    """Note everything that the text declares a second time, at the second place."""
    for each in source.index.twice:
        first, _ = source.index.place(each.first)
        line, column = source.index.place(each.again)
        faults.add(
            each.path,
            f"duplicate {_named(each.path)}: first on line {first}, "
            f"again on line {line}",
            place=Place(file=source.path, line=line, column=column),
        )


def _named(path: Path) -> str:
    """Say what a path names: an item, or a key of something."""
    *parents, last = path
    if parents == ["items"]:
        return f"item {show(last)}"
    inside = print_path(tuple(parents))
    return f"key {show(last)} in {inside}" if inside else f"table {show(last)}"


def _toml_error(source: TextSource, said: str) -> CatalogueError:
    """Turn what the parser of TOML said into the error to raise."""
    message, line, column = _taken_apart(said, source.text)
    if _TWICE.match(message):
        source.index.note_overlap(line, column)
        faults = Faults()
        _note_twice(source, faults)
        if faults.all:
            return CatalogueError(problems=faults.problems(source))
    row = source.text.split("\n", line)[line - 1]
    value = _BARE_VALUE.search(row) if message in _WANTS_QUOTES else None
    if value and value.start(1) < column <= value.end(1) + 1:
        return _unquoted(source, value[1].strip(), line, value.start(1) + 1)
    return refused(
        source.path,
        f"not TOML: {_lower(message)}",
        found=_around(row, column - 1),
        line=line,
        column=column,
    )


def _taken_apart(said: str, text: str) -> tuple[str, int, int]:
    """Return what the parser of TOML said, and the line and column that it named."""
    message, place = _TOML_PLACE.sub("", said), _TOML_PLACE.search(said)
    if place and place[1]:
        return message, int(place[1]), int(place[2])
    return message, *_place_of(text)


def _unquoted(source: TextSource, word: str, line: int, column: int) -> CatalogueError:
    """Return the error of a bare value that TOML has not."""
    is_flag = word.lower() in {"true", "false"}
    return refused(
        source.path,
        "not TOML: text needs quotes",
        found=_shown(word),
        nearest=word.lower() if is_flag else show(word),
        line=line,
        column=column,
    )


def _long_number(source: TextSource) -> CatalogueError:
    hit = _LONG_NUMBER.search(source.text)
    line, column = _place_of(source.text[: hit.start()]) if hit else (0, 0)
    return refused(
        source.path, "holds a number of too many digits", line=line, column=column
    )


def _place_of(before: str) -> tuple[int, int]:
    """Return line and column of what follows ``before``."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _around(text: str, at: int) -> str:
    """Print what stands at a place, up to the end of the word."""
    word = _WORD.match(text, at)
    return _shown(word[0]) if word else "the end"


def _shown(word: str) -> str:
    return show(word).strip('"')


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
