"""The words of one track while the call runs: when to ask for what, and what is known so far.

A voice that goes on is *drafted* (`Drafts`), a pause is a chance to have the *final* early (`Finals`), and
when speech resumes after a pause the early final settles the words before it, so that drafts need to
cover only what follows.

Laws
----
* Finals are what a batch run gets: drafts and speculation never change them (`docs/decisions/0008`).
* What is asked is decided by sample indices, and, for drafts alone, by how long earlier ones took.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from voicecoach.events import Answer, Command, Draft, Drafted, Notice, PartialHeard
from voicecoach.listen.drafts import Drafts
from voicecoach.listen.finals import Finals
from voicecoach.listen.segment import SegmentAudio
from voicecoach.listen.track import TrackListener
from voicecoach.speech import Speaker, Word
from voicecoach.timeline import Span

IsOwn = Callable[[Sequence[Span]], bool]
"""Whether runs of voice are the speaker's own, not leakage from the other track."""


class Transcriber:
    """Finals of one track and, in a live call, what leads up to them.

    Parameters
    ----------
    speaker : whose track it is.
    ids : gives each question its number.
    """

    def __init__(self, speaker: Speaker, ids: Iterator[int]) -> None:
        self._speaker = speaker
        self._ids = ids
        self._finals = Finals(speaker, ids)
        self._drafts = Drafts()

    @property
    def words(self) -> list[Word]:
        """Of every final so far, in the call's order."""
        return sorted(self._finals.words, key=lambda word: word.span)

    @property
    def awaited(self) -> int:
        """Closed segments whose words have not come yet."""
        return self._finals.awaited

    def push(self, closed: Sequence[SegmentAudio], is_own: IsOwn) -> list[Command | Notice]:
        """Ask for the finals of the segments that a block has closed."""
        found: list[Command | Notice] = []
        for piece in closed:
            found += self._finals.close(piece) if is_own(piece.runs) else self._finals.drop()
            self._drafts.close()
        return found

    def lead(self, track: TrackListener, pause: SegmentAudio | None, is_own: IsOwn) -> list[Command | Notice]:
        """The same in a live call, after `push`: what can be asked and known before segments close.

        Parameters
        ----------
        pause : the segment that has softly ended, if one has, and is the speaker's own voice.
        """
        found = [] if pause is None else self._finals.speculate(pause)
        return found + self._resume(track) + self._draft(track, is_own)

    def answer(self, answer: Answer) -> list[Command | Notice]:
        """Take an answer, to a question of this track or not."""
        if isinstance(answer, Drafted):
            until = self._drafts.push(answer)
            return [] if until is None else [self._partial(until)]
        found = self._finals.push(answer)
        early = self._finals.speculation
        if early is not None and early.words is not None and early.asked.segment.id == answer.segment_id:
            self._drafts.foresee(_texts(early.words))
            found.append(self._partial(early.ends))
        return found

    def _resume(self, track: TrackListener) -> list[Command | Notice]:
        """Once speech goes on for certain, what is known of the words before the pause is settled."""
        early = self._finals.speculation
        if early is None or track.certain_speech_since is None:
            return []
        if early.words is not None and self._drafts.settled_until != early.ends:
            self._drafts.settle(_texts(early.words), early.ends)
        return self._finals.resume()

    def _draft(self, track: TrackListener, is_own: IsOwn) -> list[Command | Notice]:
        since = track.speech_since
        if since is None or not self._drafts.due(since, track.heard):
            return []
        if not track.is_sounding:  # the speaker may have finished: a draft now would only delay the final
            return []
        if not is_own([Span(since, track.heard)]):
            return []
        draft = Draft(next(self._ids), self._speaker, track.unfinished(self._drafts.settled_until or 0))
        self._drafts.asked(draft.draft_id, track.heard)
        return [draft]

    def _partial(self, until: int) -> PartialHeard:
        known = self._drafts.agreement
        return PartialHeard(self._speaker, known.committed, known.tentative, until)


def _texts(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.text for word in words)
