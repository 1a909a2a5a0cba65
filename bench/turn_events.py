"""What two people do to one another, from when each speaks; and how well two accounts of it agree.

Definitions, the same for the truth and for every detector:

* utterance: runs of voice with silences under 200 ms between them; runs under 50 ms are nothing.
* interruption: begins more than 200 ms into the other's utterance and 250 ms or more before its end, lasts
  600 ms or more and goes on for 500 ms or more after it.
* backchannel: lasts 1.0 s at most, its speaker is silent for 1.0 s before and after (Voice Activity
  Projection's definition), and the other speaks within 0.5 s before it and 1.0 s after it.

Two events are the same if the same person's begin within 300 ms of one another. Times are samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voicecoach.timeline import FRAME, Span, intersect, merge, samples

Runs = tuple[Sequence[Span], Sequence[Span]]
"""When each of two people speaks."""

COLLAR = samples(0.3)

_BRIDGED = samples(0.2) - 1
_SHORTEST = samples(0.05)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was found of what is there: frames of overlap, or events."""

    true: int = 0
    found: int = 0
    right: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.true + other.true, self.found + other.found, self.right + other.right)

    @property
    def f1(self) -> float:
        """In percent."""
        return 200 * self.right / max(1, self.true + self.found)


def compare(truth: Runs, found: Runs) -> dict[str, Counts]:
    """Frames of overlap, interruptions and backchannels of both people."""
    both = [intersect(*map(_utterances, runs)) for runs in (truth, found)]
    overlap = Counts(_frames(both[0]), _frames(both[1]), _frames(intersect(*both)))
    counts = {"overlap": overlap, "interruption": Counts(), "backchannel": Counts()}
    for who in (0, 1):
        counts["interruption"] += _matched(interruptions(truth, who), interruptions(found, who))
        counts["backchannel"] += _matched(backchannels(truth, who), backchannels(found, who))
    return counts


def interruptions(runs: Runs, who: int) -> list[int]:
    """Where the person `who` (0 or 1) interrupts the other."""
    mine, others = _utterances(runs[who]), _utterances(runs[1 - who])
    return [u.start for u in mine if any(_breaks_into(u, o) for o in others)]


def backchannels(runs: Runs, who: int) -> list[int]:
    """Where the person `who` (0 or 1) lets the other know that they listen."""
    mine, others = _utterances(runs[who]), _utterances(runs[1 - who])
    return [u.start for u in mine if _accompanies(u, mine, others)]


def _breaks_into(span: Span, other: Span) -> bool:
    return (
        other.start + samples(0.2) < span.start <= other.end - samples(0.25)
        and span.duration >= samples(0.6)
        and span.end - other.end >= samples(0.5)
    )


def _accompanies(span: Span, mine: Sequence[Span], others: Sequence[Span]) -> bool:
    if span.duration > samples(1.0):
        return False
    quiet = span.padded(samples(1.0) - 1, samples(1.0) - 1)
    before = Span(max(0, span.start - samples(0.5)), span.start + 1)
    after = Span(span.end, span.end + samples(1.0))
    is_alone = not any(m != span and m & quiet for m in mine)
    return is_alone and all(any(o & side for o in others) for side in (before, after))


def _utterances(runs: Iterable[Span]) -> list[Span]:
    return [span for span in merge(runs, _BRIDGED) if span.duration >= _SHORTEST]


def _frames(spans: Iterable[Span]) -> int:
    return sum(span.duration for span in spans) // FRAME


def _matched(true: Sequence[int], found: Sequence[int]) -> Counts:
    free = list(found)
    for at in true:
        near = [f for f in free if abs(f - at) <= COLLAR]
        if near:
            free.remove(min(near, key=lambda f: abs(f - at)))
    return Counts(len(true), len(found), len(found) - len(free))
