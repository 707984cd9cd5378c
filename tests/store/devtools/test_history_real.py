"""Our history and the one of Redux DevTools, on the same random programs."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.store.devtools.programs import Program, programs
from tests.store.devtools.real import Node

# Installing takes some seconds on a fresh machine, once.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@given(programs())
@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_program_of_lifted_actions_ends_as_in_redux_devtools(
    node: Node, program: Program
) -> None:
    theirs = node.ask("history", programs=[program.javascript()])
    assert theirs == [program.trace]
