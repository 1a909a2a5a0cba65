"""What the endpointer would have known at each pause of a recording: heard in order, cut off in time.

The product's own voice activity finds the pauses, its own prosody the contours; at each pause the contours
end where they would end live, `SOFT_END` after the last voice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.devices.assets import weights
from voicecoach.devices.silero import SileroDetector
from voicecoach.listen.activity import BLOCK, VoiceActivity
from voicecoach.listen.framelog import FrameLog
from voicecoach.listen.prosody_track import ProsodyTracker
from voicecoach.timeline import Span, merge, samples

Contour = NDArray[np.float32]

SOFT_END = samples(0.22)
"""How long after the last voice the endpointer is told of a pause."""

SHORTEST_PAUSE = samples(0.2)
"""Shorter silences are over before the endpointer would be told of them."""


@dataclass(frozen=True, slots=True, eq=False)
class HeardPause:
    """A silence of one track, and the contours as they stood when it was noticed."""

    voice: Span
    """The run of voice before it."""
    resumes: int | None
    """Where the same track's voice comes back; None where it never does."""
    f0_hz: Contour
    level_dbfs: Contour
    """Contours up to `SOFT_END` after the voice, less what was not settled by then."""

    @property
    def lasts(self) -> float:
        """Samples, or infinity."""
        return inf if self.resumes is None else self.resumes - self.voice.end


def voice_runs(sound: Samples) -> list[Span]:
    """Runs of voice on a track, as the product finds them."""
    activity = VoiceActivity(SileroDetector())
    padded = np.concatenate([sound, np.zeros(-len(sound) % BLOCK + BLOCK, np.float32)])
    blocks = padded.reshape(-1, BLOCK)
    return [run for block in blocks for run in activity.push(block)] + activity.finish()


def heard_pauses(sound: Samples, shortest: int = SHORTEST_PAUSE) -> Iterator[HeardPause]:
    """Every pause of a track of `shortest` samples or more, the silence at its end included."""
    voices = merge(voice_runs(sound), shortest - 1)
    starts = [*(voice.start for voice in voices[1:]), None]
    contours = contours_at(sound, [voice.end for voice in voices])
    for voice, resumes, (f0_hz, level_dbfs) in zip(voices, starts, contours, strict=True):
        yield HeardPause(voice, resumes, f0_hz, level_dbfs)


def contours_at(sound: Samples, ends: Sequence[int]) -> Iterator[tuple[Contour, Contour]]:
    """Pitch and level as they are known `SOFT_END` after each of some ends of voice, in order."""
    padded = np.concatenate([sound, np.zeros(SOFT_END, np.float32)])
    tracker, heard = ProsodyTracker(weights("pitch")), 0
    f0_hz, level_dbfs = FrameLog(), FrameLog()
    for end in ends:
        settled = tracker.push(padded[heard : end + SOFT_END])
        heard = end + SOFT_END
        f0_hz.append(settled.f0_hz)
        level_dbfs.append(settled.level_dbfs)
        yield f0_hz.values.copy(), level_dbfs.values.copy()
