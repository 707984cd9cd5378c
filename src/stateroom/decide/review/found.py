"""Makes a finding at the level its code is registered with."""

from __future__ import annotations

from stateroom.catalogue.codes import CODES
from stateroom.catalogue.findings import Finding

__all__ = ("finding",)


def finding(
    code: str,
    message: str,
    *,
    item: str = "",
    fix: str,
    evidence: str = "",
    about: str = "",
) -> Finding:
    """Return a finding at the level its code is registered with.

    Args:
        code: a registered code.
        message: what is wrong, as one sentence with its values.
        item: the item it is about; empty for the catalogue as a whole.
        fix: what to do, as one sentence.
        evidence: what was seen.
        about: dotted path under the item, or under the document where there is no
            item, that it points at, e.g. ``"override.ttl"``.
    """
    return Finding(
        code=code,
        level=CODES[code].level,
        message=message,
        item=item,
        input=about,
        evidence=evidence,
        fix=fix,
    )
