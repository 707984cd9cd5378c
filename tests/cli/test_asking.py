"""``decide --ask``: which questions are asked, and what comes of the answers."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from tests.cli.running import SEED, Done, run


def asked(*answers: str, words: tuple[str, ...] = ()) -> Done:
    return run("decide", "--ask", *words, answers="".join(f"{a}\n" for a in answers))


def test_asking_stops_when_the_answer_is_certain() -> None:
    done = asked("secret", "device", "costly", "left over")
    assert "confidence: certain" in done.out
    assert done.status == 0


def test_asking_writes_the_prompts_to_stderr_and_the_answer_to_stdout() -> None:
    done = asked("regulated")
    assert "What harm is done" in done.err
    assert "What harm is done" not in done.out
    assert "questions asked: 1" in done.err
    assert "home: nowhere" in done.out


def test_what_was_answered_is_toml_to_paste() -> None:
    done = asked("personal", "original", "device", words=("--input", "size=10 KiB"))
    text = done.out.split("For the catalogue:\n")[1]
    assert tomllib.loads(text) == {
        "items": {
            "item": {
                "sensitivity": "personal",
                "authority": "original",
                "horizon": "device",
                "size": "10 KiB",
            }
        }
    }


def test_a_question_passed_over_is_not_asked_again_and_the_next_is() -> None:
    done = asked(*["-"] * 50)
    questions = [line for line in done.err.splitlines() if line.startswith("item: ")]
    assert len(questions) == len(set(questions)) > 5
    assert f"questions asked: {len(questions)}" in done.err
    assert "For the catalogue" not in done.out


def test_the_end_of_the_answers_gives_the_decision_so_far() -> None:
    done = asked("secret")
    assert "sensitivity = secret (given)" in done.out
    assert done.status == 1


def test_an_answer_that_contradicts_another_is_asked_again() -> None:
    done = asked(
        "account", "user", words=("--input", "audience=tab", "--input", "cost=cheap")
    )
    assert "only one tab" in done.err or "not one of its values" in done.err
    assert "Traceback" not in done.err


def test_only_items_that_are_open_are_asked_about(folder: Path) -> None:
    (folder / "stateroom.toml").write_text(
        '[items.theme]\nlike = "preference"\n'
        '[items.open]\naudience = "user"\nsensitivity = "public"\n'
    )
    done = asked("derived", "free")
    told = {line.split(":")[0] for line in done.err.splitlines() if line.endswith("?")}
    assert told == {"open"}
    assert '[items.open]\nauthority = "derived"\ncost = "free"\n' in done.out
    assert "audience = " not in done.out.split("For the catalogue:")[1]


def test_asking_about_what_is_certain_asks_nothing() -> None:
    done = run("decide", SEED, "--ask")
    assert "questions asked: 0" in done.err


def test_asking_gives_one_document_too() -> None:
    done = run("decide", "--ask", "--format", "json", answers="regulated\n")
    assert json.loads(done.out)["decisions"][0]["home"]["place"] == "nowhere"
    assert 'sensitivity = "regulated"' in done.err
