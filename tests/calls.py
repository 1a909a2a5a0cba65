"""Calls from a compact script, for tests.

A script is a list of lines, each said or kept silent after the one before::

    call(
        trainee("Hello this is Anna how can I help you?", GREETS, GIVES_NAME, OFFERS_HELP),
        silence(12.0),
        caller("My phone arrived broken.", COMPLAINS, into=0.8),
    )

A line lasts as long as its words at its pace; `into` lets it begin before the last line has ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicecoach.acts import Act, ActKind
from voicecoach.audio import Layout
from voicecoach.call import Call, Limit
from voicecoach.prosody import Baseline, Prosody
from voicecoach.speech import Overlap, OverlapKind, Silence, Speaker, Turn, Word
from voicecoach.timeline import RATE, Span, complement, merge, samples, total

GAP_S = 0.5
"""Between two lines that do not overlap."""


@dataclass(frozen=True)
class Line:
    speaker: Speaker | None
    text: str = ""
    acts: tuple[ActKind, ...] = ()
    pace_wpm: float = 140.0
    into: float = 0.0
    overlap: OverlapKind | None = None
    probability: float = 0.95
    f0_sd_st: float | None = 2.5
    level_db: float | None = 0.0
    silence_s: float = 0.0


def trainee(text: str, *acts: ActKind, **how) -> Line:
    return Line(Speaker.TRAINEE, text, acts, **how)


def caller(text: str, *acts: ActKind, **how) -> Line:
    return Line(Speaker.CALLER, text, acts, **how)


def silence(seconds: float) -> Line:
    return Line(None, silence_s=seconds)


def call(*lines: Line, limits: dict[Limit, str] | None = None, layout: Layout = Layout.TWO_CHANNEL) -> Call:
    """The call that the script describes; every limit that it implies is set as a listener would."""
    turns, acts, overlaps = [], [], []
    prosody: dict[int, Prosody] = {}
    at, gap = 0, 0
    for line in lines:
        if line.speaker is None:
            gap += samples(line.silence_s) - (samples(GAP_S) if turns else 0)
            continue
        start = _start(turns, line, at, gap)
        gap = 0
        turn = _turn(len(turns), line, start)
        if turns and start < at:
            kind = line.overlap or OverlapKind.COMPETITIVE
            span = Span(start, min(at, turn.span.end))
            overlaps.append(Overlap(span, line.speaker, kind, line.probability, f"{line.into:g} s together"))
        turns.append(turn)
        acts += _acts(turn, line)
        prosody[turn.id] = _prosody(turn, line)
        at = max(at, turn.span.end)
    duration = max(1, at + max(0, gap))
    return Call(
        duration=duration,
        layout=layout,
        language="en",
        turns=tuple(turns),
        overlaps=tuple(sorted(overlaps, key=lambda one: one.span)),
        silences=_silences(turns, duration),
        acts=tuple(sorted(acts, key=lambda one: (one.span, one.kind))),
        prosody=prosody,
        baselines={speaker: _baseline(turns, speaker) for speaker in (Speaker.TRAINEE, Speaker.CALLER)},
        tracks={},
        limits=_limits(turns, limits or {}),
    )


def _start(turns: list[Turn], line: Line, at: int, gap: int) -> int:
    """When a line begins: after the pause, or `into` the line before, but never over the own last one."""
    if not turns:
        return gap
    if not line.into:
        return at + gap + samples(GAP_S)
    own = max((turn.span.end for turn in turns if turn.speaker is line.speaker), default=0)
    return max(own, at + gap - samples(line.into), turns[-1].span.start + 1)


def _turn(number: int, line: Line, start: int) -> Turn:
    texts = line.text.split()
    each = samples(60 / line.pace_wpm)
    words = tuple(
        Word(text, Span(start + i * each, start + (i + 1) * each), line.probability)
        for i, text in enumerate(texts)
    )
    span = Span(start, start + len(words) * each)
    return Turn(number, line.speaker, span, (span,), words)


def _acts(turn: Turn, line: Line) -> list[Act]:
    return [Act(kind, line.speaker, turn.id, turn.span, line.text, line.probability) for kind in line.acts]


def _prosody(turn: Turn, line: Line) -> Prosody:
    return Prosody(
        speech_s=turn.span.duration_s,
        f0_hz=180.0,
        f0_st=0.0,
        f0_sd_st=line.f0_sd_st,
        level_dbfs=-26.0,
        level_db=line.level_db,
        pace_wpm=line.pace_wpm,
        articulation_sps=4.5,
        pauses=(),
    )


def _baseline(turns: list[Turn], speaker: Speaker) -> Baseline:
    own = [turn for turn in turns if turn.speaker is speaker]
    if not own:
        return Baseline(None, None, None, None)
    words = sum(len(turn.words) for turn in own)
    return Baseline(180.0, -26.0, 60 * RATE * words / total(turn.span for turn in own), 4.5)


def _silences(turns: list[Turn], duration: int) -> tuple[Silence, ...]:
    spoken = merge(turn.span for turn in turns)
    found = []
    for gap in complement(spoken, Span(0, duration)):
        if gap.duration < RATE:
            continue
        before = [turn for turn in turns if turn.span.end <= gap.start]
        last = max(before, key=lambda turn: turn.span.end).speaker if before else None
        found.append(Silence(gap, last))
    return tuple(found)


def _limits(turns: list[Turn], asked: dict[Limit, str]) -> dict[Limit, str]:
    limits = dict(asked)
    if not any(turn.speaker is Speaker.TRAINEE for turn in turns):
        limits.setdefault(Limit.NO_TRAINEE_SPEECH, "the trainee's track holds no speech")
    limits.setdefault(Limit.NO_FILLERS, "the recognizer leaves out 'um' and 'uh'")
    return limits


def without_words(heard: Call) -> Call:
    """The same call as `--voice-only` hears it."""
    turns = tuple(replace(turn, words=()) for turn in heard.turns)
    limits = {**heard.limits, Limit.NO_WORDS: "graded with --voice-only"}
    return replace(heard, turns=turns, acts=(), limits=limits)
