"""`stateroom cache invalidate`: what a reader in another process sees afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from stateroom.cache import Cache
from tests.cli.running import PATIENCE, Done, environment, process, run
from tests.fixtures_servers import MakesRedis
from tests.servers.binaries import HOST, free_port
from tests.servers.processes import RedisProcess

WITHOUT_REDIS = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name == "redis":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refuse())
from stateroom.cli import main
main()
"""
LOADED = """
import atexit, sys
atexit.register(lambda: print("stateroom.cache" in sys.modules, file=sys.stderr))
from stateroom.cli import main
main()
"""


@dataclass
class Board:
    """A reader of cached jobs and notes, as a process of an application is one."""

    cache: Cache
    loads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        @self.cache.cached(ttl=60, name="job", tags=lambda text: [f"Job:{text[-1]}"])
        def job(number: int) -> str:
            self.loads.append(f"job {number}")
            return f"job {number}"

        @self.cache.cached(ttl=60, name="note", scope="user")
        def note(user: int) -> str:
            self.loads.append(f"note {user}")
            return f"note {user}"

        self.job, self.note = job, note

    def read(self) -> list[str]:
        """Read all there is, and return what had to be loaded."""
        self.loads.clear()
        for number in (1, 2):
            self.job(number)
            self.note(number)
        return sorted(self.loads)


@pytest.fixture
def board(redis_7: RedisProcess) -> Iterator[Board]:
    with Cache(redis_7.url, namespace="board") as cache:
        cache.blocking.clear()
        found = Board(cache)
        found.read()
        yield found


def invalidate(
    server: RedisProcess, *words: str, namespace: str = "board", **env: str
) -> Done:
    where = ("--url", server.url, "--namespace", namespace)
    return run("cache", "invalidate", *words, *where, env=env)


WAYS = [
    (("Job:1",), ["job 1"], "Job:1 invalidated; 1 of 1 in use."),
    (("Job:1", "Job:9"), ["job 1"], "Job:1, Job:9 invalidated; 1 of 2 in use."),
    (("Job",), ["job 1", "job 2"], "Job invalidated; 1 of 1 in use."),
    (("Note",), [], "Note invalidated; 0 of 1 in use."),
    (("--item", "note"), ["note 1", "note 2"], "every entry of the item note"),
    (("--scope", "u.2"), ["note 2"], "every entry of u.2 invalidated."),
    (("--scope", "g.2"), [], "every entry of g.2 invalidated; there was none."),
    (("--all",), ["job 1", "job 2", "note 1", "note 2"], "every entry invalidated."),
]


@pytest.mark.parametrize(("words", "reloaded", "told"), WAYS, ids=str)
def test_what_is_named_is_loaded_anew_and_nothing_else(
    words: tuple[str, ...],
    reloaded: list[str],
    told: str,
    board: Board,
    redis_7: RedisProcess,
) -> None:
    assert board.read() == []
    done = invalidate(redis_7, *words)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"board on {redis_7.address}: ")
    assert told in " ".join(done.out.split())
    assert board.read() == reloaded


def test_another_namespace_is_left_alone(board: Board, redis_7: RedisProcess) -> None:
    assert invalidate(redis_7, "--all", namespace="other").status == 0
    assert board.read() == []


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize(
    ("words", "kind", "names", "in_use"),
    [
        (("Job:1", "Job:9", "Job:1"), "tags", ["Job:1", "Job:9"], 1),
        (("--item", "job"), "item", ["job"], 1),
        (("--scope", "u.7"), "scope", ["u.7"], 0),
        (("--all",), "all", [], None),
    ],
)
def test_a_program_is_told_in_one_document(
    words: tuple[str, ...],
    kind: str,
    names: list[str],
    in_use: int | None,
    redis_7: RedisProcess,
) -> None:
    done = invalidate(redis_7, *words, "--format", "json")
    assert json.loads(done.out) == {
        "schema_version": "1.0",
        "redis": redis_7.address,
        "namespace": "board",
        "kind": kind,
        "names": names,
        "in_use": in_use,
    }


def test_the_url_may_come_from_the_environment(
    board: Board, redis_7: RedisProcess
) -> None:
    words = ("cache", "invalidate", "--all", "--namespace", "board")
    done = run(*words, env={"STATEROOM_REDIS_URL": redis_7.url})
    assert done.status == 0
    assert len(board.read()) == 4


def test_an_option_wins_over_the_environment(redis_7: RedisProcess) -> None:
    assert invalidate(redis_7, "Job", STATEROOM_REDIS_URL="http://wrong").status == 0


NOWHERE = ("--url", f"redis://{HOST}:1", "--namespace", "board")
MISTAKES = [
    (("Job",), "STR-100", "see stateroom cache invalidate --help"),
    (("Job", "--namespace", "board"), "STR-100", "such as --url redis://localhost"),
    (NOWHERE, "STR-100", "give tags, --item, --scope or --all"),
    ((*NOWHERE, "Job", "--all"), "STR-100", "say one of these: tags, all"),
    ((*NOWHERE, "--item", "a", "--scope", "u.7"), "STR-100", "item, scope"),
    ((*NOWHERE, "Job:"), "STR-101", "its member is empty"),
    ((*NOWHERE, ""), "STR-101", "text that is not empty"),
    ((*NOWHERE, "--item", "job search"), "STR-101", "not an item's name"),
    ((*NOWHERE, "--scope", "u.anna@home"), "STR-101", "did you mean u.anna%40home?"),
    ((*NOWHERE, "--scope", "g.a b"), "STR-101", "did you mean g.a%20b?"),
    ((*NOWHERE, "--scope", "u."), "STR-101", "not the one spelling of an id"),
    ((*NOWHERE, "--scope", "anna"), "STR-101", "pub, g.ID, u.ID"),
    ((*NOWHERE, "--scope", "device"), "STR-101", "pub, g.ID, u.ID"),
    ((*NOWHERE, "Job", "--namespace", "Board"), "STR-101", "not a namespace"),
    ((*NOWHERE, "Job", "--url", "http://host"), "STR-101", "embedded://DIR"),
    ((*NOWHERE, "Job", "--url", "redis://host:x"), "STR-101", "a port is a number"),
    ((*NOWHERE, "Job", "--format", "jsn"), "STR-100", "did you mean json?"),
]


@pytest.mark.parametrize(("words", "code", "told"), MISTAKES)
def test_a_mistake_is_told_before_anybody_is_asked(
    words: tuple[str, ...], code: str, told: str
) -> None:
    done = run("cache", "invalidate", *words)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error {code}: ")
    assert told in done.err
    assert len(done.err.splitlines()) <= 2


def test_a_server_that_does_not_answer_is_told_in_two_lines() -> None:
    url = f"redis://anna:secret@{HOST}:{free_port()}"
    done = process("cache", "invalidate", "Job", "--namespace", "board", "--url", url)
    assert (done.status, done.out) == (2, "")
    error, hint = done.err.splitlines()
    assert error.startswith(f"error STR-701: {HOST}:")
    assert hint.startswith("hint: nothing is certain to be invalid")
    assert "secret" not in done.err


def test_a_wrong_password_is_told_in_two_lines(own_redis: MakesRedis) -> None:
    server = own_redis(password="right")  # noqa: S106 - of a server for this test
    url = server.url.replace("right", "wrong")
    done = process("cache", "invalidate", "Job", "--namespace", "board", "--url", url)
    assert (done.status, done.out) == (2, "")
    error, hint = done.err.splitlines()
    assert error.startswith("error STR-702: ")
    assert hint == "hint: check the user, the password and what it may do"
    assert "wrong" not in done.err.replace("wrong number", "")


def python(code: str, *words: str) -> Done:
    done = subprocess.run(
        (sys.executable, "-c", code, *words),
        env=environment(),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_without_the_extra_it_says_what_to_install() -> None:
    done = python(WITHOUT_REDIS, "cache", "invalidate", "Job", *NOWHERE)
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "error STR-600: the cache on Redis needs the extra 'redis'\n"
        'hint: pip install "stateroom[redis]"\n'
    )


@pytest.mark.parametrize("words", [(), ("invalidate", "--help"), ("invalidate",)])
def test_help_and_mistakes_do_not_pay_for_the_cache(words: tuple[str, ...]) -> None:
    assert python(LOADED, "cache", *words).err.splitlines()[-1] == "False"


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("stateroom ca", ["cache"]),
        ("stateroom cache inv", ["invalidate"]),
        ("stateroom cache invalidate --na", ["--namespace"]),
    ],
)
def test_completion_knows_the_commands_of_a_group(
    text: str, completed: list[str]
) -> None:
    done = process(
        _STATEROOM_COMPLETE="complete_bash",
        COMP_WORDS=text,
        COMP_CWORD=str(len(text.split(" ")) - 1),
    )
    assert done.out.split() == completed
