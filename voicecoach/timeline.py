"""Time, as every other module sees it: integer samples at 16 kHz from the start of the call.

Laws
----
* A time is an ``int`` (a sample index at :data:`RATE`); a duration is an ``int`` number of samples.
* A :class:`Span` is half open, ``[start, end)``, and never empty: *no span* is ``None``.
* Seconds exist only at the edges (files, screens, settings) and carry the suffix ``_s``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

RATE = 16_000
"""Samples per second of the call's clock; the rate that Whisper and Silero VAD are trained at."""

FRAME = RATE // 100
"""Samples in a 10 ms frame: the grid of every prosody track."""

BLOCK = RATE // 50
"""Samples that a headset exchanges at a time, 20 ms: what sound cards and telephones work in."""


def samples(seconds: float) -> int:
    """Nearest sample index (or count) for a time in seconds."""
    return round(seconds * RATE)


def seconds(count: int) -> float:
    """Seconds for a sample index (or count)."""
    return count / RATE


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the call, ``start <= t < end``, in samples; ordered by start, then end.

    Examples
    --------
    >>> Span(0, 16000) & Span(8000, 24000)
    Span(start=8000, end=16000)
    >>> Span(0, 16000).gap_to(Span(24000, 32000))
    8000
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, not [{self.start}, {self.end})")

    @classmethod
    def from_seconds(cls, start_s: float, end_s: float) -> Span:
        """The span between two times in seconds, each rounded to its nearest sample."""
        return cls(samples(start_s), samples(end_s))

    @property
    def duration(self) -> int:
        """Length in samples, at least 1."""
        return self.end - self.start

    @property
    def start_s(self) -> float:
        """Start in seconds."""
        return seconds(self.start)

    @property
    def end_s(self) -> float:
        """End in seconds."""
        return seconds(self.end)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return seconds(self.duration)

    @property
    def middle(self) -> int:
        """The sample half-way."""
        return (self.start + self.end) // 2

    def __contains__(self, at: int) -> bool:
        return self.start <= at < self.end

    def __and__(self, other: Span) -> Span | None:
        """What both cover, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def __or__(self, other: Span) -> Span:
        """The shortest span that covers both (and any gap between them)."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def covers(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def gap_to(self, later: Span) -> int:
        """Samples from this span's end to `later`'s start; negative where they overlap."""
        return later.start - self.end

    def shifted(self, by: int) -> Span:
        """The same length, `by` samples later."""
        return Span(self.start + by, self.end + by)

    def padded(self, before: int, after: int) -> Span:
        """Grown by `before` and `after` samples, not past the start of the call."""
        return Span(max(0, self.start - before), self.end + after)


def merge(spans: Iterable[Span], gap: int = 0) -> list[Span]:
    """Sorted disjoint spans; neighbors no more than `gap` samples apart are joined."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and merged[-1].gap_to(span) <= gap:
            merged[-1] |= span
        else:
            merged.append(span)
    return merged


def intersect(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """What both of two sorted, disjoint lists cover."""
    common: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if (both := left[i] & right[j]) is not None:
            common.append(both)
        if left[i].end <= right[j].end:
            i += 1
        else:
            j += 1
    return common


def complement(spans: Sequence[Span], within: Span) -> list[Span]:
    """What a sorted, disjoint list leaves uncovered of `within`."""
    return list(_gaps(spans, within))


def _gaps(spans: Sequence[Span], within: Span) -> Iterator[Span]:
    at = within.start
    for span in spans:
        if at < span.start and at < within.end:
            yield Span(at, min(span.start, within.end))
        at = max(at, span.end)
    if at < within.end:
        yield Span(at, within.end)


def total(spans: Iterable[Span]) -> int:
    """Samples covered by disjoint spans."""
    return sum(span.duration for span in spans)
