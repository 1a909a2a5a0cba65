"""The work at the desk: what a file may say, what was done right, and what it is worth."""

from __future__ import annotations

from dataclasses import replace

import pytest
from calls import call, caller, trainee
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from test_score_judges import FEELING, PROMISE, VERIFY, only

from voicecoach import judge_settings as settings
from voicecoach.acts import ActKind
from voicecoach.call import Call
from voicecoach.desk import Desk
from voicecoach.desk_check import check_case, check_tools, verified_at
from voicecoach.desk_log import Applied, DeskAct, DeskEntry, Entered, LookedUp, ReadPolicy, Verified
from voicecoach.devices.documents import read_rubric
from voicecoach.facts import Step
from voicecoach.persona import CallerCharacter, Persona
from voicecoach.score.marking import mark
from voicecoach.scorecard import Mark, Verdict
from voicecoach.timeline import samples

DESK = Desk.model_validate(
    {
        "search": ["4729", "Helen Street"],
        "record": {"Name": "Helen Street", "Phone": "618205"},
        "verify": ["Name", "Phone"],
        "tools": [
            {
                "id": "refund",
                "title": "Refund",
                "due": True,
                "after": ["check"],
                "fields": [{"id": "amount", "title": "Amount", "right": ["ninety dollars"]}],
            },
            {"id": "check", "title": "Check the warranty", "allowed": True},
            {"id": "discount", "title": "Give a discount"},
        ],
        "case": [
            {"id": "reason", "title": "Reason", "choices": ["broken", "late"], "right": ["broken"]},
            {"id": "note", "title": "What was promised", "right": ["five days"]},
        ],
    }
)
STORY = Persona(
    id="story",
    title="Story",
    version="1",
    story="-",
    caller=CallerCharacter(name="Helen", situation="-", wants="-"),
    desk=DESK,
)
TICKED = Verified(("Name", "Phone"))
CHECK = Applied("check", {})
REFUND = Applied("refund", {"amount": "$90"})
CASE = Entered({"reason": "broken", "note": "refund in five days"})


def log(*acts: DeskAct) -> tuple[DeskEntry, ...]:
    """One act a second, from the first second on."""
    return tuple(DeskEntry(samples(1.0 + number), act) for number, act in enumerate(acts))


def judged(judge: settings.Settings, acts: tuple[DeskAct, ...] | None, story: Persona | None = STORY) -> Mark:
    heard: Call = call(VERIFY, FEELING, PROMISE, PROMISE, PROMISE)
    (found,) = mark(replace(heard, desk=None if acts is None else log(*acts)), only(judge), story).marks
    return found


@pytest.mark.parametrize(
    ("acts", "level"),
    [
        ((TICKED, CHECK, REFUND), 1.0),
        (
            (TICKED, CHECK, Applied("refund", {"amount": "50"}), REFUND),
            1.0,
        ),  # put right: the last time counts
        ((TICKED, CHECK, Applied("refund", {"amount": "fifty dollars"})), 0.5),
        ((TICKED, CHECK, Applied("refund", {})), 0.5),
        ((TICKED, REFUND, CHECK), 0.5),  # out of order
        ((CHECK, REFUND, TICKED), 0.5),  # nobody had been verified
        ((Verified(("Name",)), CHECK, REFUND), 0.5),  # only half of it compared
        ((TICKED, CHECK), 0.0),
        ((TICKED, CHECK, REFUND, Applied("discount", {})), 0.0),  # no remedy here
        ((), 0.0),
    ],
)
def test_the_remedy_is_what_is_due_with_its_values_in_order(acts, level):
    found = judged(settings.Remedy(), acts)
    assert found.points == 100 * level, found.reason


def test_a_wrong_value_is_quoted_with_what_would_have_been_right():
    found = judged(settings.Remedy(), (TICKED, CHECK, Applied("refund", {"amount": "fifty dollars"})))
    assert "'fifty dollars'" in found.reason
    assert "'ninety dollars'" in found.reason
    assert [one.span.start_s for one in found.evidence] == [2.0, 3.0]


@pytest.mark.parametrize(
    ("acts", "level"),
    [
        ((CASE,), 1.0),
        ((Entered({}), CASE), 1.0),
        ((Entered({"reason": "late", "note": "refund in five days"}),), 0.5),
        ((Entered({"reason": "broken"}),), 0.5),
        ((Entered({"reason": "late", "note": "soon"}),), 0.0),
        ((), 0.0),
    ],
)
def test_a_case_is_judged_field_by_field(acts, level):
    found = judged(settings.CaseEntry(), acts)
    assert found.points == 100 * level, found.reason


def test_missing_and_wrong_entries_are_quoted():
    reason = judged(settings.CaseEntry(), (Entered({"reason": "late"}),)).reason
    assert "Reason: 'late', right is 'broken'" in reason
    assert "What was promised is missing, right is 'five days'" in reason


@pytest.mark.parametrize("judge", [settings.Remedy(), settings.CaseEntry()])
def test_recordings_without_a_log_abstain_and_stories_without_a_desk_do_not_apply(judge):
    assert judged(judge, None).verdict is Verdict.NOT_MEASURABLE
    assert judged(judge, (), STORY.model_copy(update={"desk": None})).verdict is Verdict.NOT_APPLICABLE
    assert judged(judge, (), None).verdict is Verdict.NOT_APPLICABLE


def test_a_question_for_identity_is_half_of_it_where_nothing_was_compared():
    assert judged(settings.Identity(), (TICKED,)).points == 100
    half = judged(settings.Identity(), (Verified(("Name",)),))
    assert half.points == 50
    assert "Phone" in half.reason
    assert judged(settings.Identity(), None).points == 100, "of a recording nobody knows"


def test_everything_must_be_ticked_to_be_verified():
    assert verified_at(DESK, log(Verified(("Name",)), TICKED)) == samples(2.0)
    assert verified_at(DESK, log(Verified(("Name",)))) is None


def test_what_was_not_due_and_not_done_is_not_listed():
    assert [check.tool.id for check in check_tools(DESK, ())] == ["refund"]
    saved, values = check_case(DESK, ())
    assert saved is None
    assert [value.is_right for value in values] == [False, False]


@pytest.mark.parametrize(
    ("query", "found"),
    [("4729", True), ("four seven two nine", True), ("helen street", True), ("4728", False), ("", False)],
)
def test_a_record_is_found_by_what_the_caller_says_or_the_trainee_types(query, found):
    assert DESK.finds(query) is found


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"verify": ["Shoe size"]}, ("verify", 0)),
        ({"tools": [{"id": "a", "title": "A", "after": ["b"]}]}, ("tools", 0, "after", 0)),
        ({"tools": [{"id": "a", "title": "A"}, {"id": "a", "title": "A"}]}, ("tools", 1, "id")),
        ({"case": [{"id": "a", "title": "A", "right": ["x"], "choices": ["y"]}]}, ("case", 0)),
    ],
)
def test_a_desk_that_does_not_fit_together_is_refused_at_its_place(change, place):
    with pytest.raises(ValidationError) as refused:
        Desk.model_validate({**DESK.model_dump(), **change})
    assert refused.value.errors()[0]["loc"] == place


TEXTS = st.sampled_from(["", "broken", "late", "ninety dollars", "$90", "refund in five days", "x" * 300])
VALUES = st.dictionaries(st.sampled_from(["amount", "reason", "note", "strange"]), TEXTS, max_size=3)
ACTS = st.one_of(
    st.builds(LookedUp, TEXTS, st.booleans()),
    st.builds(Verified, st.lists(st.sampled_from(["Name", "Phone", "Shoe size"]), max_size=3).map(tuple)),
    st.builds(ReadPolicy, TEXTS),
    st.builds(Applied, st.sampled_from(["refund", "check", "discount", "strange"]), VALUES),
    st.builds(Entered, VALUES),
)


@given(st.lists(st.tuples(ACTS, st.integers(0, samples(60.0))), max_size=12))
def test_whatever_is_done_at_the_desk_marks_stay_in_bounds_and_evidence_in_the_call(done):
    entries = tuple(DeskEntry(at, act) for act, at in sorted(done, key=lambda one: one[1]))
    heard = replace(call(VERIFY, FEELING, PROMISE), desk=entries)
    card = mark(heard, read_rubric("default"), STORY)
    for one in card.marks:
        assert 0 <= one.points <= one.weight
        assert all(0 <= moment.span.start < moment.span.end <= heard.duration for moment in one.evidence)
    assert card == mark(heard, read_rubric("default"), STORY)


# --- safety ---------------------------------------------------------------------------------------------

GAS = STORY.model_copy(
    update={
        "process": (
            Step(id="leave", title="Get them out", phrases=("leave the house",), critical=True),
            Step(id="send", title="Send the engineer", tools=("check",)),
            Step(id="address", title="Ask where it is", phrases=("your address",)),
        )
    }
)
LEAVE = trainee("Please leave the house right now.", ActKind.INSTRUCTS_STEP)
ADDRESS = trainee("What is your address?", ActKind.VERIFIES_IDENTITY)
SMELL = caller("I smell gas.", ActKind.COMPLAINS)


def safety(*lines, acts: tuple[DeskAct, ...] | None = None) -> list[str]:
    heard = replace(call(SMELL, *lines), desk=None if acts is None else log(*acts))
    failures = mark(heard, read_rubric("default"), GAS).failures
    return [one.reason for one in failures if one.rule_id == "safety_order"]


def test_a_critical_step_must_come_first():
    assert safety(LEAVE, ADDRESS) == []
    (late,) = safety(ADDRESS, LEAVE)
    assert "came too late" in late
    (missing,) = safety(ADDRESS)
    assert "never" in missing


def test_a_tool_used_too_soon_is_too_soon():
    assert safety(LEAVE, ADDRESS, acts=(LookedUp("x", found=False), *(TICKED,) * 8, CHECK)) == []
    (late,) = safety(LEAVE, ADDRESS, acts=(CHECK,))  # at 1 s; the call to leave comes later
    assert "came too late" in late
