"""Says where figures were measured: the machine, and the versions in use."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import stateroom

__all__ = ("describe_machine", "versions_of")

_CPUS = Path("/proc/cpuinfo")


def describe_machine() -> dict[str, str | int]:
    """Return cores, CPU model where it is known, operating system and Python."""
    return {
        "cores": os.cpu_count() or 1,
        "cpu": _cpu_model(),
        "os": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def versions_of(packages: Iterable[str]) -> dict[str, str]:
    """Return ours and each package's version; ``absent`` where it is not installed."""
    return {"stateroom": stateroom.__version__} | {
        name: _version(name) for name in packages
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _cpu_model() -> str:
    if _CPUS.is_file():
        for line in _CPUS.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
