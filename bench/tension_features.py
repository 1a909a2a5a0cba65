"""What other packages measure of a voice, for `bench.tension`: means and spreads over a clip."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.timeline import RATE

_HOP, _FRAME = RATE // 100, 512

_SPOKEN_DB = 30.0
"""Frames this far below the loudest are pauses."""


def librosa_features(samples: Samples) -> list[float]:
    """Level, pitch (YIN), and the shape of the spectrum over spoken frames."""
    import librosa

    rms = librosa.feature.rms(y=samples, frame_length=_FRAME, hop_length=_HOP)[0]
    level_db = 20 * np.log10(rms + 1e-9)
    power = np.abs(librosa.stft(samples, n_fft=_FRAME, hop_length=_HOP)) ** 2
    shapes = [
        librosa.feature.spectral_centroid(S=power, sr=RATE)[0],
        librosa.feature.spectral_bandwidth(S=power, sr=RATE)[0],
        librosa.feature.spectral_rolloff(S=power, sr=RATE)[0],
        librosa.feature.spectral_flatness(S=power)[0],
        librosa.feature.zero_crossing_rate(samples, frame_length=_FRAME, hop_length=_HOP)[0],
        *librosa.feature.mfcc(
            S=librosa.power_to_db(librosa.feature.melspectrogram(S=power, sr=RATE)), n_mfcc=5
        ),
    ]
    f0_hz = librosa.yin(samples, fmin=60, fmax=500, sr=RATE, frame_length=1024, hop_length=_HOP)
    count = min(map(len, (level_db, f0_hz, *shapes)))
    spoken = level_db[:count] > level_db.max() - _SPOKEN_DB
    tracks = [level_db[:count], np.log2(f0_hz[:count]), *(shape[:count] for shape in shapes)]
    return _summary([track[spoken] for track in tracks])


def praat_features(samples: Samples) -> list[float]:
    """Pitch, intensity, harmonicity, jitter, shimmer, and the tilt of the long-term spectrum."""
    import parselmouth
    from parselmouth.praat import call

    sound = parselmouth.Sound(samples.astype(np.float64), RATE)
    pitch = sound.to_pitch_ac(time_step=0.01, pitch_floor=60, pitch_ceiling=500)
    f0_hz = pitch.selected_array["frequency"]
    level_db = sound.to_intensity(60, 0.01).values[0]
    harmonicity_db = sound.to_harmonicity_cc(0.01, 60, 0.1, 1.0).values[0]
    periods = call(sound, "To PointProcess (periodic, cc)", 60, 500)
    spectrum = call(sound, "To Ltas", 100)
    tracks = [
        np.log2(f0_hz[f0_hz > 0]),
        level_db[level_db > level_db.max() - _SPOKEN_DB],
        harmonicity_db[harmonicity_db > -199],
    ]
    return [
        *_summary(tracks),
        call(periods, "Get jitter (local)", 0, 0, 0.0001, 0.02, 1.3),
        call([sound, periods], "Get shimmer (local)", 0, 0, 0.0001, 0.02, 1.3, 1.6),
        call(spectrum, "Get slope", 50, 1000, 1000, 5000, "energy"),
        call(spectrum, "Get slope", 0, 2000, 2000, 5000, "energy"),
    ]


def _summary(tracks: list[NDArray[np.floating]]) -> list[float]:
    return [float(value) for track in tracks for value in (np.mean(track), np.std(track))]
