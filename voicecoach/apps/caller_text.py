"""A caller in words for a training lead: who, what happened, what is true, how upset they are.

It tells what a trainee has to find out, and says so first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from voicecoach.apps.outcome_text import printable
from voicecoach.conversation import Band, Move
from voicecoach.converse.line_lint import spoken
from voicecoach.converse.mood import band_of
from voicecoach.converse.moves import DOUBTS_BELOW
from voicecoach.converse.wording import reachable
from voicecoach.desk import Desk
from voicecoach.facts import Fact, Step
from voicecoach.level import Level, at_level
from voicecoach.persona import Persona
from voicecoach.role import Role, Temper

FOR_LEADS = (
    "For training leads: this tells what a trainee is to find out. Who rehearses it should not read it."
)

SHOWS_MOOD = (Move.COMPLAINS, Move.REPEATS, Move.ACCUSES, Move.OPENS, Move.SOFTENS, Move.THANKS)
"""Moves that show a mood best, the best first; for an example of each band."""

NEVER_QUOTED = frozenset({Band.ABUSIVE})
"""Moods whose lines are insults: counted, not shown."""

MARKED, SLIGHT = 1.15, 0.85
"""Gains from which a sensitivity is worth a word: one step of those that shipped callers have, 0.1 to 0.3."""

_MINDS = {
    "time": "waiting",
    "fairness": "rules, doubt and blame",
    "respect": "being talked over or read a script to",
}

Section = tuple[str, Sequence[str]]
"""A heading and its paragraphs."""


def caller_text(persona: Persona) -> RenderableType:
    """The whole story, to print."""
    title = Text(printable(f"{persona.title} ({persona.id} {persona.version})"), style="bold")
    parts: list[RenderableType] = [title, Text(FOR_LEADS, style="italic")]
    for heading, paragraphs in sections(persona):
        parts += [Text(""), Text(heading, style="bold")]
        parts += [Padding(Text(printable(text)), (0, 0, 0, 2)) for text in paragraphs]
    return Group(*parts)


def sections(persona: Persona) -> Iterator[Section]:
    """Headings with their paragraphs, in the order in which a lead asks."""
    caller, role = persona.caller, persona.role
    age = f", {caller.age}" if caller.age is not None else ""
    yield "Who calls", [f"{caller.name}{age}", *([caller.background] if caller.background else [])]
    yield "What happened", [caller.situation]
    yield "What they want", [caller.wants]
    yield "The story", [persona.story]
    if role is not None and role.hidden is not None:
        yield "Hidden behind it, told only to those who ask", [role.hidden.grievance]
    if persona.facts:
        yield "What is true", [_fact(fact) for fact in persona.facts]
    if persona.process:
        yield (
            "What is to be done, in this order",
            [_step(n, step) for n, step in enumerate(persona.process, 1)],
        )
    if role is not None:
        yield "What settles it", list(_settles(role))
        yield "Temper", list(_temper(persona, role.temper))
        yield f"{count_lines(role)} lines, for example", list(_examples(role))
    if persona.desk is not None:
        yield "The trainee's desk", list(_desk(persona.desk))


def _fact(fact: Fact) -> str:
    return f"- {fact.title}" + ("" if fact.material else " (a wrong answer does no harm)")


def _step(number: int, step: Step) -> str:
    return f"{number}. {step.title}" + (" (critical: the call fails without it)" if step.critical else "")


def _settles(role: Role) -> Iterator[str]:
    yield from (f'- {need.id}: "{need.asks[0]}"' for need in role.needs)
    if role.alternatives:
        others = ", ".join(other.id for other in role.alternatives)
        yield f"- or, once they are no longer angry: {others}"


def first_bands(persona: Persona) -> dict[Level, Band]:
    """How upset the caller is at first, by level; for a persona with a role."""
    roles = {level: at_level(persona, level).role for level in Level}
    return {level: band_of(role.temper.anger) for level, role in roles.items() if role is not None}


def _temper(persona: Persona, temper: Temper) -> Iterator[str]:
    at_first = ", ".join(f"{level.value} {band.value}" for level, band in first_bands(persona).items())
    yield f"At first {band_of(temper.anger).value}, {temper.anger:g} of 100 (by level: {at_first})."
    yield f"Never calmer than {band_of(temper.floor).value}; hangs up at {temper.hangs_up_at:g}."
    yield f"{_trust(temper)} Cuts in {_how_often(temper.cuts_in)}."
    minds = [words for name, words in _MINDS.items() if getattr(temper, name) >= MARKED]
    bears = [words for name, words in _MINDS.items() if getattr(temper, name) <= SLIGHT]
    if minds:
        yield f"Minds {', and '.join(minds)} more than most."
    if bears:
        yield f"Bears {', and '.join(bears)} better than most."
    hold = f"{temper.hold_patience_s:g} s on hold unasked" if temper.agrees_to_hold else "no hold"
    yield f"Accepts {hold}; asks whether anybody is there after {temper.hello_after_s:g} s of silence."


def _trust(temper: Temper) -> str:
    if temper.trust < DOUBTS_BELOW:
        return "Doubts kind words until they have been proved."
    return "Is ready to believe kind words."


def _how_often(probability: float) -> str:
    return "often" if probability >= 0.2 else "now and then" if probability >= 0.1 else "seldom"


def count_lines(role: Role) -> int:
    """Sentences that the caller has to say."""
    return sum(1 for _ in spoken(role))


def _examples(role: Role) -> Iterator[str]:
    within = reachable(role)
    for band in (band for band in Band if band in within):
        said = [role.lines[move][band][0] for move in SHOWS_MOOD if band in role.lines.get(move, {})]
        if band in NEVER_QUOTED:
            yield f"{band.value}: not quoted here"
        elif said:
            yield f'{band.value}: "{said[0]}"'


def _desk(desk: Desk) -> Iterator[str]:
    yield f"Policies: {_listed([policy.title for policy in desk.policies])}."
    yield f"Right to do: {_listed([tool.title for tool in desk.tools if tool.due])}."
    yield f"Wrong to do: {_listed([tool.title for tool in desk.tools if not tool.due and not tool.allowed])}."
    yield f"To enter in the case: {_listed([f'{one.title} ({one.right[0]})' for one in desk.case])}."


def _listed(names: Sequence[str]) -> str:
    return "; ".join(names) or "nothing"
