"""Runs an example of a page as the command line would, and makes small catalogues."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import stateroom
from stateroom.catalogue import Catalogue
from stateroom.check import Example, Report, check
from stateroom.decide import Decisions, decide, load_ruleset
from stateroom.decide.lock import Lock, lock_of
from stateroom.decide.locktext import parse_lock
from stateroom.decide.proof import prove
from stateroom.live import Live
from tests.servers.processes import RedisProcess

TODAY = date(2026, 6, 15)
HEAD = '[app]\nname = "careers"\n\n'


def load(folder: Path, text: str) -> Catalogue:
    path = folder / "stateroom.toml"
    path.write_text(text, "utf-8")
    return stateroom.load(path)


def checked(folder: Path, text: str, *, today: date = TODAY) -> Report:
    """Check a catalogue of items; the application is ``careers``."""
    catalogue = load(folder, HEAD + text)
    return check(catalogue, decide(catalogue), today=today, fail_on="info")


def codes_of(report: Report) -> list[str]:
    return [each.code for each in report.findings]


def codes_of_server(example: Example) -> list[str]:
    """Start a server as the example configures it, and ask how it keeps live data."""
    lines = example.files["redis.conf"].splitlines()
    with (
        RedisProcess(config=lines) as server,
        Live(server.url, namespace="careers") as live,
    ):
        return [each.code for each in live.blocking.health().findings]


def run(example: Example, folder: Path) -> Report:
    """Check the files of an example as its command says."""
    for name, text in example.files.items():
        (folder / name).write_text(text, "utf-8")
    options = _options(example)
    name = options.get("--rules", "stateroom")
    own = name.endswith(".toml")
    ruleset = load_ruleset(str(folder / name) if own else name)
    catalogue = load(folder, example.files["stateroom.toml"])
    decisions = decide(catalogue, ruleset)
    return check(
        catalogue,
        decisions,
        _lock(example, catalogue, decisions),
        today=TODAY,
        proof=None if name == "stateroom" else prove(ruleset).findings,
        ignore=[code for code in (options.get("--ignore"),) if code],
        fail_on="info",
    )


def _options(example: Example) -> dict[str, str]:
    """Return the options of the example's check; each has one value."""
    words = next((c for c in example.commands if "check" in c), "").split()[2:]
    options = dict(zip(words[::2], words[1::2], strict=True))
    assert set(options) <= {"--rules", "--ignore"}, "the command would not run so"
    return options


def _lock(example: Example, catalogue: Catalogue, decisions: Decisions) -> Lock | None:
    if "stateroom.lock" in example.files:
        return parse_lock(example.files["stateroom.lock"])
    is_written = "stateroom decide --write" in example.commands
    return lock_of(catalogue, decisions) if is_written else None
