"""What was measured on a call, in a few lines for a terminal: no marks, no judgment."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]


def measured_lines(measures: Record) -> list[str]:
    """The trainee's share, pace, voice, interruptions and the silences; what is None is left out."""
    return [line for line in map(_joined, (_talk(measures), _voice(measures), _floor(measures))) if line]


def _joined(parts: list[str | None]) -> str:
    told = [part for part in parts if part is not None]
    return f"{'; '.join(told)}." if told else ""


def _said(measures: Record, name: str, template: str, factor: float = 1) -> str | None:
    """`template` filled with a measure, or None where it could not be taken."""
    value = measures[name]
    return None if value is None else template.format(value * factor)


def _talk(measures: Record) -> list[str | None]:
    return [
        _said(measures, "trainee_talk_share", "Trainee speaks {:.0f} % of the talk", 100),
        _said(measures, "longest_monologue_s", "longest turn {:.0f} s"),
        _said(measures, "reply_gap_median_s", "replies after {:.1f} s (median)"),
    ]


def _voice(measures: Record) -> list[str | None]:
    return [
        _said(measures, "pace_wpm", "Pace {:.0f} words a minute"),
        _said(measures, "articulation_sps", "{:.1f} syllables a second"),
        _said(measures, "f0_sd_st", "pitch varies by {:.1f} semitones"),
    ]


def _floor(measures: Record) -> list[str | None]:
    return [
        _said(measures, "competitive_by_trainee", "Trainee interrupts {}×"),
        _said(measures, "competitive_by_caller", "caller interrupts {}×"),
        _silence(measures),
        _said(measures, "holds", "holds: {}"),
    ]


def _silence(measures: Record) -> str | None:
    """0 stands for no silence of a second or more."""
    if measures["longest_silence_s"] == 0:
        return "no silence of a second"
    return _said(measures, "longest_silence_s", "longest silence {:.1f} s")
