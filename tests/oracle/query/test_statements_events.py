"""K6 to K8: tags and what they invalidate, polling, the focus and the network."""

from __future__ import annotations

from typing import cast

import pytest

from tests.oracle.query.holding import both
from tests.oracle.query.programs import Program
from tests.oracle.query.telling import (
    actions,
    api,
    config_of,
    entry,
    keys_of,
    lives,
    provided,
    requests,
    types,
)
from tests.oracle.real import Json, Real

IDS: Json = {"a": [1, 2]}
IMMEDIATELY: Program = {"invalidationBehavior": "immediately"}


def loaded(*names: str) -> list[Json]:
    """Steps after which endpoints have the data ``IDS``, each with a subscriber."""
    steps: list[Json] = []
    for name in names:
        steps += [["subscribe", name, 1, {}], ["answer", 0, "data", IDS]]
    return steps


# ---------------------------------------------------------------------- K6


def test_k6_tags_are_told_of_data_and_of_errors_but_not_of_exceptions(
    real: Real,
) -> None:
    answers: list[list[Json]] = [["data", IDS], ["error", 404, "no"], ["throw", "x"]]
    tags: list[Json] = []
    for answer in answers:
        program = api(
            ["subscribe", "q", 1, {}],
            ["answer", 0, *answer],
            q={"provides": "either"},
        )
        tags.append(provided(both(real, program)))
    assert tags == [[["A", [[None, ["q(1)"]]]]], [["B", [[None, ["q(1)"]]]]], []]


@pytest.mark.parametrize(
    ("answer", "invalidates", "fired"),
    [
        (["data", 1], ["A"], True),
        (["error", 404, "no"], ["A"], True),
        (["throw", "x"], ["A"], False),
        (["data", 1], "either", True),
        (["error", 404, "no"], "either", False),
    ],
)
def test_k6_a_mutation_invalidates_when_it_ends_unless_by_an_exception(
    answer: list[Json],
    invalidates: Json,
    fired: bool,  # noqa: FBT001 - a parameter of the test
    real: Real,
) -> None:
    program = api(
        *loaded("q"),
        ["mutate", "m", 1, {}],
        ["answer", 0, *answer],
        q={"provides": ["A"]},
        m={"invalidates": invalidates},
    )
    assert len(requests(both(real, program), 3)) == int(fired)


@pytest.mark.parametrize(
    ("tag", "keys"),
    [
        ("A", ["q(1)", "p(1)", "s(1)"]),
        (["A", 1], ["q(1)", "p(1)"]),
        (["A", 2], ["p(1)"]),
        (["A", 0], ["z(1)"]),
        (["A", ""], ["z(1)"]),
        (None, []),
        ("B", []),
    ],
)
def test_k6_a_kind_means_all_of_its_ids_and_an_id_itself_only(
    tag: Json, keys: list[str], real: Real
) -> None:
    falsy: Json = [["A", 0], ["A", ""]]
    program = api(
        *loaded("q", "p", "s", "z"),
        ["invalidated", [tag]],
        ["invalidate", [tag]],
        q={"provides": [["A", 1]]},
        p={"provides": "ids"},
        s={"provides": ["A"]},
        z={"provides": falsy},
    )
    trace = both(real, program)
    expected = [*keys, "z(1)"] if tag == "A" else keys
    [[_, found]] = lives(trace)
    told = cast("list[list[str]]", found)
    assert sorted(each[0] for each in told) == sorted(expected)
    assert len(requests(trace, -1)) == len(expected)


def test_k6_without_a_subscriber_the_entry_goes_and_nothing_is_requested(
    real: Real,
) -> None:
    trace = both(
        real,
        api(
            *loaded("q", "p"),
            ["unsubscribe", 0],
            ["invalidate", ["A", None]],
            q={"provides": ["A"]},
            p={"provides": ["A"]},
        ),
    )
    assert keys_of(trace) == ["p(1)"]
    assert [row[2] for row in requests(trace, -1)] == ["p"]
    assert actions(trace, -1)[1] == ["queries/removeQueryResult", "q(1)"]


# ---------------------------------------------------------------------- K7


def test_k7_invalidation_waits_until_nothing_is_pending(real: Real) -> None:
    trace = both(
        real,
        api(
            *loaded("q"),
            ["subscribe", "p", 1, {}],
            ["mutate", "m", 1, {}],
            ["answer", 1, "data", 1],
            ["answer", 0, "data", 1],
            q={"provides": ["A"]},
            p={},
            m={"invalidates": ["A"]},
        ),
    )
    assert [len(requests(trace, step)) for step in (4, 5)] == [0, 1]


def test_k7_at_once_the_first_request_of_an_entry_is_not_repeated(real: Real) -> None:
    begun: list[int] = []
    for options in (IMMEDIATELY, {}):
        program = api(
            ["subscribe", "q", 1, {}],
            ["invalidate", ["A"]],
            ["answer", 0, "data", 1],
            q={"provides": ["A"]},
            options=options,
        )
        begun.append(len(requests(both(real, program))))
    assert begun == [1, 2]


# ---------------------------------------------------------------------- K8


def polled(*steps: Json) -> Program:
    """A program with an endpoint that answers after 20 ms."""
    return api(*steps, q={"latency": 20, "answer": "fixed"})


def test_k8_the_shortest_interval_of_all_subscribers_counts(real: Real) -> None:
    trace = both(
        real,
        polled(
            ["subscribe", "q", 1, {"pollingInterval": 1000}],
            ["advance", 20],
            ["subscribe", "q", 1, {"pollingInterval": 100}],
            ["advance", 350],
            ["unsubscribe", 1],
            ["advance", 1100],
        ),
    )
    # The next one is 100 ms after the end of each; then 1000 ms.
    assert [row[0] for row in requests(trace)] == [0, 120, 240, 360, 1380]


def test_k8_an_interval_of_0_and_no_subscriber_end_it(real: Real) -> None:
    ends: list[Json] = [["options", 0, {"pollingInterval": 0}], ["unsubscribe", 0]]
    for end in ends:
        trace = both(
            real,
            polled(
                ["subscribe", "q", 1, {"pollingInterval": 100}],
                ["advance", 130],
                end,
                ["advance", 1000],
            ),
        )
        assert [row[0] for row in requests(trace)] == [0, 120]


def test_k8_without_the_focus_it_may_be_skipped_if_anybody_asks(real: Real) -> None:
    trace = both(
        real,
        polled(
            ["subscribe", "q", 1, {"pollingInterval": 100}],
            ["subscribe", "q", 1, {"pollingInterval": 100, **SKIPPING}],
            ["blur"],
            ["advance", 500],
            ["focus"],
            ["advance", 100],
        ),
    )
    assert [len(requests(trace, step)) for step in (3, 5)] == [0, 1]


SKIPPING: Program = {"skipPollingIfUnfocused": True}


WISHES: dict[str, tuple[Json, Json, Json, int]] = {
    "nobody": (None, None, None, 0),
    "the api": (True, None, None, 1),
    "the api, and one does not": (True, False, None, 0),
    "one of two": (None, False, True, 1),
    "the api, and both do not": (True, False, False, 0),
}
"""What the api says, what two subscribers do, and how often it is asked for again."""
EVENTS: dict[str, tuple[str, str, str, list[Json]]] = {
    "refetchOnFocus": ("blur", "focus", "__rtkq/unfocused", [False, True]),
    "refetchOnReconnect": ("offline", "online", "__rtkq/offline", [True, False]),
}
"""What happens, of what action the first half is, and what the state says then."""


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("name", EVENTS)
def test_k8_one_who_asks_or_all_who_say_nothing_and_the_api_ask_again(
    wish: str, name: str, real: Real
) -> None:
    of_api, *several, begun = WISHES[wish]
    gone, back, kind, config = EVENTS[name]
    given: list[Program] = [{} if each is None else {name: each} for each in several]
    subscribed: list[Json] = [["subscribe", "q", 1, each] for each in given]
    loaded: Json = ["answer", 0, "data", 1]
    options: Program = {} if of_api is None else {name: of_api}
    program = api(*subscribed, loaded, [gone], [back], q={}, options=options)
    trace = both(real, program)
    assert (types(trace, -2), config_of(trace, -2)) == ([kind], config)
    assert (len(requests(trace, -1)), config_of(trace)) == (begun, [True, True])
    assert entry(trace, "q(1)")["status"] == ("pending" if begun else "fulfilled")
