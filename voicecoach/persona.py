"""A caller as a file describes one: the story, who calls, what is true in it, and how they are played.

A file without a `role` serves for grading; with one it can be rehearsed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from voicecoach.desk import Desk
from voicecoach.errors import InputError
from voicecoach.facts import FactTable, Id, Text
from voicecoach.parts import Misfit, refuse
from voicecoach.role import Role

Term = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^,\n]{1,60}$")]
"""A name of the glossary; a comma would make it two."""


LONGEST_GLOSSARY = 300
"""Letters of a glossary, some hundred tokens: Whisper takes 223, and each slows down every answer."""


class CallerCharacter(BaseModel):
    """Who is on the line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    age: Annotated[int, Field(ge=1, le=120)] | None = None
    background: Text | None = None
    """What made them who they are on this call: read by training lead and coach."""
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
    role: Role | None = None
    """How the caller is played; None: the file serves only for grading."""
    desk: Desk | None = None

    @model_validator(mode="after")
    def _glossary_is_short(self) -> Self:
        plain = [term.casefold() for term in self.glossary]
        if twice := next((term for term in self.glossary if plain.count(term.casefold()) > 1), None):
            raise ValueError(f"the glossary holds {twice!r} twice")
        if (length := sum(map(len, self.glossary))) > LONGEST_GLOSSARY:
            raise ValueError(f"the glossary has {length} letters, {LONGEST_GLOSSARY} at most are heard")
        return self

    @model_validator(mode="after")
    def _role_fits_the_table(self) -> Self:
        if self.role is not None:
            refuse("Persona", _strangers(self, self.role))
        return self

    @model_validator(mode="after")
    def _steps_fit_the_desk(self) -> Self:
        tools = [] if self.desk is None else [tool.id for tool in self.desk.tools]
        known = ", ".join(tools) or "none"
        misfits: list[Misfit] = [
            (("process", at, "tools", n), tool, f"the desk has no tool {tool!r}; it has {known}")
            for at, step in enumerate(self.process)
            for n, tool in enumerate(step.tools)
            if tool not in tools
        ]
        refuse("Persona", misfits)
        return self


def _strangers(persona: Persona, role: Role) -> Iterator[Misfit]:
    """Facts and steps that the role names and the table does not have, each with its place."""
    facts = {fact.id for fact in persona.facts}
    steps = {step.id for step in persona.process}
    named: list[tuple[tuple[str | int, ...], str, set[str], str]] = [
        (("role", "knows", at), one, facts, "fact") for at, one in enumerate(role.knows)
    ]
    for key, needs in (("needs", role.needs), ("alternatives", role.alternatives)):
        for at, need in enumerate(needs):
            named += [
                (("role", key, at, what + "s", n), one, known, what)
                for what, ids, known in (("fact", need.facts, facts), ("step", need.steps, steps))
                for n, one in enumerate(ids)
            ]
    for place, one, known, what in named:
        if one not in known:
            yield place, one, f"there is no {what} {one!r}; there are {', '.join(sorted(known)) or 'none'}"


def role_of(persona: Persona, path: Path | str) -> Role:
    """How the caller in the file `path` is played.

    Raises
    ------
    InputError : the file describes nobody to rehearse with.
    """
    if persona.role is None:
        raise InputError(
            path,
            "has no role, so there is nobody to rehearse with; it serves for grading",
            "Add role: with a voice, needs and lines (docs/writing-personas.md), or choose another persona",
        )
    return persona.role
