"""``voicecoach grade``: find the recordings, grade them, write and show the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from voicecoach.apps.batch import INTERRUPTED, Batch, run_batch
from voicecoach.apps.jobs import Job, Outcome, find_jobs
from voicecoach.apps.options import GradeOptions, Preparation, prepare
from voicecoach.apps.progress import new_screen
from voicecoach.apps.rows import Row, csv_columns, failed_row
from voicecoach.apps.terminal import show_error, show_note, show_results
from voicecoach.apps.worker import Task
from voicecoach.devices.machine import Machine, read_machine
from voicecoach.devices.results import ResultFolder
from voicecoach.errors import InputError, ModelError
from voicecoach.rubric import Rubric

GRADED, FAILED, INTERRUPT = 0, 1, 130
"""Exit statuses: all graded; some not; Ctrl-C (128 + SIGINT). Usage errors are 2."""

WORKER_BYTES = 2e9
"""Memory allowed to a worker: the largest model chosen unasked on a processor, and a long call."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How the command works through its recordings."""

    out: Path | None = None
    """Where results are written; None: they are only shown."""
    workers: int | None = None
    """Recordings graded at a time; None: as many as the machine carries."""
    resume: bool = False
    """Skip what lies in `out` already, unchanged."""
    plain: bool = False
    """Progress as lines, on a terminal too."""


def grade_command(paths: Sequence[Path], options: GradeOptions, batch_options: BatchOptions) -> int:
    """Grade everything that `paths` name; the exit status.

    Raises
    ------
    VoicecoachError : before any recording was touched, or when results cannot be written.
    """
    told = Console(stderr=True)
    jobs = find_jobs(paths, batch_options.out)
    if not jobs:
        named = ", ".join(map(str, paths))
        raise InputError(named, "no sound files in it", "Name a recording, or a folder that holds some")
    plan = _prepared(options)
    show_note(told, _choice(plan))
    folder = _folder(batch_options.out)
    workers = batch_options.workers or carried_workers(read_machine(options.device))
    task = Task(plan, folder, batch_options.resume)
    batch = run_batch(jobs, task, workers, new_screen(told, plain=batch_options.plain))
    if folder:
        _save_tables(folder, batch, plan.rubric)
    show_results(Console(), batch.outcomes, folder)
    return _status(batch, jobs, told)


def carried_workers(machine: Machine) -> int:
    """So many processes as cores and memory carry; one on a graphics card, which they would share."""
    if machine.device == "cuda":
        return 1
    return max(1, min(machine.cores, int(machine.memory_bytes // WORKER_BYTES)))


def _prepared(options: GradeOptions) -> Preparation:
    try:
        return prepare(options)
    except ModelError as error:
        if options.model is None:
            raise ModelError(f"{error} Or measure what needs no words: --voice-only.") from error
        raise


def _choice(plan: Preparation) -> str:
    if plan.model is None:
        return "No model: words are not recognized, and what needs them is not judged."
    where = f"{plan.placement.device}, {plan.placement.compute_type}"
    window = f"Audio window: {plan.window.window} ({plan.window.reason})."
    return f"Model: {plan.model.name} ({plan.model_reason}), {where}. {window}"


def _folder(out: Path | None) -> ResultFolder | None:
    if out is None:
        return None
    folder = ResultFolder(out)
    folder.prepare()
    return folder


def _save_tables(folder: ResultFolder, batch: Batch, rubric: Rubric) -> None:
    folder.save_tables(csv_columns(rubric), [_row(outcome, rubric) for outcome in batch.outcomes])


def _row(outcome: Outcome, rubric: Rubric) -> Row:
    if outcome.row is not None:
        return outcome.row
    name, problem = (_text(part) for part in (outcome.job.path.name, str(outcome.problem)))
    return failed_row(name, problem, rubric)


def _text(text: str) -> str:
    """`text` with the bytes that are no text spelled out, as in a call's JSON."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _status(batch: Batch, jobs: Sequence[Job], told: Console) -> int:
    failed = [outcome for outcome in batch.outcomes if outcome.problem is not None]
    if batch.stopped is not None:
        finished = f"{len(batch.outcomes)} of {len(jobs)} calls are finished"
        again = "" if "--resume" in batch.stopped else ". Run the same command with --resume for the others"
        show_error(told, f"{batch.stopped.rstrip('.')}. {finished}{again}.")
        return INTERRUPT if batch.stopped == INTERRUPTED else FAILED
    if failed:
        show_error(told, f"{len(failed)} of {len(jobs)} calls could not be graded.")
    return FAILED if failed else GRADED
