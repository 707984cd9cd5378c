"""Prints a report as SARIF 2.1.0, the form that code scanners exchange.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0. Rules
carry their pages. A result is known again by code, item and field, never by its line,
so that moving a line makes no new one.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath
from typing import TypeAlias
from urllib.parse import quote

import msgspec

import stateroom
from stateroom.catalogue.codes import CODES
from stateroom.catalogue.findings import Finding, Level
from stateroom.check.formats.wording import headline, name_of
from stateroom.check.pages import Page, page
from stateroom.check.report import Report, Suppressed

__all__ = ("SCHEMA", "VERSION", "render")

VERSION = "2.1.0"
SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)
FINGERPRINT = "stateroom/v1"
"""Names how fingerprints are made; another way gets another name."""

_LEVELS: dict[Level, str] = {"error": "error", "warning": "warning", "info": "note"}
_INDEX = {code: index for index, code in enumerate(CODES)}
_ATTRIBUTE = re.compile(r"[^\W\d][\w.]*:[^\W\d][\w.]*")
"""``package.module:attribute``: a catalogue that was made in Python."""
_Json: TypeAlias = dict[str, object]


def render(report: Report) -> str:
    """Return one SARIF log with one run."""
    log = {"$schema": SCHEMA, "version": VERSION, "runs": [_run(report)]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _run(report: Report) -> _Json:
    return {
        "tool": {"driver": _driver()},
        "columnKind": "unicodeCodePoints",
        "results": list(_results(report)),
        "properties": {"ruleset": report.ruleset, "items": report.items},
    }


def _results(report: Report) -> Iterator[_Json]:
    # Where a finding occurs twice, how often before makes the fingerprints differ.
    seen: Counter[str] = Counter()
    for found in report.findings:
        seen[found.fingerprint] += 1
        yield _result(found, seen[found.fingerprint])
    for each in report.suppressed:
        seen[each.finding.fingerprint] += 1
        result = _result(each.finding, seen[each.finding.fingerprint])
        yield result | {"suppressions": [_suppression(each)]}


def _suppression(each: Suppressed) -> _Json:
    until = f" (until {each.until})" if each.until else ""
    return {
        "kind": "inSource",
        "status": "accepted",
        "justification": each.reason + until,
    }


def _driver() -> _Json:
    return {
        "name": "Stateroom",
        "version": stateroom.__version__,
        "rules": [_rule(page(code)) for code in CODES],
    }


def _rule(about: Page) -> _Json:
    does = about.sections["What it does"]
    return {
        "id": about.code,
        "name": _camel(about.title),
        "shortDescription": {"text": about.title},
        "fullDescription": {"text": does, "markdown": does},
        "help": {"text": about.sections["How to fix"], "markdown": about.text},
        "defaultConfiguration": {"level": _LEVELS[about.level]},
        "properties": {"tags": [CODES[about.code].family]},
    }


def _camel(title: str) -> str:
    """Return the title as a name; viewers show it beside the id."""
    words = "".join(sign if sign.isalnum() else " " for sign in title).split()
    return "".join(word[:1].upper() + word[1:] for word in words)


def _result(found: Finding, number: int) -> _Json:
    name = f"{found.fingerprint}:{number}".encode()
    told = [headline(found), found.evidence, f"Fix: {found.fix}"]
    return {
        "ruleId": found.code,
        "ruleIndex": _INDEX[found.code],
        "level": _LEVELS[found.level],
        "message": {"text": "\n".join(part for part in told if part)},
        "locations": [_location(found)],
        "partialFingerprints": {
            FINGERPRINT: hashlib.blake2b(name, digest_size=16).hexdigest()
        },
    }


def _location(found: Finding) -> _Json:
    location: _Json = {}
    if found.place.file:
        physical: _Json = {"artifactLocation": _artifact(found.place.file)}
        if found.place.line:
            physical["region"] = {
                "startLine": found.place.line,
                "startColumn": found.place.column,
            }
        location["physicalLocation"] = physical
    if name := name_of(found):
        top = f"items.{name}" if found.item else name
        location["logicalLocations"] = [
            {"name": name, "fullyQualifiedName": top, "kind": "object"}
        ]
    return location


def _artifact(file: str) -> _Json:
    """Return where a file lies; of what is no file, what it is."""
    if file.startswith("<") or _ATTRIBUTE.fullmatch(file):
        return {"description": {"text": file.strip("<>")}}
    return {"uri": _uri(file)}


def _uri(file: str) -> str:
    path = PurePath(file)
    text = quote(path.as_posix())
    return f"file://{text}" if path.is_absolute() else text
