"""Says where and why a value and its type do not fit, as ``NotPlain`` then shows it.

A ``Misfit`` is raised where the two meet, knowing nothing of the way there. Each
container that it passes adds its step, so that no step is noted while all goes well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, cast

from stateroom.errors import NotPlain

__all__ = (
    "DEPTH",
    "MEMBER",
    "Misfit",
    "NoForm",
    "TooDeep",
    "described",
    "not_plain",
    "path_of",
    "said",
)

DEPTH: Final = 100
"""Levels of nesting that have a plain form.

Each takes up to eight frames of the stack, of which the interpreter has a thousand.
"""

MEMBER: Final = ...
"""The step to a member of a set, which has no index."""

_SHOWN_STEPS: Final = 20
_SHOWN_TEXT: Final = 40
_SHOWN_ERROR: Final = 200
_SHOWN_BITS: Final = 128


class Misfit(Exception):
    """A value and its type do not fit; becomes ``NotPlain``. Never leaves the package.

    Attributes:
        found: what is there.
        expected: what should be there.
        hint: how to mend it.
        steps: names, keys and indexes on the way, the innermost first.
    """

    def __init__(self, found: str, expected: str, *, hint: str = "") -> None:
        super().__init__(found)
        self.found: str = found
        self.expected: str = expected
        self.hint: str = hint
        self.steps: list[object] = []

    def at(self, step: object) -> None:
        """Note that ``step`` leads to the misfit."""
        self.steps.append(step)


class NoForm(Misfit):
    """There is no plain form for a type, whatever the value."""

    def __init__(self, shown: str) -> None:
        super().__init__(
            f"the annotation {shown}",
            "one with a plain form",
            hint="register_plain(...) gives a class a plain form; for a slice that was "
            "made by a function, name its type, e.g. dict[str, int]",
        )


class TooDeep(Misfit):
    """A value is nested more deeply than ``DEPTH``, or contains itself."""

    def __init__(self) -> None:
        super().__init__(
            f"more than {DEPTH} levels of nesting",
            "fewer",
            hint="keep long chains as a list, and trees as a mapping from id to node",
        )


def not_plain(misfit: Misfit, value: object) -> NotPlain:
    """Return the public error.

    Args:
        misfit: what was raised.
        value: the whole, to say of a chain without end that it is a circle.
    """
    steps = misfit.steps[::-1]
    if isinstance(misfit, TooDeep) and (circle := _circle(value, steps)):
        return circle
    path = path_of(steps)
    message = f"found {misfit.found}, expected {misfit.expected}"
    where = f"{path}: " if path else ""
    return NotPlain(f"{where}{message}", path=path, hint=misfit.hint)


def _circle(value: object, steps: list[object]) -> NotPlain | None:
    seen = {id(value): 0}
    for n, step in enumerate(steps, 1):
        value = _follow(value, step)
        if value is None:
            return None
        if id(value) in seen:
            path = path_of(steps[:n])
            outer = path_of(steps[: seen[id(value)]]) or "the whole value"
            return NotPlain(
                f"{path}: found {outer} again, expected no value inside itself",
                path=path,
                hint="refer to it by its id instead",
            )
        seen[id(value)] = n
    return None


def _follow(value: object, step: object) -> object:
    try:
        if isinstance(value, Mapping):
            return value[step]
        if isinstance(value, list | tuple):
            return value[step] if isinstance(step, int) else getattr(value, str(step))
        return getattr(value, str(step), None)
    except (LookupError, TypeError, AttributeError):
        return None


def path_of(steps: Iterable[object]) -> str:
    """Return the way to a value as one would write it, e.g. ``roles.selected[2]``."""
    shown = list(map(_step, steps))
    if len(shown) > _SHOWN_STEPS:
        shown[_SHOWN_STEPS:] = ["…"]
    return "".join(shown).removeprefix(".")


def _step(step: object) -> str:
    if step is MEMBER:
        return "[*]"
    if type(step) is int and -(10**15) < step < 10**15:
        return f"[{step}]"
    if type(step) is not str:
        return f"[{described(step)}]"
    if step.isidentifier():
        return f".{step}"
    return f"[{_shortened(step)}]"


def _shortened(text: str) -> str:
    if len(text) > _SHOWN_TEXT:
        text = f"{text[:_SHOWN_TEXT]}…"
    return repr(text)


def said(error: Exception) -> str:
    """Return what an error of somebody else's says, however long it is."""
    try:
        text = str(error)
    except Exception:
        text = ""
    name = type(error).__name__
    return f"{name}: {text[:_SHOWN_ERROR]}" if text else name


def described(value: object) -> str:
    """Say what a value is in a few words, however large or odd it is."""
    kind = type(value)
    if value is None or kind is bool or kind is float:
        return repr(value)
    if kind is int:
        bits = cast("int", value).bit_length()
        return repr(value) if bits <= _SHOWN_BITS else f"an integer of {bits} bits"
    if kind is str:
        return f"the text {_shortened(str(value))}"
    name = value.__class__.__name__
    return f"{'an' if name[:1].lower() in {*'aeiou'} else 'a'} {name}"
