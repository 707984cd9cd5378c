"""How values of an annotated type become bytes for Redis, and values again.

Whoever stores declares a type, and only that type is read: no pickle, nothing guessed.
"""

from __future__ import annotations

from stateroom.codec.codecs import MISSING, Codec, DecodeError, codec_for

__all__ = ("MISSING", "Codec", "DecodeError", "codec_for")
