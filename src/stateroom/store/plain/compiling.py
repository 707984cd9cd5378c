"""Makes the codec of any annotation, once.

Classes may contain themselves, so that the codec of a record is there before its
fields are. What one call makes is shared with others only when all of it is done:
two threads may do the same work, and never see it half done.
"""

from __future__ import annotations

import contextlib
import enum
import typing
from collections.abc import Hashable, Iterator
from typing import Final, ForwardRef, Literal, Protocol, cast

from stateroom.store.plain.arrays import ARRAYS, array_codec, tuple_codec
from stateroom.store.plain.codecs import ANYTHING, Codec, Encode, decoder, encoder
from stateroom.store.plain.derived import complete_registered, derived_codec
from stateroom.store.plain.enums import enum_codec
from stateroom.store.plain.forms import (
    bound,
    rendered,
    unwrapped,
)
from stateroom.store.plain.hints import resolved
from stateroom.store.plain.layouts import Layout, is_record, layout_of
from stateroom.store.plain.literals import by_class, restricted
from stateroom.store.plain.members import Member, is_open, key_of, members
from stateroom.store.plain.misfits import NoForm
from stateroom.store.plain.objects import is_mapping, mapping_codec
from stateroom.store.plain.records import complete, record_codec
from stateroom.store.plain.registry import REGISTRY, Registration
from stateroom.store.plain.scalars import SCALARS
from stateroom.store.plain.texts import is_text_class, text_codec
from stateroom.store.plain.unions import union_codec
from stateroom.store.plain.untyped import untyped_codec

__all__ = ("Compiler",)

_UNTYPED_PARTS: Final[tuple[object, object]] = (object, object)
_LARGEST: Final = 1024
"""Annotations whose codecs are kept; beyond that all are made again as needed."""


class Memo(Protocol):
    """Remembers the forms of values."""

    def kept(self, encode: Encode) -> Encode:
        """Return an encoder that does as ``encode`` and remembers."""
        ...

    def restart(self) -> None:
        """Let go of all that was remembered; other codecs will be made."""
        ...


class _NoMemo:
    def kept(self, encode: Encode) -> Encode:
        return encode

    def restart(self) -> None:
        pass


class Compiler:
    """Keeps the codecs that were made.

    Args:
        drops_unknown: whether fields that no type knows are ignored when read.
        memo: what remembers forms; nothing does if not given.
    """

    def __init__(
        self, *, drops_unknown: bool = False, memo: Memo | None = None
    ) -> None:
        self.drops_unknown: bool = drops_unknown
        self.memo: Memo = memo or _NoMemo()
        self.forget()

    def forget(self) -> None:
        """Make all codecs anew when they are asked for."""
        self.memo.restart()
        self._generation = REGISTRY.generation
        self._codecs: dict[Hashable, Codec] = {}
        self._untyped = untyped_codec(_Making(self), self.codec)

    def codec(self, form: object) -> Codec:
        """Return the codec of an annotation.

        Raises:
            Misfit: it has no plain form.
        """
        if self._generation != REGISTRY.generation or len(self._codecs) > _LARGEST:
            self.forget()
        found = self.made(form)
        if found is None:
            making = _Making(self)
            found = making.codec(form, "")
            self._codecs |= making.made
            with contextlib.suppress(TypeError):  # as Annotated[int, []]
                self._codecs[form] = found
        return found

    def made(self, key: object) -> Codec | None:
        """Return a codec that was made before."""
        try:
            return self._codecs.get(key)
        except TypeError:  # as Literal[[]], which is refused when it is made
            return None

    @property
    def untyped(self) -> Codec:
        """The codec of any value."""
        return self._untyped


class _Making:
    """What one call makes.

    Attributes:
        made: the codecs, some of them without their parts yet.
    """

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self.made: dict[Hashable, Codec] = {}

    @property
    def drops_unknown(self) -> bool:
        return self._compiler.drops_unknown

    def kept(self, encode: Encode) -> Encode:
        return self._compiler.memo.kept(encode)

    def codec(self, form: object, module: str) -> Codec:
        form = unwrapped(form)
        if form is object or form is typing.Any:
            return self._compiler.untyped
        key = key_of(form, module)
        found = self.made.get(key) or self._compiler.made(key)
        if found is not None:
            return found
        if is_open(form):
            return self._open(form, module, key)
        kind = typing.get_origin(form) or (type(None) if form is None else form)
        if not isinstance(kind, type):
            raise NoForm(rendered(form))
        found = self._of_class(form, kind, module)
        self.made[key] = found
        return found

    # ------------------------------------------------ forms that stand for others

    def _open(self, form: object, module: str, key: Hashable) -> Codec:
        """Return the codec of a name, a union, a ``Literal`` or an abstract class."""
        name = rendered(form)
        itself = Codec(name=name, shapes=frozenset(), classes=())
        self.made[key] = itself
        found = self._joined(name, members(form, module))
        itself.encode, itself.decode = encoder(found), decoder(found)
        self.made[key] = found
        return found

    def _joined(self, name: str, parts: Iterator[Member]) -> Codec:
        codecs: dict[Hashable, Codec] = {}
        values: list[object] = []
        for form, module in parts:
            if typing.get_origin(form) is Literal:
                values += typing.get_args(form)
                continue
            codec = self.codec(form, module)
            if codec.is_untyped:
                return codec
            # One class is one codec; list[int] may be written in several ways.
            same = id(codec) if codec.is_record else (codec.name, codec.classes)
            codecs.setdefault(same, codec)
        classes = {kind for codec in codecs.values() for kind in codec.classes}
        found = list(codecs.values())
        for kind, group in by_class(values).items():
            if kind not in classes:
                found.append(restricted(self.codec(kind, ""), group))
        return found[0] if len(found) == 1 else union_codec(name, found)

    # -------------------------------------------------------------------- classes

    def _of_class(self, form: object, kind: type, module: str) -> Codec:
        name, arguments = rendered(form), typing.get_args(form)
        if REGISTRY.registration(kind) is not None:
            return self._registered(form, kind, module)
        if kind in SCALARS:
            return SCALARS[kind]()
        if kind is tuple and form not in {tuple, typing.Tuple}:  # noqa: UP006 - as given
            return self._tuple(name, arguments, module)
        if kind in ARRAYS:
            item = self.codec(arguments[0] if arguments else object, module)
            return array_codec(self, kind, name=name, item=item)
        if is_mapping(kind) and not is_record(kind):
            parts = (
                arguments if len(arguments) == len(_UNTYPED_PARTS) else _UNTYPED_PARTS
            )
            key, value = (self.codec(each, module) for each in parts)
            return mapping_codec(self, kind, name=name, parts=(key, value))
        return text_codec(kind) or self._named(form, kind, module)

    def _tuple(self, name: str, arguments: tuple[object, ...], module: str) -> Codec:
        if arguments[1:] == (...,):
            item = self.codec(arguments[0], module)
            return array_codec(self, tuple, name=name, item=item)
        items = tuple(self.codec(each, module) for each in arguments)
        return tuple_codec(self, name=name, items=items)

    def _named(self, form: object, kind: type, module: str) -> Codec:
        """Return the codec of a class that plain data may name from now on."""
        name = rendered(form)
        base = next(
            (each for each in (str, int, float) if issubclass(kind, each)), None
        )
        if issubclass(kind, enum.Enum):
            return enum_codec(kind, name=name, alias=REGISTRY.learn(kind))
        if is_record(kind):
            return self._record(form, kind, module)
        if base is None:
            raise NoForm(name)
        alias = REGISTRY.learn(kind)
        return derived_codec(kind, SCALARS[base](), name=name, alias=alias)

    def _record(self, form: object, kind: type, module: str) -> Codec:
        arguments = tuple(
            resolved(each, module) if isinstance(each, str | ForwardRef) else each
            for each in typing.get_args(form)
        )
        layout = cast("Layout", layout_of(kind, arguments))
        name = rendered(form)
        codec = record_codec(kind, layout, name=name, alias=_alias(kind, name))
        self.made[key_of(form, module)] = codec
        complete(codec, self, kind=kind, layout=layout)
        return codec

    def _registered(self, form: object, kind: type, module: str) -> Codec:
        entry = cast("Registration", REGISTRY.registration(kind))
        variables: tuple[object, ...] = getattr(kind, "__parameters__", ())
        meanings = dict(zip(variables, typing.get_args(form), strict=False))
        between = bound(entry.form, meanings)
        name = rendered(form)
        codec = Codec(
            name=name,
            shapes=_outline(between),
            classes=(kind,),
            alias=_alias(kind, name),
        )
        self.made[key_of(form, module)] = codec
        inner = self.codec(between, kind.__module__)
        complete_registered(codec, kind, entry=entry, inner=inner)
        return codec


def _alias(kind: type, name: str) -> str:
    return f"{REGISTRY.learn(kind)}{name.removeprefix(kind.__name__)}"


def _outline(form: object) -> frozenset[str]:
    """Say what the form of a registered class looks like, before it is made."""
    kind = typing.get_origin(form) or form
    if not isinstance(kind, type) or REGISTRY.registration(kind) is not None:
        return ANYTHING
    if kind in SCALARS:
        return SCALARS[kind]().shapes
    if kind in ARRAYS:
        return frozenset({"array"})
    if is_record(kind):
        return frozenset({"object"})
    return frozenset({"text"}) if is_text_class(kind) else ANYTHING
