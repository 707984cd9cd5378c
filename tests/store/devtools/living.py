"""A small application, and a Redux DevTools window that is connected to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TypedDict, cast

from stateroom.store import Slice, Store
from tests.store.devtools.real import Node

__all__ = ("Basket", "Lifted", "Shown", "Window", "basket", "put", "store_of")


@dataclass
class Basket:
    items: list[str] = field(default_factory=list)
    token: str = "t0p-s3cret"  # noqa: S105 - what a test looks for


basket = Slice("basket", Basket)


@basket.reducer
def put(state: Basket, item: str) -> None:
    if item == "bomb":
        raise ValueError("no bombs")
    state.items.append(item)


def store_of(*items: str) -> Store:
    store = Store(basket)
    for item in items:
        store.dispatch(put(item))
    return store


class Lifted(TypedDict):
    """The history, as the window has it."""

    actionsById: dict[str, dict[str, object]]
    computedStates: list[dict[str, dict[str, dict[str, object]]]]
    currentStateIndex: int
    nextActionId: int
    skippedActionIds: list[int]
    stagedActionIds: list[int]


class Shown(TypedDict):
    """What the window shows."""

    id: str
    options: dict[str, object]
    lifted: Lifted


class Window:
    """The real client and the real reducer of the DevTools, in Node."""

    names = count()

    def __init__(self, node: Node, port: int | None, **options: object) -> None:
        self.name = f"window {next(self.names)}"
        self.node = node
        self._options = {"port": port, **options}

    def ask(self, order: str, **request: object) -> object:
        return self.node.ask("monitor", order=order, name=self.name, **request)

    def open(self, credentials: object = None) -> dict[str, object]:
        """Connect and log in, as a monitor unless told otherwise."""
        answer = self.ask("open", options=self._options, credentials=credentials)
        return cast("dict[str, object]", answer)

    def start(self) -> str:
        """Connect, ask for the history, and say which application answered."""
        self.open()
        self.send("respond", {"type": "START"})
        return cast("str", self.received(1)[0]["id"])

    def send(self, channel: str, message: dict[str, object]) -> None:
        self.ask("send", channel=channel, message=message)

    def press(self, app: str, **action: object) -> None:
        """Press one of the window's buttons."""
        self.send(f"sc-{app}", {"type": "DISPATCH", "action": action})

    def received(self, count: int) -> list[dict[str, object]]:
        """All messages since the beginning, as soon as there are so many."""
        answer = self.ask("received", count=count)
        return cast("list[dict[str, object]]", answer)

    def shown(self) -> Shown:
        return cast("Shown", self.ask("shown"))

    def items(self) -> list[object]:
        """What the basket holds after each step, as the window shows it."""
        states = self.shown()["lifted"]["computedStates"]
        return [one["state"]["basket"]["items"] for one in states]

    def close(self) -> None:
        self.ask("close")
