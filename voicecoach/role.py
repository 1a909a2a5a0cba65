"""Who calls, as a persona file describes it: the voice, the temper, the lines, what they know and need.

Laws
----
* A line is written for a move and a band of anger; a band without lines borrows from the nearest.
* Only what stands here can be said: nothing is made up.

Units: rates in words per minute, anger and trust 0 to 100, times in seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from voicecoach.conversation import Band, Move
from voicecoach.facts import Id, Text
from voicecoach.parts import Misfit, Part, Sentence, Spoken, refuse, shared_ids
from voicecoach.telling import Answer, Detail, Grant, Hidden, Need

Degree = Annotated[float, Field(ge=0.0, le=100.0)]
Gain = Annotated[float, Field(ge=0.0, le=3.0)]


class CallerVoice(Part):
    """How the caller sounds when nothing upsets them; the mood adds to it (``converse/delivery.py``)."""

    engine: Id = "espeak"
    voice: Text = "en-us"
    """The engine's own name of the voice."""
    rate_wpm: Annotated[float, Field(ge=80.0, le=300.0)] = 165.0
    pitch: Degree = 50.0
    """espeak-ng's scale; 50 is the voice's own."""
    pitch_range: Degree = 50.0
    volume: Annotated[float, Field(ge=10.0, le=100.0)] = 50.0
    """100 is the voice's own; anger doubles it, and over 100 the loudest vowels are clipped."""


class Temper(Part):
    """How quickly the caller gets upset, and what calms them."""

    anger: Degree = 60.0
    """At the start; upset callers begin at 40 to 75."""
    floor: Degree = 10.0
    """They never get calmer than this."""
    trust: Degree = 50.0
    calming: Gain = 1.0
    """Scales whatever calms."""
    angering: Gain = 1.0
    """Scales whatever upsets."""
    time: Gain = 1.0
    """How much waiting matters, on top of `angering`."""
    fairness: Gain = 1.0
    """How much rules, doubt and blame matter."""
    respect: Gain = 1.0
    """How much being talked over, ordered about or read a script matters."""
    patience_s: Annotated[float, Field(ge=5.0, le=120.0)] = 20.0
    """A trainee who talks longer than this is cut in on."""
    hello_after_s: Annotated[float, Field(ge=3.0, le=15.0)] = 6.0
    """Silence after which they ask whether anybody is there; people do at 5 to 7 s."""
    thinking_s: Annotated[float, Field(ge=0.0, le=3.0)] = 0.0
    """Before they answer, when calm; half as long from *angry* on."""
    hangs_up_at: Annotated[float, Field(ge=50.0, le=100.0)] = 95.0
    """Anger at which they hang up."""
    cuts_in: Annotated[float, Field(ge=0.0, le=0.4)] = 0.1
    """Probability of coming in at a pause of a trainee who is not done."""
    agrees_to_hold: bool = True
    """... unless they are furious."""
    hold_patience_s: Annotated[float, Field(ge=10.0, le=300.0)] = 60.0
    """Time on hold that they bear when no length was promised; 2 minutes are usual at most."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.floor <= self.anger < self.hangs_up_at:
            raise ValueError(
                f"floor {self.floor:g} <= anger {self.anger:g} < hangs_up_at {self.hangs_up_at:g} must hold"
            )
        return self


Lines = Mapping[Move, Mapping[Band, Annotated[tuple[Sentence, ...], Field(min_length=1)]]]

WORDED_ELSEWHERE = {
    Move.ADDS_DETAIL: "details: say",
    Move.BARGAINS: "needs: asks",
    Move.HINTS: "hidden: hints",
    Move.CONFIDES: "hidden: say",
}
"""Moves whose sentences belong to a detail, a need or a hidden grievance, and where those stand."""

PLACES = {Move.HOLDS_TO: ("when",), Move.CATCHES: ("before", "now")}
"""Moves whose lines have places to fill, each once in every line: a time that the trainee named."""

_PLACE = re.compile(r"\{([^{}]*)\}")

LEAD_INS = (
    "Again:",
    "Once more:",
    "As I said:",
    "Like I said:",
    "I said it before:",
    "One more time:",
    "I will say it again:",
    "Let me say it again:",
)
"""What goes before a line that was said already, when nothing new is left to say."""


class Role(Part):
    """Everything that a caller is played by."""

    voice: CallerVoice = CallerVoice()
    temper: Temper = Temper()
    details: tuple[Detail, ...] = ()
    answers: tuple[Answer, ...] = ()
    needs: tuple[Need, ...] = Field(min_length=1)
    """All of them must be met, in any order."""
    alternatives: tuple[Grant, ...] = ()
    """Any one of them settles it too, for a caller who is no longer angry."""
    hidden: Hidden | None = None
    confirms: tuple[Spoken, ...] = Field(min_length=1)
    """Said when the trainee has understood them rightly."""
    triggers: tuple[Text, ...] = ()
    """Phrases at which they cut in."""
    knows: tuple[Id, ...] = ()
    """Facts of the table that they know: wrong ones are caught at once."""
    lead_ins: Annotated[tuple[Text, ...], Field(min_length=2)] = LEAD_INS
    lines: Lines
    """By move and band. Those of `answers` are for questions that no answer fits."""

    @property
    def told_in_any_mood(self) -> tuple[str, ...]:
        """All that is said beside `lines`: details, answers, confirmations, needs, what is hidden."""
        told: tuple[Detail, ...] = (*self.details, *self.answers)
        say = [text for detail in told for text in detail.say]
        asks = [text for need in self.needs for text in need.asks]
        hidden = () if self.hidden is None else (*self.hidden.hints, *self.hidden.say)
        return (*say, *self.confirms, *asks, *hidden)

    @model_validator(mode="after")
    def _every_move_has_lines(self) -> Self:
        problems: list[Misfit] = [
            (("lines", move), move.value, f"{move.value} has no lines here: write them under {elsewhere}")
            for move, elsewhere in WORDED_ELSEWHERE.items()
            if move in self.lines
        ]
        missing = [move.value for move in Move if move not in WORDED_ELSEWHERE and not self.lines.get(move)]
        if missing:
            told = f"lines are missing for {', '.join(missing)}; a line in any one band will do"
            problems.append((("lines",), None, told))
        refuse("Role", problems)
        return self

    @model_validator(mode="after")
    def _places_can_be_filled(self) -> Self:
        refuse("Role", _misplaced(self.lines))
        return self

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        groups: dict[str, tuple[Detail | Grant, ...]] = {
            "details": self.details,
            "answers": self.answers,
            "needs": self.needs,
            "alternatives": self.alternatives,
        }
        problems: list[Misfit] = []
        for key, parts in groups.items():
            problems += shared_ids(key, [part.id for part in parts])
        refuse("Role", problems)
        return self


def _misplaced(lines: Lines) -> Iterator[Misfit]:
    """Lines whose places to fill are not those of their move."""
    for move, bands in lines.items():
        wanted = PLACES.get(move, ())
        told = " and ".join(f"{{{name}}}" for name in wanted) or "no braces"
        for band, texts in bands.items():
            for at, text in enumerate(texts):
                if sorted(_PLACE.findall(text)) != sorted(wanted) or text.count("{") != len(wanted):
                    yield ("lines", move, band, at), text, f"a line of {move.value} has {told}, once"
