"""The words of a call in the order they were spoken: certain ones, and those that may still change.

Laws
----
* The caller's words are shown as they are heard, never ahead; what was cut off is not shown at all.
* A late word is put where it was said, not where it became known.
* Memory is bounded; the oldest words go first.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass
from itertools import groupby

from voicecoach.conversation import Line, LineEnded
from voicecoach.events import CallerBegan, FinalHeard, PartialHeard
from voicecoach.speech import Speaker
from voicecoach.timeline import seconds

MOST = 200
"""Pieces kept: far more than any screen holds."""

CUT = " --"
"""After words that were cut off."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of one speaker that stand."""

    start: int
    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What one speaker says at a stretch."""

    speaker: Speaker
    firm: str
    tentative: str = ""
    """Words that may still change."""


class Conversation:
    """Collects what is said."""

    def __init__(self) -> None:
        self._said: list[Said] = []
        self._line: CallerBegan | None = None
        self._partial: PartialHeard | None = None
        self._final_until = 0

    def caller_began(self, began: CallerBegan) -> None:
        """Follow a line of the caller's from its first sample."""
        self._line = began

    def caller_ended(self, ended: LineEnded) -> Said | None:
        """Keep what was heard of a line."""
        if self._line is not None and self._line.line.id == ended.line.id:
            self._line = None
        if ended.span is None:
            return None
        heard = " ".join(word.text for word in ended.heard) + CUT if ended.cut else ended.line.text
        return self._keep(Said(ended.span.start, Speaker.CALLER, heard))

    def partial(self, partial: PartialHeard) -> None:
        """Show what the trainee has said so far, unless it was overtaken by its final."""
        if partial.speaker is Speaker.TRAINEE and partial.heard_until > self._final_until:
            self._partial = partial

    def final(self, final: FinalHeard) -> Said | None:
        """Keep what the trainee said; what was recognized of the caller is known better from their lines."""
        segment = final.segment
        if segment.speaker is not Speaker.TRAINEE:
            return None
        self._final_until = max(self._final_until, segment.span.end)
        self._partial = None
        if not final.words:
            return None
        text = " ".join(word.text for word in final.words)
        return self._keep(Said(segment.span.start, segment.speaker, text))

    @property
    def caller_since(self) -> int | None:
        """Where the caller's line began that sounds right now."""
        return None if self._line is None else self._line.at

    @property
    def words_until(self) -> int | None:
        """How far the trainee's words are known of the sentence that goes on right now."""
        return None if self._partial is None else self._partial.heard_until

    def passages(self, now: int) -> list[Passage]:
        """Everything said up to `now`, oldest first."""
        pieces = list(self._said)
        if self._line is not None:
            insort(pieces, self._heard_of(self._line, now), key=_start)
        found = [
            Passage(speaker, " ".join(piece.text for piece in group))
            for speaker, group in groupby(pieces, key=lambda piece: piece.speaker)
        ]
        if self._partial is not None:
            _add_so_far(found, self._partial)
        return found

    def _heard_of(self, began: CallerBegan, now: int) -> Said:
        words = began.line.text.split()
        return Said(began.at, Speaker.CALLER, " ".join(words[: _count_heard(began.line, now - began.at)]))

    def _keep(self, said: Said) -> Said:
        insort(self._said, said, key=_start)
        del self._said[:-MOST]
        return said


def _add_so_far(passages: list[Passage], partial: PartialHeard) -> None:
    firm, tentative = " ".join(partial.committed), " ".join(partial.tentative)
    if passages and passages[-1].speaker is partial.speaker:
        firm = f"{passages.pop().firm} {firm}".rstrip()
    if firm or tentative:
        passages.append(Passage(partial.speaker, firm, tentative))


def _start(said: Said) -> int:
    return said.start


def _count_heard(line: Line, elapsed: int) -> int:
    """Words of a line that have begun, by the rate it is spoken at; a guess that its end sets right."""
    return 1 + max(0, int(seconds(elapsed) * line.delivery.rate_wpm / 60))
