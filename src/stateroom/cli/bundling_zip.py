"""Turns the files of a bundle into one zip, and puts it where it belongs.

The same files give the same bytes: they are sorted, and have no times, owners or modes
of their own. Another release of zlib may compress to other bytes, so the identity of a
bundle is that of its content.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from stateroom.cli.bundling_files import Entry
from stateroom.errors import BundleError

__all__ = ("digest", "pack", "write")

NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can name, for every file."""
MODE = 0o100644
"""A regular file that everybody may read."""
_UNIX = 3


def digest(entries: Iterable[Entry]) -> str:
    """Return the SHA-256 of names and contents, in hexadecimal digits."""
    total = hashlib.sha256()
    for each in entries:
        for part in (each.name.encode(), each.content):
            total.update(len(part).to_bytes(8, "big"))
            total.update(part)
    return total.hexdigest()


def pack(entries: Iterable[Entry]) -> bytes:
    """Return the zip of these files, in their order."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        for each in entries:
            info = zipfile.ZipInfo(each.name, NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = _UNIX
            info.external_attr = MODE << 16
            archive.writestr(info, each.content, compresslevel=9)
    return found.getvalue()


def write(path: Path, data: bytes) -> None:
    """Replace a file in one step: whoever reads it sees the old zip or the new one.

    Raises:
        BundleError: it cannot be written; what was there is as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            raise BundleError(f"{path}: is not a regular file")
        _replace(path.resolve(), data)
    except OSError as error:
        reason = error.strerror or error
        raise BundleError(f"{path}: cannot be written: {reason}") from error


def _replace(path: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes it private; a bundle is for a web server to read.
        Path(name).chmod(_mode(path))
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _mode(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
