"""A cover letter that survives whatever happens to the program that it is written in.

``python -m examples.quickstart.draft FOLDER`` shows the letter, and adds each line that
it is given. Kill it in any way, start it again: the lines are there.
"""

import sys
from dataclasses import dataclass, field

from stateroom.persist import Files, Persistor, persist
from stateroom.store import Slice, Store


@dataclass(slots=True)
class Letter:
    lines: list[str] = field(default_factory=list)
    saving: bool = False


letter = Slice("letter", Letter)


@letter.reducer
def write(state: Letter, line: str) -> None:
    state.lines.append(line)


@letter.selector
def text(state: Letter) -> str:
    return " / ".join(state.lines) or "nothing yet"


def main(folder: str) -> None:
    store = Store(persist(letter, fields={"lines"}, transient={"saving"}))
    with Persistor(store, Files(folder), namespace="careers") as persistor:
        persistor.hydrate()
        print(text(store.state), flush=True)
        for line in sys.stdin:
            persistor.dispatch_durable(write(line.strip()))
            print(text(store.state), flush=True)  # it is on the disk


if __name__ == "__main__":
    main(sys.argv[1])
