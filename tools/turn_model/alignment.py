"""Which words were said before each pause, where only the text of the whole recording is known.

The text is spoken by espeak-ng, whose word times are known, and the two recordings are warped onto one
another (dynamic time warping of cepstra, after Malfrère and Dutoit 1997), pauses taken out of both. A pause
is put at the nearest end of a word. These are labels of a machine: some
pauses are off by a word.
"""

from __future__ import annotations

from collections.abc import Sequence

import librosa
import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.devices.espeak import espeak
from voicecoach.spoken import Delivery
from voicecoach.timeline import RATE, Span

_HOP = RATE // 100


def words_before(sound: Samples, voices: Sequence[Span], words: Sequence[str]) -> list[int]:
    """How many of `words` were said by the end of each stretch of voice.

    Parameters
    ----------
    sound : the recording.
    voices : its stretches of voice, in order.
    words : everything that is said in them.
    """
    said = np.concatenate([sound[voice.start : voice.end] for voice in voices])
    spoken, ends = _spoken(words)
    path = librosa.sequence.dtw(_cepstra(spoken), _cepstra(said), metric="euclidean", backtrack=True)[1][::-1]
    at_end = np.cumsum([voice.end - voice.start for voice in voices]) / _HOP
    spoken_at = np.interp(at_end, path[:, 1], path[:, 0]) * _HOP
    counts = [int(np.argmin(np.abs(ends - at))) + 1 for at in spoken_at]
    counts[-1] = len(words)
    return [int(count) for count in np.maximum.accumulate(counts)]


def _spoken(words: Sequence[str]) -> tuple[Samples, NDArray[np.int64]]:
    """The words as espeak-ng speaks them, and the sample at which each ends."""
    rendering = espeak().render(" ".join(words), Delivery(voice="en-us"))
    return rendering.samples, np.array([word.span.end for word in rendering.words], np.int64)


def _cepstra(sound: Samples) -> NDArray[np.float32]:
    """Twelve cepstra every 10 ms, each with mean 0 and spread 1; telephone band."""
    found = librosa.feature.mfcc(
        y=sound, sr=RATE, n_mfcc=13, n_mels=24, n_fft=512, hop_length=_HOP, fmin=250, fmax=3400
    )[1:]
    return ((found - found.mean(1, keepdims=True)) / (found.std(1, keepdims=True) + 1e-6)).astype(np.float32)
