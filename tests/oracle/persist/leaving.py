"""Our side of a program, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from stateroom.errors import PersistError
from stateroom.persist import Memory
from tests.oracle.persist.applications import Application
from tests.oracle.persist.carrying import (
    RECORD,
    exported,
    import_document,
    record_of,
)
from tests.oracle.persist.comparing_ends import KEY
from tests.oracle.persist.programs import document
from tests.oracle.persist.telling import values_of
from tests.oracle.real import Json
from tests.persist.scenes import Moody

__all__ = ("SEVEN", "Left", "Program", "refused")

Program = dict[str, Json]

SEVEN: Final[Program] = {KEY: document({"one": 7})}
"""A document of an application that had counted to seven."""


class Left:
    """What a program leaves behind, with ours.

    Attributes:
        storage: with its record.
        app: that did it.
        states: after each step.
    """

    def __init__(self, program: Program, storage: Moody | None = None) -> None:
        self.storage: Moody = storage or Moody()
        text = cast("Program", program.get("stored", {})).get(KEY)
        if text is not None:
            data = import_document(str(text), program)
            Memory(shared=self.storage).write(RECORD, data, replaces=None)
        self.app: Application = Application(program, self.storage)
        steps = cast("list[Json]", program["steps"])
        self.states: list[Program] = [
            dict(cast("dict[str, list[tuple[str, Json]]]", each)["o"])
            for each in self.app.run(steps)
        ]
        self.app.close()

    @property
    def version(self) -> int:
        record = record_of(self.storage)
        return 0 if record is None else record.version

    @property
    def document(self) -> Program:
        """The fields of the document that it would export, ``_persist`` among them."""
        record = record_of(self.storage)
        return {} if record is None else values_of(exported(record))


def refused(declare: Callable[[], object]) -> str:
    """The code of the error that a declaration raises."""
    try:
        declare()
    except PersistError as error:
        return error.code
    return ""
