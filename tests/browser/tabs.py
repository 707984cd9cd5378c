"""A tab of a browser, whose page runs our code under Pyodide, and a user's profile.

In a tab ``run`` calls a function of a module in ``tests/browser/inside``, and gives
back what it returns::

    one, other = profile.open(), profile.open()
    one.run(writing.write, "roles", "first")
    assert other.run(writing.read, "roles") == "first"

Both halves are ordinary Python, linted and typed; between them all is JSON. A page has
what a bundle has (``stateroom.persist``, ``stateroom.store``, ...), the whole folder
``inside``, and ``stateroom.testing``. A module stays imported as long as the page
lives, so its globals are what the page remembers: from one test to the next, where a
tab is shared.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Final, TypeVar, TypeVarTuple, overload

from playwright.async_api import BrowserContext, CDPSession, ConsoleMessage, Page

from tests.browser.threads import LoopThread

__all__ = ("Failed", "Profile", "Tab")

Ts = TypeVarTuple("Ts")
T = TypeVar("T")

NO_MATTER: Final = ("Failed to load resource",)
"""What the console may say without a test failing."""


class Failed(AssertionError):
    """What ran in a page raised an error; the message has its traceback."""


class Profile:
    """What one user's browser remembers, and its tabs."""

    def __init__(
        self, context: BrowserContext, thread: LoopThread, origin: str
    ) -> None:
        self._context = context
        self._thread = thread
        self._origin = origin
        self._tabs: list[Tab] = []

    def problems(self) -> list[str]:
        """Return what the consoles of its tabs have shown as errors."""
        return [problem for tab in self._tabs for problem in tab.problems]

    def open(self, page: str = "page.html", *, before: str = "") -> Tab:
        """Open a tab; each runs in a process of its own, as in a user's browser.

        Args:
            page: ``page.html`` (Pyodide in the page), ``worker.html`` (in a worker,
                which answers then), or ``empty.html``, where nothing can be run.
            before: JavaScript that runs before everything else in the page.
        """
        return self._thread.run(self._open(page, before))

    async def _open(self, page: str, before: str) -> Tab:
        opened = await self._context.new_page()
        tab = Tab(opened, self._thread, self._origin)
        self._tabs.append(tab)
        if before:
            await opened.add_init_script(before)
        await opened.goto(f"{self._origin}/{page}")
        await tab.booted()
        return tab


class Tab:
    """A page, in which Python is there to run.

    Attributes:
        origin: where its pages come from, e.g. ``"http://127.0.0.1:40001"``.
        problems: what the browser's console has shown as an error, so far. A fixture
            fails the test where there is any; a test that provokes some clears them.
    """

    def __init__(self, page: Page, thread: LoopThread, origin: str) -> None:
        self.origin: str = origin
        self.problems: list[str] = []
        self._page = page
        self._thread = thread
        self._tools: CDPSession | None = None
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._told)

    @overload
    def run(self, function: Callable[[*Ts], Awaitable[T]], *args: *Ts) -> T: ...

    @overload
    def run(self, function: Callable[[*Ts], T], *args: *Ts) -> T: ...

    def run(self, function: Callable[[*Ts], object], *args: *Ts) -> object:
        """Call a function of ``tests.browser.inside`` in the page, and wait for it.

        It is found by its name; arguments and result go as JSON, so a tuple comes back
        as a list. What it awaits, it awaits on the page's own loop.

        Raises:
            Failed: it raised an error.
        """
        return self.start(function, *args).result()

    def start(self, function: Callable[[*Ts], object], *args: *Ts) -> Future[object]:
        """Begin what ``run`` does, and return at once: several tabs can be at work."""
        asked: dict[str, object] = {
            "module": function.__module__,
            "function": function.__name__,
            "arguments": args,
        }
        return self._thread.start(self._ask(asked))

    def run_lines(self, lines: str) -> object:
        """Run lines of Python in the page; return the value of the last, an expression.

        They may await. For what is too short to be a function.
        """
        return self._thread.run(self._ask({"lines": lines}))

    def script(self, script: str) -> object:
        """Run JavaScript in the page, as its developer's tools do."""
        return self._thread.run(self._page.evaluate(script))

    def reload(self) -> None:
        """Load the page anew, as its user may; Python starts from the beginning."""
        self._thread.run(self._reload())

    def close(self) -> None:
        """Close the tab as its user does: the page may act upon it."""
        self._thread.run(self._close())

    def command(self, name: str, **parameters: object) -> None:
        """Send a command of the DevTools protocol, for what no page can do.

        What it sets stays set until it is set again, or the tab is closed.
        """
        self._thread.run(self._command(name, parameters))

    async def booted(self) -> None:
        """Wait until Python is there, on a page that has one."""
        await self._page.evaluate("window.ready?.()")

    async def _ask(self, asked: dict[str, object]) -> object:
        told = await self._page.evaluate("request => ask(request)", json.dumps(asked))
        answer: dict[str, object] = json.loads(told)
        if "error" in answer:
            raise Failed(f"in the page: {answer['error']}")
        return answer["value"]

    async def _reload(self) -> None:
        await self._page.reload()
        await self.booted()

    async def _close(self) -> None:
        gone = asyncio.get_running_loop().create_future()
        self._page.on("close", lambda _page: gone.set_result(None))
        await self._page.close(run_before_unload=True)
        await gone

    async def _command(self, name: str, parameters: dict[str, object]) -> None:
        if self._tools is None:
            self._tools = await self._page.context.new_cdp_session(self._page)
        await self._tools.send(name, parameters)

    def _told(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(NO_MATTER):
            self.problems.append(message.text)
