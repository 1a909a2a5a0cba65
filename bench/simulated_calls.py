"""Two-channel calls made of real utterances, with leakage, noise and a telephone line.

A seeded script decides who speaks when: turns of one to three utterances, gaps, last-syllable overlaps,
interruptions, attempts that are not yielded to, backchannels. The voices come from FDA and TIMIT
(``EVALUATION``: nothing is ever tuned on them) or from LibriSpeech, LJ Speech and Asterisk (``TUNING``).

Laws: the same seed gives the same samples; each channel's clean source is digital silence between utterances.
Units: samples at 16 kHz; levels in dB.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from scipy.signal import fftconvolve

from bench.energy_vad import ACTIVE_DBFS, active_rms, energy_runs
from tools.pitch_model.conditions import telephone
from tools.pitch_model.recordings import load
from voicecoach.audio import Samples
from voicecoach.speech import OverlapKind
from voicecoach.timeline import RATE, Span, samples

EVALUATION = ("fda", "timit")
TUNING = ("librispeech", "prompts")

DURATION_S = 150.0
LEAK_DELAY_S = 0.06
"""Echo path of a line or of a sound card's buffers."""
MICROPHONE_DBFS = -75.0
"""Noise of a headset's own microphone."""

_SHORT_S = (0.2, 0.8)
"""Length of the pieces that serve as backchannels."""
_FADE_S = 0.01

Tracks = tuple[Samples, Samples]


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """One person's utterances, trimmed and equally loud, and short pieces of them."""

    utterances: Sequence[Samples]
    pieces: Sequence[Samples]


@dataclass(frozen=True, slots=True)
class Condition:
    """What the clean tracks go through."""

    leak_db: float | None = None
    """Level of the leakage below its source, both ways; None: no leakage."""
    noise: str | None = None
    """`cafe`: voices over office ambience."""
    noise_db: float = 20.0
    """Speech over noise."""
    line: bool = False
    """Telephone band, 8 kHz, µ-law."""


CONDITIONS = {
    "no leakage": Condition(),
    "-40 dB": Condition(-40.0),
    "-30 dB": Condition(-30.0),
    "-20 dB": Condition(-20.0),
    "-30 dB, café 20 dB": Condition(-30.0, "cafe"),
    "-30 dB, telephone µ-law": Condition(-30.0, line=True),
    "no leakage, telephone µ-law": Condition(line=True),
}


@dataclass(frozen=True, slots=True)
class Cue:
    """The script tells `speaker` (0 or 1) to come in at `start`, while or after the other speaks."""

    kind: OverlapKind
    speaker: int
    start: int


@dataclass(frozen=True, slots=True, eq=False)
class CleanCall:
    """Two clean sources, shape (duration,) each, and the script's cues for speaking at once."""

    tracks: Tracks
    cues: Sequence[Cue]


def clean_call(data: Path, corpus: str, seed: int, duration_s: float = DURATION_S) -> CleanCall:
    """Call number `seed` of a corpus."""
    rng = np.random.default_rng([seed, sum(corpus.encode())])
    people = voices(data, corpus)
    pairs = [(a, b) for a in range(len(people)) for b in range(a + 1, len(people))]
    pair = pairs[seed % len(pairs)] if len(pairs) == 1 else pairs[int(rng.integers(len(pairs)))]
    stage = _Stage([people[k] for k in pair], rng, samples(duration_s))
    stage.perform()
    return CleanCall((stage.tracks[0], stage.tracks[1]), stage.cues)


def spoiled(clean: Tracks, condition: Condition, data: Path, seed: int) -> Tracks:
    """What is recorded of two clean sources under a condition."""
    rng = np.random.default_rng([seed, 1])
    tracks = list(clean)
    if condition.leak_db is not None:
        gain = 10 ** (condition.leak_db / 20)
        path = leak_path(rooms(data)[seed % len(rooms(data))]) * gain
        echoes = [fftconvolve(track, path)[: len(track)] for track in clean]
        tracks = [own + echo for own, echo in zip(clean, echoes[::-1], strict=True)]
    if condition.noise is not None:
        level = 10 ** ((ACTIVE_DBFS - condition.noise_db) / 20)
        bed = cafe(data)
        starts = rng.integers(len(bed), size=2)
        tracks = [
            t + level * np.resize(np.roll(bed, -int(at)), len(t))
            for t, at in zip(tracks, starts, strict=True)
        ]
    hiss = 10 ** (MICROPHONE_DBFS / 20)
    tracks = [track + hiss * rng.standard_normal(len(track)) for track in tracks]
    if condition.line:
        tracks = [telephone(track, coded=True) for track in tracks]
    return tracks[0].astype(np.float32), tracks[1].astype(np.float32)


def leak_path(room: Samples) -> Samples:
    """A delay, then a room's response; of unit energy."""
    path = np.concatenate([np.zeros(samples(LEAK_DELAY_S)), room])
    return np.asarray(path / np.sqrt(np.sum(path**2)), np.float32)


@cache
def rooms(data: Path) -> list[Samples]:
    """Measured room responses."""
    return [load(path) for path in sorted((data / "noise_and_rooms").glob("speechbrain_rir*.flac"))]


@cache
def cafe(data: Path) -> Samples:
    """Six distant voices over the ambience of an office, RMS 1 (no recording of a café is at hand)."""
    office = load(data / "noise_and_rooms" / "office-ambience-24000-mono.mp3")
    rng = np.random.default_rng(11)
    crowd = np.zeros(len(office))
    for speaker in _speakers(data / "librispeech_excerpts")[:6]:
        talk = np.concatenate([load(path) for path in speaker[:4]])
        talk = np.roll(np.resize(talk, len(office)), int(rng.integers(len(office))))
        crowd += talk / active_rms(talk)
    far = fftconvolve(crowd, rooms(data)[0])[: len(office)]
    bed = far / np.sqrt(np.mean(far**2)) + office / np.sqrt(np.mean(office.astype(np.float64) ** 2))
    return np.asarray(bed / np.sqrt(np.mean(bed**2)), np.float32)


@cache
def voices(data: Path, corpus: str) -> list[Voice]:
    """The people of a corpus who said enough."""
    match corpus:
        case "fda":
            groups = _speakers(data / "fda_pitch")
        case "timit":
            groups = _speakers(data / "timit_nltk_sample")
        case "librispeech":
            groups = _speakers(data / "librispeech_excerpts")
        case _:
            groups = _speakers(data / "small_asr_clips", "LJ") + _speakers(data / "asterisk_prompts")
    return [_voice([load(path) for path in paths]) for paths in groups if len(paths) >= 8]


def _speakers(folder: Path, only: str | None = None) -> list[list[Path]]:
    """Each speaker's recordings, in the manifest's order."""
    found: dict[str, list[Path]] = {}
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if only in {None, row["speaker"]} and row["duration"] <= 16:
            found.setdefault(row["speaker"], []).append(folder / row["file"])
    return [paths[:40] for paths in found.values()]


def _voice(clips: Sequence[Samples]) -> Voice:
    loud = [clip * 10 ** (ACTIVE_DBFS / 20) / active_rms(clip) for clip in clips]
    utterances = [piece for clip in loud for piece in _cut(clip, 0.3, (1.0, 6.0))]
    pieces = [piece for clip in loud for piece in _cut(clip, 0.04, _SHORT_S)]
    return Voice(utterances, pieces)


def _cut(clip: Samples, pause_s: float, between_s: tuple[float, float]) -> Iterator[Samples]:
    """Stretches of voice bounded by pauses, of some length, with soft ends."""
    shortest, longest = (samples(s) for s in between_s)
    margin = samples(0.03)
    for run in energy_runs(clip, gap_s=pause_s):
        if shortest <= run.duration <= longest:
            piece = clip[max(0, run.start - margin) : run.end + margin].copy()
            ramp = np.linspace(0, 1, samples(_FADE_S), dtype=np.float32)
            piece[: len(ramp)] *= ramp
            piece[-len(ramp) :] *= ramp[::-1]
            yield piece


@dataclass(eq=False)
class _Stage:
    """Plays the script of one call; positions in samples."""

    people: Sequence[Voice]
    rng: np.random.Generator
    duration: int
    tracks: list[Samples] = field(init=False)
    busy: tuple[list[Span], list[Span]] = field(default_factory=lambda: ([], []))
    cues: list[Cue] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tracks = [np.zeros(self.duration, np.float32) for _ in self.people]

    def perform(self) -> None:
        holder, at, kind = int(self.rng.integers(2)), samples(0.5), None
        while at < self.duration - samples(1.0):
            end = self._turn(holder, at)
            if end is None:
                at += samples(0.5)
                continue
            if kind is not None:
                self.cues.append(Cue(kind, holder, at))
            kind, gap = self._transition()
            holder, at = 1 - holder, end + gap

    def _transition(self) -> tuple[OverlapKind | None, int]:
        """How the next turn begins, and how long after the other's end (negative: before it)."""
        choice = ("gap", OverlapKind.TERMINAL, OverlapKind.COMPETITIVE)
        kind = choice[int(self.rng.choice(3, p=[0.6, 0.15, 0.25]))]
        low, high = {"gap": (0.05, 0.8), "terminal": (-0.24, -0.04), "competitive": (-1.5, -0.6)}[kind]
        gap = samples(float(self.rng.uniform(low, high)))
        return (kind if isinstance(kind, OverlapKind) else None), gap

    def _turn(self, holder: int, at: int) -> int | None:
        """One speaker's turn; where it ends, or None when the speaker could not say a thing."""
        start, end = at, None
        for _ in range(int(self.rng.integers(1, 4))):
            span = self._say(holder, at, self.people[holder].utterances)
            if span is None:
                break
            end = span.end
            at = end + samples(float(self.rng.uniform(0.25, 0.8)))
        if end is not None:
            self._accompany(1 - holder, Span(start, end))
        return end

    def _accompany(self, listener: int, turn: Span) -> None:
        """Backchannels, and attempts that are not yielded to, inside the other's longer turns."""
        person = self.people[listener]
        sounds = {
            OverlapKind.BACKCHANNEL: person.pieces,
            OverlapKind.COOPERATIVE: [u for u in person.utterances if len(u) < 3 * RATE],
        }
        at = turn.start + samples(1.2)
        while at + samples(2.2) < turn.end:
            kind = list(sounds)[int(self.rng.random() < 0.2)]
            fits = kind is OverlapKind.BACKCHANNEL or at + samples(4.0) < turn.end
            if self.rng.random() < 0.7 and fits and self._say(listener, at, sounds[kind]) is not None:
                self.cues.append(Cue(kind, listener, at))
            at += samples(float(self.rng.uniform(2.6, 4.5)))

    def _say(self, who: int, at: int, choice: Sequence[Samples]) -> Span | None:
        """Put one of some sounds onto a track, where nothing is near; None where that cannot be."""
        sound = choice[int(self.rng.integers(len(choice)))]
        span = Span(at, at + len(sound))
        near = span.padded(samples(0.2), samples(0.2))
        if span.end > self.duration - samples(0.3) or any(near & other for other in self.busy[who]):
            return None
        self.tracks[who][span.start : span.end] = sound
        self.busy[who].append(span)
        return span
