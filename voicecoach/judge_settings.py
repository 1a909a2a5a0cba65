"""What a rubric may tell each judge: one small model a judge, as it is written in a rubric file.

A judge is a function in ``voicecoach/score`` that looks at a call and awards nothing, half or all.
Here are only their names and thresholds. Each default carries its source; "own default" marks a
starting point that a training lead should tune (``docs/rubric.md``).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Seconds = Annotated[float, Field(gt=0, le=3600)]
Count = Annotated[int, Field(ge=1, le=100)]


class Settings(BaseModel):
    """What all judges share: unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Greeting(Settings):
    """Greets, gives the own name and offers help, soon after the call begins."""

    name: Literal["greeting"] = "greeting"
    within_s: Seconds = 10.0
    """Own default: the customary ten-second opening."""


class Identity(Settings):
    """Verifies who is calling before talking about the account."""

    name: Literal["identity"] = "identity"


class LetsFinish(Settings):
    """Does not take the floor from the caller."""

    name: Literal["lets_finish"] = "lets_finish"
    full_per_3_min: float = Field(default=1.0, ge=0)
    """Competitive interruptions that still earn everything. Own default."""
    half_per_min: float = Field(default=1.0, ge=0)
    """Competitive interruptions a minute that still earn half. Own default."""


class Acknowledges(Settings):
    """Names what the caller feels, with the specific fact, before solving."""

    name: Literal["acknowledges"] = "acknowledges"


class TimelyApology(Settings):
    """Apologizes soon after the first complaint: a late apology hurts."""

    name: Literal["timely_apology"] = "timely_apology"
    within_s: Seconds = 20.0
    """Own default: one exchange after the complaint."""


class Paraphrases(Settings):
    """Says the caller's matter back and checks it."""

    name: Literal["paraphrases"] = "paraphrases"
    shared_words: Count = 3
    """Content words that a sentence must share with one turn of the caller. Own default."""


class Probes(Settings):
    """Asks about the matter before offering a solution."""

    name: Literal["probes"] = "probes"
    full: Count = 2
    """Questions for everything; half of them earn half. Own default."""
    volunteered: Count = 3
    """Facts a caller must have given unasked for questions to be unnecessary. Own default."""


class CorrectFacts(Settings):
    """Says what the fact table says."""

    name: Literal["correct_facts"] = "correct_facts"


class CorrectProcess(Settings):
    """Takes the steps of the fact table's procedure, in order."""

    name: Literal["correct_process"] = "correct_process"


class Remedy(Settings):
    """Does at the desk what the story wants done, with the right values."""

    name: Literal["remedy"] = "remedy"


class CaseEntry(Settings):
    """Enters the case correctly, field by field."""

    name: Literal["case_entry"] = "case_entry"


class Ownership(Settings):
    """Takes the matter on in the first person: "I" beats "we"."""

    name: Literal["ownership"] = "ownership"


class Options(Settings):
    """Offers the caller a choice."""

    name: Literal["options"] = "options"
    full: Count = 2
    """Options for everything; a choice needs two."""


class NextStep(Settings):
    """Commits to a concrete step and says when."""

    name: Literal["next_step"] = "next_step"


class HoldProtocol(Settings):
    """Asks before a hold, says why and how long, thanks; leaves no dead air; transfers warmly."""

    name: Literal["hold_protocol"] = "hold_protocol"
    dead_air_half_s: Seconds = 5.0
    """Unannounced silence that costs half; contact-center tools report silences above 5 s."""
    dead_air_zero_s: Seconds = 10.0
    """Unannounced silence that costs everything; the red band of the same practice."""
    longest_hold_s: Seconds = 120.0
    """A hold without a promised length should end by then: the customary two minutes."""


class Clarity(Settings):
    """Speaks at a pace that can be followed, plainly and without hedging."""

    name: Literal["clarity"] = "clarity"
    pace_full_wpm: tuple[float, float] = (120.0, 160.0)
    """Call-center practice: 120-150 words a minute; above 160 is heard as rushed."""
    pace_half_wpm: tuple[float, float] = (100.0, 180.0)
    """Own default: the amber band around it."""
    hedges_full_per_100: float = Field(default=1.0, ge=0)
    hedges_half_per_100: float = Field(default=3.0, ge=0)
    """Own defaults; one hedge in a call is always free."""
    jargon_half: Count = 1
    jargon_zero: Count = 3
    """Sentences with jargon that cost half and everything. Own defaults."""

    @model_validator(mode="after")
    def _bands_nest(self) -> Self:
        low, full_low = self.pace_half_wpm[0], self.pace_full_wpm[0]
        full_high, high = self.pace_full_wpm[1], self.pace_half_wpm[1]
        if not 0 < low <= full_low < full_high <= high:
            raise ValueError("pace_half_wpm must enclose pace_full_wpm, each as [slowest, fastest]")
        return self


class WarmTone(Settings):
    """Varied pitch, and level and pace that stay near the own normal after an attack."""

    name: Literal["warm_tone"] = "warm_tone"
    f0_sd_full_st: float = Field(default=2.0, gt=0)
    """Semitones; spread is equal across sexes in semitones and grows with liveliness."""
    f0_sd_half_st: float = Field(default=1.5, gt=0)
    """Below this, speech is heard as monotone. Own default."""
    pace_full_wpm: float = Field(default=10.0, gt=0)
    pace_half_wpm: float = Field(default=15.0, gt=0)
    """Words a minute above the own normal after an attack; speakers rush by about 15."""
    level_full_db: float = Field(default=4.0, gt=0)
    level_half_db: float = Field(default=6.0, gt=0)
    """Decibels above the own normal after an attack. Own defaults."""


class RecapClose(Settings):
    """Recaps, checks that the matter is settled, and closes."""

    name: Literal["recap_close"] = "recap_close"


class AvoidsInflaming(Settings):
    """Never says "calm down", never blames or disbelieves the caller."""

    name: Literal["avoids_inflaming"] = "avoids_inflaming"


class SetsBoundary(Settings):
    """Answers abuse with one calm boundary."""

    name: Literal["sets_boundary"] = "sets_boundary"


class ExplainsPolicy(Settings):
    """Gives a cause or another way with every rule or refusal."""

    name: Literal["explains_policy"] = "explains_policy"


class ExtraMile(Settings):
    """Does something that nobody asked for."""

    name: Literal["extra_mile"] = "extra_mile"


CriterionJudge = Annotated[
    Greeting
    | Identity
    | LetsFinish
    | Acknowledges
    | TimelyApology
    | Paraphrases
    | Probes
    | CorrectFacts
    | CorrectProcess
    | Remedy
    | CaseEntry
    | Ownership
    | Options
    | NextStep
    | HoldProtocol
    | Clarity
    | WarmTone
    | RecapClose
    | AvoidsInflaming
    | SetsBoundary
    | ExplainsPolicy
    | ExtraMile,
    Field(discriminator="name"),
]
"""Any judge of a criterion."""
