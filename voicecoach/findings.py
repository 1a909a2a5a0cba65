"""What is wrong or odd about a file that people write: each with its place, the problem and the remedy.

Rubrics, personas and trainees' scripts are checked alike.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """The file cannot be used as it is."""
    WARNING = "warning"
    """It can be used, but probably not as meant."""
    HINT = "hint"
    """It would be better so."""


Place = tuple[str | int, ...]
"""Keys and indices that lead to a value in a file: ``("criteria", 3, "weight")``."""


def path_text(place: Place) -> str:
    """How a place is written for people: ``criteria[3].weight``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".") or "the file"


class Finding(BaseModel):
    """Something about a file that its author should see."""

    model_config = ConfigDict(frozen=True)

    severity: Severity
    place: Place
    problem: str
    remedy: str
    line: int | None = None
    """In the file, from 1; None where what was checked came from no file."""

    @property
    def text(self) -> str:
        """One line: place, problem, remedy."""
        where = f"line {self.line}, " if self.line is not None else ""
        return f"{self.severity.value}: {where}{path_text(self.place)}: {self.problem}. {self.remedy}."


def error(place: Place, problem: str, remedy: str) -> Finding:
    """A finding that makes a file unusable."""
    return Finding(severity=Severity.ERROR, place=place, problem=problem, remedy=remedy)


def warning(place: Place, problem: str, remedy: str) -> Finding:
    """A finding of something that is probably not meant."""
    return Finding(severity=Severity.WARNING, place=place, problem=problem, remedy=remedy)


def hint(place: Place, problem: str, remedy: str) -> Finding:
    """A finding of something that could be better."""
    return Finding(severity=Severity.HINT, place=place, problem=problem, remedy=remedy)
