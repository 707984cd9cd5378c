"""The records whose bytes are kept in ``tests/golden``."""

from __future__ import annotations

from pathlib import Path

from stateroom.persist.quarantine import Aside
from stateroom.persist.records import Record

__all__ = ("ASIDE", "ASIDE_FILE", "GOLDEN", "KEPT", "KEY", "LIMIT", "golden")

GOLDEN = Path(__file__).parents[2] / "golden"
KEY = "careers:p:device:roles"
LIMIT = 1 << 20
AT = 1_764_123_456_789

KEPT: dict[str, Record] = {
    "fields": Record(
        key=KEY,
        version=2,
        revision=17,
        writer="a1b2c3d4e5f6",
        at=AT,
        state={
            "selected": ["Cook", "Zoö", '"quoted" \\ /', "\ud83d alone", "😀"],
            "since": {"$datetime": "2026-07-25T10:00:00+00:00"},
            "numbers": [0, -1, 1.5, 1e300, 9007199254740993, True, None],
        },
    ),
    "whole": Record(
        key="careers:p:device:history",
        version=1,
        revision=3,
        writer="a1b2c3d4e5f6",
        at=AT,
        state=[1, [2, {"three": 3}]],
        is_whole=True,
        buster="spring",
    ),
    "purged": Record(
        key=KEY,
        version=1,
        revision=18,
        writer="a1b2c3d4e5f6",
        at=AT,
        state=None,
        is_purged=True,
    ),
    "owned": Record(
        key="careers:p:u.ann%40example.org:letter",
        version=1,
        revision=1,
        writer="a1b2c3d4e5f6",
        at=AT,
        state={"text": "Dear"},
        owner="ann@example.org",
        until=AT + 86_400_000,
    ),
    "gone": Record(
        key="careers:p:device:folders",
        version=1,
        revision=4,
        writer="a1b2c3d4e5f6",
        at=AT,
        state={"inbox": 3},
        gone=("drafts", "sent"),
    ),
}
"""By the name of the file: every form of a record that there ever was."""

ASIDE = Aside(KEY, AT, "its checksum does not fit", b'{"stateroom":1,"su\n\xff\x00')
ASIDE_FILE = "persist-quarantine-v1.txt"


def golden(name: str) -> bytes:
    """Return the bytes of a record as they were once written."""
    return (GOLDEN / f"persist-record-v1-{name}.json").read_bytes()
