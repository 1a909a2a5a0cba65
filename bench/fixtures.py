"""How far graded fixture calls are from their truth: words, turns, overlaps, marks.

``python -m bench.fixtures`` grades every call of ``audio_fixtures/`` in both formats with the demo model
through the same code as ``voicecoach grade``, and prints one row a call and the totals.
"""

from __future__ import annotations

from bench.fixture_errors import FORMATS, NAMES, Errors, audio, compare, summary, truth
from voicecoach import GradedCall, GradeOptions
from voicecoach.apps.options import prepare

COLUMNS = ("words wrong", "turn edges ms", "overlaps", "marks as expected")


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


def row(errors: list[Errors], marks: list[tuple[int, int]]) -> str:
    found = summary(errors)
    overlaps = sum(e.overlaps_true + e.overlaps_found for e in errors)
    f1 = f"{found['overlap_f1']:.2f}" if overlaps else "none"
    return (
        f"{100 * found['wer']:11.1f} %{1000 * found['boundary_s']:15.0f}{f1:>10}"
        f"{sum(m[0] for m in marks):13} of {sum(m[1] for m in marks)}"
    )


def main() -> None:
    grade_one = prepare(GradeOptions(model="demo", offline=True, device="cpu")).load()
    print(
        f"{'call':28}"
        + "".join(f"{title:>{width}}" for title, width in zip(COLUMNS, (13, 13, 10, 18), strict=True))
    )
    for kind in FORMATS:
        errors, marks = [], []
        for name in NAMES:
            graded = grade_one(audio(name, kind), lambda _: None)
            errors.append(compare(graded.call, name))
            marks.append(marks_as_expected(graded, name))
            print(f"{f'{name}.{kind}':28}{row(errors[-1:], marks[-1:])}", flush=True)
        print(f"{f'all, {kind}':28}{row(errors, marks)}\n", flush=True)


if __name__ == "__main__":
    main()
