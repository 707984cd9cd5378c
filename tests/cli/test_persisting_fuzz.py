"""Whatever a storage or a file holds, each command ends with a status and a line."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stateroom.cli.persisting_incoming import Wish, incoming
from stateroom.errors import StateroomError
from stateroom.persist.interchange.documents import dump_document
from stateroom.persist.quarantine import aside_key
from stateroom.persist.records import Record, compose, encode_record
from stateroom.persist.storages import Files
from tests.cli.persisting import ROLES, persist, record

WHOLE = encode_record(record())
BACKUP = json.dumps({"stateroom-backup": 1, "records": {ROLES: WHOLE.decode()}})
BROWSER = json.dumps({"persist:a": dump_document({"x": [1]})})
COMMANDS = (
    ("inspect", "--state"),
    ("inspect", "--state", "--format", "json"),
    ("verify",),
    ("export",),
    ("export", "--as", "redux-persist"),
    ("purge", "--all", "--yes"),
)

texts = st.text(max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=8,
)


def with_header(writer: str, at: int, state: object) -> bytes:
    """Return a record whose checksum fits, whatever it says."""
    found = Record(key=ROLES, version=at, revision=1, writer=writer, at=at, until=at)
    return compose(found, json.dumps(state))


stored_bytes = st.one_of(
    st.binary(min_size=1, max_size=200),
    st.tuples(st.integers(1, len(WHOLE)), st.binary(min_size=1, max_size=9)).map(
        lambda cut: WHOLE[: cut[0]] + cut[1]
    ),
    st.builds(
        with_header, st.text(max_size=9), st.integers(-(2**53), 2**53), json_values
    ),
)


@pytest.mark.timeout(120)
@given(data=stored_bytes, is_aside=st.booleans())
@settings(max_examples=20)
def test_no_stored_bytes_end_in_a_traceback(data: bytes, is_aside: bool) -> None:  # noqa: FBT001 - drawn
    with tempfile.TemporaryDirectory() as folder:
        storage = Files(folder)
        key = aside_key(ROLES, 1) if is_aside else ROLES
        storage.write(key, data, replaces=None)
        for verb, *more in COMMANDS:
            done = persist(verb, folder, *more)
            assert done.status in {0, 1, 2}
            assert "unexpected" not in done.err
            assert "\x1b" not in done.out + done.err


@given(
    text=st.one_of(
        st.text(max_size=100),
        json_values.map(json.dumps),
        st.dictionaries(texts.map("persist:".__add__), texts, max_size=3).map(
            json.dumps
        ),
        st.integers(0, len(BACKUP)).map(lambda cut: BACKUP[:cut]),
        st.integers(0, len(BROWSER)).map(lambda cut: BROWSER[:cut]),
    ),
    root=st.none() | texts,
)
def test_a_file_is_records_or_an_error_that_says_why(
    text: str, root: str | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "file.json")
        file.write_text(text, "utf-8", "surrogatepass")
        found: object = ""
        try:
            found = tuple(map(encode_record, incoming(str(file), Wish(root=root))))
        except StateroomError as error:
            found = str(error)
        assert found not in {"", None}
