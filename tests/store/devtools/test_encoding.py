"""States and actions as the JSON that monitors are sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import pytest

from stateroom.errors import NotPlain
from stateroom.store.devtools.encoding import Encoder
from stateroom.store.devtools.lifted import History
from stateroom.store.devtools.sanitising import OPAQUE, REDACTED, Sanitiser
from stateroom.store.devtools.tape import Action, Recorded
from stateroom.store.undefined import UNDEFINED
from tests.store.devtools.counting import add, adding


@dataclass(frozen=True)
class Point:
    x: int


class Odd:
    """Of no plain form."""

    def __repr__(self) -> str:
        return "<odd>"


class Rude:
    def __repr__(self) -> str:
        raise RuntimeError("no")


def encoder(
    sanitiser: Sanitiser | None = None,
    *,
    kind_of: Callable[[str], object] = lambda _name: object,
    is_strict: bool = False,
) -> Encoder:
    return Encoder(sanitiser or Sanitiser(), kind_of=kind_of, is_strict=is_strict)


def shown(state: object, using: Encoder | None = None) -> object:
    found: object = json.loads((using or encoder()).state(state, 0))
    return found


def test_a_slice_has_the_plain_form_of_its_class() -> None:
    kinds = {"point": Point}
    made = encoder(kind_of=lambda name: kinds.get(name, object))
    assert shown({"point": Point(1), "n": 2}, made) == {"point": {"x": 1}, "n": 2}


def test_a_slice_that_did_not_change_is_not_encoded_again() -> None:
    large, made = [{"n": n} for n in range(5)], encoder()
    first = made.state({"large": large, "small": 1}, 0)
    large.append({"n": 99})  # which nobody may do: so it shows what was remembered
    assert made.state({"large": large, "small": 1}, 1) == first
    assert "99" not in made.state({"large": large, "small": 2}, 2)
    made.state({"small": 3}, 3)
    made.state({"small": 4}, 4)
    assert "99" in made.state({"large": large}, 5)


@pytest.mark.parametrize("state", [5, None, ["a"], "text"])
def test_a_root_state_need_not_be_a_mapping_of_slices(state: object) -> None:
    assert shown(state) == state


def test_what_has_no_plain_form_is_shown_as_marked_text_within_what_has() -> None:
    state = {"a": {"odd": Odd(), "ok": [1, Odd()]}, "b": Point(1), "c": {Rude(): Rude}}
    found = cast("dict[str, dict[str, object]]", shown(state))
    assert found["a"] == {"odd": f"{OPAQUE} <odd>", "ok": [1, f"{OPAQUE} <odd>"]}
    assert list(found["c"]) == ["<Rude>"]


def test_a_strict_encoder_refuses_what_has_no_plain_form() -> None:
    with pytest.raises(NotPlain):
        encoder(is_strict=True).state({"a": Odd()}, 0)


def test_a_state_that_contains_itself_is_shown_once() -> None:
    loop: dict[str, object] = {"n": 1}
    loop["self"] = loop["too"] = loop
    found = cast("dict[str, dict[str, object]]", shown({"loop": loop}))
    assert found["loop"]["n"] == 1
    assert str(found["loop"]["self"]).startswith(OPAQUE)


def test_a_slice_named_after_a_secret_is_redacted_as_a_whole() -> None:
    assert shown({"tokens": {"a": 1}, "n": {"password": "x"}}) == {
        "tokens": REDACTED,
        "n": {"password": REDACTED},
    }


def test_the_applications_own_sanitisers_are_given_what_the_store_holds() -> None:
    seen: list[tuple[object, int]] = []

    def state_of(state: object, index: int) -> object:
        seen.append((state, index))
        return {"hidden": index}

    def action_of(action: Action, step: int) -> object:
        seen.append((action, step))
        return {"type": action["type"], "token": "x"}

    made = encoder(Sanitiser(action=action_of, state=state_of))
    assert json.loads(made.state({"n": 1}, 7)) == {"hidden": 7}
    lifted = json.loads(made.action(Recorded(add(1), 5), 3))
    assert lifted["action"] == {"type": "add", "token": REDACTED}
    assert lifted["timestamp"] == 5
    assert seen == [({"n": 1}, 7), (add(1), 3)]


def test_a_history_says_whether_a_sanitiser_of_the_application_has_seen_it() -> None:
    tape = History(adding, UNDEFINED, at=0).tape
    hooked = Sanitiser(state=lambda state, _index: state)
    assert json.loads(encoder().tape(tape))["isSanitised"] is False
    assert json.loads(encoder(hooked).tape(tape))["isSanitised"] is True


def test_a_state_that_is_not_there_is_left_out() -> None:
    tape = History(lambda state, _action: state, UNDEFINED, at=0).tape
    lifted = json.loads(encoder().tape(tape))
    assert "committedState" not in lifted
    assert lifted["computedStates"] == [{}]
