"""A call's record: its bytes, its rounding, its published shape, and its row in a table."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import synthetic_call
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from voicecoach.apps.record import CONTOUR_FRAMES, _mean_power, _median_voiced, to_json, to_record
from voicecoach.apps.rows import csv_columns, csv_row, failed_row
from voicecoach.judge_settings import Identity
from voicecoach.rubric import Criterion, Rubric, Section
from voicecoach.scorecard import Skill

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "docs" / "schema" / "call.schema.json"

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")


@pytest.fixture(scope="module")
def record() -> dict:
    return json.loads(to_json(synthetic_call.graded_call()))


def test_record_obeys_the_published_schema(record: dict) -> None:
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(record)


def test_schema_refuses_what_is_not_published(record: dict) -> None:
    strange = {**record, "graded_at": "noon"}
    with pytest.raises(jsonschema.ValidationError, match="graded_at"):
        jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(strange)


def test_published_schema_is_up_to_date() -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import call_schema
    finally:
        sys.path.pop(0)
    assert SCHEMA.read_text() == call_schema.text(), "run: python scripts/call_schema.py"


def test_guide_names_every_key_of_the_record(record: dict) -> None:
    guide = (ROOT / "docs" / "json.md").read_text()
    named = set(re.findall(r"`([a-z0-9_.]+)`", guide))
    assert {*record, *(f"call.{key}" for key in record["call"])} <= named


def test_same_bytes_in_another_process() -> None:
    code = "import synthetic_call, sys; from voicecoach.apps.record import to_json; "
    code += "sys.stdout.buffer.write(to_json(synthetic_call.graded_call()).encode())"
    for seed in ("1", "2"):
        other = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        )
        assert other.stdout == to_json(synthetic_call.graded_call()).encode()


def test_numbers_are_rounded_by_their_unit(record: dict) -> None:
    prosody = record["call"]["turns"][1]["prosody"]
    assert prosody["f0_st"] == 0.31
    assert str(prosody["level_db"]) == "0.0", "no negative zero"
    assert record["call"]["baselines"]["trainee"] == {
        "f0_hz": 180.0,
        "level_dbfs": -20.0,
        "pace_wpm": None,
        "articulation_sps": 4.0,
        "loudness_lufs": -22.5,
        "band": "wide",
        "quality": {
            "alpha_db": -12.35,
            "hammarberg_db": None,
            "jitter_percent": None,
            "shimmer_percent": None,
            "hnr_db": None,
        },
    }
    assert record["call"]["acts"][0]["probability"] == 0.935
    assert record["scorecard"]["raw_percent"] == 67.86


def test_text_of_a_record_holds_no_folder(record: dict) -> None:
    assert record["recognizer"]["name"] == "demo"
    assert "/home" not in json.dumps(record)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("base", "base"),
        ("org/whisper-base", "org/whisper-base"),
        ("C:\\models\\mine", "mine"),
        ("../models/mine/", "mine"),
        ("~/mine", "mine"),
    ],
)
def test_only_paths_lose_their_folders(given_name: str, kept: str) -> None:
    graded = synthetic_call.graded_call()
    assert graded.recognizer is not None
    renamed = replace(graded, recognizer=replace(graded.recognizer, name=given_name))
    assert to_record(renamed)["recognizer"]["name"] == kept


def test_file_name_that_is_no_text_still_gives_text() -> None:
    graded = synthetic_call.graded_call()
    odd = replace(graded, source=replace(graded.source, name="call-\udcff.wav"))
    assert json.loads(to_json(odd).encode("utf-8"))["source"]["name"] == r"call-\udcff.wav"


def test_number_that_is_not_finite_is_refused() -> None:
    graded = synthetic_call.graded_call()
    broken = replace(graded, scorecard=replace(graded.scorecard, coverage=float("nan")))
    with pytest.raises(ValueError, match="Out of range"):
        to_json(broken)


def test_two_records_can_be_compared_by_line() -> None:
    graded = synthetic_call.graded_call()
    marks = graded.scorecard.marks
    other = replace(
        graded, scorecard=replace(graded.scorecard, marks=(replace(marks[0], points=1), *marks[1:]))
    )
    lines = zip(to_json(graded).splitlines(), to_json(other).splitlines(), strict=True)
    assert sum(left != right for left, right in lines) == 1


@given(arrays(np.float32, st.integers(0, 40), elements=st.sampled_from([0.0, 0.0, 100.0, 120.0, 150.5])))
def test_pitch_of_a_step_is_the_median_of_its_voiced_frames(f0_hz: np.ndarray) -> None:
    steps = [f0_hz[at : at + CONTOUR_FRAMES] for at in range(0, len(f0_hz), CONTOUR_FRAMES)]
    expected = [float(np.median(step[step > 0])) if (step > 0).any() else 0.0 for step in steps]
    assert _median_voiced(f0_hz).tolist() == expected


@given(arrays(np.float32, st.integers(1, 23), elements=st.floats(-100, 0, width=32)))
def test_level_of_a_step_is_its_mean_power(level_dbfs: np.ndarray) -> None:
    steps = [
        level_dbfs[at : at + CONTOUR_FRAMES].astype(float) for at in range(0, len(level_dbfs), CONTOUR_FRAMES)
    ]
    expected = [10 * np.log10(np.mean(10 ** (step / 10))) for step in steps]
    np.testing.assert_allclose(_mean_power(level_dbfs), expected)


def rubric() -> Rubric:
    criteria = tuple(_criterion(mark.criterion_id, mark.title) for mark in synthetic_call.scorecard().marks)
    sections = (Section(id="all", title="All"),)
    return Rubric(id="default", version="1", title="Default", sections=sections, criteria=criteria)


def _criterion(name: str, title: str) -> Criterion:
    return Criterion(
        id=name,
        title=title,
        skill=Skill.HARD,
        section="all",
        weight=5,
        judge=Identity(),
        na_when="never: there is always occasion",
        evidence="the moment itself",
    )


def test_rows_have_the_columns_of_their_rubric(record: dict) -> None:
    row = csv_row(record)
    assert tuple(row) == csv_columns(rubric())
    assert tuple(failed_row("broken.wav", "not audio", rubric())) == csv_columns(rubric())
    assert row["points_lets"] == 2
    assert row["points_announces"] == "n/a"
    assert row["points_states"] == "not measurable"
    assert row["failures"] == "Unannounced silence"


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1"])
def test_file_name_cannot_be_a_formula(name: str) -> None:
    graded = synthetic_call.graded_call()
    named = replace(graded, source=replace(graded.source, name=name))
    table = io.StringIO()
    out = csv.DictWriter(table, csv_columns(rubric()))
    out.writerow(csv_row(to_record(named)))
    out.writerow(failed_row(name, "not audio", rubric()))
    cells = [row[0] for row in csv.reader(io.StringIO(table.getvalue()))]
    assert cells == [f"'{name}"] * 2
