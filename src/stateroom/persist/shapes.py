"""What the fields of a slice's state are, and how they are read and replaced.

A state is an object with declared fields (a dataclass, a Struct, a ``TypedDict``), a
mapping whose keys are its fields, or a value without fields, as a list or a number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import isfunction
from typing import (
    Final,
    Protocol,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    runtime_checkable,
)

from stateroom.errors import InvalidPersist, NotPlain
from stateroom.persist.settings import WHOLE
from stateroom.store.drafts import FrozenDict, freeze, produce
from stateroom.store.plain.forms import unwrapped
from stateroom.store.plain.layouts import Layout, is_record, layout_of
from stateroom.store.plain.misfits import Misfit
from stateroom.store.plain.untyped import form_of

__all__ = ("Fields", "Shape", "Shaped", "Whole", "shape_for", "shape_of")

Fields = dict[str, object]
"""Field -> its value."""


class Shape(Protocol):
    """How the state of a slice is taken apart and put together."""

    @property
    def names(self) -> frozenset[str] | None:
        """The fields; None where any text may be one."""
        ...

    @property
    def is_whole(self) -> bool:
        """Whether the state has no fields."""
        ...

    def read(self, state: object) -> Fields:
        """Return the fields of a state, not copied."""
        ...

    def write(self, state: object, fields: Mapping[str, object]) -> object:
        """Return ``state`` with some fields replaced, frozen."""
        ...

    def without(self, state: object, names: frozenset[str]) -> object:
        """Return ``state`` without some fields, where a state can be without them."""
        ...

    def form(self, name: str) -> object:
        """Return the type of a field, as an annotation."""
        ...


class Parted(Protocol):
    """A slice, as far as its shape goes."""

    @property
    def kind(self) -> object:
        """The class of its state, or what the factory returns."""
        ...

    def initial(self) -> object:
        """Return a new initial state."""
        ...


@runtime_checkable
class Shaped(Protocol):
    """A slice that says itself what of its state is kept, under which names.

    What its shape gives for a field is the same object for as long as nothing of it
    changed. Of stored fields it may make another thing than a state, which it can read:
    ``reconcile`` is a function then, and makes the state.
    """

    @property
    def shape(self) -> Shape:
        """How its state is taken apart."""
        ...


class Attributes:
    """The state is an instance of a class with declared fields."""

    is_whole: Final = False

    def __init__(self, layout: Layout) -> None:
        self._forms: dict[str, object] = {
            each.name: layout.hints[each.name].form for each in layout.record.fields
        }
        self.names: frozenset[str] | None = frozenset(self._forms)

    def read(self, state: object) -> Fields:
        return {name: getattr(state, name) for name in self._forms}

    def write(self, state: object, fields: Mapping[str, object]) -> object:
        def put(draft: object) -> None:
            for name, value in fields.items():
                setattr(draft, name, value)

        return produce(state, put)

    def without(self, state: object, names: frozenset[str]) -> object:  # noqa: ARG002 - none can
        return state

    def form(self, name: str) -> object:
        return self._forms.get(name, object)


class Keys:
    """The state is a mapping from names to values."""

    is_whole: Final = False

    def __init__(
        self, *, forms: Mapping[str, object] | None = None, item: object = object
    ) -> None:
        self.names: frozenset[str] | None = None if forms is None else frozenset(forms)
        self._forms = dict(forms or {})
        self._item = item

    def read(self, state: object) -> Fields:
        return dict(cast("Mapping[str, object]", state))

    def write(self, state: object, fields: Mapping[str, object]) -> object:
        if not state and isinstance(fields, FrozenDict) and isinstance(state, dict):
            return fields  # nothing else is in it, and it is what a state is
        if isinstance(state, dict):
            return freeze({**state, **fields})
        return produce(state, lambda draft: cast("Fields", draft).update(fields))

    def without(self, state: object, names: frozenset[str]) -> object:
        there = names & set(cast("Mapping[str, object]", state))
        if not there:
            return state

        def drop(draft: object) -> None:
            for name in there:
                del cast("Fields", draft)[name]

        return produce(state, drop)

    def form(self, name: str) -> object:
        return self._forms.get(name, self._item)


class Whole:
    """The state is one value; it stands under the name of ``WHOLE``."""

    is_whole: Final = True

    def __init__(self, form: object) -> None:
        self.names: frozenset[str] | None = frozenset((WHOLE,))
        self._form = form

    def read(self, state: object) -> Fields:
        return {WHOLE: state}

    def write(self, state: object, fields: Mapping[str, object]) -> object:
        return freeze(fields[WHOLE]) if WHOLE in fields else state

    def without(self, state: object, names: frozenset[str]) -> object:  # noqa: ARG002 - it has none
        return state

    def form(self, name: str) -> object:  # noqa: ARG002 - there is one
        return self._form


_MAPPING_PARTS: Final = 2


def shape_for(part: Parted) -> Shape:
    """Return the shape of a slice's state: its own, or what its class says.

    Raises:
        InvalidPersist: an annotation of the class has no meaning.
    """
    if isinstance(part, Shaped):
        return part.shape
    return shape_of(part.kind, part.initial)


def shape_of(kind: object, initial: Callable[[], object]) -> Shape:
    """Return the shape of a slice's state.

    Args:
        kind: the class or factory that the slice was declared with.
        initial: gives the initial state; asked where the factory does not say its type.

    Raises:
        InvalidPersist: an annotation of the class has no meaning.
    """
    form = unwrapped(_form_of(kind, initial))
    origin = get_origin(form) or form
    if not isinstance(origin, type):
        return Whole(form)
    if is_record(origin) and not issubclass(origin, tuple):
        return _of_record(origin, get_args(form))
    if issubclass(origin, Mapping):
        arguments = get_args(form)
        if len(arguments) != _MAPPING_PARTS:
            return Keys()
        # Of other keys than text the fields of a record cannot be made.
        is_text = unwrapped(arguments[0]) is str
        return Keys(item=arguments[1]) if is_text else Whole(form)
    return Whole(form)


def _form_of(kind: object, initial: Callable[[], object]) -> object:
    if isinstance(kind, type) or get_origin(kind) is not None:
        return kind
    try:
        said = get_type_hints(kind).get("return") if isfunction(kind) else None
    except (NameError, TypeError):  # of a name that only type checkers see
        said = None
    # A frozen list has the form of a list, and so on.
    return form_of(initial().__class__) if said is None else said


def _of_record(kind: type, arguments: tuple[object, ...]) -> Shape:
    try:
        layout = layout_of(kind, arguments)
    except (Misfit, NotPlain) as error:
        raise InvalidPersist(
            f"the fields of {kind.__name__} cannot be told: {error}",
            hint="define the class at the top of its module, where its annotations "
            "have a meaning",
        ) from error
    assert layout is not None  # noqa: S101 - a record has one
    if not layout.is_mapping:
        return Attributes(layout)
    return Keys(forms={name: hint.form for name, hint in layout.hints.items()})
