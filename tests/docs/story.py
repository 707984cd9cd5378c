"""Tells the story of a page: makes its files, runs its commands and its Python.

``python -m tests.docs.story [--write] PAGE...`` says where pages and programs differ,
and with ``--write`` puts what is really printed into the pages.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

from stateroom.catalogue.loading import load
from stateroom.catalogue.reading import read_catalogue
from stateroom.cli.settings import Settings
from stateroom.decide.locktext import parse_lock
from stateroom.decide.moves import parse_plan
from stateroom.decide.parsing import read_ruleset
from tests.docs.blocks import Block, Command, agrees, commands, parse, with_outputs

__all__ = ("ROOT", "Story", "tell")

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
"""Seconds for one command, on a machine that is busy; it takes a third of one."""
FAILED = 2
"""The exit status of what could not be done."""


def tell(page: str) -> Story:
    """Do what a page shows, in a folder of its own, and return what came of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "app"
        folder.mkdir()
        if "examples/" in page:
            shutil.copytree(ROOT / "examples", folder / "examples")
        story = Story(folder)
        story.tell(page)
    return story


class Story:
    """A page that is being told in ``folder``.

    Attributes:
        faults: what the page says and is not so, each with its line.
        outputs: by the line of a command, what it really printed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []
        self.outputs: dict[int, list[str]] = {}
        self._status = 0
        self._names: dict[str, object] = {"__name__": "page"}
        self._environment = _environment(folder)

    def tell(self, page: str) -> None:
        """Do everything that a page shows, from top to bottom."""
        for block in parse(page):
            if not block.not_run:
                self._do(block)

    def _do(self, block: Block) -> None:
        if block.title:
            self._write(block)
        match block.language:
            case "console":
                for command in commands(block):
                    self._run(command)
            case "toml":
                self._attempt(block, lambda: _load(block))
            case "python":
                self._attempt(block, lambda: self._execute(block))
            case "pycon":
                self._attempt(block, lambda: self._check_examples(block))
            case _:
                pass  # a file of its title, or a picture

    def _write(self, block: Block) -> None:
        file = self.folder / block.file
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text("utf-8") if block.is_added else ""
        file.write_text(before + block.text, "utf-8")

    def _run(self, command: Command) -> None:
        done = subprocess.run(  # noqa: S602 - a page shows what one types into a shell
            # First the status of the command before, so that `echo $?` shows it.
            f"(exit {self._status})\n{command.text}",
            shell=True,
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
        )
        printed = [line.rstrip() for line in done.stdout.decode().splitlines()]
        self._status = done.returncode
        self._judge(command, printed)

    def _judge(self, command: Command, printed: list[str]) -> None:
        if not agrees(command.expected, printed):
            self.outputs[command.line] = printed
            really = "\n".join(printed)
            self._fault(command.line, f"$ {command.text}\nreally prints\n{really}")
        if self._status >= FAILED and not any("error STR-" in line for line in printed):
            self._fault(command.line, f"$ {command.text}\nends with {self._status}")

    def _attempt(self, block: Block, action: Callable[[], None]) -> None:
        with contextlib.chdir(self.folder):
            try:
                action()
            except Exception as error:
                self._fault(block.line, f"{type(error).__name__}: {error}")

    def _execute(self, block: Block) -> None:
        code = compile(block.text, f"<line {block.line}>", "exec", dont_inherit=True)
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, self._names)  # noqa: S102 - the page's own example

    def _check_examples(self, block: Block) -> None:
        test = doctest.DocTestParser().get_doctest(
            block.text, self._names, "page", None, block.line - 1
        )
        told = io.StringIO()
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
        failed = runner.run(test, out=told.write, clear_globs=False).failed
        self._names.update(test.globs)
        assert not failed, told.getvalue()

    def _fault(self, line: int, text: str) -> None:
        self.faults.append(f"line {line}: {text}")


def _environment(folder: Path) -> dict[str, str]:
    """Return what commands run under: our program and Python, and no settings."""
    programs = folder.parent / "bin"
    programs.mkdir()
    for name, words in (("python", ""), ("stateroom", "-m stateroom ")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n')
        program.chmod(0o755)
    return {
        "HOME": str(folder.parent),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{folder}",
    }


def _load(block: Block) -> None:
    """Load a TOML block as what its tables say it is, in the current folder."""
    document = tomllib.loads(block.text)
    if "blocks" in document:
        read_ruleset(document)
    elif "move" in document:
        parse_plan(block.text, block.title)
    elif "version" in document:
        parse_lock(block.text)
    elif "tool" in document:
        Settings({})
    elif block.title:
        load(block.file)  # whole, where a block only adds to it
    else:
        read_catalogue(document)


def main(words: list[str]) -> int:
    """Tell the pages that are named; return 1 when one of them says what is not so."""
    is_writing = "--write" in words
    status = 0
    for name in words:
        if name.startswith("--"):
            continue
        path = Path(name)
        page = path.read_text("utf-8")
        story = tell(page)
        if is_writing:
            path.write_text(with_outputs(page, story.outputs), "utf-8")
        for fault in story.faults:
            status = 1
            sys.stdout.write(f"{name}, {fault}\n\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
