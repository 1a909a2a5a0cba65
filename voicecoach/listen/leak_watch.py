"""Is the voice that sounds now the speaker's own? The leakage guard, asked many times a second.

`leak.own_voice` fits the path anew for each question, which takes as long as a block of sound lasts. Here
the path is fitted every other second and used until the next.

Laws: decided by sample index alone, from the levels so far.
Units: dBFS per 10 ms frame; samples.
"""

from __future__ import annotations

from voicecoach.listen.leak import own_voice
from voicecoach.listen.leak_path import LeakPath, Levels, fit_leak_path
from voicecoach.timeline import FRAME, Span, samples

MEMORY = samples(20.0)
"""The path is fitted over so much of the past: the headset may slip, the volume may be turned."""

RENEWED = samples(2.0)
"""How long a fit is used."""

REACH = samples(1.0)
"""What leaks at one moment was said at most so long before (`leak_path.PathSettings.tails`)."""


class LeakWatch:
    """Tells, for one track, a voice of its own from what leaks of the other track."""

    def __init__(self) -> None:
        self._path: LeakPath | None = None
        self._fitted_at = 0

    def is_own(self, run: Span, own: Levels, source: Levels) -> bool:
        """Whether anything in a run that goes on until now is more than leakage.

        Parameters
        ----------
        run : ends now.
        own, source : dBFS per frame from the start of the call, of this track and of the other.
        """
        first = max(0, run.start - REACH) // FRAME
        near = run.shifted(-first * FRAME)
        return bool(own_voice([near], own[first:], source[first:], path=self._known(run.end, own, source)))

    def _known(self, now: int, own: Levels, source: Levels) -> LeakPath:
        if self._path is None or now - self._fitted_at >= RENEWED:
            back = max(0, now - MEMORY) // FRAME
            length = min(len(own), len(source))
            self._path = fit_leak_path(own[back:length], source[back:length])
            self._fitted_at = now
        return self._path
