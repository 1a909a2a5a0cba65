"""A caller as a file describes one: the story, who calls, and what is true in it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from voicecoach.facts import FactTable, Id, Text


class CallerCharacter(BaseModel):
    """Who is on the line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    situation: Text
    """What happened to them."""
    wants: Text
    """What would settle it."""


class Persona(FactTable):
    """One caller's story; being a fact table, it is also what a call of the story is checked against."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    title: Text
    version: Text
    story: Text
    """What the training lead reads before choosing it."""
    caller: CallerCharacter
