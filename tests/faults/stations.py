"""A process with a cache, which does what a test tells it: to be stopped and killed."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.sources import Source

__all__ = ("ROOT", "Answer", "Station", "environment")

ROOT = Path(__file__).parents[2]
PATIENCE_S = 15.0


def environment() -> dict[str, str]:
    """Return an environment in which a worker finds the package and the tests.

    What this process has on its path comes first: so a copy tests itself.
    """
    places = os.pathsep.join([*filter(None, sys.path), str(ROOT), str(ROOT / "src")])
    return {**os.environ, "PYTHONPATH": places}


class Answer:
    """What became of one order.

    Attributes:
        value: what the call returned, or an empty text.
        error: the name of the error's class that it raised, or an empty text.
        text: of that error.
        seconds: from the order to the answer, as the station's clock tells.
    """

    def __init__(self, said: dict[str, str]) -> None:
        self.value = said.get("value", "")
        self.error = said.get("error", "")
        self.text = said.get("text", "")
        self.seconds = float(said["seconds"])


class Station:
    """A process of ``tests.faults.workers.station``.

    Orders run at the same time; their answers are awaited one by one. While it is
    told to ``hold``, its loads wait between their look at the source and their return.
    """

    def __init__(
        self,
        url: str,
        *,
        namespace: str,
        source: Source,
        local: bool = False,
        timeout: float = 3.0,
    ) -> None:
        settings = {
            "url": url, "namespace": namespace, "home": str(source.home),
            "local": local, "timeout": timeout,
        }  # fmt: skip
        self._process = subprocess.Popen(
            (
                sys.executable,
                "-m",
                "tests.faults.workers.station",
                json.dumps(settings),
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            cwd=ROOT,
            text=True,
        )
        self._said: queue.Queue[dict[str, str]] = queue.Queue()
        self._kept: list[dict[str, str]] = []
        self._count = 0
        self._ear = threading.Thread(target=self._listen, daemon=True)
        self._ear.start()

    def order(self, do: str, name: str = "") -> str:
        """Begin something; return the number under which it is answered."""
        self._count += 1
        number = str(self._count)
        assert self._process.stdin is not None
        line = json.dumps({"id": number, "do": do, "name": name})
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return number

    def answer(self, number: str) -> Answer:
        """Wait for the answer to an order."""
        return Answer(self._await("id", number))

    def ask(self, do: str, name: str = "") -> Answer:
        """Do something and return its answer."""
        return self.answer(self.order(do, name))

    def reached(self, name: str) -> None:
        """Wait until a load has come to the gate; each arrival is waited for once."""
        self._await("reached", name)

    def stop(self) -> None:
        """Stop it with SIGSTOP; return when it stands still."""
        os.kill(self._process.pid, signal.SIGSTOP)
        os.waitpid(self._process.pid, os.WUNTRACED)

    def resume(self) -> None:
        """Let it go on."""
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        self._ear.join()
        for each in (self._process.stdin, self._process.stdout):
            if each is not None:
                each.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.put(json.loads(line))

    def _await(self, kind: str, what: str) -> dict[str, str]:
        end = time.monotonic() + PATIENCE_S
        while True:
            for each in self._kept:
                if each.get(kind) == what:
                    self._kept.remove(each)
                    return each
            try:
                self._kept.append(self._said.get(timeout=end - time.monotonic()))
            except (queue.Empty, ValueError):
                raise TimeoutError(f"no {kind} {what}; it said {self._kept}") from None
