"""Many recordings: found, named, graded in order, one failure a row, nothing lost, nothing done twice."""

import csv
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from audio_files import tone, write
from small_grading import SmallGrading

from voicecoach.apps.batch import INTERRUPTED, Batch, Screen, run_batch
from voicecoach.apps.grade_command import _save_tables, carried_workers
from voicecoach.apps.jobs import Job, Outcome, find_jobs, result_names
from voicecoach.apps.worker import Progress, Task, Worker
from voicecoach.devices.documents import read_rubric
from voicecoach.devices.machine import Machine
from voicecoach.devices.results import ResultFolder
from voicecoach.devices.whole_file import write_whole
from voicecoach.errors import DeviceError


class Watching(Screen):
    """Keeps what it was shown; may press Ctrl-C after so many recordings."""

    def __init__(self, interrupt_after: int | None = None) -> None:
        self.jobs: list[Job] = []
        self.progress: list[Progress] = []
        self.outcomes: list[Outcome] = []
        self.closed = False
        self._interrupt_after = interrupt_after

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def began(self, jobs):
        self.jobs = list(jobs)

    def moved(self, progress):
        self.progress.append(progress)

    def ended(self, outcome):
        self.outcomes.append(outcome)
        if len(self.outcomes) == self._interrupt_after:
            os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def calls(tmp_path) -> Path:
    """A folder with five recordings, one of them broken, and things that are no recordings."""
    folder = tmp_path / "calls"
    (folder / "north").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    for number, name in enumerate(("a.wav", "north/a.wav", "c.flac", "d.wav")):
        write(folder / name, tone(1.0 + number, 8_000), 8_000)
    (folder / "broken.wav").write_bytes(b"RIFF and nothing else")
    (folder / "notes.txt").write_text("call back on Monday")
    write(folder / ".hidden" / "e.wav", tone(1.0, 8_000), 8_000)
    return folder


def grade(
    calls: Path | list[Path], out: Path, screen: Screen | None = None, *, workers: int = 1, **task: object
) -> Batch:
    """Grade a folder as the command does, tables included."""
    folder = ResultFolder(out)
    folder.prepare()
    grading = task.pop("grading", SmallGrading())
    jobs = find_jobs([calls] if isinstance(calls, Path) else calls, out)
    batch = run_batch(jobs, Task(grading, folder, **task), workers, screen or Watching())
    _save_tables(folder, batch, read_rubric("default"))
    return batch


def grade_here(calls: Path | list[Path], out: Path, grading: SmallGrading, *, resume: bool = False) -> Batch:
    """The same in this process: quick, for what has nothing to do with processes."""
    folder = ResultFolder(out)
    folder.prepare()
    worker = Worker(Task(grading, folder, resume), lambda _: None)
    jobs = find_jobs([calls] if isinstance(calls, Path) else calls, out)
    batch = Batch(tuple(outcome for job in jobs if isinstance(outcome := worker.answer(job), Outcome)), None)
    _save_tables(folder, batch, read_rubric("default"))
    return batch


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- finding and naming


def test_folders_are_searched_in_order_and_files_taken_at_their_word(calls):
    found = find_jobs([calls / "notes.txt", calls])
    names = [str(job.path.relative_to(calls)) for job in found]
    assert names == ["notes.txt", "a.wav", "broken.wav", "c.flac", "d.wav", "north/a.wav"]
    assert [job.number for job in found] == list(range(6))


def test_the_results_folder_is_not_searched(calls):
    write(calls / "out.wav", tone(1.0, 8_000), 8_000)
    (calls / "results").mkdir()
    write(calls / "results" / "old.wav", tone(1.0, 8_000), 8_000)
    assert "old.wav" not in {job.path.name for job in find_jobs([calls], calls / "results")}


def test_no_recording_is_graded_twice(calls):
    (calls / "link.wav").symlink_to(calls / "a.wav")
    found = [job.path.name for job in find_jobs([calls / "a.wav", calls, calls / "d.wav"])]
    assert found == ["a.wav", "broken.wav", "c.flac", "d.wav", "a.wav"]  # the last is north/a.wav


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["x/call.wav", "x/other.mp3"], ["call", "other"]),
        (["x/call.wav", "x/call.mp3"], ["call-wav", "call-mp3"]),
        (["x/call.wav", "y/Call.wav"], ["x-call-wav", "y-Call-wav"]),
        (["x/z/call.wav", "y/z/call.wav"], ["x-z-call-wav", "y-z-call-wav"]),
        (["x/call.wav", "y/call.wav", "x-call-wav.wav"], ["x-call-wav", "y-call-wav", "x-call-wav-wav"]),
        (["/a/b.wav", "/a_/b.wav"], ["a-b-wav", "a_-b-wav"]),
        (["a:b.wav", "a?b.wav"], ["a_b-wav", "a_b-wav-2"]),
        ([os.fsdecode(b"caf\xe9.wav")], ["caf_"]),
    ],
)
def test_results_never_share_a_name(paths, names):
    assert result_names([Path(path) for path in paths]) == names


def test_long_names_fit_any_disk():
    names = result_names([Path("é" * 100 + "a.wav"), Path("é" * 100 + "b.wav")])
    assert len({name.casefold() for name in names}) == 2
    assert max(len(name.encode()) for name in names) < 140


# --- grading


def test_outcomes_and_files_are_the_same_for_any_number_of_workers(calls, tmp_path):
    one = grade_here(calls, tmp_path / "1", SmallGrading())
    three = grade(calls, tmp_path / "3", workers=3)
    assert one == three
    assert [outcome.problem is None for outcome in one.outcomes] == [True, False, True, True, True]
    left, right = contents(tmp_path / "1"), contents(tmp_path / "3")
    assert left == right
    assert {"calls-a-wav.json", "north-a-wav.json", "c.json", "c.html", "d.json", "calls.csv"} <= set(left)


def test_a_failed_recording_is_one_row_and_one_line(calls, tmp_path):
    grade_here(calls, tmp_path / "out", SmallGrading())
    with (tmp_path / "out" / "calls.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["a.wav", "broken.wav", "c.flac", "d.wav", "a.wav"]
    assert rows[1]["problem"].startswith(f"{calls / 'broken.wav'}: begins as WAV or AVI but is cut off")
    assert rows[1]["digest"] == ""
    lines = (tmp_path / "out" / "calls.jsonl").read_text().splitlines()
    assert [json.loads(line)["name"] for line in lines] == [row["name"] for row in rows]


def test_progress_within_a_recording_rises_to_its_end(calls, tmp_path):
    screen = Watching()
    grade([calls / "d.wav"], tmp_path / "out", screen)  # four seconds, read in blocks of one
    assert [progress.share for progress in screen.progress] == [0.25, 0.5, 0.75, 1.0]
    assert [outcome.job for outcome in screen.outcomes] == screen.jobs
    assert screen.closed


def test_a_mistake_of_ours_costs_one_call(calls, tmp_path):
    (calls / "d.wav").rename(calls / "mistake.wav")
    batch = grade_here(calls, tmp_path / "out", SmallGrading())
    told = [outcome.problem for outcome in batch.outcomes if outcome.problem]
    assert len(batch.outcomes) == 5
    assert "ZeroDivisionError: by zero; small_grading.py:" in told[1]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_dies_costs_the_call_in_hand(calls, tmp_path, workers):
    (calls / "a.wav").rename(calls / "deadly.wav")
    batch = grade(calls, tmp_path / "out", workers=workers)
    told = {outcome.job.path.name: outcome.problem for outcome in batch.outcomes}
    assert len(batch.outcomes) == 5
    assert "was killed (SIGKILL)" in told["deadly.wav"]
    assert [name for name, problem in told.items() if problem is None] == ["c.flac", "d.wav", "a.wav"]


def test_a_model_that_cannot_be_loaded_stops_the_batch_once(calls, tmp_path):
    batch = grade(calls, tmp_path / "out", grading=SmallGrading(loads=False))
    assert batch == Batch((), "weights.bin: damaged. Copy it again.")


def test_names_cannot_start_a_formula(tmp_path):
    for name in ("=1+1.wav", "+a.wav", "-b.wav", "@c.wav"):
        (tmp_path / name).write_bytes(b"x")
    files = [tmp_path / name for name in ("=1+1.wav", "+a.wav", "-b.wav", "@c.wav")]
    grade_here(files, tmp_path / "out", SmallGrading())
    with (tmp_path / "out" / "calls.csv").open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


# --- interrupted and resumed


def test_ctrl_c_keeps_what_is_finished_and_resume_does_the_rest(calls, tmp_path):
    out, log = tmp_path / "out", tmp_path / "log"
    first = grade(calls, out, Watching(interrupt_after=2))
    assert first.stopped == INTERRUPTED
    assert [outcome.job.path.name for outcome in first.outcomes] == ["a.wav", "broken.wav"]
    second = grade_here(calls, out, SmallGrading(log=log), resume=True)
    assert [outcome.resumed for outcome in second.outcomes] == [True, False, False, False, False]
    assert log.read_text().split() == ["broken.wav", "c.flac", "d.wav", "a.wav"]
    grade_here(calls, tmp_path / "whole", SmallGrading())
    assert contents(out) == contents(tmp_path / "whole")


def graded_again(calls: Path, out: Path, log: Path, identity: str = "small") -> list[str]:
    log.unlink(missing_ok=True)
    grade_here(calls, out, SmallGrading(identity, log), resume=True)
    return log.read_text().split() if log.exists() else []


def test_resume_grades_again_whatever_has_changed(calls, tmp_path):
    out, log = tmp_path / "out", tmp_path / "log"
    (calls / "broken.wav").unlink()
    assert graded_again(calls, out, log) == ["a.wav", "c.flac", "d.wav", "a.wav"]
    before = contents(out)
    assert graded_again(calls, out, log) == []
    assert contents(out) == before
    write(calls / "d.wav", tone(1.5, 8_000), 8_000)
    assert graded_again(calls, out, log) == ["d.wav"]  # another recording
    (out / "c.json").write_text("{}")
    assert graded_again(calls, out, log) == ["c.flac"]  # an altered result
    (out / "c.html").unlink()
    assert graded_again(calls, out, log) == ["c.flac"]  # a lost report
    (out / ".voicecoach" / "c.key").unlink()
    assert graded_again(calls, out, log) == ["c.flac"]  # nothing vouches for it
    assert len(graded_again(calls, out, log, "another model")) == 4


def test_a_recording_that_broke_leaves_no_old_result(calls, tmp_path):
    grade_here(calls, tmp_path / "out", SmallGrading())
    (calls / "d.wav").write_bytes(b"gone")
    grade_here(calls, tmp_path / "out", SmallGrading())
    assert not [name for name in contents(tmp_path / "out") if "d." in name]


RUN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_batch import Watching, grade
class Telling(Watching):
    def ended(self, outcome):
        print(outcome.job.path.name, flush=True)
if __name__ == "__main__":
    grade(Path(sys.argv[2]), Path(sys.argv[3]), Telling())
"""


def test_kill_9_loses_at_most_the_call_in_hand(calls, tmp_path):
    """Killed as soon as it tells of the third call; that call and those before are on the disk."""
    script = tmp_path / "run.py"
    script.write_text(RUN)
    out, log = tmp_path / "out", tmp_path / "log"
    command = [sys.executable, str(script), str(Path(__file__).parent), str(calls), str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline().strip() for _ in range(3)]
        process.kill()
    assert told == ["a.wav", "broken.wav", "c.flac"]
    again = graded_again(calls, out, log)
    assert not {"c.flac"} & set(again)
    grade_here(calls, tmp_path / "whole", SmallGrading())
    assert contents(out) == contents(tmp_path / "whole")


# --- the disk


def test_half_written_files_of_a_killed_run_are_removed(tmp_path):
    (tmp_path / ".voicecoach").mkdir()
    (tmp_path / ".99.a.json.partial").write_bytes(b"{")
    (tmp_path / ".voicecoach" / ".99.a.key.partial").write_bytes(b"")
    ResultFolder(tmp_path).prepare()
    assert set(contents(tmp_path)) == {".voicecoach/README"}


def test_a_file_is_whole_or_as_it_was(tmp_path):
    path = tmp_path / "a.json"
    write_whole(path, b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))  # as a full disk: the 1001st byte fails
    try:
        with pytest.raises(OSError, match="File too large"):
            write_whole(path, b"new" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert contents(tmp_path) == {"a.json": b"old"}


def test_a_full_disk_stops_the_batch_and_keeps_what_exists(calls, tmp_path):
    """The workers inherit a limit that the reports of the longer calls exceed."""
    grade_here([calls / "c.flac"], tmp_path / "out", SmallGrading())
    kept = contents(tmp_path / "out")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(kept["c.json"]) + 500, before[1]))
    try:
        jobs = find_jobs([calls / "d.wav", calls / "a.wav"])
        batch = run_batch(jobs, Task(SmallGrading(), ResultFolder(tmp_path / "out")), 1, Watching())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert batch.outcomes == ()
    assert "the disk is full. Make room, then run the same command with --resume" in str(batch.stopped)
    left = contents(tmp_path / "out")
    assert {name: left[name] for name in kept} == kept
    assert not [name for name in left if name.endswith(".partial")]
    assert ResultFolder(tmp_path / "out").believed("d", "any") is None


@pytest.mark.parametrize("out", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_is_told(tmp_path, out):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DeviceError, match="cannot write results"):
        ResultFolder(tmp_path / out).prepare()


@pytest.mark.parametrize(
    ("machine", "workers"),
    [
        (Machine("cpu", 8, 16_000_000_000), 8),
        (Machine("cpu", 8, 5_000_000_000), 2),
        (Machine("cpu", 1, 500_000_000), 1),
        (Machine("cuda", 16, 24_000_000_000), 1),
    ],
)
def test_as_many_workers_as_the_machine_carries(machine, workers):
    assert carried_workers(machine) == workers
