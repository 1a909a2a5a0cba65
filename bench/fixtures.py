"""How far graded fixture calls are from their truth: words, turns, overlaps, marks.

``python -m bench.fixtures [--json OUT] [--model MODEL]`` grades every call of ``audio_fixtures/`` in both
formats with the demo model, or another, through the same code as ``voicecoach grade``, and prints one row a
call and the totals.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.fixture_errors import FORMATS, NAMES, Errors, audio, compare, summary, truth
from bench.machine import here, save
from voicecoach import GradedCall, GradeOptions
from voicecoach.apps.options import prepare


def marks_as_expected(graded: GradedCall, name: str) -> tuple[int, int]:
    """How many of the expected marks were given, and how many there are."""
    marks = {mark.criterion_id: mark for mark in graded.scorecard.marks}
    expected = truth(name)["expected_marks"]
    given = 0
    for criterion, wanted in expected.items():
        mark = marks[criterion]
        share = mark.points / mark.weight
        judged = mark.verdict.value == "judged"
        fits = not judged or wanted.get("low", 0) <= share <= wanted.get("high", 1)
        given += mark.verdict.value == wanted["verdict"] and fits
    return given, len(expected)


def row(errors: Sequence[Errors], marks: Sequence[tuple[int, int]]) -> dict[str, str]:
    """One line of the table, over one call or several."""
    found = summary(list(errors))
    overlaps = sum(e.overlaps_true + e.overlaps_found for e in errors)
    return {
        "words_wrong": f"{100 * found['wer']:.1f} %",
        "turn_edges": f"{1000 * found['boundary_s']:.0f} ms",
        "overlaps_F1": f"{found['overlap_f1']:.2f}" if overlaps else "none",
        "kinds_of_overlap_right": f"{100 * found['kinds']:.0f} %" if overlaps else "none",
        "marks_as_expected": f"{sum(m[0] for m in marks)} of {sum(m[1] for m in marks)}",
    }


def show(name: str, cells: dict[str, str]) -> None:
    print(f"{name:28}" + "".join(f"{cell:>24}" for cell in cells.values()), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--model", default="demo", help="as of voicecoach grade")
    asked = parser.parse_args()
    grade_one = prepare(GradeOptions(model=asked.model, offline=True, device="cpu")).load()
    print(here())
    rows: dict[str, dict[str, str]] = {}
    together: dict[str, dict[str, str]] = {}
    for kind in FORMATS:
        errors, marks = [], []
        for name in NAMES:
            graded = grade_one(audio(name, kind), lambda _: None)
            errors.append(compare(graded.call, name))
            marks.append(marks_as_expected(graded, name))
            rows[f"{name}.{kind}"] = row(errors[-1:], marks[-1:])
            if len(rows) == 1:
                show("", {column: column.replace("_", " ") for column in rows[f"{name}.{kind}"]})
            show(f"{name}.{kind}", rows[f"{name}.{kind}"])
        together[f"all, {kind}"] = row(errors, marks)
        show(f"all, {kind}", together[f"all, {kind}"])
    save(asked.json, {"together": together, "each_call": rows})


if __name__ == "__main__":
    main()
