"""What the page's script draws and plays, packed small: waveforms, contours, turns, words, events.

Contours are bytes in base64: a three-hour call stays below two megabytes.
The script that reads them is ``assets/data.js``; both name the same steps.
"""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicecoach.apps.record import Record
from voicecoach.apps.report.waveform import Peaks
from voicecoach.timeline import seconds

PITCH_STEP_ST = 0.25
"""Semitones in a step of the packed pitch: half of what a listener can tell in running speech."""

LEVEL_STEP_DB = 0.5
"""Decibels in a step of the packed level, counted from -100 dBFS."""

UNVOICED = -128
"""Packed pitch where there is none."""


def lanes_data(record: Record, peaks: Peaks) -> dict[str, Any]:
    """The data block of the page; times are seconds."""
    call = record["call"]
    names = _speakers(call)
    tracks = dict(zip(names, (peaks.heard, peaks.played), strict=False))
    return {
        "duration": call["duration_s"],
        "peakStep": seconds(peaks.bucket),
        "speakers": [_speaker(name, call, tracks[name]) for name in names],
        "turns": [_turn(turn, names) for turn in call["turns"]],
        "overlaps": [[*_span(one), one["by"], one["kind"], one["reason"]] for one in call["overlaps"]],
        "silences": [_span(one) for one in call["silences"]],
        "evidence": _evidence(record["scorecard"]["marks"]),
    }


def _speakers(call: Record) -> list[str]:
    """Whose track is the first and whose the second."""
    if call["layout"] == "two-channel":
        return ["trainee", "caller"]
    return ["unseparated" if call["layout"] == "mixed" else "trainee"]


def _speaker(name: str, call: Record, peaks: NDArray[np.float32] | None) -> dict[str, Any]:
    contours = call["contours"].get(name, {"step_s": 1.0, "f0_hz": [], "level_dbfs": []})
    baseline = call["baselines"].get(name, {"f0_hz": None, "level_dbfs": None})
    runs = [_span(run) for turn in call["turns"] if turn["speaker"] == name for run in turn["speech"]]
    return {
        "name": name,
        "peaks": _packed(np.sqrt(np.clip(peaks, 0, 1)) * 255, np.uint8) if peaks is not None else "",
        "speech": sorted(runs),
        "step": contours["step_s"],
        "pitch": _pitch(contours["f0_hz"], baseline["f0_hz"]),
        "level": _level(contours["level_dbfs"]),
        "normalLevel": baseline["level_dbfs"],
    }


def _pitch(f0_hz: list[float | None], normal_hz: float | None) -> str | None:
    """Semitones against the speaker's own median, in steps; None without a median."""
    if normal_hz is None:
        return None
    steps = [12 * math.log2(hz / normal_hz) / PITCH_STEP_ST if hz else UNVOICED for hz in f0_hz]
    return _packed(np.array(steps, np.float64), np.int8)


def _level(level_dbfs: list[float]) -> str:
    return _packed((np.array(level_dbfs, np.float64) + 100.0) / LEVEL_STEP_DB, np.uint8)


def _packed(values: NDArray[Any], kind: type[np.uint8 | np.int8]) -> str:
    limits = np.iinfo(kind)
    packed = np.clip(np.rint(values), limits.min, limits.max).astype(kind)
    return base64.b64encode(packed.tobytes()).decode("ascii")


def _turn(turn: Record, names: list[str]) -> dict[str, Any]:
    prosody = turn["prosody"] or {"pace_wpm": None, "articulation_sps": None}
    return {
        "id": turn["id"],
        "span": _span(turn),
        "speaker": names.index(turn["speaker"]),
        "wpm": prosody["pace_wpm"],
        "sps": prosody["articulation_sps"],
        "words": [_span(word) for word in turn["words"]],
    }


def _evidence(marks: list[Record]) -> list[list[Any]]:
    """Moments that earned (1) or lost (-1) points, with the criterion's title."""
    return [
        [*_span(one), 1 if 2 * mark["points"] >= mark["weight"] else -1, mark["title"]]
        for mark in marks
        if mark["verdict"] == "judged"
        for one in mark["evidence"]
    ]


def _span(value: Record) -> list[float]:
    return [value["start_s"], value["end_s"]]
