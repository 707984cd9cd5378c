"""The quickstart's client: its state, beside a server that answers as the board."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from examples.quickstart import client
from stateroom.errors import Rejected

TITLES = {"Berlin": ["Nurse", "Teacher"], "Paris": []}


class Board(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        city = parse_qs(urlsplit(self.path).query)["city"][0]
        found = TITLES.get(city)
        self.send_response(404 if found is None else 200)
        self.end_headers()
        self.wfile.write(json.dumps([{"title": each} for each in found or []]).encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def url() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Board) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


async def test_a_line_is_printed_whenever_what_it_shows_has_changed(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.main(url, "Berlin", "Paris")
    assert capsys.readouterr().out.splitlines() == [
        "searching ...",
        "Nurse, Teacher",
        "searching ...",
        "nothing",
    ]


async def test_a_search_that_fails_is_an_error_and_keeps_what_was_shown(
    url: str,
) -> None:
    store = client.new_store(url)
    await store.dispatch(client.search("Berlin")).unwrap()
    with pytest.raises(Rejected, match="404"):
        await store.dispatch(client.search("Nowhere")).unwrap()
    assert client.line(store.state) == "Nurse, Teacher"
