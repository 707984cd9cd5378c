"""The plain forms of None, bool, int, float and str.

They are JSON's own, apart from what JSON, or JavaScript reading it, would damage:
an integer beyond ±(2**53 - 1) is ``{"$int": "9007199254740993"}``, and a float that is
no number ``{"$float": "nan"}``.

A value of a subclass has the form of its base where the two are equal, so that a
``StrEnum`` member may stand where ``str`` is asked for, and comes back as that.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from typing import Final, cast

from stateroom.store.plain.codecs import TEXTS, Codec, Key, Plain
from stateroom.store.plain.misfits import Misfit, described

__all__ = ("SAFE", "SCALARS", "is_equal", "tagged")

SAFE: Final = 2**53 - 1
"""The largest integer that every reader of JSON holds exactly.

Source: RFC 7493, section 2.2.
"""

_DECIMAL_BITS: Final = 2048
"""Longer integers are written in base 16: Python refuses to read very long decimals."""
_INT = re.compile(r"0|-?[1-9][0-9]{0,639}|-?0x[1-9a-f][0-9a-f]*", re.ASCII)
_SPECIAL: Final = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_NO_FLOAT: Final = "annotate with int, or int | float, where integers are this large"


def is_equal(left: object, right: object) -> bool:
    """Say whether two values are equal; what raises when it is compared is not."""
    try:
        return bool(left == right)
    except Exception:
        return False


def tagged(plain: object, tag: str) -> object:
    """Return what ``tag`` marks in ``{tag: ...}``, or None when it is not that."""
    if isinstance(plain, dict) and len(plain) == 1:
        return cast("object", plain.get(tag))
    return None


# ---------------------------------------------------------------- None and bool


def _none() -> Codec:
    def convert(value: object, _: int) -> None:
        if value is not None:
            raise Misfit(described(value), "None")

    return Codec(
        name="None",
        shapes=frozenset({"null"}),
        classes=(type(None),),
        is_natural=True,
        as_is=frozenset({type(None)}),
        encode=convert,
        decode=convert,
    )


def _bool() -> Codec:
    def convert(value: object, _: int) -> bool:
        if type(value) is bool:
            return value
        raise Misfit(described(value), "bool")

    def of(text: str) -> object:
        if text not in {"true", "false"}:
            raise Misfit(described(text), '"true" or "false"')
        return text == "true"

    return Codec(
        name="bool",
        shapes=frozenset({"bool"}),
        classes=(bool,),
        is_natural=True,
        as_is=frozenset({bool}),
        key=Key(lambda value: "true" if convert(value, 0) else "false", of),
        encode=convert,
        decode=convert,
    )


# ------------------------------------------------------------------------- text


def _str_of(value: object) -> str:
    if type(value) is str:
        return value
    if isinstance(value, str) and is_equal(base := str.__str__(value), value):
        return base
    raise Misfit(described(value), "str")


def _all_str(keys: list[object]) -> list[str] | None:
    return cast("list[str]", keys) if TEXTS.issuperset(map(type, keys)) else None


def _str() -> Codec:
    def decode(plain: object, _: int) -> str:
        if type(plain) is str:
            return plain
        raise Misfit(described(plain), "str")

    return Codec(
        name="str",
        shapes=frozenset({"text"}),
        classes=(str,),
        is_natural=True,
        as_is=TEXTS,
        key=Key(_str_of, lambda text: text, _all_str, list),
        encode=lambda value, _: _str_of(value),
        decode=decode,
    )


# --------------------------------------------------------------------- integers


def _int_of(value: object) -> int:
    if type(value) is int:
        return value
    if isinstance(value, int) and is_equal(base := int.__index__(value), value):
        return base
    raise Misfit(described(value), "int")


def _digits(value: int) -> str:
    return str(value) if value.bit_length() <= _DECIMAL_BITS else hex(value)


def _of_digits(text: object) -> int:
    if type(text) is not str or not _INT.fullmatch(text):
        raise Misfit(described(text), "int as decimal digits, or as 0x and hex digits")
    return int(text, 16 if "x" in text else 10)


def _all_digits(keys: list[object]) -> list[str] | None:
    if set(map(type, keys)) == {int} and _are_safe(keys):
        return list(map(str, keys))
    return None


def _all_int(texts: list[str]) -> list[object] | None:
    try:
        numbers: list[object] = list(map(int, texts))
    except ValueError:
        return None
    # Python reads " 1_0 ", too, which is no key of ours.
    return numbers if list(map(str, numbers)) == texts else None


def _are_safe(values: Collection[object]) -> bool:
    numbers = cast("Collection[int]", values)
    return not numbers or (min(numbers) >= -SAFE and max(numbers) <= SAFE)


def _int() -> Codec:
    def encode(value: object, _: int) -> Plain:
        number = _int_of(value)
        return number if -SAFE <= number <= SAFE else {"$int": _digits(number)}

    def decode(plain: object, _: int) -> int:
        if type(plain) is int:
            return plain
        if (digits := tagged(plain, "$int")) is not None:
            return _of_digits(digits)
        raise Misfit(described(plain), "int")

    return Codec(
        name="int",
        shapes=frozenset({"int", "$int"}),
        classes=(int,),
        is_natural=True,
        as_is=frozenset({int}),
        fits=_are_safe,
        key=Key(
            lambda value: _digits(_int_of(value)), _of_digits, _all_digits, _all_int
        ),
        encode=encode,
        decode=decode,
    )


# ----------------------------------------------------------------------- floats


def _float_of_int(value: object) -> float:
    """Return the float that equals an integer, as ``0`` may stand for ``0.0``."""
    try:
        number = float(cast("int", value))
    except OverflowError:
        number = math.inf
    if number != value:
        raise Misfit(described(value), "float, which cannot equal it", hint=_NO_FLOAT)
    return number


def _float_of(value: object) -> float:
    if type(value) is float:
        return value
    if isinstance(value, float):
        base = float.__float__(value)
        if base != base or is_equal(base, value):  # noqa: PLR0124 - NaN
            return base
    elif isinstance(value, int):
        return _float_of_int(_int_of(value))
    raise Misfit(described(value), "float")


def _float() -> Codec:
    def encode(value: object, _: int) -> Plain:
        number = _float_of(value)
        return number if math.isfinite(number) else {"$float": repr(number)}

    def decode(plain: object, _: int) -> float:
        if type(plain) is float and math.isfinite(plain):
            return plain
        if type(plain) is int:
            return _float_of_int(plain)
        name = tagged(plain, "$float")
        if type(name) is str and name in _SPECIAL:
            # Another object each time: a set may hold several that are no number.
            return float(name)
        raise Misfit(described(plain), "float")

    def fits(values: Collection[object]) -> bool:
        return math.isfinite(sum(cast("Collection[float]", values)))

    return Codec(
        name="float",
        shapes=frozenset({"float", "$float"}),
        classes=(float,),
        is_natural=True,
        as_is=frozenset({float}),
        fits=fits,
        encode=encode,
        decode=decode,
    )


SCALARS: Final[dict[type, Callable[[], Codec]]] = {
    type(None): _none,
    bool: _bool,
    int: _int,
    float: _float,
    str: _str,
}
"""Class -> what makes its codec."""
