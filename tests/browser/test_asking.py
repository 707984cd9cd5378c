"""A client of queries in a real browser: answers, retries, and what a reload finds."""

from __future__ import annotations

import pytest

from tests.browser.inside import asking
from tests.browser.tabs import Profile, Tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

TITLES = ["Cook", "Nurse"]


def test_answers_survive_the_page_and_nobody_is_asked_again(profile: Profile) -> None:
    tab = profile.open()
    assert tab.run(asking.ask, "/jobs") == [TITLES, 200, ["/jobs"]]
    assert tab.run(asking.is_kept)
    tab.reload()
    assert tab.run(asking.ask, "/jobs") == [TITLES, 200, []]


def test_what_was_refused_is_asked_for_again_after_a_reload(profile: Profile) -> None:
    tab = profile.open()
    refused = ["ResponseError", 404, ["/status/404"]]
    assert tab.run(asking.ask, "/status/404") == refused
    tab.reload()
    assert tab.run(asking.ask, "/status/404") == refused


def test_a_server_that_has_bad_days_is_asked_until_it_answers(tab: Tab) -> None:
    found = tab.run(asking.retry)
    assert found == [TITLES, ["/status/503", "/cut", "/jobs"]]


def test_what_nobody_wants_any_more_is_given_up_at_the_server(tab: Tab) -> None:
    assert tab.run(asking.give_up) == "uninitialized"
