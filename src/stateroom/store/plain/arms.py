"""Decides which members of a union are marked."""

from __future__ import annotations

import re
from itertools import chain
from typing import Final

from stateroom.store.plain.codecs import Codec, Encode, encoder
from stateroom.store.plain.marks import marked
from stateroom.store.plain.misfits import Misfit

__all__ = ("Arm", "mark", "telling_field")

_WORD = re.compile(r"\w+")
_LOOSE: Final = ("str", "int", "float", "object")
"""Types that take values of subclasses or of others, the loosest last."""


class Arm:
    """A member of a union, and how it is told from the others.

    Attributes:
        codec: of the member.
        is_marked: whether its form is marked.
        tag: the mark, if it is not ``$type``.
        name: what stands under ``$type``.
    """

    def __init__(self, codec: Codec) -> None:
        self.codec: Codec = codec
        self.is_marked: bool = False
        self.tag: str = codec.tag
        self.name: str = codec.mark or codec.name

    @property
    def shapes(self) -> frozenset[str]:
        """What its form looks like in the union."""
        if not self.is_marked:
            return self.codec.shapes
        return frozenset({self.tag or "object"})

    def rank(self) -> tuple[bool, bool, int, str]:
        """Return what orders members whose values are of one class.

        The first that takes a value has it: a typed dict before any dict, and
        ``list[int]`` before ``list[float]``, which takes integers, too.
        """
        words = _WORD.findall(self.name)
        loosest = max(
            (_LOOSE.index(word) for word in words if word in _LOOSE), default=-1
        )
        codec = self.codec
        return not codec.is_record, not codec.is_natural, loosest, self.name

    def encoder(self) -> Encode:
        """Return what makes its form in the union."""
        if self.is_marked:
            return marked(self.codec, self.tag, self.name)
        return encoder(self.codec)


def mark(arms: list[Arm], *, is_told: bool) -> None:
    """Mark the members that look like others.

    Raises:
        Misfit: two of them cannot be told apart even by a mark.
    """
    for shape in {shape for arm in arms for shape in arm.codec.shapes}:
        group = [arm for arm in arms if shape in arm.codec.shapes]
        natural = [arm for arm in group if arm.codec.is_natural]
        if len(group) == 1 or (shape == "object" and is_told):
            continue
        for arm in group:
            arm.is_marked = arm.is_marked or natural != [arm]
    marked_arms = [arm for arm in arms if arm.is_marked]
    taken = [shape for arm in arms if not arm.is_marked for shape in arm.shapes]
    tags = [*taken, *(arm.tag for arm in marked_arms)]
    names = [arm.name for arm in marked_arms]
    for arm in marked_arms:
        if tags.count(arm.tag) > 1:
            arm.tag = ""
        if names.count(arm.name) > 1:
            arm.name = arm.codec.alias or arm.name
    by_name = [arm.name for arm in marked_arms if not arm.tag]
    for name in by_name:
        if by_name.count(name) > 1:
            raise Misfit(
                f"two members called {name}",
                "a union whose members have names of their own",
                hint="rename one of the classes",
            )


def telling_field(codecs: list[Codec]) -> str:
    """Return the key whose text tells the records apart; empty if there is none."""
    records = [each for each in codecs if "object" in each.shapes]
    if not records or not all(each.is_record for each in records):
        return ""
    for key in records[0].choices:
        groups = [each.choices.get(key, frozenset()) for each in records]
        everything = frozenset(chain.from_iterable(groups))
        if all(groups) and len(everything) == sum(map(len, groups)):
            return key
    return ""
