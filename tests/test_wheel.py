"""The package as users get it: built as a wheel, unpacked elsewhere, run far from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the unpacked wheel, as an installer lays it out."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_carries_its_data_and_nothing_else(site: Path) -> None:
    package = site / "voicecoach"
    for data in (
        "models/whisper-micro-en/model.bin",
        "models/acts.npz",
        "models/pitch.npz",
        "rubrics/default.yaml",
        "personas/returns-desk.yaml",
        "schema/persona.schema.json",
        "schema/trainees.schema.json",
    ):
        assert (package / data).is_file(), data
    assert not list(site.rglob("test_*.py"))
    assert not list(site.rglob("*.flac"))
    assert {entry.name for entry in site.iterdir() if not entry.name.endswith(".dist-info")} == {"voicecoach"}


def test_it_grades_a_file_outside_the_checkout(site: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "audio_fixtures" / "one_word.16k.flac", tmp_path / "call.flac")
    arguments = [
        "grade",
        "call.flac",
        "--model",
        "demo",
        "--offline",
        "--persona",
        "returns-desk",
        "--out",
        "out",
    ]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "voicecoach", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "synthetic voices" in done.stdout
    made = {path.name for path in (tmp_path / "out").iterdir() if not path.name.startswith(".")}
    assert {"call.json", "call.html", "calls.csv", "calls.jsonl"} <= made


def test_the_wheel_under_test_is_the_one_that_runs(site: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", "import voicecoach; print(voicecoach.__file__)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).is_relative_to(site)
