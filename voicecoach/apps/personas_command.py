"""``voicecoach personas``: list, show and check the callers to rehearse with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicecoach.apps.caller_text import caller_text, first_bands
from voicecoach.apps.file_check import check_files
from voicecoach.apps.outcome_text import printable
from voicecoach.apps.terminal import show_error, show_note
from voicecoach.desk import Desk
from voicecoach.devices.documents import (
    PERSONAS,
    TRAINEES,
    check_persona,
    check_trainees,
    persona_files,
    read_persona,
    shipped,
    trainees_of,
)
from voicecoach.errors import InputError
from voicecoach.findings import Finding
from voicecoach.level import Level
from voicecoach.persona import Persona


def list_personas() -> None:
    """Print the callers that ship with the package, and those in files of the current folder."""
    console, told = Console(), Console(stderr=True)
    made = Table(box=box.SIMPLE)
    for title in ("Name", "Title", "Anger at first: easy, medium, hard", "Needs", "Desk"):
        made.add_column(title, overflow="fold", no_wrap=title == "Name")
    for name in [*shipped(PERSONAS), *map(str, persona_files(Path()))]:
        try:
            made.add_row(*(Text(printable(cell)) for cell in _cells(name, read_persona(name))))
        except InputError as error:
            show_error(told, str(error))
    console.print(made)
    show_note(console, "More about one, for training leads: voicecoach personas show NAME")


def _cells(name: str, persona: Persona) -> tuple[str, ...]:
    if persona.role is None:
        return name, persona.title, "serves for grading only", "", _desk(persona.desk)
    bands = first_bands(persona)
    anger = ", ".join(bands[level].value for level in Level)
    return name, persona.title, anger, str(len(persona.role.needs)), _desk(persona.desk)


def _desk(desk: Desk | None) -> str:
    """What there is of a desk: to work at, to read, or none."""
    if desk is None:
        return "none"
    return "to work at" if desk.tools or desk.case else "to read"


def show_persona(name: str) -> None:
    """Print a caller's whole story, for training leads.

    Raises
    ------
    InputError : there is no such persona, or it cannot be used.
    """
    Console().print(caller_text(read_persona(name)))


def check_personas(files: Sequence[Path]) -> int:
    """Print what is wrong or odd about each file and its trainees; 1 if any cannot be used, else 0."""
    return check_files(dict.fromkeys(_with_trainees(files)), _check)


def _with_trainees(files: Sequence[Path]) -> Iterator[Path]:
    for file in files:
        yield file
        is_there = file.exists() or str(file) in shipped(PERSONAS)
        if is_there and not _is_trainees(file) and (theirs := trainees_of(file)) is not None:
            yield theirs


def _is_trainees(file: Path) -> bool:
    return file.absolute().parent.name == TRAINEES


def _check(file: Path) -> list[Finding]:
    return check_trainees(file) if _is_trainees(file) else check_persona(file)
