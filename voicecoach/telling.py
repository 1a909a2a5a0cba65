"""What a caller tells, and what they want to be told: details, answers, needs, a grievance behind it all.

Only what stands here can be told: nothing is made up.
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from voicecoach.acts import ActKind
from voicecoach.facts import Id, Text
from voicecoach.parts import Part, Spoken, refuse_strangers


class Detail(Part):
    """One beat of the story, told when there is an opening."""

    id: Id
    say: tuple[Spoken, ...] = Field(min_length=1)


class Answer(Detail):
    """Something the caller knows, told when asked."""

    asked: tuple[Text, ...] = ()
    """Phrases in a question that ask for it ("claim number")."""
    acts: tuple[ActKind, ...] = ()
    """Acts that ask for it when nothing more definite was named (``verifies_identity``)."""
    told_by: tuple[Text, ...] = ()
    """Phrases of other lines that tell it too: who heard one of them need not ask."""

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if not self.asked and not self.acts:
            raise ValueError("an answer needs asked or acts, or nobody can ask for it")
        refuse_strangers(self.acts)
        return self


class Grant(Part):
    """Something that a trainee may grant; any one of the signs shows it."""

    id: Id
    facts: tuple[Id, ...] = ()
    """Facts of the table, said rightly."""
    steps: tuple[Id, ...] = ()
    """Steps of the procedure, done."""
    phrases: tuple[Text, ...] = ()
    """Said roughly like this, not denied and not asked."""
    acts: tuple[ActKind, ...] = ()

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if not (self.facts or self.steps or self.phrases or self.acts):
            raise ValueError("facts, steps, phrases or acts are wanted, or nobody can grant it")
        refuse_strangers(self.acts)
        return self


class Need(Grant):
    """Something without which the matter is not settled."""

    asks: tuple[Spoken, ...] = Field(min_length=1)
    """How the caller asks for it while it is missing."""


class Hidden(Part):
    """A second grievance behind the first: hinted at, told when asked, and healed only if taken up.

    Who settles the matter without it leaves a caller who is grudging, not satisfied.
    """

    grievance: Text
    """What it is: read by the coach, never said."""
    hints: tuple[Spoken, ...] = Field(min_length=2)
    """Said where the matter itself goes well; somebody who listens asks."""
    asked: tuple[Text, ...] = ()
    """Phrases that ask for it; open and probing questions after a hint do so, too."""
    say: tuple[Spoken, ...] = Field(min_length=2)
    """How they tell it when asked."""
    eased_by: tuple[Text, ...] = Field(min_length=1)
    """Phrases that take it up; so does an apology or the feeling named, once it was told."""
