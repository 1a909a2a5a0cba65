"""The command line: arguments only. Heavy modules are imported where a command needs them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from voicecoach import __version__
from voicecoach.cli import calls, files, grading, rehearsing
from voicecoach.cli.options import USAGE
from voicecoach.errors import VoicecoachError

app = typer.Typer(
    help="A flight simulator for hard phone calls, on your own machine.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for commands in (rehearsing, calls, files, grading):
    app.add_typer(commands.app)


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
    """A flight simulator for hard phone calls, on your own machine."""
