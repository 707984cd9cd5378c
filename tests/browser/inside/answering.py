"""Answers, within a page, what a test asks: to call a function, or to run some lines.

Whatever happens is an answer: an error that comes out of it is told as text, with its
traceback.
"""

from __future__ import annotations

import importlib
import inspect
import json
import random
import textwrap
import traceback

__all__ = ("answer",)

# A page that starts from a kept memory has the dice of every other.
random.seed()


async def answer(request: str) -> str:
    """Do what is asked; return ``{"value": ...}`` or ``{"error": ...}`` as JSON."""
    try:
        value = await _value(json.loads(request))
        return json.dumps({"value": value})
    except BaseException as error:
        return json.dumps({"error": "".join(traceback.format_exception(error))})


async def _value(asked: dict[str, object]) -> object:
    if "lines" in asked:
        code = importlib.import_module("pyodide.code")
        return await code.eval_code_async(textwrap.dedent(str(asked["lines"])), {})
    module = importlib.import_module(str(asked["module"]))
    arguments = asked["arguments"]
    assert isinstance(arguments, list)
    value: object = getattr(module, str(asked["function"]))(*arguments)
    return await value if inspect.isawaitable(value) else value
