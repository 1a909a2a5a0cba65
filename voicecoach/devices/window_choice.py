"""Which audio window a model gets on this machine: what ``voicecoach doctor`` found is kept in a small file.

Laws: no model gets the adaptive window unless a check passed for these very weights, in this language, on
this kind of device, with these numbers; a file that cannot be read counts as none, and the reason given
says so.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from voicecoach.devices.machine import Placement
from voicecoach.devices.models import ResolvedModel
from voicecoach.devices.places import state_folder
from voicecoach.devices.whole_file import write_whole
from voicecoach.devices.window import AudioWindow
from voicecoach.errors import DeviceError


@dataclass(frozen=True, slots=True)
class WindowChoice:
    """A window and why it was chosen."""

    window: AudioWindow
    reason: str
    """For the user."""


class _Finding(BaseModel):
    """What a check of one model found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    audio_window: AudioWindow
    reason: str


class _Findings(BaseModel):
    """The whole file; findings by language, device, numbers and weights."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    checked: dict[str, _Finding] = Field(default_factory=dict)


def choice_path() -> Path:
    """Where the choices are kept: in the user's folder for state.

    Raises
    ------
    DeviceError : the user has no home folder.
    """
    return state_folder() / "audio-windows.json"


def choose(model: ResolvedModel, placement: Placement, language: str) -> WindowChoice:
    """The window for a model: adaptive where a check passed, else full."""
    checked, problem = _kept()
    found = checked.get(_key(model, placement, language))
    if found is not None:
        return WindowChoice(found.audio_window, found.reason)
    check = f"voicecoach doctor --model {shlex.quote(model.name)}"
    untold = f"{problem}, so run {check}" if problem else f"the quicker one is not checked here yet: {check}"
    return WindowChoice(AudioWindow.FULL, untold)


def remember(model: ResolvedModel, placement: Placement, language: str, choice: WindowChoice) -> Path:
    """Keep a choice for `choose`, and return where. A file that cannot be read is written anew.

    Raises
    ------
    DeviceError : the file cannot be written.
    """
    path = choice_path()
    checked, _ = _kept()
    finding = _Finding(audio_window=choice.window, reason=choice.reason)
    findings = _Findings(checked={**checked, _key(model, placement, language): finding})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, (findings.model_dump_json(indent=1) + "\n").encode())
    except OSError as error:
        raise DeviceError(
            f"{path}: the choice cannot be kept ({error.strerror}), so the full window stays in use. "
            "Make the folder writable, or name another with XDG_STATE_HOME."
        ) from error
    return path


def damage() -> str | None:
    """What is wrong with the file of choices; None: nothing, or there is none yet."""
    return _kept()[1]


def _kept() -> tuple[dict[str, _Finding], str | None]:
    """What was found before, and what is wrong with the file it is kept in."""
    try:
        path = choice_path()
    except DeviceError as error:
        return {}, str(error).rstrip(".")
    try:
        return _Findings.model_validate_json(path.read_bytes()).checked, None
    except FileNotFoundError:
        return {}, None
    except OSError as error:
        return {}, f"{path} cannot be read ({error.strerror}) and is ignored"
    except ValidationError:
        return {}, f"{path} is damaged and is ignored"


def _key(model: ResolvedModel, placement: Placement, language: str) -> str:
    return f"{language} {placement.device} {placement.compute_type} {model.digest}"
