"""From what an engine made to a :class:`Rendering`: 16 kHz, no silence around it, a time for every word.

Laws
----
* The samples start and end with the speech: leading and trailing frames below `FLOOR_DB` are cut off.
* Words are the text's own, split at white space, punctuation kept; their spans are ordered, never
  overlap, and lie inside the samples.

Units: an engine reports times in seconds from its first sample; everything returned is samples at 16 kHz.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.speech import Word
from voicecoach.spoken import Delivery, Rendering
from voicecoach.timeline import FRAME, RATE, Span, samples

FLOOR_DB = -40.0
"""A frame this far below the loudest one is silence. Measured on espeak-ng 1.52 and flite 2.2: their
padding and breath lie at -42 dB and below, the softest first sound of a word, [f], at -38 dB."""

PCM_FULL_SCALE = 32768
"""Full scale of 16-bit samples."""


_NO_CHARACTER = frozenset({"Cc", "Cs"})
"""Unicode's general categories: control, surrogate."""


@dataclass(frozen=True, slots=True)
class WordTime:
    """When an engine spoke one word of a text, in seconds from the engine's first sample."""

    index: int
    """Which of the text's words, from 0."""
    start_s: float
    end_s: float
    """End of the word's last sound, before any pause that follows."""


def speakable(text: str) -> str:
    """`text` with a blank for each character that is none: controls and lone surrogates.

    Engines written in C end a text at NUL, and none can be given half a surrogate pair.
    """
    return "".join(" " if unicodedata.category(letter) in _NO_CHARACTER else letter for letter in text)


def word_bounds(text: str) -> list[tuple[int, int]]:
    """Where each word of `text` starts and ends, in characters; words are what white space separates."""
    return [match.span() for match in re.finditer(r"\S+", text)]


def rendering(pcm: NDArray[np.int16], rate_hz: int, text: str, times: Sequence[WordTime]) -> Rendering:
    """The spoken line that an engine's raw output amounts to.

    Parameters
    ----------
    pcm : the engine's samples, shape (n,), 16 bits.
    rate_hz : their sampling rate.
    text : what was spoken.
    times : of the words that the engine reported, in order; the others share the time of the one before.
    """
    sound = np.asarray(soxr.resample(pcm.astype(np.float32) / PCM_FULL_SCALE, rate_hz, RATE), np.float32)
    sound = np.clip(sound, -1, 1)  # resampling may overshoot
    inside = _speech(sound)
    if inside is None or not times:
        return Rendering(np.zeros(0, np.float32), ())
    return Rendering(sound[inside.start : inside.end], _words(text.split(), times, inside))


def louder(pcm: NDArray[np.int16], volume: float) -> NDArray[np.int16]:
    """`pcm` at a `Delivery`'s volume (100: as it is), cut off at full scale."""
    scaled = np.rint(pcm.astype(np.float64) * volume / 100)
    return np.clip(scaled, -PCM_FULL_SCALE, PCM_FULL_SCALE - 1).astype(np.int16)


def estimated(pcm: NDArray[np.int16], rate_hz: int, text: str, delivery: Delivery) -> Rendering:
    """The line of an engine that knows neither volume nor times: each word's by its number of letters."""
    times = [WordTime(0, 0.0, len(pcm) / rate_hz)] if text.split() else []
    return rendering(louder(pcm, delivery.volume), rate_hz, text, times)


def _speech(sound: Samples) -> Span | None:
    """From the first to the last frame that is not silence."""
    count = len(sound) // FRAME
    power = np.square(sound[: count * FRAME].reshape(count, FRAME)).mean(axis=1)
    if not power.any():
        return None
    loud = np.flatnonzero(power > power.max() * 10 ** (FLOOR_DB / 10))
    return Span(int(loud[0]) * FRAME, int(loud[-1] + 1) * FRAME)


def _words(texts: list[str], times: Sequence[WordTime], inside: Span) -> tuple[Word, ...]:
    words: list[Word] = []
    following = [time.index for time in times[1:]] + [len(texts)]
    for position, (time, end) in enumerate(zip(times, following, strict=True)):
        first = 0 if position == 0 else time.index
        words += _share(texts[first:end], time, inside)
    return tuple(words)


def _share(texts: list[str], time: WordTime, inside: Span) -> list[Word]:
    """Words that an engine reported as one ('of the'), each with a share by its number of letters."""
    latest = inside.duration - len(texts)
    start = min(max(0, samples(time.start_s) - inside.start), latest)
    end = min(max(start + len(texts), samples(time.end_s) - inside.start), inside.duration)
    letters = np.cumsum([0] + [len(text) for text in texts])
    edges = [start + round((end - start) * int(at) / int(letters[-1])) for at in letters]
    return [
        Word(text, Span(a, max(b, a + 1)), 1.0) for text, a, b in zip(texts, edges, edges[1:], strict=False)
    ]
