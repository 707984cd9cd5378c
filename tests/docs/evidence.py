"""Whether a test that a page names is there."""

from __future__ import annotations

import ast
from functools import cache

from tests.docs.story import ROOT

__all__ = ("is_there",)


def is_there(name: str) -> bool:
    """Say whether ``file::function`` is a test of ours."""
    file, _, function = name.partition("::")
    return (ROOT / file).is_file() and function in _functions_of(file)


@cache
def _functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(each.name for each in tree.body if isinstance(each, kinds))
