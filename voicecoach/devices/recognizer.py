"""Speech to words with faster-whisper: drafts while somebody speaks, finals with the same settings always.

Laws: the same samples give the same words, whatever was recognized before and in whichever process;
nothing is carried over from one call to the next; every word lies inside the samples, in order.
With the adaptive window an answer is either believed (`voicecoach.devices.window.doubt`) or recognized
again at the full window.
Units: samples at 16 kHz, relative to the first sample passed; probabilities 0 to 1.

What Whisper does wrong, and which setting answers it: ``docs/models.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from voicecoach.audio import Samples
from voicecoach.devices.drafting import draft
from voicecoach.devices.finals import Finals, FinalSettings
from voicecoach.devices.machine import Placement
from voicecoach.devices.models import ResolvedModel
from voicecoach.devices.window import AudioWindow
from voicecoach.errors import DeviceError, ModelError
from voicecoach.ports import RecognizerInfo
from voicecoach.speech import Word
from voicecoach.timeline import RATE

if TYPE_CHECKING:
    from voicecoach.devices.batches import Decoder
    from voicecoach.devices.whisper import Speller, WindowedWhisper

Answer = TypeVar("Answer")

SHORTEST = RATE // 10
"""Shorter audio is not asked about: it holds no word, and Whisper invents one."""

DIGEST_DIGITS = 16
"""Hexadecimal digits of the sha256 that are recorded: enough to tell any two models apart."""


@dataclass(frozen=True, slots=True)
class _Tongue:
    """What one language takes."""

    speller: Speller
    decoder: Decoder
    finals: Finals


class FasterWhisperRecognizer:
    """A CTranslate2 Whisper model as a `voicecoach.ports.Recognizer`.

    Parameters
    ----------
    model : from `voicecoach.devices.models.resolve`.
    placement : from `voicecoach.devices.machine.place`.
    window : how much sound the encoder is given; `voicecoach.devices.window_choice.choose` knows what is
        right for the model.
    glossary : names that may be said in the calls, given to the model before each piece of sound; not to
        a model whose card says that it takes no prompt.
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
        glossary: Sequence[str] = (),
        threads: int = 1,
    ) -> None:
        self._settings = FinalSettings()
        self._glossary = ", ".join(glossary) if model.takes_prompts else ""
        self.window = window
        """How much sound the encoder is given for finals, ..."""
        self.draft_window = AudioWindow.ADAPTIVE if model.bears_short_windows else AudioWindow.FULL
        """... and for drafts."""
        self._model = _loaded(model, placement, threads)
        self._tongues: dict[str, _Tongue] = {}
        self.languages = _languages(self._model)
        """ISO 639-1 codes that the model knows."""
        self.info = RecognizerInfo(
            name=model.name,
            digest=model.digest[:DIGEST_DIGITS],
            device=placement.device,
            compute_type=str(self._model.model.compute_type),
            scope=model.scope,
            keeps_fillers=model.keeps_fillers,
            settings=asdict(self._settings)
            | {
                "audio_window": str(window),
                "glossary": self._glossary,
                "takes_prompts": model.takes_prompts,
            },
        )

    @property
    def redone(self) -> int:
        """Finals from a short window that were not believed, so far."""
        return sum(tongue.finals.redone for tongue in self._tongues.values())

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
        self._check([samples], language)
        if len(samples) < SHORTEST:
            return ()
        speller = self._tongue(language).speller
        return _run(lambda: draft(self._model, speller, samples, self.draft_window))

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
        return self.recognize_all([samples], language)[0]

    def recognize_all(self, pieces: Sequence[Samples], language: str) -> list[tuple[Word, ...]]:
        """The words of each piece: what `recognize` says of each, to the last bit, but sooner.

        Pieces of like length are decoded together, as many as memory bears
        (`voicecoach.devices.batches.BatchSettings`); results and errors are those of `recognize`.
        """
        from voicecoach.devices.batches import converse  # lazy: faster-whisper takes 0.5 s

        self._check(pieces, language)
        tongue = self._tongue(language)
        long = [number for number, piece in enumerate(pieces) if len(piece) >= SHORTEST]
        talks = [tongue.finals.words(pieces[number]) for number in long]
        words = dict(zip(long, _run(lambda: converse(talks, tongue.decoder)), strict=True))
        return [words.get(number, ()) for number in range(len(pieces))]

    def _check(self, pieces: Sequence[Samples], language: str) -> None:
        self.require_language(language)
        if not all(np.isfinite(piece).all() for piece in pieces):
            raise ValueError("samples to recognize must be finite")

    def _tongue(self, language: str) -> _Tongue:
        from voicecoach.devices.batches import Decoder  # lazy: faster-whisper takes 0.5 s
        from voicecoach.devices.whisper import Speller

        if language not in self._tongues:
            speller = Speller(self._model, language, self._glossary)
            decoder = Decoder(self._model, speller, self._settings.beam_size)
            finals = Finals(self._model, speller, self.window)
            self._tongues[language] = _Tongue(speller, decoder, finals)
        return self._tongues[language]


def _run(work: Callable[[], Answer]) -> Answer:
    """Let the model work; what CTranslate2 cannot do is the device's failure."""
    try:
        return work()
    except RuntimeError as error:
        raise _device_error(error) from error


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
    except (RuntimeError, ValueError) as error:
        if isinstance(error, ValueError) or _is_cards_fault(error):
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


CUDA_LIBRARIES = (
    "Install NVIDIA's libraries: pip install nvidia-cublas-cu12 nvidia-cudnn-cu12, "
    "and add their lib folders to LD_LIBRARY_PATH."
)

REMEDIES = {
    "out of memory": "Use a smaller --model, or --compute-type int8_float16.",
    "cublas": CUDA_LIBRARIES,
    "cudnn": CUDA_LIBRARIES,
    "driver": "Update the NVIDIA driver: CUDA 12 or newer is needed.",
    "compute type": "Leave out --compute-type: the best that the device can do is then used.",
}
"""What to do about a card's failure, by a word of CTranslate2's message; a processor is always there."""


def _is_cards_fault(error: RuntimeError) -> bool:
    said = str(error).casefold()
    return "cuda" in said or any(word in said for word in ("cublas", "cudnn", "out of memory"))


def _device_error(error: Exception) -> DeviceError:
    said = str(error).rstrip(".")
    remedies = (remedy for word, remedy in REMEDIES.items() if word in said.casefold())
    remedy = next(remedies, "Use a smaller --model if memory ran out.")
    return DeviceError(f"the speech model could not run: {said}. {remedy} Or use --device cpu.")
