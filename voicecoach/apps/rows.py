"""One flat row per call, for ``calls.csv`` and ``calls.jsonl``.

Laws
----
* Rows are made from records (`voicecoach.apps.record`), so that a call graded last week and read
  back from its JSON file gives the same row as one graded now.
* Every row of one rubric has the same columns in the same order, failed files included.
* A criterion's cell holds its points, or ``n/a`` or ``not measurable``; an empty cell is *not measured*.
* No text cell can start a formula when the table is opened in a spreadsheet.
"""

from __future__ import annotations

from dataclasses import fields

from voicecoach.apps.record import Record
from voicecoach.rubric import Rubric
from voicecoach.score.measures import Measures

Cell = str | float | int | None
Row = dict[str, Cell]

_CALL_COLUMNS = (
    "name",
    "digest",
    "layout",
    "language",
    "model",
    "rubric",
    "raw_percent",
    "capped_percent",
    "hard_percent",
    "soft_percent",
    "coverage",
)
_MEASURE_COLUMNS = tuple(field.name for field in fields(Measures) if field.name != "reasons")
_CLOSING_COLUMNS = ("failures", "warnings", "problem")

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run by spreadsheets; a leading apostrophe marks it as text."""


def csv_columns(rubric: Rubric) -> tuple[str, ...]:
    """The columns of a table of calls graded on `rubric`, in order."""
    points = (_points(criterion.id) for criterion in rubric.criteria)
    return (*_CALL_COLUMNS, *points, *_MEASURE_COLUMNS, *_CLOSING_COLUMNS)


def csv_row(record: Record) -> Row:
    """The row of a graded call; its keys are `csv_columns` of the rubric it was graded on."""
    call, card = record["call"], record["scorecard"]
    cells: Row = {
        "name": _text(record["source"]["name"]),
        "digest": record["source"]["digest"],
        "layout": call["layout"],
        "language": call["language"],
        "model": _text(record["recognizer"]["name"]) if record["recognizer"] else "",
        "rubric": f"{card['rubric_id']} {card['rubric_version']}",
        "raw_percent": card["raw_percent"],
        "capped_percent": card["capped_percent"],
        "hard_percent": card["hard"]["percent"],
        "soft_percent": card["soft"]["percent"],
        "coverage": card["coverage"],
    }
    for mark in card["marks"]:
        judged = mark["verdict"] == "judged"
        cells[_points(mark["criterion_id"])] = mark["points"] if judged else mark["verdict"]
    cells.update({name: record["measures"][name] for name in _MEASURE_COLUMNS})
    cells["failures"] = _text("; ".join(failure["title"] for failure in card["failures"]))
    cells["warnings"] = _text("; ".join(record["warnings"]))
    cells["problem"] = ""
    return cells


def failed_row(name: str, problem: str, rubric: Rubric) -> Row:
    """The row of a file that could not be graded: its name, what was wrong, and empty cells."""
    row: Row = dict.fromkeys(csv_columns(rubric))
    return {**row, "name": _text(name), "problem": _text(problem)}


def _points(criterion_id: str) -> str:
    return f"points_{criterion_id}"


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
