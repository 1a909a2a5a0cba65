"""A caller as a file describes one: the story, who calls, and what is true in it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from voicecoach.facts import Fact, FactTable, Id, Step, Text


class CallerCharacter(BaseModel):
    """Who is on the line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    situation: Text
    """What happened to them."""
    wants: Text
    """What would settle it."""


class Persona(BaseModel):
    """One caller's story with the facts that a trainee must get right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    title: Text
    version: Text
    story: Text
    """What the training lead reads before choosing it."""
    caller: CallerCharacter
    facts: tuple[Fact, ...] = ()
    process: tuple[Step, ...] = Field(default=())
    single_remedy: bool = False

    @property
    def table(self) -> FactTable:
        """What a call of this story is checked against."""
        return FactTable(facts=self.facts, process=self.process, single_remedy=self.single_remedy)
