"""What a Python source imports, and where, without running it.

Only what is needed to load the source and to call what is in it: an import that the
source itself is ready to go without is left out. Those are imports for type checkers
only, imports whose ``ImportError`` is caught, and imports for another platform.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ("Import", "imports_of")

BROWSER = "emscripten"
"""What ``sys.platform`` is in a browser."""
_CAUGHT = frozenset(
    {"BaseException", "Exception", "ImportError", "ModuleNotFoundError"}
)


@dataclass(frozen=True, slots=True)
class Import:
    """One import of one module.

    Attributes:
        module: its full name; empty for a relative import that leads out of everything.
        names: what is taken from it by ``from``; may be modules themselves.
        line: 1-based.
        column: 1-based.
    """

    module: str
    names: tuple[str, ...]
    line: int
    column: int


def imports_of(source: bytes, module: str, *, is_package: bool) -> tuple[Import, ...]:
    """Return what a source needs, in the order in which it stands there.

    Args:
        source: as the file holds it, in any encoding that it declares.
        module: its own full name, from which its relative imports start.
        is_package: whether it is the ``__init__`` of that name.

    Raises:
        SyntaxError: it is not Python, or that of another version than this one's.
    """
    package = module.split(".") if module else []
    if not is_package:
        package = package[:-1]
    return tuple(_found(_parsed(source).body, package))


def _parsed(source: bytes) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its escapes: nobody's business here
            return ast.parse(source)
    except SyntaxError:
        raise
    except (MemoryError, RecursionError, ValueError) as error:
        raise SyntaxError(str(error) or "nested too deeply") from None


def _found(body: Iterable[ast.stmt], package: list[str]) -> Iterator[Import]:
    for statement in body:
        match statement:
            case ast.Import(names):
                place = (statement.lineno, statement.col_offset + 1)
                for alias in names:
                    yield Import(alias.name, (), *place)
            case ast.ImportFrom():
                yield _taken(statement, package)
            case _:
                for part in _parts(statement):
                    yield from _found(part, package)


def _taken(statement: ast.ImportFrom, package: list[str]) -> Import:
    names = tuple(alias.name for alias in statement.names)
    ups, start = statement.level, statement.module or ""
    if ups:
        # One dot is the package itself; each further dot is one folder up.
        kept = package[: len(package) - ups + 1] if ups <= len(package) else []
        start = ".".join([*kept, *filter(None, [start])]) if kept else ""
    return Import(start, names, statement.lineno, statement.col_offset + 1)


def _parts(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the blocks inside a statement that a browser may come to."""
    match statement:
        case ast.If(test, body, orelse):
            is_true = _verdict(test)
            yield [] if is_true is False else body
            yield [] if is_true is True else orelse
        case ast.Try(body, handlers, orelse, last) | ast.TryStar(
            body, handlers, orelse, last
        ):
            yield [] if any(map(_catches, handlers)) else body
            yield from (handler.body for handler in handlers)
            yield from (orelse, last)
        case ast.With(items, body) | ast.AsyncWith(items, body):
            yield [] if any(map(_suppresses, items)) else body
        case ast.Match(_, cases):
            yield from (case.body for case in cases)
        case ast.For(_, _, body, orelse) | ast.AsyncFor(_, _, body, orelse):
            yield from (body, orelse)
        case ast.While(_, body, orelse):
            yield from (body, orelse)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.body
        case _:
            pass


def _verdict(test: ast.expr) -> bool | None:
    """Return what a condition is in a browser; None where that cannot be told."""
    match test:
        case ast.Name("TYPE_CHECKING") | ast.Attribute(_, "TYPE_CHECKING"):
            return False
        case ast.UnaryOp(ast.Not(), operand):
            inner = _verdict(operand)
            return None if inner is None else not inner
        case ast.Compare(
            ast.Attribute(ast.Name("sys"), "platform"), [operator], [ast.Constant(name)]
        ):
            same = name == BROWSER
            is_told = isinstance(operator, ast.Eq | ast.NotEq)
            return same is isinstance(operator, ast.Eq) if is_told else None
    return None


def _catches(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or _names_caught(handler.type)


def _suppresses(item: ast.withitem) -> bool:
    call = item.context_expr
    if not isinstance(call, ast.Call):
        return False
    match call.func:
        case ast.Name("suppress") | ast.Attribute(_, "suppress"):
            return any(map(_names_caught, call.args))
    return False


def _names_caught(kind: ast.expr) -> bool:
    match kind:
        case ast.Name(name) | ast.Attribute(_, name):
            return name in _CAUGHT
        case ast.Tuple(kinds):
            return any(map(_names_caught, kinds))
    return False
