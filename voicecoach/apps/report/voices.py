"""How each turn sounded against the speaker's own normal, in numbers with their units, and what they mean."""

from __future__ import annotations

from typing import Any

from voicecoach.apps.record import Record
from voicecoach.apps.report.markup import Html, tag
from voicecoach.apps.report.wording import SPEAKERS, clock, number, play, signed

TENSE = 1.2
"""Tension that calm speech stays below in 99 of 100 stretches (``docs/prosody.md``)."""

LONG_ENOUGH_S = 1.0
"""Voice in a turn for it to be listed: shorter ones hold too little to measure."""

NOT_MEASURABLE = "not measurable"

_QUALITIES = (
    ("alpha_db", "brightness", "dB"),
    ("jitter_percent", "jitter", "%"),
    ("shimmer_percent", "shimmer", "%"),
    ("hnr_db", "harmonics over noise", "dB"),
)
"""Key, name and unit of what is shown of a voice's quality."""

_EXPLAINED = (
    "Each turn of a second or more against the speaker's own median in this call. Brightness is energy above "
    "1 kHz over energy below; jitter and shimmer tell how much neighboring periods of the voice differ in "
    "length and in strength. Tension weighs all of them and loudness and pitch: above 0 is louder, higher, "
    f"brighter, rougher than usual; calm speech seldom exceeds {TENSE}. It tells effort, not a feeling."
)


def voices(record: Record) -> Html:
    """Every speaker's normal, then every turn's difference to it."""
    call = record["call"]
    rows = [_normal(who, call["baselines"][who]) for who in call["baselines"]]
    rows += [_turn(turn) for turn in call["turns"] if _worth_showing(turn)]
    content = tag("ul", *rows, class_="moments") if rows else tag("p", "None.", class_="empty")
    return tag(
        "details",
        tag("summary", tag("h2", "How each turn sounded")),
        tag("p", _EXPLAINED),
        content,
        id="voices",
    )


def _worth_showing(turn: dict[str, Any]) -> bool:
    return turn["prosody"] is not None and turn["prosody"]["speech_s"] >= LONG_ENOUGH_S


def _normal(who: str, normal: dict[str, Any]) -> Html:
    facts = [
        _said("pitch", normal["f0_hz"], "Hz", number),
        _said("loudness", normal["loudness_lufs"], "LUFS", number),
        *(_said(name, normal["quality"][key], unit, number) for key, name, unit in _QUALITIES),
    ]
    band = f"; heard in {normal['band']} band" if normal["band"] else ""
    return tag("li", tag("span", tag("b", SPEAKERS[who]), f", own normal: {', '.join(facts)}{band}"))


def _turn(turn: dict[str, Any]) -> Html:
    prosody, who = turn["prosody"], SPEAKERS[turn["speaker"]]
    facts = [
        _said("pitch", prosody["f0_st"], "st", signed),
        _said("loudness", prosody["loudness_lu"], "LU", signed),
        *(_said(name, prosody["quality_change"][key], unit, signed) for key, name, unit in _QUALITIES),
        _said("tension", prosody["tension"], "", signed),
    ]
    return tag(
        "li",
        play(turn, name=f"{who}, {clock(turn['start_s'])}"),
        tag("span", tag("b", who), f": {', '.join(facts)}"),
    )


def _said(name: str, value: float | None, unit: str, written: Any) -> str:
    return f"{name} {NOT_MEASURABLE if value is None else f'{written(value)} {unit}'.rstrip()}"
