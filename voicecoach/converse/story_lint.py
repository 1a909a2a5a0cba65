"""What is wrong or odd about a story: what nobody can state, grant or ask.

Each is tried on the caller's own ears (``hearing.py``): what is not heard here is not heard in a call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voicecoach.converse.line_lint import spoken
from voicecoach.converse.told import matter, tells
from voicecoach.converse.trial import heard_alone
from voicecoach.facts import Fact, Step
from voicecoach.findings import Finding, Place, error, hint, path_text, warning
from voicecoach.persona import Persona
from voicecoach.phrases import holds_exactly, holds_phrase, holds_words
from voicecoach.role import Role
from voicecoach.telling import Answer, Grant

TELLING_WORDS, TELLING_DIGITS = 2, 3
"""What all wordings of an answer must share, one or the other, before another line can be said to tell it."""

# --- facts ------------------------------------------------------------------------------------------


def lint_facts(persona: Persona) -> Iterator[Finding]:
    """Facts whose right answers do not count."""
    for at, fact in enumerate(persona.facts):
        lost = [right for right in fact.right if not _can_be_stated(fact, right)]
        place = ("facts", at, "right")
        if len(lost) == len(fact.right):
            problem = f"nobody can state {fact.id!r}: {_attempt(fact, lost[0])}"
            yield error(place, problem, _way_out(fact, lost[0]))
        elif lost:
            problem = f"{lost[0]!r} never counts as right: {_attempt(fact, lost[0])}"
            yield warning((*place, fact.right.index(lost[0])), problem, _way_out(fact, lost[0]))


def statements(fact: Fact) -> Iterator[str]:
    """Sentences that state a fact rightly, made of its own topics and answers."""
    for right in fact.right:
        yield from (text for topic in fact.topic if fact.stated(text := f"{topic} {right}"))


def _can_be_stated(fact: Fact, right: str) -> bool:
    return any(fact.stated(f"{topic} {right}") for topic in fact.topic)


def _attempt(fact: Fact, right: str) -> str:
    text = f"{fact.topic[0]} {right}"
    return f"{text!r} is {'wrong' if fact.stated(text) is False else 'no statement'} by this file"


def _way_out(fact: Fact, right: str) -> str:
    if clash := next(
        (wrong for wrong in fact.wrong if holds_exactly(f"{fact.topic[0]} {right}", wrong)), None
    ):
        return f"Take {clash!r} off wrong, or make it longer"
    return "Write topic and right so that one after the other makes a statement, without not or never"


# --- what the caller wants and knows ----------------------------------------------------------------


def lint_story(persona: Persona, role: Role) -> Iterator[Finding]:
    """Findings about needs, answers, a hidden grievance, and what the caller knows."""
    for at, need in enumerate(role.needs):
        yield from _ungrantable(persona, role, need, ("role", "needs", at))
    for at, other in enumerate(role.alternatives):
        yield from _ungrantable(persona, role, other, ("role", "alternatives", at))
    for at, answer in enumerate(role.answers):
        yield from _asked(persona, role, answer, ("role", "answers", at))
        yield from _told_by(role, answer, ("role", "answers", at))
        yield from _told_besides(role, answer, ("role", "answers", at))
    yield from _knows(persona, role)
    yield from _triggers(persona, role)


def _ungrantable(persona: Persona, role: Role, grant: Grant, place: Place) -> Iterator[Finding]:
    """A grant that no sentence shows, and phrases of one that never do."""
    deaf = [phrase for phrase in grant.phrases if not grants(persona, role, grant, phrase)]
    if not can_be_said(persona, role, grant):
        problem = f"no sentence of a trainee grants {grant.id!r}"
        remedy = "Give it a phrase that stands in a plain statement, or a fact that can be stated"
        yield error((*place, "id"), problem, remedy)
    else:
        for phrase in deaf:
            problem = f"{phrase!r} grants nothing: it denies or asks"
            remedy = "Write it as part of a statement, without not, never, can't or a question mark"
            yield warning((*place, "phrases", grant.phrases.index(phrase)), problem, remedy)


def grants(persona: Persona, role: Role, grant: Grant, text: str) -> bool:
    """Whether the words of a sentence grant this."""
    heard = heard_alone(persona, role, text)
    return grant.id in {one.id for one, _ in (*heard.granted, *heard.alternatives)}


def by_acts(persona: Persona, grant: Grant) -> bool:
    """Whether something is granted by what a sentence does, whatever its words."""
    return bool(grant.acts) or any(step.acts for step in _steps(persona, grant))


def can_be_said(persona: Persona, role: Role, grant: Grant) -> bool:
    """Whether there is any sentence that grants this."""
    if by_acts(persona, grant):
        return True
    phrases = [*grant.phrases, *(phrase for step in _steps(persona, grant) for phrase in step.phrases)]
    stated = [text for fact in persona.facts if fact.id in grant.facts for text in statements(fact)]
    return any(grants(persona, role, grant, text) for text in (*phrases, *stated))


def _steps(persona: Persona, grant: Grant) -> Sequence[Step]:
    return [step for step in persona.process if step.id in grant.steps]


def _asked(persona: Persona, role: Role, answer: Answer, place: Place) -> Iterator[Finding]:
    """Questions that this caller does not understand, or takes for two."""
    for n, phrase in enumerate(answer.asked):
        others = [other.id for other in role.answers if other is not answer and _is_asked(other, phrase)]
        understood = {one.id for one in heard_alone(persona, role, f"{phrase}?").asked}
        if answer.id not in understood:
            problem = f"who asks {phrase!r} does not get this answer"
            yield error((*place, "asked", n), problem, "Word it so that no other question has the same words")
        elif others:
            problem = f"who asks {phrase!r} gets {_listed(others)} as well"
            remedy = "Make the shorter phrase longer, or take it off one of the answers"
            yield warning((*place, "asked", n), problem, remedy)


def _is_asked(answer: Answer, text: str) -> bool:
    return any(holds_words(text, phrase) for phrase in answer.asked)


def _listed(ids: Sequence[str]) -> str:
    return " and ".join(repr(one) for one in ids)


def _told_by(role: Role, answer: Answer, place: Place) -> Iterator[Finding]:
    for n, phrase in enumerate(answer.told_by):
        if not any(holds_phrase(text, phrase) for _, text in spoken(role)):
            problem = f"no line of the caller's holds {phrase!r}"
            yield warning(
                (*place, "told_by", n), problem, "Write it as one of the lines has it, or remove it"
            )


def _told_besides(role: Role, answer: Answer, place: Place) -> Iterator[Finding]:
    """Lines that tell an answer by the way, unknown to it: who asks all the same is not blamed for that."""
    core = matter(answer.say)
    if len(core.split()) < TELLING_WORDS and sum(map(str.isdigit, core)) < TELLING_DIGITS:
        return
    for where, text in spoken(role):
        known = text in answer.say or any(holds_phrase(text, phrase) for phrase in answer.told_by)
        if not known and tells(text, core):
            problem = f"{text!r} tells {answer.id!r} too, and does not count as telling it"
            yield hint(where, problem, f"Add a phrase of it to told_by of {answer.id} ({path_text(place)})")
            return


def _knows(persona: Persona, role: Role) -> Iterator[Finding]:
    lines = [text for _, text in spoken(role)]
    for n, known in enumerate(role.knows):
        fact = next(fact for fact in persona.facts if fact.id == known)
        phrases = (*fact.topic, *fact.right)
        if not any(holds_phrase(text, phrase) for text in lines for phrase in phrases):
            problem = f"the caller knows {known!r}, and never says a word about it"
            yield hint(("role", "knows", n), problem, "Let a detail or an answer show that they know")


def _triggers(persona: Persona, role: Role) -> Iterator[Finding]:
    """What provokes the caller although the file itself wants it said."""
    policies = () if persona.desk is None else persona.desk.policies
    due = [(f"the policy {policy.title!r}", policy.text) for policy in policies]
    due += [(f"a right answer of {fact.id!r}", right) for fact in persona.facts for right in fact.right]
    due += [(f"the step {step.id!r}", phrase) for step in persona.process for phrase in step.phrases]
    for n, trigger in enumerate(role.triggers):
        if where := next((what for what, text in due if holds_exactly(text, trigger)), None):
            problem = f"{trigger!r} provokes this caller and stands in {where}"
            remedy = "Choose another trigger: who says what the file wants must not be cut off for it"
            yield warning(("role", "triggers", n), problem, remedy)
