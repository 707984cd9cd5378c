"""Positions: the line and column of anything in TOML and JSON."""

from __future__ import annotations

import json
import tomllib
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.catalogue.document import Path
from stateroom.catalogue.json_positions import index_json
from stateroom.catalogue.positions import Index, Node
from stateroom.catalogue.toml_positions import index_toml

Tree: TypeAlias = object

TOML = '''\
# [items.fake]
[app]
name = "a # b" # name = 1
text = """
[items.fake]
name = "x" \\""" still
"""
raw = \'\'\'
[items.fake]\'\'\'\'
list = [ "x", # ]
  [1, 2], {a.b = 1},
]
[items."a.b"]
like = "ui"
  override.ttl = 1
[ items . 'c d' ]
"t\\u0061gs" = ["\\"]", 'x']
[items.a]
in = {x = {y = "}"}, "z" = [1, {w = 2}]}
[items.a.override]
ttl=1
[[suppress]]
code = 1
[[suppress]]
code = 2
[suppress.more]
x = 1979-05-27 07:32:00
Zürich-1 = 2
last = 1'''


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("app",), (2, 2)),
        (("app", "name"), (3, 1)),
        (("app", "text"), (4, 1)),
        (("app", "raw"), (8, 1)),
        (("app", "list"), (10, 1)),
        (("app", "list", 0), (10, 10)),
        (("app", "list", 1), (11, 3)),
        (("app", "list", 1, 1), (11, 7)),
        (("app", "list", 2, "a"), (11, 12)),
        (("app", "list", 2, "a", "b"), (11, 14)),
        (("items",), (13, 2)),
        (("items", "a.b"), (13, 8)),
        (("items", "a.b", "like"), (14, 1)),
        (("items", "a.b", "override", "ttl"), (15, 12)),
        (("items", "c d"), (16, 11)),
        (("items", "c d", "tags"), (17, 1)),
        (("items", "c d", "tags", 1), (17, 23)),
        (("items", "a"), (18, 8)),
        (("items", "a", "in", "x", "y"), (19, 12)),
        (("items", "a", "in", "z", 1, "w"), (19, 33)),
        (("items", "a", "override"), (20, 10)),
        (("items", "a", "override", "ttl"), (21, 1)),
        (("suppress",), (22, 3)),
        (("suppress", 0, "code"), (23, 1)),
        (("suppress", 1), (24, 3)),
        (("suppress", 1, "code"), (25, 1)),
        (("suppress", 1, "more", "x"), (27, 1)),
        (("suppress", 1, "more", "last"), (29, 1)),
    ],
    ids=str,
)
def test_a_path_of_toml_is_found(path: Path, place: tuple[int, int]) -> None:
    assert index_toml(TOML).locate(path) == place


def test_what_stands_in_strings_and_comments_is_no_table() -> None:
    assert "fake" not in index_toml(TOML).root.children["items"].children


JSON = """\
{ "app": {"na\\u006de": "}\\"{"},
  "items": {
    "a.b": {"like": "ui", "tags": ["x", ["y"], {"z": null}]},
    "a": {"like":
      "ui"}},
  "suppress": [{}, {"code": -1.5e3}]}"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("app",), (1, 3)),
        (("app", "name"), (1, 11)),
        (("items",), (2, 3)),
        (("items", "a.b"), (3, 5)),
        (("items", "a.b", "tags"), (3, 27)),
        (("items", "a.b", "tags", 0), (3, 36)),
        (("items", "a.b", "tags", 1, 0), (3, 42)),
        (("items", "a.b", "tags", 2, "z"), (3, 49)),
        (("items", "a", "like"), (4, 11)),
        (("suppress", 0), (6, 16)),
        (("suppress", 1, "code"), (6, 21)),
    ],
    ids=str,
)
def test_a_path_of_json_is_found(path: Path, place: tuple[int, int]) -> None:
    assert index_json(JSON).locate(path) == place


@pytest.mark.parametrize("index", [index_toml(TOML), index_json(JSON)])
@pytest.mark.parametrize(
    ("dotted", "path"),
    [
        ("items.a.b.like", ("items", "a.b", "like")),
        ('items."a.b".like', ("items", "a.b", "like")),
        ("items.a", ("items", "a")),
        ("items.a.like", ("items", "a", "like")),
        ("suppress[1].code", ("suppress", 1, "code")),
        ("", ()),
        ("...", ()),
        ("items.a.[0]", ("items", "a")),
        ('items."a', ("items",)),
    ],
)
def test_a_dotted_path_is_found_though_names_have_dots(
    index: Index, dotted: str, path: Path
) -> None:
    assert index.locate(dotted) == index.locate(path)


@pytest.mark.parametrize("index", [index_toml(TOML), index_json(JSON)])
@pytest.mark.parametrize(
    ("missing", "parent"),
    [
        (("items", "a.b", "size"), ("items", "a.b")),
        (("items", "no", "size"), ("items",)),
        (("suppress", 1, "reason"), ("suppress", 1)),
        (("suppress", 9, "reason"), ("suppress",)),
        (("no", "no"), ()),
        ("items.a.b.size", ("items", "a.b")),
        ("no.no", ()),
    ],
)
def test_what_is_missing_is_placed_at_its_closest_parent(
    index: Index, missing: str | Path, parent: Path
) -> None:
    assert index.locate(missing) == index.locate(parent)


def test_what_stands_twice_is_seen_with_both_places() -> None:
    text = '{"items": {"a": {"x": 1, "x": 2},\n "a": {"x": 1},\n "b": {"x": 1}}}'
    index = index_json(text)
    assert [
        (each.path, index.place(each.first), index.place(each.again))
        for each in index.twice
    ] == [
        (("items", "a", "x"), (1, 18), (1, 26)),
        (("items", "a"), (1, 12), (2, 2)),
    ]


def test_a_table_that_is_opened_again_in_its_parts_does_not_stand_twice() -> None:
    tables = "[items.a.override]\n[items.a]\nx.y = 1\nx.z = 2\n[items]\n"
    text = tables + "[[s]]\nx=1\n[[s]]\nx=1"
    assert index_toml(text).twice == []


def test_lines_end_as_on_windows_too() -> None:
    index = index_toml('[a]\r\nx = 1 # c\r\ny = """\r\n"""\r\nz = [\r\n1]\r\n')
    assert [index.locate(("a", key)) for key in "xyz"] == [(2, 1), (3, 1), (5, 1)]


KEYS = st.text(st.sampled_from('ab.-"\\ é\n#]}='), max_size=4)
LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | KEYS
TREES: st.SearchStrategy[Tree] = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=12,
)


def paths_of(tree: Tree, path: Path = ()) -> list[Path]:
    inner: list[tuple[str | int, Tree]] = []
    if isinstance(tree, dict):
        inner = list(tree.items())
    elif isinstance(tree, list):
        inner = list(enumerate(tree))
    return [path, *(each for key, sub in inner for each in paths_of(sub, (*path, key)))]


def paths_in(index: Index) -> list[Path]:
    found: list[Path] = []
    todo: list[tuple[Path, Node]] = [((), index.root)]
    while todo:
        path, node = todo.pop()
        found.append(path)
        todo += [((*path, key), sub) for key, sub in node.children.items()]
    return found


@given(TREES, st.sampled_from([None, 2]))
def test_the_index_of_json_has_every_path_of_the_document_and_no_other(
    tree: Tree, indent: int | None
) -> None:
    index = index_json(json.dumps(tree, indent=indent))
    assert sorted(map(str, paths_in(index))) == sorted(map(str, paths_of(tree)))
    assert index.twice == []


def spelled(tree: Tree) -> str:
    """Write a tree as an inline value of TOML."""
    if isinstance(tree, dict):
        pairs = (f"{json.dumps(key)} = {spelled(sub)}" for key, sub in tree.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(tree, list):
        return f"[ # ]\n{', '.join(map(spelled, tree))}\n]"
    return '"""\n"quoted\\" """' if tree is None else json.dumps(tree)


@given(st.dictionaries(KEYS, TREES, max_size=3), KEYS)
def test_the_index_of_toml_has_every_path_of_the_document_and_no_other(
    tree: dict[str, Tree], table: str
) -> None:
    lines = [f"{json.dumps(key)} = {spelled(sub)} # c" for key, sub in tree.items()]
    text = "\n".join([f"[{json.dumps(table)}]", *lines])
    expected = paths_of(tomllib.loads(text))
    index = index_toml(text)
    assert sorted(map(str, paths_in(index))) == sorted(map(str, expected))
    assert index.twice == []


@given(st.text(st.sampled_from("ab.=[]{}\"'\\#,\n 1:"), max_size=40))
def test_any_text_is_indexed_as_far_as_it_goes(text: str) -> None:
    for index in (index_toml(text), index_json(text)):
        assert index.locate(("a", "b"))[0] <= text.count("\n") + 1
