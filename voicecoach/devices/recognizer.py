"""Speech to words with faster-whisper: drafts while somebody speaks, finals with the same settings always.

Laws: the same samples give the same words, whatever was recognized before and in whichever process;
nothing is carried over from one call to the next; every word lies inside the samples, in order.
With the adaptive window an answer is either believed (`voicecoach.devices.window.doubt`) or recognized
again at the full window.
Units: samples at 16 kHz, relative to the first sample passed; probabilities 0 to 1.

What Whisper does wrong, and which setting answers it: ``docs/models.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from voicecoach.audio import Samples
from voicecoach.devices.drafting import draft
from voicecoach.devices.machine import Placement
from voicecoach.devices.models import ResolvedModel
from voicecoach.devices.window import FULL_FRAMES, FULL_S, AudioWindow, doubt, window_frames
from voicecoach.errors import DeviceError, ModelError
from voicecoach.ports import RecognizerInfo
from voicecoach.speech import Word
from voicecoach.timeline import RATE, Span
from voicecoach.timeline import samples as to_samples

if TYPE_CHECKING:
    from faster_whisper.transcribe import Segment
    from faster_whisper.transcribe import Word as WhisperWord

    from voicecoach.devices.whisper import Speller, WindowedWhisper

SHORTEST = RATE // 10
"""Shorter audio is not asked about: it holds no word, and Whisper invents one."""

SHORTEST_WORD = RATE // 50
"""20 ms, the step of Whisper's own clock: a word that it gave no length gets this much."""

DIGEST_DIGITS = 16
"""Hexadecimal digits of the sha256 that are recorded: enough to tell any two models apart."""

LONGEST_OUTPUT = 440
"""Tokens that Whisper's decoder can hold (448), less room for the prompt."""


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
    """... the mean log probability of its tokens is below this: Radford et al. 2022, section 4.5."""
    compression_ratio_threshold: float = 2.4
    """Text that gzip shrinks by more than this is a loop (same source): it is decoded once more with ..."""
    retry_repetition_penalty: float = 1.15
    """... this penalty, and never otherwise, for it hurts repeated digits."""
    tokens_per_s: int = 8
    """At most so many tokens a second of audio, and as many again: fast English needs 6. Ends loops early."""


class FasterWhisperRecognizer:
    """A CTranslate2 Whisper model as a `voicecoach.ports.Recognizer`.

    Parameters
    ----------
    model : from `voicecoach.devices.models.resolve`.
    placement : from `voicecoach.devices.machine.place`.
    window : how much sound the encoder is given; `voicecoach.devices.window_choice.choose` knows what is
        right for the model.
    threads : processor threads of this recognizer. One: on a busy machine a second one brings nothing, and
        with float32 it made it ten times slower. Use more workers instead.

    Raises
    ------
    ModelError : CTranslate2 cannot read the model.
    DeviceError : the graphics card's libraries are missing.
    """

    def __init__(
        self,
        model: ResolvedModel,
        placement: Placement,
        window: AudioWindow = AudioWindow.FULL,
        threads: int = 1,
    ) -> None:
        self._settings = FinalSettings()
        self.window = window
        """How much sound the encoder is given."""
        self._model = _loaded(model, placement, threads)
        self._spellers: dict[str, Speller] = {}
        self.languages = _languages(self._model)
        """ISO 639-1 codes that the model knows."""
        self.redone = 0
        """Answers to a short window that were not believed, so far."""
        self.info = RecognizerInfo(
            name=model.name,
            digest=model.digest[:DIGEST_DIGITS],
            device=placement.device,
            compute_type=str(self._model.model.compute_type),
            scope=model.scope,
            keeps_fillers=model.keeps_fillers,
            settings=asdict(self._settings) | {"audio_window": str(window)},
        )

    def require_language(self, language: str) -> None:
        """Raise ModelError, with the remedy, unless the model knows `language`."""
        if language in self.languages:
            return
        if self.languages == {"en"}:
            raise ModelError(
                f"--language {language}: the model {self.info.name} knows English only. "
                "Use a model without .en in its name, such as --model small."
            )
        raise ModelError(
            f"--language {language}: the model {self.info.name} does not know it. "
            f"Use one of {', '.join(sorted(self.languages))}."
        )

    def warm(self) -> None:
        """Pay now what only the first answers cost: libraries, buffers, tables."""
        language = "en" if "en" in self.languages else min(self.languages)
        noise = np.random.default_rng(0).normal(0, 0.01, RATE).astype(np.float32)
        self.draft(noise, language)
        self.recognize(noise, language)

    def draft(self, samples: Samples, language: str) -> tuple[str, ...]:
        """What may have been said in `samples`: the quick answer to a question still being spoken.

        Never at the same time as `recognize`: one model, one job.

        Parameters
        ----------
        samples : shape (n,), mono at 16 kHz, full scale = 1; finite; at most 30 s of them are heard.
        language : ISO 639-1 code, such as ``en``.

        Returns
        -------
        Words in order, with their punctuation. None for less than 0.1 s of audio, nor for an answer that
        cannot be right.

        Raises
        ------
        ModelError : the model does not know `language`.
        DeviceError : the graphics card failed.
        """
        self._check(samples, language)
        if len(samples) < SHORTEST:
            return ()
        try:
            return draft(self._model, self._speller(language), samples)
        except RuntimeError as error:
            raise _device_error(error) from error

    def recognize_all(self, pieces: Sequence[Samples], language: str) -> list[tuple[Word, ...]]:
        """The words of each piece: what `recognize` says of each, sooner."""
        return [self.recognize(piece, language) for piece in pieces]

    def recognize(self, samples: Samples, language: str) -> tuple[Word, ...]:
        """The words in `samples`, as the model wrote them.

        Parameters
        ----------
        samples : shape (n,), mono at 16 kHz, full scale = 1; finite.
        language : ISO 639-1 code, such as ``en``.

        Returns
        -------
        Words in order; spans within ``[0, n)``. None for less than 0.1 s of audio.

        Raises
        ------
        ModelError : the model does not know `language`.
        DeviceError : the graphics card failed.
        """
        self._check(samples, language)
        if len(samples) < SHORTEST:
            return ()
        frames = window_frames(len(samples), self.window)
        if frames < FULL_FRAMES:
            segments = self._decoded(samples, language, frames=frames)
            words = _words(segments, len(samples))
            if doubt(segments, words, samples) is None:
                return words
            self.redone += 1
        return self._heard_in_full(samples, language)

    def _check(self, samples: Samples, language: str) -> None:
        self.require_language(language)
        if not np.isfinite(samples).all():
            raise ValueError("samples to recognize must be finite")

    def _speller(self, language: str) -> Speller:
        from voicecoach.devices.whisper import Speller  # lazy: faster-whisper takes 0.5 s

        if language not in self._spellers:
            self._spellers[language] = Speller(self._model, language)
        return self._spellers[language]

    def _heard_in_full(self, samples: Samples, language: str) -> tuple[Word, ...]:
        segments = self._decoded(samples, language)
        if any(part.compression_ratio > self._settings.compression_ratio_threshold for part in segments):
            segments = self._decoded(samples, language, self._settings.retry_repetition_penalty)
        return _words(segments, len(samples))

    def _decoded(
        self,
        samples: Samples,
        language: str,
        repetition_penalty: float = 1.0,
        frames: int = FULL_FRAMES,
    ) -> list[Segment]:
        options = self._settings
        self._model.frames = frames
        try:
            segments, _ = self._model.transcribe(
                samples.astype(np.float32, copy=False),
                language=language,
                beam_size=options.beam_size,
                temperature=options.temperature,
                condition_on_previous_text=options.condition_on_previous_text,
                word_timestamps=options.word_timestamps,
                without_timestamps=options.without_timestamps,
                vad_filter=options.vad_filter,
                no_speech_threshold=options.no_speech_threshold,
                log_prob_threshold=options.log_prob_threshold,
                compression_ratio_threshold=options.compression_ratio_threshold,
                repetition_penalty=repetition_penalty,
                max_new_tokens=longest_output(len(samples), options.tokens_per_s),
            )
            return list(segments)
        except RuntimeError as error:
            raise _device_error(error) from error


def longest_output(count: int, tokens_per_s: int) -> int:
    """Tokens that the text of `count` samples may take, as CTranslate2 wants to be told.

    CTranslate2 stops at half of the length it is given (``whisper.cc``: min(length / 2, length - prompt)),
    hence the factor 2.
    """
    window_s = min(FULL_S, ceil(count / RATE))
    return min(LONGEST_OUTPUT, 2 * tokens_per_s * (window_s + 1))


def _words(segments: Iterable[Segment], count: int) -> tuple[Word, ...]:
    """Whisper's words with spans that are never empty and never outside the `count` samples."""
    return tuple(_inside(chain.from_iterable(part.words or [] for part in segments), count))


def _inside(heard: Iterable[WhisperWord], count: int) -> Iterator[Word]:
    for word in heard:
        text = word.word.strip()
        if not text:
            continue
        start = min(max(0, to_samples(float(word.start))), count - SHORTEST_WORD)
        end = min(max(start + SHORTEST_WORD, to_samples(float(word.end))), count)
        yield Word(text, Span(start, end), min(1.0, max(0.0, float(word.probability))))


def _loaded(model: ResolvedModel, placement: Placement, threads: int) -> WindowedWhisper:
    from voicecoach.devices.whisper import WindowedWhisper  # lazy: faster-whisper takes 0.5 s

    try:
        return WindowedWhisper(
            str(model.folder),
            device=placement.device,
            compute_type=placement.compute_type,
            cpu_threads=threads,
            local_files_only=True,
        )
    except RuntimeError as error:
        if placement.device == "cuda" and "CUDA" in str(error).upper():
            raise _device_error(error) from error
        raise ModelError(
            f"{model.folder}: CTranslate2 cannot read this model ({error}). "
            "Copy or convert it again, for this version of CTranslate2."
        ) from error


def _languages(model: WindowedWhisper) -> frozenset[str]:
    """Languages that faster-whisper knows and this model has a token for (Cantonese came with large-v3)."""
    tokens = model.hf_tokenizer
    named = (code for code in model.supported_languages if tokens.token_to_id(f"<|{code}|>") is not None)
    return frozenset(named)


def _device_error(error: RuntimeError) -> DeviceError:
    return DeviceError(
        f"the speech model could not run: {error}. Use --device cpu, or a smaller --model if memory ran out."
    )
