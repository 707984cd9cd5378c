"""Makes the actions that a monitor asks for: typed in, or by a creator's name.

What is typed is read as data (``literals``). A creator is one that the application has
registered, and its arguments are data, too.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence

from stateroom.errors import DevtoolsError
from stateroom.store.devtools.literals import read_literal
from stateroom.store.devtools.tape import Action

__all__ = ("Creator", "Creators")

Creator = Callable[..., object]  # type: ignore[explicit-any] # of any parameters


class Creators:
    """The registered action creators."""

    def __init__(self, creators: Mapping[str, Creator]) -> None:
        """Register creators by the names that the monitors show."""
        self._creators: tuple[tuple[str, Creator], ...] = tuple(creators.items())

    @property
    def offered(self) -> tuple[Mapping[str, object], ...]:
        """What a monitor is told about each: its name, and its arguments' names."""
        return tuple(
            {"name": name, "args": _parameters(creator)}
            for name, creator in self._creators
        )

    def make(self, asked: object) -> Action:
        """Make an action.

        Args:
            asked: a text with the action as a literal; or an object with ``selected``
                (a creator's number), ``args`` (a literal for each) and ``rest`` (a
                literal list).

        Raises:
            DevtoolsError: it is neither, or what comes out is no action.
        """
        made = read_literal(asked) if isinstance(asked, str) else self._call(asked)
        if isinstance(made, dict) and isinstance(made.get("type"), str):
            return made
        raise DevtoolsError(
            f"an action is an object with a type that is text, found {made!r:.80}",
            hint="for example {type: 'counter/increment', payload: 1}",
        )

    def _call(self, asked: object) -> object:
        if not isinstance(asked, Mapping):
            raise DevtoolsError(
                f"an action is a text or an object, found {asked!r:.80}",
                hint="for example {type: 'counter/increment'}",
            )
        number = asked.get("selected")
        if not isinstance(number, int) or not 0 <= number < len(self._creators):
            raise DevtoolsError(
                f"there is no action creator {number!r}",
                hint="register it: devtools(creators={...})",
            )
        _, creator = self._creators[number]
        args = [read_literal(text) for text in _texts(asked.get("args"))]
        rest = read_literal(str(asked["rest"])) if asked.get("rest") else []
        if not isinstance(rest, list):
            raise DevtoolsError(f"the rest of the arguments is a list, found {rest!r}")
        return creator(*args, *rest)


def _texts(found: object) -> Sequence[str]:
    """The arguments that were filled in; those after the first empty one are not."""
    texts = found if isinstance(found, list) else []
    filled = [text for text in texts if isinstance(text, str) and text.strip()]
    if filled != texts[: len(filled)]:
        raise DevtoolsError("an argument is empty, and a later one is not")
    return filled


def _parameters(creator: Creator) -> list[str]:
    """Names to label the monitor's fields; without one it offers a list of the rest."""
    try:
        parameters = inspect.signature(creator).parameters.values()
    except (TypeError, ValueError):
        return []
    unnamed = {inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL}
    return [one.name for one in parameters if one.kind not in unnamed]
