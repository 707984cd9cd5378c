"""Imports that a browser will not have are told with their file and line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from stateroom.cli.bundling_files import LEAVES, Entry, ours
from stateroom.cli.bundling_imports import Import, imports_of
from stateroom.cli.bundling_judging import Judge, module_of
from stateroom.cli.bundling_standard import PROVIDED, STANDARD
from tests.cli.running import run


def found(
    source: str, module: str = "app.part", *, is_package: bool = False
) -> list[str]:
    """Return what a source imports, as ``module`` or ``module:name,name``."""
    imports = imports_of(source.encode(), module, is_package=is_package)
    return [
        ":".join(filter(None, [each.module, ",".join(each.names)])) for each in imports
    ]


def told(files: Mapping[str, str], *allowed: str) -> list[str]:
    """Return the problems of files, by their names without ``.py``."""
    entries = [
        Entry(f"{name}.py", f"{name}.py", text.encode(), name.partition("/")[0])
        for name, text in files.items()
    ]
    return [str(each) for each in Judge(ours(), entries, allowed).problems()]


@pytest.mark.parametrize(
    ("source", "imports"),
    [
        ("import os, json.decoder as d", ["os", "json.decoder"]),
        ("from a.b import c, d as e", ["a.b:c,d"]),
        ("from a import *", ["a:*"]),
        ("from . import x", ["app:x"]),
        ("from .near import x", ["app.near:x"]),
        ("from .. import x", ["x"]),
        ("def f():\n  import a", ["a"]),
        ("async def f():\n  async with x:\n    import a", ["a"]),
        ("class A:\n  for i in j:\n    import a\n  else:\n    import b", ["a", "b"]),
        ("while x:\n  import a", ["a"]),
        ("match x:\n  case 1:\n    import a", ["a"]),
        ("try:\n  import a\nfinally:\n  import b", ["a", "b"]),
        ("with open(x):\n  import a", ["a"]),
        ("if x:\n  import a\nelif y:\n  import b\nelse:\n  import c", ["a", "b", "c"]),
    ],
)
def test_every_import_is_found(source: str, imports: list[str]) -> None:
    assert found(source) == imports


@pytest.mark.parametrize(
    ("source", "imports"),
    [
        ("if TYPE_CHECKING:\n  import a\nelse:\n  import b", ["b"]),
        ("if typing.TYPE_CHECKING:\n  import a", []),
        ("if not TYPE_CHECKING:\n  import a", ["a"]),
        ("try:\n  import a\nexcept ImportError:\n  import b", ["b"]),
        ("try:\n  import a\nexcept (KeyError, ModuleNotFoundError):\n  pass", []),
        ("try:\n  import a\nexcept:\n  pass", []),
        ("try:\n  import a\nexcept KeyError:\n  pass", ["a"]),
        ("with suppress(ImportError):\n  import a", []),
        ("with contextlib.suppress(KeyError):\n  import a", ["a"]),
        ('if sys.platform == "win32":\n  import a\nelse:\n  import b', ["b"]),
        ('if sys.platform != "emscripten":\n  import a', []),
        ('if sys.platform == "emscripten":\n  import a\nelse:\n  import b', ["a"]),
        ('if sys.platform in ("win32", x):\n  import a', ["a"]),
    ],
)
def test_an_import_that_the_source_can_do_without_is_not(
    source: str, imports: list[str]
) -> None:
    assert found(source) == imports


def test_a_relative_import_starts_at_the_package_itself() -> None:
    assert found("from . import x", "app", is_package=True) == ["app:x"]
    assert found("from .y import x", "a.b", is_package=True) == ["a.b.y:x"]
    assert found("from ..y import x", "a.b.c") == ["a.y:x"]


def test_an_import_is_placed_by_line_and_column() -> None:
    source = b"\nif x:\n    import a; import b\n"
    assert imports_of(source, "app", is_package=False) == (
        Import("a", (), 3, 5),
        Import("b", (), 3, 15),
    )


@pytest.mark.parametrize(
    "source",
    [b"\xef\xbb\xbfimport a", b"# coding: latin-1\n'\xe9'\nimport a", b"'\\d'"],
)
def test_a_source_is_read_in_its_own_encoding_and_without_warnings(
    source: bytes,
) -> None:
    names = [each.module for each in imports_of(source, "app", is_package=False)]
    assert names == (["a"] if b"import" in source else [])


@pytest.mark.parametrize(
    "source", [b"def f(:", b"'\xe9'", b"a\x00b", b"(" * 5000, b"x = " + b"-" * 100_000]
)
def test_what_is_not_python_is_a_syntax_error(source: bytes) -> None:
    with pytest.raises(SyntaxError):
        imports_of(source, "app", is_package=False)


# ------------------------------------------------------------------------ judgement

FAULTS = [
    ("import numpy", "app.py:1:1: numpy is not in the bundle, and no --allow names it"),
    ("\nimport os, numpy.linalg", "app.py:2:1: numpy is not in the bundle"),
    ("import tkinter", "app.py:1:1: tkinter is not in the standard library of a"),
    ("from stateroom.cache import Cache", "stateroom.cache does not run in a browser"),
    ("import stateroom.link.redis", "there is no module stateroom.link.redis"),
    ("from stateroom import cache", "stateroom.cache does not run in a browser"),
    ("from stateroom import load", "stateroom.catalogue does not run in a browser"),
    ("def f():\n    import stateroom.decide", "app.py:2:5: stateroom.decide does not"),
    (
        "import stateroom.stor",
        "no module stateroom.stor; did you mean stateroom.store?",
    ),
    ("from . import x", "a relative import that leads out of its package"),
    ("def f(:\n", "app.py:1:7: not readable as Python 3."),
]


@pytest.mark.parametrize(("source", "problem"), FAULTS)
def test_what_a_browser_will_not_have_is_told(source: str, problem: str) -> None:
    problems = told({"app": source})
    assert len(problems) == 1
    assert problem in problems[0]


@pytest.mark.parametrize(
    "source",
    [
        "import json, asyncio, compression.zstd, annotationlib",
        "import js, pyodide.ffi, pyodide_js",
        "from stateroom import StateroomError, errors, store, __version__",
        "from stateroom.errors import StoreError\nimport stateroom.signals",
        "try:\n    import numpy\nexcept ImportError:\n    numpy = None",
    ],
)
def test_what_a_browser_has_is_no_problem(source: str) -> None:
    assert told({"app": source}) == []


def test_a_module_that_the_page_loads_is_allowed_by_its_name() -> None:
    source = "import numpy.linalg\nfrom numpy import array\nimport pandas"
    (problem,) = told({"app": source}, "numpy")
    assert problem.startswith("app.py:3:1: pandas ")


def test_modules_of_the_bundle_may_import_each_other() -> None:
    files = {
        "app/__init__": "",
        "app/sub/one": "from .. import two\nimport app.sub.one",
        "main": "import app.sub.one\nfrom app.sub import one",
    }
    assert told(files) == []


def test_a_module_that_is_missing_in_a_package_is_told_with_the_nearest() -> None:
    (problem,) = told({"app/buttons": "", "app/__init__": "from app.button import x"})
    assert "there is no module app.button in the bundle" in problem
    assert problem.endswith("did you mean app.buttons?")


def test_of_a_folder_without_init_only_modules_can_be_taken() -> None:
    problems = told({"app/one": "", "main": "from app import one, two"})
    assert [each.partition("; ")[0] for each in problems] == [
        "main.py:1:1: there is no module app.two in the bundle"
    ]


@pytest.mark.parametrize("name", ["json", "stateroom", "js"])
def test_a_module_that_would_stand_in_for_another_is_refused(name: str) -> None:
    assert told({name: ""}) == [
        f"{name}.py:1:1: it would stand in for the module {name} itself"
    ]


def test_a_module_deep_in_a_package_may_have_any_name() -> None:
    assert told({"app/json": ""}) == []


def test_a_leaf_says_what_allows_it() -> None:
    leaf = Entry("stateroom/store/structs.py", "structs.py", b"import msgspec", "x")
    user = Entry("app.py", "app.py", b"from stateroom.store import structs", "app.py")
    rest = [each for each in ours() if each.name != leaf.name]
    judge = Judge([*rest, leaf], [user], ())
    assert leaf not in judge.entries
    with_it = Judge([*rest, leaf], [user], ["msgspec"])
    assert leaf in with_it.entries
    assert with_it.problems() == ()


def test_what_is_ours_needs_nothing_but_python_its_leaves_aside() -> None:
    is_ours = {module_of(each) for each in ours()}
    for entry in ours():
        module = module_of(entry)
        package = entry.name.endswith("__init__.py")
        if module in LEAVES:
            continue
        for each in imports_of(entry.content, module, is_package=package):
            top = each.module.partition(".")[0]
            ok = each.module in is_ours or top in STANDARD | PROVIDED
            assert ok, f"{entry.name}:{each.line}: {each.module}"


# ----------------------------------------------------------------------- the command


def test_every_problem_is_told_and_nothing_is_written(folder: Path) -> None:
    (folder / "app.py").write_text("import numpy\nfrom stateroom.cache import Cache\n")
    (folder / "widgets").mkdir()
    (folder / "widgets" / "__init__.py").write_text("def f(:\n")
    done = run("bundle", "app.py", "widgets", "--output", "app.zip")
    assert (done.status, done.out) == (2, "")
    lines = done.err.splitlines()
    assert lines[0] == "error STR-813: 3 problems"
    places = [line.partition(": ")[0] for line in lines[1:4]]
    assert places == ["app.py:1:1", "app.py:2:1", "widgets/__init__.py:1:7"]
    assert lines[4].startswith("hint: ")
    assert not (folder / "app.zip").exists()


def test_a_module_beside_that_was_forgotten_is_named(folder: Path) -> None:
    (folder / "app.py").write_text("import words\nimport texts.de\n")
    (folder / "words.py").write_text("")
    (folder / "texts").mkdir()
    done = run("bundle", "app.py", "--check")
    assert "words is not in the bundle: name words.py as well" in done.err
    assert "texts is not in the bundle: name texts as well" in done.err


def test_very_many_problems_are_counted(folder: Path) -> None:
    lines = "".join(f"import missing{number}\n" for number in range(60))
    (folder / "app.py").write_text(lines)
    done = run("bundle", "app.py", "--check")
    assert "error STR-813: 60 problems" in done.err
    assert "... and 10 more" in done.err
