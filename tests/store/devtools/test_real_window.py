"""A store, and the real Redux DevTools connected to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from stateroom.store import Store
from stateroom.store.devtools import REDACTED, Devtools, start
from tests.store.devtools.living import Basket, Window, basket, put, store_of
from tests.store.devtools.real import Node

# Installing takes some seconds on a fresh machine, once.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def put_first(item: str) -> object:
    return put(item)


@contextmanager
def connected(node: Node, *items: str) -> Iterator[tuple[Store, Devtools, Window, str]]:
    """A store that has dispatched ``items``, and a window that shows it."""
    store = store_of()
    with start(store, port=0, name="shop", creators={"put": put_first}) as tools:
        for item in items:
            store.dispatch(put(item))
        window = Window(node, tools.port)
        app = window.start()
        yield store, tools, window, app
        window.close()


def test_the_window_is_given_the_whole_history_first_and_shows_every_button(
    node: Node,
) -> None:
    with connected(node, "egg", "ham") as (_, _, window, app):
        shown = window.shown()
        assert window.items() == [[], ["egg"], ["egg", "ham"]]
        assert (shown["id"], shown["options"]["name"]) == (app, "shop")
        assert shown["options"]["lib"] == "redux"
        assert shown["options"]["actionCreators"] == [{"name": "put", "args": ["item"]}]
        assert shown["lifted"]["currentStateIndex"] == 2


def test_the_window_is_given_each_action_as_it_happens(node: Node) -> None:
    with connected(node, "egg") as (store, _, window, _):
        store.dispatch(put("ham"))
        assert window.received(2)[1]["type"] == "ACTION"
        assert window.items() == [[], ["egg"], ["egg", "ham"]]
        actions = window.shown()["lifted"]["actionsById"]
        assert actions["2"]["action"] == {"type": "basket/put", "payload": "ham"}


def test_the_store_follows_a_jump_of_the_window(node: Node) -> None:
    with connected(node, "egg", "ham") as (store, tools, window, app):
        window.press(app, type="JUMP_TO_STATE", index=1, actionId=1)
        assert window.received(2)[1]["type"] == "LIFTED"
        assert store[basket].items == ["egg"]
        assert tools.is_time_travelling
        assert window.shown()["lifted"]["currentStateIndex"] == 1


def test_the_store_follows_each_button_and_the_window_is_shown_what_came_out(
    node: Node,
) -> None:
    with connected(node, "egg", "ham", "jam") as (store, _, window, app):
        window.press(app, type="TOGGLE_ACTION", id=1)
        window.received(2)
        assert window.items() == [[], [], ["ham"], ["ham", "jam"]]
        window.press(app, type="REORDER_ACTION", actionId=3, beforeActionId=2)
        window.received(3)
        assert window.items() == [[], [], ["jam"], ["jam", "ham"]]
        window.press(app, type="SWEEP")
        window.press(app, type="COMMIT", timestamp=1)
        window.received(5)
        assert window.items() == [["jam", "ham"]]
        assert store[basket].items == ["jam", "ham"]
        window.press(app, type="RESET", timestamp=1)
        window.received(6)
        assert store[basket].items == []


def test_what_the_terminal_does_is_shown_in_the_window(node: Node) -> None:
    with connected(node, "egg", "ham") as (_, tools, window, _):
        tools.jump(0)
        tools.toggle(1)
        window.received(3)
        assert window.shown()["lifted"]["currentStateIndex"] == 0
        assert window.items() == [[], [], ["ham"]]


def test_the_window_and_the_store_let_the_same_actions_go_when_full(
    node: Node,
) -> None:
    store = store_of()
    with start(store, port=0, max_age=3) as tools:
        window = Window(node, tools.port)
        window.start()
        for item in ("a", "b", "c", "d"):
            store.dispatch(put(item))
        window.received(5)
        shown = window.shown()["lifted"]
        assert window.items() == [["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]]
        assert shown["stagedActionIds"] == [one.id for one in tools.actions]
        window.close()


def test_an_action_is_dispatched_from_the_window_by_text_and_by_name(
    node: Node,
) -> None:
    with connected(node) as (store, _, window, app):
        text = "{type: 'basket/put', payload: 'egg'}"
        window.send(f"sc-{app}", {"type": "ACTION", "action": text})
        called = {"name": "put", "selected": 0, "args": ["'ham'"], "rest": "[]"}
        window.send(f"sc-{app}", {"type": "ACTION", "action": called})
        window.received(3)
        assert store[basket].items == ["egg", "ham"]


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("(() => ({type: 'x'}))()", "DevtoolsError: the text is not run"),
        ("__import__('os').abort()", "DevtoolsError: the text is not run"),
        ("{payload: 1}", "DevtoolsError: an action is an object"),
        ({"selected": 7, "args": []}, "DevtoolsError: there is no action creator 7"),
        ({"selected": 0, "args": ["open('x')"]}, "DevtoolsError: the text is not run"),
        ("{type: 'basket/put', payload: 'bomb'}", "ValueError: no bombs"),
    ],
)
def test_what_is_refused_is_said_in_the_window_and_changes_nothing(
    node: Node, action: object, said: str
) -> None:
    with connected(node, "egg") as (store, _, window, app):
        window.send(f"sc-{app}", {"type": "ACTION", "action": action})
        answer = window.received(2)[1]
        assert answer["type"] == "ERROR"
        assert str(answer["payload"]).startswith(said)
        assert store[basket].items == ["egg"]


def test_secrets_are_not_sent_and_such_a_history_is_not_imported(node: Node) -> None:
    with connected(node, "egg") as (store, _, window, app):
        state = window.received(1)[0]["payload"]
        assert REDACTED in str(state)
        assert "t0p-s3cret" not in str(state)
        window.send(f"sc-{app}", {"type": "IMPORT", "state": state})
        answer = window.received(2)[1]
        assert str(answer["payload"]).startswith("DevtoolsError: this history was san")
        assert store[basket] == Basket(["egg"])


def test_an_exported_history_is_imported_from_the_window(node: Node) -> None:
    with connected(node, "egg", "ham") as (store, tools, window, app):
        exported = tools.export()
        tools.reset()
        lifted = json.dumps({"payload": json.dumps(exported)})
        window.send(f"sc-{app}", {"type": "IMPORT", "state": lifted})
        window.received(3)
        assert store[basket].items == ["egg", "ham"]
        assert window.items() == [[], ["egg"], ["egg", "ham"]]


def test_two_windows_see_the_same_and_one_that_leaves_is_not_missed(
    node: Node,
) -> None:
    with connected(node, "egg") as (store, tools, window, app):
        other = Window(node, tools.port)
        other.start()
        store.dispatch(put("ham"))
        assert other.received(2)[1]["type"] == "ACTION"
        other.press(app, type="JUMP_TO_STATE", index=0)
        assert window.received(3)[2]["type"] == "LIFTED"
        other.close()
        store.dispatch(put("jam"))
        window.received(4)
        assert window.items() == [[], ["egg"], ["egg", "ham"], ["egg", "ham", "jam"]]


def test_another_application_may_use_the_same_port(node: Node) -> None:
    with connected(node, "egg") as (_, tools, window, _):
        app = Window(node, tools.port)
        opened = app.open("master")
        assert opened["channel"] == "respond"
        app.ask("listen", channel=f"sc-{opened['id']}")
        app.send("log", {"type": "START", "id": opened["id"]})
        assert window.received(2)[1] == {"type": "START", "id": opened["id"]}
        window.send(f"sc-{opened['id']}", {"type": "DISPATCH", "action": {"type": "X"}})
        assert app.received(1)[0]["type"] == "DISPATCH"
        app.close()
        gone = window.received(3)[2]
        assert gone == {"type": "DISCONNECTED", "id": opened["id"]}


def test_what_the_relay_does_not_know_is_answered_with_an_error(node: Node) -> None:
    with connected(node) as (_, _, window, _):
        answer = window.ask("invoke", event="getReport", data="1")
        assert answer == {"error": "'getReport' is not answered"}
        published = window.ask("invoke", event="#publish", data={"channel": "log"})
        assert published == {"error": "'#publish' is not answered"}


def test_the_window_is_told_when_the_devtools_close(node: Node) -> None:
    with connected(node, "egg") as (store, tools, window, _):
        tools.close()
        window.ask("closed")
        store.dispatch(put("ham"))
        assert [one.id for one in tools.actions] == [0, 1, 2]
