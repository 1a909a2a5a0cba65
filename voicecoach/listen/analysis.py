"""The listening path, live and batch: blocks of two tracks in, requests for words out, a Call at the end.

Laws
----
* ``push(event) -> commands``; how the audio was chopped cannot matter, nor how late the words come.
* Which audio goes to the recognizer is decided by sample index alone, and only finals are folded.
* `Analysis.call` derives everything from runs, words and contours; it may be asked for either
  assignment of speakers to tracks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from itertools import count

import numpy as np

from voicecoach.audio import Layout, Samples
from voicecoach.call import Call
from voicecoach.events import (
    Answer,
    CallEnded,
    Command,
    Drafted,
    Event,
    Exchanged,
    Notice,
    Recognized,
    Sounded,
)
from voicecoach.listen.activity import BLOCK
from voicecoach.listen.endpoint import EndpointSettings
from voicecoach.listen.fold import HeardTrack, fold
from voicecoach.listen.leak import own_voice
from voicecoach.listen.leak_watch import LeakWatch
from voicecoach.listen.limits import Hearing
from voicecoach.listen.segment import SegmentAudio
from voicecoach.listen.streaming import IsOwn, Transcriber
from voicecoach.listen.track import Ears, Ongoing, TrackListener
from voicecoach.listen.turn_watch import TurnWatch
from voicecoach.speech import Speaker
from voicecoach.timeline import FRAME, Span, samples

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
    live : of whom to say what is heard as early as it can be known: partials, early finals, ends of
        turns, prosody as it sounds. It changes what is asked and told on the way, never the call.
    endpoint : how long to wait until a turn is taken to be over.
    """

    def __init__(
        self,
        ears: Ears,
        hearing: Hearing,
        *,
        live: Collection[Speaker] = (),
        endpoint: EndpointSettings | None = None,
    ) -> None:
        self._hearing = hearing
        self._live = frozenset(live)
        self._speakers = SPEAKERS[hearing.layout]
        self._listeners = [TrackListener(ears) for _ in self._speakers]
        self._pending: list[Samples] = [np.zeros(0, np.float32) for _ in self._listeners]
        ids = count()
        self._transcribers = [Transcriber(speaker, ids) for speaker in self._speakers]
        waits = endpoint or EndpointSettings()
        self._watches = [TurnWatch(speaker, hearing.language, waits) for speaker in self._speakers]
        self._leaks = [LeakWatch() for _ in self._speakers]
        self._duration: int | None = None

    def push(self, event: Event) -> list[Command | Notice]:
        """Take one event; return what to recognize, and what is known by now."""
        match event:
            case Exchanged():
                return self._hear(event)
            case CallEnded():
                return self._end(event)
            case Recognized() | Drafted():
                return self._answered(event)

    def ongoing(self, speaker: Speaker) -> Ongoing | None:
        """The voice of `speaker` that sounds now, or did a moment ago; not what leaks from the other."""
        track = self._speakers.index(speaker)
        listener = self._listeners[track]
        since = listener.speech_since
        if since is None or since >= listener.heard:
            return None
        run = Span(since, listener.heard)
        if len(self._listeners) > 1:
            own, source = (self._listeners[t].levels for t in (track, 1 - track))
            if not self._leaks[track].is_own(run, own, source):
                return None
        return Ongoing(since, listener.is_sounding, listener.is_voice([run]))

    @property
    def awaited(self) -> int:
        """Requests for final words that are not answered yet."""
        return sum(transcriber.awaited for transcriber in self._transcribers)

    def call(self, *, swapped: bool = False) -> Call:
        """The folded call, once it ended and every request was answered; its acts are not read yet.

        Parameters
        ----------
        swapped : the first track is the caller's, the second the trainee's.
        """
        assert self._duration is not None, "the call has not ended"
        assert not self.awaited, "words are still awaited"
        speakers = self._speakers
        heard = [
            HeardTrack(listener.runs, transcriber.words, listener.levels, prosody)
            for listener, transcriber in zip(self._listeners, self._transcribers, strict=True)
            if (prosody := listener.prosody) is not None
        ]
        tracks = dict(zip(speakers[::-1] if swapped else speakers, heard, strict=True))
        return fold({s: tracks[s] for s in speakers}, self._hearing, self._duration)

    def _hear(self, event: Exchanged) -> list[Command | Notice]:
        chunks = [event.heard] if event.played is None else [event.heard, event.played]
        assert len(chunks) == len(self._listeners), "the layout says how many tracks there are"
        found: list[Command | Notice] = []
        for track, (listener, chunk) in enumerate(zip(self._listeners, chunks, strict=True)):
            frames = listener.sound(chunk.samples)
            if self._speakers[track] in self._live and len(frames.f0_hz):
                found.append(Sounded(self._speakers[track], frames))
            self._pending[track] = np.concatenate([self._pending[track], chunk.samples])
        whole = len(self._pending[0]) // BLOCK * BLOCK
        for start in range(0, whole, BLOCK):
            blocks = [pending[start : start + BLOCK] for pending in self._pending]
            closed = [listener.push(b) for listener, b in zip(self._listeners, blocks, strict=True)]
            found.extend(self._transcribe(closed))
        self._pending = [pending[whole:] for pending in self._pending]
        return found

    def _end(self, event: CallEnded) -> list[Command | Notice]:
        self._duration = event.duration
        rests = zip(self._listeners, self._pending, strict=True)
        return self._transcribe([listener.finish(rest) for listener, rest in rests])

    def _transcribe(self, closed: Sequence[Sequence[SegmentAudio]]) -> list[Command | Notice]:
        """What each track asks and knows after it closed these segments."""
        if self._hearing.no_words_because is not None:
            return []
        found: list[Command | Notice] = []
        for track, (transcriber, pieces) in enumerate(zip(self._transcribers, closed, strict=True)):
            is_own = partial(self._is_own, track)
            known = transcriber.push(pieces, is_own)
            found += known
            if self._speakers[track] in self._live:
                self._watches[track].read(known, self._listeners[track].heard)
                found += self._lead(track, is_own)
        return found

    def _lead(self, track: int, is_own: IsOwn) -> list[Command | Notice]:
        """What a live call asks and knows before segments close, and whether a turn is over."""
        listener = self._listeners[track]
        pause = listener.pausing()
        if pause is not None and not is_own(pause.runs):
            pause = None
        asked = self._transcribers[track].lead(listener, pause, is_own)
        return asked + self._watches[track].push(listener, pause)

    def _answered(self, answer: Answer) -> list[Command | Notice]:
        found: list[Command | Notice] = []
        for track, transcriber in enumerate(self._transcribers):
            known = transcriber.answer(answer)
            found += known
            if self._speakers[track] in self._live:
                self._watches[track].read(known, self._listeners[track].heard)
        return found

    def _is_own(self, track: int, runs: Sequence[Span]) -> bool:
        """Whether anything in the runs is voice and not leakage, as far as can be told by now."""
        if not self._listeners[track].is_voice(runs):
            return False
        if len(self._listeners) == 1:
            return True
        back = max(0, runs[0].start - samples(LEAK_MEMORY_S)) // FRAME
        own, source = (self._listeners[t].levels[back:] for t in (track, 1 - track))
        return bool(own_voice([run.shifted(-back * FRAME) for run in runs], own, source))
