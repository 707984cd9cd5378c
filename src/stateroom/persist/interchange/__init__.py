"""Documents of redux-persist 6, so that state can come from JavaScript and go back.

Pure functions of texts and values: nothing is stored here.

Example::

    found = parse_document(text)        # what localStorage has under "persist:root"
    found.version                       # 2
    found.fields["roles"]               # ["Cook"]
    dump_document(found.fields, version=found.version, position=found.position) == text
"""

from __future__ import annotations

from stateroom.persist.interchange.documents import (
    DEFAULT_VERSION,
    KEY_PREFIX,
    LONGEST,
    PERSIST,
    Document,
    document_key,
    dump_document,
    parse_document,
)
from stateroom.persist.interchange.javascript import DEEPEST, parse, stringify
from stateroom.persist.interchange.transforms import (
    Change,
    Transform,
    apply_inward,
    apply_outward,
    create_transform,
)

__all__ = (
    "DEEPEST",
    "DEFAULT_VERSION",
    "KEY_PREFIX",
    "LONGEST",
    "PERSIST",
    "Change",
    "Document",
    "Transform",
    "apply_inward",
    "apply_outward",
    "create_transform",
    "document_key",
    "dump_document",
    "parse",
    "parse_document",
    "stringify",
)
