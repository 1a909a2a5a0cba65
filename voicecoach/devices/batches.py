"""Several pieces of sound through the decoder at once: a step takes little longer for eight than for one.

Laws: what is written about a window does not depend on the windows beside it. On a processor with int8 or
int16 weights that holds to the last bit, for all that rows of a batch share are sums of whole numbers; with
other numbers a window is decoded alone. On a graphics card the last bits of a score may differ.
Each window is encoded alone on a processor, where it costs nothing, and aligned alone everywhere.
Units: frames of 10 ms of features.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

import ctranslate2
import numpy as np
from ctranslate2.models import WhisperGenerationResult
from numpy.typing import NDArray

from voicecoach.devices.finals import Window, Written
from voicecoach.devices.whisper import Speller, WindowedWhisper
from voicecoach.devices.window import FRAMES_PER_S, FULL_FRAMES

Answer = TypeVar("Answer")

WHOLE_NUMBERS = ("int8", "int8_float32", "int16")
"""CTranslate2's compute types whose products are exact, in whatever order they are added up."""


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """How much is decoded at once, in frames of all windows together."""

    processor_frames: int = 4 * FULL_FRAMES
    """Four full or twelve short windows: there a step costs least (base, 10 tokens, window of 10 s: 145 ms
    for one alone, 72 each for eight, 63 each for sixteen; of 30 s: 206 alone, 130 for four, 142 for eight).
    base keeps 0.15 GB for them."""
    processor_width: int = 640
    """Wider models get less, by the square, for with the width grows the number of layers: small keeps
    0.3 GB, medium 0.45."""
    card_frames: int = 8 * FULL_FRAMES
    """faster-whisper's own default (large-v2, float16: 6.1 GB in all)."""


class Decoder:
    """Answers windows with one model in one language.

    Parameters
    ----------
    model : the weights.
    speller : tokens of the language spoken.
    beam_size : hypotheses kept at a time.
    settings : limits of a batch.
    """

    def __init__(
        self, model: WindowedWhisper, speller: Speller, beam_size: int, settings: BatchSettings | None = None
    ) -> None:
        self._model = model
        self._speller = speller
        self._beam_size = beam_size
        self._most_frames = _most_frames(model, settings or BatchSettings())

    def answers(self, windows: Sequence[Window]) -> list[Written]:
        """What the model writes about each of some windows, all of one kind."""
        first, prompt = windows[0], self._speller.prompt(timestamps=True)
        encoded = self._encoded(windows)
        results = self._model.model.generate(
            _together(encoded),
            [prompt] * len(windows),
            beam_size=self._beam_size,
            repetition_penalty=first.repetition_penalty,
            max_length=self._model.length_for(first.most_tokens, len(prompt)),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._speller.suppressed,
        )
        return [_written(result, its) for result, its in zip(results, encoded, strict=True)]

    def batches(self, windows: Iterable[tuple[int, Window]]) -> Iterator[list[tuple[int, Window]]]:
        """Numbered windows in groups of one kind, each group small enough to be answered at once."""
        ordered = sorted(windows, key=lambda numbered: (numbered[1].kind, numbered[0]))
        for (frames, *_), group in groupby(ordered, key=lambda numbered: numbered[1].kind):
            alike = list(group)
            size = max(1, self._most_frames // frames)
            yield from (alike[at : at + size] for at in range(0, len(alike), size))

    def _encoded(self, windows: Sequence[Window]) -> list[ctranslate2.StorageView]:
        """The encoder's output for each window, on the processor."""
        frames = windows[0].frames
        if self._model.model.device == "cpu":
            return [self._model.encoded([window.features], frames) for window in windows]
        together = self._model.encoded([window.features for window in windows], frames, to_cpu=True)
        return [ctranslate2.StorageView.from_array(one[None]) for one in _array(together)]


def _most_frames(model: WindowedWhisper, settings: BatchSettings) -> int:
    """Frames that may be decoded at once."""
    if model.model.device != "cpu":
        return settings.card_frames
    if model.model.compute_type not in WHOLE_NUMBERS:
        return 0
    silence = np.zeros((model.model.n_mels, FRAMES_PER_S), np.float32)
    width = model.encoded([silence], FRAMES_PER_S).shape[-1]
    return int(settings.processor_frames * min(1.0, (settings.processor_width / width) ** 2))


def _array(encoded: ctranslate2.StorageView) -> NDArray[np.generic]:
    """What the encoder gave, shape (windows, frames // 2, width); numpy knows no bfloat16."""
    if encoded.dtype == ctranslate2.DataType.bfloat16:
        encoded = encoded.to(ctranslate2.DataType.float32)
    return np.asarray(encoded)


def _together(encoded: Sequence[ctranslate2.StorageView]) -> ctranslate2.StorageView:
    if len(encoded) == 1:
        return encoded[0]
    return ctranslate2.StorageView.from_array(np.concatenate([_array(one) for one in encoded]))


def _written(result: WhisperGenerationResult, encoded: ctranslate2.StorageView) -> Written:
    """One answer; CTranslate2's score is a mean over the text, Whisper's counts the end of text too."""
    tokens = result.sequences_ids[0]
    mean = result.scores[0] * len(tokens) / (len(tokens) + 1)
    return Written(tokens, mean, result.no_speech_prob, encoded)


def converse(conversations: Sequence[Generator[Window, Written, Answer]], decoder: Decoder) -> list[Answer]:
    """Hold conversations side by side, their questions answered in batches; what each comes to, in order."""
    results: dict[int, Answer] = {}
    asked: dict[int, Window] = {}

    def go_on(number: int, written: Written | None) -> None:
        conversation = conversations[number]
        try:
            asked[number] = next(conversation) if written is None else conversation.send(written)
        except StopIteration as stop:
            results[number] = stop.value

    for number in range(len(conversations)):
        go_on(number, None)
    while asked:
        for batch in decoder.batches(asked.items()):
            for number, _ in batch:
                del asked[number]
            written = decoder.answers([window for _, window in batch])
            for (number, _), answer in zip(batch, written, strict=True):
                go_on(number, answer)
    return [results[number] for number in range(len(conversations))]
