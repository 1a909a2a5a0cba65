"""A grading that is quick and real: it reads the recording, hears nobody in it, and scores that.

Worker processes import it by name, so it lies in a module of its own.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from voicecoach.apps.worker import GradeOne
from voicecoach.audio import Layout
from voicecoach.call import Call
from voicecoach.devices.documents import read_rubric
from voicecoach.devices.media import probe, read_blocks
from voicecoach.errors import ModelError
from voicecoach.graded import GradedCall, Roles
from voicecoach.score.marking import mark
from voicecoach.timeline import RATE


@dataclass(frozen=True)
class SmallGrading:
    """What a worker is handed."""

    identity: str = "small"
    log: Path | None = None
    """Each recording that is really graded adds its name here."""
    loads: bool = True

    def load(self) -> GradeOne:
        if not self.loads:
            raise ModelError("weights.bin: damaged. Copy it again.")
        rubric = read_rubric("default")

        def grade(path: Path, progress: Callable[[float], None]) -> GradedCall:
            self._behave(path)
            source = probe(path)
            count = 0
            for block in read_blocks(path):
                count += block.shape[1]
                progress(count / (source.duration_s * RATE))
            roles = Roles(Layout.MIXED, {}, 1.0, "one channel")
            call = Call(count, Layout.MIXED, "en", (), (), (), (), {}, {}, {}, {})
            return GradedCall(source, roles, None, call, mark(call, rubric), ())

        return grade

    def _behave(self, path: Path) -> None:
        """Some names make trouble, as real recordings do."""
        if self.log is not None:
            with self.log.open("a") as log:
                log.write(f"{path.name}\n")
        if path.stem == "deadly":
            os.kill(os.getpid(), signal.SIGKILL)
        if path.stem == "mistake":
            raise ZeroDivisionError("by zero")
