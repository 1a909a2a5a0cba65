"""The command line: arguments only. Heavy modules are imported where a command needs them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicecoach import __version__
from voicecoach.errors import VoicecoachError

if TYPE_CHECKING:
    from voicecoach.devices.window import AudioWindow

app = typer.Typer(
    help="A flight simulator for hard phone calls: grade recordings, on your own machine.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
rubrics = typer.Typer(
    help="The rubrics that calls are graded on.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(rubrics, name="rubrics")

USAGE = 2
"""Exit status when the request itself is at fault."""


def main() -> None:
    """Run the command; what the user can mend is told in one line."""
    try:
        app()
    except VoicecoachError as error:
        from rich.console import Console

        from voicecoach.apps.terminal import show_error

        show_error(Console(stderr=True), f"voicecoach: {error}")
        sys.exit(USAGE)


def _version(asked: bool) -> None:  # noqa: FBT001 - typer's signature
    if asked:
        typer.echo(f"voicecoach {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """A flight simulator for hard phone calls: grade recordings, on your own machine."""


def _channel(text: str) -> int | None:
    """A channel's number from 0; None for *auto*."""
    names = {"auto": None, "left": 0, "right": 1}
    if text in names:
        return names[text]
    if text.isdecimal():
        return int(text)
    raise typer.BadParameter("--trainee-channel is auto, left, right, or a number counted from 0")


def _audio_window(text: str | None) -> AudioWindow | None:
    from voicecoach.devices.window import AudioWindow  # lazy: brings numpy

    if text is None:
        return None
    if text in [*AudioWindow]:
        return AudioWindow(text)
    raise typer.BadParameter("--audio-window is full or adaptive")


Paths = Annotated[list[Path], typer.Argument(help="Recordings, and folders to search for them.")]
Out = Annotated[Path | None, typer.Option(help="Write JSON, HTML reports and tables here.")]
Model = Annotated[
    str | None, typer.Option(help="Speech model: a name (base.en, small, demo ...) or a folder.")
]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]
ComputeType = Annotated[str | None, typer.Option(help="Numbers the model uses: int8, float16 ...")]
Window = Annotated[
    str | None,
    typer.Option(metavar="full|adaptive", help="Sound Whisper hears at a time; unsaid, what doctor found."),
]
Language = Annotated[str, typer.Option(help="Language of the calls; words are judged in en only.")]
RubricName = Annotated[str, typer.Option(help="A shipped rubric's name, or a rubric file.")]
PersonaName = Annotated[
    str | None, typer.Option(help="A persona's name or file, with the facts to get right.")
]
TraineeChannel = Annotated[
    str, typer.Option(metavar="auto|left|right|0..n", help="Where the trainee is recorded.")
]
TraineeOnly = Annotated[bool, typer.Option("--trainee-only", help="Nobody else is recorded.")]
VoiceOnly = Annotated[bool, typer.Option("--voice-only", help="Recognize no words; judge what needs none.")]
Offline = Annotated[bool, typer.Option("--offline", help="Never use the network.")]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Calls graded at a time; unsaid, what the machine carries.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Skip calls already graded into --out.")]
Plain = Annotated[bool, typer.Option("--plain", help="Progress as plain lines.")]


@app.command()
def grade(  # noqa: PLR0913 - one parameter an option
    *,
    paths: Paths,
    out: Out = None,
    model: Model = None,
    device: Device = "auto",
    compute_type: ComputeType = None,
    audio_window: Window = None,
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
        audio_window=_audio_window(audio_window),
        language=language,
        rubric=rubric,
        persona=persona,
        trainee_channel=_channel(trainee_channel),
        trainee_only=trainee_only,
        voice_only=voice_only,
        offline=offline,
    )
    raise typer.Exit(grade_command(paths, options, BatchOptions(out, workers, resume, plain)))


@rubrics.command("list")
def list_rubrics() -> None:
    """Names of the rubrics that ship with the package."""
    from voicecoach.apps.rubrics_command import list_rubrics as act

    act()


@rubrics.command("show")
def show_rubric(name: Annotated[str, typer.Argument(help="A shipped rubric's name, or a file.")]) -> None:
    """A rubric's sections, criteria, weights and rules."""
    from voicecoach.apps.rubrics_command import show_rubric as act

    act(name)


@rubrics.command("check")
def check_rubrics(files: Annotated[list[Path], typer.Argument(help="Rubric files.")]) -> None:
    """Everything that is wrong or odd about rubric files. Exit status: 1 if any cannot be used."""
    from voicecoach.apps.rubrics_command import check_rubrics as act

    raise typer.Exit(act(files))


@app.command()
def listen(  # noqa: PLR0913 - one parameter an option
    *,
    recording: Annotated[Path, typer.Argument(help="A recorded call.")],
    model: Model = None,
    device: Device = "auto",
    compute_type: ComputeType = None,
    audio_window: Window = None,
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
        audio_window=_audio_window(audio_window),
        language=language,
        persona=persona,
        trainee_channel=None if trainee_only else _channel(trainee_channel),
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
