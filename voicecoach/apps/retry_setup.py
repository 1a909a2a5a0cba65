"""Finds a kept call that is to be tried again, and has everything that took part in it ready once more."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.apps.library import open_library
from voicecoach.apps.options import Preparation
from voicecoach.apps.regrade import prepared_again
from voicecoach.apps.retrying import Past, past_of
from voicecoach.devices.call_files import LOG, checked_id
from voicecoach.devices.documents import read_persona
from voicecoach.devices.event_log import read_log
from voicecoach.errors import InputError
from voicecoach.persona import Persona


@dataclass(frozen=True, slots=True)
class Turning:
    """Which call is tried again, from which of the trainee's turns."""

    call: str
    """Its id, or as much of the beginning as makes it the only one."""
    turn: int


@dataclass(frozen=True, slots=True)
class Cast:
    """Who calls, who listens and judges, with which chances: of a new call, or of one that is tried again."""

    persona: Persona
    plan: Preparation
    seed: int
    past: Past | None = None


def cast_again(turning: Turning, persona: str | None = None) -> Cast:
    """Everybody who took part in a kept call, as they were then.

    Parameters
    ----------
    persona : name or file of the persona that the user expects; None: whoever it was.

    Raises
    ------
    InputError : there is no such call or turn, its sound is gone, or another persona called.
    ModelError, DeviceError : what listened to it is not here any more.
    """
    with open_library() as library:
        call = library.store.find(checked_id(turning.call))
        log = read_log(library.files.kept(call.id) / LOG)
        recording = library.files.audio(call.audio)
    if not recording.is_file():
        raise InputError(call.id, f"its recording ({recording}) is gone", "Restore it, or rehearse anew")
    if persona is not None and (asked := read_persona(persona).id) != call.persona:
        problem = f"{call.persona} called, not {asked}"
        raise InputError(call.id, problem, "Leave the persona out: it comes from the call")
    past = past_of(log, recording, turning.turn)
    plan = prepared_again(log.header)
    assert isinstance(plan.facts, Persona), "a rehearsed call's facts are its persona"
    return Cast(plan.facts, plan, log.header.seed, past)
