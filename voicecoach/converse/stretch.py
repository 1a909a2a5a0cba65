"""The trainee's voice as turn-taking hears it: runs with short gaps between them are one stretch.

"Mm-hm" is two runs, a sentence a dozen; whoever asks how long somebody has been speaking means the stretch.

Units: samples.
"""

from __future__ import annotations

from voicecoach.converse.scene import Scene
from voicecoach.timeline import samples, seconds

BRIDGE = samples(0.25)
"""A longer silence ends a stretch: above the 0.2 s that joins runs to an utterance, for its end is noticed
some 30 ms late."""

PITCH_KNOWN = samples(0.3)
"""So long after speech began its pitch is known, usually after 0.2 s; the "ex" of "excuse me" has none."""


class Stretch:
    """Follows the trainee's voice; describes the stretch that goes on, or the last one.

    Attributes
    ----------
    since : where it began.
    until : where it last sounded.
    """

    def __init__(self) -> None:
        self.since = 0
        self.until = 0
        self._now = 0
        self._pitched_at: int | None = None
        self._last_pitch = 0
        self._words: tuple[str, ...] = ()
        self._words_before: tuple[str, ...] = ()

    def push(self, scene: Scene) -> None:
        """Look at the next scene."""
        self._now = scene.now
        since = None if scene.muted else scene.voice_since
        if since is not None:
            if since > self.until + BRIDGE:
                self.since, self.until, self._pitched_at = since, since, None
                self._words_before = self._words
            if scene.sounding:
                self._sounded(scene)
        self._words = scene.words

    def _sounded(self, scene: Scene) -> None:
        self.until = max(self.until, scene.now)
        if scene.has_pitch:
            self._last_pitch = scene.now
            if self._pitched_at is None:
                self._pitched_at = scene.now

    @property
    def length(self) -> int:
        """Samples from its beginning to where it last sounded."""
        return self.until - self.since

    @property
    def spoken(self) -> int:
        """The same, from where it can have been speech: noise without pitch is none."""
        if self._pitched_at is None:
            return 0
        return self.until - max(self.since, self._pitched_at - PITCH_KNOWN)

    @property
    def quiet(self) -> int:
        """Samples since it last sounded."""
        return self._now - self.until

    @property
    def over(self) -> bool:
        """Whether it has been quiet for so long that what follows is another."""
        return self.quiet > BRIDGE

    @property
    def spoken_until(self) -> int:
        """Where a voice with pitch last sounded, in this stretch or before."""
        return self._last_pitch

    @property
    def words(self) -> tuple[str, ...]:
        """Its own, as far as known: those that were not there before it began."""
        before = self._words_before
        return self._words[len(before) :] if self._words[: len(before)] == before else self._words

    @property
    def length_s(self) -> float:
        """`length` in seconds."""
        return seconds(self.length)
