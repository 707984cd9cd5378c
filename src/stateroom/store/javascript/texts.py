"""Texts as JavaScript writes them into JSON.

A text there is of units of 16 bits, and two of them, the surrogates, may be the halves
of one character. Python can hold a half as well, and two beside each other, but no
encoding has them. So two halves become their character, and a lone one is escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final

__all__ = ("escaped", "quoted", "quoted_ascii")

_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
_PARTS: Final = re.compile(r"\\.|[\ud800-\udfff]", re.DOTALL)

quoted_ascii: Final[Callable[[str], str]] = json.JSONEncoder(ensure_ascii=False).encode
"""``quoted`` of a text that is known to have no surrogate, as ASCII has none."""


def quoted(text: str) -> str:
    """Return the JSON text of a text; it always has an encoding.

    Source:
        ECMAScript, QuoteJSONString.
    """
    if text.isascii() or not _SURROGATES.search(text):
        return quoted_ascii(text)
    units = text.encode("utf-16-le", "surrogatepass")
    whole = units.decode("utf-16-le", "surrogatepass")
    return _SURROGATES.sub(_escape, quoted_ascii(whole))


def escaped(text: str) -> str:
    """Return a JSON text with its surrogates escaped, and all else as it is.

    Python's ``json`` joins halves only where both are escaped; JavaScript always does.
    """
    return _PARTS.sub(_escape, text) if _SURROGATES.search(text) else text


def _escape(found: re.Match[str]) -> str:
    part = found[0]
    return part if part.startswith("\\") else f"\\u{ord(part):04x}"
