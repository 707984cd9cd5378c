"""The storages of a browser keep every promise of a storage, in a browser."""

from __future__ import annotations

import pytest

from stateroom.testing.storages import CASES
from tests.browser.inside import places
from tests.browser.tabs import Tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]


@pytest.mark.parametrize("name", CASES)
def test_local_storage_keeps_the_promise(tab: Tab, name: str) -> None:
    tab.run(places.keep_promise_blocking, name)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", sorted(places.PLACES))
def test_an_awaited_storage_keeps_the_promise(tab: Tab, kind: str, name: str) -> None:
    tab.run(places.keep_promise, kind, name)
