"""Syllable counts against hand-timed phones: the TIMIT sample, wide band and over a telephone.

The peer is the rule of de Jong and Wempe (2009), written here from its published description and computed
by Praat: intensity peaks within 25 dB of the loudest (99 % quantile), followed by a dip of at least 2 dB,
voiced.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from tools.pitch_model.conditions import telephone
from tools.pitch_model.recordings import load
from voicecoach.audio import Samples
from voicecoach.devices.assets import weights
from voicecoach.listen.prosody_track import ProsodyTracker
from voicecoach.listen.syllables import SYLLABLES_PER_NUCLEUS
from voicecoach.timeline import RATE

Counter = Callable[[Samples], float]


def measure(data: Path) -> dict[str, dict[str, float]]:
    """Errors of each counter: percent per utterance, syllables per second, and bias of the total."""
    folder = data / "timit_nltk_sample"
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    counters: dict[str, Counter] = {"voicecoach": _voicecoach}
    if find_spec("parselmouth"):
        counters["de Jong and Wempe"] = _de_jong_wempe
    spoken = np.array([row["syllable_nuclei"] for row in rows], np.float64)
    duration_s = np.array([row["speech_end"] - row["speech_start"] for row in rows])
    recordings = [load(folder / row["file"]) for row in rows]
    found = {}
    for line in ("wide band", "telephone"):
        heard = recordings if line == "wide band" else [telephone(one, coded=True) for one in recordings]
        for name, counter in counters.items():
            counted = np.array([counter(one) for one in heard], np.float64)
            found[f"{name}, {line}"] = _errors(counted, spoken, duration_s)
    return found


def _errors(counted: np.ndarray, spoken: np.ndarray, duration_s: np.ndarray) -> dict[str, float]:
    wrong = counted - spoken
    fives = [np.arange(start, start + 5) for start in range(0, len(spoken) - 4, 5)]
    return {
        "percent_per_utterance": float(100 * np.mean(np.abs(wrong) / spoken)),
        "percent_per_five": float(
            100 * np.mean([abs(wrong[five].sum()) / spoken[five].sum() for five in fives])
        ),
        "mean_error_sps": float(np.mean(np.abs(wrong) / duration_s)),
        "bias_percent": float(100 * wrong.sum() / spoken.sum()),
        "correlation": float(np.corrcoef(counted / duration_s, spoken / duration_s)[0, 1]),
    }


def _voicecoach(samples: Samples) -> float:
    tracker = ProsodyTracker(weights("pitch"))
    tracker.push(samples)
    return SYLLABLES_PER_NUCLEUS * len(tracker.finish().nuclei)


def _de_jong_wempe(samples: Samples) -> int:
    import parselmouth

    sound = parselmouth.Sound(samples.astype(np.float64), RATE)
    intensity = sound.to_intensity(minimum_pitch=50)
    pitch = sound.to_pitch_ac(
        time_step=0.02, pitch_floor=30, pitch_ceiling=450, silence_threshold=0.03, voicing_threshold=0.25
    )
    level, times_s = intensity.values[0], intensity.xs()
    least = max(np.quantile(level, 0.99) - 25, level.min())
    peaks = [
        k for k in range(1, len(level) - 1) if level[k - 1] < level[k] >= level[k + 1] and level[k] > least
    ]
    count = 0
    for peak, after in zip(peaks, [*peaks[1:], None], strict=True):
        dips = after is None or level[peak] - level[peak:after].min() > 2
        count += dips and not np.isnan(pitch.get_value_at_time(times_s[peak]))
    return count
