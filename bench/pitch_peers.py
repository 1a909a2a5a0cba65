"""Other pitch trackers behind one signature, each with its package's defaults, where importable.

They are installed from ``bench/requirements.txt`` and are never part of the product (Praat is GPL).
All search 60 to 500 Hz every 10 ms.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.devices.assets import weights
from voicecoach.listen.pitch import PitchTracker
from voicecoach.listen.prosody_track import ProsodyTracker
from voicecoach.listen.spectrum import SpectralAnalyzer
from voicecoach.timeline import RATE

Track = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Times in seconds and F0 in Hz (0 or NaN where unvoiced)."""

Tracker = Callable[[Samples], Track]

_LOW_HZ, _HIGH_HZ = 60.0, 500.0


def trackers() -> dict[str, Tracker]:
    """Ours and every peer whose package is installed, by name."""
    every: dict[str, tuple[str, Tracker]] = {
        "voicecoach": ("voicecoach", voicecoach),
        "SwiftF0": ("swift_f0", _swift()),
        "Praat AC": ("parselmouth", praat),
        "RAPT": ("pysptk", rapt),
        "SWIPE": ("pysptk", swipe),
        "DIO + StoneMask": ("pyworld", dio),
        "librosa pYIN": ("librosa", pyin),
        "librosa YIN": ("librosa", yin),
    }
    return {name: tracker for name, (package, tracker) in every.items() if find_spec(package)}


def voicecoach(samples: Samples) -> Track:
    """All of our prosody; the pitch of it."""
    tracker = ProsodyTracker(weights("pitch"))
    tracker.push(samples)
    return _every_10_ms(tracker.finish().f0_hz)


def voicecoach_pitch(samples: Samples) -> Track:
    """Our pitch alone, without levels and syllables, for timing."""
    analyzer, tracker = SpectralAnalyzer(), PitchTracker(weights("pitch"))
    pieces = range(0, len(samples), 256 * 160)
    return _every_10_ms(
        np.concatenate([tracker.push(analyzer.push(samples[k : k + 256 * 160])).f0_hz for k in pieces])
    )


def praat(samples: Samples) -> Track:
    import parselmouth

    pitch = parselmouth.Sound(samples.astype(np.float64), RATE).to_pitch_ac(
        time_step=0.01, pitch_floor=_LOW_HZ, pitch_ceiling=_HIGH_HZ
    )
    return pitch.xs(), pitch.selected_array["frequency"]


def rapt(samples: Samples) -> Track:
    import pysptk

    scaled = samples.astype(np.float32) * 32768
    times_s, f0_hz = _every_10_ms(
        pysptk.rapt(scaled, RATE, RATE // 100, min=_LOW_HZ, max=_HIGH_HZ, otype="f0")
    )
    return times_s + 0.005, f0_hz  # its frames start, not center, on the hop


def swipe(samples: Samples) -> Track:
    import pysptk

    scaled = samples.astype(np.float64) * 32768
    return _every_10_ms(pysptk.swipe(scaled, RATE, RATE // 100, min=_LOW_HZ, max=_HIGH_HZ, otype="f0"))


def dio(samples: Samples) -> Track:
    import pyworld

    wave = samples.astype(np.float64)
    rough, times_s = pyworld.dio(wave, RATE, f0_floor=_LOW_HZ, f0_ceil=_HIGH_HZ, frame_period=10.0)
    return times_s, pyworld.stonemask(wave, rough, times_s, RATE)


def pyin(samples: Samples) -> Track:
    import librosa

    f0_hz, _, _ = librosa.pyin(
        samples, fmin=_LOW_HZ, fmax=_HIGH_HZ, sr=RATE, frame_length=1024, hop_length=RATE // 100
    )
    return _every_10_ms(np.nan_to_num(f0_hz))


def yin(samples: Samples) -> Track:
    import librosa

    return _every_10_ms(
        librosa.yin(samples, fmin=_LOW_HZ, fmax=_HIGH_HZ, sr=RATE, frame_length=1024, hop_length=RATE // 100)
    )


def _swift() -> Tracker:
    """SwiftF0 keeps its session between calls, as its users would."""
    detector = None

    def track(samples: Samples) -> Track:
        nonlocal detector
        if detector is None:
            from swift_f0 import SwiftF0

            detector = SwiftF0(threads=1)
        found = detector.detect(samples, RATE, fmin=_LOW_HZ, fmax=_HIGH_HZ)
        return found.timestamps, np.where(found.confidence >= 0.5, found.pitch_hz, 0.0)

    return track


def _every_10_ms(f0_hz: NDArray[np.floating]) -> Track:
    return 0.01 * np.arange(len(f0_hz)), np.asarray(f0_hz, np.float64)
