"""A virtual headset on a PulseAudio of its own, as scripts/virtual_headset makes it, for one test module."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts/virtual_headset"

NOT_INSTALLED = 3
"""Exit status of the script."""


@dataclass(frozen=True, slots=True)
class VirtualHeadset:
    """Where it lives."""

    folder: Path

    def start(self) -> dict[str, str]:
        """Start it, if it does not run; what has to stand in the environment."""
        done = subprocess.run(
            ["sh", SCRIPT, "start", self.folder], capture_output=True, text=True, check=False, timeout=30
        )
        if done.returncode == NOT_INSTALLED:
            pytest.skip(f"no virtual headset here: {done.stderr.strip()}")
        assert done.returncode == 0, done.stderr
        words = shlex.split(done.stdout)
        return dict(word.split("=", 1) for word in words if "=" in word)

    def kill(self) -> None:
        """Pull the plug."""
        subprocess.run(["sh", SCRIPT, "stop", self.folder], check=True, timeout=30)

    def say(self, wav: Path, sink: str = "vc_mic") -> subprocess.Popen[bytes]:
        """Speak a file into the microphone, in real time; with ``vc_spk``, out of the loudspeaker."""
        return subprocess.Popen(["paplay", f"--device={sink}", str(wav)])


@contextmanager
def virtual_headset(folder: Path) -> Iterator[VirtualHeadset]:
    """One that runs, and that sound devices opened by this process are."""
    headset = VirtualHeadset(folder)
    added = headset.start()
    before = {name: os.environ.get(name) for name in added}
    os.environ.update(added)
    try:
        yield headset
    finally:
        headset.kill()
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
