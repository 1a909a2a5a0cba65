"""Short recordings of known words: the package's own, or a folder of the user's.

``NAME.wav`` (or any other sound file) holds the speech and ``NAME.txt`` the words, in UTF-8.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from voicecoach.audio import Samples
from voicecoach.devices.media import read_blocks
from voicecoach.devices.window import FULL_S
from voicecoach.errors import InputError
from voicecoach.timeline import RATE

CLIPS = Path(str(files("voicecoach"))) / "clips"
"""The package's own: turns of two fixture calls, telephone band, synthetic voices."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Speech and what was said."""

    name: str
    samples: Samples
    text: str


def read_clips(folder: Path) -> list[Clip]:
    """All clips of a folder, in the order of their names.

    Raises
    ------
    InputError : there is none, a text has no sound or no words, or a clip is longer than 30 s.
    """
    texts = sorted(folder.glob("*.txt"))
    if not texts:
        raise InputError(
            folder, "holds no clips", "Put in pairs of NAME.wav (speech) and NAME.txt (its words)"
        )
    return [_read(text) for text in texts]


def _read(text: Path) -> Clip:
    sounds = sorted(other for other in text.parent.glob(f"{_escaped(text.stem)}.*") if other != text)
    if len(sounds) != 1:
        problem = f"has {len(sounds)} sound files of its name beside it"
        raise InputError(text, problem, f"Put exactly one there, such as {text.stem}.wav")
    try:
        words = text.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(text, f"cannot be read as UTF-8 text ({error})", "Save it as UTF-8") from error
    if not any(sign.isalnum() for sign in words):
        raise InputError(text, "holds no words", "Write down what is said in the clip")
    samples = np.concatenate(list(read_blocks(sounds[0])), axis=1).mean(axis=0, dtype=np.float32)
    if len(samples) > FULL_S * RATE:
        problem = f"lasts {len(samples) / RATE:.0f} s, and Whisper hears {FULL_S} s at a time"
        raise InputError(sounds[0], problem, "Cut it into sentences of 2 to 20 s")
    return Clip(text.stem, samples, words)


def _escaped(name: str) -> str:
    """`name` with what is special in a pattern made ordinary."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)
