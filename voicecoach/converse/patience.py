"""When the caller cuts in on a trainee who is speaking: for too long, or with the wrong words.

Laws
----
* Never in the first seconds of a trainee's turn, and not again soon after.
* One lot a trigger and turn: whether it provokes is settled when it is said.

Units: samples.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from voicecoach.converse.lots import Lots
from voicecoach.converse.manners import Manners
from voicecoach.converse.scene import Scene
from voicecoach.converse.stretch import Stretch
from voicecoach.timeline import samples, seconds


@dataclass(frozen=True, slots=True)
class PatienceSettings:
    """When a caller may cut in."""

    hears_out_s: float = 2.0
    """So much of a turn is always heard: who is cut off before has not said anything yet."""
    pause_s: float = 0.25
    """People cut in at pauses; shorter ones are inside words."""
    no_pause_s: float = 3.0
    """... and where none comes, so long after their patience is over."""
    again_s: float = 15.0
    """Not twice within this: the trainee must have a chance to do better."""
    new_turn_s: float = 3.0
    """After a longer silence a trainee who goes on begins anew (`listen.turns.TurnSettings`)."""


class Patience:
    """Watches the trainee's monologues.

    Parameters
    ----------
    lots : decides whether a trigger provokes.
    """

    def __init__(self, lots: Lots, settings: PatienceSettings | None = None) -> None:
        self._lots = lots
        self._settings = settings or PatienceSettings()
        self._turn_start: int | None = None
        self._turn = 0
        self._settled: set[str] = set()
        self._provoked: str | None = None
        self._last: int | None = None

    def listened(self) -> None:
        """The caller speaks, or is about to: the trainee's turn is over."""
        self._turn_start = None

    def push(self, scene: Scene, voice: Stretch, manners: Manners) -> str | None:
        """Why the caller cuts in now, or None; not to be asked while the caller speaks."""
        s = self._settings
        self._follow(scene, voice)
        if self._turn_start is None:
            return None
        self._provoke(scene.words, manners)
        spoken = voice.until - self._turn_start
        if spoken < samples(s.hears_out_s) or self._too_soon(scene.now):
            return None
        reason = self._reason(spoken, voice, manners)
        if reason is not None:
            self._last = scene.now
        return reason

    def _reason(self, spoken: int, voice: Stretch, manners: Manners) -> str | None:
        s = self._settings
        if self._provoked is not None:
            return f"provoked by {self._provoked!r}"
        too_long = spoken - samples(manners.patience_s)
        if too_long < 0:
            return None
        if voice.quiet >= samples(s.pause_s):
            return f"{seconds(spoken):.0f} s of talk, at a pause"
        return (
            f"{seconds(spoken):.0f} s of talk without a pause" if too_long >= samples(s.no_pause_s) else None
        )

    def _follow(self, scene: Scene, voice: Stretch) -> None:
        """Where the trainee's turn began."""
        if voice.quiet > samples(self._settings.new_turn_s):
            self._turn_start = None
        elif self._turn_start is None and voice.spoken and scene.voice_since is not None:
            self._turn_start = voice.since
            self._turn += 1
            self._settled.clear()
            self._provoked = None

    def _provoke(self, words: tuple[str, ...], manners: Manners) -> None:
        """Draw for each trigger that is said for the first time in the turn."""
        said = " ".join(re.sub(r"[^a-z' ]+", " ", " ".join(words).lower()).split())
        for trigger in sorted(manners.triggers - self._settled):
            if f" {trigger} " in f" {said} ":
                self._settled.add(trigger)
                if self._lots.chance(manners.cuts_in, "cuts in", self._turn, trigger):
                    self._provoked = trigger

    def _too_soon(self, now: int) -> bool:
        return self._last is not None and now - self._last < samples(self._settings.again_s)
