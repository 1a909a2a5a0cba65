"""How much sound Whisper is given at a time, and when an answer to less than 30 s of it is not believed.

Whisper was trained on windows of 30 s and its encoder costs the same for 3 s of speech as for 30.
``full`` pays that; ``adaptive`` encodes the speech and 2 s more, 10 s at least. Some models then repeat
themselves or drop words: such answers are recognized again at the full window (`doubt`).

Laws: the window depends on the number of samples alone, the doubt on samples and answer alone.
Units: samples at 16 kHz; frames of 10 ms of features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.speech import Word, plain
from voicecoach.timeline import RATE

FRAMES_PER_S = 100
"""Whisper's features: one frame each 10 ms (Radford et al. 2022, section 2.2)."""

FULL_S = 30
"""The window that Whisper was trained on."""

FULL_FRAMES = FULL_S * FRAMES_PER_S

SHORTEST_S = 10
"""Below this stock weights repeat themselves and lose words (3 to 8 s: voxtype issue 124)."""

MARGIN_S = 2
"""Silence after the speech tells the model that it is over; with these two no word was lost on 26 clips
(transcribe.cpp issue 149)."""


class AudioWindow(StrEnum):
    """How much sound the encoder is given."""

    FULL = "full"
    """Always 30 s, as in training."""
    ADAPTIVE = "adaptive"
    """As much as there is and a margin."""


@dataclass(frozen=True, slots=True)
class DoubtSettings:
    """What an answer to a short window must not look like. A false alarm costs time, never words."""

    compression_ratio: float = 2.4
    """Text that gzip shrinks by more is a loop: Radford et al. 2022, section 4.5."""
    log_prob: float = -1.0
    """A mean log probability below this is a guess: same source."""
    repeats: int = 3
    """A phrase said so often in a row is a loop, ..."""
    single_repeats: int = 5
    """... a single word this often: people do say 'no, no, no, no'."""
    longest_loop: int = 12
    """Words in the longest phrase that is looked for."""
    unheard_s: float = 1.0
    """So much sound before, between or after the words held words: the longest word takes about 1 s."""
    words_per_s: tuple[float, float] = (1.0, 6.0)
    """Words a second of voice: fewer are too few even for slow speech (1.5), more nobody can say."""
    words_free: int = 2
    """... give or take so many: 'I do' takes 0.25 s, a drawn-out 'well' 2 s."""
    voice_db: float = 30.0
    """What is at most this far below the loud parts counts as voice: the level range of running speech."""


class Part(Protocol):
    """What the decoder says of a piece of text."""

    @property
    def avg_logprob(self) -> float:
        """Mean log probability of its tokens."""
        ...

    @property
    def compression_ratio(self) -> float:
        """How many times gzip shrinks it."""
        ...


def window_frames(count: int, window: AudioWindow) -> int:
    """Frames of features to encode for `count` samples, a whole number of seconds."""
    if window is AudioWindow.FULL:
        return FULL_FRAMES
    wanted_s = ceil(count / RATE + MARGIN_S)
    return FRAMES_PER_S * min(FULL_S, max(SHORTEST_S, wanted_s))


def doubt(
    parts: Sequence[Part], words: Sequence[Word], samples: Samples, settings: DoubtSettings | None = None
) -> str | None:
    """Why an answer to a short window is not believed; None: it is.

    Parameters
    ----------
    parts : the pieces of text, with what the decoder says of them.
    words : their words, in order, spans within `samples`.
    samples : shape (n,), what was recognized.
    settings : limits.
    """
    limits = settings or DoubtSettings()
    if any(part.compression_ratio > limits.compression_ratio for part in parts):
        return "compresses like a loop"
    if repeats_itself([plain(word.text) for word in words], limits):
        return "repeats itself"
    if any(part.avg_logprob < limits.log_prob for part in parts):
        return "is a guess"
    voiced = _voiced(samples, limits)
    if _longest_unheard_s(voiced, words, len(samples)) > limits.unheard_s:
        return "leaves sound without words"
    fewest, most = (rate * _total_s(voiced) for rate in limits.words_per_s)
    if _spoken(words) < fewest - limits.words_free or len(words) > most + limits.words_free:
        return "has too few or too many words"
    return None


def _spoken(words: Sequence[Word]) -> int:
    """Words, each digit counted as one: Whisper writes an account number as a single word."""
    return sum(max(1, sum(map(str.isdigit, word.text))) for word in words)


@dataclass(frozen=True, slots=True)
class Loop:
    """A word or phrase said many times in a row."""

    start: int
    """Index of its first word."""
    length: int
    """Words in it."""


def first_loop(texts: Sequence[str], settings: DoubtSettings | None = None) -> Loop | None:
    """The loop that begins first (of two, the shorter phrase); None: there is none."""
    limits = settings or DoubtSettings()
    loops = (_loop(texts, length, limits) for length in range(1, limits.longest_loop + 1))
    return min((loop for loop in loops if loop), key=lambda loop: (loop.start, loop.length), default=None)


def _loop(texts: Sequence[str], length: int, limits: DoubtSettings) -> Loop | None:
    """Where a phrase of `length` words is said so many times in a row that it is a loop."""
    rounds = limits.single_repeats if length == 1 else limits.repeats
    same = 0
    for at, (earlier, later) in enumerate(zip(texts, texts[length:], strict=False)):
        same = same + 1 if earlier == later else 0
        if same >= (rounds - 1) * length:
            return Loop(at + 1 - same, length)
    return None


def repeats_itself(texts: Sequence[str], settings: DoubtSettings | None = None) -> bool:
    """Whether a word or phrase is said so many times in a row that it is a loop."""
    return first_loop(texts, settings) is not None


def voiced_s(samples: Samples, settings: DoubtSettings | None = None) -> float:
    """Seconds of `samples` that are about as loud as the loud parts."""
    return _total_s(_voiced(samples, settings or DoubtSettings()))


VOICE_STEP = RATE // 50
"""Level is measured each 20 ms."""


def _voiced(samples: Samples, limits: DoubtSettings) -> NDArray[np.bool_]:
    """Whether each 20 ms is about as loud as the loud parts. Shape (n // 320,)."""
    steps = samples[: len(samples) // VOICE_STEP * VOICE_STEP].reshape(-1, VOICE_STEP)
    power = np.mean(np.square(steps, dtype=np.float64), axis=1)
    threshold = float(np.percentile(power, 95)) * 10 ** (-limits.voice_db / 10)
    voiced: NDArray[np.bool_] = power > threshold
    return voiced


def _longest_unheard_s(voiced: NDArray[np.bool_], words: Sequence[Word], count: int) -> float:
    """Most voice before, between two, or after the words."""
    ends = [0, *(word.span.end for word in words)]
    starts = [*(word.span.start for word in words), count]
    gaps = zip(ends, starts, strict=True)
    return max(_total_s(voiced[end // VOICE_STEP : start // VOICE_STEP]) for end, start in gaps)


def _total_s(voiced: NDArray[np.bool_]) -> float:
    return int(voiced.sum()) * VOICE_STEP / RATE
