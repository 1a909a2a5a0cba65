"""Commands about recordings: grade, listen, and what the machine can do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voicecoach.cli.options import (
    ComputeType,
    Device,
    Language,
    Model,
    Offline,
    Out,
    Paths,
    PersonaName,
    Plain,
    Resume,
    RubricName,
    TraineeChannel,
    TraineeOnly,
    VoiceOnly,
    Window,
    Workers,
    audio_window,
    channel,
)

app = typer.Typer()


@app.command()
def grade(  # noqa: PLR0913 - one parameter an option
    *,
    paths: Paths,
    out: Out = None,
    model: Model = None,
    device: Device = "auto",
    compute_type: ComputeType = None,
    window: Window = None,
    language: Language = "en",
    rubric: RubricName = "default",
    persona: PersonaName = None,
    trainee_channel: TraineeChannel = "auto",
    trainee_only: TraineeOnly = False,
    voice_only: VoiceOnly = False,
    offline: Offline = False,
    workers: Workers = None,
    resume: Resume = False,
    plain: Plain = False,
) -> None:
    """Grade recorded calls. Exit status: 0 all graded, 1 some not, 2 the request is at fault."""
    if resume and out is None:
        raise typer.BadParameter("--resume needs --out: it skips what lies there")
    if voice_only and model is not None:
        raise typer.BadParameter("--voice-only uses no model: leave out --model")
    from voicecoach.apps.grade_command import BatchOptions, grade_command
    from voicecoach.apps.options import GradeOptions

    options = GradeOptions(
        model=model,
        device=device,
        compute_type=compute_type,
        audio_window=audio_window(window),
        language=language,
        rubric=rubric,
        persona=persona,
        trainee_channel=channel(trainee_channel),
        trainee_only=trainee_only,
        voice_only=voice_only,
        offline=offline,
    )
    raise typer.Exit(grade_command(paths, options, BatchOptions(out, workers, resume, plain)))


@app.command()
def listen(  # noqa: PLR0913 - one parameter an option
    *,
    recording: Annotated[Path, typer.Argument(help="A recorded call.")],
    model: Model = None,
    device: Device = "auto",
    compute_type: ComputeType = None,
    window: Window = None,
    language: Language = "en",
    persona: PersonaName = None,
    trainee_channel: Annotated[
        str, typer.Option(metavar="left|right|0..n", help="Where the trainee is recorded.")
    ] = "left",
    trainee_only: TraineeOnly = False,
    offline: Offline = False,
    plain: Annotated[bool, typer.Option("--plain", help="Lines of final words only.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, partials too.")] = False,
) -> None:
    """Play a recording at the speed of life and show what is heard: words, voice, ends of turns."""
    from voicecoach.apps.listen_command import listen_command
    from voicecoach.apps.options import GradeOptions

    options = GradeOptions(
        model=model,
        device=device,
        compute_type=compute_type,
        audio_window=audio_window(window),
        language=language,
        persona=persona,
        trainee_channel=None if trainee_only else channel(trainee_channel),
        trainee_only=trainee_only,
        offline=offline,
    )
    raise typer.Exit(listen_command(recording, options, plain=plain, as_json=json))


@app.command()
def doctor(
    *,
    model: Model = None,
    clips: Annotated[
        Path | None, typer.Option(help="Folder with pairs of NAME.wav and NAME.txt, its words.")
    ] = None,
    device: Device = "auto",
    compute_type: ComputeType = None,
    language: Annotated[str, typer.Option(help="Language of the clips.")] = "en",
    offline: Offline = False,
) -> None:
    """What this machine has, and which audio window a model gets. Exit status: 1 if no model is here."""
    from voicecoach.apps.doctor_command import DoctorOptions, doctor_command

    raise typer.Exit(doctor_command(DoctorOptions(model, clips, device, compute_type, language, offline)))


@app.command()
def bench(
    *,
    names: Annotated[list[str] | None, typer.Argument(help="Benches to run; unsaid, all.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write figures here; unsaid, build/bench in the source tree.")
    ] = None,
    short: Annotated[bool, typer.Option("--short", help="A minute or so each: do they run?")] = False,
    again: Annotated[bool, typer.Option("--again", help="Measure again what was measured already.")] = False,
) -> None:
    """Measure speed and accuracy again, from the source tree. Exit status: 1 if any bench failed."""
    from voicecoach.apps.bench_command import BenchOptions, bench_command

    raise typer.Exit(bench_command(names or (), BenchOptions(out, short, again)))
