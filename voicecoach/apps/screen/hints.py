"""One short hint at a time, from acoustic facts and the floor; only where hints were asked for.

Laws
----
* A hint says what can be heard, never what somebody feels.
* What matters most comes first; a hint stays long enough to be read.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.apps.screen.voice_gauges import LEVEL, NO_GAUGES, PITCH, Gauges
from voicecoach.timeline import samples, seconds

LONGEST_HOLD = samples(60.0)
"""Callers are told how long it takes; after a minute they want to be told again."""

TALKING_OVER = samples(0.6)
"""Both at once for so long is more than a "mm-hm" (``docs/overlaps.md``)."""

WAITING = samples(3.0)
"""A silence that a caller notices: answers come after 0.2 to 1.2 s in ordinary talk."""

MONOLOGUE = samples(45.0)
"""Listeners are lost beyond it."""

FASTER_WPM = 15.0
"""Words a minute above the usual that sound rushed (``docs/rubric.md``)."""

READABLE = samples(2.5)
"""A hint is shown for at least so long."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a hint can rest on; durations in samples."""

    on_hold: int | None = None
    """How long the caller has been on hold."""
    talking_over: int = 0
    """How long both have been speaking."""
    waiting: int = 0
    """How long nobody has spoken since the caller ended."""
    holding_forth: int = 0
    """How long the trainee has had the floor."""
    speaking: bool = False
    """The trainee speaks right now."""
    gauges: Gauges = NO_GAUGES


@dataclass(frozen=True, slots=True)
class Hint:
    """A kind, by which a hint is known to be the same one, and its words."""

    kind: str
    text: str


class Hints:
    """Chooses one hint and keeps it readable."""

    def __init__(self) -> None:
        self._shown: Hint | None = None
        self._since = 0

    def choose(self, situation: Situation, now: int) -> Hint | None:
        """The hint to show; None: nothing to say."""
        found = hint(situation)
        same = (found and found.kind) == (self._shown and self._shown.kind)
        if not same and self._shown is not None and now - self._since < READABLE:
            return self._shown
        if not same:
            self._since = now
        self._shown = found
        return found


def hint(situation: Situation) -> Hint | None:
    """What matters most right now."""
    s = situation
    if s.on_hold is not None:
        held = f"on hold for {seconds(s.on_hold):.0f} s: go back, say how long it takes"
        return Hint("hold", held) if s.on_hold > LONGEST_HOLD else None
    if s.talking_over > TALKING_OVER:
        return Hint("over", "let them finish")
    if s.waiting > WAITING:
        return Hint("waiting", f"the caller has been waiting {seconds(s.waiting):.0f} s")
    if s.holding_forth > MONOLOGUE:
        return Hint("long", f"you have been talking for {seconds(s.holding_forth):.0f} s")
    return _voice_hint(s.gauges) if s.speaking else None


def _voice_hint(gauges: Gauges) -> Hint | None:
    level_db, pace, usual = gauges.level_db, gauges.pace_wpm, gauges.pace_usual_wpm
    if level_db is not None and LEVEL.off(level_db) > 1:
        return Hint("loud", f"you are {level_db:.0f} dB louder than your normal")
    if pace is not None and usual is not None and pace - usual > FASTER_WPM:
        return Hint("fast", f"you are {pace - usual:.0f} wpm faster than your normal")
    if gauges.pitch_sd_st is not None and PITCH.off(gauges.pitch_sd_st) < -1:
        return Hint("flat", "your pitch hardly moves")
    return None
