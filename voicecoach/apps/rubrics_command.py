"""``voicecoach rubrics``: list, show and check the rubrics that calls are graded on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicecoach.apps.file_check import check_files
from voicecoach.apps.outcome_text import printable
from voicecoach.devices.documents import RUBRICS, check_rubric, read_rubric, shipped
from voicecoach.rubric import Criterion


def list_rubrics() -> None:
    """Print name, version and title of each shipped rubric."""
    made = Table(box=box.SIMPLE)
    for title in ("Name", "Version", "Title"):
        made.add_column(title)
    for name in shipped(RUBRICS):
        rubric = read_rubric(name)
        made.add_row(Text(name), Text(rubric.version), Text(rubric.title))
    Console().print(made)


def show_rubric(name: str) -> None:
    """Print a rubric as a table.

    Raises
    ------
    InputError : there is no such rubric, or it cannot be used.
    """
    rubric, console = read_rubric(name), Console()
    console.print(Text(printable(f"{rubric.title} ({rubric.id} {rubric.version})"), style="bold"))
    made = Table(box=box.SIMPLE, expand=True)
    for title in ("Section", "Criterion", "Skill", "Points", "Does not apply"):
        made.add_column(title, justify="right" if title == "Points" else "left", overflow="fold")
    for criterion in rubric.criteria:
        made.add_row(*(Text(printable(cell)) for cell in _cells(criterion)))
    console.print(made)
    for rule in (*rubric.fail_all, *rubric.fail_section):
        section = getattr(rule, "section", None)
        fails = f"Fails section {section}" if section else "Fails the call"
        console.print(Text(printable(f"{fails}: {rule.title}. {rule.why}")))


def _cells(criterion: Criterion) -> tuple[str, ...]:
    points = f"+{criterion.weight:g}" if criterion.bonus else f"{criterion.weight:g}"
    return criterion.section, criterion.title, criterion.skill.value, points, criterion.na_when


def check_rubrics(files: Sequence[Path]) -> int:
    """Print what is wrong or odd about each file; 1 if any cannot be used, else 0."""
    return check_files(files, check_rubric)
