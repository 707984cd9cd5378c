"""Reads a history that was exported: by ``.export()``, or by the DevTools.

States become what they were: a slice knows the class of its state, and the plain form
is read as that. A history from which something was left out is refused, because the
marks in place of the secrets would become the state.
"""

from __future__ import annotations

from collections.abc import Mapping

from stateroom.errors import DevtoolsError
from stateroom.store.devtools.kinds import kind_of
from stateroom.store.devtools.packets import read_json
from stateroom.store.devtools.sanitising import find_mark
from stateroom.store.devtools.tape import Reducer
from stateroom.store.drafts import freeze
from stateroom.store.plain import from_plain
from stateroom.store.undefined import UNDEFINED

__all__ = ("import_command",)


def import_command(
    data: object, reducer: Reducer, *, is_recomputed: bool = True
) -> Mapping[str, object]:
    """Make an IMPORT_STATE command of exported data.

    Args:
        data: a lifted state, or a list of actions, or the JSON text of either, or of a
            file that the DevTools have exported.
        reducer: the store's; its slices say what their states are.
        is_recomputed: the states are computed from the actions; otherwise they are
            taken as they are.

    Raises:
        DevtoolsError: the data is something else, or was sanitised.
        NotPlain: a state is not what its slice holds.
    """
    lifted, preloaded = _unwrap(_parsed(data))
    _refuse_marks(lifted)
    _refuse_marks(preloaded)
    if isinstance(lifted, Mapping):
        lifted = _revive_lifted(lifted, reducer)
    elif isinstance(lifted, list | tuple):
        lifted = [from_plain(object, action) for action in lifted]
    command = {
        "type": "IMPORT_STATE",
        "nextLiftedState": lifted,
        "noRecompute": not is_recomputed,
    }
    if preloaded is not UNDEFINED:
        command["preloadedState"] = _revive(preloaded, reducer)
    return command


def _parsed(data: object) -> object:
    if not isinstance(data, str):
        return data
    try:
        return read_json(data)
    except ValueError as error:
        raise DevtoolsError(
            f"the text to import is not JSON: {error}",
            hint="import what .export() has written",
        ) from None


def _unwrap(data: object) -> tuple[object, object]:
    """The lifted state, and the state before it, of a file of the DevTools."""
    if not isinstance(data, Mapping) or "payload" not in data:
        return data, UNDEFINED
    preloaded = data.get("preloadedState")
    return (
        _parsed(data["payload"]),
        UNDEFINED if preloaded is None else _parsed(preloaded),
    )


def _refuse_marks(data: object) -> None:
    is_hooked = isinstance(data, Mapping) and data.get("isSanitised") is True
    place = find_mark(data)
    if not is_hooked and place is None:
        return
    where = f" at {place}" if place else ""
    raise DevtoolsError(
        f"this history was sanitised{where}: importing it would lose what was left out",
        hint="export it with .export(), which leaves nothing out",
        path=place or "",
    )


def _revive_lifted(
    lifted: Mapping[str, object], reducer: Reducer
) -> Mapping[str, object]:
    revived = dict(lifted)
    if "committedState" in lifted:
        revived["committedState"] = _revive(lifted["committedState"], reducer)
    entries, actions = lifted.get("computedStates"), lifted.get("actionsById")
    if isinstance(entries, list | tuple):
        revived["computedStates"] = [_revive_entry(one, reducer) for one in entries]
    if isinstance(actions, Mapping):
        revived["actionsById"] = {
            step: _revive_action(one) for step, one in actions.items()
        }
    return revived


def _revive_entry(entry: object, reducer: Reducer) -> object:
    if not isinstance(entry, Mapping) or "state" not in entry:
        return entry
    return {**entry, "state": _revive(entry["state"], reducer)}


def _revive_action(lifted: object) -> object:
    if not isinstance(lifted, Mapping) or "action" not in lifted:
        return lifted
    return {**lifted, "action": from_plain(object, lifted["action"])}


def _revive(plain: object, reducer: Reducer) -> object:
    """Make a root state of its plain form."""
    if not isinstance(plain, Mapping):
        return freeze(from_plain(object, plain))
    root = {
        name: from_plain(kind_of(reducer, name), part) for name, part in plain.items()
    }
    return freeze(root)
