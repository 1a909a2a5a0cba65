"""What is wrong or odd about a trainee's desk: records that nobody can open, rules that nobody can read."""

from __future__ import annotations

from collections.abc import Iterator

from voicecoach.converse.line_lint import spoken
from voicecoach.converse.told import tells
from voicecoach.desk import Desk
from voicecoach.facts import Fact
from voicecoach.findings import Finding, error, hint, warning
from voicecoach.persona import Persona
from voicecoach.phrases import holds_phrase
from voicecoach.quantities import quantities


def lint_desk(persona: Persona, desk: Desk) -> Iterator[Finding]:
    """Findings about the desk of a story."""
    yield from _work(desk)
    yield from _steps(persona, desk)
    yield from _known(persona, desk)
    if persona.role is not None:
        lines = [text for _, text in spoken(persona.role)]
        yield from _search(desk, lines)
        yield from _identity(desk, lines)


def _work(desk: Desk) -> Iterator[Finding]:
    """What there is to do."""
    if not desk.case:
        problem = "the case has no fields, so no entry can be right or wrong"
        yield warning(("desk",), problem, "Add case: with 3 to 5 fields")
    if not desk.tools:
        yield warning(
            ("desk",), "there is no tool, so nothing can be done", "Add tools:, and due: true to one"
        )
    elif not any(tool.due for tool in desk.tools):
        problem = "no tool is due, so nothing that is done is right"
        yield warning(("desk", "tools"), problem, "Add due: true to the one that solves it")
    if not desk.policies:
        yield warning(
            ("desk",), "there is no policy to read", "Add policies: with what is allowed and what not"
        )


def _steps(persona: Persona, desk: Desk) -> Iterator[Finding]:
    """Steps of the procedure that a wrong remedy would show."""
    for at, step in enumerate(persona.process):
        for n, name in enumerate(step.tools):
            tool = desk.tool(name)
            if tool is not None and not tool.due and not tool.allowed:
                problem = f"the step is shown by {name!r}, which is a wrong remedy here"
                yield warning(
                    ("process", at, "tools", n), problem, f"Add due: true to {name}, or name another"
                )


def _known(persona: Persona, desk: Desk) -> Iterator[Finding]:
    """Facts that nobody can look up."""
    shown = [policy.text for policy in desk.policies]
    shown += [
        f"{name}: {value}" for entries in (desk.record, *desk.orders) for name, value in entries.items()
    ]
    for at, fact in enumerate(persona.facts):
        if not any(_holds(text, fact) for text in shown):
            problem = f"{fact.id!r} is in no policy, record or order, so nobody can know it"
            yield warning(
                ("facts", at), problem, f"Write {fact.right[0]!r} into the policy that it comes from"
            )


def _holds(text: str, fact: Fact) -> bool:
    """Whether a right answer stands in a text, as it is said or as it is written ("six forty", 6:40)."""
    values = quantities(text)
    for right in fact.right:
        wanted = quantities(right)
        if wanted and all(any(one.within(other) for one in values) for other in wanted):
            return True
        if not wanted and (holds_phrase(text, right) or tells(text, right)):
            return True
    return False


def _search(desk: Desk, lines: list[str]) -> Iterator[Finding]:
    """What opens the record must be told by the caller."""
    untold = [n for n, term in enumerate(desk.search) if not any(tells(text, term) for text in lines)]
    for n in untold:
        problem = f"no line of the caller's tells {desk.search[n]!r}"
        remedy = "Let an answer say it, numbers digit by digit in words, or remove it"
        if len(untold) == len(desk.search):
            yield error(("desk", "search", n), f"{problem}, and nothing else opens the record", remedy)
        else:
            yield warning(("desk", "search", n), problem, remedy)


def _identity(desk: Desk, lines: list[str]) -> Iterator[Finding]:
    """What identifies the caller must be told by them."""
    entries = (desk.record, *desk.orders)
    for n, name in enumerate(desk.verify):
        values = [shown[name] for shown in entries if name in shown]
        if not any(tells(text, value) for text in lines for value in values):
            problem = f"no line of the caller's tells {name} {values[0]!r}, so it cannot be verified"
            yield warning(("desk", "verify", n), problem, "Let an answer say all of it in one sentence")
    if not desk.verify and desk.record:
        yield hint(
            ("desk", "record"), "nothing identifies the caller", "Add verify: with names of its entries"
        )
