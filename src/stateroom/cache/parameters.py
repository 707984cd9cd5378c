"""What may stand in a key: reads a function's parameters, and refuses the wrong ones.

All of it happens once, when a function is decorated. What a framework puts into a call
(a request, a database session, whatever ``Depends`` returns) is different in each call
and holds the caller's identity: it may not slip into a key, nor silently out of it. The
frameworks are known by the names of their classes and never imported.
"""

from __future__ import annotations

import inspect
import keyword
import typing
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Literal, ParamSpec, cast
from uuid import UUID

from stateroom.catalogue.keys import Scope
from stateroom.catalogue.values import nearest
from stateroom.errors import InvalidValue, UsageError

__all__ = (
    "VARIADIC",
    "Owner",
    "Parameters",
    "check_parameters",
    "name_of",
    "parameters_of",
    "read_owner",
)

P = ParamSpec("P")
Parameters = dict[str, inspect.Parameter]

FRAMEWORKS = frozenset({"fastapi", "sqlalchemy", "starlette"})
HANDLES = frozenset(
    {
        *("BackgroundTasks", "HTTPConnection", "Request", "Response"),
        *("SecurityScopes", "WebSocket"),
        *("AsyncSession", "Session", "async_scoped_session", "scoped_session"),
    }
)
"""Classes of the frameworks whose instances belong to one call."""
ALIASED = ("__value__", "__supertype__", "__bound__")
"""Where an alias by the statement ``type``, a NewType, a TypeVar say what they mean."""
INJECTORS = frozenset({"Depends", "Security"})
SCOPE_WORDS = (
    'PARAMETER or PARAMETER.ATTRIBUTE, after "user:" (the default) or "group:"'
)
VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@dataclass(frozen=True, slots=True)
class Owner:
    """Where a call says whose its result is.

    Attributes:
        kind: of the scope.
        path: the parameter, and attributes of its value: ``request.state.user_id``.
    """

    kind: Literal["user", "group"]
    path: str

    @property
    def parameter(self) -> str:
        """The parameter that the path begins with."""
        return self.path.partition(".")[0]

    def scope_of(self, value: object) -> Scope:
        """Return the scope of the user or group that a call named.

        Raises:
            InvalidValue: it named none. A result without an owner would be everybody's.
        """
        make = Scope.user if self.kind == "user" else Scope.group
        given = str(value) if isinstance(value, UUID) else value
        try:
            return make(cast("str", given))  # which looks at it itself
        except InvalidValue as error:
            # Only text is shown: an object may print what is secret.
            kind = "None" if value is None else type(value).__qualname__
            found = error.found if isinstance(value, str) else kind
            raise self.refused(found, error.allowed) from None

    def refused(self, found: str, allowed: str) -> InvalidValue:
        """Return what to raise when a call does not say whose its result is."""
        return InvalidValue(
            f"parameter {self.parameter!r}: {self.path} is no id of a {self.kind}, "
            f"found {found}",
            found=found,
            allowed=allowed,
            hint=f"pass one; without scope= a result is the same for every {self.kind}",
        )


def check_parameters(
    function: Callable[P, object], *, ignore: Collection[str], scope: str | None
) -> None:
    """Refuse a declaration under which keys would be wrong.

    Args:
        function: the one to be cached.
        ignore: names of parameters that the result does not depend on.
        scope: the parameter, or an attribute of it, that says whose the result is.

    Raises:
        UsageError: a name is unknown, ``scope`` cannot be read, or a parameter belongs
            to a framework and is in neither.
    """
    parameters = parameters_of(function)
    if isinstance(ignore, str):
        raise UsageError(
            f"{name_of(function)}: ignore= is a collection of names, found a text",
            hint=f"ignore=({ignore!r},)",
        )
    for name in ignore:
        if name not in parameters:
            raise _unknown(function, f"ignore= names {name!r}", name, parameters)
    owner = read_owner(function, scope)
    named = {*ignore, owner.parameter if owner else ""}
    annotations = _annotations_of(function, parameters)
    for name, parameter in parameters.items():
        if name not in named:
            _check_one(function, parameter, annotations[name])


def parameters_of(function: object) -> Parameters:
    """Return a function's parameters, in order.

    Raises:
        UsageError: it has none that can be read, or is bound to an object, which would
            be missing from its keys.
    """
    if inspect.ismethod(function):
        raise UsageError(
            f"{name_of(function)} is bound to an object that is no part of its keys",
            hint="decorate the method in its class, or a function that calls it",
        )
    try:
        return dict(
            inspect.signature(cast("Callable[[], object]", function)).parameters
        )
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"{name_of(function)}: its parameters cannot be read ({error})",
            hint="decorate a plain function; @classmethod goes above the decorator",
        ) from error


def read_owner(function: object, scope: str | None) -> Owner | None:
    """Read ``scope``, as in ``"user_id"`` or ``"group:request.state.team_id"``.

    Raises:
        UsageError: it is not of that form, or names no parameter of ``function``.
    """
    if scope is None:
        return None
    if not isinstance(scope, str):
        raise UsageError(
            f"{name_of(function)}: scope={scope!r:.100} is not {SCOPE_WORDS}",
            hint="name the parameter; its value is read at each call",
        )
    kind, colon, path = scope.rpartition(":")
    if not colon:
        kind = "user"
    # These become code, so that nothing but names may get through.
    is_path = all(
        each.isidentifier() and not keyword.iskeyword(each) for each in path.split(".")
    )
    if kind not in {"user", "group"} or not is_path:
        close = nearest(kind, ("user", "group"))
        raise UsageError(
            f"{name_of(function)}: scope={scope!r} is not {SCOPE_WORDS}",
            hint=f"did you mean {f'{close}:{path}'!r}?" if close and is_path else "",
        )
    owner = Owner(cast("Literal['user', 'group']", kind), path)
    _check_owner(function, owner)
    return owner


def name_of(function: object) -> str:
    """Return the name by which errors call a function."""
    name: object = getattr(function, "__qualname__", None)
    return name if isinstance(name, str) else type(function).__qualname__


def _check_owner(function: object, owner: Owner) -> None:
    parameters = parameters_of(function)
    name = owner.parameter
    if name not in parameters:
        raise _unknown(function, f"scope= names {name!r}", name, parameters)
    if parameters[name].kind in VARIADIC:
        raise UsageError(
            f"{name_of(function)}: scope= names {name!r}, which is not one value",
            hint="give the owner a parameter of its own",
        )


def _unknown(
    function: object, what: str, name: str, parameters: Parameters
) -> UsageError:
    close = nearest(name, parameters)
    return UsageError(
        f"{name_of(function)}: {what}, which is none of its parameters: "
        f"{', '.join(parameters) or 'it has none'}",
        hint=f"did you mean {close!r}?" if close else "",
    )


def _check_one(
    function: object, parameter: inspect.Parameter, annotation: object
) -> None:
    """Refuse a parameter that a framework fills in, or that is part of one."""
    parts = [*_parts(annotation), parameter.default]
    name = parameter.name
    if any(_is_of(part, INJECTORS) for part in parts):
        raise UsageError(
            f"{name_of(function)}: parameter {name!r} is filled in by Depends, so that "
            "it may depend on who asks",
            hint=f'if the result depends on it, choose scope="{name}" (or an attribute '
            f'of it, or "group:{name}"); if not, ignore=("{name}",)',
        )
    for part in parts:
        if _is_of(part, HANDLES):
            kind = part if isinstance(part, type) else type(part)
            raise UsageError(
                f"{name_of(function)}: parameter {name!r} is a "
                f"{kind.__module__}.{kind.__qualname__}, which cannot be part of a key",
                hint=f'ignore=("{name}",); if the result depends on what it holds, '
                f'choose scope=, as in scope="user:{name}.state.user_id"',
            )


def _is_of(part: object, names: Collection[str]) -> bool:
    """Say if a class, or an object's class, is one of a framework's, or inherits it."""
    kind = part if isinstance(part, type) else type(part)
    return any(
        each.__name__ in names and each.__module__.partition(".")[0] in FRAMEWORKS
        for each in kind.__mro__
    )


def _annotations_of(function: object, parameters: Parameters) -> dict[str, object]:
    """Resolve each annotation by itself: one that cannot be leaves the others alone."""
    home: object = inspect.unwrap(cast("Callable[[], object]", function))
    names = cast("dict[str, object]", getattr(home, "__globals__", {}))
    found: dict[str, object] = {}
    for name, parameter in parameters.items():
        found[name] = parameter.annotation
        holder = type("Holder", (), {"__annotations__": {name: parameter.annotation}})
        try:
            found |= typing.get_type_hints(holder, names, {}, include_extras=True)
        except Exception:  # noqa: S112 - any code may stand there; what was raw stays so
            continue
    return found


def _parts(annotation: object) -> Iterator[object]:
    """Yield an annotation and all that it is made of, metadata included."""
    waiting, seen = [annotation], list[object]()
    while waiting:
        part = waiting.pop()
        if any(part is each for each in seen):
            continue  # an alias may contain itself
        seen.append(part)
        yield part
        if isinstance(part, list):  # the parameters of a Callable
            waiting.extend(part)
        elif typing.get_origin(part) is not Literal:
            waiting.extend((typing.get_origin(part), *typing.get_args(part)))
            waiting.extend(getattr(part, name, None) for name in ALIASED)
