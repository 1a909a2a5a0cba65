"""How well a model folder hears our calls, through voicecoach's own recognizer and grading."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jiwer
import numpy as np
import soundfile
import yaml

from tools.demo_model.deliveries import Manner, callers
from tools.demo_model.grammar import grammar
from tools.demo_model.scenes import (
    HELD_OUT,
    Piece,
    TwoChannels,
    call_of,
    held_out,
    in_noise,
    long_call,
    over_the_telephone,
    speechless,
    spoken_all,
)
from tools.demo_model.sources import ROOT, caller_texts
from tools.demo_model.utterances import Utterance
from tools.demo_model.writing import as_spoken, as_written, plain
from tools.pitch_model.conditions import telephone
from voicecoach.apps.options import GradeOptions, prepare
from voicecoach.devices.character_trainee import MANNERS
from voicecoach.devices.documents import read_stages
from voicecoach.devices.machine import place, read_machine
from voicecoach.devices.models import ResolvedModel, resolve
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.devices.window import AudioWindow
from voicecoach.speech import Speaker, Word
from voicecoach.spoken import Delivery
from voicecoach.timeline import RATE
from voicecoach.trainee_script import Character, sentences

SEED = 7
SENTENCES = 70
"""Of each kind: some 600 words."""

LONG_CALLS, LONG_CALL_S = 2, 180.0
TRAINEE_VOICE = "en-us+f3"
"""`voicecoach demo`'s."""

GLOSSARY = ("Laura", "Skyline", "Oscar", "Harbor Hotel", "River Street")
"""As a persona's names are given to a recognizer that takes them."""

Figures = dict[str, float]


@dataclass(slots=True)
class Count:
    """Words and errors."""

    words: int = 0
    errors: int = 0

    def add(self, said: str, heard: str) -> None:
        """Compare what was said with what was heard."""
        said, heard = plain(said), plain(heard)
        if said:
            found = jiwer.process_words(said, heard)
            self.errors += found.substitutions + found.deletions + found.insertions
        else:
            self.errors += len(heard.split())
        self.words += len(said.split())

    def join(self, other: Count) -> None:
        """Count another's words and errors too."""
        self.words += other.words
        self.errors += other.errors

    @property
    def percent(self) -> float:
        """Word error rate."""
        return round(100 * self.errors / max(1, self.words), 2)


def figures(folder: Path) -> Figures:
    """Everything that is promised of the model, in percent, words and milliseconds."""
    model = resolve(str(folder))
    found = Figures()
    for part in (_sentences, _windows, _no_speech, _long_calls, _persona_calls):
        for name, value in part(model):
            print(f"{name:60} {value}", flush=True)
            found[name] = value
    return found


def table(found: Mapping[str, float]) -> str:
    """The figures as rows of Markdown."""
    return "\n".join(f"| {name} | {value:g} |" for name, value in found.items())


def _sentences(model: ResolvedModel) -> Iterator[tuple[str, float]]:
    """Held-out sentences one at a time, and the times of their words."""
    recognizer, clean = _recognizer(model), Count()
    pieces, clear = list[Piece](), list[Sequence[Word]]()
    for kind in (*HELD_OUT, "crossed"):
        some = held_out(kind, SENTENCES, SEED)
        answers = recognizer.recognize_all([piece.sound for piece in some], "en")
        of_kind = _errors(some, answers)
        if kind in HELD_OUT:
            pieces += some
            clear += answers
            clean.join(of_kind)
        yield f"sentences, {kind}: WER %", of_kind.percent
    yield "sentences that make sense, clean: WER %", clean.percent
    rng = np.random.default_rng(SEED)
    for name, heard in (
        ("8 kHz µ-law", [over_the_telephone(piece) for piece in pieces]),
        ("pink noise at 15 dB", [in_noise(piece, rng) for piece in pieces]),
    ):
        answers = recognizer.recognize_all([piece.sound for piece in heard], "en")
        yield f"sentences, {name}: WER %", _errors(pieces, answers).percent
    starts_ms, ends_ms = _time_errors_ms(pieces, clear)
    yield "word starts: median error ms", round(statistics.median(starts_ms), 1)
    yield "word starts: 90th percentile ms", round(float(np.percentile(starts_ms, 90)), 1)
    yield "word ends: median error ms", round(statistics.median(ends_ms), 1)


def _windows(model: ResolvedModel) -> Iterator[tuple[str, float]]:
    """Finals and drafts from windows no longer than the speech needs."""
    pieces = [over_the_telephone(piece) for piece in _pieces()]
    short = _recognizer(model, AudioWindow.ADAPTIVE)
    answers = short.recognize_all([piece.sound for piece in pieces], "en")
    yield "adaptive window, 8 kHz µ-law: WER %", _errors(pieces, answers).percent
    yield "adaptive window: answers not believed %", round(100 * short.redone / len(pieces), 1)
    prompted = FasterWhisperRecognizer(model, place(read_machine("cpu")), AudioWindow.FULL, GLOSSARY)
    answers = prompted.recognize_all([piece.sound for piece in pieces], "en")
    yield "names given before, 8 kHz µ-law: WER %", _errors(pieces, answers).percent
    for window in AudioWindow:
        drafts = _recognizer(model)
        drafts.draft_window = window
        count = Count()
        for piece in pieces:
            count.add(piece.utterance.text, " ".join(drafts.draft(piece.sound, "en")))
        yield f"drafts, {window} window, 8 kHz µ-law: WER %", count.percent


def _no_speech(model: ResolvedModel) -> Iterator[tuple[str, float]]:
    """Words where nobody speaks; finals have timestamps, drafts have none."""
    recognizer, sounds = _recognizer(model), list(speechless(np.random.default_rng(SEED)))
    finals = recognizer.recognize_all([sound for _, sound in sounds], "en")
    yield "10 min without speech, finals: words", sum(map(len, finals))
    yield "10 min without speech, drafts: words", sum(len(recognizer.draft(s, "en")) for _, s in sounds)


def _long_calls(model: ResolvedModel) -> Iterator[tuple[str, float]]:
    calls = [long_call(LONG_CALL_S, SEED + number) for number in range(LONG_CALLS)]
    for name, passed in (("clean", None), ("8 kHz µ-law", _telephoned)):
        count = Count()
        for call in calls:
            _graded(model, passed(call) if passed else call, count)
        yield f"calls of 3 min, graded, {name}: WER %", count.percent


def _persona_calls(model: ResolvedModel) -> Iterator[tuple[str, float]]:
    """The expert's turns of each persona, with the caller's lines between them, graded."""
    for path in sorted((ROOT / "personas").glob("*.yaml")):
        persona = yaml.safe_load(path.read_text("utf-8"))
        if manners := list(callers(persona)):
            count = Count()
            _graded(model, _telephoned(_persona_call(path.stem, persona, manners)), count)
            yield f"{path.stem}, expert's call, graded, 8 kHz µ-law: WER %", count.percent


def _persona_call(name: str, persona: Mapping[str, object], manners: Sequence[Manner]) -> TwoChannels:
    rng = np.random.default_rng([SEED, len(name)])
    manner = MANNERS[Character.EXPERT]
    trainee = Manner(
        "espeak", Delivery(TRAINEE_VOICE, rate_wpm=manner.rate_wpm, pitch_range=manner.pitch_range)
    )
    lines = sorted(set(caller_texts(persona)))
    turns = list[tuple[int, list[Utterance]]]()
    for stage in read_stages(name, Character.EXPERT):
        turns.append((0, spoken_all(_sayable(sentences(stage[int(rng.integers(len(stage)))]), rng), trainee)))
        replies = rng.choice(lines, int(rng.integers(1, 3)), replace=False)
        turns.append((1, spoken_all(_sayable(replies, rng), manners[int(rng.integers(len(manners)))])))
    return call_of(turns, rng)


def _sayable(texts: Sequence[str], rng: np.random.Generator) -> list[str]:
    said = [as_spoken(grammar().expanded(str(text), rng)) for text in texts]
    return [text for text in said if as_written(text) is not None]


def _graded(model: ResolvedModel, call: TwoChannels, count: Count) -> None:
    """Grade a call as ``voicecoach grade`` does, and count its errors."""
    options = GradeOptions(model=str(model.folder), offline=True, device="cpu", trainee_channel=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "call.wav"
        soundfile.write(path, np.stack(call.tracks, 1), RATE)
        graded = prepare(options).load()(path, lambda _: None)
    for speaker, text in zip((Speaker.TRAINEE, Speaker.CALLER), call.texts, strict=True):
        count.add(text, " ".join(turn.text for turn in graded.call.turns_of(speaker)))


def _telephoned(call: TwoChannels) -> TwoChannels:
    first, second = (telephone(track, coded=True) for track in call.tracks)
    return TwoChannels((first, second), call.texts)


def _pieces() -> list[Piece]:
    return [piece for kind in HELD_OUT for piece in held_out(kind, SENTENCES, SEED)]


def _recognizer(model: ResolvedModel, window: AudioWindow = AudioWindow.FULL) -> FasterWhisperRecognizer:
    return FasterWhisperRecognizer(model, place(read_machine("cpu")), window)


def _errors(pieces: Sequence[Piece], answers: Sequence[Sequence[Word]]) -> Count:
    count = Count()
    for piece, words in zip(pieces, answers, strict=True):
        count.add(piece.utterance.text, " ".join(word.text for word in words))
    return count


def _time_errors_ms(
    pieces: Sequence[Piece], answers: Sequence[Sequence[Word]]
) -> tuple[list[float], list[float]]:
    """Distances of word starts and ends from the synthesizer's, where all words are right."""
    starts, ends = list[float](), list[float]()
    for piece, words in zip(pieces, answers, strict=True):
        if [plain(word.text) for word in words] != [plain(word) for word in piece.utterance.words]:
            continue
        for word, (start_s, end_s) in zip(words, piece.utterance.times_s, strict=True):
            starts.append(_distance_ms(word.span.start, piece, start_s))
            ends.append(_distance_ms(word.span.end, piece, end_s))
    return starts, ends


def _distance_ms(at: int, piece: Piece, true_s: float) -> float:
    return 1000 * abs((at - piece.starts) / RATE - true_s)
