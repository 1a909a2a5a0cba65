"""Whether a trainee's calls may be kept: asked once, remembered, withdrawn at any time.

Laws
----
* Without a yes nothing of a call reaches the disk; the call runs and is scored all the same.
* A yes is to one text: when the text changes, everybody is asked again.
* Who cannot be asked (no terminal) has not said yes.
"""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rich.console import Console

from voicecoach.apps.terminal import show_note
from voicecoach.devices.places import data_folder, make_private_folder, state_folder, write_private
from voicecoach.devices.whole_file import why
from voicecoach.errors import DeviceError

TEXT_VERSION = 1

TEXT = """\
May this rehearsal and later ones be kept, so that you can listen to them again?

  What     both voices, what was said, your keys and notes, your scorecard
  Where    on this machine alone, in {folder}, open to your account only
  Delete   voicecoach calls delete ID, at any time; nothing of the call is left then
  Take back this answer   voicecoach calls forget-consent

Without it you can rehearse just the same; nothing is kept."""

YES = frozenset({"y", "yes"})
NO = frozenset({"n", "no"})


class _Answer(BaseModel):
    """What somebody said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keep: bool
    at: datetime
    text_version: int


class _Answers(BaseModel):
    """The whole file; answers by the name of who gave them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    answers: dict[str, _Answer] = Field(default_factory=dict)


def may_keep(console: Console, who: str | None = None, *, override: bool | None = None) -> bool:
    """Whether a call may be kept; asks where nobody knows yet.

    Parameters
    ----------
    console : where to ask.
    who : the trainee, as they named themselves; None: the account that they use.
    override : ``--keep`` or ``--no-keep``: holds for this call and is not remembered.
    """
    if override is not None:
        return override
    name = who or getpass.getuser()
    answers = _read()
    known = answers.get(name)
    if known is not None and known.text_version == TEXT_VERSION:
        return known.keep
    if not (console.is_terminal and sys.stdin.isatty()):
        show_note(console, "This call will not be kept: nobody is there to ask. --keep keeps it.")
        return False
    keep = _ask(console)
    answer = _Answer(keep=keep, at=datetime.now(UTC), text_version=TEXT_VERSION)
    _remember(console, {**answers, name: answer})
    return keep


def forget() -> bool:
    """Forget all answers; whether there were any.

    Raises
    ------
    DeviceError : the file cannot be removed.
    """
    path = _path()
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise DeviceError(f"{path}: cannot be removed: {why(error)}. Remove it by hand.") from error
    return True


def _path() -> Path:
    return state_folder() / "consent.json"


def _read() -> dict[str, _Answer]:
    """What was answered before; a file that cannot be read holds no yes."""
    try:
        return _Answers.model_validate_json(_path().read_bytes()).answers
    except (OSError, ValidationError):
        return {}


def _ask(console: Console) -> bool:
    for line in TEXT.format(folder=data_folder()).splitlines():
        show_note(console, line)
    while True:
        try:
            said = console.input("Keep calls? [y/n] ", markup=False).strip().lower()
        except EOFError:
            return False
        if said in YES | NO:
            return said in YES


def _remember(console: Console, answers: dict[str, _Answer]) -> None:
    path = _path()
    content = _Answers(answers=answers).model_dump_json(indent=1) + "\n"
    try:
        make_private_folder(path.parent)
        write_private(path, content.encode())
    except OSError as error:
        show_note(
            console, f"{path}: your answer cannot be remembered ({why(error)}); it holds for this call."
        )
