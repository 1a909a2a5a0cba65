"""The fact table of a story: what is right, so that what the trainee says can be checked.

A fact is looked for by its topic ("late fee"); what is said about the topic is compared
with `right`. Values are understood as spoken ("forty five dollars" is "$45"); anything that
holds no value is compared as a phrase. A process is a list of steps, each shown by an act or
a phrase. Without a table nothing is guessed: the criteria abstain.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from voicecoach.acts import TRAINEE_ACTS, ActKind
from voicecoach.phrases import holds_phrase, holds_undenied
from voicecoach.quantities import QuantityKind, quantities

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
"""Text of a file: never empty."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
"""Lower case letters, digits, ``-`` and ``_``; begins with a letter."""


ENGLISH = "en"
"""The language whose dialogue acts are known."""


class Fact(BaseModel):
    """One thing that can be said rightly or wrongly."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    title: Text
    topic: tuple[Text, ...] = Field(min_length=1)
    """Phrases by which a trainee may bring it up; any one of them in the sentence is enough."""
    right: tuple[Text, ...] = Field(min_length=1)
    """Accepted ways to say it: values ("three to five days", "$45") or phrases ("original box")."""
    wrong: tuple[Text, ...] = ()
    """Phrases that are wrong whatever stands beside them ("no refund")."""
    material: bool = True
    """Whether a wrong answer costs the caller money, time or safety."""

    @property
    def kinds(self) -> frozenset[QuantityKind]:
        """The kinds of value among `right`; empty for a fact of phrases."""
        return frozenset(value.kind for text in self.right for value in quantities(text))

    def stated(self, text: str) -> bool | None:
        """Whether a sentence on the topic says it rightly (True) or wrongly (False); None: no statement.

        A value counts as wrong only if it is of a kind that the right answer has and no accepted value
        stands beside it.
        """
        if any(holds_undenied(text, phrase) for phrase in self.wrong):
            return False
        allowed = [value for right in self.right for value in quantities(right)]
        if stated := [value for value in quantities(text) if value.kind in self.kinds]:
            return any(value.within(one) for value in stated for one in allowed)
        phrases = [right for right in self.right if not quantities(right)]
        return True if any(holds_phrase(text, phrase) for phrase in phrases) else None


class Step(BaseModel):
    """One step of the procedure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    title: Text
    acts: tuple[ActKind, ...] = ()
    """Any one of these acts of the trainee shows the step."""
    phrases: tuple[Text, ...] = ()
    """So does any one of these phrases, roughly as written."""
    tools: tuple[Id, ...] = ()
    """So does any one of these tools of the desk, where a call has one."""
    critical: bool = False
    """Whether somebody may come to harm if it is left out or comes too late: the call fails."""

    @model_validator(mode="after")
    def _can_be_seen(self) -> Self:
        if not self.acts and not self.phrases and not self.tools:
            raise ValueError("a step needs acts, phrases or tools, or nobody can see that it was done")
        if strangers := [act.value for act in self.acts if act not in TRAINEE_ACTS]:
            raise ValueError(f"{', '.join(strangers)} is not something a trainee does")
        return self


class FactTable(BaseModel):
    """Everything that a call of this story can be checked against."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    facts: tuple[Fact, ...] = ()
    process: tuple[Step, ...] = ()
    """Steps in the order in which they are due; empty when the story has no procedure."""
    single_remedy: bool = False
    """Whether only one remedy is lawful, so that no second option can be asked for."""
    caller_language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = ENGLISH
    """ISO 639-1: what the caller speaks. What is said in another language than English is not judged."""

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        for what, ids in (("fact", [f.id for f in self.facts]), ("step", [s.id for s in self.process])):
            if twice := sorted({one for one in ids if ids.count(one) > 1}):
                raise ValueError(f"two {what}s share the id {twice[0]!r}")
        return self
