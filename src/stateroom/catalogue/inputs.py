"""The inputs: what may be declared about an item, in which values, and why it is asked.

One table, ``INPUTS``, is the source of everything that lists inputs: the loader, the
JSON Schema, the questions of ``decide --ask``, the generated reference and the columns
that a table of rules may use.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

__all__ = (
    "CHOICES",
    "INPUTS",
    "WRITER_OF",
    "Audience",
    "Authority",
    "Coordination",
    "Cost",
    "Horizon",
    "Input",
    "Sensitivity",
    "Writer",
)

Audience: TypeAlias = Literal["tab", "user", "group", "public"]
Sensitivity: TypeAlias = Literal[
    "public", "internal", "personal", "secret", "regulated"
]
Authority: TypeAlias = Literal["derived", "original"]
Writer: TypeAlias = Literal["app", "elsewhere"]
Horizon: TypeAlias = Literal["moment", "reload", "device", "account", "record"]
Cost: TypeAlias = Literal["free", "cheap", "costly"]
Coordination: TypeAlias = Literal["none", "atomic"]

Kind: TypeAlias = Literal[
    "choice", "flag", "staleness", "duration", "size", "count", "rate", "number"
]


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """One question about an item.

    Attributes:
        name: the key in a catalogue.
        kind: how its value is read: ``choice`` (one of ``values``), ``flag`` (true or
            false), ``staleness`` ("exact" or a duration), ``duration``, ``size``,
            ``count`` (whole, >= 0), ``rate`` (per hour and key, >= 0), ``number``.
        values: each allowed value of a choice with its meaning in plain words.
        question: what ``--ask`` asks a person.
        about: one sentence of reference.
        default: what is assumed when nobody says, or None when it stays unknown.
    """

    name: str
    kind: Kind
    question: str
    about: str
    values: dict[str, str] = {}
    default: str | None = None


_ALL = (
    Input(
        name="audience",
        kind="choice",
        question="Who may see one and the same value?",
        about="Who may see one and the same value; gives the scope of every key.",
        values={
            "tab": "only this one browser tab",
            "user": "one user, in every tab and on every device",
            "group": "a team, tenant or role",
            "public": "everybody: one value for all",
        },
    ),
    Input(
        name="sensitivity",
        kind="choice",
        question="What harm is done if a stranger reads it?",
        about="How the value must be protected; decides where it may not be held.",
        values={
            "public": "none: anybody may read it",
            "internal": "it must stay on our servers, never in a browser",
            "personal": "it is about a person, and theirs",
            "secret": "it opens doors: a password, token, code or login session",
            "regulated": "we may not hold it at all, only pass it on",
        },
    ),
    Input(
        name="authority",
        kind="choice",
        question="If this value were deleted, could it be computed or fetched again?",
        about="Whether the value can be rebuilt (derived) or is the only truth.",
        values={
            "derived": "yes: it can be rebuilt from somewhere else",
            "original": "no: this is the only place where it exists",
        },
    ),
    Input(
        name="writer",
        kind="choice",
        question="Does this application see every change of it?",
        about="Who changes the value; only the application can invalidate its copies. "
        "Assumed: app for originals, elsewhere for derived data.",
        values={
            "app": "yes: it is changed through this application only",
            "elsewhere": "no: others change it without telling",
        },
    ),
    Input(
        name="immutable",
        kind="flag",
        question="Once made, does it stay the same for ever?",
        about="Whether a value never changes once it exists.",
        default="false",
    ),
    Input(
        name="horizon",
        kind="choice",
        question="What must it survive? "
        "(If the user gets a new phone, must it still be there?)",
        about="How long, and on how much, the value must survive.",
        values={
            "moment": "nothing: it may be gone in a moment",
            "reload": "a reload of the page",
            "device": "a restart, on this one device",
            "account": "a new phone: it belongs to the account",
            "record": "the account itself: it is a record that must be kept",
        },
    ),
    Input(
        name="cost",
        kind="choice",
        question="What does it take to get the value once more?",
        about="What one load costs; or declare load_ms and let it be worked out.",
        values={
            "free": "nothing: it is computed on the spot",
            "cheap": "a simple query, under 50 ms",
            "costly": "50 ms and more, or money or quota",
        },
    ),
    Input(
        name="load_ms",
        kind="number",
        question="How many milliseconds does one load take (95th percentile)?",
        about="Measured load time in ms; says the cost when cost is not declared.",
    ),
    Input(
        name="staleness",
        kind="staleness",
        question="How old may a copy be that a reader is shown?",
        about='"exact", or the age of the oldest copy a reader may be shown.',
    ),
    Input(
        name="coordination",
        kind="choice",
        question="Do several parties change it at once, so that each step must count?",
        about="Whether changes must be atomic across processes.",
        values={
            "none": "no: the last writer may win",
            "atomic": "yes: like a counter, a ranking, a lock or a seat",
        },
        default="none",
    ),
    Input(
        name="offline",
        kind="flag",
        question="Is it needed without, or before, the network?",
        about="Whether it is needed for offline use or for the first paint.",
        default="false",
    ),
    Input(
        name="reads_per_hour",
        kind="rate",
        question="How often is one and the same value read in an hour?",
        about="Reads per hour of one key.",
    ),
    Input(
        name="writes_per_hour",
        kind="rate",
        question="How often does one value change in an hour?",
        about="Changes per hour of one key.",
    ),
    Input(
        name="size",
        kind="size",
        question="How large is one value?",
        about="Size of one value, encoded.",
    ),
    Input(
        name="cardinality",
        kind="count",
        question="How many different values (keys) are there?",
        about="How many keys the item has; used for sizing only.",
    ),
    Input(
        name="licence_ttl",
        kind="duration",
        question="How long does the provider's contract allow a copy to be kept?",
        about="The longest life of a copy that a licence or contract allows.",
    ),
    Input(
        name="cost_per_call",
        kind="number",
        question="What does one load cost, in money or quota?",
        about="Price of one load; above zero, it is costly when cost is not declared.",
    ),
)

INPUTS: dict[str, Input] = {each.name: each for each in _ALL}
"""Every input by name, in the order in which people are asked and told."""

WRITER_OF: dict[str, Writer] = {"original": "app", "derived": "elsewhere"}
"""Who writes data of each authority, when nobody says."""

CHOICES: dict[str, tuple[str, ...]] = {
    each.name: tuple(each.values) if each.kind == "choice" else ("false", "true")
    for each in _ALL
    if each.kind in {"choice", "flag"}
}
"""The allowed values of each choice and flag, in their order."""
