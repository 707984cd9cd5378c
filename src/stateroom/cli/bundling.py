"""The command ``bundle``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from stateroom.catalogue.units import format_size
from stateroom.cli.blocks import Block, Column, Line, Table, Verbatim
from stateroom.cli.bundling_files import LARGEST, Entry, gather, ours
from stateroom.cli.bundling_judging import OURS, Judge
from stateroom.cli.bundling_zip import digest, pack, write
from stateroom.cli.options import Form
from stateroom.cli.reply import Reply
from stateroom.cli.settings import Settings
from stateroom.errors import BundleError, Problem, UsageError

__all__ = ("bundle",)

MOST_SHOWN = 50
"""Problems that one error tells."""
SHORT = 12
"""Digits of a hash in a file's name: of a million bundles, two agree once in 500."""

Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        help="Your modules (.py) and packages (folders); none: Stateroom alone.",
        show_default=False,
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="The zip to write.", show_default=False
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="MODULE",
        help="A module that the page loads besides, such as numpy; may be repeated.",
    ),
]
WithHash = Annotated[
    bool,
    typer.Option(
        "--name-with-hash", help="Write app.3f2a....zip, which may be cached for ever."
    ),
]
Check = Annotated[
    bool, typer.Option("--check", help="Only say whether a browser could run it.")
]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What came with one argument, or with Stateroom."""

    name: str
    files: int
    bytes: int


class Bundled(msgspec.Struct, frozen=True, kw_only=True):
    """What was bundled.

    Attributes:
        written: the zip; none where it was only checked.
        content: SHA-256 of names and contents, in hexadecimal digits.
        bytes: of all files.
        zip_bytes: of the zip.
        left_out: files that were not taken, each with the reason.
    """

    schema_version: str = "1.0"
    written: str | None
    content: str
    files: int
    bytes: int
    zip_bytes: int
    parts: tuple[Part, ...]
    left_out: dict[str, str]


def bundle(
    paths: Sources = None,
    *,
    output: Output = None,
    allow: Allow = None,
    name_with_hash: WithHash = False,
    check: Check = False,
    form: Form = None,
) -> Reply:
    """Zip Stateroom's browser half and your own modules for Pyodide.

    Every import is looked at: what a browser could not import is told with its file
    and line, and nothing is written. The same files give the same zip. What looks like
    a secret (.env, *.pem and the like) is left out.

    Examples:
      stateroom bundle app.py widgets --output dist/app.zip
      stateroom bundle app.py --output dist/app.zip --allow numpy --name-with-hash
      stateroom bundle app.py widgets --check
    """
    form = Settings().form(form)
    if output is None and not check:
        raise UsageError(
            "where to? No --output is given",
            hint="such as --output dist/app.zip; or --check, to write nothing",
        )
    sources = [Path(path) for path in paths or []]
    target = None if check or output is None else _target(Path(output), sources)
    entries, left_out = _gathered(sources, _names(allow or []))
    data, content = pack(entries), digest(entries)
    if target is not None and name_with_hash:
        target = target.with_name(f"{target.stem}.{content[:SHORT]}{target.suffix}")
    if target is not None:
        write(target, data)
    done = _told(entries, target, content, len(data), left_out)
    return Reply(
        text=lambda: _text(done),
        data=lambda: done,
        form=form,
        notes=tuple(f"left out: {name}, {why}" for name, why in left_out.items()),
    )


def _names(allow: list[str]) -> list[str]:
    for name in allow:
        if not name.isidentifier():
            raise UsageError(
                f"--allow: {name!r} is not the name of a module",
                hint=f"what is imported, without dots: {name.split('.')[0]}",
            )
    return allow


def _target(output: Path, sources: list[Path]) -> Path:
    if not output.suffix or output.is_dir():
        raise UsageError(
            f"--output: {output} is no file", hint=f"such as {output / 'app.zip'}"
        )
    for each in sources:
        if each.is_dir() and output.resolve().is_relative_to(each.resolve()):
            raise BundleError(
                f"--output: {output} is inside of {each}, which is bundled",
                hint="the next bundle would hold this one: write it beside",
            )
    return output


def _gathered(
    sources: list[Path], allowed: list[str]
) -> tuple[tuple[Entry, ...], dict[str, str]]:
    """Return the files of the bundle, checked, and what was left out."""
    theirs: list[Entry] = []
    left_out: dict[str, str] = {}
    seen: dict[str, Path] = {}
    for each in sources:
        found = gather(each)
        name = found.entries[0].part.removesuffix(".py")
        if name in seen:
            raise BundleError(f"{each}: {seen[name]} is there under the same name")
        seen[name] = each
        theirs += found.entries
        left_out |= dict(found.left_out)
    judge = Judge(ours(), theirs, allowed)
    _refuse(judge.problems())
    if sum(len(each.content) for each in judge.entries) > LARGEST:
        raise BundleError(f"more than {format_size(LARGEST)}: too much for a page")
    return judge.entries, left_out


def _refuse(problems: tuple[Problem, ...]) -> None:
    if not problems:
        return
    lines = [str(each) for each in problems[:MOST_SHOWN]]
    left = len(problems) - len(lines)
    if len(problems) > 1:
        lines.insert(0, f"{len(problems)} problems")
    if left:
        lines.append(f"... and {left} more")
    raise BundleError(
        "\n".join(lines),
        hint="name what is missing, or --allow MODULE where the page loads it",
    )


def _told(
    entries: tuple[Entry, ...],
    target: Path | None,
    content: str,
    zip_bytes: int,
    left_out: dict[str, str],
) -> Bundled:
    parts: dict[str, list[Entry]] = {}
    for each in entries:
        parts.setdefault(each.part, []).append(each)
    return Bundled(
        written=None if target is None else target.as_posix(),
        content=content,
        files=len(entries),
        bytes=_size(entries),
        zip_bytes=zip_bytes,
        parts=tuple(
            Part(name=name, files=len(files), bytes=_size(files))
            for name, files in parts.items()
        ),
        left_out=left_out,
    )


def _size(entries: Iterable[Entry]) -> int:
    return sum(len(each.content) for each in entries)


def _text(done: Bundled) -> Iterator[Block]:
    sizes = f"{format_size(done.bytes)}; as a zip {format_size(done.zip_bytes)}"
    told = f"{done.written} written" if done.written else "Nothing is missing"
    yield Line(f"{told}: {done.files} files, {sizes}.")
    yield Line(f"content {done.content}", is_whole=True)
    yield Line()
    rows = [
        (each.name, str(each.files), format_size(each.bytes)) for each in done.parts
    ]
    columns = (Column("part", keeps=True), Column("files"), Column("size"))
    yield Table(columns=columns, rows=tuple(rows))
    if done.written:
        yield Line()
        yield Line("In the page:")
        yield Verbatim(_loading(done))


def _loading(done: Bundled) -> str:
    """Return the JavaScript that loads the bundle and imports from it."""
    file = str(done.written).rpartition("/")[2]
    theirs = [each.name.removesuffix(".py") for each in done.parts if each.name != OURS]
    first = theirs[0] if theirs else "stateroom.store"
    return (
        f"  const answer = await fetch({json.dumps(file)});\n"
        '  pyodide.unpackArchive(await answer.arrayBuffer(), "zip");\n'
        f'  const {first.split(".")[-1]} = pyodide.pyimport("{first}");\n'
    )
