"""Every form of a URL, and the refusals, none of which prints a password."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.connection import SSLConnection, parse_url

from stateroom.errors import InvalidValue
from stateroom.link.targets import Budgets, Target, read_url

SECRET = "s3cr/et@?#:%+ ü"  # noqa: S105 - of nobody
TORN = "a@b:c"
LOCAL = (("localhost", 6379),)
WRITTEN = "s3cr%2Fet%40%3F%23%3A%25%2B%20%C3%BC"


def standalone(**fields: object) -> Target:
    return Target(kind="standalone", **fields)  # type: ignore[arg-type]  # as collected


FORMS: list[tuple[str, Target]] = [
    ("redis://localhost", standalone(hosts=LOCAL)),
    ("redis://localhost/", standalone(hosts=LOCAL)),
    ("REDIS://localhost:7000/3", standalone(hosts=(("localhost", 7000),), db=3)),
    ("redis://localhost?db=2", standalone(hosts=LOCAL, db=2)),
    ("redis://localhost:/1", standalone(hosts=LOCAL, db=1)),
    ("valkey://localhost", standalone(hosts=LOCAL)),
    ("valkeys://localhost", standalone(hosts=LOCAL, is_tls=True)),
    ("redis://[::1]:7000", standalone(hosts=(("::1", 7000),))),
    ("redis://[fe80::1]", standalone(hosts=(("fe80::1", 6379),))),
    (
        f"redis://:{WRITTEN}@localhost",
        standalone(hosts=LOCAL, password=SECRET),
    ),
    (
        f"redis://ali%20ce:{WRITTEN}@localhost",
        standalone(hosts=LOCAL, username="ali ce", password=SECRET),
    ),
    (
        "redis://alice:a@b:c@localhost",  # an @ that nobody escaped, and a colon
        standalone(hosts=LOCAL, username="alice", password=TORN),
    ),
    (
        f"redis://localhost?username=alice&password={WRITTEN}",
        standalone(hosts=LOCAL, username="alice", password=SECRET),
    ),
    (
        "redis://localhost?socket_timeout=5&decode_responses=yes&protocol=3",
        standalone(hosts=LOCAL),
    ),
    (
        "rediss://localhost:7000/1?ssl_ca_certs=/ca%20file.crt&ssl_cert_reqs=none",
        standalone(
            hosts=(("localhost", 7000),), db=1, is_tls=True,
            options={"ssl_ca_certs": "/ca file.crt", "ssl_cert_reqs": "none"},
        ),
    ),
    ("unix:///run/redis.sock", standalone(path="/run/redis.sock")),
    ("unix:///run/redis.sock?db=4", standalone(path="/run/redis.sock", db=4)),
    ("unix:///run/at@home/s.sock", standalone(path="/run/at@home/s.sock")),
    ("unix:///run/a%20b.sock", standalone(path="/run/a b.sock")),
    (
        f"unix://alice:{WRITTEN}@/run/redis.sock",
        standalone(path="/run/redis.sock", username="alice", password=SECRET),
    ),
    (
        "redis+cluster://one:7000,[::1]:7001,three",
        Target(kind="cluster", hosts=(("one", 7000), ("::1", 7001), ("three", 6379))),
    ),
    (
        f"rediss+cluster://:{WRITTEN}@one/0",
        Target(kind="cluster", hosts=(("one", 6379),), password=SECRET, is_tls=True),
    ),
    (
        "redis+sentinel://one,two:7001/my%20master/2",
        Target(
            kind="sentinel", hosts=(("one", 26379), ("two", 7001)), db=2,
            service="my master",
        ),
    ),
    (
        f"rediss+sentinel://alice:{WRITTEN}@one/main?sentinel_password=b",
        Target(
            kind="sentinel", hosts=(("one", 26379),), service="main", is_tls=True,
            username="alice", password=SECRET, options={"sentinel_password": "b"},
        ),
    ),
    ("embedded://.redis", Target(kind="embedded", path=".redis")),
    ("embedded:///var/lib/x@y", Target(kind="embedded", path="/var/lib/x@y")),
]  # fmt: skip


@pytest.mark.parametrize(("url", "target"), FORMS, ids=[url for url, _ in FORMS])
def test_each_form_of_a_url_names_what_it_says(url: str, target: Target) -> None:
    assert read_url(url) == target


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://alice:hidden@localhost:7000/3", "localhost:7000"),
        ("unix://:hidden@/run/redis.sock", "/run/redis.sock"),
        ("redis+cluster://:hidden@one:1,two:2", "one:1,two:2"),
        ("redis+sentinel://:hidden@one:1/main?sentinel_password=hidden", "one:1"),
        ("embedded://.redis", "embedded://.redis"),
    ],
)
def test_a_target_is_shown_without_its_password(url: str, shown: str) -> None:
    target = read_url(url)
    assert target.shown == shown
    assert "hidden" not in repr(target)


REFUSED = [
    "hidden",
    ":hidden@localhost:6379",
    "alice:hidden@redis://localhost",
    "http://:hidden@localhost",
    "redis://",
    "redis://:hidden@",
    "redis://:hidden@:6379",
    "redis://:hidden@localhost:port",
    "redis://:hidden@localhost:0",
    "redis://:hidden@localhost:65536",
    "redis://:hidden@localhost:\uff16\uff13",
    "redis://:hidden@localhost/first",
    "redis://:hidden@localhost/-1",
    "redis://:hidden@localhost/0\n",
    "redis://:hidden@localhost/0/more",
    "redis://:hidden@localhost?db=first",
    "redis://:hidden@one,two",
    "redis://:hidden@[::1]6379",
    # Passwords with signs that were not escaped.
    "redis://:hidden/hidden@localhost",
    "redis://alice:hidden/hidden@localhost/0",
    "redis://alice:12/hidden@localhost",
    "redis://alice:hidden?hidden@localhost",
    "redis://alice:12?hidden=hidden@localhost",
    "redis://alice:12?hidden@localhost",
    # What a kind of server does not take.
    "redis://localhost?ssl_ca_certs=hidden",
    "redis://localhost?sentinel_password=hidden",
    "rediss://localhost?ssl_ca_certz=hidden",
    "unix://",
    "unix://:hidden@",
    "unix://hidden/redis.sock",
    "unix:///run/redis.sock?db=hidden",
    "redis+cluster://:hidden@one/1",
    "redis+cluster://:hidden@one,",
    "redis+sentinel://:hidden@one",
    "redis+sentinel://:hidden@one/",
    "redis+sentinel://:hidden@one/main/hidden",
    "embedded://",
]


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_no_url_is_refused_and_nothing_hidden_is_printed(url: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        read_url(url)
    error = caught.value
    told = " ".join((str(error), error.found, error.hint, repr(error.__context__)))
    assert "hidden" not in told
    assert error.found
    assert error.allowed


def test_what_needs_tls_says_so() -> None:
    with pytest.raises(InvalidValue) as caught:
        read_url("redis://localhost?ssl_ca_certs=ca.crt")
    assert caught.value.found == "ssl_ca_certs"
    assert caught.value.hint == "those of TLS need rediss://"


parsed = cast("Callable[[str], dict[str, object]]", parse_url)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12
)


@given(username=TEXTS, password=TEXTS, db=st.integers(0, 15))
def test_redis_py_reads_the_same_from_the_url_that_it_is_given(
    username: str, password: str, db: int
) -> None:
    target = standalone(
        hosts=(("::1", 7000),), username=username, password=password, db=db,
        is_tls=True, options={"ssl_ca_certs": "/a b&c.crt"},
    )  # fmt: skip
    found = parsed(target.url)
    assert read_url(target.url) == target
    assert found.pop("connection_class") is SSLConnection
    wanted: dict[str, object] = {
        "host": "::1", "port": 7000, "db": db, "ssl_ca_certs": "/a b&c.crt",
        "username": username, "password": password,
    }  # fmt: skip
    assert found == {
        name: value for name, value in wanted.items() if value or value == 0
    }


def test_a_node_of_a_cluster_is_signed_in_at_as_the_cluster_is() -> None:
    cluster = read_url("rediss+cluster://alice:secret@one,two?ssl_ca_certs=ca.crt")
    node = cluster.at(("::2", 7002))
    assert node.url == "rediss://alice:secret@[::2]:7002/0?ssl_ca_certs=ca.crt"
    assert node.kind == "standalone"


def test_a_sentinel_has_a_password_of_its_own_and_no_database() -> None:
    url = (
        "redis+sentinel://alice:a@one/main/3?sentinel_username=bob&sentinel_password=b"
    )
    target = read_url(url)
    assert target.sentinel_at(("one", 26379)).url == "redis://bob:b@one:26379/0"
    assert target.at(("two", 6379)).url == "redis://alice:a@two:6379/3"
    none = read_url("redis+sentinel://alice:a@one/main/3")
    assert none.sentinel_at(("one", 1)).url == "redis://one:1/0"


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
@pytest.mark.parametrize("name", ["connect_s", "operation_s"])
def test_a_budget_is_a_time(name: str, seconds: float) -> None:
    with pytest.raises(InvalidValue, match=re.escape(f"{name} is not a time")):
        Budgets(**{name: seconds})


@pytest.mark.parametrize("seconds", ["3", None, True])
def test_what_is_no_number_is_no_time(seconds: object) -> None:
    with pytest.raises(InvalidValue, match="connect_s is not a time") as caught:
        Budgets(connect_s=cast("float", seconds))
    assert caught.value.found == repr(seconds)


def test_a_variable_that_is_not_set_is_no_url() -> None:
    with pytest.raises(InvalidValue, match="not the URL of a Redis") as caught:
        read_url(cast("str", None))
    assert caught.value.found == "NoneType"
    assert "not set" in caught.value.hint
    with pytest.raises(InvalidValue, match="not the URL of a Redis"):
        read_url(cast("str", b"redis://localhost"))
