"""Puts one question to a person, on stderr, and reads the answer from stdin."""

from __future__ import annotations

import sys

from stateroom.catalogue.inputs import INPUTS
from stateroom.catalogue.item import Item
from stateroom.catalogue.values import Value, nearest, read_value
from stateroom.cli.catalogues import Answers, answered, raw_of
from stateroom.cli.plain import fold
from stateroom.cli.reply import note
from stateroom.decide.decision import Ask, Option
from stateroom.errors import InvalidValue, StateroomError

__all__ = ("Ended", "put")

HELP, PASS = "?", "-"
WIDTH = 78
_FLAG = (Option(value="true", meaning="yes"), Option(value="false", meaning="no"))
_FORMS = {
    "staleness": 'exact, or a duration such as "30s", "5m", "1h", "7d"',
    "duration": 'a duration such as "30s", "5m", "1h", "7d"',
    "size": 'a size such as "500 B", "10 KiB", "2 MB"',
    "count": "a whole number",
    "rate": "a number, such as 60 or 0.5",
    "number": "a number",
}


class Ended(Exception):
    """No more answers are coming."""


def put(question: Ask, item: Item) -> Value | None:
    """Return the answer to one question, or None when the person does not know.

    Raises:
        Ended: the input has ended.
    """
    options = _options(question)
    note("")
    _say(f"{item.name}: {question.question}", indent=0)
    for number, option in enumerate(options, start=1):
        _say(f"{number}  {option.value}: {option.meaning}", hang=3)
    if not options:
        _say(_FORMS[INPUTS[question.input].kind])
    while True:
        text = _line(f"  answer, {HELP} for help, {PASS} if you do not know: ")
        if text == PASS:
            return None
        if text == HELP:
            _explain(question, options)
        elif text:
            value = _accepted(question, options, text, item)
            if value is not None:
                return value


def _options(question: Ask) -> tuple[Option, ...]:
    return _FLAG if INPUTS[question.input].kind == "flag" else question.options


def _accepted(
    question: Ask, options: tuple[Option, ...], text: str, item: Item
) -> Value | None:
    """Return the value that was meant; None, the reason told, when it will not do."""
    try:
        value = _meant(question, options, text)
        answered(item, Answers({question.input: value}))
    except InvalidValue as error:
        near = f" Did you mean {error.hint}?" if error.hint else ""
        _say(f"{error}: {error.found}; allowed: {error.allowed}.{near}")
    except StateroomError as error:
        _say(f"{error}: {error.hint}")
    else:
        return value
    return None


def _meant(question: Ask, options: tuple[Option, ...], text: str) -> Value:
    """Read a number of the list, the beginning of one value, or a value."""
    declared = INPUTS[question.input]
    if options and text.isdecimal() and 1 <= int(text) <= len(options):
        text = options[int(text) - 1].value
    elif options:
        values = [option.value for option in options]
        close = [value for value in values if value.startswith(text.casefold())]
        text = close[0] if len(close) == 1 else nearest(text, values) or text
    return read_value(declared, raw_of(declared, text))


def _explain(question: Ask, options: tuple[Option, ...]) -> None:
    _say(f"{question.input}: {INPUTS[question.input].about}")
    if options:
        _say("Answer with its number, or with the word before the colon.")
    _say(
        f"{PASS} goes on to the next question; what is not known is decided by what "
        "is most likely. Ctrl-C ends the questions."
    )


def _say(text: str, *, indent: int = 2, hang: int = 2) -> None:
    for number, line in enumerate(fold(text, WIDTH - indent - hang)):
        note(" " * (indent + hang * bool(number)) + line)


def _line(prompt: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    # Python has no standard input where the caller has closed it.
    text = sys.stdin.readline() if sys.stdin else ""
    if not text:
        raise Ended
    return text.strip()
