"""Makes large catalogues: the same for the same seed, and as varied as real ones.

What an engine could remember from item to item must not make it look fast, so items
differ in what real ones differ in: each starts from a preset, or from a few answers of
its own; most answer some questions otherwise, with numbers of their own; some leave
questions open, and a few override the decision.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from stateroom.catalogue.impossible import contradictions
from stateroom.catalogue.inputs import CHOICES
from stateroom.catalogue.item import build_item
from stateroom.catalogue.presets import PRESETS
from stateroom.catalogue.values import Value
from stateroom.decide.answers import written

__all__ = ("catalogue_text",)

FROM_PRESET = 0.85
"""Share of items that start from a preset."""
OVERRIDDEN = 0.02
TAGGED = 0.4
MOST_ANSWERS = 6
"""Own answers of an item with a preset: none to so many."""
OPEN = ("size", "hit_ratio", "writer", "horizon", "cost")
"""What an item without a preset may leave open, any of them: it answers the rest."""

_MINUTE = 60
_DAY = 86_400
_LIVES = (1, 5, 30, 60, 300, 600, 900, 1800, 3600, 21_600, 43_200, _DAY, 7 * _DAY)
_NOUNS = ("jobs", "skills", "profile", "draft", "ranking", "quota", "report", "theme")
_OWNERS = ("search", "profiles", "growth", "platform", "billing")


def catalogue_text(count: int, seed: int = 1) -> str:
    """Return a catalogue of ``count`` items as TOML, without a single problem."""
    dice = random.Random(seed)
    head = '[app]\nname = "bench"\nmemory_budget = "512 MiB"\n'
    return "\n".join([head, *(_item(dice, number) for number in range(count))])


def _item(dice: random.Random, number: int) -> str:
    name = f"{dice.choice(_NOUNS)}-{number}"
    like, answers = _answers(dice)
    lines = [f"[items.{name}]"]
    if like:
        lines.append(f'like = "{like}"')
    lines.append(f'title = "What the {name.replace("-", " number ")} holds"')
    lines.append(f'owner = "{dice.choice(_OWNERS)}"')
    lines += [f"{key} = {_spelled(key, value)}" for key, value in answers.items()]
    if dice.random() < TAGGED:
        lines.append(f'tags = ["{dice.choice(("Job", "User", "Skill"))}"]')
    if dice.random() < OVERRIDDEN:
        lines += _override(dice, name)
    return "\n".join(lines) + "\n"


def _answers(dice: random.Random) -> tuple[str | None, dict[str, Value]]:
    """Return a preset and answers that can all be true together."""
    while True:
        like = dice.choice(list(PRESETS)) if dice.random() < FROM_PRESET else None
        answers = dict(_some(dice) if like else _all_but_a_few(dice))
        if not any(contradictions(build_item("item", answers, like=like))):
            return like, answers


def _some(dice: random.Random) -> Iterator[tuple[str, Value]]:
    """Yield a few own answers: numbers often, choices now and then."""
    numbers = ("staleness", "reads_per_hour", "writes_per_hour", "size", "cardinality")
    others = (*CHOICES, "load_ms", "licence_ttl", "cost_per_call")
    asked = [*numbers, *numbers, *numbers, *others]
    wanted = {dice.choice(asked) for _ in range(dice.randint(0, MOST_ANSWERS))}
    if "cost" in wanted:
        wanted -= {"load_ms", "cost_per_call"}
    for name in sorted(wanted):
        yield name, _value(dice, name)


def _all_but_a_few(dice: random.Random) -> Iterator[tuple[str, Value]]:
    opened = {name for name in OPEN if dice.random() < 1 / 3}
    if "hit_ratio" in opened:
        opened.add("reads_per_hour")
    asked = (*CHOICES, "staleness", "reads_per_hour", "writes_per_hour", "size")
    for name in asked:
        if name not in opened:
            yield name, _value(dice, name)


def _value(dice: random.Random, name: str) -> Value:
    """Return an answer to a question, as an item holds it."""
    if name in ("immutable", "offline"):
        return dice.random() < 1 / 4
    if name in CHOICES:
        return dice.choice(CHOICES[name])
    if name in ("staleness", "licence_ttl"):
        return _life(dice, name)
    if name == "size":
        return int(_spread(dice, 1.5, 6.5))
    if name == "cardinality":
        return int(_spread(dice, 0, 6))
    return _spread(dice, -2, 4)


def _life(dice: random.Random, name: str) -> Value:
    if name == "staleness" and dice.random() < 1 / 8:
        return "exact"
    if dice.random() < 1 / 2:
        return dice.choice(_LIVES)
    return dice.randint(1, 24 * 60) * _MINUTE


def _spread(dice: random.Random, low: float, high: float) -> float:
    """Return a number whose magnitude, a power of ten, is as likely as any other."""
    return float(f"{10 ** dice.uniform(low, high):.3g}")


def _override(dice: random.Random, name: str) -> list[str]:
    lines = ["", f"[items.{name}.override]", 'reason = "measured last spring"']
    if dice.random() < 1 / 2:
        return [*lines, f'ttl = "{dice.choice((5, 20, 90))}m"']
    return [*lines, f'tier = "{dice.choice(("redis", "none"))}"']


def _spelled(name: str, value: Value) -> str:
    """Print an answer as TOML; a number with a unit is a string there."""
    text = written(name, value)
    is_bare = isinstance(value, bool) or name in (
        "reads_per_hour", "writes_per_hour", "cardinality", "load_ms", "cost_per_call",
    )  # fmt: skip
    return text if is_bare else f'"{text}"'
