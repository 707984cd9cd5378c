"""What tests of an application that uses Stateroom need: faults on demand.

Nothing here is imported by the package itself.
"""

from __future__ import annotations

from stateroom.testing.proxy import FaultProxy

__all__ = ("FaultProxy",)
