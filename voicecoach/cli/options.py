"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from voicecoach.devices.window import AudioWindow
    from voicecoach.level import Level
    from voicecoach.trainee_script import Character

USAGE = 2
"""Exit status when the request itself is at fault."""


def channel(text: str) -> int | None:
    """A channel's number from 0; None for *auto*."""
    names = {"auto": None, "left": 0, "right": 1}
    if text in names:
        return names[text]
    if text.isdecimal():
        return int(text)
    raise typer.BadParameter("--trainee-channel is auto, left, right, or a number counted from 0")


def audio_window(text: str | None) -> AudioWindow | None:
    """How much sound Whisper hears at a time; None: unsaid."""
    from voicecoach.devices.window import AudioWindow  # lazy: brings numpy

    if text is None:
        return None
    if text in [*AudioWindow]:
        return AudioWindow(text)
    raise typer.BadParameter("--audio-window is full or adaptive")


def level_named(text: str) -> Level:
    """How hard a caller is."""
    from voicecoach.level import Level

    if text in [*Level]:
        return Level(text)
    raise typer.BadParameter(f"--level is one of {', '.join(Level)}")


def character_named(text: str) -> Character:
    """Which simulated trainee answers."""
    from voicecoach.trainee_script import Character

    if text in [*Character]:
        return Character(text)
    raise typer.BadParameter(f"--trainee is one of {', '.join(Character)}")


Paths = Annotated[list[Path], typer.Argument(help="Recordings, and folders to search for them.")]
Out = Annotated[Path | None, typer.Option(help="Write JSON, HTML reports and tables here.")]
Model = Annotated[
    str | None, typer.Option(help="Speech model: a name (base.en, small, demo ...) or a folder.")
]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]
ComputeType = Annotated[str | None, typer.Option(help="Numbers the model uses: int8, float16 ...")]
Window = Annotated[
    str | None,
    typer.Option(
        "--audio-window",
        metavar="full|adaptive",
        help="Sound Whisper hears at a time; unsaid, what doctor found.",
    ),
]
Language = Annotated[str, typer.Option(help="Language of the calls; words are judged in en only.")]
RubricName = Annotated[str, typer.Option(help="A shipped rubric's name, or a rubric file.")]
PersonaName = Annotated[
    str | None, typer.Option(help="A persona's name or file, with the facts to get right.")
]
TraineeChannel = Annotated[
    str, typer.Option(metavar="auto|left|right|0..n", help="Where the trainee is recorded.")
]
TraineeOnly = Annotated[bool, typer.Option("--trainee-only", help="Nobody else is recorded.")]
VoiceOnly = Annotated[bool, typer.Option("--voice-only", help="Recognize no words; judge what needs none.")]
Offline = Annotated[bool, typer.Option("--offline", help="Never use the network.")]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Calls graded at a time; unsaid, what the machine carries.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Skip calls already graded into --out.")]
Plain = Annotated[bool, typer.Option("--plain", help="Progress as plain lines.")]
