"""faster-whisper's model, with a window that need not be 30 s long, and its tokens for one language.

faster-whisper 1.2 pads the features of every window to 30 s before it encodes them, and decodes several at
once only without timestamps. Here windows of any length are encoded; what is done with the text that the
decoder wrote is faster-whisper's own work.

Units: samples at 16 kHz; frames of 10 ms of features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens, merge_punctuations
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.devices.finals import Written

PREPENDED = "\"'“¿([{-"
APPENDED = "\"'.。,，!！?？:：”)]}、"
"""Punctuation that belongs to the following and to the preceding word: OpenAI's own lists."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said in a window."""

    texts: list[dict[str, Any]]
    """Faster-whisper's pieces of text: ``start`` and ``end`` in seconds, ``tokens``, ``words``."""
    following: int
    """The frame from where to go on."""
    until_s: float
    """Where the last word up to here ended."""


class WindowedWhisper(WhisperModel):  # type: ignore[misc]  # faster-whisper ships without types
    """A `WhisperModel` that can be given less than 30 s at a time, and several pieces at once."""

    def features(self, samples: Samples) -> NDArray[np.float32]:
        """Log-mel features of `samples` alone, without padding. Shape (mels, n // 160)."""
        features: NDArray[np.float32] = self.feature_extractor(samples.astype(np.float32, copy=False))[:, :-1]
        return features

    def encoded(
        self, pieces: Sequence[NDArray[np.float32]], frames: int, *, to_cpu: bool = False
    ) -> ctranslate2.StorageView:
        """The encoder's output for features that are padded or cut to `frames`: one pass for all."""
        windows = np.zeros((len(pieces), self.model.n_mels, frames), np.float32)
        for window, features in zip(windows, pieces, strict=True):
            window[:, : features.shape[1]] = features[:, :frames]
        return self.model.encode(ctranslate2.StorageView.from_array(windows), to_cpu=to_cpu)

    def length_for(self, tokens: int, prompt: int) -> int:
        """CTranslate2's ``max_length`` for so many tokens of text after a prompt of so many.

        It stops at min(length / 2, length - prompt) (``whisper.cc``), hence the factor 2.
        """
        longest: int = min(self.max_length, max(2 * tokens, prompt + tokens))
        return longest

    def divided(self, written: Written, speller: Speller, at: int, size: int, said_until_s: float) -> Said:
        """The text of a window divided at its timestamps, with times for its words.

        Parameters
        ----------
        written : what the model wrote about the window.
        speller : tokens of its language.
        at, size : the window's first frame and its frames that are not padding.
        said_until_s : where the last word before the window ended.
        """
        frame_s = self.feature_extractor.time_per_frame
        offset_s = at * frame_s
        texts, following, is_finished = self._split_segments_by_timestamps(
            speller.tokens, written.tokens, offset_s, size, size * frame_s, at
        )
        marks = (PREPENDED, APPENDED)
        self.add_word_timestamps([texts], speller.tokens, written.encoded, size, *marks, said_until_s)
        end_s = _last_end_s(texts)
        if not is_finished and end_s is not None and end_s > offset_s:
            following = round(end_s * self.frames_per_second)
        return Said(texts, following, said_until_s if end_s is None else end_s)


def _last_end_s(texts: Sequence[dict[str, Any]]) -> float | None:
    """Where the last word ends, or the last text if none has words."""
    ends = [word["end"] for one in reversed(texts) for word in reversed(one["words"])]
    return ends[0] if ends else texts[-1]["end"] if texts else None


class Speller:
    """What a model reads and writes in one language: the prompt before its text, and tokens as words.

    Parameters
    ----------
    model : the weights.
    language : ISO 639-1 code that the model knows.
    glossary : names that may be said, given to the model before each window.
    """

    def __init__(self, model: WindowedWhisper, language: str, glossary: str = "") -> None:
        self._model = model
        self._glossary = glossary
        self.tokens = Tokenizer(
            model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language
        )
        self.suppressed: tuple[int, ...] = get_suppressed_tokens(self.tokens, [-1])
        """Tokens never written: signs that are no speech, as stock."""

    def prompt(self, *, timestamps: bool) -> list[int]:
        """The tokens before the text."""
        prompt: list[int] = self._model.get_prompt(
            self.tokens, [], without_timestamps=not timestamps, hotwords=self._glossary or None
        )
        return prompt

    def compression_ratio(self, tokens: Sequence[int]) -> float:
        """How many times gzip shrinks the text of `tokens`."""
        ratio: float = get_compression_ratio(self.tokens.decode(list(tokens)).strip())
        return ratio

    def words(self, tokens: Sequence[int]) -> tuple[str, ...]:
        """Words with their punctuation, as word alignment divides them."""
        text = [token for token in tokens if token < self.tokens.eot]
        pairs = zip(*self.tokens.split_to_word_tokens(text), strict=True)
        parts = [{"word": word, "tokens": its} for word, its in pairs]
        merge_punctuations(parts, PREPENDED, APPENDED)
        return tuple(word for part in parts if (word := part["word"].strip()))
