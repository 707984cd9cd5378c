"""The classes of the standard library whose plain form is a text.

They are known by the names of their modules, which nothing here imports: whoever has
a UUID has loaded ``uuid``, and a browser starts faster without ``pathlib``. A module
is loaded only when plain data without a type says ``{"$uuid": ...}``.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from datetime import date, tzinfo
from importlib import import_module
from typing import Final, NamedTuple, TypeVar, cast

from stateroom.store.plain.codecs import Codec, Key
from stateroom.store.plain.misfits import Misfit, described, said
from stateroom.store.plain.scalars import is_equal
from stateroom.store.plain.times import (
    datetime_of,
    datetime_text,
    duration_of,
    duration_text,
    offset_of,
    offset_text,
    time_of,
    time_text,
)

__all__ = ("TEXT_TAGS", "is_text_class", "text_class", "text_codec")

T = TypeVar("T")
To = Callable[[object], str]
Of = Callable[[str], object]

_DECIMAL = re.compile(
    r"-?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,19})?"
    r"|Infinity|s?NaN[0-9]*)"
)
_FRACTION = re.compile(r"-?[0-9]{1,640}(?:/[1-9][0-9]{0,639})?")
_RANGE = re.compile(r"-?[0-9]{1,640}(?::-?[0-9]{1,640}){2}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Text(NamedTuple):
    """How values of one class stand as text.

    Attributes:
        tag: marks it where no type tells what it is.
        form: what the text is like, for errors.
        to: value -> text; any exception means there is none.
        of: given the class: text -> value; any exception means that it is none.
    """

    tag: str
    form: str
    to: To
    of: Callable[[type], Of]


def _to(convert: Callable[[T], str]) -> To:
    return cast("To", convert)


def _of(convert: Of) -> Callable[[type], Of]:
    return lambda _: convert


def _made(kind: type) -> Of:
    """Return the class, as what makes a value of text."""
    return cast("Of", kind)


def _within(pattern: re.Pattern[str], convert: Of) -> Of:
    """Return ``convert`` for texts of this pattern only.

    Some classes would also take digits of other scripts, or take a minute.
    """

    def of(text: str) -> object:
        if not pattern.fullmatch(text):
            raise ValueError("not of the form")
        return convert(text)

    return of


def _matching(pattern: re.Pattern[str]) -> Callable[[type], Of]:
    return lambda kind: _within(pattern, _made(kind))


def _short(pattern: re.Pattern[str]) -> To:
    """Return ``str``, for values that can be read again."""
    return cast("To", lambda value: _within(pattern, str)(str(value)))


def _day(kind: type) -> Of:
    return cast("Of", kind.fromisoformat)  # type: ignore[attr-defined] # date's own


def _base64(value: bytes | bytearray) -> str:
    return binascii.b2a_base64(value, newline=False).decode("ascii")


def _bytes(kind: type) -> Of:
    make = cast("Callable[[bytes], object]", kind)
    return lambda text: make(binascii.a2b_base64(text, strict_mode=True))


def _range(text: str) -> range:
    return range(*map(int, text.split(":")))


def _range_text(value: range) -> str:
    text = f"{value.start}:{value.stop}:{value.step}"
    return str(_within(_RANGE, str)(text))


def _complex_text(value: complex) -> str:
    return f"{value.real!r} {value.imag!r}"


def _complex(text: str) -> complex:
    real, imag = text.split(" ")
    return complex(float(real), float(imag))


def _zone_name(value: tzinfo) -> str:
    key: object = getattr(value, "key", None)
    if type(key) is not str:
        raise ValueError("a zone without a name")
    return key


def _posix(value: object) -> str:
    return cast("Callable[[], str]", value.as_posix)()  # type: ignore[attr-defined]


def _path(tag: str) -> Text:
    return Text(tag, "path", _posix, _made)


_BY_NAME: Final[dict[str, Text]] = {
    "builtins.bytes": Text("$bytes", "base64", _to(_base64), _bytes),
    "builtins.bytearray": Text("$bytearray", "base64", _to(_base64), _bytes),
    "builtins.complex": Text(
        "$complex", "two floats", _to(_complex_text), _of(_complex)
    ),
    "builtins.range": Text(
        "$range", "start:stop:step", _to(_range_text), _of(_within(_RANGE, _range))
    ),
    "datetime.date": Text("$date", "ISO 8601", _to(date.isoformat), _day),
    "datetime.datetime": Text(
        "$datetime", "ISO 8601", _to(datetime_text), _of(datetime_of)
    ),
    "datetime.time": Text("$time", "ISO 8601", _to(time_text), _of(time_of)),
    "datetime.timedelta": Text(
        "$timedelta", "an ISO 8601 duration", _to(duration_text), _of(duration_of)
    ),
    "datetime.timezone": Text(
        "$timezone", "an offset", _to(offset_text), _of(offset_of)
    ),
    "decimal.Decimal": Text("$decimal", "digits", str, _matching(_DECIMAL)),
    "fractions.Fraction": Text(
        "$fraction", "digits/digits", _short(_FRACTION), _matching(_FRACTION)
    ),
    "pathlib.Path": _path("$path"),
    "pathlib.PosixPath": _path("$path"),
    "pathlib.WindowsPath": _path("$path"),
    "pathlib.PurePath": _path("$purepath"),
    "pathlib.PurePosixPath": _path("$pureposixpath"),
    "pathlib.PureWindowsPath": _path("$purewindowspath"),
    "uuid.UUID": Text("$uuid", "hex digits and dashes", str, _matching(_UUID)),
    "zoneinfo.ZoneInfo": Text(
        "$zoneinfo", "the name of a zone", _to(_zone_name), _made
    ),
}
"""Module and class -> its text. The first of a tag is what the tag alone stands for."""

TEXT_TAGS: Final[dict[str, str]] = {
    text.tag: name for name, text in reversed(_BY_NAME.items())
}
"""Tag -> module and name of the class."""


def text_class(tag: str) -> type:
    """Return the class that a tag stands for, loading its module if need be.

    Raises:
        KeyError: no class has this tag.
    """
    module, _, name = TEXT_TAGS[tag].rpartition(".")
    found: type = getattr(import_module(module), name)
    return found


def _text_of(kind: type) -> Text | None:
    # Since 3.13 the classes of pathlib say that they are from pathlib._local.
    module = kind.__module__.removesuffix("._local")
    return _BY_NAME.get(f"{module}.{kind.__qualname__}")


def is_text_class(kind: type) -> bool:
    """Say whether the form of a class is text."""
    return _text_of(kind) is not None


def text_codec(kind: type) -> Codec | None:
    """Return the codec of a class whose form is text; None if it is not one of them."""
    text = _text_of(kind)
    if text is None:
        return None
    to, of = _checked(kind, text), _parsed(kind, text)

    def decode(plain: object, _: int) -> object:
        if type(plain) is not str:
            raise Misfit(described(plain), f"{kind.__name__} as text ({text.form})")
        return of(plain)

    return Codec(
        name=kind.__name__,
        shapes=frozenset({"text"}),
        classes=(kind,),
        tag=text.tag,
        key=Key(to, of),
        encode=lambda value, _: to(value),
        decode=decode,
    )


def _parsed(kind: type, text: Text) -> Of:
    parse = text.of(kind)

    def of(plain: str) -> object:
        try:
            return parse(plain)
        except Exception as error:
            expected = f"{kind.__name__} as text ({text.form})"
            raise Misfit(described(plain), expected, hint=said(error)) from error

    return of


def _checked(kind: type, text: Text) -> To:
    """Return what makes the text of a value, if all of the value is in the text.

    A value of a subclass is held against what comes back: a datetime is no date that
    has lost its time, and a data frame's timestamp has nanoseconds.
    """
    parse = text.of(kind)
    exact = {kind}

    def to(value: object) -> str:
        if not isinstance(value, kind):
            raise Misfit(described(value), kind.__name__)
        try:
            plain = text.to(value)
            if type(value) in exact:
                return plain
            is_whole = is_equal(parse(plain), value)
        except Exception as error:
            raise Misfit(
                f"{described(value)} ({said(error)})", kind.__name__
            ) from error
        if not is_whole:
            raise Misfit(described(value), f"{kind.__name__}, not a subclass of it")
        if getattr(_text_of(type(value)), "tag", "") == text.tag:
            exact.add(type(value))  # as PosixPath, which is what Path makes
        return plain

    return to
