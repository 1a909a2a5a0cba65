"""What is wrong or odd about a rubric that can be read: findings for its author.

An error makes the rubric unusable; a warning says that it probably does not mean what it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voicecoach.findings import Finding, Place, error, warning
from voicecoach.rubric import Criterion, Rubric, Scale
from voicecoach.scorecard import Skill

WHOLE = 100.0
"""Points without bonus."""

MOST_BONUS = 5.0
"""Points that all bonuses together should add. Own default: visible, but never a way to pass."""

LEAST_SHARE = 0.3
"""Weight that hard or soft skills should have at least. Own default."""

SHORTEST_TEXT = 15
"""Characters that an observable piece of evidence takes to describe. Own default."""


def lint(rubric: Rubric) -> list[Finding]:
    """All findings, in the order of the rubric."""
    return [
        *_ids(rubric),
        *_weights(rubric),
        *_sections(rubric),
        *(one for i, criterion in enumerate(rubric.criteria) for one in _texts(criterion, ("criteria", i))),
        *_scales(rubric),
        *_balance(rubric),
    ]


def _ids(rubric: Rubric) -> Iterator[Finding]:
    yield from _repeated("sections", [section.id for section in rubric.sections])
    yield from _repeated("criteria", [criterion.id for criterion in rubric.criteria])
    rules = [rule.id for rule in rubric.fail_all]
    yield from _repeated("fail_all", rules)
    for index, rule in enumerate(rubric.fail_section):
        if rule.id in rules or rule.id in [other.id for other in rubric.fail_section[:index]]:
            yield error(
                ("fail_section", index, "id"), f"the id {rule.id!r} is used twice", "Rename one of them"
            )


def _repeated(where: str, ids: Sequence[str]) -> Iterator[Finding]:
    for index, one in enumerate(ids):
        if one in ids[:index]:
            yield error((where, index, "id"), f"the id {one!r} is used twice", "Rename one of them")


def _weights(rubric: Rubric) -> Iterator[Finding]:
    regular = sum(criterion.weight for criterion in rubric.criteria if not criterion.bonus)
    if abs(regular - WHOLE) > 1e-6:
        missing = WHOLE - regular
        change = f"Add {missing:g} to the weights" if missing > 0 else f"Take {-missing:g} off the weights"
        yield error(("criteria",), f"the weights without bonus sum to {regular:g}, not 100", change)
    bonus = sum(criterion.weight for criterion in rubric.criteria if criterion.bonus)
    if bonus > MOST_BONUS:
        problem = f"the bonuses add up to {bonus:g} points"
        yield warning(("criteria",), problem, f"Keep them at {MOST_BONUS:g} or less, or they hide misses")


def _sections(rubric: Rubric) -> Iterator[Finding]:
    known = [section.id for section in rubric.sections]
    listed = f"Use one of {', '.join(known)}, or add it under sections"
    used = {criterion.section for criterion in rubric.criteria}
    for index, criterion in enumerate(rubric.criteria):
        if criterion.section not in known:
            place = ("criteria", index, "section")
            yield error(place, f"there is no section {criterion.section!r}", listed)
    for index, rule in enumerate(rubric.fail_section):
        if rule.section not in known:
            yield error(("fail_section", index, "section"), f"there is no section {rule.section!r}", listed)
    for index, section in enumerate(known):
        if section not in used:
            problem = f"no criterion is in the section {section!r}"
            yield warning(("sections", index), problem, "Remove it or use it")


def _texts(criterion: Criterion, place: Place) -> Iterator[Finding]:
    if len(criterion.evidence.strip()) < SHORTEST_TEXT:
        problem = "the evidence does not say what a coach will see or hear"
        remedy = "Describe something observable: a quote, a silence, an order of events"
        yield error((*place, "evidence"), problem, remedy)
    na_when = criterion.na_when.strip()
    if not na_when:
        remedy = 'Say when it does not apply, or "never: ..." and why'
        yield error((*place, "na_when"), "it is not said when this does not apply", remedy)
    elif na_when.lower().startswith("never") and len(na_when.partition(":")[2].strip()) < SHORTEST_TEXT:
        yield error((*place, "na_when"), "'never' comes without its reason", 'Write "never: ..." and why')


def _scales(rubric: Rubric) -> Iterator[Finding]:
    for index, criterion in enumerate(rubric.criteria):
        if criterion.scale is Scale.BINARY and not criterion.bonus:
            problem = "on a binary scale a near miss earns nothing"
            yield warning(
                ("criteria", index, "scale"), problem, "Use 0-2 unless half of it is really worthless"
            )


def _balance(rubric: Rubric) -> Iterator[Finding]:
    regular = [criterion for criterion in rubric.criteria if not criterion.bonus]
    whole = sum(criterion.weight for criterion in regular)
    for skill in Skill:
        share = (
            sum(criterion.weight for criterion in regular if criterion.skill is skill) / whole if whole else 0
        )
        if share < LEAST_SHARE:
            problem = f"{skill.value} skills carry {100 * share:.0f} % of the weight"
            remedy = (
                f"Give them {100 * LEAST_SHARE:.0f} % or more, unless the rubric is meant for one half only"
            )
            yield warning(("criteria",), problem, remedy)
