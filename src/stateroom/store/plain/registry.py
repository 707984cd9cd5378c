"""What is known beyond the standard library: classes from elsewhere, and names.

Plain data that no type directs names the class of a value, and may come from anywhere.
So only classes are made of it that this process has registered, has met in an
annotation, or has turned into plain data itself; nothing is ever imported by a name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar, cast
from weakref import WeakValueDictionary

from stateroom.errors import NotPlain
from stateroom.store.drafts.tables import classify

__all__ = (
    "REGISTRY",
    "Field",
    "Record",
    "Registration",
    "Registry",
    "register_plain",
    "register_records",
)

F = TypeVar("F")
T = TypeVar("T")


class Registration(NamedTuple):
    """How values of a registered class are turned into values of another type.

    Attributes:
        to: value -> value of ``form``.
        of: value of ``form`` -> value.
        form: the type between.
    """

    to: Callable[[object], object]
    of: Callable[[object], object]
    form: object


class Field(NamedTuple):
    """One field of a record.

    Attributes:
        name: of the attribute.
        is_required: whether plain data must have it; otherwise its absence is left to
            what makes the value.
        form: the type; None means the annotation of the class.
    """

    name: str
    is_required: bool = True
    form: object = None


class Record(NamedTuple):
    """What a class consists of.

    Attributes:
        fields: all that must be kept, in the order of the plain form.
        make: field name -> value, those that are there; makes the instance. Whatever
            it raises becomes ``NotPlain``.
    """

    fields: tuple[Field, ...]
    make: Callable[[dict[str, object]], object]


Describe = Callable[[type], Record]


class Registry:
    """The classes that were registered, and all names that plain data may use.

    Attributes:
        generation: goes up when a registration may have changed what was compiled.
    """

    def __init__(self) -> None:
        self.generation: int = 0
        self._registrations: dict[type, Registration] = {}
        self._families: dict[type, Describe] = {}
        self._names: dict[type, str] = {}
        self._known: WeakValueDictionary[str, type] = WeakValueDictionary()
        self._knows_structs = False

    def register(self, kind: type, entry: Registration, *, name: str = "") -> None:
        """Add a class, or replace what was said of it.

        Raises:
            NotPlain: the name is that of another class.
        """
        name = name or self.name_of(kind)
        other = self._known.get(name, kind)
        if _home(other) != _home(kind):
            raise NotPlain(
                f"the name {name!r} of {_home(kind)} is that of {_home(other)}",
                hint="give register_plain(...) another name=",
            )
        self._names[kind] = name
        self._registrations[kind] = entry
        self.learn(kind)
        self.generation += 1

    def register_family(self, base: type, describe: Describe) -> None:
        """Add all subclasses of ``base`` as records."""
        self._families[base] = describe
        self.generation += 1

    def registration(self, kind: type) -> Registration | None:
        """Return what was said of exactly this class."""
        return self._registrations.get(kind)

    def family(self, kind: type) -> Describe | None:
        """Return what describes this class, by the nearest of its bases."""
        for base in kind.__mro__:
            if base in self._families:
                return self._families[base]
        if hasattr(kind, "__struct_fields__") and not self._knows_structs:
            # What knows Structs needs msgspec. Drafts load it when they meet the first
            # one, and then it registers itself here, too.
            self._knows_structs = True
            classify(kind)
            return self.family(kind)
        return None

    def name_of(self, kind: type) -> str:
        """Return the name of a class in plain data."""
        return self._names.get(kind) or f"{kind.__module__}:{kind.__qualname__}"

    def learn(self, kind: type) -> str:
        """Let plain data name this class from now on; return the name."""
        name = self.name_of(kind)
        self._known[name] = kind
        return name

    def known(self, name: str) -> type | None:
        """Return the class that plain data may call so."""
        return self._known.get(name)


def _home(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


REGISTRY: Final = Registry()
"""The one of this process."""


def register_plain(
    kind: type[T],
    *,
    to: Callable[[T], F],
    of: Callable[[F], T],
    form: object = object,
    name: str = "",
) -> None:
    """Give a class from elsewhere a plain form.

    Example::

        register_plain(
            Money,
            to=lambda money: (money.amount, money.currency),
            of=lambda parts: Money(*parts),
            form=tuple[Decimal, str],
        )

    Args:
        kind: the class. Instances of subclasses are taken, and come back as ``kind``.
        to: value -> a value of ``form``, all that is needed to make an equal one.
        of: the reverse. Whatever it raises for bad data becomes ``NotPlain``.
        form: the type between, which directs the plain form; it may use the type
            variables of ``kind``. Without it, values between are marked by what they
            are, as in any place that no type directs.
        name: what plain data calls the class in such places; module and name of the
            class, as in ``"shop.money:Money"``, if not given.

    Raises:
        NotPlain: the name is that of another class.
    """
    entry = Registration(
        cast("Callable[[object], object]", to),
        cast("Callable[[object], object]", of),
        form,
    )
    REGISTRY.register(kind, entry, name=name)


def register_records(base: type, describe: Callable[[type], Record]) -> None:
    """Give all subclasses of ``base`` the form of a dataclass: an object of fields.

    Args:
        base: e.g. ``msgspec.Struct``.
        describe: says of a subclass what its fields are and how an instance is made;
            called once for each. Values of fields are read as attributes.
    """
    REGISTRY.register_family(base, describe)
