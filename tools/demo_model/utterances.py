"""A sentence, spoken: its log-mel frames, and when each word and each phone is said.

Phones are the synthesizer's own: what the encoder is taught beside the words (`fitting`). They are found as
the words of a line are, by giving the product's `rendering` a text of phones for the same sound.

Units: seconds; mel frames of 10 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import soxr
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

from tools.demo_model.deliveries import Manner
from tools.demo_model.writing import as_written
from voicecoach.audio import Samples
from voicecoach.devices import espeak as espeak_engine
from voicecoach.devices import flite as flite_engine
from voicecoach.devices.rendering import WordTime, rendering
from voicecoach.spoken import Delivery, Rendering
from voicecoach.timeline import RATE

FRAMES_PER_S = 100
STRESS = "',"
"""espeak-ng's marks of stressed syllables: the sound is the same."""

SILENCE = 0
"""The label of a frame without a phone."""

Frames = NDArray[np.float32]
Times = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Phone:
    """A speech sound, named after its engine and its name there."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """A spoken sentence."""

    samples: Samples
    words: tuple[str, ...]
    """As the model is to write them."""
    times_s: Times
    """Of each word."""
    phones: tuple[Phone, ...]

    @property
    def text(self) -> str:
        """What the model is to write."""
        return " ".join(self.words)


def spoken(text: str, manner: Manner) -> Utterance | None:
    """`text` in that manner; None if the engine makes no sound of it, or words that are not the text's.

    Raises
    ------
    ValueError : the model cannot write the text.
    """
    words = as_written(text)
    if words is None:
        raise ValueError(f"{text!r} cannot be written")
    line, phones = _ENGINES[manner.engine](text, manner.delivery)
    if len(line.words) != len(words):
        return None
    # A vocal tract of another length: the sound is stretched, all times with it.
    sound = np.asarray(soxr.resample(line.samples, RATE, RATE * manner.tract), np.float32)
    scale = manner.tract / RATE
    return Utterance(
        sound,
        words,
        tuple((word.span.start * scale, word.span.end * scale) for word in line.words),
        tuple(Phone(w.text, w.span.start * scale, w.span.end * scale) for w in phones.words),
    )


def frames(sound: Samples) -> Frames:
    """Log10 mel power as faster-whisper computes it, before it is clamped and scaled. Shape (n, 80)."""
    extractor = _extractor()
    window = np.hanning(extractor.n_fft + 1)[:-1].astype(np.float32)
    padded = np.pad(sound, (0, extractor.hop_length))
    spectrum = extractor.stft(
        padded, extractor.n_fft, extractor.hop_length, window=window, return_complex=True
    )
    # faster-whisper drops the last frame, and voicecoach the one of the padding.
    power = np.abs(spectrum[..., :-2].astype(np.complex64)) ** 2
    return np.log10(np.maximum(extractor.mel_filters @ power, 1e-10)).T.astype(np.float32)


def frame_labels(phones: Sequence[Phone], count: int, ids: dict[str, int]) -> NDArray[np.uint8]:
    """The phone of each frame, numbered by `ids`, to which new names are added. Shape (count,)."""
    labels = np.full(count, SILENCE, np.uint8)
    for phone in phones:
        span = slice(round(phone.start_s * FRAMES_PER_S), round(phone.end_s * FRAMES_PER_S))
        labels[span] = ids.setdefault(phone.name, len(ids) + 1)
    return labels


@cache
def _extractor() -> FeatureExtractor:
    return FeatureExtractor()


def _espeak(text: str, delivery: Delivery) -> tuple[Rendering, Rendering]:
    """The line of `text`, and the same sound as a line of phones."""
    engine, blocks = espeak_engine.espeak(), list[espeak_engine.Block]()

    def keep(block: espeak_engine.Block) -> bool:
        blocks.append(block)
        return False

    engine.speak(text, delivery, keep)
    line = espeak_engine.rendered(blocks, engine.rate_hz, text)
    pcm = np.concatenate([block.pcm for block in blocks])
    marks = [mark for block in blocks for mark in block.marks if mark.phoneme is not None]
    ends_s = [*(mark.at_s for mark in marks[1:]), len(pcm) / engine.rate_hz]
    phones = [
        Phone(f"espeak:{mark.phoneme.lstrip(STRESS)}", mark.at_s, end_s)
        for mark, end_s in zip(marks, ends_s, strict=True)
        if mark.phoneme and not mark.phoneme.startswith("_")
    ]
    return line, _line_of_phones(pcm, engine.rate_hz, phones)


def _flite(text: str, delivery: Delivery) -> tuple[Rendering, Rendering]:
    """The line of `text`, and the same sound as a line of phones."""
    made = flite_engine.flite().speak(text, delivery)
    phones = [
        Phone(f"flite:{phone.name}", phone.start_s, phone.end_s)
        for phone in made.phones
        if phone.token is not None
    ]
    return flite_engine.rendered(made, text), _line_of_phones(made.pcm, made.rate_hz, phones)


_ENGINES = {"espeak": _espeak, "flite": _flite}


def _line_of_phones(pcm: NDArray[np.int16], rate_hz: int, phones: Sequence[Phone]) -> Rendering:
    times = [WordTime(index, phone.start_s, phone.end_s) for index, phone in enumerate(phones)]
    return rendering(pcm, rate_hz, " ".join(phone.name for phone in phones), times)
