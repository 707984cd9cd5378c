"""Where a full stack would end the interpreter, levels are counted."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
sys.platform = "emscripten"
from stateroom.errors import DraftMisuse
from stateroom.store import freeze, produce, thaw

def nested(levels):
    value = {}
    for _ in range(levels):
        value = [value]
    return value

freeze(nested(90))
for attempt in (lambda: freeze(nested(500)), lambda: produce(nested(500), len)):
    try:
        attempt()
    except RecursionError as error:
        print(error)
circle = []
circle.append(circle)
try:
    freeze(circle)
except DraftMisuse as error:
    print(error)
print(freeze([[1]]), thaw(freeze([[1]])))
"""


def test_in_a_page_values_are_nested_in_so_many_levels_and_no_more() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert ran.stdout.splitlines() == [
        "values are nested in more than 150 levels, or contain themselves",
        "values are nested in more than 150 levels, or contain themselves",
        "[0] is one of the objects that contain it",
        "[[1]] [[1]]",
    ], ran.stderr
