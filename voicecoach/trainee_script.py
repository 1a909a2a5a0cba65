"""What a simulated trainee says and does in one story, as a file describes it.

A script holds, for every character, the stages of a call: greeting, acknowledgement, questions, paraphrase,
options, promise, recap, close, or what is left of them. A stage is one turn, in one or more wordings.

Laws
----
* What an expert says of a story is true in it; what they enter is right.
* Whoever has no stages of their own in a file goes by those that fit every story (``any.yaml``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from voicecoach.desk import Desk
from voicecoach.desk_log import Applied, DeskAct, Entered, LookedUp, ReadPolicy, Verified
from voicecoach.events import Key
from voicecoach.facts import Id, Text
from voicecoach.parts import Part, Spoken


class Character(StrEnum):
    """The simulated trainees; the value is their name on the command line and in files."""

    EXPERT = "expert"
    NOVICE = "novice"
    RUDE = "rude"
    SILENT = "silent"
    RAMBLING = "rambling"
    INTERRUPTING = "interrupting"


class Pause(Part):
    """Say nothing for a while, in the middle of a turn."""

    pause_s: Annotated[float, Field(gt=0, le=60)]


class Press(Part):
    """Press a key."""

    press: Key


class DeskWork(Part):
    """Do one thing at the desk."""

    look_up: Text | None = None
    verify: tuple[Text, ...] | None = None
    read: Text | None = None
    """Title of a policy."""
    apply: Id | None = None
    """Id of a tool; `values` are its fields'."""
    enter: Mapping[Id, Text] | None = None
    """The case, by the id of the field."""
    values: Mapping[Id, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        done = [self.look_up, self.verify, self.read, self.apply, self.enter]
        if sum(one is not None for one in done) != 1:
            raise ValueError("one of look_up, verify, read, apply, enter is wanted")
        if self.values and self.apply is None:
            raise ValueError("values belong to apply")
        return self

    def act(self, desk: Desk) -> DeskAct:
        """What is logged of it at this desk."""
        if self.look_up is not None:
            return LookedUp(self.look_up, desk.finds(self.look_up))
        if self.verify is not None:
            return Verified(self.verify)
        if self.read is not None:
            return ReadPolicy(self.read)
        if self.apply is not None:
            return Applied(self.apply, dict(self.values))
        return Entered(dict(self.enter or {}))


Item = Spoken | Press | Pause | DeskWork
Turn = Annotated[tuple[Item, ...], Field(min_length=1)]
"""Sentences, keys, pauses and desk work, in order."""

Stage = Annotated[tuple[Turn, ...], Field(min_length=1)]
"""Wordings of one turn; one is drawn."""

Stages = tuple[Stage, ...]


class TraineeScript(Part):
    """Of each character the turns of a call; None: nothing of their own."""

    expert: Stages | None = None
    novice: Stages | None = None
    rude: Stages | None = None
    silent: Stages | None = None
    rambling: Stages | None = None
    interrupting: Stages | None = None

    def stages(self, character: Character) -> Stages | None:
        """The stages of a character."""
        found: Stages | None = getattr(self, character.value)
        return found


def sentences(turn: Turn) -> tuple[str, ...]:
    """What is said in a turn; everything else left out."""
    return tuple(item for item in turn if isinstance(item, str))
