"""What the DevTools are not shown."""

from __future__ import annotations

import pytest

from stateroom.store.devtools.sanitising import (
    OPAQUE,
    REDACTED,
    Sanitiser,
    find_mark,
    redact,
    redact_action,
)

DEFAULT = Sanitiser()


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "oldPassword",
        "PASSWORD_HASH",
        "access_token",
        "refreshTokens",
        "client-secret",
        "X-Api-Key",
        "api_key",
        "Authorization",
        "set-cookie",
        "session_id",
        "privateKey",
        "csrf",
    ],
)
def test_a_key_that_names_a_secret_is_redacted_at_any_depth(key: str) -> None:
    plain = {"a": [{"b": {key: "hunter2", "ok": 1}}]}
    assert redact(plain, DEFAULT) == {"a": [{"b": {key: REDACTED, "ok": 1}}]}


@pytest.mark.parametrize("key", ["pass", "key", "session", "name", "author"])
def test_any_other_key_is_shown(key: str) -> None:
    assert redact({key: "x"}, DEFAULT) == {key: "x"}


def test_whatever_stands_under_such_a_key_goes_but_nothing_is_shown_as_nothing() -> (
    None
):
    plain = {"token": {"value": 1}, "secret": [1], "password": None, "passwd": ""}
    assert redact(plain, DEFAULT) == {
        "token": REDACTED,
        "secret": REDACTED,
        "password": None,
        "passwd": "",
    }


def test_redaction_leaves_the_value_itself_alone() -> None:
    plain = {"token": "x", "list": [1]}
    redact(plain, DEFAULT)
    assert plain == {"token": "x", "list": [1]}


def test_the_payload_of_an_action_that_is_named_after_a_secret_goes() -> None:
    action = {"type": "auth/setToken", "payload": "abc"}
    assert redact_action(action, DEFAULT) == {**action, "payload": REDACTED}
    other = {"type": "auth/logout", "payload": "abc"}
    assert redact_action(other, DEFAULT) == other


def test_redaction_can_be_turned_off_and_given_other_words() -> None:
    assert redact({"token": "x"}, Sanitiser(keys=())) == {"token": "x"}
    assert redact({"myIban": "x"}, Sanitiser(keys=("iban",))) == {"myIban": REDACTED}


def test_a_mark_is_found_with_its_place() -> None:
    assert find_mark({"a": [1, {"b": REDACTED}]}) == "a[1].b"
    assert find_mark([f"{OPAQUE} <x>"]) == "[0]"
    assert find_mark({"a": [1, "x", None]}) is None
