"""Starts a real browser, and serves it the pages that run our code under Pyodide.

``Chromium`` is the program, a ``Profile`` is what one user's browser remembers
(storages, locks), and a ``Tab`` is a page of it; see ``tests/browser/tabs.py``::

    with chromium.profile() as profile:
        tab = profile.open()
"""

from __future__ import annotations

import asyncio
import os
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeAlias

import pytest
from playwright.async_api import Browser, Playwright, async_playwright

from tests.browser.serving import Site
from tests.browser.tabs import Profile
from tests.browser.threads import LoopThread

__all__ = ("Chromium", "program")

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
MISSING: Final = (
    "This test needs Chromium: install Debian's package chromium, or put one of "
    f"{', '.join(PROGRAMS)} on PATH."
)
FLAGS: Final = (
    "--no-sandbox",  # containers run as root, and know no namespaces
    "--disable-dev-shm-usage",  # 64 MiB in a container: pages crash, now and then
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Nothing is asked of anybody's server.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Ending: TypeAlias = "asyncio.Task[tuple[bytes, bytes]]"
LISTENING: Final = "DevTools listening on "


def program() -> str:
    """Return the browser to use; without one, skip the test, or fail it in CI."""
    for name in PROGRAMS:
        found = shutil.which(name)
        if found is not None:
            return found
    if os.environ.get("CI"):
        pytest.fail(MISSING, pytrace=False)
    pytest.skip(MISSING)


class Chromium:
    """A browser without windows, and the site that its pages come from.

    Args:
        executable: the program, see ``program``.
        site: what is served.

    Attributes:
        origin: of the site, e.g. ``"http://127.0.0.1:40001"``.
    """

    def __init__(self, executable: str, site: Site) -> None:
        self._executable = executable
        self._site = site
        self._thread = LoopThread()
        self.origin: str = self._thread.run(site.start())
        self._playwright: Playwright = self._thread.run(async_playwright().start())
        self._browser: Browser | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self._browser is not None:
            self._thread.run(self._browser.close())
        self._thread.run(self._playwright.stop())
        self._thread.run(self._site.stop())
        self._thread.stop()

    @contextmanager
    def profile(self) -> Iterator[Profile]:
        """Open a profile that is forgotten at the end of the block.

        Its tabs are in one browser with those of other profiles, and all of them are
        visible, whichever is in front.
        """
        if self._browser is None:
            launched = self._playwright.chromium.launch(
                executable_path=self._executable, args=FLAGS
            )
            self._browser = self._thread.run(launched)
        context = self._thread.run(self._browser.new_context())
        try:
            yield Profile(context, self._thread, self.origin)
        finally:
            self._thread.run(context.close())

    def keep_memory(self) -> None:
        """Let the site have the memory of a Pyodide that has started."""
        with self.profile() as profile:
            profile.open("memory.html")

    @contextmanager
    def user(self, folder: Path, *, is_killed: bool = False) -> Iterator[Profile]:
        """Start a browser of its own, as a user does; it ends with the block.

        Only the tab in front is visible. With the same folder again, the user has
        started the browser anew.

        Args:
            folder: of the profile, kept by the caller.
            is_killed: whether it crashes in the end; otherwise the user leaves it.
        """
        process, address, over = self._thread.run(self._start(folder))
        try:
            connecting = self._playwright.chromium.connect_over_cdp(
                address, no_defaults=True
            )
            browser = self._thread.run(connecting)
            yield Profile(browser.contexts[0], self._thread, self.origin)
            if not is_killed:
                self._thread.run(_leave(browser, over))
        finally:
            if process.returncode is None:
                process.kill()
            self._thread.run(_end(over))

    async def _start(self, folder: Path) -> tuple[Process, str, Ending]:
        """Start the program; return it, where it listens, and what waits for it."""
        process = await asyncio.create_subprocess_exec(
            self._executable,
            "--headless",
            *FLAGS,
            "--remote-debugging-port=0",
            f"--user-data-dir={folder}",
            "about:blank",
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=PIPE,
        )
        assert process.stderr is not None
        async for line in process.stderr:
            told = line.decode("utf-8", "replace").strip()
            if told.startswith(LISTENING):
                # From here on somebody reads what it says, or it would stop.
                over = asyncio.create_task(process.communicate())
                return process, told.removeprefix(LISTENING), over
        pytest.fail(f"{self._executable} ended with {await process.wait()}")


async def _leave(browser: Browser, over: Ending) -> None:
    tools = await browser.new_browser_cdp_session()
    await tools.send("Browser.close")
    await over


async def _end(over: Ending) -> None:
    await over
