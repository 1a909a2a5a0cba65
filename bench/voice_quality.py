"""Jitter, shimmer and HNR, ours and Praat's, against voices that were made with known ones.

Praat (parselmouth, GPL) is an outside oracle where it is installed: periods by cross-correlation, jitter and
shimmer local, harmonicity by cross-correlation, 60 to 500 Hz, its other settings as they come.
"""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np

from bench.voice_sets import SETS, KnownVoice, known_voices
from voicecoach.audio import Samples
from voicecoach.devices.assets import weights
from voicecoach.listen.prosody_track import ProsodyTracker
from voicecoach.listen.turn_prosody import measure_baseline
from voicecoach.prosody import VoiceQuality
from voicecoach.timeline import RATE, Span

VOICES = 40

NAMES = ("jitter_percent", "shimmer_percent", "hnr_db")


def measure(voices: int = VOICES) -> dict[str, dict[str, dict[str, float]]]:
    """For each set and tool, correlation with the truth and median difference to it."""
    tools = {"voicecoach": ours} | ({"Praat": praat} if find_spec("parselmouth") else {})
    found = {}
    for name in SETS:
        known = list(known_voices(name, voices))
        found[name] = {
            tool: _agreement(known, [work(one.samples) for one in known]) for tool, work in tools.items()
        }
    return found


def ours(samples: Samples) -> VoiceQuality:
    """The quality of the whole sound."""
    tracker = ProsodyTracker(weights("pitch"))
    tracker.push(samples)
    return measure_baseline(tracker.finish(), [Span(0, len(samples))], []).quality


def praat(samples: Samples) -> VoiceQuality:
    """The same by Praat."""
    import parselmouth
    from parselmouth.praat import call

    sound = parselmouth.Sound(samples.astype(np.float64), RATE)
    periods = call(sound, "To PointProcess (periodic, cc)", 60, 500)
    harmonicity = sound.to_harmonicity_cc(0.01, 60, 0.1, 1.0).values
    return VoiceQuality(
        jitter_percent=100 * call(periods, "Get jitter (local)", 0, 0, 0.0001, 0.02, 1.3),
        shimmer_percent=100 * call([sound, periods], "Get shimmer (local)", 0, 0, 0.0001, 0.02, 1.3, 1.6),
        hnr_db=float(harmonicity[harmonicity > -199].mean()) if (harmonicity > -199).any() else None,
    )


def _agreement(known: list[KnownVoice], found: list[VoiceQuality]) -> dict[str, float]:
    row = {}
    for name in NAMES:
        pairs = [(getattr(k, name), getattr(f, name)) for k, f in zip(known, found, strict=True)]
        truth, value = np.array([(t, v) for t, v in pairs if v is not None and not np.isnan(v)]).T
        short = name.rpartition("_")[0]
        row[f"{short} r"] = float(np.corrcoef(truth, value)[0, 1])
        row[f"{short} off"] = float(np.median(value - truth))
        row[f"{short} unmeasured"] = float(len(pairs) - len(truth))
    return row
