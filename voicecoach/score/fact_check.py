"""What the trainee said against the fact table: each fact right, wrong, mended or unsaid.

Laws
----
* A fact is checked only in sentences near its topic; what only repeats the caller is left alone.
* A value counts as wrong only if it is of a kind that the right answer has, near the topic, and no
  accepted value stands in the same sentence. Anything else is *unsaid*: no guess.
* A wrong statement followed by a right one is mended, not wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from voicecoach.acts import ActKind
from voicecoach.call import Call
from voicecoach.desk_log import Applied
from voicecoach.facts import Fact, FactTable, Step
from voicecoach.phrases import holds_phrase
from voicecoach.score.believed import said
from voicecoach.score.wording import Sentence, sentences
from voicecoach.scorecard import Evidence
from voicecoach.speech import Speaker
from voicecoach.timeline import Span


class FactOutcome(StrEnum):
    """How a fact fared in the call."""

    RIGHT = "right"
    WRONG = "wrong"
    MENDED = "mended"
    """Wrong at first, put right later."""
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class FactCheck:
    """One fact and what became of it."""

    fact: Fact
    outcome: FactOutcome
    reason: str
    evidence: tuple[Evidence, ...]
    confidence: float
    """Mean probability of the words that decided."""


@dataclass(frozen=True, slots=True)
class StepCheck:
    """One step of the procedure; `evidence` is None when it was not heard."""

    step: Step
    evidence: Evidence | None
    confidence: float


_RETELLING = ("you said", "you were told", "they told you", "you told", "you mentioned")


def check_facts(call: Call, table: FactTable) -> list[FactCheck]:
    """Each fact of the table against everything the trainee said, in the table's order."""
    spoken = [list(sentences(turn)) for turn in call.turns_of(Speaker.TRAINEE)]
    back = [
        act.span for act in said(call, Speaker.TRAINEE, ActKind.PARAPHRASES, ActKind.CHECKS_UNDERSTANDING)
    ]
    return [_check(fact, spoken, [span.start for span in back]) for fact in table.facts]


def _check(fact: Fact, spoken: Sequence[Sequence[Sentence]], retold: Sequence[int]) -> FactCheck:
    statements = [
        (sentence, outcome)
        for sentence in _near_topic(fact, spoken)
        if not _retells(sentence, retold) and (outcome := fact.stated(sentence.text)) is not None
    ]
    if not statements:
        return FactCheck(fact, FactOutcome.UNSAID, f"{fact.title}: did not come up", (), 1.0)
    wrong = [sentence for sentence, is_right in statements if not is_right]
    if not wrong:
        return _found(fact, FactOutcome.RIGHT, [statements[0][0]], "said rightly")
    if statements[-1][1]:
        return _found(
            fact, FactOutcome.MENDED, [wrong[0], statements[-1][0]], "wrong at first, put right later"
        )
    return _found(fact, FactOutcome.WRONG, wrong, f"right is {fact.right[0]!r}")


def _found(fact: Fact, outcome: FactOutcome, shown: Sequence[Sentence], reason: str) -> FactCheck:
    evidence = tuple(Evidence(one.span, Speaker.TRAINEE, one.text, "quote") for one in shown)
    confidence = fmean(word.probability for one in shown for word in one.words)
    return FactCheck(fact, outcome, f"{fact.title}: {reason}", evidence, confidence)


def _near_topic(fact: Fact, spoken: Sequence[Sequence[Sentence]]) -> Iterator[Sentence]:
    """Sentences on the topic; where one holds no value, the next of the turn if it points back at it."""
    for turn in spoken:
        for index, sentence in enumerate(turn):
            if not any(holds_phrase(sentence.text, topic) for topic in fact.topic):
                continue
            yield sentence
            if index + 1 < len(turn) and fact.stated(sentence.text) is None and _points_back(turn[index + 1]):
                yield turn[index + 1]


def _points_back(sentence: Sentence) -> bool:
    return bool({"it", "that", "it's", "that's", "this", "they"} & set(sentence.text.lower().split()[:3]))


def _retells(sentence: Sentence, retold: Sequence[int]) -> bool:
    if any(holds_phrase(sentence.text, phrase) for phrase in _RETELLING):
        return True
    return any(start in sentence.span for start in retold)


def check_process(call: Call, table: FactTable) -> list[StepCheck]:
    """Each step of the procedure and where it was heard: after the step before it, or else at all.

    By what it does, a sentence shows one step: the question that verifies is not also the one that finds out.
    By what it says it may show several: "touch nothing, leave the house". Steps that only the desk can show
    are left out of calls without a record of it.
    """
    checks: list[StepCheck] = []
    after = 0
    used: set[Span] = set()
    for step in table.process:
        if call.desk is None and not step.acts and not step.phrases:
            continue
        moments = sorted(_moments(call, step), key=lambda one: (one[0].span, -one[1]))
        free = [moment for moment in moments if _says(step, moment[0]) or not _is_used(moment[0], used)]
        in_order = [moment for moment in free if moment[0].span.start >= after]
        if not free:
            checks.append(StepCheck(step, None, 1.0))
            continue
        evidence, confidence = (in_order or free)[0]
        checks.append(StepCheck(step, evidence, confidence))
        used.add(evidence.span)
        after = max(after, evidence.span.start)
    return checks


def _says(step: Step, evidence: Evidence) -> bool:
    return any(holds_phrase(evidence.quote, phrase) for phrase in step.phrases)


def _is_used(evidence: Evidence, used: set[Span]) -> bool:
    return any(evidence.span & span for span in used)


def _moments(call: Call, step: Step) -> Iterator[tuple[Evidence, float]]:
    for entry in call.desk or ():
        if isinstance(entry.act, Applied) and entry.act.tool in step.tools:
            at = min(entry.at, call.span.end - 1)
            yield Evidence(Span(at, at + 1), Speaker.TRAINEE, f"at the desk: {entry.act.tool}", "clock"), 1.0
    for act in said(call, Speaker.TRAINEE, *step.acts):
        yield Evidence(act.span, Speaker.TRAINEE, act.quote, "quote"), act.probability
    for turn in call.turns_of(Speaker.TRAINEE):
        for sentence in sentences(turn):
            if any(holds_phrase(sentence.text, phrase) for phrase in step.phrases):
                sure = fmean(word.probability for word in sentence.words)
                yield Evidence(sentence.span, Speaker.TRAINEE, sentence.text, "quote"), sure
