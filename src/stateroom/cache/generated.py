"""Writes, per cached function, the function that finds a call's entry.

``inspect.Signature.bind`` takes 6 us. A function that is compiled with the same
parameters and defaults binds as the interpreter does, in no time, with its errors.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import cast

from stateroom.cache.parameters import VARIADIC, Parameters, name_of

__all__ = ("Plan", "compiled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which of a function's parameters go where.

    Attributes:
        parameters: all of them.
        kept: names of those that become part of the packed bytes, in order.
        receiver: ``self`` or ``cls``, when it is one of these.
        owner: where the call says whose its result is; empty for a public result.
    """

    parameters: Parameters
    kept: tuple[str, ...]
    receiver: str = ""
    owner: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The parameter that each packed value is of; a receiver makes two of them."""
        return (*([self.receiver] * 2 if self.receiver else ()), *self.kept)

    @property
    def prefix(self) -> str:
        """What begins our names in the generated code, and no parameter's."""
        prefix = "_"
        while any(each.startswith(prefix) for each in self.parameters):
            prefix += "_"
        return prefix

    @property
    def is_quick(self) -> bool:
        """Whether all arguments can be simple; ``*args`` is a tuple, and cannot."""
        return not any(self.parameters[each].kind in VARIADIC for each in self.kept)


_PYTHON = {"AttributeError": AttributeError, "type": type}
"""What the code needs of Python, as a parameter may be called ``type``, too."""


class _Name:
    """A default value, as the generated code calls it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


def compiled(function: object, plan: Plan, names: Mapping[str, object]) -> FunctionType:
    """Return a function with the parameters of ``function`` that locates its entries.

    Args:
        function: gives its name, which errors about arguments then show.
        plan: what to do with the arguments.
        names: what the generated code uses: ``memo``, ``encode``, ``simple``,
            ``Missed`` (what is raised when the quick way fails), ``receive``,
            ``unowned`` and ``locate(values[, owner])``, the slow way.
    """
    p = plan.prefix
    space: dict[str, object] = {
        f"{p}default_{name}": parameter.default
        for name, parameter in plan.parameters.items()
    }
    space |= {f"{p}{name}": each for name, each in {**_PYTHON, **names}.items()}
    code = compile(source(plan), f"<locator of {name_of(function)}>", "exec")
    exec(code, space)  # noqa: S102 - of names alone, all of them checked identifiers
    face = cast("FunctionType", space[f"{p}face"])
    face.__name__ = name_of(function).rpartition(".")[2]
    face.__qualname__ = name_of(function)
    face.__module__ = str(function.__module__)
    return face


def source(plan: Plan) -> str:
    """Return the text of the function.

    For one that takes ``query`` and ``limit``, and ignores nothing::

        def _face(query, *, limit=_default_limit):
         if _type(query) in _simple and _type(limit) in _simple:
          try:
           return _memo[_encode((query, limit,))]
          except _Missed:
           pass
         return _locate((query, limit,))
    """
    p = plan.prefix
    slots = [f"{p}kind", f"{p}key", *plan.kept][0 if plan.receiver else 2 :]
    lines = [f"def {p}face{_header(plan)}:"]
    if plan.receiver:
        lines += [f" {p}kind, {p}key = {p}receive({plan.receiver})"]
    if plan.owner:
        lines += [
            " try:",
            f"  {p}owner = {plan.owner}",
            f" except {p}AttributeError as {p}error:",
            f"  raise {p}unowned({p}error) from {p}error",
        ]
    owner = [f"{p}owner"] if plan.owner else []
    if plan.is_quick:
        lines += _quick(p, [*owner, *slots])
    given = ", ".join([_tuple(slots), *owner])
    return "\n".join([*lines, f" return {p}locate({given})", ""])


def _quick(p: str, slots: list[str]) -> list[str]:
    """Return the lines that answer a call with simple arguments, seen before."""
    tests = [f"{p}type({each}) in {p}simple" for each in slots]
    return [
        f" if {' and '.join(tests) or 'True'}:",
        "  try:",
        f"   return {p}memo[{p}encode({_tuple(slots)})]",
        f"  except {p}Missed:",
        "   pass",
    ]


def _tuple(names: list[str]) -> str:
    return f"({', '.join(names)}{',' if names else ''})"


def _header(plan: Plan) -> str:
    """Return the parameters as they stand in a ``def``, defaults by our names."""
    empty = inspect.Parameter.empty
    return str(
        inspect.Signature(
            [
                each.replace(
                    annotation=empty,
                    default=empty
                    if each.default is empty
                    else _Name(f"{plan.prefix}default_{name}"),
                )
                for name, each in plan.parameters.items()
            ]
        )
    )
