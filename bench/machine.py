"""On which machine, with which versions a figure was taken: the same words in every bench.

Memory is what a container may use; the load is that of the moment before the measurement.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from voicecoach import __version__
from voicecoach.devices.machine import read_machine

MIB = 1024 * 1024

LIBRARIES = ("av", "ctranslate2", "faster-whisper", "librosa", "numba", "numpy", "onnxruntime")
"""What speed and words depend on."""

CPU_FACTS = Path("/proc/cpuinfo")


def machine() -> dict[str, str]:
    """Processor, memory, system and load, for people to read."""
    facts = {
        "processor": processor(),
        "machine": str(read_machine("cpu")),
        "system": platform.platform(terse=True),
    }
    return facts | ({"load": f"{os.getloadavg()[0]:.1f}"} if hasattr(os, "getloadavg") else {})


def processor() -> str:
    """The processor's name where the system tells it, else its architecture."""
    if CPU_FACTS.is_file():
        for line in CPU_FACTS.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """Of Python, of the package, and of the libraries that are installed."""
    found = {"voicecoach": __version__, "python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def stated(machine_facts: Mapping[str, str], library_versions: Mapping[str, str]) -> str:
    """Both in one line."""
    facts = [*machine_facts.items()]
    said = [f"load {value}" if name == "load" else value for name, value in facts]
    return "; ".join(
        [", ".join(said), ", ".join(f"{name} {value}" for name, value in library_versions.items())]
    )


def here() -> str:
    """Machine and versions of this moment, in one line."""
    return stated(machine(), versions())


def save(path: Path | None, figures: Mapping[str, object]) -> None:
    """Write a bench's figures, with machine and versions, as JSON; nothing without a path."""
    if path is not None:
        told = {"machine": machine(), "versions": versions(), **figures}
        path.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def peak_mib() -> float:
    """Peak resident set of this process."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MIB if sys.platform == "darwin" else peak / 1024
