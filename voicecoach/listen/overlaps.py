"""When both speak at once, and why: terminal, backchannel, cooperative or competitive.

About 40 % of the changes of speaker in ordinary talk overlap; an overlap is not yet an interruption.
The kind is decided by the clock (where in the other's utterance, how long, who gave way), by level
against the speaker's own normal, and by words when there are any; acoustics alone leave 27-30 % equal
error, so each kind carries its confidence and a coach may re-type it.

Laws: overlaps of less than `shortest_s` are not reported; each overlap has exactly one kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from voicecoach.listen.completeness import completeness
from voicecoach.listen.leak import Levels
from voicecoach.listen.turns import Utterance
from voicecoach.speech import Overlap, OverlapKind, Speaker
from voicecoach.timeline import FRAME, Span, intersect, seconds


@dataclass(frozen=True, slots=True)
class OverlapSettings:
    """Bounds between the kinds (``docs/rubric.md`` names the sources)."""

    shortest_s: float = 0.18
    """0.2 s by convention, less 10 ms by which each of the two edges may be off."""
    terminal_s: float = 0.3
    """Coming in this shortly before the other ends is ordinary turn-taking."""
    competitive_joint_s: float = 0.6
    """An interruption speaks along at least this long ..."""
    competitive_lead_s: float = 0.5
    """... and begins at least this long before the other would end,"""
    takes_floor_s: float = 0.5
    """... and either goes on this long after the other gives way,"""
    resumes_s: float = 1.0
    """(who goes on within this, before the other speaks again, never gave the floor back)"""
    raised_db: float = 3.0
    """... or is spoken this much above the speaker's own normal level."""
    cut_off_below: float = 0.3
    """Someone who stops at once, at words that leave so much open (`completeness`), was cut off all the same:
    who gives way quickly is no less interrupted."""
    reads_words: bool = True
    """Whether words tell anything: in English."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """The facts of one overlap."""

    span: Span
    entrant: Utterance
    holder: Utterance
    goes_on_until: int
    """Where the entrant stops, breaths included."""
    raised_db: float
    broke_off: bool
    """The holder's words leave something open."""

    @property
    def lead_s(self) -> float:
        """How long the holder still spoke after the entrant came in."""
        return seconds(self.holder.span.end - self.entrant.span.start)

    @property
    def after_s(self) -> float:
        """How long the entrant went on once the holder had stopped (negative: stopped first)."""
        return seconds(self.goes_on_until - self.holder.span.end)


def find_overlaps(
    spoken: Mapping[Speaker, Sequence[Utterance]],
    levels: Mapping[Speaker, Levels],
    listening: frozenset[Utterance],
    settings: OverlapSettings,
) -> list[Overlap]:
    """All overlaps of trainee and caller.

    Parameters
    ----------
    spoken : each speaker's utterances in order.
    levels : dBFS per 10 ms frame of each speaker's track.
    listening : the utterances that are backchannels (`turns.backchannels`).
    """
    trainee, caller = (spoken.get(speaker, ()) for speaker in (Speaker.TRAINEE, Speaker.CALLER))
    normal = {speaker: _normal_level(levels[speaker], own) for speaker, own in spoken.items()}
    found = []
    for span in intersect([u.span for u in trainee], [u.span for u in caller]):
        if seconds(span.duration) < settings.shortest_s:
            continue
        pair = (_at(trainee, span), _at(caller, span))
        holder, entrant = sorted(pair, key=lambda u: (u.span.start, u.speaker))
        until = _goes_on_until(entrant, spoken[entrant.speaker], spoken[holder.speaker], settings)
        raised = _level(levels[entrant.speaker], span) - normal[entrant.speaker]
        entry = _Entry(span, entrant, holder, until, raised, _breaks_off(holder, settings))
        found.append(_typed(entry, listening, settings))
    return found


def _breaks_off(holder: Utterance, settings: OverlapSettings) -> bool:
    """Whether an utterance stops in the middle of a sentence, as far as its words tell."""
    whole = completeness([word.text for word in holder.words]) if settings.reads_words else None
    return whole is not None and whole < settings.cut_off_below


def _at(own: Sequence[Utterance], span: Span) -> Utterance:
    return next(u for u in own if u.span.covers(span))


def _goes_on_until(
    entrant: Utterance, own: Sequence[Utterance], others: Sequence[Utterance], settings: OverlapSettings
) -> int:
    """Where the entrant stops speaking: further utterances count that follow before the other's next one."""
    end = entrant.span.end
    after = [o.span.start for o in others if o.span.start > entrant.span.start]
    for utterance in own:
        if utterance.span.start <= end:
            continue
        resumed = seconds(utterance.span.start - end) <= settings.resumes_s
        if not resumed or any(start < utterance.span.start for start in after):
            break
        end = utterance.span.end
    return end


def _level(levels: Levels, span: Span) -> float:
    frames = levels[span.start // FRAME : span.end // FRAME]
    return float(np.median(frames)) if len(frames) else 0.0


def _normal_level(levels: Levels, own: Sequence[Utterance]) -> float:
    """Median level over all of a speaker's voice."""
    voiced = [levels[u.span.start // FRAME : u.span.end // FRAME] for u in own]
    frames = np.concatenate(voiced) if voiced else np.zeros(0, np.float32)
    return float(np.median(frames)) if len(frames) else 0.0


def _typed(entry: _Entry, listening: frozenset[Utterance], settings: OverlapSettings) -> Overlap:
    kind, confidence, reason = _kind(entry, listening, settings)
    return Overlap(entry.span, entry.entrant.speaker, kind, round(confidence, 2), reason)


def _kind(
    entry: _Entry, listening: frozenset[Utterance], settings: OverlapSettings
) -> tuple[OverlapKind, float, str]:
    joint_s = seconds(entry.span.duration)
    if entry.entrant in listening:
        sure = 0.9 if entry.entrant.words else 0.7
        return OverlapKind.BACKCHANNEL, sure, f"{joint_s:.1f} s of listening sounds; the other spoke on"
    if entry.lead_s < settings.terminal_s:
        return OverlapKind.TERMINAL, 0.9, f"came in {entry.lead_s:.1f} s before the other ended"
    long_enough = joint_s >= settings.competitive_joint_s and entry.lead_s >= settings.competitive_lead_s
    took_floor = entry.after_s >= settings.takes_floor_s
    raised = entry.raised_db >= settings.raised_db
    if long_enough and (took_floor or raised):
        return OverlapKind.COMPETITIVE, _certainty(entry, settings), _how_it_competed(entry, settings)
    if took_floor and entry.broke_off and entry.lead_s < settings.competitive_lead_s:
        return OverlapKind.COMPETITIVE, 0.55, f"the other broke off in mid-sentence after {joint_s:.1f} s"
    if entry.after_s > 0 and entry.lead_s < settings.competitive_lead_s:
        return OverlapKind.TERMINAL, 0.6, f"came in {entry.lead_s:.1f} s before the other ended"
    return OverlapKind.COOPERATIVE, 0.6, f"{joint_s:.1f} s together, and the other kept the floor"


def _certainty(entry: _Entry, settings: OverlapSettings) -> float:
    """0.6 where only one sign just holds, up to 0.95 where all hold with room."""
    took = min(max(entry.after_s / (2 * settings.takes_floor_s), 0.0), 1.0)
    loud = min(max(entry.raised_db / (2 * settings.raised_db), 0.0), 1.0)
    long = min(seconds(entry.span.duration) / (2 * settings.competitive_joint_s), 1.0)
    return min(0.95, 0.45 + 0.25 * took + 0.1 * loud + 0.2 * long)


def _how_it_competed(entry: _Entry, settings: OverlapSettings) -> str:
    facts = [f"spoke over the other for {seconds(entry.span.duration):.1f} s"]
    if entry.after_s >= settings.takes_floor_s:
        facts.append(f"and on for {entry.after_s:.1f} s after the other gave way")
    if entry.raised_db >= settings.raised_db:
        facts.append(f"{entry.raised_db:.0f} dB above the own normal level")
    return ", ".join(facts)
