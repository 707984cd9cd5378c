"""The client of the job board: what it shows lives in a store, in its own memory.

Beside a running application: ``python -m examples.quickstart.client URL CITY...``.
Standard library and Stateroom only, so that it could run in a browser as well.
"""

import asyncio
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field

from stateroom.store import Api, Slice, Store


@dataclass(slots=True)
class Jobs:
    titles: list[str] = field(default_factory=list)
    loading: bool = False


jobs = Slice("jobs", Jobs)


@jobs.thunk
async def search(api: Api[Jobs], city: str) -> list[str]:
    url = f"{api.extra}/jobs?{urllib.parse.urlencode({'city': city})}"
    return [job["title"] for job in await asyncio.to_thread(fetch, url)]


def fetch(url: str) -> list[dict[str, str]]:
    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - the address given
            found: list[dict[str, str]] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        error.close()  # it is the answer as well, and has a connection
        raise


@jobs.extra(search.pending)
def begin(state: Jobs, _: Mapping[str, object]) -> None:
    state.loading = True


@jobs.extra(search.fulfilled)
def show(state: Jobs, action: Mapping[str, object]) -> None:
    state.titles = search.fulfilled.payload(action)
    state.loading = False


@jobs.extra(search.rejected)
def fail(state: Jobs, _: Mapping[str, object]) -> None:
    state.loading = False  # what was found before is still shown


@jobs.selector
def line(state: Jobs) -> str:
    return "searching ..." if state.loading else ", ".join(state.titles) or "nothing"


def new_store(url: str) -> Store:
    return Store(jobs, extra=url)


async def main(url: str, *cities: str) -> None:
    store = new_store(url)
    store.watch(line, print)  # called only when the line has changed
    for city in cities:
        await store.dispatch(search(city)).unwrap()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
