"""Whether the trainee has finished or is only pausing, and how long to wait for them.

When the voice stops, what was heard so far (`turn_cues`) and, once they are recognized, the words
(`completeness`) give the probability that the turn is over. The surer that is, the shorter the wait:
0.5 s (complete), 0.9 s (unsure) or 1.8 s (incomplete) after the end of the voice, never less than the pauses
that this speaker is used to make inside their turns.

Laws
----
* Pure and causal: the same calls give the same answers; times are sample indices, no clock is read.
* Words may come late, several times, or never. They move the end of a live turn; no score depends on it.
* What arrives about a pause that is over changes nothing.

Units: samples, seconds, probabilities from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from voicecoach.listen.completeness import completeness
from voicecoach.listen.turn_cues import PauseCues
from voicecoach.listen.turn_weights import SOUND, SOUND_AND_WORDS, SOUND_AND_WORDS_BIAS, SOUND_BIAS
from voicecoach.speech import EndOfTurn
from voicecoach.timeline import samples, seconds

STEEPEST_ST_S = 60.0
"""A glide is not counted beyond 5 octaves a second: faster is an error of the tracker's."""

LEAST = 0.02
"""What words say is kept this far from certainty: the recognizer may have lost the last one."""


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """How long to wait, and when."""

    complete_s: float = 0.5
    """Wait after a turn that seems complete; with this the field commits (0.3-0.6 s)."""
    unsure_s: float = 0.9
    """... after one of which nothing can be said,"""
    incomplete_s: float = 1.8
    """... and after one that seems unfinished (the field: 1.5-3 s)."""
    complete_from: float = 0.67
    """Probability from which a turn seems complete,"""
    incomplete_below: float = 0.3
    """and under which it seems incomplete: there the waits cost the same if a turn cut off is as bad as 3 s
    of waiting (``docs/decisions/0006-endpointing.md``)."""
    floor_step_s: float = 0.1
    """How fast the speaker's own pause is learned."""
    floor_share: float = 0.8
    """The floor is the length that this share of their pauses inside turns stays below."""
    longest_floor_s: float = 0.9
    """The floor is never higher: a slow speaker, too, wants an answer."""
    reopen_s: float = 0.8
    """A speaker who goes on this soon after being declared finished had not finished."""


@dataclass(frozen=True, slots=True)
class Judgment:
    """What is thought of one pause."""

    probability: float
    sound: float
    """The probability that the sound alone gives."""
    words: float | None
    """... and the words alone; None: no words."""


def judge(cues: PauseCues, said: float | None) -> Judgment:
    """The probability that a turn is over.

    Parameters
    ----------
    cues : how it sounded; what could not be measured does not count.
    said : `completeness` of its words, or None.
    """
    sound = _logistic(SOUND_BIAS + _weighed(measured(cues, None), SOUND))
    if said is None:
        return Judgment(sound, sound, None)
    both = _logistic(SOUND_AND_WORDS_BIAS + _weighed(measured(cues, said), SOUND_AND_WORDS))
    return Judgment(both, sound, said)


def measured(cues: PauseCues, said: float | None) -> dict[str, float]:
    """What the model weighs, by name; what could not be measured is absent."""
    found = {"stretch": log(cues.stretch_s)}
    if cues.glide_st_s is not None:
        found["glide"] = min(abs(cues.glide_st_s), STEEPEST_ST_S)
    if cues.level_db is not None:
        found["level"] = cues.level_db
    if cues.held_s is not None:
        found["held"] = cues.held_s
    if said is not None:
        found["words"] = log_odds(said)
    return found


def log_odds(probability: float) -> float:
    """Bounded, so that words alone can never overrule everything."""
    kept = min(max(probability, LEAST), 1 - LEAST)
    return log(kept / (1 - kept))


def _weighed(measured: Mapping[str, float], model: Mapping[str, tuple[float, float]]) -> float:
    """Each measure's distance from its usual value times its weight; absent ones count as usual."""
    return sum(
        weight * (measured[name] - usual) for name, (usual, weight) in model.items() if name in measured
    )


def _logistic(logit: float) -> float:
    return 1 / (1 + exp(-logit))


class Endpointer:
    """Watches one speaker's pauses.

    Parameters
    ----------
    settings : waits and thresholds.

    Attributes
    ----------
    floor_s : the speaker's own pause: no wait is shorter.

    Examples
    --------
    ::

        endpointer.paused(cues, now)                    # the voice stopped 0.2 s ago
        endpointer.worded(words, cues.start, now)       # the words up to there are recognized
        while (end := endpointer.due(now)) is None: ... # asked at every block
        endpointer.resumed(start)                       # the voice came back
    """

    def __init__(self, settings: EndpointSettings | None = None) -> None:
        self._settings = settings or EndpointSettings()
        self.floor_s = self._settings.complete_s
        self._cues: PauseCues | None = None
        self._judgment: Judgment | None = None
        self._judged_at = 0
        self._ended: EndOfTurn | None = None
        self._told = False

    @property
    def ends_at(self) -> int | None:
        """Sample at which the turn is over if nothing else happens; None: no pause, or it is over already."""
        if self._cues is None or self._judgment is None or self._ended is not None:
            return None
        wait = samples(self._wait_s(self._judgment.probability))
        return max(self._judged_at, self._cues.start + wait)

    def paused(self, cues: PauseCues, now: int) -> None:
        """The voice stopped at `cues.start`; it is `now`."""
        self._cues, self._judgment, self._judged_at = cues, judge(cues, None), now
        self._ended, self._told = None, False

    def worded(self, words: Sequence[str], pause_start: int, now: int) -> None:
        """What was said in the turn up to the pause that began at `pause_start`; of another pause: ignored.

        Parameters
        ----------
        words : all of the turn so far; none leaves the judgment to the sound.
        """
        self._close(now - 1)
        if self._cues is None or self._cues.start != pause_start or self._ended is not None:
            return
        self._judgment, self._judged_at = judge(self._cues, completeness(words)), now

    def due(self, now: int) -> EndOfTurn | None:
        """The end of the turn, once, when the wait is over by `now`; how often it is asked is no matter."""
        self._close(now)
        if self._told:
            return None
        self._told = self._ended is not None
        return self._ended

    def resumed(self, at: int) -> None:
        """The voice came back at sample `at`: if the turn was not over, the pause belonged to it."""
        self._close(at - 1)
        cues, ended = self._cues, self._ended
        self._cues = self._judgment = self._ended = None
        if cues is None or (ended is not None and at > ended.decided + samples(self._settings.reopen_s)):
            return
        self._learn(seconds(at - cues.start))

    def _close(self, now: int) -> None:
        """Note that the turn is over, if it is by `now`."""
        at = self.ends_at
        if at is None or now < at:
            return
        assert self._cues is not None
        assert self._judgment is not None
        start = self._cues.start
        self._ended = EndOfTurn(start, at, self._judgment.probability, _reason(self._judgment, at - start))

    def _wait_s(self, probability: float) -> float:
        s = self._settings
        if probability >= s.complete_from:
            usual_s = s.complete_s
        else:
            usual_s = s.unsure_s if probability >= s.incomplete_below else s.incomplete_s
        return max(usual_s, self.floor_s)

    def _learn(self, pause_s: float) -> None:
        """Move the floor towards the wanted quantile (stochastic approximation, Robbins and Monro 1951)."""
        s = self._settings
        step_s = s.floor_step_s * (s.floor_share if pause_s > self.floor_s else s.floor_share - 1)
        self.floor_s = min(max(self.floor_s + step_s, s.complete_s), s.longest_floor_s)


def _reason(judgment: Judgment, waited: int) -> str:
    sound = "the voice sounded finished" if judgment.sound >= 0.5 else "the voice was held up"
    if judgment.words is None:
        words = "no words yet"
    else:
        words = "the words make a whole" if judgment.words >= 0.5 else "the words leave something open"
    return f"{sound}, {words}; silent for {seconds(waited):.1f} s"
