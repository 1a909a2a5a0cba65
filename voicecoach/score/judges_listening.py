"""Judges of listening: the floor, acknowledgement, apology, paraphrase, questions."""

from __future__ import annotations

from collections.abc import Iterator

from voicecoach.acts import Act, ActKind
from voicecoach.judge_settings import Acknowledges, LetsFinish, Paraphrases, Probes, TimelyApology
from voicecoach.phrases import content_words, is_question, shared_words
from voicecoach.score.believed import (
    ACKNOWLEDGING,
    LIKELY,
    SOLVING,
    UPSET,
    first_complaint,
    first_solution,
    questions_before_solution,
)
from voicecoach.score.judgment import (
    Case,
    Judgment,
    at,
    counted,
    judged,
    not_applicable,
    quote,
    quotes,
    surest,
)
from voicecoach.score.wording import Sentence, sentences
from voicecoach.scorecard import Evidence
from voicecoach.speech import Overlap, OverlapKind, Speaker, Turn
from voicecoach.timeline import samples, seconds

CLEAR = 0.5
"""An overlap whose kind is less sure than this is not held against anybody."""

SHORTEST_FORMULA = 4
"""Words of a formula that can pass for an acknowledgement. Own default."""

SHARED = 2 / 3
"""Share of a sentence's content words that must be the caller's own for it to say them back: an answer
takes up the caller's words too, but adds as many of its own. Own default."""

MEMORY = 20
"""Turns of the caller that a sentence may say back: some five minutes of talk. Own default."""

LEXICAL = 0.7
"""Confidence in a paraphrase that rests on shared words alone. Own default."""


def lets_finish(case: Case, settings: LetsFinish) -> Judgment:
    """Competitive interruptions by the trainee, against what the length of the call allows."""
    if not case.call.turns_of(Speaker.CALLER):
        return not_applicable("The caller never spoke, so nobody could be interrupted.")
    taken = [o for o in case.call.overlaps if o.by is Speaker.TRAINEE and o.kind is OverlapKind.COMPETITIVE]
    counting = [overlap for overlap in taken if overlap.confidence >= CLEAR]
    minutes = seconds(case.call.duration) / 60
    allowed = settings.full_per_3_min * max(1.0, minutes / 3)
    bearable = max(allowed + 1, settings.half_per_min * minutes)
    number = len(counting)
    level = 1.0 if number <= allowed else 0.5 if number <= bearable else 0.0
    confidence = min((overlap.confidence for overlap in counting), default=1.0 if not taken else 1 - CLEAR)
    reason = "The caller was never interrupted."
    if number:
        reason = f"Took the floor from the caller {_times(number)} in {minutes:.1f} minutes."
    elif taken:
        reason = f"{counted(len(taken), 'overlap')} may have been an interruption; too unclear to count."
    return judged(level, reason, [_came_in(case, overlap) for overlap in taken], confidence)


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _came_in(case: Case, overlap: Overlap) -> Evidence:
    """An interruption as evidence: when the trainee came in, before the caller had finished."""
    cut = [turn for turn in case.call.turns_of(Speaker.CALLER) if turn.span & overlap.span]
    left = seconds(max((turn.span.end for turn in cut), default=overlap.span.end) - overlap.span.start)
    said = f"came in {left:.1f} s before the caller had finished ({overlap.reason})"
    return Evidence(overlap.span, Speaker.TRAINEE, said, "overlap")


def acknowledges(case: Case, _: Acknowledges) -> Judgment:
    """The caller's feeling is named before solving; formulas and bare apologies are half of it."""
    upset = case.caller(*UPSET)
    since = first_complaint(case.call)
    if since is None:
        return not_applicable("The caller was calm: there was nothing to acknowledge.")
    named = [act for act in case.trainee(ActKind.NAMES_FEELING) if act.span.end > since]
    solving = [a for a in case.trainee(*SOLVING) if a.span.start >= since and a.probability >= LIKELY]
    if named and (not solving or named[0].span.start <= solving[0].span.start):
        reason = "Named what the caller feels before solving."
        return judged(1.0, reason, [quote(upset[0]), quote(named[0])], named[0].probability)
    if named:
        reason = (
            f"Named what the caller feels, but only after solving had begun at {at(solving[0].span.start)}."
        )
        return judged(0.5, reason, quotes([upset[0], solving[0], named[0]]), named[0].probability)
    formula = [a for a in case.trainee(*ACKNOWLEDGING) if a.span.end > since and not _is_curt(a)]
    if formula:
        reason = "Apologized or used a formula; the caller's own feeling and matter were not named."
        return judged(0.5, reason, quotes([upset[0], formula[0]]), min(surest(formula), case.absence))
    reason = (
        f"{counted(len({act.span for act in upset}), 'upset sentence')} of the caller went unacknowledged."
    )
    return judged(0.0, reason, quotes(upset[:2]), min(surest(upset), case.absence))


def _is_curt(act: Act) -> bool:
    """Whether an act is a formula of a word or two: "I understand" signals listening, no more."""
    return act.kind is ActKind.SCRIPTED_PHRASE and len(act.quote.split()) < SHORTEST_FORMULA


def timely_apology(case: Case, settings: TimelyApology) -> Judgment:
    """An apology soon after the first complaint; a later one is half met."""
    since = first_complaint(case.call)
    if since is None:
        return not_applicable("The caller was calm: there was nothing to apologize for.")
    first_upset = case.caller(*UPSET)[0]
    sorry = [act for act in case.trainee(ActKind.APOLOGIZES) if act.span.end > since]
    if not sorry:
        return judged(0.0, "No apology after the complaint.", [quote(first_upset)], case.absence)
    late = max(0.0, seconds(sorry[0].span.start - since))
    in_time = sorry[0].span.start - since <= samples(settings.within_s)
    reason = f"Apologized {late:.0f} s after the complaint{'' if in_time else ': late'}."
    return judged(1.0 if in_time else 0.5, reason, quotes([first_upset, sorry[0]]), sorry[0].probability)


def paraphrases(case: Case, settings: Paraphrases) -> Judgment:
    """The caller's matter said back (an act, or their own content words), and checked."""
    checks = case.trainee(ActKind.CHECKS_UNDERSTANDING)
    pairs = sorted(_said_back(case, settings.shared_words), key=lambda pair: -pair[2])
    checked = [pair for pair in pairs if _is_checked(pair[1], checks)]
    if checked:
        source, back, sure = checked[0]
        return judged(1.0, "Said the caller's matter back and checked it.", _pair(source, back), sure)
    if pairs:
        source, back, sure = pairs[0]
        reason = "Said the caller's matter back, without checking that it was right."
        return judged(0.5, reason, _pair(source, back), min(sure, case.absence))
    if checks:
        reason = "Checked understanding without saying the caller's matter back."
        return judged(0.5, reason, quotes(checks[:1]), min(checks[0].probability, case.absence))
    return judged(0.0, "Never said the caller's matter back.", [], case.absence)


def _said_back(case: Case, shared: int) -> Iterator[tuple[Turn | None, Sentence, float]]:
    """Each sentence that says the caller back: the caller's turn, the sentence, how sure."""
    labeled = {(act.turn_id, act.span): act for act in case.trainee(ActKind.PARAPHRASES)}
    matter = [(turn, content_words(turn.text)) for turn in case.call.turns_of(Speaker.CALLER)]
    for turn in case.call.turns_of(Speaker.TRAINEE):
        earlier = [one for one in matter if one[0].span.start < turn.span.end][-MEMORY:]
        for sentence in sentences(turn):
            own = content_words(sentence.text)
            source, words = _source(sentence, own, earlier)
            acts = [
                act for (turn_id, span), act in labeled.items() if turn_id == turn.id and span & sentence.span
            ]
            if acts:
                yield source, sentence, acts[0].probability
            elif len(words) >= max(shared, SHARED * len(own)):
                yield source, sentence, LEXICAL


def _source(
    sentence: Sentence, own: list[str], earlier: list[tuple[Turn, list[str]]]
) -> tuple[Turn | None, list[str]]:
    """The caller's earlier turn that shares most content words with a sentence, and those words."""
    best: tuple[Turn | None, list[str]] = (None, [])
    for turn, matter in earlier:
        words = shared_words(own, matter) if turn.span.start < sentence.span.start else []
        if len(words) > len(best[1]):
            best = (turn, words)
    return best


def _is_checked(sentence: Sentence, checks: list[Act]) -> bool:
    """Whether a sentence is itself a question, or the check follows in the same turn."""
    if is_question(sentence.text):
        return True
    return any(act.turn_id == sentence.turn_id and act.span.end >= sentence.span.end for act in checks)


def _pair(source: Turn | None, sentence: Sentence) -> list[Evidence]:
    back = Evidence(sentence.span, Speaker.TRAINEE, sentence.text, "quote")
    if source is None:
        return [back]
    return [Evidence(source.span, Speaker.CALLER, source.text, "quote"), back]


def probes(case: Case, settings: Probes) -> Judgment:
    """Questions about the matter before the first solution."""
    asked = questions_before_solution(case.call)
    until = first_solution(case.call)
    when = "before a solution" if until is not None else "in the whole call"
    if len(asked) >= settings.full:
        reason = f"Asked {counted(len(asked), 'question')} about the matter {when}."
        return judged(1.0, reason, quotes(asked), min(1.0, surest(asked)))
    given = [a for a in case.caller(ActKind.GIVES_INFORMATION) if until is None or a.span.start < until]
    if not asked and len({act.span for act in given}) >= settings.volunteered:
        return not_applicable("The caller gave all the facts unasked.")
    if asked and 2 * len(asked) >= settings.full:
        reason = (
            f"Asked {counted(len(asked), 'question')} about the matter {when}; {settings.full} are expected."
        )
        return judged(0.5, reason, quotes(asked), min(surest(asked), case.absence))
    first = [act for act in case.trainee(*SOLVING) if act.span.start == until]
    return judged(0.0, f"Asked nothing about the matter {when}.", quotes(first), case.absence)
