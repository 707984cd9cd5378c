"""P1, P2, P6, P7, P8 and P11, as far as they are about documents and reconcilers.

Each is asked of the real redux-persist, and then of ours.
"""

from __future__ import annotations

import json
from typing import cast

import pytest

from stateroom.errors import InvalidDocument
from stateroom.persist.interchange import (
    document_key,
    dump_document,
    parse_document,
)
from stateroom.persist.reconcilers import hard_set, merge_level_1, merge_level_2
from stateroom.store import UNDEFINED, freeze
from tests.oracle.persist.named import transforms
from tests.oracle.persist.programs import BOOTED, application, document
from tests.oracle.persist.terms import build, plain
from tests.oracle.real import Json, Real

TOLD = {"version": -1, "rehydrated": True}


def stored(real: Real, program: dict[str, Json], key: str = "persist:k") -> str:
    """What an application leaves behind."""
    trace = cast("dict[str, dict[str, str]]", real.trace("persisted", program))
    return trace["stored"][key]


def first_state(real: Real, program: dict[str, Json]) -> dict[str, Json]:
    """The state with which an application starts, without ``_persist``."""
    trace = cast("dict[str, list[Json]]", real.trace("persisted", program))
    state = cast("dict[str, object]", build(trace["states"][-1]))
    return {key: plain(each) for key, each in state.items() if key != "_persist"}


def plain_items(state: object) -> dict[str, Json]:
    return {key: plain(each) for key, each in cast("dict[str, object]", state).items()}


def test_p1_a_document_holds_a_text_for_each_field(real: Real) -> None:
    slices: dict[str, Json] = {"a": 2, "b": {"o": [["x", 1]]}, "c": None}
    fields: dict[str, object] = {"a": 2, "b": {"x": 1}, "c": None}
    theirs = stored(real, application(slices=slices))
    assert theirs == dump_document(fields)
    assert theirs == (
        '{"a":"2","b":"{\\"x\\":1}","c":"null",'
        '"_persist":"{\\"version\\":-1,\\"rehydrated\\":true}"}'
    )


def test_p1_the_key_has_a_prefix_that_can_be_another(real: Real) -> None:
    named: dict[str, Json] = {"key": "root"}
    key = document_key("root")
    assert key == "persist:root"
    assert stored(real, application(config=named), key)
    bare = document_key("root", prefix="")
    assert stored(real, application(config={**named, "keyPrefix": ""}), bare)


def test_p1_without_serialize_the_fields_are_no_texts(real: Real) -> None:
    program: dict[str, Json] = {
        "states": [
            {"o": [["a", {"o": [["q", 1]]}], ["b", "x"], ["_persist", plain(TOLD)]]}
        ],
        "serialize": False,
    }
    theirs = cast("list[str]", real.trace("written", program))[0]
    ours = dump_document({"a": {"q": 1}, "b": "x"}, serialize=False)
    assert ours == theirs
    assert ours == '{"a":{"q":1},"b":"x","_persist":{"version":-1,"rehydrated":true}}'
    assert parse_document(ours, serialize=False).fields == {"a": {"q": 1}, "b": "x"}


def test_p1_what_is_undefined_is_left_out_also_by_a_transform(real: Real) -> None:
    given: Json = [{"name": "dropped", "only": ["b"]}]
    state: Json = {
        "o": [["a", 1], ["b", 2], ["c", {"u": 1}], ["_persist", plain(TOLD)]]
    }
    program: dict[str, Json] = {"states": [state], "transforms": given}
    fields: dict[str, object] = {"a": 1, "b": 2, "c": UNDEFINED}
    ours = dump_document(fields, transforms=transforms(given))
    assert [ours] == real.trace("written", program)
    assert list(json.loads(ours)) == ["a", "_persist"]


def test_p2_persist_has_the_version_and_whether_the_state_was_read(real: Real) -> None:
    found = parse_document(stored(real, application()))
    assert (found.version, found.is_rehydrated) == (-1, True)
    found = parse_document(stored(real, application(config={"version": 4})))
    assert (found.version, found.is_rehydrated) == (4, True)
    assert found.position == 1


def test_p2_a_whitelist_never_filters_persist(real: Real) -> None:
    slices: dict[str, Json] = {"a": 1, "b": 2, "c": 3}
    config: dict[str, Json] = {"whitelist": ["a", "b"], "blacklist": ["b"]}
    theirs = stored(real, application(slices=slices, config=config))
    assert theirs == dump_document({"a": 1})


def test_p6_transforms_go_in_from_the_left_and_out_from_the_right(real: Real) -> None:
    given: Json = [{"name": "first"}, {"name": "second", "only": ["a"]}]
    state: Json = {"o": [["a", "A"], ["b", "B"], ["_persist", plain(TOLD)]]}
    program: dict[str, Json] = {"states": [state], "transforms": given}
    ours = dump_document({"a": "A", "b": "B"}, transforms=transforms(given))
    assert [ours] == real.trace("written", program)
    assert json.loads(json.loads(ours)["a"]) == ["second", ["first", "A"]]
    theirs = real.trace("read", {"text": ours, "transforms": given})
    found = parse_document(ours, transforms=transforms(given))
    assert cast("dict[str, Json]", theirs)["fields"] == plain(found.fields)
    assert found.fields == {"a": "A", "b": "B"}


def test_p6_a_transform_is_given_the_field_and_the_whole(real: Real) -> None:
    given: Json = [
        {"name": "sized", "skip": ["_persist"]},
        {"name": "wrap", "only": ["a"]},
    ]
    state: Json = {"o": [["a", "A"], ["b", {"u": 1}], ["_persist", plain(TOLD)]]}
    program: dict[str, Json] = {"states": [state], "transforms": given}
    fields: dict[str, object] = {"a": "A", "b": UNDEFINED}
    ours = dump_document(fields, transforms=transforms(given))
    assert [ours] == real.trace("written", program)
    assert json.loads(json.loads(ours)["a"]) == {"key": "a", "value": [3, "A"]}
    theirs = real.trace("read", {"text": ours, "transforms": given})
    found = parse_document(ours, transforms=transforms(given))
    assert cast("dict[str, Json]", theirs)["fields"] == plain(found.fields)
    assert found.fields["a"] == [[3, "A"], 2, "string"]


def test_p6_a_transform_passes_the_fields_by_that_are_not_its_own(real: Real) -> None:
    given: Json = [
        {"name": "first", "only": []},
        {"name": "second", "only": ["a", "b"], "skip": ["b"]},
    ]
    state: Json = {"o": [["a", 1], ["b", 2], ["_persist", plain(TOLD)]]}
    program: dict[str, Json] = {"states": [state], "transforms": given}
    ours = dump_document({"a": 1, "b": 2}, transforms=transforms(given))
    assert [ours] == real.trace("written", program)
    assert parse_document(ours).fields == {"a": ["second", 1], "b": 2}


def reconciled(
    real: Real, name: str, inbound: dict[str, Json], slices: dict[str, Json]
) -> dict[str, Json]:
    """The state of an application that has read ``inbound``; no reducer handles it."""
    given: list[Json] = [[key, {"initial": each}] for key, each in slices.items()]
    program: dict[str, Json] = {
        "config": {"reconciler": name},
        "stored": {"persist:k": document(inbound)},
        "slices": given,
        "steps": list(BOOTED),
    }
    return first_state(real, program)


def test_p7_hard_set_takes_what_was_stored(real: Real) -> None:
    slices: dict[str, Json] = {"a": 1, "b": {"o": [["x", 1]]}}
    before = freeze({"a": 1, "b": {"x": 1}})
    theirs = reconciled(real, "hardSet", {"b": {"y": 2}}, slices)
    assert theirs == plain_items(hard_set({"b": {"y": 2}}, before, before))
    assert theirs == plain_items({"b": {"y": 2}})


def test_p7_level_1_takes_each_field_as_a_whole(real: Real) -> None:
    slices: dict[str, Json] = {"a": 1, "b": {"o": [["x", 1]]}}
    before = freeze({"a": 1, "b": {"x": 1}})
    theirs = reconciled(real, "autoMergeLevel1", {"b": {"y": 2}, "new": 3}, slices)
    ours = merge_level_1({"b": {"y": 2}, "new": 3}, before, before)
    assert theirs == plain_items(ours)
    assert ours == {"a": 1, "b": {"y": 2}, "new": 3}


ODD: dict[str, Json] = {
    "object": {"y": 2},
    "text": "a\U0001d4b3",
    "null": None,
    "array": ["p", "q"],
    "number": 5,
    "true": True,
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("held", ["object", "array", "null", "text"])
def test_p7_level_2_spreads_into_what_is_an_object(
    real: Real, held: str, odd: str
) -> None:
    slices: dict[str, Json] = {"a": plain(ODD[held])}
    before = freeze({"a": cast("object", ODD[held])})
    theirs = reconciled(real, "autoMergeLevel2", {"a": ODD[odd]}, slices)
    assert theirs == plain_items(merge_level_2({"a": ODD[odd]}, before, before))


def test_p7_what_a_reducer_has_decided_stays(real: Real) -> None:
    program = application(
        stored={"persist:k": document({"a": 7, "b": 8, "_persist": 9})}
    )
    cases: Json = [["persist/REHYDRATE", "set", 100]]
    program["slices"] = [["a", {"initial": 1, "cases": cases}], ["b", {"initial": 2}]]
    before, reduced = freeze({"a": 1, "b": 2}), freeze({"a": 100, "b": 2})
    ours = merge_level_1({"a": 7, "b": 8, "_persist": 9}, before, reduced)
    assert first_state(real, program) == plain_items(ours)
    assert ours == {"a": 100, "b": 8}


def test_p7_an_equal_object_that_is_another_counts_as_decided(real: Real) -> None:
    program = application(stored={"persist:k": document({"a": {"y": 1}, "n": 5})})
    cases: Json = [["persist/REHYDRATE", "fresh"]]
    nan: Json = {"n": "nan"}
    program["slices"] = [
        ["a", {"initial": {"o": []}, "cases": cases}],
        ["n", {"initial": nan}],
    ]
    before = freeze({"a": {}, "n": float("nan")})
    reduced = freeze({"a": {}, "n": before["n"]})
    ours = merge_level_1({"a": {"y": 1}, "n": 5}, before, reduced)
    # As NaN, which is not even the same as itself.
    assert first_state(real, program) == plain_items(ours)
    assert plain_items(ours) == {"a": {"o": []}, "n": nan}


def test_p8_a_document_without_a_version_has_minus_one(real: Real) -> None:
    texts = ["{}", '{"_persist":"null"}', '{"_persist":"{}"}']
    theirs = [real.trace("read", {"text": each}) for each in texts]
    assert [cast("dict[str, Json]", each)["version"] for each in theirs] == [-1, -1, -1]
    assert [parse_document(each).version for each in texts] == [-1, -1, -1]


def test_p8_where_there_would_be_no_version_a_document_is_refused(real: Real) -> None:
    # There it would be -1, and every migration would run over data of any version.
    text = '{"a":"1","_persist":"[2]"}'
    theirs = cast("dict[str, Json]", real.trace("read", {"text": text}))
    assert theirs["version"] == -1
    with pytest.raises(InvalidDocument, match="'_persist'"):
        parse_document(text, is_lenient=True)


def test_p11_a_corrupt_document_is_refused_as_a_whole(real: Real) -> None:
    text = "{bad json"
    assert real.trace("read", {"text": text}) == "refused"
    with pytest.raises(InvalidDocument, match="line 1, column 2"):
        parse_document(text)


def test_p11_one_corrupt_field_costs_that_field_alone(real: Real) -> None:
    text = json.dumps({"a": "7", "b": "{oops"})
    assert real.trace("read", {"text": text}) == "refused"  # and so the whole is lost
    found = parse_document(text, is_lenient=True)
    assert found.fields == {"a": 7}
    assert list(found.problems) == ["b"]
    assert found.stored["b"] == "{oops"
