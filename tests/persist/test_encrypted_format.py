"""The sealed form is pinned: by another way to compute it, and by a file that stays."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from stateroom.persist.encrypted import seal
from stateroom.persist.keyring import Secret
from stateroom.persist.sealed import (
    Sealed,
    check_of,
    form_of,
    longest_sealed,
    pack,
    unpack,
)
from stateroom.persist.storages import LONGEST_STAMP, Stored
from stateroom.persist.storages.memory import Memory
from tests.persist.vaults import KEY, LIMIT, OLDER, Callback, encrypted, plain_record

GOLDEN: Final = Path(__file__).parents[1] / "golden" / "persist-sealed-v1.json"
NONCE: Final = bytes(range(200, 212))
SECRET: Final = Secret("2026-01", OLDER, check_of(OLDER))
KEY_IDS: Final = st.from_regex(r"[A-Za-z0-9._:~%-]{1,64}", fullmatch=True)
SEALED: Final = st.builds(
    Sealed,
    key_id=KEY_IDS,
    check=st.binary(min_size=8, max_size=8).map(bytes.hex),
    nonce=st.binary(min_size=12, max_size=12),
    data=st.binary(min_size=16, max_size=300),
)


def independently_sealed(data: bytes) -> bytes:
    """Compute the same with other parts, from the description of the form alone."""
    gcm = Cipher(algorithms.AES(OLDER), modes.GCM(NONCE)).encryptor()
    gcm.authenticate_additional_data(b"stateroom-sealed:1\n2026-01\n" + KEY.encode())
    body = gcm.update(data) + gcm.finalize() + gcm.tag
    document = {
        "stateroom-sealed": 1,
        "nonce": base64.b64encode(NONCE).decode(),
        "key": "2026-01",
        "check": check_of(OLDER),
        "data": base64.b64encode(body).decode(),
    }
    return json.dumps(document, separators=(",", ":")).encode()


@pytest.mark.parametrize("size", [1, 2, 3, 15, 16, 17, 1000])
def test_a_record_is_sealed_as_aes_gcm_seals_it_elsewhere(size: int) -> None:
    data = bytes(range(256)) * 4
    sealed = seal(data[:size], key=KEY, secret=SECRET, nonce=NONCE)
    assert sealed == independently_sealed(data[:size])


def test_a_record_that_was_sealed_elsewhere_opens() -> None:
    beneath = Memory()
    beneath.write(KEY, independently_sealed(b"elsewhere"), replaces=None)
    storage = encrypted(beneath, Callback(**{"2026-01": OLDER}))
    assert storage.read(KEY, limit=LIMIT) == Stored(b"elsewhere", None)


def test_the_form_of_version_1_stays_readable_and_written() -> None:
    kept = GOLDEN.read_bytes()
    beneath = Memory()
    beneath.write(KEY, kept, replaces=None)
    storage = encrypted(beneath, Callback(**{"2026-01": OLDER}))
    assert storage.read(KEY, limit=LIMIT) == Stored(plain_record(7), None)
    assert seal(plain_record(7), key=KEY, secret=SECRET, nonce=NONCE) == kept


def test_the_check_of_a_key_does_not_move() -> None:
    assert check_of(OLDER) == json.loads(GOLDEN.read_bytes())["check"]
    assert check_of(OLDER) == "77c755a7c3b2ec41"


@given(SEALED)
def test_what_was_packed_is_unpacked(sealed: Sealed) -> None:
    data = pack(sealed)
    assert unpack(data) == sealed
    assert form_of(data) == 1
    assert json.loads(data)["key"] == sealed.key_id


@given(st.binary(max_size=200))
def test_other_bytes_are_not_sealed(data: bytes) -> None:
    assert unpack(data) is None
    is_marked = data.startswith(b'{"stateroom-sealed":')
    assert is_marked or form_of(data) is None


@given(SEALED, st.data())
def test_only_the_very_bytes_that_were_packed_are_unpacked(
    sealed: Sealed, data: st.DataObject
) -> None:
    packed = pack(sealed)
    at = data.draw(st.integers(0, len(packed) - 1))
    byte = data.draw(st.integers(0, 255))
    changed = packed[:at] + bytes((byte,)) + packed[at + 1 :]
    found = unpack(changed)
    assert found is None or pack(found) == changed


def test_the_last_digit_of_base64_has_no_spare_bits() -> None:
    packed = pack(Sealed(key_id="a", check="0" * 16, nonce=NONCE, data=b"\0" * 16))
    assert packed.endswith(b'AA=="}')
    assert unpack(packed.replace(b"AA==", b"AB==")) is None


@given(SEALED, SEALED)
def test_the_nonce_is_within_the_stamp(one: Sealed, other: Sealed) -> None:
    stamps = {pack(each)[:LONGEST_STAMP] for each in (one, other)}
    assert len(stamps) == len({one.nonce, other.nonce}) or one.nonce == other.nonce


@pytest.mark.parametrize("size", [0, 1, 2, 3, 100, 262_144])
def test_nothing_sealed_is_longer_than_is_said(size: int) -> None:
    secret = Secret("k" * 64, OLDER, check_of(OLDER))
    sealed = seal(b"x" * size, key=KEY, secret=secret, nonce=NONCE)
    assert len(sealed) == longest_sealed(size)


def test_a_sealed_record_takes_a_third_more_and_180_bytes() -> None:
    size = 256 * 1024
    sealed = seal(b"x" * size, key=KEY, secret=SECRET, nonce=NONCE)
    assert len(sealed) - size * 4 / 3 < 180
