"""Real pauses with their truth: the speaker went on (a hold), or the turn was over (an end).

Truth comes from who speaks next, after the definitions of Voice Activity Projection (Ekstedt and Skantze
2022):

* hold: the same speaker goes on within 3 s, and nobody else speaks meanwhile.
* end: another speaker takes over, for 1 s at least or with the first one silent for 1 s after; or the call is
  over.
* neither, and not counted: others speak at the moment of the pause, a short word of theirs falls into it, or
  the same speaker goes on after more than 3 s.

All sets are for evaluation alone: nothing was fitted to them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from tools.turn_model.alignment import words_before
from tools.turn_model.hearing import SHORTEST_PAUSE, contours_at, heard_pauses, voice_runs
from voicecoach.audio import Samples
from voicecoach.listen.turn_cues import PauseCues, pause_cues
from voicecoach.timeline import RATE, Span, merge, samples, seconds

SHORTEST = samples(0.1)
"""Pauses from here on are counted, as eot-bench counts them; those under 0.2 s reach no endpointer."""

LONGEST_HOLD = samples(3.0)
TAKES_OVER = samples(1.0)


class Truth(StrEnum):
    """What a pause was."""

    HOLD = "hold"
    END = "end"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class TruePause:
    """A pause, what was known when it was noticed, and what it was."""

    truth: Truth
    voice: Span
    """The run of voice before it."""
    resumes: int | None
    """Sample at which the same speaker's voice comes back."""
    cues: PauseCues | None
    """None for a pause under 0.2 s."""
    words: tuple[str, ...]
    """Of the turn so far; empty where no text is known."""

    @property
    def lasts_s(self) -> float:
        """Infinite where the speaker never goes on."""
        return inf if self.resumes is None else seconds(self.resumes - self.voice.end)


Track = list[TruePause]
"""The pauses of one speaker in one recording, in order."""


def sets(data: Path) -> dict[str, list[Track]]:
    """All sets, by name; a set whose recordings are not there is empty."""
    makers = {
        "SpokenWOZ calls": ("spokenwoz_calls", _spokenwoz),
        "AWS repair call": ("aws_agent_caller_calls", _aws),
        "TIMIT sentences": ("timit_nltk_sample", _timit),
        "TEN VAD clips": ("ten_vad_testset", _ten),
    }
    return {
        name: list(make(data)) if (data / folder).is_dir() else [] for name, (folder, make) in makers.items()
    }


def judge(voice: Span, resumes: int | None, others: Sequence[Span]) -> Truth:
    """What a pause was, from who speaks next.

    Parameters
    ----------
    voice : the run before it.
    resumes : where the same speaker goes on.
    others : all that anybody else says, in order.
    """
    if any(other.start < voice.end < other.end for other in others):
        return Truth.NEITHER
    reply = next((other for other in others if other.start >= voice.end), None)
    if resumes is not None and (reply is None or reply.start >= resumes):
        return Truth.HOLD if resumes - voice.end <= LONGEST_HOLD else Truth.NEITHER
    if reply is None or resumes is None or reply.duration >= TAKES_OVER or resumes - reply.end >= TAKES_OVER:
        return Truth.END
    return Truth.NEITHER


def _spokenwoz(data: Path) -> Iterator[Track]:
    for name in ("MUL1423", "SNG0072", "SNG1263"):
        yield from spokenwoz_call(data / "spokenwoz_calls", name)


def spokenwoz_call(folder: Path, name: str) -> Iterator[Track]:
    """A service call, a channel a speaker; the words are a recognizer's, corrected in part (silver)."""
    row = next(row for row in _rows(folder) if row["file"] == f"{name}.flac")
    channels = _channels(folder / row["file"])
    for own in (0, 1):
        turns = [turn for turn in row["turns"] if turn["channel"] == own]
        yield _conversation(channels[own], channels[1 - own], turns)


def _aws(data: Path) -> Iterator[Track]:
    """One acted call of four minutes, a file each for agent and caller; no words."""
    folder = data / "aws_agent_caller_calls"
    sides = [_channels(folder / f"Auto_Repairs_40_{role}.flac")[0] for role in ("agent", "caller")]
    for own in (0, 1):
        yield _conversation(sides[own], sides[1 - own], [])


def _conversation(own: Samples, other: Samples, turns: Sequence[dict[str, Any]]) -> Track:
    pauses = list(heard_pauses(own, SHORTEST))
    voices = [pause.voice for pause in pauses]
    replies = merge(voice_runs(other), SHORTEST_PAUSE - 1)
    said = _said(own, voices, turns)
    track = []
    for index, pause in enumerate(pauses):
        first = _turn_start(voices[: index + 1], replies)
        truth = judge(pause.voice, pause.resumes, replies)
        noticed = pause.lasts >= SHORTEST_PAUSE
        cues = pause_cues(pause.f0_hz, pause.level_dbfs, voices[first : index + 1]) if noticed else None
        words = tuple(word for part in said[first : index + 1] for word in part)
        track.append(TruePause(truth, pause.voice, pause.resumes, cues, words))
    return track


def _turn_start(voices: Sequence[Span], others: Sequence[Span]) -> int:
    """Index of the first of the turn's runs: going back, no long pause and nobody who took over."""
    index = len(voices) - 1
    while index > 0:
        before, after = voices[index - 1], voices[index]
        taken = any(o.duration >= TAKES_OVER and o.start < after.start and o.end > before.end for o in others)
        if taken or before.gap_to(after) > LONGEST_HOLD:
            break
        index -= 1
    return index


def _said(sound: Samples, voices: Sequence[Span], turns: Sequence[dict[str, Any]]) -> list[list[str]]:
    """The words of each run: each of the corpus's turns aligned with the runs that lie in it."""
    said: list[list[str]] = [[] for _ in voices]
    inside: list[list[int]] = [[] for _ in turns]
    for index, voice in enumerate(voices):
        if turns:
            shared = [min(voice.end_s, t["end"]) - max(voice.start_s, t["start"]) for t in turns]
            inside[int(np.argmax(shared))].append(index)
    for turn, indices in zip(turns, inside, strict=True):
        words = turn["text"].split()
        if indices:
            counts = words_before(sound, [voices[index] for index in indices], words)
            for index, start, end in zip(indices, [0, *counts], counts, strict=False):
                said[index] = words[start:end]
    return said


def _timit(data: Path) -> Iterator[Track]:
    """Read sentences, words timed by hand: a silence between words is a hold, the last word an end."""
    folder = data / "timit_nltk_sample"
    for row in _rows(folder):
        words = [(Span.from_seconds(start_s, end_s), word) for start_s, end_s, word in row["words"]]
        runs = merge((span for span, _ in words), SHORTEST - 1)
        sound = np.concatenate([_channels(folder / row["file"])[0], np.zeros(RATE, np.float32)])
        yield _labeled(
            sound, runs, [], [tuple(w for span, w in words if span.end <= run.end) for run in runs]
        )


def _ten(data: Path) -> Iterator[Track]:
    """Excerpts of single speakers, silences marked by hand, each a hold; the last one's end is unknown."""
    folder = data / "ten_vad_testset"
    for row in _rows(folder):
        runs = [Span.from_seconds(start, end) for start, end, voiced in row["vad_labels"] if voiced]
        track = _labeled(_channels(folder / row["file"])[0], merge(runs, SHORTEST - 1), [], [()] * len(runs))
        yield [pause for pause in track if pause.resumes is not None]


def _labeled(
    sound: Samples, runs: Sequence[Span], others: Sequence[Span], words: Sequence[tuple[str, ...]]
) -> Track:
    """The pauses after some runs that are known, not found."""
    track = []
    starts = [*(run.start for run in runs[1:]), None]
    for index, (f0_hz, level_dbfs) in enumerate(contours_at(sound, [run.end for run in runs])):
        run, resumes = runs[index], starts[index]
        noticed = resumes is None or resumes - run.end >= SHORTEST_PAUSE
        cues = pause_cues(f0_hz, level_dbfs, runs[: index + 1]) if noticed else None
        track.append(TruePause(judge(run, resumes, others), run, resumes, cues, words[index]))
    return track


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def _channels(path: Path) -> list[Samples]:
    """Each channel at 16 kHz."""
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return [np.asarray(soxr.resample(channel, rate, RATE), np.float32) for channel in sound.T]
