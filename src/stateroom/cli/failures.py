"""Turns whatever goes wrong into one line, a hint and an exit status.

0: done, nothing to attend to. 1: done, with findings or pending changes. 2: failed.
130: interrupted. 141: whoever read our output has gone.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Iterator

import typer

from stateroom.cli.blocks import clean
from stateroom.cli.missing import is_foreign, told
from stateroom.cli.reply import Manner, is_coloured
from stateroom.errors import Problem, StateroomError, UsageError

__all__ = ("FAILED", "closed_pipes_raised", "guarded")

FAILED = 2
INTERRUPTED = 130
"""128 + SIGINT, as shells report it."""
PIPE_CLOSED = 141
"""128 + SIGPIPE, as shells report it; 1 would mean findings."""

# The base of everything that parsing a command line raises. Typer carries it along
# under a private name, and older versions took it from click.
_Misuse: type[Exception] = typer.BadParameter.__mro__[1]
_NEWS = "please report it: run the same command with --verbose and add what it prints"


def guarded(run: Callable[[], int], manner: Manner) -> int:
    """Return the exit status of ``run``, having told what went wrong."""
    try:
        status = run()
        sys.stdout.flush()
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _tell(["interrupted"], manner)
        return INTERRUPTED
    except BrokenPipeError:
        _silence()
        return PIPE_CLOSED
    except Exception as error:
        if manner.verbose:
            traceback.print_exc()
        _tell(_lines(error), manner)
        return FAILED
    return status


@contextlib.contextmanager
def closed_pipes_raised() -> Iterator[None]:
    """Raise the closed pipe again that typer ends the process for, with status 1."""
    try:
        yield
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            raise end.__context__ from None
        raise


def _lines(error: Exception) -> Iterator[str]:
    if isinstance(error, StateroomError):
        yield from _told(error)
    elif isinstance(error, _Misuse):
        yield from _misused(error)
    elif isinstance(error, ModuleNotFoundError) and is_foreign(error):
        yield from told(error)
    elif isinstance(error, OSError):
        name = f"{error.filename}: " if error.filename else ""
        yield f"error {UsageError.code}: {name}{error.strerror or error}"
    else:
        yield f"error: unexpected {type(error).__name__}: {error}"
        yield f"hint: this is a mistake of Stateroom's, not yours; {_NEWS}"


def _told(error: StateroomError) -> Iterator[str]:
    problems: tuple[Problem, ...] = getattr(error, "problems", ())
    if len(problems) > 1:
        yield f"error {error.code}: {len(problems)} problems"
        yield from map(str, problems)
    else:
        yield f"error {error.code}: {error}{_allowed(error)}"
    if error.hint:
        yield f"hint: {error.hint}"


def _allowed(error: StateroomError) -> str:
    """Return what a refused value was, and what would do."""
    found, allowed = getattr(error, "found", ""), getattr(error, "allowed", "")
    told = [f"; found {found}"] if found else []
    return "".join(told + ([f"; allowed: {allowed}"] if allowed else []))


def _misused(error: Exception) -> Iterator[str]:
    context = getattr(error, "ctx", None)
    option = getattr(error, "option_name", "")
    near = getattr(error, "possibilities", None) or ()
    if hasattr(error, "possibilities"):
        yield f"error {UsageError.code}: there is no option {option}"
    else:
        message = str(getattr(error, "format_message", error.__str__)()).strip()
        yield f"error {UsageError.code}: {message[:1].lower()}{message[1:]}"
    if near:
        yield f"hint: did you mean {' or '.join(near)}?"
    elif context is not None:
        yield f"hint: see {context.command_path} --help"


def _tell(lines: Iterator[str] | list[str], manner: Manner) -> None:
    text = "\n".join(clean(line) for line in lines)
    if is_coloured(sys.stderr, manner) and text.startswith("error"):
        text = f"\x1b[1;31merror\x1b[0m{text[5:]}"
    # Each on its own: a full disk behind stdout must not keep the error from stderr.
    for stream, rest in ((sys.stdout, ""), (sys.stderr, f"{text}\n")):
        try:
            stream.write(rest)
            stream.flush()
        except OSError:
            _silence()


def _silence() -> None:
    """Let the interpreter end without a word: nobody reads what is still buffered."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
