"""What a page keeps: localStorage and IndexedDB, for Python in the browser (Pyodide).

Importing this needs nothing; making one of these outside of a browser is refused.
They differ in what can be waited for, and so in what survives the end of a page:

* ``LocalStorage`` blocks, so that a write made while the page is being left is stored.
  Its compare-and-set is exact within one tab.
* ``LockedLocalStorage`` is awaited, and exact between tabs as well.
* ``IndexedDB`` is awaited and exact between tabs, has room for more, and also works in
  a worker, which has no localStorage. What it has begun to write while the page is
  being left may be stored, or not.
"""

from __future__ import annotations

from stateroom.persist.browser.indexed import IndexedDB
from stateroom.persist.browser.leaving import on_leaving
from stateroom.persist.browser.local import LocalStorage
from stateroom.persist.browser.locked import LockedLocalStorage

__all__ = ("IndexedDB", "LocalStorage", "LockedLocalStorage", "on_leaving")
