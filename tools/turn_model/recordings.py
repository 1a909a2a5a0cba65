"""The recordings that the turn model is fitted to: read speech, some of it halting, whose text is known.

LibriSpeech (CC BY 4.0), speechocean762 (CC BY 4.0: learners of English, who pause where a word is missing)
and LJ Speech (public domain), each in wide band and over a telephone. A recording's last pause ends its turn;
all pauses before it are pauses inside a turn. No conversation and no recording that is for evaluation only is
used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.pitch_model.conditions import telephone
from tools.pitch_model.recordings import load
from tools.turn_model.alignment import words_before
from tools.turn_model.hearing import heard_pauses
from voicecoach.audio import Samples
from voicecoach.listen.turn_cues import PauseCues, pause_cues
from voicecoach.timeline import RATE

SETS = ("librispeech_excerpts", "small_asr_clips/ljspeech", "speechocean762_adults")


@dataclass(frozen=True, slots=True)
class ReadPause:
    """A pause of a recording: what was heard and said before it, and whether it was the last."""

    set_name: str
    cues: PauseCues
    words: tuple[str, ...]
    last: bool


def read_pauses(data: Path) -> Iterator[ReadPause]:
    """All pauses of all recordings, wide band first."""
    for name, path, text in _recordings(data):
        sound = np.concatenate([load(path), np.zeros(RATE, np.float32)])
        words = text.split()
        for heard in (sound, telephone(sound, coded=True)):
            yield from _pauses(name, heard, words)


def _pauses(name: str, sound: Samples, words: list[str]) -> Iterator[ReadPause]:
    pauses = list(heard_pauses(sound))
    if not pauses:
        return
    voices = [pause.voice for pause in pauses]
    said = words_before(sound, voices, words)
    for index, (pause, count) in enumerate(zip(pauses, said, strict=True)):
        cues = pause_cues(pause.f0_hz, pause.level_dbfs, voices[: index + 1])
        yield ReadPause(name, cues, tuple(words[:count]), last=index == len(pauses) - 1)


def _recordings(data: Path) -> Iterator[tuple[str, Path, str]]:
    """Set, file and text of each."""
    for name in SETS:
        folder, _, part = name.partition("/")
        for line in (data / folder / "manifest.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["file"].startswith(part):
                yield name, data / folder / row["file"], row["text"]
