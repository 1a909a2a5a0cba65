"""Recordings of which it is known when somebody speaks, and what a line or a room does to them.

Evaluation only. Hand-labeled: the TEN VAD test set (pauses of any length), TIMIT (phones; pauses
are rare), the telephone call of pyannote. A speaker's turns, so that pauses inside a turn are speech: AMI
meetings (one far microphone), SpokenWOZ calls. By a machine: one acted service call.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from tools.pitch_model.conditions import mixed, telephone
from tools.pitch_model.recordings import load
from voicecoach.audio import Samples
from voicecoach.timeline import RATE, Span, merge

NO_PHONE = frozenset({"h#", "pau", "epi"})
"""TIMIT's marks of silence; closures belong to their stops."""

NOISES = {"office": "office-ambience-24000-mono.mp3", "dishes": "doing_the_dishes.flac"}

CONDITIONS = ("clean", "8 kHz", "telephone", "office 10 dB", "dishes 10 dB", "telephone, office 10 dB")
"""Telephone: 300 to 3400 Hz at 8 kHz, µ-law. 8 kHz: the rate alone."""

_SEED = 7

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One track at 16 kHz, and when there is speech on it, sorted and disjoint."""

    samples: Samples
    speech: list[Span]


def hand_labeled(data: Path) -> dict[str, list[Clip]]:
    """The sets that are measured under every condition, those that are there."""
    return _present({"TEN VAD": _ten_vad, "TIMIT": _timit}, data)


def calls(data: Path) -> dict[str, list[Clip]]:
    """Calls and meetings as they were recorded, those that are there."""
    found = {
        "service call": _service_call,
        "SpokenWOZ (turns)": _spoken_woz,
        "pyannote's call": _pyannote_call,
        "AMI (turns)": _meetings,
    }
    return _present(found, data)


def spoiled(clips: Iterable[Clip], condition: str, data: Path) -> list[Clip]:
    """The same clips under one of `CONDITIONS`, always with the same noise."""
    rng = np.random.default_rng(_SEED)
    line, _, noise_name = condition.rpartition(", ")
    noise = None
    if noise_name.endswith(" dB"):
        name, snr_db, _ = noise_name.split()
        noise = load(data / "noise_and_rooms" / NOISES[name])
    found = []
    for clip in clips:
        samples = clip.samples if noise is None else mixed(clip.samples, noise, float(snr_db), rng)
        if "telephone" in (line, condition):
            samples = telephone(samples, coded=True)
        elif condition == "8 kHz":
            narrow = soxr.resample(samples, RATE, RATE // 2)
            samples = np.asarray(soxr.resample(narrow, RATE // 2, RATE), np.float32)
        found.append(Clip(samples, clip.speech))
    return found


def _present(sets: dict[str, Callable[[Path], Iterator[Clip]]], data: Path) -> dict[str, list[Clip]]:
    return {name: clips for name, read in sets.items() if (clips := list(read(data)))}


def _rows(folder: Path) -> list[Row]:
    manifest = folder / "manifest.jsonl"
    return (
        [json.loads(line) for line in manifest.read_text("utf-8").splitlines()] if manifest.is_file() else []
    )


def _spans(times_s: Iterable[tuple[float, float]]) -> list[Span]:
    return merge(Span.from_seconds(start_s, end_s) for start_s, end_s in times_s)


def _ten_vad(data: Path) -> Iterator[Clip]:
    folder = data / "ten_vad_testset"
    for row in _rows(folder):
        yield Clip(
            load(folder / row["file"]), _spans((a, b) for a, b, is_speech in row["vad_labels"] if is_speech)
        )


def _timit(data: Path) -> Iterator[Clip]:
    folder = data / "timit_nltk_sample"
    for row in _rows(folder):
        yield Clip(
            load(folder / row["file"]),
            _spans((a, b) for a, b, phone in row["phones"] if phone not in NO_PHONE),
        )


def _service_call(data: Path) -> Iterator[Clip]:
    folder = data / "aws_agent_caller_calls"
    for row in _rows(folder):
        if row["channels"] == 1 and row.get("vad_segments"):
            yield Clip(load(folder / row["file"]), _spans(row["vad_segments"]))


def _spoken_woz(data: Path) -> Iterator[Clip]:
    folder = data / "spokenwoz_calls"
    for row in _rows(folder):
        tracks, rate = soundfile.read(folder / row["file"], dtype="float32", always_2d=True)
        for channel in range(tracks.shape[1]):
            turns = [(turn["start"], turn["end"]) for turn in row["turns"] if turn["channel"] == channel]
            yield Clip(np.asarray(soxr.resample(tracks[:, channel], rate, RATE), np.float32), _spans(turns))


def _pyannote_call(data: Path) -> Iterator[Clip]:
    yield from _segmented(data / "pyannote_phone_sample")


def _meetings(data: Path) -> Iterator[Clip]:
    yield from _segmented(data / "pyannote_ami_debug")


def _segmented(folder: Path) -> Iterator[Clip]:
    for row in _rows(folder):
        yield Clip(
            load(folder / row["file"]), _spans((turn["start"], turn["end"]) for turn in row["segments"])
        )
