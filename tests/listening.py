"""Runs the real listening path, without words, over arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from voicecoach.audio import AudioChunk, Layout, Samples
from voicecoach.call import Call
from voicecoach.devices.assets import weights
from voicecoach.devices.media import read_blocks
from voicecoach.devices.silero import SileroDetector
from voicecoach.events import CallEnded, Exchanged
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.limits import Hearing
from voicecoach.listen.track import Ears

FOLDER = Path(__file__).parent.parent / "audio_fixtures"


@cache
def ears() -> Ears:
    return Ears(SileroDetector, weights("pitch"))


@cache
def both_tracks(name: str) -> tuple[Samples, Samples]:
    """Trainee and caller of a fixture call, 16 kHz."""
    audio = np.concatenate(list(read_blocks(FOLDER / f"{name}.16k.flac")), axis=1)
    return audio[0], audio[1]


def listen(tracks: Sequence[Samples], pieces: Iterable[int] = ()) -> Call:
    """Listen to one track or two, in blocks of the lengths `pieces`, then the rest at once."""
    layout = Layout.TWO_CHANNEL if len(tracks) == 2 else Layout.TRAINEE_ONLY
    analysis = Analysis(ears(), Hearing(layout, "en", "no words wanted", keeps_fillers=False))
    at, length = 0, len(tracks[0])
    for size in [*pieces, length]:
        if at >= length:
            break
        end = min(at + size, length)
        first, *second = (AudioChunk(at, track[at:end]) for track in tracks)
        analysis.push(Exchanged(first, second[0] if second else None))
        at = end
    analysis.push(CallEnded(length))
    return analysis.call()
