"""Has somebody finished? Brings a track's pauses, contours and words to the turn model while the call runs.

A pause is judged at its soft end by its sound, again whenever the words before it become known, and the turn
is over once the pause has lasted as long as that judgment asks. A pause in which a voice is heard again is
not ended, even before it is certain that the voice is no click.

Laws: by sample index and by what is known at each; no score depends on it (`docs/decisions/0008`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from voicecoach.events import Command, FinalHeard, Notice, PartialHeard, TurnEnded
from voicecoach.facts import ENGLISH
from voicecoach.listen.endpoint import Endpointer, EndpointSettings
from voicecoach.listen.segment import SegmentAudio
from voicecoach.listen.track import TrackListener
from voicecoach.listen.turn_cues import pause_cues
from voicecoach.speech import Speaker
from voicecoach.timeline import FRAME, samples

TRIMMED = samples(0.1)
"""A run's start may be moved so far once it is complete (`activity.ActivitySettings.edge_out_frames`)."""


class TurnWatch:
    """Watches one track for the ends of its speaker's turns.

    Parameters
    ----------
    speaker : whose track it is.
    language : ISO 639-1; in another than English the words tell nothing, and the sound decides.
    settings : how long to wait.
    """

    def __init__(self, speaker: Speaker, language: str, settings: EndpointSettings) -> None:
        self._speaker = speaker
        self._reads_words = language == ENGLISH
        self._endpointer = Endpointer(settings)
        self._reopen = samples(settings.reopen_s)
        self._turn_start = 0
        self._pause_start: int | None = None
        self._said: list[tuple[int, tuple[str, ...]]] = []
        self._ended_at: int | None = None

    def push(self, track: TrackListener, pause: SegmentAudio | None) -> list[Notice]:
        """Look at the track after it took a block; `pause` is the segment that has softly ended, if one has.

        Parameters
        ----------
        pause : as `TrackListener.pausing` told it, and the speaker's own voice.
        """
        if pause is not None:
            self._paused(track, pause)
        if self._pause_start is None:
            return []
        if track.speech_since is not None:
            self._resumed(track)
            return []
        end = self._endpointer.due(track.heard)
        if end is None:
            return []
        self._ended_at = end.decided
        return [TurnEnded(self._speaker, end)]

    def read(self, found: Sequence[Command | Notice], now: int) -> None:
        """Look at what became known of the words."""
        for thing in found:
            if isinstance(thing, FinalHeard):
                self._said.append((thing.segment.span.end, tuple(word.text for word in thing.words)))
                self._worded(thing.segment.span.end, (), now)
            elif isinstance(thing, PartialHeard) and thing.heard_until == self._pause_start:
                self._worded(thing.heard_until, thing.committed + thing.tentative, now)

    def _paused(self, track: TrackListener, pause: SegmentAudio) -> None:
        self._pause_start = pause.span.end
        contours, back = track.recent, track.recent.first * FRAME
        turn = [run for run in track.runs if run.start >= max(self._turn_start, back)] or [pause.runs[-1]]
        cues = pause_cues(contours.f0_hz, contours.level_dbfs, [run.shifted(-back) for run in turn])
        self._endpointer.paused(replace(cues, start=cues.start + back), track.heard)

    def _resumed(self, track: TrackListener) -> None:
        since = track.certain_speech_since
        if since is None:
            return
        self._endpointer.resumed(since)
        self._pause_start = None
        if self._ended_at is not None and since > self._ended_at + self._reopen:
            self._turn_start = since - TRIMMED
            self._said.clear()
        self._ended_at = None

    def _worded(self, until: int, rest: tuple[str, ...], now: int) -> None:
        """The words of the turn up to `until`: those of its finals, and `rest`."""
        if not self._reads_words:
            return
        finals = (words for end, words in sorted(self._said) if self._turn_start < end <= until)
        self._endpointer.worded([word for words in finals for word in words] + list(rest), until, now)
