"""Commands about the files that people write: rubrics, and the callers of personas."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voicecoach.cli.options import character_named, level_named

app = typer.Typer()
rubrics = typer.Typer(
    help="The rubrics that calls are graded on.", no_args_is_help=True, rich_markup_mode=None
)
personas = typer.Typer(
    help="The callers to rehearse with, and writing one.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(personas, name="personas")
app.add_typer(rubrics, name="rubrics")


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


@personas.command("list")
def list_personas() -> None:
    """Callers that ship with the package, and those in files of this folder."""
    from voicecoach.apps.personas_command import list_personas as act

    act()


@personas.command("show")
def show_persona(name: Annotated[str, typer.Argument(help="A shipped caller's name, or a file.")]) -> None:
    """A caller's whole story, for training leads: it tells what a trainee is to find out."""
    from voicecoach.apps.personas_command import show_persona as act

    act(name)


@personas.command("check")
def check_personas(
    files: Annotated[list[Path], typer.Argument(help="Files of callers, or of trainees.")],
) -> None:
    """Everything that is wrong or odd about callers' files. Exit status: 1 if any cannot be used."""
    from voicecoach.apps.personas_command import check_personas as act

    raise typer.Exit(act(files))


@personas.command("try")
def try_persona(
    *,
    name: Annotated[str, typer.Argument(help="A shipped caller's name, or a file.")],
    trainee: Annotated[
        str, typer.Option(help="expert, novice, rude, silent, rambling or interrupting.")
    ] = "expert",
    level: Annotated[str, typer.Option(help="easy, medium or hard.")] = "medium",
    seed: Annotated[int, typer.Option(min=0, help="Of everybody's chances.")] = 1,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="How so many calls of each trainee end, instead of one to read.")
    ] = None,
) -> None:
    """A call in text, for whoever writes callers. Exit status with --seeds: 1 if ends are not as wanted."""
    from voicecoach.apps.persona_trial import try_everybody
    from voicecoach.apps.persona_trial import try_persona as act

    if seeds is not None:
        raise typer.Exit(try_everybody(name, level_named(level), seeds))
    act(name, level_named(level), character_named(trainee), seed)


@personas.command("new")
def new_persona(
    *,
    file: Annotated[Path, typer.Argument(help="The file to write.")] = Path("my-caller.yaml"),
    start: Annotated[
        str | None, typer.Option("--from", metavar="NAME", help="Copy this caller instead of asking.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
) -> None:
    """Make a caller in an interview. Exit status: 1 if it was broken off or the file has errors."""
    from voicecoach.apps.new_persona import new_persona as act

    raise typer.Exit(act(file, start, force=force))
