"""``voicecoach personas``: list, show and check callers, and make a new one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from voicecoach.apps.file_check import check_files
from voicecoach.devices.documents import TRAINEES, check_persona, check_trainees, trainees_of
from voicecoach.findings import Finding


def check_personas(files: Sequence[Path]) -> int:
    """Print what is wrong or odd about each file and its trainees; 1 if any cannot be used, else 0."""
    return check_files(dict.fromkeys(_with_trainees(files)), _check)


def _with_trainees(files: Sequence[Path]) -> Iterator[Path]:
    for file in files:
        yield file
        if file.exists() and not _is_trainees(file) and (theirs := trainees_of(file)) is not None:
            yield theirs


def _is_trainees(file: Path) -> bool:
    return file.absolute().parent.name == TRAINEES


def _check(file: Path) -> list[Finding]:
    return check_trainees(file) if _is_trainees(file) else check_persona(file)
