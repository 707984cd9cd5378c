"""Values by their annotated type: the same value back, a miss, or a clear refusal."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Literal, cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stateroom.codec import pydantic_codec
from stateroom.codec.codecs import MSGPACK, PYDANTIC, Codec, DecodeError, codec_for
from stateroom.errors import UsageError
from tests.codec.unholdable import REFUSED, HasMeta, Mapped1, Shown
from tests.codec.valued import (
    MSGPACK_TYPES,
    PYDANTIC_TYPES,
    Box,
    Cat,
    CatModel,
    Colour,
    Dog,
    Entry,
    Frozen,
    FrozenModel,
    Green,
    Holder,
    Job,
    Level,
    Longer,
    Loose,
    Model,
    Open,
    Options,
    Place,
    Plain,
    Point,
    Red,
    Row,
    Shallow,
)

WHERE = "app.jobs.search"
TYPES = {**MSGPACK_TYPES, **PYDANTIC_TYPES}
CODECS: dict[str, Codec[object]] = {
    name: codec_for(annotation, where=WHERE) for name, (annotation, _) in TYPES.items()
}
FINGERPRINT = re.compile(r"[a-z0-9]{1,16}")
IMPORTED = "import stateroom.codec.codecs"
DECLARED = """
import dataclasses, datetime, msgspec
from stateroom.codec.codecs import codec_for
Job = msgspec.defstruct("Job", [("id", int), ("at", datetime.datetime)])
Row = dataclasses.make_dataclass("Row", [("jobs", list[Job])])
codec = codec_for(dict[str, Row] | None, where="here")
assert codec.settle({"a": Row([])})[1] == {"a": Row([])}
"""

named_values = st.sampled_from(sorted(TYPES)).flatmap(
    lambda name: st.tuples(st.just(name), TYPES[name][1])
)


def codec(annotation: object, *, version: str | int | None = None) -> Codec[object]:
    return codec_for(annotation, where=WHERE, version=version)


def damaged(data: bytes, *, keep: int, flip: int) -> bytes:
    """Return bytes cut after a share of them, with one bit of the rest turned."""
    part = bytearray(data[: len(data) * keep // 100])
    if part:
        part[flip // 8 % len(part)] ^= 1 << flip % 8
    return bytes(part)


def types_inside(value: object) -> object:
    """Return the type of a value and of what it holds."""
    if isinstance(value, dict):
        return type(value), {key: types_inside(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [types_inside(each) for each in value]
    return type(value)


@pytest.mark.parametrize("name", TYPES)
@settings(max_examples=20)
@given(draw=st.data())
def test_a_value_comes_back_equal_and_of_the_same_type(
    name: str, draw: st.DataObject
) -> None:
    value = draw.draw(TYPES[name][1])
    payload, settled = CODECS[name].settle(value)
    for back in (settled, CODECS[name].decode(payload)):
        assert back == value
        assert types_inside(back) == types_inside(value)
    assert CODECS[name].settle(settled)[1] == settled


@settings(max_examples=300)
@given(st.sampled_from(sorted(TYPES)), st.binary(max_size=64))
def test_any_bytes_are_a_value_or_the_one_error(name: str, data: bytes) -> None:
    try:
        CODECS[name].decode(data)
    except DecodeError:
        return


@settings(max_examples=300)
@given(named_values, st.integers(0, 100), st.integers(0, 10_000))
def test_damaged_bytes_are_a_value_or_the_one_error(
    named: tuple[str, object], keep: int, flip: int
) -> None:
    name, value = named
    data, _ = CODECS[name].settle(value)
    try:
        CODECS[name].decode(damaged(data, keep=keep, flip=flip))
    except DecodeError:
        return


@given(st.sampled_from(sorted(TYPES)), named_values)
def test_bytes_of_one_type_are_a_value_or_the_one_error_to_another(
    reader: str, named: tuple[str, object]
) -> None:
    name, value = named
    try:
        CODECS[reader].decode(CODECS[name].encode(value))
    except DecodeError:
        return


class Explosive(msgspec.Struct):
    id: int

    def __post_init__(self) -> None:
        if self.id < 0:
            raise KeyError(self.id)


@pytest.mark.parametrize(
    ("annotation", "data"),
    [
        (int, b""),
        (int, b"\x01\x01"),  # more after it
        (int, b"\xc1"),
        (str, b"\xa1\xff"),  # no UTF-8
        (list[object], b"\x91" * 1_000_000),  # nested too deeply
        (list[int], b"\xdd\xff\xff\xff\xff"),  # says that it has four billion items
        (bytes, b"\xc6\xff\xff\xff\xff"),
        (set[object], b"\x91\x80"),  # a dict in a set
        (Explosive, msgspec.msgpack.encode({"id": -1})),
        (Literal["a"], b"\xa1b"),
        (Row, b"\x91\x01"),
        (Cat | Dog, msgspec.msgpack.encode({"type": "Cow", "name": "x"})),
        (Model, b""),
        (Model, b"\xff\xfe"),
        (Model, b"{}"),
        (Model, b"null"),
        (Model, b'{"id": 1' + b"0" * 5000),
        (Open, b'{"id": 1, "x": ' + b"[" * 100_000),
        (Open, b'{"id": 1, "x": "\xff"}'),
        (Open, b'{"id": "\\ud800"}'),
    ],
)
def test_bytes_of_no_value_are_the_one_error(annotation: object, data: bytes) -> None:
    with pytest.raises(DecodeError):
        codec(annotation).decode(data)


def test_the_error_about_a_model_does_not_show_what_was_stored() -> None:
    with pytest.raises(DecodeError) as caught:
        codec(Model).decode(b'{"id": "hush-hush", "title": "t"}')
    error: BaseException | None = caught.value
    while error is not None:
        assert "hush" not in str(error)
        assert "\n" not in str(error)
        error = error.__cause__


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_cache_cannot_hold_is_refused_when_declared(name: str) -> None:
    annotation, word = REFUSED[name]
    with pytest.raises(UsageError) as caught:
        codec(annotation)
    assert str(caught.value).startswith(WHERE)
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("annotation", [list[Mapped1], Mapped1 | None, object])
def test_a_refusal_says_what_to_annotate_instead(annotation: object) -> None:
    with pytest.raises(UsageError) as caught:
        codec(annotation)
    assert "annotate the return type" in caught.value.hint


@pytest.mark.parametrize("annotation", [HasMeta, Shown, Box[Box[int]], list[object]])
def test_what_only_looks_like_it_is_taken(annotation: object) -> None:
    assert codec(annotation).id in {MSGPACK, PYDANTIC}


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (int, "1"),
        (int, None),
        (int, 2**64),
        (int, -(2**63) - 1),
        (str, b"\xff"),
        (str, "\ud800"),
        (list[int], [1, "2"]),
        (list[int], {1: 2}),
        (Job, {"id": 1}),
        (Job, object()),
        (list[Job], (each for each in "ab")),
        (tuple[int, str], (1,)),
        (Cat | Dog, {"name": "Tom"}),
        (Colour, "green"),
        (dict[str, object], {"at": datetime(2026, 1, 2, tzinfo=UTC).date()}),
        (dict[str, object], {"pair": {1, 2}}),
        (dict[str, object], {"id": Decimal(1)}),
        (dict[str, object], {"job": Job(1, "t")}),
        (dict[str, object], {"colour": Colour.RED}),
        (list[object], [[b"x", [Plain.A]]]),
        (dict[object, int], {datetime(2026, 1, 2, tzinfo=UTC).date(): 1}),
        (Model, {"id": 1, "title": "t"}),
        (Model, None),
        (Open, CatModel(name="Tom")),
        (list[Open], [Open(id=1), 3]),
        (Model, Model.model_construct(id="x", title="t")),
        (Red | Green, Green(name="x")),  # JSON would give a Red
        (Loose, Loose(meta={"at": datetime(2026, 1, 2, tzinfo=UTC)})),
        (Loose, Loose(meta={"raw": b"x"})),
        (Open, Open.model_validate({"id": 1, "level": Level.LOW})),
    ],
)
def test_a_value_that_would_not_come_back_is_refused(
    annotation: object, value: object
) -> None:
    with pytest.raises(UsageError) as caught:
        codec(annotation).settle(value)
    assert str(caught.value).startswith(WHERE)
    assert type(value).__name__ in str(caught.value)
    assert caught.value.hint


def test_the_refusal_of_a_model_does_not_show_its_values() -> None:
    with pytest.raises(UsageError) as caught:
        codec(Model).settle(Model.model_construct(id="hush-hush", title="t"))
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("annotation", "value", "settled"),
    [
        (Job, {"id": 1, "title": "t"}, Job(1, "t")),
        (list[int], (1, 2), [1, 2]),
        (Sequence[int], (1, 2), [1, 2]),
        (float, 1, 1.0),
        (Entry, Longer("k", [1]), Entry("k", [1])),
        (int, Level.HIGH, 3),
        (datetime, datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))), None),
        (Open, type("More", (Open,), {"__module__": __name__})(id=1), Open(id=1)),
        (dict[str, object], {"pair": (1, 2)}, {"pair": [1, 2]}),
    ],
)
def test_the_first_caller_gets_what_later_ones_get(
    annotation: object, value: object, settled: object
) -> None:
    payload, first = codec(annotation).settle(value)
    later = codec(annotation).decode(payload)
    assert first == later == (value if settled is None else settled)
    assert types_inside(first) == types_inside(later)


def test_an_aware_time_comes_back_as_the_same_moment_in_utc() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    _, back = codec(datetime).settle(noon)
    assert back == noon
    assert cast("datetime", back).tzinfo is UTC


@pytest.mark.parametrize("weight", [math.nan, math.inf, -math.inf])
def test_no_float_of_a_model_becomes_none(weight: float) -> None:
    model = Model.model_validate({"id": 1, "heading": "t", "weight": weight})
    back = codec(Model).settle(model)[1]
    assert repr(cast("Model", back).weight) == repr(weight)


def test_a_model_is_stored_by_field_name_and_without_what_is_computed() -> None:
    payload, _ = codec(Model).settle(Model.model_validate({"id": 1, "heading": "t"}))
    stored = cast("dict[str, object]", msgspec.json.decode(payload))
    assert stored.keys() == {"id", "title", "blob", "at", "took", "weight"}


def test_a_model_keeps_its_lossy_settings_for_its_clients() -> None:
    model = Model.model_validate({"id": 1, "heading": "t", "blob": b"x"})
    codec(Model).settle(model)
    assert '"blob":"x"' in model.model_dump_json()


@pytest.mark.parametrize(
    ("annotation", "is_immutable"),
    [
        *((each, True) for each in (None, bool, int, float, str, bytes, datetime)),
        *((each, True) for each in (Decimal, Level, Plain, Literal["a"], int | str)),
        *((each, True) for each in (tuple[int, ...], tuple[()], frozenset[str])),
        *((each, True) for each in (Place, Point, Row, Frozen, Cat | Dog)),
        *((each, True) for each in (Box[int], Box[tuple[Point, ...]], Point | None)),
        *((each, False) for each in (list[int], dict[str, int], set[int], bytearray)),
        *((each, False) for each in (Job, Entry, Longer, Shallow, Options)),
        *((each, False) for each in (tuple[list[int], ...], tuple[object, ...])),
        *((each, False) for each in (Box[list[int]], Box[Job] | None, Box[object])),
        *((each, False) for each in (FrozenModel, tuple[Model, ...], Model | None)),
    ],
)
def test_only_what_nobody_can_change_may_be_shared(
    annotation: object, *, is_immutable: bool
) -> None:
    assert codec(annotation).is_immutable is is_immutable


@pytest.mark.parametrize("name", TYPES)
def test_every_type_has_a_codec_by_its_kind_and_a_fingerprint(name: str) -> None:
    assert CODECS[name].id == (PYDANTIC if name in PYDANTIC_TYPES else MSGPACK)
    assert FINGERPRINT.fullmatch(CODECS[name].fingerprint)
    assert codec(TYPES[name][0]).fingerprint == CODECS[name].fingerprint


def test_a_named_tuple_of_what_can_be_changed_is_not_shared() -> None:
    assert not codec(tuple[Place, Shallow]).is_immutable
    assert codec(tuple[Place, Frozen]).is_immutable


@pytest.mark.parametrize("annotation", [list[Job], Box[int], list[Model], Holder])
def test_one_codec_serves_many_threads(annotation: object) -> None:
    shared = codec(annotation)
    value = {
        repr(list[Job]): [Job(n, "t" * n) for n in range(200)],
        repr(list[Model]): [
            Model.model_validate({"id": n, "heading": "t" * n}) for n in range(100)
        ],
        repr(Box[int]): Box(1, Box(2)),
        repr(Holder): Holder(
            FrozenModel(place=(1, "a"), when=datetime(2026, 1, 2, tzinfo=UTC).date())
        ),
    }[repr(annotation)]
    with ThreadPoolExecutor(8) as pool:
        settled = list(pool.map(lambda _: shared.settle(value), range(200)))
    assert all(back == value for _, back in settled)
    assert len({payload for payload, _ in settled}) == 1


def test_equal_types_share_one_adapter() -> None:
    assert pydantic_codec.adapter_for(list[Model]) is pydantic_codec.adapter_for(
        list[Model]
    )


def test_a_type_with_unhashable_metadata_has_a_codec() -> None:
    note: list[str] = []
    open_model = Open(id=1)
    _, back = codec(Annotated[Open, note]).settle(open_model)
    assert back == open_model
    assert codec(Annotated[int, note]).settle(1)[1] == 1


@pytest.mark.parametrize(
    ("version", "is_enough"),
    [
        *(("1.10.19", False), ("2.0", False), ("2.10.6", False), ("2.11.0", True)),
        *(("2.11.0b1", True), ("2.14.3", True), ("3.0", True)),
    ],
)
def test_a_pydantic_that_is_too_old_is_named(version: str, *, is_enough: bool) -> None:
    if is_enough:
        pydantic_codec.check_version(WHERE, version)
        return
    with pytest.raises(UsageError, match=r"pydantic>=2\.11") as caught:
        pydantic_codec.check_version(WHERE, version)
    assert version in str(caught.value)


@pytest.mark.parametrize(
    "program",
    [
        IMPORTED,
        DECLARED,
    ],
)
def test_no_pydantic_is_imported_for_a_type_without_models(program: str) -> None:
    check = "\nimport sys\nassert not [m for m in sys.modules if 'pydantic' in m]"
    done = subprocess.run(
        (sys.executable, "-c", program + check),
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.stderr == ""
    assert done.returncode == 0
