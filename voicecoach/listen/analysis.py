"""The listening path, live and batch: blocks of two tracks in, requests for words out, a Call at the end.

Laws
----
* ``push(event) -> commands``; how the audio was chopped cannot matter, nor how late the words come.
* Which audio goes to the recognizer is decided by sample index alone, and only finals are folded.
* `Analysis.call` derives everything from runs, words and contours; it may be asked for either
  assignment of speakers to tracks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from voicecoach.audio import Layout, Samples
from voicecoach.call import Call
from voicecoach.events import CallEnded, Command, Event, Exchanged, Recognize, Recognized
from voicecoach.listen.activity import BLOCK
from voicecoach.listen.fold import HeardTrack, fold
from voicecoach.listen.leak import own_voice
from voicecoach.listen.limits import Hearing
from voicecoach.listen.segment import SegmentAudio
from voicecoach.listen.track import Ears, TrackListener
from voicecoach.listen.transcribe import believable
from voicecoach.speech import Speaker, SpeechSegment, Word
from voicecoach.timeline import FRAME, samples

LEAK_MEMORY_S = 60.0
"""While the call runs, leakage is estimated over this long; at its end, over all of it."""

SPEAKERS: Mapping[Layout, tuple[Speaker, ...]] = {
    Layout.TWO_CHANNEL: (Speaker.TRAINEE, Speaker.CALLER),
    Layout.MIXED: (Speaker.UNSEPARATED,),
    Layout.TRAINEE_ONLY: (Speaker.TRAINEE,),
}
"""Who is on each track, unless told otherwise."""


class Analysis:
    """Listens to a call.

    Parameters
    ----------
    ears : detectors and weights.
    hearing : layout, language, and whether words are to be recognized.
    """

    def __init__(self, ears: Ears, hearing: Hearing) -> None:
        self._hearing = hearing
        self._listeners = [TrackListener(ears) for _ in SPEAKERS[hearing.layout]]
        self._pending: list[Samples] = [np.zeros(0, np.float32) for _ in self._listeners]
        self._words: list[list[Word]] = [[] for _ in self._listeners]
        self._asked: dict[int, tuple[int, Recognize]] = {}
        self._segments = 0
        self._duration: int | None = None

    def push(self, event: Event) -> list[Command]:
        """Take one event; return what to recognize."""
        match event:
            case Exchanged():
                return self._hear(event)
            case CallEnded():
                return self._end(event)
            case Recognized():
                return self._believe(event)

    def call(self, *, swapped: bool = False) -> Call:
        """The folded call, once it ended and every request was answered; its acts are not read yet.

        Parameters
        ----------
        swapped : the first track is the caller's, the second the trainee's.
        """
        assert self._duration is not None, "the call has not ended"
        assert not self._asked, "words are still awaited"
        speakers = SPEAKERS[self._hearing.layout]
        heard = [
            HeardTrack(listener.runs, sorted(words, key=lambda word: word.span), listener.levels, prosody)
            for listener, words in zip(self._listeners, self._words, strict=True)
            if (prosody := listener.prosody) is not None
        ]
        tracks = dict(zip(speakers[::-1] if swapped else speakers, heard, strict=True))
        return fold({s: tracks[s] for s in speakers}, self._hearing, self._duration)

    def _hear(self, event: Exchanged) -> list[Command]:
        chunks = [event.heard] if event.played is None else [event.heard, event.played]
        assert len(chunks) == len(self._listeners), "the layout says how many tracks there are"
        for track, chunk in enumerate(chunks):
            self._pending[track] = np.concatenate([self._pending[track], chunk.samples])
        commands: list[Command] = []
        whole = len(self._pending[0]) // BLOCK * BLOCK
        for start in range(0, whole, BLOCK):
            blocks = [pending[start : start + BLOCK] for pending in self._pending]
            closed = [listener.push(b) for listener, b in zip(self._listeners, blocks, strict=True)]
            commands.extend(self._ask(closed))
        self._pending = [pending[whole:] for pending in self._pending]
        return commands

    def _end(self, event: CallEnded) -> list[Command]:
        self._duration = event.duration
        rests = zip(self._listeners, self._pending, strict=True)
        return self._ask([listener.finish(rest) for listener, rest in rests])

    def _ask(self, closed: Sequence[Sequence[SegmentAudio]]) -> list[Command]:
        """Requests for the words of the segments that each track closed."""
        commands: list[Command] = []
        if self._hearing.no_words_because is not None:
            return commands
        for track, pieces in enumerate(closed):
            speaker = SPEAKERS[self._hearing.layout][track]
            for piece in pieces:
                if not self._is_own(track, piece):
                    continue
                segment = SpeechSegment(self._segments, speaker, piece.span)
                command = Recognize(segment, piece.audio, piece.runs)
                self._asked[segment.id] = (track, command)
                self._segments += 1
                commands.append(command)
        return commands

    def _is_own(self, track: int, piece: SegmentAudio) -> bool:
        """Whether anything in the segment is not leakage, as far as can be told by now."""
        if len(self._listeners) == 1:
            return True
        back = max(0, piece.span.start - samples(LEAK_MEMORY_S)) // FRAME
        own, source = (self._listeners[t].levels[back:] for t in (track, 1 - track))
        runs = [run.shifted(-back * FRAME) for run in piece.runs]
        return bool(own_voice(runs, own, source))

    def _believe(self, event: Recognized) -> list[Command]:
        """Keep a final's words; an answer that nobody waits for is dropped."""
        asked = self._asked.pop(event.segment_id, None)
        if asked is not None:
            track, command = asked
            self._words[track].extend(believable(event.words, command))
        return []
