"""The DevTools' messages from application to monitor, as JSON text.

The first one a monitor gets is the whole history (STATE): that makes it show the
buttons for skipping, locking, reordering and importing. Payload and action are JSON
inside of JSON, as the monitors expect.

Source:
    ``tests/store/devtools`` feeds each of them to the DevTools' own reducer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stateroom.store.devtools.encoding import Encoder
from stateroom.store.devtools.feed import Jump, Note, Step, Whole
from stateroom.store.devtools.packets import encode

__all__ = ("Instance", "message")


class Instance:
    """Who speaks: one store, as the monitors list it."""

    def __init__(
        self, ident: str, *, name: str, creators: Sequence[Mapping[str, object]]
    ) -> None:
        """Name a store.

        Args:
            ident: stands for a socket's id, and for the instance.
            name: shown in the monitors' list.
            creators: the action creators to offer: ``name`` and ``args`` of each.
        """
        self.ident: str = ident
        self.name: str = name
        self.creators: tuple[Mapping[str, object], ...] = tuple(creators)

    def head(self, kind: str) -> dict[str, object]:
        """The parts that every message has."""
        return {
            "type": kind,
            "id": self.ident,
            "instanceId": self.ident,
            "name": self.name,
        }


def message(note: Note, instance: Instance, encoder: Encoder) -> str:
    """Encode one note.

    Raises:
        Exception: whatever a sanitiser raises.
    """
    if isinstance(note, Whole):
        return encode(_whole(note, instance, encoder))
    if isinstance(note, Step):
        return encode(_step(note, instance, encoder))
    if isinstance(note, Jump):
        lifted = {"currentStateIndex": note.index}
        return encode({**instance.head("LIFTED"), "liftedState": lifted})
    return encode({**instance.head("ERROR"), "payload": note.text})


def _whole(note: Whole, instance: Instance, encoder: Encoder) -> dict[str, object]:
    body = {**instance.head("STATE"), "payload": encoder.tape(note.tape)}
    return {**body, "action": instance.creators} if instance.creators else body


def _step(note: Step, instance: Instance, encoder: Encoder) -> dict[str, object]:
    step = note.next_id - 1
    return {
        **instance.head("ACTION"),
        "payload": encoder.state(note.entry.state, step),
        "action": encoder.action(note.recorded, step),
        "nextActionId": note.next_id,
        "isExcess": note.is_excess,
    }
