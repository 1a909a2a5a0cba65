"""Judges of the opening: the greeting on the clock, and identity before account talk."""

from __future__ import annotations

from voicecoach.acts import Act, ActKind
from voicecoach.desk_check import unticked
from voicecoach.judge_settings import Greeting, Identity
from voicecoach.phrases import holds_phrase
from voicecoach.score.judges_desk import desk_of
from voicecoach.score.judgment import (
    Case,
    Judgment,
    at,
    clock,
    judged,
    not_applicable,
    quote,
    quotes,
    surest,
)
from voicecoach.speech import Speaker
from voicecoach.timeline import Span, samples

_PARTS = {
    ActKind.GREETS: "greeting",
    ActKind.GIVES_NAME: "own name",
    ActKind.OFFERS_HELP: "offer of help",
}

IDENTIFIERS = (
    "account number",
    "order number",
    "customer number",
    "booking reference",
    "phone number",
    "zip code",
    "postal code",
    "date of birth",
    "birthday",
    "my name is",
    "email address",
    "billing address",
)
"""What callers volunteer about themselves; saying one unasked is not yet a verification."""


def greeting(case: Case, settings: Greeting) -> Judgment:
    """Greeting, own name and offer of help, each within the first seconds of the recording.

    All three in time is met; two of them within twice the time are half met.
    """
    limit = samples(settings.within_s)
    first: dict[ActKind, Act] = {}
    for act in case.trainee(*_PARTS):
        if act.span.start <= 2 * limit:
            first.setdefault(act.kind, act)
    if not first:
        span = Span(0, min(case.call.span.end, limit))
        unheard = clock(
            span, Speaker.TRAINEE, f"no greeting, name or offer of help in {settings.within_s:g} s"
        )
        return judged(0.0, "No greeting, no name and no offer of help.", [unheard], case.absence)
    late = [kind for kind, act in first.items() if act.span.start > limit]
    missing = [part for kind, part in _PARTS.items() if kind not in first]
    if not late and not missing:
        reason = f"Greeting, own name and offer of help within {settings.within_s:g} s."
        return judged(1.0, reason, quotes(first.values()), min(act.probability for act in first.values()))
    said = [f"the {part} is missing" for part in missing]
    said += [f"the {_PARTS[kind]} came at {at(first[kind].span.start)}" for kind in late]
    reason = f"Opened in part: {', '.join(said)}."
    level = 0.5 if len(first) > 1 else 0.0
    return judged(level, reason, quotes(first.values()), min(surest(first.values()), case.absence))


def identity(case: Case, _: Identity) -> Judgment:
    """Whether identity was verified before the first account data were given."""
    disclosed = case.trainee(ActKind.DISCLOSES_ACCOUNT_DATA)
    verified = case.trainee(ActKind.VERIFIES_IDENTITY)
    if not disclosed and not verified:
        return not_applicable("No account data came up, so nobody had to be verified.")
    if verified and (not disclosed or verified[0].span.start <= disclosed[0].span.start):
        if unticked := _unticked(case):
            reason = f"Identity was asked for, but not compared with the record: {', '.join(unticked)}."
            return judged(0.5, reason, [quote(verified[0])], verified[0].probability)
        reason = "Identity was asked for before any account data were given."
        return judged(1.0, reason, [quote(verified[0])], verified[0].probability)
    offered = volunteered_identity(case, disclosed[0].span.start)
    if offered is not None:
        reason = (
            "The caller gave their details unasked; they were not checked before account data were given."
        )
        return judged(0.5, reason, [quote(offered), quote(disclosed[0])], disclosed[0].probability)
    reason = f"Account data were given at {at(disclosed[0].span.start)} before anybody was verified."
    return judged(0.0, reason, quotes([disclosed[0], *verified[:1]]), disclosed[0].probability)


def volunteered_identity(case: Case, before: int) -> Act | None:
    """The caller's first sentence before a time in which they identify themselves, or None."""
    for act in case.caller(ActKind.GIVES_INFORMATION):
        if act.span.start < before and any(holds_phrase(act.quote, phrase) for phrase in IDENTIFIERS):
            return act
    return None


def _unticked(case: Case) -> list[str]:
    """What of the record identifies the caller and was not ticked; nothing where nobody kept book."""
    desk = desk_of(case)
    return [] if desk is None or case.call.desk is None else unticked(desk, case.call.desk)
