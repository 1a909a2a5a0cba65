"""Judges of the work at the desk: the remedy that was applied, and the case that was entered.

They read the desk's log of a rehearsal. A recording has none, and a story may have no desk: they abstain.
"""

from __future__ import annotations

from voicecoach.desk import Desk
from voicecoach.desk_check import ToolCheck, check_case, check_tools
from voicecoach.judge_settings import CaseEntry, Remedy
from voicecoach.persona import Persona
from voicecoach.score.judgment import (
    Case,
    Judgment,
    clock,
    counted,
    judged,
    not_applicable,
    not_measurable,
)
from voicecoach.scorecard import Evidence
from voicecoach.speech import Speaker
from voicecoach.timeline import Span

NO_LOG = "No record of the work at the desk: a recording holds none."

CERTAIN = 1.0
"""What was typed is known."""


def desk_of(case: Case) -> Desk | None:
    """The desk of the call's story, if it has one."""
    return case.facts.desk if isinstance(case.facts, Persona) else None


def moment(case: Case, at: int, what: str) -> Evidence:
    """Something at the desk as evidence; after the call's end, at its last sample."""
    end = case.call.span.end
    return clock(Span(min(at, end - 1), min(at, end - 1) + 1), Speaker.TRAINEE, what)


def remedy(case: Case, _: Remedy) -> Judgment:
    """What is due was done, with the right values, in order; nothing was done that is no remedy here."""
    desk = desk_of(case)
    if desk is None or not any(tool.due for tool in desk.tools):
        return not_applicable("Nothing has to be done at the desk in this story.")
    if case.call.desk is None:
        return not_measurable(NO_LOG)
    checks = check_tools(desk, case.call.desk)
    evidence = [_used(case, check) for check in checks if check.used is not None]
    problems = [problem for check in checks for problem in check.problems]
    if not problems:
        return judged(1.0, f"Did what was due: {_titles(checks)}.", evidence, CERTAIN)
    reason = f"Not right at the desk: {'; '.join(problems)}."
    undone = [check for check in checks if check.tool.due and check.used is None]
    needless = [check for check in checks if not check.tool.due and not check.tool.allowed]
    return judged(0.0 if undone or needless else 0.5, reason, evidence, CERTAIN)


def case_entry(case: Case, _: CaseEntry) -> Judgment:
    """The case says what happened, field by field; half of the fields right is half met."""
    desk = desk_of(case)
    if desk is None or not desk.case:
        return not_applicable("This story has no case to enter.")
    if case.call.desk is None:
        return not_measurable(NO_LOG)
    saved, values = check_case(desk, case.call.desk)
    if saved is None:
        return judged(0.0, "No case was entered.", [], CERTAIN)
    wrong = [value for value in values if not value.is_right]
    entered = [f"{value.field.title}: {value.entered or 'nothing'}" for value in values]
    evidence = [moment(case, saved.at, what) for what in entered]
    if not wrong:
        return judged(1.0, f"All {counted(len(values), 'field')} of the case are right.", evidence, CERTAIN)
    reason = f"Wrong in the case: {'; '.join(value.problem for value in wrong)}."
    return judged(0.5 if 2 * len(wrong) <= len(values) else 0.0, reason, evidence, CERTAIN)


def _used(case: Case, check: ToolCheck) -> Evidence:
    assert check.used is not None
    values = ", ".join(f"{value.field.title}: {value.entered or 'nothing'}" for value in check.values)
    return moment(case, check.used.at, f"{check.tool.title}{f' ({values})' if values else ''}")


def _titles(checks: tuple[ToolCheck, ...]) -> str:
    return ", ".join(check.tool.title for check in checks if check.tool.due)
