"""The final words of a piece of sound: beam search, times for each word, and what is done about doubt.

A final is written as a conversation: a generator asks for windows to be decoded (`Window`), one after the
other, and is sent what the model wrote. So the same few lines serve one piece at once and many pieces
together (`voicecoach.devices.batches`), and can have no memory of anything but their own piece.

What happens between the questions is what faster-whisper's ``transcribe`` does with the same settings: text
is divided at timestamps, words are aligned, and sound after an unfinished sentence is heard again.

Laws: what is asked depends on the samples and the answers alone.
Units: samples at 16 kHz; frames of 10 ms of features; seconds within the piece.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.devices.window import FULL_FRAMES, FULL_S, AudioWindow, doubt, window_frames
from voicecoach.speech import Word
from voicecoach.timeline import RATE, Span
from voicecoach.timeline import samples as to_samples

if TYPE_CHECKING:
    from voicecoach.devices.whisper import Speller, WindowedWhisper

SHORTEST_WORD = RATE // 50
"""20 ms, the step of Whisper's own clock: a word that it gave no length gets this much."""

LENGTHS_S = (4, 8, 16, FULL_S)
"""Text may be as long as people can write in the next of these: segments of one class share a batch."""


@dataclass(frozen=True, slots=True)
class FinalSettings:
    """How finals are decoded. Fixed, so that the same recording always gets the same words."""

    beam_size: int = 5
    """OpenAI's and faster-whisper's own default for accurate transcription."""
    temperature: float = 0.0
    """No sampling. The stock ladder of six temperatures is random and makes the slowest answers slower."""
    condition_on_previous_text: bool = False
    """An error must not prompt the next one. 60 s of dense speech, demo model: WER 32 % with, 8 % without."""
    word_timestamps: bool = True
    without_timestamps: bool = False
    """Timestamps keep text off silence (the demo model invents a sentence on noise without them)."""
    vad_filter: bool = False
    """Speech was found before, by our own segmenter."""
    no_speech_threshold: float = 0.6
    """Text is dropped when 'no speech' is likelier than this and ..."""
    log_prob_threshold: float = -1.0
    """... the mean log probability of its tokens is not above this: Radford et al. 2022, section 4.5."""
    compression_ratio_threshold: float = 2.4
    """Text that gzip shrinks by more than this is a loop (same source): it is decoded once more with ..."""
    retry_repetition_penalty: float = 1.15
    """... this penalty, and never otherwise, for it hurts repeated digits."""
    tokens_per_s: int = 8
    """At most so many tokens a second of audio, and as many again: fast English needs 6. Ends loops early."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A question to the model: what is said here."""

    features: NDArray[np.float32]
    """Shape (mels, m)."""
    frames: int
    """Frames to encode; features are padded or cut to as many."""
    most_tokens: int
    """Tokens that the text may take."""
    repetition_penalty: float

    @property
    def kind(self) -> tuple[int, int, float]:
        """Windows of one kind can be decoded together."""
        return self.frames, self.most_tokens, self.repetition_penalty


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """The answer: what the model wrote, and what it had heard."""

    tokens: list[int]
    avg_logprob: float
    no_speech_prob: float
    encoded: Any
    """The encoder's output for this window alone, a ``ctranslate2.StorageView``."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text between two timestamps."""

    text: str
    avg_logprob: float
    compression_ratio: float
    words: tuple[dict[str, Any], ...]
    """``word``, ``start`` and ``end`` in seconds, ``probability``: as faster-whisper aligned them."""


Conversation = Generator[Window, Written, tuple[Word, ...]]


class Finals:
    """Writes finals with one model in one language.

    Parameters
    ----------
    model : the weights.
    speller : tokens of the language spoken.
    window : how much sound the encoder is given.
    """

    def __init__(self, model: WindowedWhisper, speller: Speller, window: AudioWindow) -> None:
        self._model = model
        self._speller = speller
        self._window = window
        self._settings = FinalSettings()
        self.redone = 0
        """Answers to a short window that were not believed, so far."""

    def words(self, samples: Samples) -> Conversation:
        """The words in `samples`, shape (n,): asks for windows, returns words with spans in ``[0, n)``."""
        frames = window_frames(len(samples), self._window)
        if frames < FULL_FRAMES:
            parts = yield from self.parts(samples, frames)
            words = tuple(_inside(parts, len(samples)))
            if doubt(parts, words, samples) is None:
                return words
            self.redone += 1
        parts = yield from self.parts(samples)
        if any(part.compression_ratio > self._settings.compression_ratio_threshold for part in parts):
            parts = yield from self.parts(samples, penalty=self._settings.retry_repetition_penalty)
        return tuple(_inside(parts, len(samples)))

    def parts(
        self, samples: Samples, frames: int = FULL_FRAMES, penalty: float = 1.0
    ) -> Generator[Window, Written, list[Part]]:
        """All text in `samples`, window after window."""
        features = self._model.features(samples)
        most = most_tokens(len(samples), self._settings.tokens_per_s)
        parts: list[Part] = []
        at, count, said_until_s = 0, features.shape[1], 0.0
        while at < count:
            piece = features[:, at : at + FULL_FRAMES]
            written = yield Window(piece, frames, most, penalty)
            if self._is_silence(written):
                at += piece.shape[1]
                continue
            said = self._model.divided(written, self._speller, at, piece.shape[1], said_until_s)
            at, said_until_s = said.following, said.until_s
            parts += self._shown(said.texts, written)
        return parts

    def _is_silence(self, written: Written) -> bool:
        likely = written.no_speech_prob > self._settings.no_speech_threshold
        return likely and not written.avg_logprob > self._settings.log_prob_threshold

    def _shown(self, texts: Sequence[dict[str, Any]], written: Written) -> Iterator[Part]:
        ratio = self._speller.compression_ratio(written.tokens)
        for one in texts:
            text = self._speller.tokens.decode(one["tokens"])
            if one["start"] != one["end"] and text.strip():
                yield Part(text, written.avg_logprob, ratio, tuple(one["words"]))


def most_tokens(count: int, tokens_per_s: int) -> int:
    """Tokens that the text of `count` samples may take."""
    length_s = ceil(count / RATE)
    return tokens_per_s * (1 + next((most for most in LENGTHS_S if length_s <= most), FULL_S))


def _inside(parts: Sequence[Part], count: int) -> Iterator[Word]:
    """Whisper's words with spans that are never empty and never outside the `count` samples."""
    for word in chain.from_iterable(part.words for part in parts):
        text = word["word"].strip()
        if not text:
            continue
        start = min(max(0, to_samples(float(word["start"]))), count - SHORTEST_WORD)
        end = min(max(start + SHORTEST_WORD, to_samples(float(word["end"]))), count)
        yield Word(text, Span(start, end), min(1.0, max(0.0, float(word["probability"]))))
