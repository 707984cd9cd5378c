"""The two directions of the plain form, as everybody else calls them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeVar, overload

from stateroom.store.plain.codecs import Plain
from stateroom.store.plain.compiling import Compiler
from stateroom.store.plain.misfits import DEPTH, Misfit, TooDeep, not_plain
from stateroom.store.plain.untyped import form_of

__all__ = ("VALUE_TYPE", "from_plain", "to_plain")

T = TypeVar("T")
Unknown = Literal["error", "drop"]


class _ValueType:
    """Stands for the class of the value itself."""

    def __repr__(self) -> str:
        return "VALUE_TYPE"


VALUE_TYPE: Final = _ValueType()
"""The type that directs ``to_plain`` if none is given: the class of the value."""

_COMPILERS: Final = {"error": Compiler(), "drop": Compiler(drops_unknown=True)}


def to_plain(value: object, *, kind: object = VALUE_TYPE) -> Plain:
    """Return ``value`` as JSON can hold it.

    ``from_plain`` of the same ``kind`` gives an equal value, of the same classes, also
    after ``json.dumps`` and ``json.loads``. Frozen values have the form of plain ones.

    Args:
        value: what to turn into plain data.
        kind: its type, as in an annotation; ``object`` for a form that says itself
            what it is. If not given, the class of the value.

    Raises:
        NotPlain: a value has no plain form, is not of its type, contains itself, or is
            nested more than 100 levels deep; its ``path`` says where.
    """
    return encoded(_COMPILERS["error"], value, kind)


def encoded(compiler: Compiler, value: object, kind: object) -> Plain:
    """Return ``value`` as JSON can hold it, by the codecs of ``compiler``.

    Raises:
        NotPlain: as ``to_plain``.
    """
    try:
        form = form_of(value.__class__) if kind is VALUE_TYPE else kind
        return compiler.codec(form).encode(value, DEPTH)
    except Misfit as misfit:
        raise not_plain(misfit, value) from misfit.__cause__
    except RecursionError:
        raise not_plain(TooDeep(), value) from None


@overload
def from_plain(kind: type[T], plain: object, *, unknown: Unknown = ...) -> T: ...
@overload  # slice.kind
def from_plain(
    kind: type[T] | Callable[[], T], plain: object, *, unknown: Unknown = ...
) -> T: ...
@overload
def from_plain(kind: object, plain: object, *, unknown: Unknown = ...) -> object: ...
def from_plain(kind: object, plain: object, *, unknown: Unknown = "error") -> object:
    """Return the value of type ``kind`` that ``plain`` stands for, mutable all through.

    ``plain`` may come from anybody: whatever is wrong with it, the error is the same,
    and no code is loaded or called that the types do not name. Where ``kind`` says
    ``object``, only classes are made that this process uses in plain data already.

    Args:
        kind: a class, or any other annotation, as ``list[Role] | None``.
        plain: what ``json.loads`` gave.
        unknown: what to do about fields that no class has; ``"drop"`` reads what a
            newer version wrote. Missing fields get their defaults either way.

    Raises:
        NotPlain: ``plain`` is not of this type; its ``path`` says where.
    """
    try:
        return _COMPILERS[unknown].codec(kind).decode(plain, DEPTH)
    except Misfit as misfit:
        raise not_plain(misfit, plain) from misfit.__cause__
    except RecursionError:
        raise not_plain(TooDeep(), plain) from None
