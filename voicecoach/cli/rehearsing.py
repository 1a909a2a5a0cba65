"""Commands about rehearsing: a call on a headset, a demonstration without one, the sound devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from voicecoach.cli.options import (
    ComputeType,
    Device,
    Model,
    Offline,
    RubricName,
    Window,
    audio_window,
    character_named,
    level_named,
)

if TYPE_CHECKING:
    from voicecoach.apps.language_model import ModelChoice
    from voicecoach.apps.retry_setup import Turning

app = typer.Typer()

SHOWN = "returns-desk"
"""Who calls in a demonstration, if nobody is named."""

PersonaToCall = Annotated[
    str | None, typer.Argument(help="Who calls: a persona's name or file.", show_default=False)
]
Retry = Annotated[
    str | None,
    typer.Option(
        "--retry", metavar="CALL", help="Try a kept call again: its id; needs --turn.", show_default=False
    ),
]
TurnAgain = Annotated[
    int | None,
    typer.Option(
        "--turn", min=1, help="From which of your turns; the report numbers them.", show_default=False
    ),
]
Seed = Annotated[int | None, typer.Option(min=0, help="Of the caller's chances; unsaid, drawn and told.")]
LevelName = Annotated[str, typer.Option("--level", help="easy, medium or hard.")]
Hints = Annotated[bool, typer.Option("--hints", help="Short hints during the call.")]
PlainCall = Annotated[bool, typer.Option("--plain", help="Lines of text instead of a full screen.")]
Keep = Annotated[
    bool | None, typer.Option("--keep/--no-keep", help="Keep this call; unsaid, as you once answered.")
]
Llm = Annotated[
    str | None,
    typer.Option(
        "--llm",
        metavar="URL",
        help="A language model on this machine words the caller's lines.",
        show_default=False,
    ),
]
LlmModel = Annotated[
    str | None,
    typer.Option("--llm-model", metavar="NAME", help="Which, if it has several.", show_default=False),
]


@app.command()
def rehearse(  # noqa: PLR0913 - one parameter an option
    *,
    persona: PersonaToCall = None,
    model: Model = None,
    device: Device = "auto",
    compute_type: ComputeType = None,
    window: Window = None,
    rubric: RubricName = "default",
    offline: Offline = False,
    level: LevelName = "medium",
    seed: Seed = None,
    retry: Retry = None,
    turn: TurnAgain = None,
    hints: Hints = False,
    plain: PlainCall = False,
    keep: Keep = None,
    name: Annotated[str | None, typer.Option(help="Who rehearses.")] = None,
    microphone: Annotated[str | None, typer.Option(help="Sound device, by name or number.")] = None,
    loudspeaker: Annotated[str | None, typer.Option(help="Sound device, by name or number.")] = None,
    phone_line: Annotated[
        bool, typer.Option("--phone-line", help="The caller sounds as through a telephone.")
    ] = False,
    llm: Llm = None,
    llm_model: LlmModel = None,
) -> None:
    """Answer a call from an upset caller, on a headset. Exit status: 1 if nobody answered."""
    words = _language_model(llm, llm_model)
    from voicecoach.apps.options import GradeOptions
    from voicecoach.apps.rehearse_command import RehearseOptions, rehearse_command

    again = _turning(retry, turn)
    if again is None and persona is None:
        raise typer.BadParameter("name a persona who calls, or a call to --retry")
    if again is not None and (model, seed, rubric, level) != (None, None, "default", "medium"):
        raise typer.BadParameter("--retry takes model, rubric, level and seed from the call")
    grade = GradeOptions(
        model=model,
        device=device,
        compute_type=compute_type,
        audio_window=audio_window(window),
        rubric=rubric,
        offline=offline,
    )
    options = RehearseOptions(
        persona=persona,
        grade=grade,
        level=level_named(level),
        seed=seed,
        again=again,
        hints=hints,
        plain=plain,
        keep=keep,
        trainee=name,
        microphone=microphone,
        loudspeaker=loudspeaker,
        phone_line=phone_line,
        llm=words,
    )
    raise typer.Exit(rehearse_command(options))


@app.command()
def demo(  # noqa: PLR0913 - one parameter an option
    *,
    persona: Annotated[
        str | None,
        typer.Argument(help=f"Who calls: a persona's name or file; unsaid, {SHOWN}.", show_default=False),
    ] = None,
    trainee: Annotated[
        str, typer.Option(help="expert, novice, rude, silent, rambling or interrupting.")
    ] = "expert",
    level: LevelName = "medium",
    seed: Annotated[int, typer.Option(min=0, help="Of everybody's chances.")] = 1,
    retry: Retry = None,
    turn: TurnAgain = None,
    fast: Annotated[bool, typer.Option("--fast", help="Faster than real time, in lines of text.")] = False,
    plain: PlainCall = False,
    keep: Annotated[bool, typer.Option("--keep/--no-keep", help="Keep the call and its report.")] = True,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the report in the browser.")
    ] = True,
    llm: Llm = None,
    llm_model: LlmModel = None,
) -> None:
    """Watch a simulated trainee answer an upset caller: no headset, no network."""
    words = _language_model(llm, llm_model)
    from voicecoach.apps.demo_command import DemoOptions, demo_command

    again = _turning(retry, turn)
    options = DemoOptions(
        persona=persona or (None if again else SHOWN),
        trainee=character_named(trainee),
        level=level_named(level),
        seed=seed,
        fast=fast,
        plain=plain,
        keep=keep,
        open_browser=open_browser,
        again=again,
        llm=words,
    )
    raise typer.Exit(demo_command(options))


def _turning(call: str | None, turn: int | None) -> Turning | None:
    """Which call is tried again, and from where."""
    if call is None and turn is None:
        return None
    if call is None or turn is None:
        raise typer.BadParameter("--retry CALL and --turn N go together")
    from voicecoach.apps.retry_setup import Turning

    return Turning(call, turn)


def _language_model(url: str | None, name: str | None) -> ModelChoice | None:
    """Which language model words the lines; an address elsewhere is refused before anything is loaded."""
    if url is None:
        if name is not None:
            raise typer.BadParameter("--llm-model needs --llm URL")
        return None
    from voicecoach.devices.local_address import local_address

    address = local_address(url)
    from voicecoach.apps.language_model import ModelChoice

    return ModelChoice(address, name)


@app.command()
def devices(
    *,
    use_input: Annotated[
        str | None, typer.Option(metavar="NAME|NUMBER", help="Microphone to use from now on, or: default.")
    ] = None,
    use_output: Annotated[
        str | None, typer.Option(metavar="NAME|NUMBER", help="Loudspeaker to use from now on, or: default.")
    ] = None,
    test: Annotated[
        bool, typer.Option("--test", help="Play a tone and show the microphone's level.")
    ] = False,
) -> None:
    """Microphones and loudspeakers, and which are used. Exit status: 1 if a tested microphone is silent."""
    from voicecoach.apps.devices_command import DevicesOptions, devices_command

    raise typer.Exit(devices_command(DevicesOptions(use_input, use_output, test)))
