"""What a user asks of grading, and what it takes to do it: names become models, rubrics and fact tables.

`GradeOptions` holds names as the user wrote them; `prepare` finds and checks all they stand for, once,
before any recording is opened; the `Preparation` it returns is plain data that any process can load.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from voicecoach import __version__
from voicecoach.apps.settings import GradeSettings
from voicecoach.desk_log import DeskEntry
from voicecoach.devices.assets import MODELS
from voicecoach.devices.documents import read_persona, read_rubric
from voicecoach.devices.machine import Placement, place, read_machine
from voicecoach.devices.models import ResolvedModel, default_name, resolve
from voicecoach.devices.window import AudioWindow
from voicecoach.devices.window_choice import WindowChoice, choose
from voicecoach.facts import FactTable
from voicecoach.graded import GradedCall
from voicecoach.ports import Recognizer
from voicecoach.rubric import Rubric


@dataclass(frozen=True, slots=True)
class GradeOptions:
    """How to grade, in the user's words."""

    model: str | None = None
    """A model's name, ``demo``, or a folder; None: the best that the machine carries."""
    device: str = "auto"
    """``auto``, ``cpu`` or ``cuda``."""
    compute_type: str | None = None
    """CTranslate2's name of a number format; None: int8 on a processor, float16 on a graphics card."""
    audio_window: AudioWindow | None = None
    """How much sound Whisper is given at a time; None: what ``voicecoach doctor`` found right, else full."""
    language: str = "en"
    """ISO 639-1 code of the language spoken."""
    rubric: str = "default"
    """A rubric's name, or a file."""
    persona: str | None = None
    """A persona's name or file: its fact table says what is right, its glossary what may be named."""
    trainee_channel: int | None = None
    """Counted from 0; None: told from what is said."""
    trainee_only: bool = False
    """The recording holds nobody but the trainee."""
    voice_only: bool = False
    """Recognize no words; measure what needs none."""
    offline: bool = False
    """Never use the network."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """Everything found and checked, nothing loaded yet."""

    model: ResolvedModel | None
    placement: Placement
    model_reason: str
    """Why this model: for the user."""
    window: WindowChoice
    rubric: Rubric
    facts: FactTable | None
    settings: GradeSettings
    glossary: tuple[str, ...] = ()
    """Names that may be said in the calls."""
    desk: tuple[DeskEntry, ...] | None = None
    """What was done at the desk in the one call that is graded again; None: nobody kept book."""

    @property
    def identity(self) -> str:
        """Everything but the recording that a result depends on, as one string."""
        parts = {
            "voicecoach": __version__,
            "weights": [_digest(MODELS / f"{name}.npz") for name in ("pitch", "acts")],
            "model": self.model.digest if self.model else None,
            "placement": asdict(self.placement),
            "audio_window": self.window.window,
            "rubric": self.rubric.model_dump(mode="json"),
            "facts": self.facts.model_dump(mode="json") if self.facts else None,
            "settings": asdict(self.settings),
            "glossary": self.glossary,
        }
        return json.dumps(parts, sort_keys=True)

    def load(self) -> Callable[[Path, Callable[[float], None]], GradedCall]:
        """Load models and weights; returns what grades one recording.

        Only here are the libraries that listen imported: whoever hands work to others stays light.
        """
        from voicecoach.apps.grade import grade_file, new_grader

        grader = new_grader(self.recognizer(), self.rubric, self.facts, self.settings)
        grader = replace(grader, desk=self.desk)
        return lambda path, progress: grade_file(path, grader, progress)

    def recognizer(self) -> Recognizer | None:
        """Load the speech model, for recordings and live calls alike; None: no words are wanted.

        Raises
        ------
        ModelError : the model cannot be loaded, or does not know the language.
        DeviceError : the graphics card's libraries are missing.
        """
        from voicecoach.devices.recognizer import FasterWhisperRecognizer

        if self.model is None:
            return None
        recognizer = FasterWhisperRecognizer(self.model, self.placement, self.window.window, self.glossary)
        recognizer.require_language(self.settings.language)
        return recognizer


def prepare(options: GradeOptions) -> Preparation:
    """Find and check everything that `options` name.

    Raises
    ------
    ModelError, DeviceError, InputError
        What was named does not exist or cannot be used; the message says what to do.
    """
    machine = read_machine(options.device)
    rubric = read_rubric(options.rubric)
    persona = read_persona(options.persona) if options.persona else None
    glossary = persona.glossary if persona else ()
    settings = GradeSettings(options.language, options.trainee_channel, options.trainee_only)
    placement = place(machine, options.compute_type)
    if options.voice_only:
        reason = "words were not asked for"
        no_window = WindowChoice(AudioWindow.FULL, reason)
        return Preparation(None, placement, reason, no_window, rubric, persona, settings)
    name, reason = (
        (options.model, "you named it") if options.model else default_name(machine, options.language)
    )
    model = resolve(name, offline=options.offline)
    asked = options.audio_window
    window = WindowChoice(asked, "you asked for it") if asked else choose(model, placement, options.language)
    return Preparation(model, placement, reason, window, rubric, persona, settings, glossary)


def grade(path: Path | str, options: GradeOptions | None = None) -> GradedCall:
    """Grade one recording.

    Loads the model anew at each call; for many recordings use ``prepare(options).load()`` once.

    Parameters
    ----------
    path : any audio file, one speaker a channel for full measurement.
    options : how; by default the best model that the machine carries and the default rubric.

    Returns
    -------
    GradedCall
        Source, roles, the call as it was heard (times in samples at 16 kHz), and the scorecard.

    Raises
    ------
    InputError
        The recording, rubric or persona cannot be used.
    ModelError
        No speech model is at hand.
    DeviceError
        The device asked for is not there.

    Examples
    --------
    >>> from voicecoach import GradeOptions, grade
    >>> graded = grade("call.wav", GradeOptions(model="demo"))  # doctest: +SKIP
    >>> graded.scorecard.raw_percent  # doctest: +SKIP
    71.4
    """
    return prepare(options or GradeOptions()).load()(Path(path), lambda _: None)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
