"""What is wrong or odd about a file of simulated trainees: experts who err, work that the desk cannot do.

Sentences are read by their words alone; what somebody says back or asks may be taken for a statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from voicecoach.converse.story_lint import by_acts
from voicecoach.converse.trial import heard_alone
from voicecoach.desk import Desk, DeskField
from voicecoach.findings import Finding, Place, error, warning
from voicecoach.persona import Persona
from voicecoach.phrases import is_question
from voicecoach.role import Role
from voicecoach.telling import Need
from voicecoach.trainee_script import Character, DeskWork, Item, Stages, TraineeScript, Turn


def lint_script(script: TraineeScript, persona: Persona | None) -> list[Finding]:
    """All findings about a file of trainees; without a persona, whether somebody knows how to do it."""
    return list(_findings(script, persona))


def _findings(script: TraineeScript, persona: Persona | None) -> Iterator[Finding]:
    if script.expert is None:
        problem = "there is no expert, so nothing shows how this call is solved"
        yield warning((), problem, "Add expert: with 9 to 12 stages")
    if persona is None:
        return
    for character in Character:
        for place, item in _items(script.stages(character) or (), (character.value,)):
            if isinstance(item, DeskWork):
                yield from _work(item, persona.desk or Desk(), place, is_expert=character is Character.EXPERT)
            elif isinstance(item, str) and character is Character.EXPERT and persona.role is not None:
                yield from _untrue(persona, persona.role, item, place)
    if script.expert is not None:
        yield from _left_out(script.expert, persona)


def _items(stages: Stages, place: Place) -> Iterator[tuple[Place, Item]]:
    for s, stage in enumerate(stages):
        for w, wording in enumerate(stage):
            yield from (((*place, s, w, n), item) for n, item in enumerate(wording))


def _untrue(persona: Persona, role: Role, text: str, place: Place) -> Iterator[Finding]:
    if is_question(text):
        return
    for fact, _ in heard_alone(persona, role, text).wrong:
        problem = f"the expert says something wrong about {fact.id!r} ({fact.title})"
        yield warning(place, problem, f"Say it as the file has it: {fact.right[0]}")


# --- work at the desk ---------------------------------------------------------------------------------


def _work(work: DeskWork, desk: Desk, place: Place, *, is_expert: bool) -> Iterator[Finding]:
    """Work that this desk does not have; of the expert's, work that is wrong."""
    titles = [policy.title for policy in desk.policies]
    if work.read is not None and work.read not in titles:
        yield _stranger((*place, "read"), "policy", work.read, titles)
    names = [name for entries in (desk.record, *desk.orders) for name in entries]
    for n, name in enumerate(work.verify or ()):
        if name not in names:
            yield _stranger((*place, "verify", n), "entry", name, names)
        elif is_expert and name not in desk.verify:
            problem = f"{name!r} does not identify the caller"
            yield warning((*place, "verify", n), problem, f"Verify {_listed(desk.verify)}")
    if is_expert and work.look_up is not None and not desk.finds(work.look_up):
        problem = f"{work.look_up!r} finds no record"
        yield warning((*place, "look_up"), problem, f"Look up {_listed(desk.search)}")
    if work.enter is not None:
        yield from _values(work.enter, desk.case, (*place, "enter"), is_expert=is_expert)
    if work.apply is not None:
        yield from _tool(work, desk, place, is_expert=is_expert)


def _tool(work: DeskWork, desk: Desk, place: Place, *, is_expert: bool) -> Iterator[Finding]:
    tool = desk.tool(work.apply or "")
    if tool is None:
        yield _stranger((*place, "apply"), "tool", work.apply or "", [tool.id for tool in desk.tools])
        return
    if is_expert and not tool.due and not tool.allowed:
        problem = f"the expert applies {tool.id!r}, which is a wrong remedy here"
        yield warning((*place, "apply"), problem, "Apply the tool that is due")
    yield from _values(work.values, tool.fields, (*place, "values"), is_expert=is_expert)


def _values(
    values: Mapping[str, str], fields: Sequence[DeskField], place: Place, *, is_expert: bool
) -> Iterator[Finding]:
    known = {field.id: field for field in fields}
    for name, value in values.items():
        field = known.get(name)
        if field is None:
            yield _stranger((*place, name), "field", name, list(known))
        elif is_expert and not field.holds(value):
            problem = f"{value!r} is not right for {name!r}"
            yield warning((*place, name), problem, f"Write {_listed(field.right)}")
    for name in known if is_expert else ():
        if name not in values:
            yield warning(place, f"the expert leaves {name!r} empty", f"Write {_listed(known[name].right)}")


def _stranger(place: Place, what: str, name: str, known: Sequence[str]) -> Finding:
    problem = f"the desk has no {what} {name!r}"
    return error(place, problem, f"Use one of {', '.join(known)}" if known else f"Add the {what} to the desk")


def _listed(names: Sequence[str]) -> str:
    return " or ".join(repr(name) for name in names) or "nothing"


# --- what an expert does not leave out ----------------------------------------------------------------


def _left_out(stages: Stages, persona: Persona) -> Iterator[Finding]:
    """What some drawing of wordings lacks: a need granted, or work that the desk wants done."""
    always = {one for stage in stages for one in set.intersection(*(_done(turn, persona) for turn in stage))}
    for what in _wanted(persona):
        if what not in always:
            yield warning(("expert",), f"the expert may not {what}", "Have it in every wording of one stage")


def _wanted(persona: Persona) -> Iterator[str]:
    desk = persona.desk or Desk()
    if persona.role is not None:
        yield from (_grant(need) for need in persona.role.needs if not by_acts(persona, need))
    if desk.search:
        yield _LOOK_UP
    if desk.verify:
        yield _VERIFY
    yield from (_apply(tool.id) for tool in desk.tools if tool.due)
    if desk.case:
        yield _ENTER


def _done(turn: Turn, persona: Persona) -> set[str]:
    """What a turn does of all that may be wanted."""
    done = set()
    for item in turn:
        if isinstance(item, str) and persona.role is not None:
            done |= {_grant(need) for need, _ in heard_alone(persona, persona.role, item).granted}
        elif isinstance(item, DeskWork):
            done |= {_LOOK_UP} if item.look_up else set()
            done |= {_VERIFY} if item.verify else set()
            done |= {_ENTER} if item.enter else set()
            done |= {_apply(item.apply)} if item.apply else set()
    return done


_LOOK_UP, _VERIFY, _ENTER = "look up the record", "verify the caller", "enter the case"


def _grant(need: Need) -> str:
    return f"grant {need.id!r}"


def _apply(tool: str) -> str:
    return f"apply {tool!r}, which is due"
