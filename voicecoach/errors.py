"""Everything that voicecoach raises on purpose, split by whose hands can mend it.

::

    VoicecoachError
    |-- InputError     their file: an audio, rubric or persona file that cannot be used
    |-- DeviceError    their machine: no sound device, no speech synthesizer, no graphics card
    `-- ModelError     weights that are missing or unusable

Each message is one line that names the thing, says what is wrong and what to do next.
A mistake of ours is an AssertionError or whatever Python raises, and is not caught.
"""

from __future__ import annotations

from pathlib import Path


class VoicecoachError(Exception):
    """Anything that the user can mend; the message says how."""


class InputError(VoicecoachError):
    """A file of theirs cannot be used.

    Parameters
    ----------
    path : the file.
    problem : what is wrong with it, and where (line and key, or time).
    remedy : what to do, as an imperative.
    """

    def __init__(self, path: Path | str, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {problem}. {remedy}.")
        self.path = Path(path)
        self.problem = problem
        self.remedy = remedy


class DeviceError(VoicecoachError):
    """Something about their machine stands in the way."""


class ModelError(VoicecoachError):
    """A speech model is missing or unusable."""
