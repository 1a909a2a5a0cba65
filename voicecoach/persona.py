"""A caller as a file describes one: the story, who calls, and what is true in it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from voicecoach.facts import FactTable, Id, Text

Term = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^,\n]{1,60}$")]
"""A name of the glossary; a comma would make it two."""


LONGEST_GLOSSARY = 300
"""Letters of a glossary, some hundred tokens: Whisper takes 223, and each slows down every answer."""


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
    glossary: tuple[Term, ...] = ()
    """Names that may be said and that a speech model cannot know: products, firms, streets. Each makes
    others likelier to be heard as names, so: only what is in the story."""

    @model_validator(mode="after")
    def _glossary_is_short(self) -> Self:
        plain = [term.casefold() for term in self.glossary]
        if twice := next((term for term in self.glossary if plain.count(term.casefold()) > 1), None):
            raise ValueError(f"the glossary holds {twice!r} twice")
        if (length := sum(map(len, self.glossary))) > LONGEST_GLOSSARY:
            raise ValueError(f"the glossary has {length} letters, {LONGEST_GLOSSARY} at most are heard")
        return self
