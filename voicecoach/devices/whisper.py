"""faster-whisper's model, with a window that need not be 30 s long, and its tokens for one language.

faster-whisper 1.2 pads the features of every window to 30 s before it encodes them. All that differs here
is that the padding is cut off again: its decoding and word alignment do the rest, with the same settings.

Units: samples at 16 kHz; frames of 10 ms of features.
"""

from __future__ import annotations

from collections.abc import Sequence

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.devices.window import FULL_FRAMES

PREPENDED = "\"'“¿([{-"
APPENDED = "\"'.。,，!！?？:：”)]}、"
"""Punctuation that belongs to the following and to the preceding word: OpenAI's own lists."""


class WindowedWhisper(WhisperModel):  # type: ignore[misc]  # faster-whisper ships without types
    """A `WhisperModel` whose encoder is given the first `frames` frames (of 10 ms) of each window."""

    frames: int = FULL_FRAMES
    """Set before `transcribe`. What `transcribe` is given must not be longer."""

    def encode(self, features: NDArray[np.float32]) -> ctranslate2.StorageView:
        """The encoder's output for features of shape (mels, 3000)."""
        return super().encode(features[..., : self.frames])

    def features(self, samples: Samples) -> NDArray[np.float32]:
        """Log-mel features of `samples`, shape (mels, n // 160), of 30 s at most."""
        heard = samples[: self.feature_extractor.n_samples].astype(np.float32, copy=False)
        features: NDArray[np.float32] = self.feature_extractor(heard)[:, :-1]
        return features

    def encoded(self, pieces: Sequence[NDArray[np.float32]], frames: int) -> ctranslate2.StorageView:
        """The encoder's output for features that are padded or cut to `frames`: one pass for all."""
        windows = np.zeros((len(pieces), self.model.n_mels, frames), np.float32)
        for window, features in zip(windows, pieces, strict=True):
            window[:, : features.shape[1]] = features[:, :frames]
        return self.model.encode(ctranslate2.StorageView.from_array(windows))

    def length_for(self, tokens: int, prompt: int) -> int:
        """CTranslate2's ``max_length`` for so many tokens of text after a prompt of so many.

        It stops at min(length / 2, length - prompt) (``whisper.cc``), hence the factor 2.
        """
        longest: int = min(self.max_length, max(2 * tokens, prompt + tokens))
        return longest


class Speller:
    """What a model reads and writes in one language: the prompt before its text, and tokens as words.

    Parameters
    ----------
    model : the weights.
    language : ISO 639-1 code that the model knows.
    """

    def __init__(self, model: WindowedWhisper, language: str) -> None:
        self._model = model
        self.tokens = Tokenizer(
            model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language
        )
        self.suppressed: tuple[int, ...] = get_suppressed_tokens(self.tokens, [-1])
        """Tokens never written: signs that are no speech, as stock."""

    def prompt(self, *, timestamps: bool) -> list[int]:
        """The tokens before the text."""
        prompt: list[int] = self._model.get_prompt(self.tokens, [], without_timestamps=not timestamps)
        return prompt

    def words(self, tokens: Sequence[int]) -> tuple[str, ...]:
        """Words with their punctuation, as word alignment divides them."""
        text = [token for token in tokens if token < self.tokens.eot]
        pairs = zip(*self.tokens.split_to_word_tokens(text), strict=True)
        parts = [{"word": word, "tokens": its} for word, its in pairs]
        merge_punctuations(parts, PREPENDED, APPENDED)
        return tuple(word for part in parts if (word := part["word"].strip()))
