"""Has a language model on this machine ready to word a caller's lines, before it rings.

Laws
----
* A server that cannot be used is an error before the call; during one, lines are said as they are written.
* It is told to the user which model words the lines, and whether it is quick enough for that.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from time import monotonic

from voicecoach.apps.retrying import Past
from voicecoach.conversation import Band, Line, Move
from voicecoach.converse.briefing import messages
from voicecoach.converse.delivery import delivery
from voicecoach.converse.rewording import BUDGET, Rewording
from voicecoach.devices.chat_server import ChatServer, ServerError, key_of_environment
from voicecoach.devices.local_address import LocalAddress
from voicecoach.devices.rewriters import InlineRewords, NobodyRewords, RewordThread
from voicecoach.errors import DeviceError, InputError
from voicecoach.facts import ENGLISH
from voicecoach.persona import Persona, role_of
from voicecoach.ports import Rewriter
from voicecoach.rewording import Reword, RewordingBegan
from voicecoach.role import Role
from voicecoach.timeline import seconds

FIRST_S = 120.0
"""A server may load its model only when it is first asked: some gigabytes, from a slow disk."""

LISTED = 20
"""Names in a message."""

LISTING_S = 5.0
"""To list models nothing needs to be loaded."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which language model words the lines."""

    address: LocalAddress
    name: str | None = None
    """None: the only one that the server has."""


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A language model that has answered."""

    server: ChatServer
    name: str


def ready(choice: ModelChoice, persona: Persona, say: Callable[[str], None]) -> LanguageModel:
    """Have the model loaded and tried, and say how it does.

    Raises
    ------
    InputError : there is no such model, or several; or the caller does not speak English.
    DeviceError : the server is not there, or does not answer.
    """
    if persona.caller_language != ENGLISH:
        problem = f"speaks '{persona.caller_language}'; other words can be checked in English only"
        raise InputError(persona.id, problem, "Leave out --llm")
    server = ChatServer(choice.address, key_of_environment())
    try:
        name = _chosen(choice, server.models(LISTING_S))
        say(f"Getting the language model {name} at {server.address} ready ...")
        first, second = _trials(persona)
        server.complete(name, messages(first), FIRST_S)
        began = monotonic()
        server.complete(name, messages(second), FIRST_S)
        took_s = monotonic() - began
    except ServerError as error:
        remedy = "Start the server (docs/language-model.md), or leave out --llm."
        raise DeviceError(f"No language model at {server.address}: {error}. {remedy}") from error
    budget_s = seconds(BUDGET)
    quick = "which is quick enough" if took_s < budget_s else "too slow: most lines are said as written"
    say(f"Lines are worded by {name}: a line took {took_s:.1f} s of {budget_s:g} s, {quick}.")
    return LanguageModel(server, name)


def rewriter(
    model: LanguageModel | None, past: Past | None, stack: ExitStack, *, waits: bool
) -> Rewriter | None:
    """Who words the lines of a call; None: nobody ever did.

    Parameters
    ----------
    past : the call that is taken up again, which may have had a language model.
    waits : whether the call stands still for an answer, instead of going on beside it.
    """
    if model is not None:
        inline = InlineRewords(model.server, model.name)
        return inline if waits else stack.enter_context(RewordThread(model.server, model.name))
    if past is not None and any(
        isinstance(entry.what, RewordingBegan) for entry in past.log.pushed(past.until)
    ):
        return NobodyRewords("the call goes on without a language model")
    return None


def _chosen(choice: ModelChoice, names: list[str]) -> str:
    """The model that was asked for."""
    listed = ", ".join(names[:LISTED]) + (", ..." if len(names) > LISTED else "")
    if choice.name is not None and choice.name not in names:
        remedy = f"Choose one of them with --llm-model: {listed}" if names else "Load a model into the server"
        raise InputError(str(choice.address), f"has no model {choice.name!r}", remedy)
    if choice.name is None and len(names) != 1:
        remedy = f"Choose with --llm-model: {listed}" if names else "Load a model into the server"
        raise InputError(str(choice.address), f"has {len(names)} models", remedy)
    return choice.name or names[0]


def _trials(persona: Persona) -> tuple[Reword, Reword]:
    """Two questions as in the call; they differ at their ends, as all of a call do."""
    role = role_of(persona, persona.id)
    rewording = Rewording(persona, role)
    rewording.push(RewordingBegan("trial"))
    first, second = (_asked(rewording, role, move) for move in (Move.OPENS, Move.COMPLAINS))
    return first, second


def _asked(rewording: Rewording, role: Role, move: Move) -> Reword:
    line = Line(0, move, next(iter(role.lines[move].values()))[0], delivery(role.voice, Band.UPSET))
    reword = rewording.ask(line, Band.UPSET, 0, 0)
    assert reword is not None, "such lines may be said in other words"
    return reword
