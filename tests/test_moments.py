"""The moments that a trainee takes away: chosen by weight, told apart, each where it can be heard."""

from __future__ import annotations

from dataclasses import replace

import synthetic_call
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.apps.card_values import scorecard_of
from voicecoach.apps.record import to_record
from voicecoach.score.moments import MOST, Moment, choose_moments
from voicecoach.scorecard import Evidence, Mark, Scorecard, Skill, Verdict
from voicecoach.speech import Speaker
from voicecoach.timeline import Span


def said(start_s: float, end_s: float, quote: str = "so") -> Evidence:
    return Evidence(Span.from_seconds(start_s, end_s), Speaker.TRAINEE, quote, "quote")


def mark(name: str, points: float, weight: float, *evidence: Evidence, sure: float = 0.9) -> Mark:
    return Mark(
        name,
        name,
        Skill.SOFT,
        "Listening",
        Verdict.JUDGED,
        points,
        weight,
        f"Because of {name}.",
        sure,
        evidence,
    )


def card(*marks: Mark) -> Scorecard:
    return replace(synthetic_call.scorecard(), marks=marks, failures=())


def titles(moments: tuple[Moment, ...]) -> list[str]:
    return [moment.title for moment in moments]


def test_a_failure_comes_before_every_lost_point() -> None:
    found = choose_moments(synthetic_call.scorecard()).to_work_on
    assert titles(found) == [
        "Unannounced silence",
        "Lets the caller finish",
        "Concrete next step and time",
    ]
    assert [moment.failed for moment in found] == [True, False, False]
    assert [moment.missed for moment in found] == [0, 6, 4]
    assert found[2].evidence is None, "nothing in the call shows what was never said"


def test_losses_are_ordered_by_points_and_confidence() -> None:
    light = mark("light", 0, 2, said(1, 2))
    doubtful = mark("doubtful", 0, 8, said(3, 4), sure=0.6)
    heavy = mark("heavy", 2, 8, said(5, 6))
    guess = mark("guess", 0, 20, said(7, 8), sure=0.59)
    found = choose_moments(card(light, doubtful, heavy, guess)).to_work_on
    assert titles(found) == ["heavy", "doubtful", "light"]


def test_one_stretch_of_the_call_is_shown_once() -> None:
    first, again = mark("first", 8, 8, said(10, 14)), mark("again", 6, 6, said(11, 13))
    other = mark("other", 4, 4, said(10, 14), said(20, 22, "somewhere else"))
    found = choose_moments(card(first, again, other)).strongest
    assert titles(found) == ["first", "other"]
    assert found[1].evidence is not None
    assert found[1].evidence.quote == "somewhere else"


def test_praise_is_for_what_can_be_heard() -> None:
    quiet, heard = mark("quiet", 8, 8), mark("heard", 4, 4, said(1, 2))
    half = mark("half", 4, 8, said(5, 6))
    assert titles(choose_moments(card(quiet, heard, half)).strongest) == ["heard", "quiet"]


def test_of_several_clips_the_trainees_own_is_played() -> None:
    theirs = replace(said(1, 2, "you lost it"), speaker=Speaker.CALLER)
    (found,) = choose_moments(card(mark("named", 8, 8, theirs, said(3, 4, "I am sorry")))).strongest
    assert found.evidence is not None
    assert found.evidence.quote == "I am sorry"


def test_bonus_points_are_praised_and_never_missed() -> None:
    missed = replace(mark("extra", 0, 5, said(1, 2)), bonus=True)
    had = replace(mark("more", 5, 5, said(3, 4)), bonus=True)
    found = choose_moments(card(missed, had))
    assert titles(found.strongest) == ["more"]
    assert found.to_work_on == ()


def test_why_is_one_sentence() -> None:
    long = replace(mark("tone", 0, 4), reason="Pitch varies by 2.5 st (lively). Coach confirms.")
    assert choose_moments(card(long)).to_work_on[0].why == "Pitch varies by 2.5 st (lively)."


def test_what_was_not_judged_is_no_moment() -> None:
    unheard = replace(mark("hold", 0, 8), verdict=Verdict.NOT_MEASURABLE)
    assert choose_moments(card(unheard)).to_work_on == ()


def test_a_record_gives_the_moments_of_its_call() -> None:
    graded = synthetic_call.graded_call()
    assert choose_moments(scorecard_of(to_record(graded))) == choose_moments(graded.scorecard)


MARKS = st.builds(
    lambda place, share, weight, spans, sure: mark(
        f"m{place}", share * weight, weight, *(said(at, at + 2) for at in spans), sure=sure
    ),
    st.integers(0, 99), st.sampled_from([0, 0.5, 0.8, 1]), st.integers(1, 12),
    st.lists(st.integers(0, 20), max_size=3), st.sampled_from([0.3, 0.6, 0.9, 1.0]),
)  # fmt: skip


@given(st.lists(MARKS, max_size=12))
def test_lists_are_short_and_their_spans_apart(marks: list[Mark]) -> None:
    found = choose_moments(card(*marks))
    for chosen in (found.strongest, found.to_work_on):
        assert len(chosen) <= MOST
        spans = [moment.evidence.span for moment in chosen if moment.evidence]
        for place, span in enumerate(spans):
            for other in spans[:place]:
                both = span & other
                assert both is None or both.duration < span.duration / 2
