"""Serves to a page, from this machine, what it loads: Pyodide, our code, and tests.

It is a small server on the loop that also drives the browser. The policy forbids a page
to run any text as code, as a careful application does, so that all that is tested here
works under it.
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Final

from stateroom.cli.bundling_files import ours
from stateroom.cli.bundling_judging import Judge
from stateroom.cli.bundling_zip import pack
from tests.query.transports.answering import Line, asked_by, polite, rude

__all__ = ("Site", "files_of_tests")

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
POLICY: Final = "default-src 'self' data:; script-src 'self' 'wasm-unsafe-eval'"
KINDS: Final = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
}
MEMORY: Final = "/memory.bin"
HEAD_END: Final = b"\r\n\r\n"
LIVE: Final = b"/live/"
"""Below it, the server that requests are tried on answers, well or badly."""
PYODIDE: Final = (
    "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json",
    "python_stdlib.zip",
)  # fmt: skip
"""What of the package a page loads."""


def files_of_tests() -> dict[str, bytes]:
    """Return what a page runs beside the bundle: our tests' modules, and testing."""
    inside = (HERE / "inside").glob("*.py")
    testing = (ROOT / "src" / "stateroom" / "testing").glob("*.py")
    named = {path.relative_to(ROOT).as_posix(): path for path in inside}
    named |= {f"stateroom/testing/{path.name}": path for path in testing}
    return {name: path.read_bytes() for name, path in sorted(named.items())}


class Site:
    """What is served, by path.

    Args:
        pyodide: the folder of that npm package.
        files: what is unpacked beside the bundle, by name.
        memory: where a page keeps the memory of a Pyodide that it has started; pages
            start from it, if it is there.
    """

    def __init__(
        self, pyodide: Path, files: Mapping[str, bytes], *, memory: Path
    ) -> None:
        self.memory: Path = memory
        pages = [path for path in (HERE / "pages").iterdir() if path.suffix in KINDS]
        self._found: dict[str, bytes | Path] = {f"/{each.name}": each for each in pages}
        self._found |= {f"/pyodide/{name}": pyodide / name for name in PYODIDE}
        self._found["/app.zip"] = pack(Judge(ours(), (), ()).entries)
        self._found["/tests.zip"] = _zipped(files.items())
        self._found[MEMORY] = memory
        self._found["/empty.html"] = b"<!doctype html><title>Nothing</title>"
        self._server: asyncio.Server | None = None
        self._waiting = asyncio.Event()
        self._gone = asyncio.Event()

    async def start(self) -> str:
        """Serve on a free port; return the origin."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        """Serve no more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        line = Line(reader, writer, self._waiting, self._gone)
        try:
            head = await reader.readuntil(HEAD_END)
            while head.partition(b" ")[2].startswith(LIVE):
                if not await self._is_answered(head, line):
                    return
                head = await reader.readuntil(HEAD_END)
            method, path = head.decode("ascii", "replace").split(" ")[:2]
            if (method, path) == ("POST", MEMORY):
                size = int(head.lower().partition(b"content-length:")[2].split()[0])
                _keep(self.memory, await reader.readexactly(size))
            writer.write(_answer(path, self._found.get(path)))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the browser has let go of it, or never asked
        finally:
            writer.close()

    async def _is_answered(self, head: bytes, line: Line) -> bool:
        """Answer a request below ``LIVE``; say whether the line goes on after it."""
        asked = await asked_by(head.replace(LIVE, b"/", 1), line.reader)
        if asked.path == "/anew":
            self._waiting.clear()
            self._gone.clear()
        if await rude(asked, line):
            return False
        line.writer.write(polite(asked))
        await line.writer.drain()
        return True


def _answer(path: str, found: bytes | Path | None) -> bytes:
    """Return a whole answer to a request for a path."""
    if isinstance(found, Path):
        found = found.read_bytes() if found.is_file() else None
    status = HTTPStatus.NOT_FOUND if found is None else HTTPStatus.OK
    content = found or b""
    head = {
        "Content-Type": KINDS.get(Path(path).suffix, "text/plain"),
        "Content-Length": str(len(content)),
        "Content-Security-Policy": POLICY,
        "Connection": "close",
        # Within one profile, the second page has it all from the first.
        "Cache-Control": "no-store" if found is None else "max-age=600",
    }
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {value}" for name, value in head.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def _zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return found.getvalue()


def _keep(path: Path, content: bytes) -> None:
    partial = path.with_suffix(".partial")
    partial.write_bytes(content)
    partial.rename(path)
