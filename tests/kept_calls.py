"""Calls that are recorded in tests: a header, sound that tells every sample from its neighbors, a crash."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from voicecoach.audio import AudioChunk
from voicecoach.conversation import Ending
from voicecoach.devices.documents import read_persona, read_rubric
from voicecoach.events import Exchanged
from voicecoach.kept import CallHeader, Grader, KeptCall, KeptScorecard, as_recorded
from voicecoach.ports import RecognizerInfo
from voicecoach.timeline import BLOCK


def header(call_id: str = "20261123-091502-3f2a", recognizer: RecognizerInfo | None = None) -> CallHeader:
    return CallHeader(
        call_id=call_id,
        started_at="2026-11-23T09:15:02+00:00",
        voicecoach="0.1.0",
        persona=_documents()[0],
        rubric=_documents()[1],
        seed=7,
        recognizer=recognizer,
        language="en",
        echo="full duplex: -41 dB",
        settings={"hints": False},
        trainee="Sam Öz",
    )


@cache
def _documents() -> tuple[dict[str, Any], dict[str, Any]]:
    return read_persona("returns-desk").model_dump(mode="json"), read_rubric("default").model_dump(
        mode="json"
    )


def sound(start: int, count: int = BLOCK) -> Exchanged:
    """A block whose samples are all known from where they are; both tracks use the whole range of 16 bits."""
    at = np.arange(start, start + count, dtype=np.int64)
    heard = ((at * 7919 + 3) % 65536 - 32768).astype(np.float32) / 32768
    played = ((at * 104729 + 11) % 65536 - 32768).astype(np.float32) / 32768
    return Exchanged(AudioChunk(start, as_recorded(heard)), AudioChunk(start, as_recorded(played)))


def steps(start: int, count: int) -> np.ndarray:
    """The same as 16-bit steps, shape (count, 2)."""
    block = sound(start, count)
    assert block.played is not None
    return np.stack([block.heard.samples, block.played.samples], axis=1) * 32768


def tone(start: int, count: int = BLOCK) -> Exchanged:
    """Quiet tones, for calls that are graded: nobody speaks in them."""
    t = np.arange(start, start + count) / 16_000
    tracks = [as_recorded((0.01 * np.sin(2 * np.pi * hz * t)).astype(np.float32)) for hz in (300, 500)]
    return Exchanged(AudioChunk(start, tracks[0]), AudioChunk(start, tracks[1]))


def call(call_id: str, started_at: str = "2026-11-23T09:15:02+00:00") -> KeptCall:
    return KeptCall(
        id=call_id,
        started_at=started_at,
        persona="lost-luggage",
        title="Lost luggage",
        trainee="Sam Öz",
        ending=Ending.GRUDGING,
        duration=4 * 60 * 16_000 + 1,
        percent=61.25,
        audio="ab" * 32,
    )


def scorecard(call_id: str, grader: Grader = Grader.LIVE) -> KeptScorecard:
    return KeptScorecard(
        call_id, grader, "default", "1.0", 61.25, {"marks": [{"title": "Grüßt", "points": 2.5}]}
    )


def below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
