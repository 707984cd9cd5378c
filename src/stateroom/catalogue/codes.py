"""The registry of finding codes. A code is never reused, renamed or re-meant.

Each has a page in ``stateroom/check/pages/CODE.md`` whose bad and good examples are
run by a test; ``stateroom rules CODE`` prints it.
"""

from __future__ import annotations

import msgspec

from stateroom.catalogue.findings import Level

__all__ = ("CODES", "FAMILIES", "Code")

FAMILIES = {
    "DEC": "decisions",
    "SEC": "security",
    "TTL": "life of copies",
    "KEY": "keys",
    "PER": "the persisted tier",
    "QTA": "quotas and counters",
    "MEM": "memory",
    "SUP": "suppressions",
    "TBL": "tables of rules",
}


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """What a code means.

    Attributes:
        code: three letters and a number.
        title: what is wrong, as a short phrase.
        level: how much it matters, unless a finding says otherwise.
    """

    code: str
    title: str
    level: Level

    @property
    def family(self) -> str:
        """The first three letters, a key of ``FAMILIES``."""
        return self.code[:3]


def _registry(*rows: tuple[str, Level, str]) -> dict[str, Code]:
    return {
        code: Code(code=code, level=level, title=title) for code, level, title in rows
    }


CODES = _registry(
    ("DEC001", "warning", "the override contradicts the decision"),
    ("DEC003", "error", "no rule gives the item a home"),
    ("DEC004", "warning", "an unknown input decides"),
    ("DEC006", "warning", "the lock is older than the catalogue or the rules"),
    ("DEC007", "error", "the lock would move live data"),
    ("DEC008", "info", "exact staleness asked of data that never changes"),
    ("DEC009", "info", "an override that changes nothing"),
    ("SEC001", "error", "data that must not be in a browser is placed there"),
    ("SEC002", "error", "personal data under a key without its user"),
    ("SEC003", "error", "a key shared beyond the audience"),
    ("SEC004", "error", "a personal client copy outlives the sign-out"),
    ("SEC005", "warning", "a secret that everybody may see"),
    ("TTL001", "warning", "nothing bounds the life of a copy"),
    ("TTL002", "error", "a copy may be older than readers may be shown"),
    ("TTL003", "error", "a copy may outlive its licence"),
    ("TTL005", "info", "copies end before they are read again"),
    ("KEY001", "error", "a placeholder in the key is never filled"),
    ("KEY002", "error", "the key stands under a prefix that is not its own"),
    ("KEY003", "error", "two items under one key"),
    ("KEY005", "warning", "the key names no schema fingerprint"),
    ("KEY006", "error", "the key is not of the grammar"),
    ("PER001", "error", "more persisted than a browser keeps"),
    ("PER005", "error", "a persisted record not scoped by its user"),
    ("PER006", "info", "the only copy of unsynced work is in one browser"),
    ("PER007", "warning", "needed offline, but may not be kept on the client"),
    ("QTA001", "error", "a counter that may be evicted or lost"),
    ("MEM002", "error", "live or auth data on a server that may evict it"),
    ("MEM003", "warning", "copies need more memory than the budget"),
    ("SUP001", "warning", "a suppression has expired"),
    ("SUP002", "info", "a suppression matches nothing"),
    ("TBL001", "error", "gap: no rule decides"),
    ("TBL002", "error", "overlap: two rows of a unique block decide"),
    ("TBL003", "error", "shadowed: earlier rows decide all of a row's cells"),
    ("TBL004", "error", "unreachable: a row's cells are all impossible"),
    ("TBL005", "error", "conflict: equal conditions, different outcomes"),
    ("TBL006", "warning", "duplicate: equal conditions, equal outcome"),
    ("TBL007", "warning", "a column never changes the outcome"),
    ("TBL008", "error", "a safety property is violated"),
    ("TBL009", "warning", "a declared column is read by no row"),
)
"""Every code, in the order of the reference."""
