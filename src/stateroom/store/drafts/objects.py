"""Drafts of dataclass instances, and frozen instances.

A draft reads its base until the first change, then a copy of it; so a draft that is
only read copies nothing. Drafts of fields are held beside it. At the end the copy
becomes frozen: by a change of class where it has slots, and from its start otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from stateroom.store.drafts.depth import bounded
from stateroom.store.drafts.generating import (
    LIVE,
    NODE,
    ObjectDraft,
    drafter_of,
    new,
    put,
    set_class,
    sets_freely,
)
from stateroom.store.drafts.nodes import (
    ENDED,
    REVOKERS,
    SET_FREELY,
    Ended,
    Node,
    Scope,
    mark,
)
from stateroom.store.drafts.settling import (
    NODES,
    finish,
    redraft,
    settle,
)
from stateroom.store.drafts.tables import Drafter, Settler, is_same, register
from stateroom.store.drafts.twins import Twins, make_twins

__all__ = ("adopt", "changer", "child_of", "of_class", "register_twins")

_by_class: dict[type, Twins] = {}


def of_class(kind: type) -> Twins | None:
    """Return the twins of a class, if it has any; of a twin, those of its class."""
    return _by_class.get(kind)


def adopt(kind: type) -> None:
    """Make the twins of a dataclass, and register all three classes."""
    register_twins(make_twins(kind, child=child_of, change=changer(put)))


def register_twins(twins: Twins) -> None:
    """Tell the tables what a class and its twins mean."""
    draft, rebuild = _drafter(twins), _rebuilder(twins)
    register(
        twins.kind,
        draft=draft,
        settle=bounded(_freezer(twins)),
        rebuild=bounded(rebuild),
    )
    register(twins.frozen, draft=draft, rebuild=rebuild)
    register(
        twins.draft,
        draft=redraft,
        settle=cast("Settler", _finisher(twins)),
        rebuild=rebuild,
    )
    NODES[twins.draft] = cast("Callable[[object], Node]", node_of_object)
    REVOKERS[twins.draft] = _revoker(twins)
    if sets_freely(twins.draft):
        SET_FREELY.add(twins.draft)
    for each in (twins.kind, twins.frozen, twins.draft):
        _by_class[each] = twins


def node_of_object(draft: ObjectDraft) -> Node:
    """Return the node of a draft; made now, if nothing needed it before."""
    node = draft._stateroom_node  # noqa: SLF001 - the names of our own slots
    if isinstance(node, Node):
        return node
    made = Node(node.base, node, draft)
    made.changed = node.changed
    put(draft, NODE, made)
    return made


def _revoker(twins: Twins) -> Callable[[object, Node | Scope], None]:
    set_live: Callable[[object, object], None] = twins.draft.__dict__[LIVE].__set__

    def revoke(draft: object, node: Node | Scope) -> None:
        set_live(draft, ENDED if type(node) is Scope else Ended(node))

    return revoke


def _drafter(twins: Twins) -> Drafter:
    kind, frozen = twins.draft, twins.frozen
    if sets_freely(kind):
        return drafter_of(kind, frozen)
    # Where the class sets its attributes in its own way, these two are set past it.
    set_node = cast(
        "Callable[[object, Node | Scope], None]", kind.__dict__[NODE].__set__
    )
    set_live = cast("Callable[[object, object], None]", kind.__dict__[LIVE].__set__)

    def draft(value: object, parent: Node | Scope) -> object:
        made: object = new(kind)
        set_live(made, value)
        if type(parent) is Scope and type(value) is frozen:
            # A root that holds frozen values needs no node until one is drafted.
            set_node(made, parent)
            parent.root = made
            parent.base = value
        else:
            set_node(made, Node(value, parent, made))
        return made

    return draft


def child_of(draft: ObjectDraft, name: str, value: object, drafter: Drafter) -> object:
    """Return the draft of a field, the same one each time."""
    node = node_of_object(draft)
    children = node.children
    if children is None:
        children = node.children = {}
    elif name in children:
        return children[name]
    made = drafter(value, node)
    if made is not value:
        children[name] = made
    return made


def changer(
    put_in: Callable[[object, str, object], None],
) -> Callable[[ObjectDraft, str, object, object], None]:
    """Return what sets a field of a draft.

    Args:
        put_in: sets a field of the copy that is made.
    """

    def change(draft: ObjectDraft, name: str, value: object, old: object) -> None:
        node = node_of_object(draft)
        if node.children is not None and name in node.children:
            child = node.children[name]
            if child is value:
                return
            del node.children[name]
            if old is value:
                # The original; whatever its draft has become is marked already.
                return
        elif old is value or is_same(old, value):
            return
        mark(node)
        if node.assigned is None:
            node.assigned = {}
        node.assigned[name] = True
        live = draft._stateroom_live  # noqa: SLF001 - as above
        if live is node.base:
            live = _copied(draft, node)
        put_in(live, name, value)

    return change


def _copied(draft: object, node: Node) -> object:
    """Make the copy that a draft writes to."""
    live = _by_class[type(draft)].copy(node.base)
    put(draft, LIVE, live)
    return live


def _finisher(twins: Twins) -> Callable[[ObjectDraft], object]:
    frozen, kind = twins.frozen, twins.kind
    build = _builder(twins)

    def settle_draft(draft: ObjectDraft) -> object:
        node = draft._stateroom_node  # noqa: SLF001 - as above
        if isinstance(node, Node):
            return finish(node, build)
        if not node.is_settling:
            return finish(node_of_object(draft), build)
        # A root without a node holds nothing that is not frozen.
        live = draft._stateroom_live  # noqa: SLF001 - as above
        if type(live) is kind:
            set_class(live, frozen)
        return live

    return settle_draft


def _builder(twins: Twins) -> Callable[[Node], object]:
    frozen, kind, put_in, copy = twins.frozen, twins.kind, twins.put, twins.copy

    def build(node: Node) -> object:
        live = cast("ObjectDraft", node.draft)._stateroom_live  # noqa: SLF001 - as above
        if live is node.base:
            live = copy(live)
        if node.assigned is not None or type(node.base) is not frozen:
            _settle_fields(live, _to_settle(node, twins), put_in)
        if node.children is not None:
            for name, child in node.children.items():
                put_in(live, cast("str", name), settle(child))
        if type(live) is kind:
            set_class(live, frozen)
        return live

    return build


def _settle_fields(
    live: object,
    names: Iterable[str],
    put_in: Callable[[object, str, object], None],
) -> None:
    for name in names:
        held = getattr(live, name)
        settled = settle(held)
        if settled is not held:
            put_in(live, name, settled)


def _to_settle(node: Node, twins: Twins) -> Iterable[str]:
    """Name the fields in which something may not be frozen yet."""
    if type(node.base) is twins.frozen:
        return cast("Iterable[str]", node.assigned or ())
    return [name for name in twins.names if hasattr(node.base, name)]


def _freezer(twins: Twins) -> Settler:
    copy, kind, frozen, names = twins.copy, twins.kind, twins.frozen, twins.names
    put_in = twins.put

    def freeze(value: object) -> object:
        made = copy(value)
        for name in names:
            held = getattr(made, name, None)
            settled = settle(held)
            if settled is not held:
                put_in(made, name, settled)
        if type(made) is kind:
            set_class(made, frozen)
        return made

    return freeze


def _rebuilder(twins: Twins) -> Callable[[object, Settler], object]:
    make, names = twins.make, twins.names

    def rebuild(value: object, each: Settler) -> object:
        return make(
            {name: each(getattr(value, name)) for name in names if hasattr(value, name)}
        )

    return rebuild
