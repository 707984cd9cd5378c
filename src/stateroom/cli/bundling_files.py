"""Which files go into a bundle, under which names, and which never do.

A bundle is public: whoever opens the page can read it. So what looks like a secret is
left out, a private key inside of a file is refused, and no link leads out of what was
named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import stateroom
from stateroom.errors import BundleError

__all__ = ("LARGEST", "LEAVES", "SAFE", "Entry", "Gathered", "gather", "ours")

SAFE = ("errors", "signals", "flows", "store", "persist", "query", "client")
"""The parts of Stateroom that run in a browser, as far as they are there."""
LEAVES = (
    "stateroom.persist.encrypted",
    "stateroom.query.transports.httpx",
    "stateroom.store.structs",
)
"""Modules of these that need more than Python: bundled where they have it."""
LARGEST = 64 * 1024 * 1024
"""Bytes of all files of a bundle. One that a page waits for has some hundred kB."""
SECRETS = (
    "*.env", ".env.*", ".htpasswd", ".netrc", "_netrc", ".npmrc", ".pypirc", "*.asc",
    "*.gpg", "*.jks", "*.kdbx", "*.key", "*.keystore", "*.p12", "*.pem", "*.pfx",
    "*.ppk", "credentials", "credentials.*", "id_dsa", "id_ecdsa", "id_ed25519",
    "id_rsa", "secrets.*", "service-account*.json",
)  # fmt: skip
"""Names of files that hold secrets, in lower case. No ``.py`` is meant."""
_PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_CODE = ".py"
_FOR_OTHERS = (".pyc", ".pyi", ".pyo", "py.typed")
_COMPILED = (".dll", ".dylib", ".pyd", ".so")
_FOLDERS_FOR_OTHERS = ("__pycache__", "node_modules")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a bundle.

    Attributes:
        name: in the bundle, with ``/`` between folders.
        shown: the file, as the caller named it.
        content: of the file.
        part: what it came with: ``stateroom``, or an argument's own name.
    """

    name: str
    shown: str
    content: bytes
    part: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is found for a bundle.

    Attributes:
        entries: the files, sorted by their names in the bundle.
        left_out: files that were not taken, each with the reason, sorted.
    """

    entries: tuple[Entry, ...]
    left_out: tuple[tuple[str, str], ...]


def gather(path: Path) -> Gathered:
    """Return the files of one module or package, named by its ``.py`` or its folder.

    Raises:
        BundleError: it is neither, cannot be read, holds a private key, or has a link
            that leads out of it.
    """
    name = path.name if path.name not in {"", ".."} else path.resolve().name
    if not path.exists():
        raise BundleError(f"{path}: there is no such file or folder")
    if not path.is_dir():
        return Gathered((_module(path),), ())
    if not name.isidentifier():
        raise BundleError(
            f"{path}: no package can be imported by the name {name!r}",
            hint="name the folder of the package itself: letters, digits and _",
        )
    search = _Search(path, name)
    entries = tuple(sorted(search.entries(path, name), key=lambda each: each.name))
    if not any(each.name.endswith(_CODE) for each in entries):
        raise BundleError(f"{path}: there is no Python module in this folder")
    return Gathered(entries, tuple(sorted(search.left_out)))


def ours() -> tuple[Entry, ...]:
    """Return the files of Stateroom that run in a browser, sorted by their names."""
    home = Path(stateroom.__file__).parent
    files = [home / "__init__.py"]
    for part in SAFE:
        files += (home / part).rglob(f"*{_CODE}")
        files += home.glob(f"{part}{_CODE}")
    named = {path.relative_to(home.parent).as_posix(): path for path in files}
    return tuple(
        Entry(name, name, _content(path, name), "stateroom")
        for name, path in sorted(named.items())
    )


class _Search:
    """What is found in one folder, and what is left out of it."""

    def __init__(self, root: Path, name: str) -> None:
        self.left_out: list[tuple[str, str]] = []
        self._root = root.resolve()
        self._name = name
        self._size = 0

    def entries(self, folder: Path, prefix: str) -> Iterator[Entry]:
        """Yield the files below a folder, whose names in the bundle begin so."""
        for child in _children(folder):
            reason = _reason(child.name)
            if reason is None:
                yield from self._taken(child, f"{prefix}/{child.name}")
            elif reason:
                self.left_out.append((str(child), reason))

    def _taken(self, child: Path, name: str) -> Iterator[Entry]:
        _check_name(child)
        target = self._followed(child) if child.is_symlink() else child
        if target.is_dir():
            if (target / "pyvenv.cfg").exists():
                self.left_out.append((str(child), "an environment of Python"))
            else:
                yield from self.entries(child, name)
            return
        content = _content(target, str(child))
        self._size += len(content)
        if self._size > LARGEST:
            raise BundleError(
                f"{self._root.name}: more than {LARGEST >> 20} MiB, up to {child}",
                hint="name the folder of the package, and not one around it",
            )
        yield Entry(name, str(child), content, self._name)

    def _followed(self, link: Path) -> Path:
        """Return the file that a link leads to, inside of what was named."""
        try:
            target = link.resolve(strict=True)
        except (OSError, RuntimeError):
            raise BundleError(f"{link}: a link that leads nowhere") from None
        if not target.is_relative_to(self._root):
            raise BundleError(
                f"{link}: a link that leads out of {self._name}",
                hint="copy what it leads to, or name that as well",
            )
        if target.is_dir():
            raise BundleError(
                f"{link}: a link to a folder, which may have no end",
                hint="let the modules import from the folder itself",
            )
        if _reason(target.name):
            raise BundleError(f"{link}: a link to what looks like a secret")
        return target


def _module(path: Path) -> Entry:
    if _is_secret(path.name):
        raise BundleError(f"{path}: looks like a secret, and a bundle is public")
    if path.suffix != _CODE:
        raise BundleError(
            f"{path}: neither a module of Python nor a folder",
            hint="other files belong into the folder of a package",
        )
    if path.name == "__init__.py":
        raise BundleError(f"{path}: a part of a package", hint=f"name {path.parent}")
    if not path.stem.isidentifier():
        raise BundleError(
            f"{path}: no module can be imported by the name {path.stem!r}",
            hint="rename it: letters, digits and _",
        )
    return Entry(path.name, str(path), _content(path, str(path)), path.name)


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise BundleError(f"{folder}: cannot be read: {error.strerror}") from error


def _reason(name: str) -> str | None:
    """Say why a file is left out: None where it is not, empty where nobody minds."""
    if _is_secret(name):
        return "looks like a secret"
    if name.endswith(_COMPILED):
        return "made for this machine, not for a browser"
    is_for_others = name.endswith(_FOR_OTHERS) or name in _FOLDERS_FOR_OTHERS
    return "" if is_for_others or name.startswith(".") else None


def _is_secret(name: str) -> bool:
    lower = name.lower()
    is_code = lower.endswith(_CODE)
    return not is_code and any(fnmatchcase(lower, pattern) for pattern in SECRETS)


def _check_name(path: Path) -> None:
    """Refuse what would be another name, or another place, when it is unpacked."""
    shown = path.name.encode("utf-8", "backslashreplace").decode()
    if "\\" in shown or not shown.isprintable():
        raise BundleError(f"{path.parent}: a name that no zip can hold: {shown!r}")


def _content(path: Path, shown: str) -> bytes:
    try:
        if not path.is_file():  # a pipe, whose reading would never end
            raise BundleError(f"{shown}: is not a regular file")
        content = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{shown}: cannot be read: {error.strerror}") from error
    key = _PRIVATE_KEY.search(content)
    if key is not None:
        line = content.count(b"\n", 0, key.start()) + 1
        raise BundleError(f"{shown}:{line}: a private key, and a bundle is public")
    return content
