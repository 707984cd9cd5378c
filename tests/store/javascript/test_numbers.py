"""Numbers are written and read as JavaScript does."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.store.javascript import (
    is_exact,
    number_of,
    number_text,
    whole_of,
    whole_text,
)

# As Node prints them.
WRITTEN: dict[str, float] = {
    "0": 0.0,
    "1": 1.0,
    "-1.5": -1.5,
    "0.1": 0.1,
    "0.30000000000000004": 0.1 + 0.2,
    "0.0001": 1e-4,
    "0.00001": 1e-5,
    "0.000001": 1e-6,
    "-0.0000015": -1.5e-6,
    "1e-7": 1e-7,
    "-1e-7": -1e-7,
    "1.5e-7": 1.5e-7,
    "5e-324": 5e-324,
    "1.7976931348623157e+308": 1.7976931348623157e308,
    "1000000": 1e6,
    "10000000000000000": 1e16,
    "12345678901234568": 12345678901234567.0,
    "123456789012345680000": 123456789012345680000.0,
    "100000000000000000000": 1e20,
    "1e+21": 1e21,
    "1.2e+21": 1.2e21,
    "-1e+21": -1e21,
    "9007199254740991": 9007199254740991.0,
    "18446744073709552000": 2.0**64,
}


@pytest.mark.parametrize(("text", "number"), WRITTEN.items())
def test_a_float_is_written_as_in_javascript(text: str, number: float) -> None:
    assert number_text(number) == text


def test_zero_has_no_sign() -> None:
    assert number_text(-0.0) == "0"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (7, "7"),
        (-(2**53), "-9007199254740992"),
        (2**60, "1152921504606847000"),
        (2**64, "18446744073709552000"),
        (10**21, "1e+21"),
    ],
)
def test_a_whole_number_that_is_exact_is_written_as_the_float_is(
    number: int, text: str
) -> None:
    assert is_exact(number)
    assert whole_text(number) == text == number_text(float(number))


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1, 10**22 + 1, 10**400])
def test_a_whole_number_that_would_be_rounded_is_not_exact(number: int) -> None:
    assert not is_exact(number)


@pytest.mark.parametrize("text", ["1", "1.0", "100e-2", "0.1e1", "1E0"])
def test_a_whole_number_is_an_int_however_it_is_spelled(text: str) -> None:
    number = number_of(text)
    assert (type(number), number) == (int, 1)


@pytest.mark.parametrize("text", ["-0.0", "-0e5", "-1e-400"])
def test_minus_zero_stays_a_float(text: str) -> None:
    assert math.copysign(1, number_of(text)) == -1
    assert type(number_of(text)) is float
    assert math.copysign(1, whole_of("-0")) == -1


def test_zero_without_a_sign_is_an_int() -> None:
    several = [whole_of("0"), number_of("0.0"), number_of("1e-400")]
    assert [(type(each), each) for each in several] == [(int, 0)] * 3


def test_large_whole_numbers_are_rounded_as_javascript_rounds_them() -> None:
    assert whole_of("9007199254740993") == 9007199254740992
    assert type(whole_of("9007199254740993")) is int
    assert whole_of("18446744073709552000") == 2**64


@pytest.mark.parametrize("text", ["1e21", "1" + "0" * 21, "1" * 400])
def test_from_where_javascript_writes_an_exponent_a_number_is_a_float(
    text: str,
) -> None:
    assert type(number_of(text)) is float
    assert number_of(text) == float(text)


@given(st.integers(0, 2**64 - 1).filter(lambda bits: bits >> 52 & 0x7FF < 0x7FF))
def test_any_finite_float_is_read_back_as_it_was_written(bits: int) -> None:
    number: float = struct.unpack(">d", bits.to_bytes(8, "big"))[0]
    assert number_of(number_text(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False).filter(bool))
def test_a_sign_is_written_before_what_the_number_without_it_has(
    number: float,
) -> None:
    sign = "-" if number < 0 else ""
    assert number_text(number) == sign + number_text(abs(number))


@given(st.integers(-(2**70), 2**70))
def test_any_whole_number_that_is_exact_is_read_back(number: int) -> None:
    if is_exact(number):
        assert whole_of(whole_text(number)) == number
    else:
        assert float(number) != number
