"""The final words of one track: asked once a segment, and, in a live call, already at its soft end.

At the soft end the segment's words are asked for on speculation. If nobody speaks again until the hard
end, the segment closes sample for sample as it was then, and the answer is its final; if speech resumes,
the question is withdrawn, and the longer segment asked about later.

Laws: each closed segment gets the words of exactly its own audio, live as in batch; an answer to a question
that was withdrawn, or never asked, is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voicecoach.events import Command, FinalHeard, Notice, Recognize, Recognized, Withdraw
from voicecoach.listen.segment import SegmentAudio
from voicecoach.listen.transcribe import believable
from voicecoach.speech import Speaker, SpeechSegment, Word


@dataclass(slots=True, eq=False)
class Speculation:
    """A question about a segment that may go on, and its answer."""

    asked: Recognize
    words: tuple[Word, ...] | None = None
    withdrawn: bool = False

    @property
    def ends(self) -> int:
        """End of the last voice in it."""
        return self.asked.segment.span.end

    def foretold(self, piece: SegmentAudio) -> bool:
        """Whether `piece` is what was asked about."""
        audio = self.asked.audio
        same_audio = (audio.start, audio.end) == (piece.audio.start, piece.audio.end)
        return same_audio and self.asked.speech == piece.runs


class Finals:
    """Finals of one track.

    Parameters
    ----------
    speaker : whose track it is.
    ids : gives each question its number.

    Attributes
    ----------
    words : of all segments that were answered, in order of arrival.
    speculation : about the segment that is open, if there is one.
    """

    def __init__(self, speaker: Speaker, ids: Iterator[int]) -> None:
        self._speaker = speaker
        self._ids = ids
        self._awaited: dict[int, Recognize] = {}
        self.words: list[Word] = []
        self.speculation: Speculation | None = None

    @property
    def awaited(self) -> int:
        """Closed segments whose words have not come yet."""
        return len(self._awaited)

    def close(self, piece: SegmentAudio) -> list[Command | Notice]:
        """A segment ended: its final, if that is known, or the question for it, if it was not asked."""
        early, self.speculation = self.speculation, None
        if early is not None and early.foretold(piece):
            if early.words is not None:
                return [self._believe(early.asked, early.words)]
            if not early.withdrawn:
                self._awaited[early.asked.segment.id] = early.asked
                return []
        question = self._question(piece)
        self._awaited[question.segment.id] = question
        return [*_withdrawal(early), question]

    def drop(self) -> list[Command | Notice]:
        """A segment ended and is not to be recognized."""
        early, self.speculation = self.speculation, None
        return [*_withdrawal(early)]

    def speculate(self, piece: SegmentAudio) -> list[Command | Notice]:
        """The segment may be over: ask for its words already."""
        question = self._question(piece, speculative=True)
        withdrawal = _withdrawal(self.speculation)
        self.speculation = Speculation(question)
        return [*withdrawal, question]

    def resume(self) -> list[Command | Notice]:
        """Speech goes on: the question is pointless, unless it is answered."""
        return [*_withdrawal(self.speculation)]

    def push(self, answer: Recognized) -> list[Command | Notice]:
        """Take an answer; its words are final if the segment has ended."""
        asked = self._awaited.pop(answer.segment_id, None)
        if asked is not None:
            return [self._believe(asked, believable(answer.words, asked))]
        early = self.speculation
        if early is not None and early.asked.segment.id == answer.segment_id:
            early.words = tuple(believable(answer.words, early.asked))
        return []

    def _believe(self, asked: Recognize, words: list[Word] | tuple[Word, ...]) -> FinalHeard:
        self.words.extend(words)
        return FinalHeard(asked.segment, tuple(words))

    def _question(self, piece: SegmentAudio, *, speculative: bool = False) -> Recognize:
        segment = SpeechSegment(next(self._ids), self._speaker, piece.span)
        return Recognize(segment, piece.audio, piece.runs, speculative)


def _withdrawal(early: Speculation | None) -> list[Withdraw]:
    """What to tell the recognizer about a question that became pointless before it was answered."""
    if early is None or early.withdrawn or early.words is not None:
        return []
    early.withdrawn = True
    return [Withdraw(early.asked.segment.id)]
