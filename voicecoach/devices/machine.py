"""What this machine has to run a model on: processor cores, memory, a graphics card.

Units: bytes. Limits set by a container count as the machine's own.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from voicecoach.errors import DeviceError

CGROUP_MEMORY = Path("/sys/fs/cgroup/memory.max")
"""The container's memory limit on Linux (control groups, version 2)."""

CGROUP_CPU = Path("/sys/fs/cgroup/cpu.max")
"""The container's processor quota: ``QUOTA PERIOD`` in microseconds, or ``max PERIOD``."""

SMALL_CARD_BYTES = 4_000_000_000
"""Below this a graphics card computes in int8 (large-v2, beam 5: 2.9 GB instead of 4.5, SYSTRAN's table)."""


CARD_TYPES = ("float16", "float32")
SMALL_CARD_TYPES = ("int8_float16", "int8_float32", "int8", "float32")
"""Number formats of a card, best first. float16 takes compute capability 7.0, int8 6.1."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The part of the machine that a model would run on."""

    device: str
    """``cpu`` or ``cuda``."""
    cores: int
    memory_bytes: int
    """Main memory, or the graphics card's; 0 where it cannot be told."""

    def __str__(self) -> str:
        memory = f"{self.memory_bytes / 1e9:.0f} GB" if self.memory_bytes else "memory unknown"
        if self.device == "cuda":
            return f"graphics card, {memory}"
        return f"{self.cores} {'core' if self.cores == 1 else 'cores'}, {memory}"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a model runs and with which numbers."""

    device: str
    """``cpu`` or ``cuda``."""
    compute_type: str
    """CTranslate2's name: ``int8``, ``float16``, ``int8_float16``, ``float32`` ..."""


def read_machine(device: str = "auto") -> Machine:
    """Facts about the device asked for.

    Parameters
    ----------
    device : ``auto`` (a CUDA card where there is one), ``cpu`` or ``cuda``.

    Raises
    ------
    DeviceError : ``cuda`` was asked for and there is no card that CTranslate2 can use, or no such device.
    """
    if device not in ("auto", "cpu", "cuda"):
        raise DeviceError(f"--device {device}: no such device. Use auto, cpu or cuda.")
    cards = 0 if device == "cpu" else _cuda_cards()
    if device == "cuda" and not cards:
        raise DeviceError(
            "--device cuda: no CUDA graphics card that can be used was found. "
            "Check that nvidia-smi lists one and says CUDA 12 or newer, or use --device cpu."
        )
    if cards:
        return Machine("cuda", _cores(), _card_memory_bytes())
    return Machine("cpu", _cores(), _memory_bytes())


def place(machine: Machine, compute_type: str | None = None) -> Placement:
    """Where to run, and with which numbers: `compute_type`, or the default of the device.

    int8 on a processor: 1.2-2 times faster than float32 and half the memory at the same error rate. float16
    on a card (int8_float16 where memory is short), or what comes nearest on cards older than 2017.

    Raises
    ------
    DeviceError : the device does not know `compute_type`.
    """
    if compute_type is None:
        if machine.device == "cpu":
            return Placement("cpu", "int8")
        small = 0 < machine.memory_bytes < SMALL_CARD_BYTES
        wanted = SMALL_CARD_TYPES if small else CARD_TYPES
        known = _compute_types(machine.device)
        return Placement("cuda", next((one for one in wanted if one in known), wanted[0]))
    known = _compute_types(machine.device)
    if compute_type not in known:
        raise DeviceError(
            f"--compute-type {compute_type}: {machine.device} cannot compute with it here. "
            f"Use one of {', '.join(known)}."
        )
    return Placement(machine.device, compute_type)


def _cuda_cards() -> int:
    """Cards that can be used: none where the driver is too old for CTranslate2's CUDA."""
    import ctranslate2  # lazy: 0.2 s

    try:
        return int(ctranslate2.get_cuda_device_count())
    except RuntimeError:
        return 0


def _compute_types(device: str) -> list[str]:
    """CTranslate2's names of the numbers that a device computes with, sorted; none without the device."""
    if device == "cuda" and not _cuda_cards():
        return []
    import ctranslate2  # lazy: 0.2 s

    return sorted(ctranslate2.get_supported_compute_types(device))


def _cores() -> int:
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, _, period = _read(CGROUP_CPU).partition(" ")
    if quota.isdigit() and period.strip().isdigit():
        return max(1, min(allowed, int(quota) // int(period)))
    return allowed


def _memory_bytes() -> int:
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _read(CGROUP_MEMORY).strip()
    return min(installed, int(limit)) if limit.isdigit() else installed


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # not Linux, or no control groups: then nothing limits us
        return ""


def _card_memory_bytes() -> int:
    """Memory of the first card, 0 where nvidia-smi cannot tell (CTranslate2 does not say)."""
    tool = which("nvidia-smi")
    if tool is None:
        return 0
    query = [tool, "--query-gpu=memory.total", "--format=csv,noheader,nounits", "--id=0"]
    asked = subprocess.run(query, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    answer = asked.stdout.strip()
    return int(answer) * 2**20 if asked.returncode == 0 and answer.isdigit() else 0
