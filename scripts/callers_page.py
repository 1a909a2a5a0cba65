"""Write ``docs/callers.md``: everybody who can be rehearsed with, read off their files.

``python scripts/callers_page.py`` rewrites the page; a test fails when it is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from voicecoach.converse.mood import band_of
from voicecoach.devices.documents import PERSONAS, read_persona, shipped
from voicecoach.persona import Persona, role_of

PATH = Path(__file__).parents[1] / "docs" / "callers.md"

HEAD = """# The callers

`voicecoach rehearse NAME`, or `voicecoach demo NAME` to watch a simulated trainee first. Each of them comes
in three levels (`--level easy`, `medium`, `hard`): quicker or slower to anger, easier or harder to calm, with
or without a second grievance behind the first. Training leads read more with `voicecoach personas show NAME`,
and [write their own](writing-personas.md). Trainees may read this page: what a caller hides is not on it.

| name | who calls | at the start | what is to be done |
|---|---|---|---|
"""


def text() -> str:
    """The page's text."""
    personas = [read_persona(name) for name in shipped(PERSONAS)]
    rows = "\n".join(map(_row, personas))
    return f"{HEAD}{rows}\n\n{''.join(map(_story, personas))}".rstrip() + "\n"


def _row(persona: Persona) -> str:
    temper = role_of(persona, persona.id).temper
    who = ", ".join(_who(persona))
    mood = f"{band_of(temper.anger)} ({temper.anger:g})"
    return f"| [`{persona.id}`](#{persona.id}) | {who} | {mood} | {', '.join(_work(persona))} |"


def _who(persona: Persona) -> Iterator[str]:
    yield persona.caller.name
    if persona.caller.age is not None:
        yield str(persona.caller.age)
    if persona.caller_language != "en":
        yield f"speaks {persona.caller_language}"


def _work(persona: Persona) -> Iterator[str]:
    """What a trainee has to do: verify, look up, apply, enter."""
    desk = persona.desk
    if desk is None:
        return
    if desk.search:
        yield "look up"
    if desk.verify:
        yield f"verify {len(desk.verify)}"
    yield from (tool.title[0].lower() + tool.title[1:] for tool in desk.tools if tool.due)
    if desk.case:
        yield f"case of {len(desk.case)} fields"


def _story(persona: Persona) -> str:
    caller = persona.caller
    told = [f"**{persona.title}.**", caller.situation, caller.background or "", f"Wants: {caller.wants}"]
    return f"### {persona.id}\n\n{' '.join(part for part in told if part)}\n\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{PATH}\n")
