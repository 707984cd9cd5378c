"""Every message of ours, given to the reducer of the DevTools' window."""

from __future__ import annotations

import json
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings

from stateroom.store.devtools import Sanitiser
from stateroom.store.devtools.encoding import Encoder
from stateroom.store.devtools.feed import Feed, Note, Trouble, Whole
from stateroom.store.devtools.lifted import Change, History
from stateroom.store.devtools.messages import Instance, message
from stateroom.store.devtools.relay import Client
from tests.store.devtools.counting import Error, adding, lifted_of
from tests.store.devtools.living import Shown
from tests.store.devtools.programs import Program, carry_out, programs
from tests.store.devtools.real import Node

# Installing takes some seconds on a fresh machine, once.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SHOP = Instance("id-1", name="shop", creators=())


def encoder(sanitiser: Sanitiser | None = None) -> Encoder:
    return Encoder(sanitiser or Sanitiser(), kind_of=lambda _name: object)


def sent(note: Note, using: Encoder | None = None) -> dict[str, object]:
    """What a monitor receives of a note."""
    text = message(note, SHOP, using or encoder())
    return cast("dict[str, object]", json.loads(text))


def shown(node: Node, *messages: dict[str, object]) -> list[Shown]:
    """What the window shows after each message."""
    return cast("list[Shown]", node.ask("show", messages=messages))


def bare(view: Shown) -> dict[str, object]:
    """The window's history, without times and what only monitors use."""
    actions = view["lifted"]["actionsById"]
    rest = {
        **view["lifted"],
        "actionsById": {i: a["action"] for i, a in actions.items()},
    }
    return {
        key: rest[key] for key in rest if key not in {"isSanitised", "monitorState"}
    }


class Watched:
    """A history whose every change is noted, as the devtools note it."""

    def __init__(self, program: Program) -> None:
        self.messages: list[dict[str, object]] = []
        self.expected: list[dict[str, object]] = []
        self._history = program.options.history()
        self._feed = Feed(lambda: None)
        self._encoder = encoder()
        self._note(Change.REWRITTEN)
        for step in program.steps:
            self._note(self._change(step))

    def _change(self, step: dict[str, object]) -> Change:
        try:
            return carry_out(self._history, step)
        except Error:
            return Change.NOTHING

    def _note(self, change: Change) -> None:
        if change is Change.NOTHING:
            return
        self._feed.put_change(change, self._history)
        note = self._feed.take()
        assert note is not None
        self.messages.append(sent(note, self._encoder))
        self.expected.append(lifted_of(self._history.tape))


@given(programs())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_window_shows_after_each_message_what_the_history_is(
    node: Node, program: Program
) -> None:
    watched = Watched(program)
    seen = [bare(view) for view in shown(node, *watched.messages)]
    assert [committed(one) for one in seen] == [
        committed(one) for one in watched.expected
    ]


def committed(lifted: dict[str, object]) -> dict[str, object]:
    """Without what the window makes of it: it keeps what it was given last."""
    return {key: lifted[key] for key in lifted if key != "committedState"}


def test_a_key_that_the_windows_decoder_takes_for_its_own_comes_through(
    node: Node,
) -> None:
    state = {"a": {"$jsan": "$.b", "$other": ['"$jsan"', "$jsan"]}, "$jsan": ["d1"]}
    history = History(lambda found, _action: found, state, at=0)
    view = shown(node, sent(Whole(history.tape)))[0]
    found = cast("dict[str, object]", view["lifted"]["computedStates"][0]["state"])
    assert "$jsan" in json.dumps(found)
    # The plain form doubles the dollar of a key; the decoder changed nothing.
    assert found == {
        "a": {"$$jsan": "$.b", "$$other": ['"$jsan"', "$jsan"]},
        "$jsan": ["d1"],
    }


def test_an_error_is_a_message_that_changes_nothing(node: Node) -> None:
    history = History(adding, {"n": 1, "last": ""}, at=0)
    first = sent(Whole(history.tape))
    error = sent(Trouble("no", Client(Silent(), "x")))
    assert error["payload"] == "no"
    views = shown(node, first, error)
    assert views[0] == views[1]


class Silent:
    """A connection that nobody reads."""

    async def reply(self, text: str) -> None:
        """Send nothing."""

    def offer(self, text: str) -> bool:
        return bool(text)

    def set_limit(self, limit: int) -> None:
        """Accept anything."""

    def abort(self) -> None:
        """Stay."""
