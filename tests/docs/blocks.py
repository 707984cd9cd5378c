r"""Reads the blocks of a page and runs them, as a reader would who types them.

A page is one story, told in one folder that is empty at first:

* a block with a title, ```toml title="stateroom.toml"```, is a file of that name;
  ``title="added to stateroom.toml"`` is written at the end of that file;
* a ``console`` block has commands, each after ``$ ``, and under each what it prints,
  on standard error too; a line ``...`` stands for any lines, ``[..]`` for any text;
* a ``toml`` block, titled or not, is something that Stateroom loads;
* a ``python`` block is run, and knows the names of those before it; a ``pycon`` block
  is checked as a doctest;
* ``<!-- not run: REASON -->`` on the line before a block is the only way out.

A command that fails must show it: its output then begins with ``error STR-``.
``python -m tests.docs.story --write PAGE...`` writes down what is really printed.
"""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

__all__ = (
    "Block",
    "Command",
    "agrees",
    "commands",
    "parse",
    "refreshed",
    "with_outputs",
)

FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,})(?P<info>[^`]*)$")
TITLE = re.compile(r'title="([^"]*)"')
NOT_RUN = re.compile(r"<!-- not run: (?P<reason>\S.*) -->")
ADDED = "added to "
PROMPT = "$ "
CONTINUED = "\\"
ANY_LINES = "..."
ANY_TEXT = "[..]"
ALIKE = 0.5
"""From how much in common a line that changed is taken for the same one, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block of a page.

    Attributes:
        language: the word after the fence, or empty.
        title: what ``title="..."`` says, or empty.
        text: what stands between the fences, without their indent.
        line: 1-based line of the first line of ``text``.
        indent: columns by which the block is indented.
        not_run: the reason why it is exempt, or empty.
    """

    language: str
    title: str
    text: str
    line: int
    indent: int = 0
    not_run: str = ""

    @property
    def file(self) -> str:
        """The file that the block writes, or empty."""
        return self.title.removeprefix(ADDED)

    @property
    def is_added(self) -> bool:
        """Whether it is written at the end of a file that is there."""
        return self.title.startswith(ADDED)


@dataclass(slots=True)
class Command:
    """One command of a console block, and what the page says it prints.

    Attributes:
        text: the command, without its prompt; further lines after a backslash.
        line: 1-based line of the page.
        expected: the lines under it.
    """

    text: str
    line: int
    expected: list[str] = field(default_factory=list)


def parse(page: str) -> list[Block]:
    """Return the fenced blocks of a page, in order.

    Raises:
        ValueError: a fence is never closed.
    """
    return list(_blocks(page.splitlines()))


def commands(block: Block) -> list[Command]:
    """Return the commands of a console block.

    Raises:
        ValueError: there is output before the first command.
    """
    found: list[Command] = []
    is_open = False
    for number, line in enumerate(block.text.splitlines(), block.line):
        if is_open:
            found[-1].text += f"\n{line}"
        elif line.startswith(PROMPT):
            found.append(Command(line.removeprefix(PROMPT), number))
        elif not found:
            raise ValueError(f"line {number}: output without a command")
        else:
            found[-1].expected.append(line)
            continue
        is_open = line.endswith(CONTINUED)
    return found


def agrees(expected: Iterable[str], printed: Iterable[str]) -> bool:
    """Say whether ``printed`` is what a page expects, ``...`` and ``[..]`` allowed."""
    parts = []
    for line in expected:
        if line.strip() == ANY_LINES:
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            texts = map(re.escape, line.rstrip().split(ANY_TEXT))
            parts.append(r"[^\n]*".join(texts) + r" *\n")
    text = "".join(f"{line}\n" for line in printed)
    return re.fullmatch("".join(parts), text) is not None


def refreshed(expected: list[str], printed: list[str]) -> list[str]:
    """Return what is printed, shortened where the page had shortened it."""
    told: list[str] = []
    at = 0
    for line in expected:
        if line.strip() == ANY_LINES:
            told.append(line)
            continue
        found = _nearest(line, printed, at)
        if found is None:
            continue
        if not told or told[-1].strip() != ANY_LINES:
            told += printed[at:found]
        told.append(line if agrees([line], [printed[found]]) else printed[found])
        at = found + 1
    is_shortened = told and told[-1].strip() == ANY_LINES
    return told if is_shortened else told + printed[at:]


def with_outputs(page: str, outputs: dict[int, list[str]]) -> str:
    """Return the page with other outputs under its commands.

    Args:
        page: its text.
        outputs: by the line of a command, the lines that it really prints.
    """
    lines = page.splitlines()
    for block in reversed(parse(page)):
        if block.language != "console":
            continue
        told: list[str] = []
        for command in commands(block):
            told += f"{PROMPT}{command.text}".split("\n")
            really = outputs.get(command.line)
            told += (
                command.expected
                if really is None
                else refreshed(command.expected, really)
            )
        start = block.line - 1
        margin = " " * block.indent
        lines[start : start + len(block.text.splitlines())] = [
            f"{margin}{line}".rstrip() for line in told
        ]
    return "\n".join(lines) + "\n"


def _nearest(line: str, printed: list[str], at: int) -> int | None:
    """Return where ``line``, or what has become of it, is printed from ``at`` on."""
    for number in range(at, len(printed)):
        if agrees([line], [printed[number]]):
            return number
    close = difflib.get_close_matches(line, printed[at:], n=1, cutoff=ALIKE)
    return printed.index(close[0], at) if close else None


def _blocks(lines: list[str]) -> Iterator[Block]:
    number = 0
    while number < len(lines):
        opening = FENCE.match(lines[number])
        if opening is None:
            number += 1
            continue
        end = _end(lines, number, opening)
        yield _block(lines, number, end, opening)
        number = end + 1


def _end(lines: list[str], start: int, opening: re.Match[str]) -> int:
    for number in range(start + 1, len(lines)):
        if lines[number].strip() == opening["fence"]:
            return number
    raise ValueError(f"line {start + 1}: this fence is never closed")


def _block(lines: list[str], start: int, end: int, opening: re.Match[str]) -> Block:
    before = lines[start - 1].strip() if start else ""
    exempt = NOT_RUN.fullmatch(before)
    language, _, options = opening["info"].strip().partition(" ")
    title = TITLE.search(options)
    return Block(
        language=language,
        title=title[1] if title else "",
        text=textwrap.dedent("".join(f"{line}\n" for line in lines[start + 1 : end])),
        line=start + 2,
        indent=len(opening["indent"]),
        not_run=exempt["reason"] if exempt else "",
    )
