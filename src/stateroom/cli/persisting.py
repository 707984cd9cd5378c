"""The group ``persist``: looks after what an application has stored."""

from __future__ import annotations

__all__ = ("HELP",)

HELP = """\
Look after what an application keeps: a directory of Files, or a SQLite file.

Nothing is changed but by import, by migrate --write and by purge. They may run beside
the application: whatever it has written since they looked is not overwritten. Contents
are shown by inspect --state and export only.

\b
Examples:
  stateroom persist inspect ~/.local/share/careers
  stateroom persist verify careers.db
  stateroom persist inspect --help
"""
