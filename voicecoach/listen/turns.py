"""Who has the floor: from two speakers' runs of voice to turns.

A turn is what one speaker says until the other takes the floor. "Mm-hm" takes nothing: a backchannel
is a short turn of its own inside the other's.

Laws: every run ends up in exactly one turn; turns are numbered in order of their start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from voicecoach.backchannels import is_backchannel
from voicecoach.speech import Speaker, Turn, Word
from voicecoach.timeline import Span, merge, samples, seconds


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """What joins speech into turns."""

    bridge_s: float = 0.2
    """Shorter silences do not end an utterance (inter-pausal unit)."""
    longest_pause_s: float = 3.0
    """After a longer silence the same speaker begins a new turn (a hold, a search in the system)."""
    backchannel_s: float = 1.0
    """A backchannel is at most this long (Voice Activity Projection's definition)."""
    backchannel_quiet_s: float = 0.5
    """... with its speaker silent at least this long before and after,"""
    backchannel_context_s: float = 0.5
    """... while the other speaks this shortly before and goes on this shortly after,"""
    backchannel_gap_s: float = 0.9
    """... with no longer pause than this around it: after a longer one the other took the floor anew."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """An inter-pausal unit: runs of one speaker with no silence of `bridge_s` between them."""

    speaker: Speaker
    span: Span
    runs: tuple[Span, ...]
    words: tuple[Word, ...]


def utterances(
    speaker: Speaker, runs: Sequence[Span], words: Sequence[Word], settings: TurnSettings
) -> list[Utterance]:
    """One speaker's runs and words, joined across short silences.

    Each word goes to the utterance that it overlaps most, or else to the nearest.
    """
    spans = merge(runs, samples(settings.bridge_s))
    by_span: dict[Span, list[Word]] = {span: [] for span in spans}
    for word in words:
        if spans:
            by_span[max(spans, key=lambda span: _closeness(span, word.span))].append(word)
    return [
        Utterance(speaker, span, tuple(run for run in runs if span.covers(run)), tuple(by_span[span]))
        for span in spans
    ]


def _closeness(span: Span, word: Span) -> int:
    """Samples in common; negative distance when there are none."""
    return min(span.end, word.end) - max(span.start, word.start)


def backchannels(
    spoken: Mapping[Speaker, Sequence[Utterance]], settings: TurnSettings
) -> frozenset[Utterance]:
    """The utterances that claim no floor, over all speakers."""
    found: set[Utterance] = set()
    for speaker, own in spoken.items():
        others = spoken.get(speaker.other, ())
        for index, utterance in enumerate(own):
            before = own[index - 1].span if index else None
            after = own[index + 1].span if index + 1 < len(own) else None
            if _stands_alone(utterance.span, before, after, settings) and _is_listening(
                utterance, others, settings
            ):
                found.add(utterance)
    return frozenset(found)


def _stands_alone(span: Span, before: Span | None, after: Span | None, settings: TurnSettings) -> bool:
    quiet = samples(settings.backchannel_quiet_s)
    return (before is None or before.gap_to(span) >= quiet) and (after is None or span.gap_to(after) >= quiet)


def _is_listening(utterance: Utterance, others: Sequence[Utterance], settings: TurnSettings) -> bool:
    """Short, worded like a backchannel (when there are words), and the other goes on speaking."""
    if seconds(utterance.span.duration) > settings.backchannel_s:
        return False
    if utterance.words and not is_backchannel(" ".join(word.text for word in utterance.words)):
        return False
    near = samples(settings.backchannel_context_s)
    span = utterance.span
    before = [o.span for o in others if o.span.start < span.start and o.span.end > span.start - near]
    after = [o.span for o in others if o.span.end > span.end and o.span.start < span.end + near]
    if not before or not after:
        return False
    return before[-1].gap_to(after[0]) <= samples(settings.backchannel_gap_s)


def take_turns(
    spoken: Mapping[Speaker, Sequence[Utterance]],
    listening: frozenset[Utterance],
    settings: TurnSettings,
) -> list[Turn]:
    """Fold utterances into turns.

    Parameters
    ----------
    spoken : each speaker's utterances in order.
    listening : those among them that are `backchannels`.

    Returns
    -------
    list of Turn
        Ordered by start (then speaker), numbered from 0.
    """
    turns: list[Turn] = []
    floor: Turn | None = None
    everything = sorted((u for own in spoken.values() for u in own), key=lambda u: (u.span, u.speaker))
    for utterance in everything:
        turn = Turn(0, utterance.speaker, utterance.span, utterance.runs, utterance.words)
        if utterance in listening:
            turns.append(turn)
            continue
        if floor is not None and _goes_on(floor, turn, settings):
            turn = _joined(turns.pop(turns.index(floor)), turn)
        turns.append(turn)
        floor = turn
    ordered = sorted(turns, key=lambda turn: (turn.span, turn.speaker))
    return [replace(turn, id=number) for number, turn in enumerate(ordered)]


def _goes_on(floor: Turn, turn: Turn, settings: TurnSettings) -> bool:
    pause = floor.span.gap_to(turn.span)
    return floor.speaker is turn.speaker and pause <= samples(settings.longest_pause_s)


def _joined(first: Turn, then: Turn) -> Turn:
    return Turn(
        0, first.speaker, first.span | then.span, first.speech + then.speech, first.words + then.words
    )
