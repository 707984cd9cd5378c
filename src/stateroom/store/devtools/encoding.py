"""Turns states and actions into the JSON text that the DevTools are sent.

A slice that is the same object as in the last message is not encoded again: an action
that changed one slice of ten costs that slice. Whatever has no plain form is shown as
a marked text, because a monitor that shows nothing at all helps nobody; an export is
strict instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from typing import Final

from stateroom.errors import NotPlain
from stateroom.store.devtools.packets import encode
from stateroom.store.devtools.sanitising import (
    OPAQUE,
    Sanitiser,
    redact,
    redact_action,
)
from stateroom.store.devtools.tape import Entry, Recorded, Tape
from stateroom.store.plain import to_plain
from stateroom.store.undefined import UNDEFINED

__all__ = ("Encoder",)

_DEPTH_LIMIT: Final = 100


class Encoder:
    """Encodes for one port, and remembers what it has encoded last."""

    def __init__(
        self,
        sanitiser: Sanitiser,
        *,
        kind_of: Callable[[str], object],
        is_strict: bool = False,
    ) -> None:
        """Begin without memory.

        Args:
            sanitiser: what is left out.
            kind_of: the type of a slice's state, by the slice's name.
            is_strict: a value without a plain form raises ``NotPlain``.
        """
        self._kind_of = kind_of
        self._sanitiser = sanitiser
        self._is_hooked = sanitiser.action is not None or sanitiser.state is not None
        self._plain: Callable[[object, object], object] = (
            _exported if is_strict else _shown
        )
        # The value is held beside its text: an id alone could be another's later.
        self._known: dict[int, tuple[object, str]] = {}
        self._seen: dict[int, tuple[object, str]] = {}

    def state(self, state: object, index: int) -> str:
        """Encode the state of one step, for a message that has no other."""
        text = self._state(state, index)
        self._forget_old()
        return text

    def action(self, recorded: Recorded, step: int) -> str:
        """Encode a lifted action."""
        action: object = recorded.action
        if self._sanitiser.action is not None:
            action = self._sanitiser.action(recorded.action, step)
        shown = redact_action(self._plain(action, object), self._sanitiser)
        return (
            f'{{"type":"PERFORM_ACTION","action":{_text(shown)},'
            f'"timestamp":{recorded.timestamp}}}'
        )

    def tape(self, tape: Tape) -> str:
        """Encode a whole history as a lifted state."""
        actions = (
            f'"{step}":{self.action(recorded, step)}'
            for step, recorded in tape.actions.items()
        )
        entries = (
            self._entry(entry, index) for index, entry in enumerate(tape.computed)
        )
        text = ",".join(
            (
                f'{{"actionsById":{{{",".join(actions)}}}',
                f'"computedStates":[{",".join(entries)}]',
                *self._committed(tape.committed),
                encode({**_flat(tape), "isSanitised": self._is_hooked})[1:],
            )
        )
        self._forget_old()
        return text

    def _committed(self, state: object) -> tuple[str, ...]:
        if state is UNDEFINED:
            return ()
        return (f'"committedState":{self._state(state, 0)}',)

    def _entry(self, entry: Entry, index: int) -> str:
        parts = []
        if entry.state is not UNDEFINED:
            parts.append(f'"state":{self._state(entry.state, index)}')
        if entry.error is not None:
            parts.append(f'"error":{encode(entry.error)}')
        return f"{{{','.join(parts)}}}"

    def _state(self, state: object, index: int) -> str:
        if self._sanitiser.state is not None:
            state = self._sanitiser.state(state, index)
        if not isinstance(state, dict) or not all(isinstance(k, str) for k in state):
            return self._part(state, object)
        parts = (
            f"{_text(key)}:{self._slice(key, part)}" for key, part in state.items()
        )
        return f"{{{','.join(parts)}}}"

    def _slice(self, key: str, part: object) -> str:
        kind = self._kind_of(key)
        if self._sanitiser.hides(key):
            hidden = redact({key: self._plain(part, kind)}, self._sanitiser)
            return _text(hidden[key]) if isinstance(hidden, dict) else ""
        return self._part(part, kind)

    def _part(self, part: object, kind: object) -> str:
        known = self._known.get(id(part))
        if known is None:
            text = _text(redact(self._plain(part, kind), self._sanitiser))
            known = self._known[id(part)] = (part, text)
        self._seen[id(part)] = known
        return known[1]

    def _forget_old(self) -> None:
        """Keep what this message had: the next one will have most of it again."""
        self._known, self._seen = self._seen, {}


def _flat(tape: Tape) -> dict[str, object]:
    """The parts of a lifted state that hold no values of the application."""
    return {
        "currentStateIndex": tape.current,
        "isLocked": tape.is_locked,
        "isPaused": tape.is_paused,
        "monitorState": {},
        "nextActionId": tape.next_id,
        "skippedActionIds": list(tape.skipped),
        "stagedActionIds": list(tape.staged),
    }


def _text(plain: object) -> str:
    # The monitors' decoder takes a key "$jsan" for its own when it stands so in the
    # text; written with an escape it is a key like any other.
    return encode(plain).replace('"$jsan"', '"\\u0024jsan"')


def _exported(value: object, kind: object) -> object:
    return to_plain(value, kind=kind)


def _shown(value: object, kind: object) -> object:
    """The plain form of a value, or what can be shown instead. It never raises."""
    try:
        return to_plain(value, kind=kind)
    except NotPlain:
        return _opaque(value, frozenset())


def _opaque(value: object, above: frozenset[int]) -> object:
    """Show what is plain inside of something that is not.

    Args:
        value: anything.
        above: ids of what it is in, so that what contains itself ends.
    """
    inside = _inside(value)
    is_open = id(value) not in above and len(above) < _DEPTH_LIMIT
    within = above | {id(value)}
    if isinstance(inside, dict) and is_open:
        return {key: _opaque(part, within) for key, part in inside.items()}
    if isinstance(inside, list) and is_open:
        return [_opaque(part, within) for part in inside]
    try:
        return to_plain(value)
    except NotPlain:
        return f"{OPAQUE} {_named(value)}"


def _inside(value: object) -> dict[str, object] | list[object] | None:
    if isinstance(value, Mapping):
        return {
            key if isinstance(key, str) else _named(key): part
            for key, part in value.items()
        }
    if isinstance(value, list | tuple | AbstractSet):
        return list(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name, None) for one in fields(value)}
    return None


def _named(value: object) -> str:
    try:
        return repr(value)[:200]
    except Exception:
        return f"<{type(value).__name__}>"
