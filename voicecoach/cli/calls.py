"""Commands about kept calls."""

from __future__ import annotations

from typing import Annotated

import typer

from voicecoach.cli.options import Model

app = typer.Typer()
calls = typer.Typer(help="The calls you have rehearsed.", rich_markup_mode=None)
app.add_typer(calls, name="calls")

CallId = Annotated[str, typer.Argument(help="A call's id, or enough of its beginning.")]


@calls.callback(invoke_without_command=True)
def list_calls(
    context: typer.Context,
    *,
    json: Annotated[bool, typer.Option("--json", help="As JSON, for other programs.")] = False,
) -> None:
    """List your calls, the newest first."""
    if context.invoked_subcommand is None:
        from voicecoach.apps.calls_command import list_calls as act

        raise typer.Exit(act(as_json=json))


@calls.command("delete")
def delete_call(call: Annotated[str, typer.Argument(help="A call's whole id.")]) -> None:
    """Delete a call for good, with its sound and its scorecards."""
    from voicecoach.apps.calls_command import delete_call as act

    raise typer.Exit(act(call))


@calls.command("forget-consent")
def forget_consent() -> None:
    """Take back who may keep calls: the next rehearsal asks again."""
    from voicecoach.apps.calls_command import forget_consent as act

    raise typer.Exit(act())


@app.command()
def replay(
    call: CallId,
    *,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open it in the browser.")] = True,
) -> None:
    """A kept call's report: listen, read, see what moved the caller."""
    from voicecoach.apps.replay_command import replay_command

    raise typer.Exit(replay_command(call, open_browser=open_browser))


@app.command()
def recover(
    calls: Annotated[list[str] | None, typer.Argument(help="Ids of calls that were broken off.")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    model: Model = None,
) -> None:
    """Keep calls that a crash or a power cut broke off. Exit status: 1 if any cannot be kept."""
    from voicecoach.apps.recover_command import recover_command

    raise typer.Exit(recover_command(calls or (), everything=everything, model=model))
