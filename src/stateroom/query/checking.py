"""Refuses what somebody gives a client and what cannot be meant, before it is used."""

from __future__ import annotations

import inspect

from stateroom.errors import InvalidQuery
from stateroom.query.api import QueryApi
from stateroom.query.options import is_time

__all__ = (
    "check_api",
    "check_force",
    "check_listener",
    "check_polling",
    "check_recipe",
)


def check_api(api: object) -> None:
    """Refuse what is no api.

    Raises:
        InvalidQuery: it is none.
    """
    if not isinstance(api, QueryApi):
        raise InvalidQuery(
            f"a client runs an api; found {type(api).__name__}",
            hint="QueryClient(store, api): the api itself, also where a mirror or "
            "another part keeps its data",
        )


def check_polling(seconds: object) -> None:
    """Refuse what is no interval.

    Raises:
        InvalidQuery: it is below zero, or no number.
    """
    if not isinstance(seconds, int | float) or not seconds >= 0:
        raise InvalidQuery(
            f"polling is {seconds!r:.100}, expected seconds",
            hint="0 polls not at all; 30 asks anew half a minute after each answer",
        )


def check_force(given: object, what: str) -> None:
    """Refuse what says neither whether data is asked for anew, nor from which age.

    Args:
        given: True, False, seconds, or None.
        what: the parameter.

    Raises:
        InvalidQuery: it is something else.
    """
    if given is None or isinstance(given, bool) or is_time(given):
        return
    raise InvalidQuery(
        f"{what} is {given!r:.100}, expected True, False or seconds",
        hint=f"{what}=60 asks for what is a minute old, or older",
    )


def check_listener(call: object) -> None:
    """Refuse what cannot be called back.

    Raises:
        InvalidQuery: it cannot be called, or is a coroutine function.
    """
    if inspect.iscoroutinefunction(call):
        raise InvalidQuery(
            f"on_change is the coroutine function {call!r:.100}, and nobody awaits it",
            hint="a plain function; asyncio.create_task in it begins what takes long",
        )
    if not callable(call):
        raise InvalidQuery(
            f"on_change is {call!r:.100}, expected a function of the result",
            hint="on_change=lambda result: ...",
        )


def check_recipe(recipe: object) -> None:
    """Refuse what cannot change data.

    Raises:
        InvalidQuery: it cannot be called.
    """
    if not callable(recipe):
        raise InvalidQuery(
            f"a recipe is a function of a draft of the data; found {recipe!r:.100}",
            hint="lambda draft: ...; client.upsert(query, data) gives data as a whole",
        )
