"""What the model is measured on: held-out sentences one at a time, whole calls, and sounds without speech.

Laws: the same seed gives the same sounds; no sentence of `held_out` was ever trained on, each voice was.
Units: samples at 16 kHz; levels in dBFS.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tools.demo_model.deliveries import Manner, drawn, known
from tools.demo_model.grammar import grammar
from tools.demo_model.sentences import SentenceMaker
from tools.demo_model.sources import gathered
from tools.demo_model.utterances import Utterance, spoken
from tools.pitch_model.conditions import colored, mixed, noises, telephone
from voicecoach.audio import Samples
from voicecoach.timeline import RATE, samples

SPEECH_DBFS, ROOM_DBFS = -24.0, -68.0
"""Of the fixture calls: a telephone's nominal level (ITU-T P.56), and the noise of a quiet room."""

BEFORE_S, AFTER_S = 0.5, 0.2
"""As `voicecoach.listen.segment.SegmentSettings` cuts out speech."""

SNR_DB = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A sentence as the recognizer is given it."""

    sound: Samples
    utterance: Utterance
    starts: int
    """Where the utterance begins in it."""


@dataclass(frozen=True, slots=True, eq=False)
class TwoChannels:
    """A call: trainee, then caller."""

    tracks: tuple[Samples, Samples]
    texts: tuple[str, str]


def held_out(kind: str, count: int, seed: int) -> list[Piece]:
    """Held-out sentences of a kind (`sentences.KINDS`), in voices that were trained on."""
    rng = np.random.default_rng([seed, len(kind)])
    maker, manners = SentenceMaker(gathered(), grammar(), rng), known()
    found = dict[str, Piece]()
    while len(found) < count:
        text = maker.held_out(kind)
        utterance = spoken(text, drawn(manners, rng))
        if utterance is not None and utterance.text not in found:
            found[utterance.text] = _piece(utterance, rng)
    return list(found.values())


def over_the_telephone(piece: Piece) -> Piece:
    """300 to 3400 Hz, 8 kHz, µ-law."""
    return replace(piece, sound=telephone(piece.sound, coded=True))


def in_noise(piece: Piece, rng: np.random.Generator) -> Piece:
    """Pink noise `SNR_DB` below the voice."""
    return replace(piece, sound=mixed(piece.sound, colored(len(piece.sound), 0.5, rng), SNR_DB, rng))


def speechless(rng: np.random.Generator) -> Iterator[tuple[str, Samples]]:
    """Ten minutes without speech: 40 sounds of 3 to 30 s, each with what it is."""
    lengths_s = (3, 6, 12, 20, 24, 25, 15, 15)
    beds = noises([np.ones(RATE, np.float32)] * 12, {}, rng)
    kinds = {
        "digital silence": np.zeros(RATE, np.float32),
        "quiet room": 10 ** (ROOM_DBFS / 20) * beds["colored 0.5"],
        "white noise": 10 ** (-30 / 20) * beds["colored 0.0"],
        "pink noise": 10 ** (-40 / 20) * beds["colored 0.5"],
        "hum": 10 ** (-45 / 20) * beds["hum"],
    }
    for name, bed in kinds.items():
        for length_s in lengths_s:
            yield name, np.resize(np.asarray(bed, np.float32), length_s * RATE)


def call_of(turns: Sequence[tuple[int, Sequence[Utterance]]], rng: np.random.Generator) -> TwoChannels:
    """A call in which speakers 0 and 1 take turns, some tenths of a second apart."""
    placed, at = list[tuple[int, int, Utterance]](), samples(0.8)
    for who, utterances in turns:
        for utterance in utterances:
            placed.append((who, at, utterance))
            at += len(utterance.samples) + samples(float(rng.uniform(0.2, 0.4)))
        at += samples(float(rng.uniform(0.2, 0.7)))
    tracks = [_room(at + samples(1.0), rng) for _ in range(2)]
    for who, start, utterance in placed:
        tracks[who][start : start + len(utterance.samples)] += _leveled(utterance.samples)
    texts = [" ".join(u.text for speaker, _, u in placed if speaker == who) for who in range(2)]
    return TwoChannels((tracks[0], tracks[1]), (texts[0], texts[1]))


def long_call(duration_s: float, seed: int) -> TwoChannels:
    """A call of held-out sentences: two voices, turns of one to three sentences."""
    rng = np.random.default_rng([seed, 3])
    maker, manners = SentenceMaker(gathered(), grammar(), rng), known()
    voices = [drawn(manners, rng) for _ in range(2)]
    turns, length_s, who = list[tuple[int, list[Utterance]]](), 0.0, 0
    while length_s < duration_s:
        texts = [maker.held_out(str(rng.choice(HELD_OUT))) for _ in range(int(rng.integers(1, 4)))]
        said = spoken_all(texts, voices[who])
        turns.append((who, said))
        length_s += sum(len(one.samples) for one in said) / RATE + 0.3 * len(said) + 0.45
        who = 1 - who
    return call_of(turns, rng)


HELD_OUT = ("grammar", "varied")
"""Kinds of sentences that somebody might say."""


def spoken_all(texts: Sequence[str], manner: Manner) -> list[Utterance]:
    """All of `texts` that the engine makes a sound of."""
    return [one for text in texts if (one := spoken(text, manner)) is not None]


def _piece(utterance: Utterance, rng: np.random.Generator) -> Piece:
    starts = samples(BEFORE_S)
    sound = _room(starts + len(utterance.samples) + samples(AFTER_S), rng)
    sound[starts : starts + len(utterance.samples)] += _leveled(utterance.samples)
    return Piece(sound, utterance, starts)


def _leveled(sound: Samples) -> Samples:
    rms = float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))
    return np.asarray(sound * (10 ** (SPEECH_DBFS / 20) / rms), np.float32)


def _room(count: int, rng: np.random.Generator) -> Samples:
    return np.asarray(10 ** (ROOM_DBFS / 20) * rng.standard_normal(count), np.float32)
