"""Who speaks the sentences, and how: the voices of our calls, and others like them.

* callers: each persona's own voice, in every mood (`voicecoach.converse.delivery`)
* simulated trainees: each character's manner in `TRAINEE_VOICES`
* fixture calls: their casts
* any other: voices of both engines at any rate and pitch that people would listen to

Every delivery is a little off each time, in rate, pitch and size of the vocal tract, or the model would know
the sound of a sentence by heart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tools.demo_model.sources import ROOT, speaks_english
from voicecoach.conversation import Band
from voicecoach.converse.delivery import delivery
from voicecoach.devices.character_trainee import MANNERS
from voicecoach.devices.flite import VOICES
from voicecoach.role import CallerVoice
from voicecoach.spoken import Delivery

ENGINES = {"espeak": "espeak", "pyttsx3": "espeak", "flite": "flite"}
"""Which synthesizer stands behind an engine's name."""

TRAINEE_VOICES = ("en-us+f3", "en-us+f2", "en-us+m3", "en-us")
"""Of the demo, the tests and the benches."""

ESPEAK_VOICES = tuple(
    f"{accent}{variant}"
    for accent in ("en-us", "en-us", "en", "en-gb-x-rp")
    for variant in (
        "",
        *(f"+m{n}" for n in range(1, 9)),
        *(f"+f{n}" for n in range(1, 6)),
        "+Annie",
        "+Steph",
    )
)

KNOWN_SHARE, FLITE_SHARE = 0.55, 0.35
"""Of the sentences spoken by voices of our calls; of the others, spoken by flite."""

TRACTS = (1.0, 1.0, 0.92, 0.96, 1.04, 1.08)
"""Lengths of the vocal tract, relative to the voice's own: what resampling makes of a voice."""


@dataclass(frozen=True, slots=True)
class Manner:
    """An engine and how it is to speak."""

    engine: str
    delivery: Delivery
    tract: float = 1.0


@cache
def known(root: Path = ROOT) -> tuple[Manner, ...]:
    """All manners of speaking that our calls use, in a fixed order."""
    found = dict.fromkeys(_known(root))
    return tuple(sorted(found, key=lambda manner: (manner.engine, *map(str, _numbers(manner.delivery)))))


def _known(root: Path) -> Iterator[Manner]:
    for path in sorted((root / "personas").glob("*.yaml")):
        yield from callers(yaml.safe_load(path.read_text("utf-8")))
    for path in sorted((root / "audio_fixtures" / "dialogues").glob("*.yaml")):
        yield from _cast(yaml.safe_load(path.read_text("utf-8")))
    for manners in MANNERS.values():
        for voice in TRAINEE_VOICES:
            yield Manner(
                "espeak", Delivery(voice, rate_wpm=manners.rate_wpm, pitch_range=manners.pitch_range)
            )


def callers(persona: Mapping[str, Any]) -> Iterator[Manner]:
    """The caller of a persona file in every mood; none if they speak no English or with another engine."""
    described = persona.get("role", {}).get("voice")
    if described is None or not speaks_english(persona):
        return
    if described.get("engine", "espeak") not in ENGINES:
        return
    voice = CallerVoice(**described)
    for band in Band:
        yield Manner(ENGINES[voice.engine], delivery(voice, band))


def _cast(dialogue: Mapping[str, Any]) -> Iterator[Manner]:
    usual = {
        who: {key: value for key, value in described.items() if key != "level_dbfs"}
        for who, described in dialogue["cast"].items()
    }
    for line in dialogue["lines"]:
        described = usual[line["by"]] | line.get("manner", {})
        engine = ENGINES[described.pop("engine")]
        yield Manner(engine, Delivery(**described))


def drawn(manners: Sequence[Manner], rng: np.random.Generator) -> Manner:
    """A manner of our calls or any other, a little off."""
    if rng.random() < KNOWN_SHARE:
        manner = manners[int(rng.integers(len(manners)))]
    elif rng.random() < FLITE_SHARE:
        manner = Manner("flite", _anyhow(str(rng.choice(list(VOICES))), rng))
    else:
        manner = Manner("espeak", _anyhow(str(rng.choice(ESPEAK_VOICES)), rng))
    return _a_little_off(manner, rng)


def _anyhow(voice: str, rng: np.random.Generator) -> Delivery:
    return Delivery(
        voice,
        rate_wpm=rng.uniform(115, 215),
        pitch=rng.uniform(25, 75),
        pitch_range=rng.uniform(25, 80),
        volume=rng.uniform(50, 110),
    )


def _a_little_off(manner: Manner, rng: np.random.Generator) -> Manner:
    own = manner.delivery
    changed = replace(
        own,
        rate_wpm=own.rate_wpm * rng.uniform(0.93, 1.07),
        pitch=float(np.clip(own.pitch + rng.uniform(-5, 5), 0, 100)),
        pitch_range=float(np.clip(own.pitch_range + rng.uniform(-8, 8), 0, 100)),
    )
    return replace(manner, delivery=changed, tract=float(rng.choice(TRACTS)))


def _numbers(one: Delivery) -> tuple[object, ...]:
    return one.voice, one.rate_wpm, one.pitch, one.pitch_range, one.volume
