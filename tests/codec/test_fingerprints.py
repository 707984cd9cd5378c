"""A type's fingerprint: another for another type, the same whatever its texts say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import make_dataclass
from datetime import date, datetime
from typing import Annotated, Literal, NamedTuple, NewType, TypedDict
from uuid import UUID

import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.codec.codecs import codec_for
from stateroom.errors import InvalidValue
from tests.codec.valued import (
    MSGPACK_TYPES,
    PYDANTIC_TYPES,
    Cat,
    Dog,
    Entry,
    Frozen,
    Job,
    Model,
    Point,
)

FINGERPRINT = re.compile(r"[a-z0-9]{1,16}")
Fields = list[tuple[str, object]]


def fingerprint(annotation: object, *, version: str | int | None = None) -> str:
    found = codec_for(annotation, where="app.f", version=version).fingerprint
    assert FINGERPRINT.fullmatch(found)
    return found


def struct(fields: Fields, **config: bool | str) -> object:
    return msgspec.defstruct("Job", fields, **config)  # type: ignore[arg-type] # as given


def data(fields: Fields) -> object:
    return make_dataclass("Job", fields)


def typed_dict(fields: Fields) -> object:
    return TypedDict("Job", dict(fields))  # type: ignore[operator] # computed fields


def named_tuple(fields: Fields) -> object:
    return NamedTuple("Job", fields)


def row(fields: Fields) -> object:
    return struct(fields, array_like=True)


def model(fields: Fields) -> object:
    return pydantic.create_model("Job", **dict(fields))  # type: ignore[call-overload] # computed fields


def checked(fields: Fields) -> object:
    return pydantic.dataclasses.dataclass(make_dataclass("Job", fields))


def positional_in_model(fields: Fields) -> object:
    return list[pydantic.create_model("Job", row=named_tuple(fields))]  # type: ignore[call-overload, misc] # computed fields


BUILDERS = [
    *(struct, data, typed_dict, named_tuple, row, model, checked, positional_in_model),
]
POSITIONAL = [named_tuple, row, positional_in_model]
FIELDS: Fields = [("id", int), ("title", str), ("at", datetime)]


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize(
    "other",
    [
        [*FIELDS, ("pay", int)],
        [("id", int), ("title", str)],
        [("id", int), ("name", str), ("at", datetime)],
        [("id", str), ("title", str), ("at", datetime)],
        [("id", int), ("title", str), ("at", date)],
        [("id", int | None), ("title", str), ("at", datetime)],
        [("id", int), ("title", Literal["a", "b"]), ("at", datetime)],
        [("id", list[int]), ("title", str), ("at", datetime)],
    ],
)
def test_a_field_added_removed_renamed_or_retyped_changes_it(
    build: object, other: Fields
) -> None:
    assert callable(build)
    assert fingerprint(build(FIELDS)) == fingerprint(build(FIELDS))
    assert fingerprint(build(FIELDS)) != fingerprint(build(other))


@pytest.mark.parametrize("build", BUILDERS)
def test_the_order_of_fields_counts_where_bytes_carry_no_names(build: object) -> None:
    assert callable(build)
    turned = [FIELDS[1], FIELDS[0], FIELDS[2]]
    is_same = fingerprint(build(FIELDS)) == fingerprint(build(turned))
    assert is_same == (build not in POSITIONAL)


@pytest.mark.parametrize("build", POSITIONAL)
def test_names_that_bytes_do_not_carry_count(build: object) -> None:
    assert callable(build)
    there = fingerprint(build([("lat", float), ("lon", float)]))
    assert there != fingerprint(build([("lon", float), ("lat", float)]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (list[int], list[str]),
        (list[int], set[int]),
        (list[int], tuple[int, int]),
        (dict[int, str], dict[str, str]),
        (dict[UUID, str], dict[str, str]),
        (int, float),
        (int, bool),
        (int, int | None),
        (str, bytes),
        (datetime, date),
        (Literal[1], Literal["1"]),
        (Literal[1], Literal[True]),
        (Cat, Dog),
        (Cat, Cat | Dog),
        (Entry, Frozen),
        (Job, list[Job]),
        (Model, list[Model]),
        (Model, Model | None),
        (struct(FIELDS), data(FIELDS)),
        (struct(FIELDS), model(FIELDS)),
        (struct(FIELDS), struct(FIELDS, rename="upper")),
        (struct(FIELDS), struct(FIELDS, array_like=True)),
        (struct(FIELDS), struct(FIELDS, tag="job")),
        (struct(FIELDS), struct(FIELDS, forbid_unknown_fields=True)),
        (Annotated[int, msgspec.Meta(ge=1)], Annotated[int, msgspec.Meta(ge=2)]),
    ],
)
def test_other_types_have_others(one: object, other: object) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_nested_types_count() -> None:
    outer = [struct([("inner", struct(FIELDS[:n]))]) for n in (1, 2)]
    assert fingerprint(outer[0]) != fingerprint(outer[1])


def test_a_default_that_bytes_leave_out_counts_and_others_do_not() -> None:
    def with_default(default: int, *, is_left_out: bool) -> str:
        fields = [("n", int, default)]
        kind = msgspec.defstruct("Job", fields, omit_defaults=is_left_out)
        return fingerprint(kind)

    assert with_default(1, is_left_out=True) != with_default(2, is_left_out=True)
    assert with_default(1, is_left_out=False) == with_default(2, is_left_out=False)
    first, second = (pydantic.create_model("Job", n=(int, n)) for n in (1, 2))
    assert fingerprint(first) == fingerprint(second)


def test_texts_do_not_count() -> None:
    class Old(pydantic.BaseModel):  # type: ignore[explicit-any] # of Pydantic
        """One text."""

        description: int = 1
        title: str = pydantic.Field(default="", description="old", examples=["a"])

    class New(pydantic.BaseModel):  # type: ignore[explicit-any] # of Pydantic
        """Another text, of the same fields."""

        description: int = 2
        title: str = pydantic.Field(default="x", title="Title!", alias="t")

    class Renamed(pydantic.BaseModel):  # type: ignore[explicit-any] # of Pydantic
        describe: int = 1
        title: str = ""

    assert fingerprint(Old) == fingerprint(New)
    assert fingerprint(Old) != fingerprint(Renamed)


def test_a_docstring_does_not_count() -> None:
    one, other = struct(FIELDS), struct(FIELDS)
    assert isinstance(other, type)
    other.__doc__ = "Says what a job is."
    assert fingerprint(one) == fingerprint(other)
    described = Annotated[int, msgspec.Meta(title="Id", description="of a job")]
    assert fingerprint(list[described]) == fingerprint(list[int])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (list[int], Sequence[int]),
        (int, NewType("Id", int)),
        (int, Annotated[int, "note"]),
        (Point, Annotated[Point, "note"]),
    ],
)
def test_two_spellings_of_one_type_have_the_same(one: object, other: object) -> None:
    assert fingerprint(one) == fingerprint(other)


def test_no_two_types_of_the_table_share_one_by_chance() -> None:
    tables = {**MSGPACK_TYPES, **PYDANTIC_TYPES}.items()
    kinds = {fingerprint(annotation): name for name, (annotation, _) in tables}
    assert len(kinds) >= len(tables) - 4  # naive and aware times, Sequence, NewType


def test_a_declared_version_takes_its_place() -> None:
    assert fingerprint(Job, version=3) == fingerprint(Entry, version="3") == "v3"
    assert fingerprint(Job, version=3) != fingerprint(Job, version=4)
    assert fingerprint(Job, version="2026-11-25") != fingerprint(Job)


@given(st.text(min_size=1) | st.integers(), st.text(min_size=1) | st.integers())
def test_versions_differ_when_their_texts_do(one: str | int, other: str | int) -> None:
    same = fingerprint(int, version=one) == fingerprint(int, version=other)
    assert same == (str(one) == str(other))


def test_a_version_never_looks_like_a_hash() -> None:
    assert fingerprint(Job, version=fingerprint(Job)) != fingerprint(Job)


def test_an_empty_version_is_refused() -> None:
    with pytest.raises(InvalidValue):
        fingerprint(Job, version="")


@pytest.mark.slow
def test_every_process_gives_the_same() -> None:
    found = {
        subprocess.run(
            (sys.executable, "-c", ORDERLESS),
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


ORDERLESS = """
import dataclasses, msgspec, pydantic
from stateroom.codec.codecs import codec_for

words = frozenset("abcdefgh")
fields = [
    ("words", frozenset[str], words),
    ("thing", object, object()),
    ("made", list[int], msgspec.field(default_factory=lambda: [1])),
]
kept = dataclasses.field(default_factory=words.copy)
for each in (
    msgspec.defstruct("Job", fields, omit_defaults=True),
    pydantic.create_model("Job", words=(frozenset[str], words)),
    dataclasses.make_dataclass("Job", [("words", set[str], kept)]),
):
    print(codec_for(each, where="f").fingerprint)
"""
"""Types with defaults that print differently in each process."""


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (int, "sdea83b9a1fb74cd"),
        (list[Job], "sd3c757875144745"),
        (dict[str, Point], "s2d7380cdd061690"),
    ],
)
def test_it_never_changes_between_releases(annotation: object, expected: str) -> None:
    assert fingerprint(annotation) == expected
