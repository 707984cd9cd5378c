"""What of a bundle a browser could not import, each with its place."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import stateroom
from stateroom.catalogue.values import nearest
from stateroom.cli.bundling_files import LEAVES, Entry
from stateroom.cli.bundling_imports import Import, imports_of
from stateroom.cli.bundling_standard import PROVIDED, PYODIDE, STANDARD
from stateroom.errors import Problem

__all__ = ("OURS", "Judge", "module_of")

OURS = "stateroom"
_CODE = ".py"
_PACKAGE = ".__init__"


def module_of(entry: Entry) -> str:
    """Return the full name by which a file is imported; empty where it is none."""
    if not entry.name.endswith(_CODE):
        return ""
    name = entry.name.removesuffix(_CODE).replace("/", ".")
    return name.removesuffix(_PACKAGE)


class Judge:
    """Says what the modules of a bundle import that will not be there.

    Args:
        ours: the files of Stateroom; leaves that need more than there is are dropped.
        theirs: the files that the caller named.
        allowed: modules that the page loads besides.

    Attributes:
        entries: all files of the bundle, sorted by name.
    """

    def __init__(
        self, ours: Iterable[Entry], theirs: Iterable[Entry], allowed: Iterable[str]
    ) -> None:
        self._allowed = frozenset(allowed)
        self._theirs = tuple(theirs)
        kept = [each for each in ours if self._is_kept(each)]
        every = sorted([*kept, *self._theirs], key=lambda each: each.name)
        self.entries: tuple[Entry, ...] = tuple(every)
        self._modules = {module_of(each) for each in self.entries} - {""}
        # A folder without __init__ is a package as well, of nothing but its modules.
        self._folders = {
            parent for module in self._modules for parent in _parents(module)
        } - self._modules

    def problems(self) -> tuple[Problem, ...]:
        """Return everything that the caller has to mend, in the order of the files."""
        return tuple(
            problem for each in self._theirs for problem in self._problems_of(each)
        )

    def _problems_of(self, entry: Entry) -> Iterator[Problem]:
        name = entry.name.partition("/")[0].removesuffix(_CODE)
        if entry.name in {f"{name}{_CODE}", f"{name}/__init__{_CODE}"}:
            yield from _shadowing(name, entry)
        if not module_of(entry):
            return
        try:
            imports = _imports_of(entry)
        except SyntaxError as error:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            message = f"not readable as Python {version}: {error.msg}"
            yield _problem(entry, error.lineno or 1, error.offset or 1, message)
            return
        for each in imports:
            message, near = self._fault(each, entry)
            if message:
                yield _problem(entry, each.line, each.column, message, near)

    def _is_kept(self, entry: Entry) -> bool:
        """Say whether a file of ours is bundled: a leaf only with what it needs."""
        if module_of(entry) not in LEAVES:
            return True
        tops = {each.module.partition(".")[0] for each in _imports_of(entry)}
        return tops <= STANDARD | PROVIDED | self._allowed | {OURS}

    def _fault(self, found: Import, entry: Entry) -> tuple[str, str]:
        """Say what is wrong with an import, and what may be meant; empty when nothing.

        Returns:
            The message, and the nearest name that is there.
        """
        module = found.module
        top = module.partition(".")[0]
        if not module:
            return "a relative import that leads out of its package", ""
        if top in self._allowed:
            return "", ""
        if top == OURS:
            return self._fault_of_ours(found)
        if top in self._modules | self._folders:
            return self._fault_inside(found)
        if top in STANDARD | PROVIDED:
            return "", ""
        return _missing(top, entry), ""

    def _fault_inside(self, found: Import) -> tuple[str, str]:
        """Judge an import of what is bundled: the module itself must be there too."""
        wanted = [found.module]
        if found.module in self._folders:
            wanted = [f"{found.module}.{name}" for name in found.names]
        for module in wanted:
            if module not in self._modules | self._folders:
                near = nearest(module, self._modules) or ""
                return f"there is no module {module} in the bundle", near
        return "", ""

    def _fault_of_ours(self, found: Import) -> tuple[str, str]:
        wanted = [found.module]
        if found.module in self._modules:
            named = (f"{found.module}.{name}" for name in found.names)
            wanted += [each for each in map(_home, named) if each in _every_module()]
        for module in wanted:
            if module not in self._modules:
                return self._not_for_browsers(module)
        return "", ""

    def _not_for_browsers(self, module: str) -> tuple[str, str]:
        if module not in _every_module():
            return f"there is no module {module}", nearest(module, self._modules) or ""
        if module in LEAVES:
            return f"{module} needs a package that no --allow names", ""
        parts = {each.split(".")[1] for each in self._modules if each.startswith(_DOT)}
        there = ", ".join(sorted(parts))
        return f"{module} does not run in a browser; these do: {there}", ""


_DOT = f"{OURS}."


def _imports_of(entry: Entry) -> tuple[Import, ...]:
    is_package = entry.name.endswith(f"/__init__{_CODE}")
    return imports_of(entry.content, module_of(entry), is_package=is_package)


def _parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))


def _shadowing(name: str, entry: Entry) -> Iterator[Problem]:
    if name in STANDARD | PROVIDED | {OURS}:
        yield _problem(entry, 1, 1, f"it would stand in for the module {name} itself")


def _missing(top: str, entry: Entry) -> str:
    if top in sys.stdlib_module_names:
        return f"{top} is not in the standard library of a browser (Pyodide {PYODIDE})"
    beside = Path(entry.shown).absolute()
    for _ in range(entry.name.count("/") + 1):
        beside = beside.parent
    for path in (beside / f"{top}{_CODE}", beside / top):
        if path.exists():
            return f"{top} is not in the bundle: name {_relative(path)} as well"
    return f"{top} is not in the bundle, and no --allow names it"


def _relative(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _home(name: str) -> str:
    """Return where a name of ours is loaded from: ``stateroom.load`` has another."""
    top, _, last = name.partition(".")
    homes = stateroom._HOMES  # noqa: SLF001 - one of us
    return homes.get(last, name) if top == OURS else name


@functools.cache
def _every_module() -> frozenset[str]:
    """Return every module of Stateroom, for browsers or not."""
    root = Path(stateroom.__file__).parents[1]
    names = (path.relative_to(root) for path in (root / OURS).rglob(f"*{_CODE}"))
    dotted = (name.with_suffix("").as_posix().replace("/", ".") for name in names)
    return frozenset(name.removesuffix(_PACKAGE) for name in dotted)


def _problem(
    entry: Entry, line: int, column: int, message: str, near: str = ""
) -> Problem:
    return Problem(
        "", message, file=entry.shown, line=line, column=column, nearest=near
    )
