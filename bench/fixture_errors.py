"""The fixture calls and their truth, and how far a graded call is from it."""

from __future__ import annotations

import json
import re
import statistics
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jiwer

from voicecoach.call import Call
from voicecoach.speech import Speaker

FOLDER = Path(__file__).parent.parent / "audio_fixtures"
NAMES = sorted(path.name.removesuffix(".truth.json") for path in FOLDER.glob("*.truth.json"))
FORMATS = ("16k.flac", "8k-mulaw.wav")

COLLAR_S = 0.3
"""Two overlaps are the same event when they begin within this of one another."""


@cache
def truth(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.truth.json").read_text("utf-8"))
    return loaded


def audio(name: str, kind: str) -> Path:
    return FOLDER / f"{name}.{kind}"


def plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9' ]", " ", text.lower()).split())


@dataclass(frozen=True)
class Errors:
    """What a graded call got wrong."""

    words: int
    word_errors: int
    boundaries_s: tuple[float, ...]
    overlaps_true: int
    overlaps_found: int
    overlaps_matched: int
    kinds_matched: int


def compare(call: Call, name: str) -> Errors:
    """Count a call's errors against its truth."""
    words = errors = 0
    for speaker in (Speaker.TRAINEE, Speaker.CALLER):
        said = plain(" ".join(w["text"] for w in truth(name)["words"] if w["speaker"] == speaker))
        heard = plain(" ".join(turn.text for turn in call.turns_of(speaker)))
        words += len(said.split())
        if said:
            result = jiwer.process_words(said, heard)
            errors += result.substitutions + result.deletions + result.insertions
        else:
            errors += len(heard.split())
    found = [(o.span.start_s, o.by.value, o.kind.value) for o in call.overlaps]
    true = [(o["start_s"], o["by"], o["kind"]) for o in truth(name)["overlaps"]]
    pairs = _pairs(true, found)
    return Errors(
        words,
        errors,
        tuple(_boundaries(call, name)),
        len(true),
        len(found),
        len(pairs),
        sum(true[i][2] == found[j][2] for i, j in pairs),
    )


def _pairs(true: list[tuple[float, str, str]], found: list[tuple[float, str, str]]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    free = list(range(len(found)))
    for i, (at, by, _) in enumerate(true):
        near = [j for j in free if abs(found[j][0] - at) <= COLLAR_S and found[j][1] == by]
        if near:
            best = min(near, key=lambda j: abs(found[j][0] - at))
            free.remove(best)
            pairs.append((i, best))
    return pairs


def _boundaries(call: Call, name: str) -> list[float]:
    """Distance of each true turn's start and end from the nearest found one of that speaker."""
    distances = []
    for turn in truth(name)["turns"]:
        found = call.turns_of(Speaker(turn["speaker"]))
        for edge, at in (("start_s", turn["start_s"]), ("end_s", turn["end_s"])):
            distances.append(min((abs(getattr(t.span, edge) - at) for t in found), default=10.0))
    return distances


def summary(all_errors: list[Errors]) -> dict[str, float]:
    """Word error rate, median turn boundary error, overlap F1, share of right overlap kinds."""
    matched = sum(e.overlaps_matched for e in all_errors)
    events = sum(e.overlaps_true + e.overlaps_found for e in all_errors)
    return {
        "wer": sum(e.word_errors for e in all_errors) / sum(e.words for e in all_errors),
        "boundary_s": statistics.median(b for e in all_errors for b in e.boundaries_s),
        "overlap_f1": 2 * matched / max(1, events),
        "kinds": sum(e.kinds_matched for e in all_errors) / max(1, matched),
    }
