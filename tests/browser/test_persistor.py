"""A whole application in a page: written by timers, left, reloaded, and in a worker."""

from __future__ import annotations

import pytest

from stateroom.persist.records import Record, compose
from stateroom.store.nesting import DEEPEST
from tests.browser.inside import careers
from tests.browser.tabs import Profile, Tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

ROLES = "careers:p:device:roles"
NEVER = 3_600_000.0
"""Milliseconds until something is written: longer than any test."""
SOON = 20.0
LOCAL, LOCKED, DATABASE = "LocalStorage", "LockedLocalStorage", "IndexedDB"
UNTIL_STORED = """(word) => new Promise((stored) => {
    const look = () => {
        const text = localStorage.getItem("careers:p:device:roles") ?? "";
        text.includes(word) ? stored(JSON.parse(text).state) : setTimeout(look, 5);
    };
    look();
})"""
ROOT = (
    r'{"roles":"{\"selected\":[\"Cook\",\"Nurse\"]}","layout":"{\"columns\":3}",'
    r'"_persist":"{\"version\":2,\"rehydrated\":true}"}'
)
READY = {"letter": "ready", "notes": "ready", "roles": "ready"}


def until_stored(tab: Tab, word: str) -> object:
    """Wait, in JavaScript alone, until the roles that are stored have a word."""
    return tab.script(f"() => ({UNTIL_STORED})({word!r})")


def selected(*roles: str, loading: bool = True) -> dict[str, object]:
    return {"selected": list(roles), "title": "", "loading": loading}


def test_a_timer_of_the_page_writes_what_changed_and_a_reload_brings_it_back(
    profile: Profile,
) -> None:
    tab = profile.open()
    assert tab.run(careers.begin, LOCAL, SOON, None) == "ready"
    tab.run(careers.select, LOCAL, "Cook")
    assert until_stored(tab, "Cook") == {"selected": ["Cook"], "title": ""}
    tab.run(careers.call, LOCAL, "Nurse")
    assert until_stored(tab, "Nurse") == {"selected": ["Cook", "Nurse"], "title": ""}
    tab.reload()
    assert tab.run(careers.begin, LOCAL, SOON, None) == "ready"
    found = tab.run(careers.state, LOCAL)
    assert found["roles"] == selected("Cook", "Nurse", loading=False)


def test_what_is_dispatched_before_a_page_is_left_is_stored_where_nothing_is_awaited(
    profile: Profile,
) -> None:
    tab = profile.open()
    kinds = (LOCAL, LOCKED)
    for kind in kinds:
        tab.run(careers.begin, kind, NEVER, None)
        tab.run(careers.select, kind, "Cook")
    tab.reload()
    for kind in kinds:
        assert tab.run(careers.begin, kind, NEVER, None) == "ready"
        tab.run(careers.select, kind, "Nurse")
    tab.close()
    other = profile.open()
    for kind in kinds:
        assert other.run(careers.begin, kind, NEVER, None) == "ready"
        roles = other.run(careers.state, kind)["roles"]
        assert roles == selected("Cook", "Nurse", loading=False)


def test_a_database_has_what_was_flushed_and_perhaps_what_came_last(
    profile: Profile,
) -> None:
    tab = profile.open()
    tab.run(careers.begin, DATABASE, NEVER, None)
    tab.run(careers.select, DATABASE, "Cook")
    assert tab.run(careers.flush, DATABASE) == {}
    tab.run(careers.select, DATABASE, "Nurse")
    tab.reload()
    tab.run(careers.begin, DATABASE, NEVER, None)
    assert tab.run(careers.status, DATABASE) == READY
    assert tab.run(careers.problems, DATABASE) == []
    assert tab.run(careers.state, DATABASE)["roles"] in (
        selected("Cook", loading=False),
        selected("Cook", "Nurse", loading=False),
    )


def test_a_page_has_what_a_worker_has_flushed_of_every_slice(
    profile: Profile, tab: Tab
) -> None:
    worker, page = profile.open("worker.html"), profile.open()
    for each, role in ((worker, "Cook"), (page, "Nurse")):
        assert each.run(careers.begin, DATABASE, NEVER, None) == "ready"
        each.run(careers.select, DATABASE, role)
        each.run(careers.write, DATABASE, f"Dear {role}")
        assert each.run(careers.flush, DATABASE) == {}
    lines = {"lines": ["Dear Cook", "Dear Nurse"]}
    worker.run(careers.until, DATABASE, "letter", lines)  # in whichever order
    found = worker.run(careers.until, DATABASE, "roles", selected("Cook", "Nurse"))
    assert found == {
        "roles": selected("Cook", "Nurse"), "letter": lines, "notes": ""
    }  # fmt: skip
    assert tab.run(careers.begin, DATABASE, NEVER, None) == "ready"
    assert tab.run(careers.state, DATABASE)["letter"] == {"lines": []}
    tab.run(careers.end_all)


@pytest.mark.parametrize(
    ("levels", "phase"), [(DEEPEST, "ready"), (DEEPEST + 1, "quarantined")]
)
def test_what_is_nested_too_deeply_to_be_read_does_not_end_the_page(
    tab: Tab, levels: int, phase: str
) -> None:
    inner = levels - 2  # the record, and its state
    deep = "[" * inner + "]" * inner
    made = Record(key=ROLES, version=1, revision=1, writer="w", at=1, state={})
    text = compose(made, f'{{"selected":["Cook"],"deep":{deep}}}').decode()
    tab.script(f"() => localStorage.setItem({ROLES!r}, {text!r})")
    assert tab.run(careers.begin, LOCAL, NEVER, None) == phase
    tab.run(careers.select, LOCAL, "Nurse")
    assert tab.run(careers.flush, LOCAL) == {}
    kept = str(tab.script(f"localStorage.getItem({ROLES!r})"))
    roles = '["Cook","Nurse"]' if phase == "ready" else '["Nurse"]'
    assert (f'"selected":{roles}' in kept, deep in kept) == (True, phase == "ready")
    tab.run(careers.end_all)


def test_what_redux_persist_has_kept_in_this_origin_is_taken_over(tab: Tab) -> None:
    tab.script(f"() => localStorage.setItem('persist:root', {ROOT!r})")
    tab.run(careers.begin, LOCAL, NEVER, None)
    text = str(tab.script("localStorage.getItem('persist:root')"))
    assert tab.run(careers.adopt, LOCAL, text) == text == ROOT
    assert tab.run(careers.flush, LOCAL) == {}
    tab.run(careers.begin, LOCAL, NEVER, None)
    found = tab.run(careers.state, LOCAL)
    assert found["roles"] == selected("Cook", "Nurse", loading=False)
    tab.run(careers.end_all)
