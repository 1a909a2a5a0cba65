"""What moves a caller, by how much, and who says so: the table of ``docs/mood.md`` as data.

Laws
----
* An effect depends on how often its cause came in this call: the last number holds from then on.
* Whatever calms wears off: by the third time it counts nothing, so nobody is soothed for ever.

Units: anger and trust in points of 100; before gains, sensitivities and the cap of a turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why a mood moves, in the words of the trace."""

    NAMES_FEELING = "names the feeling and the fact"
    EMPTY_EMPATHY = "names the feeling again, and nothing has been done"
    PARAPHRASES = "says back what happened"
    APOLOGIZES = "apologizes soon"
    APOLOGIZES_LATE = "apologizes late"
    APOLOGIZES_AGAIN = "apologizes again"
    COMMITS = "promises something, with its time"
    OPTIONS = "offers a choice"
    NEED = "grants what is needed"
    ALTERNATIVE = "offers another way that will do"
    REFUSES_WELL = "says no, with the reason and another way"
    REFUSES_HALF = "says no, with the reason or another way"
    REFUSES = "says no, or quotes a rule, and leaves it at that"
    INTERRUPTS = "cuts in"
    CALM_DOWN = "tells them to calm down"
    DISBELIEVES = "does not believe them"
    BLAMES = "puts the blame on them or on others"
    INSULTS = "insults them"
    ASKS_AGAIN = "asks for something already told"
    SCRIPT = "recites a formula"
    SHORT_SILENCE = "says nothing for 5 seconds, unannounced"
    LONG_SILENCE = "says nothing for 10 seconds, unannounced"
    HOLD_OVERRUN = "keeps them on hold longer than promised"
    WRONG_FACT = "said something that turns out to be wrong"
    BREAKS_PROMISE = "takes back what was promised"
    TAKES_UP = "takes up what lay behind it"
    RUSHES = "speaks faster than usual, by 15 words a minute or more"
    RAISES_VOICE = "speaks louder than usual, by 6 dB or more"
    WARNS = "warns them, and they had been rude"
    WARNS_WITHOUT_CAUSE = "warns them although they had not been rude"
    DRIFT = "another minute, and nothing is solved"


class Sensitivity(StrEnum):
    """What of a temper makes a cause weigh more or less."""

    TIME = "time"
    FAIRNESS = "fairness"
    RESPECT = "respect"


OWN = "own default"
RAGE = "talk of feelings wears off, options and work on the problem help: hbr.org/2018/01/sorry-is-not-enough"
CONCRETE = "concrete words show listening: docslib.org/doc/12802722"
ATTACKED = "interruption and blame in 36 h of real calls: brightsurf.com/news/article/121216417454"
FLAMES = "'calm down' and contradiction inflame: myragolden.com/blog/turning-down-the-temperature"
APOLOGY = "late apologies hurt, the empathy in them matters: 'The nature of an apology'"
COMPETENT = "competence in the middle of a call counts most: doi.org/10.1093/jcr/ucad080"
SILENCES = "silence from 5 s: docs.cloud.google.com/contact-center/insights/docs/silence-analysis"
HOLDING = "announced, and 2 minutes at most: pcachary.in/the-anatomy-of-the-hold-process"
VOICE = "pace and level against the speaker's own: docs/rubric.md"


@dataclass(frozen=True, slots=True)
class Effect:
    """What one cause does the first, the second, the third ... time; the last entry stays."""

    anger: tuple[float, ...]
    source: str
    trust: tuple[float, ...] = (0.0,)
    sensitivity: Sensitivity | None = None
    until_heard: float = 1.0
    """Factor on the anger while the caller does not feel understood."""

    def time(self, count: int) -> tuple[float, float]:
        """Anger and trust of the `count`-th time, from 1."""
        return self.anger[min(count, len(self.anger)) - 1], self.trust[min(count, len(self.trust)) - 1]


_TIME, _FAIRNESS, _RESPECT = Sensitivity.TIME, Sensitivity.FAIRNESS, Sensitivity.RESPECT

EFFECTS: dict[Cause, Effect] = {
    Cause.NAMES_FEELING: Effect((-12, -5, 0), CONCRETE, (4, 2, 0)),
    Cause.EMPTY_EMPATHY: Effect((3,), RAGE, (-2,), _TIME),
    Cause.PARAPHRASES: Effect((-6, -3, 0), CONCRETE, (4, 2, 0)),
    Cause.APOLOGIZES: Effect((-6, 0), APOLOGY, (2, 0)),
    Cause.APOLOGIZES_LATE: Effect((-2, 0), APOLOGY),
    Cause.APOLOGIZES_AGAIN: Effect((3,), RAGE, (-2,), _RESPECT),
    Cause.COMMITS: Effect((-8, -4, 0), COMPETENT, (5, 3, 0)),
    Cause.OPTIONS: Effect((-8, -4, 0), RAGE, (3, 0), until_heard=0.3),
    Cause.NEED: Effect((-25,), OWN, (10,), until_heard=0.5),
    Cause.ALTERNATIVE: Effect((-12, 0), OWN, (5, 0), until_heard=0.5),
    Cause.REFUSES_WELL: Effect((4,), OWN, sensitivity=_FAIRNESS),
    Cause.REFUSES_HALF: Effect((7,), OWN, (-2,), _FAIRNESS),
    Cause.REFUSES: Effect((10,), OWN, (-5,), _FAIRNESS),
    Cause.INTERRUPTS: Effect((7,), ATTACKED, (-3,), _RESPECT),
    Cause.CALM_DOWN: Effect((15,), FLAMES, (-5,), _RESPECT),
    Cause.DISBELIEVES: Effect((15,), FLAMES, (-10,), _FAIRNESS),
    Cause.BLAMES: Effect((15,), ATTACKED, (-5,), _FAIRNESS),
    Cause.INSULTS: Effect((15,), ATTACKED, (-10,), _RESPECT),
    Cause.ASKS_AGAIN: Effect((8, 10, 12), OWN, (-4,), _TIME),
    Cause.SCRIPT: Effect((0, 4), RAGE, (0, -2), _RESPECT),
    Cause.SHORT_SILENCE: Effect((4,), SILENCES, sensitivity=_TIME),
    Cause.LONG_SILENCE: Effect((10,), SILENCES, (-2,), _TIME),
    Cause.HOLD_OVERRUN: Effect((8,), HOLDING, (-5,), _TIME),
    Cause.WRONG_FACT: Effect((15,), OWN, (-20,), _FAIRNESS),
    Cause.BREAKS_PROMISE: Effect((12,), OWN, (-15,), _FAIRNESS),
    Cause.TAKES_UP: Effect((-10, 0), OWN, (10, 0)),
    Cause.RUSHES: Effect((3,), VOICE, sensitivity=_RESPECT),
    Cause.RAISES_VOICE: Effect((3,), VOICE, sensitivity=_RESPECT),
    Cause.WARNS: Effect((-5, 0), OWN),
    Cause.WARNS_WITHOUT_CAUSE: Effect((4,), OWN, (-3,), _RESPECT),
    Cause.DRIFT: Effect((2,), OWN, sensitivity=_TIME),
}
"""The table. Sizes are engineering defaults around the published directions; ``docs/mood.md`` says more."""
