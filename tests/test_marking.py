"""From a call to a scorecard: the laws of marking, and what the fixture calls must earn."""

from dataclasses import replace

import pytest
from calls import call, caller, silence, trainee, without_words
from fixture_calls import NAMES, heard, truth_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voicecoach.acts import CALLER_ACTS, TRAINEE_ACTS, Act
from voicecoach.acts import ActKind as A
from voicecoach.audio import Layout
from voicecoach.call import Limit
from voicecoach.devices.documents import RUBRICS, read_persona, read_rubric, shipped
from voicecoach.rubric import Rubric, Scale
from voicecoach.score.marking import mark
from voicecoach.scorecard import Verdict
from voicecoach.speech import OverlapKind, Speaker

DEFAULT = read_rubric("default")
RETURNS = read_persona("returns-desk")
RUBRICS_BY_NAME = {name: read_rubric(name) for name in shipped(RUBRICS)}


def marks_of(card):
    return {one.criterion_id: one for one in card.marks}


# --- fixture calls ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_fixture_call_earns_what_any_fair_coach_would_award(name):
    """On a perfect hearing; `warm_tone` needs the audio itself and is tested with it."""
    marks = marks_of(mark(heard(name), DEFAULT))
    for criterion, expected in truth_of(name)["expected_marks"].items():
        found = marks[criterion]
        if criterion == "warm_tone":
            continue
        assert found.verdict == expected["verdict"], (criterion, found.reason)
        if found.verdict is Verdict.JUDGED:
            assert expected["low"] <= found.points / found.weight <= expected["high"], (
                criterion,
                found.reason,
            )


def test_the_good_fixture_beats_the_bad_ones_by_far():
    percent = {name: mark(heard(name), DEFAULT).capped_percent for name in NAMES}
    assert percent["good"] > 80
    assert max(percent[name] for name in ("bad", "silent_trainee", "interrupting", "one_word")) < 35


def test_the_misstated_fact_fails_the_call_only_where_the_table_is_known():
    assert mark(heard("misstated_fact"), DEFAULT).failures == ()
    (failure,) = mark(heard("misstated_fact"), DEFAULT, RETURNS).failures
    assert failure.rule_id == "material_misinformation"
    wrong = {fact["quote"] for fact in truth_of("misstated_fact")["facts"]}
    assert {one.quote for one in failure.evidence} == wrong


# --- sums -------------------------------------------------------------------------------------

GOOD = (
    trainee("Good morning this is Anna how can I help you?", A.GREETS, A.GIVES_NAME, A.OFFERS_HELP),
    caller("My phone arrived broken.", A.COMPLAINS),
    trainee("I understand how frustrating this must be.", A.NAMES_FEELING),
    trainee("I can send you a new one today or refund you.", A.OFFERS_OPTION, A.COMMITS_TO_STEP),
    caller("Okay thank you.", A.THANKS),
)


def test_percentages_are_points_over_judged_weights_with_the_bonus_on_top():
    card = mark(call(*GOOD, trainee("I added a voucher.", A.EXTRA_MILE)), DEFAULT)
    counted = [m for m in card.marks if m.verdict is Verdict.JUDGED and not m.bonus]
    points, possible = sum(m.points for m in counted), sum(m.weight for m in counted)
    assert card.raw_percent == pytest.approx(100 * points / possible + 2.5)
    assert card.hard.points + card.soft.points == pytest.approx(points)
    assert card.hard.possible + card.soft.possible == pytest.approx(possible)
    assert card.coverage == pytest.approx(possible / 100)


def test_a_failed_section_loses_its_points_and_a_failed_call_all():
    insulted = mark(call(*GOOD, trainee("You idiot.", A.INSULTS)), DEFAULT)
    assert (insulted.capped_percent, [f.section for f in insulted.failures]) == (0.0, [None])
    assert insulted.raw_percent > 0
    left = mark(call(*GOOD, caller("Are you there?"), silence(40.0), trainee("Yes.")), DEFAULT)
    (failure,) = left.failures
    lost = sum(m.points for m in left.marks if m.section == failure.section)
    assert lost > 0
    possible = left.hard.possible + left.soft.possible
    assert left.capped_percent == pytest.approx(left.raw_percent - 100 * lost / possible)


def test_a_binary_scale_gives_nothing_for_half():
    whole = call(trainee("Hello this is Anna.", A.GREETS, A.GIVES_NAME))
    assert marks_of(mark(whole, DEFAULT))["greeting"].points == 2.0
    binary = DEFAULT.model_copy(
        update={"criteria": tuple(c.model_copy(update={"scale": Scale.BINARY}) for c in DEFAULT.criteria)}
    )
    assert marks_of(mark(whole, binary))["greeting"].points == 0.0


# --- what could not be heard ------------------------------------------------------------------


def test_a_silent_trainee_scores_next_to_nothing_with_or_without_words():
    quiet = call(
        caller("My phone arrived broken.", A.COMPLAINS),
        silence(12.0),
        caller("Are you kidding me?", A.ATTACKS),
        silence(35.0),
        caller("Hello?", A.ASKS_QUESTION),
    )
    for version in (quiet, without_words(quiet)):
        card = mark(version, DEFAULT, RETURNS)
        assert card.raw_percent == 0.0
        assert card.coverage > 0.4
        assert "long_dead_air" in {one.rule_id for one in card.failures}
        assert marks_of(card)["lets_finish"].verdict is Verdict.NOT_APPLICABLE
        assert marks_of(card)["warm_tone"].verdict is Verdict.NOT_MEASURABLE


def test_an_empty_recording_is_not_judged_at_all():
    card = mark(call(silence(20.0)), DEFAULT)
    assert (card.raw_percent, card.capped_percent, card.coverage, card.failures) == (None, None, 0.0, ())


def test_silence_without_a_caller_to_hear_is_no_silent_trainee():
    alone = call(caller("Hello?"), limits={Limit.NO_CALLER: "trainee only"})
    assert {one.verdict for one in mark(alone, DEFAULT).marks} == {Verdict.NOT_MEASURABLE}


JUDGED_UNDER = {
    Limit.NO_WORDS: {"lets_finish", "warm_tone"},
    Limit.FOREIGN_LANGUAGE: {"lets_finish", "warm_tone"},
    Limit.ONE_CHANNEL: set(),
    Limit.NO_CALLER: {"greeting", "probes", "ownership", "options", "next_step", "clarity", "warm_tone"},
}


@pytest.mark.parametrize("limit", JUDGED_UNDER)
def test_what_cannot_be_heard_abstains_with_the_calls_own_reason(limit):
    card = mark(replace(call(*GOOD), limits={limit: "because of this"}), DEFAULT)
    judged = {m.criterion_id for m in card.marks if m.verdict is Verdict.JUDGED}
    assert judged - {"recap_close", "extra_mile"} == JUDGED_UNDER[limit]
    abstained = [m for m in card.marks if m.verdict is Verdict.NOT_MEASURABLE]
    assert abstained
    assert all("because of this" in m.reason or "--persona" in m.reason for m in abstained)


def test_a_recording_that_lacks_its_start_is_not_blamed_for_the_greeting():
    late = call(*GOOD[1:], limits={Limit.LACKS_START: "begins in mid-call"})
    assert marks_of(mark(late, DEFAULT))["greeting"].verdict is Verdict.NOT_APPLICABLE
    assert marks_of(mark(call(*GOOD[1:]), DEFAULT))["greeting"].points == 0.0


# --- laws -------------------------------------------------------------------------------------

VOCABULARY = (
    "my phone arrived broken and i want a refund of ninety sixty dollars on friday it is your account number "
    "please hold while you wait two weeks or today? thanks. we can send it back in the original box"
)
WORDS = st.sampled_from(VOCABULARY.split())


@st.composite
def lines(draw):
    if draw(st.integers(0, 9)) == 0:
        return silence(draw(st.floats(1.0, 45.0)))
    speaker, acts = draw(st.sampled_from([(trainee, TRAINEE_ACTS), (caller, CALLER_ACTS)]))
    chosen = draw(st.lists(st.sampled_from(sorted(acts)), max_size=3, unique=True))
    return speaker(
        " ".join(draw(st.lists(WORDS, min_size=1, max_size=9))),
        *chosen,
        pace_wpm=draw(st.floats(60, 300)),
        into=draw(st.sampled_from([0.0, 0.0, 0.0, 0.4, 1.5])),
        overlap=draw(st.sampled_from(list(OverlapKind))),
        probability=draw(st.floats(0, 1)),
        f0_sd_st=draw(st.none() | st.floats(0, 8)),
        level_db=draw(st.none() | st.floats(-20, 20)),
    )


SCRIPTS = st.lists(lines(), min_size=1, max_size=14)
LIMITS = st.sets(st.sampled_from(sorted(set(Limit) - {Limit.NO_TRAINEE_SPEECH})))
RUBRIC = st.sampled_from(shipped(RUBRICS)).map(RUBRICS_BY_NAME.__getitem__)
TABLE = st.sampled_from([None, RETURNS, read_persona("billing-desk")])
fewer = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@fewer
@given(SCRIPTS, LIMITS, RUBRIC, TABLE)
def test_marks_stay_in_bounds_and_evidence_in_the_call(script, limits, rubric, table):
    whole = call(*script, limits=dict.fromkeys(limits, "because"))
    card = mark(whole, rubric, table)
    assert [m.criterion_id for m in card.marks] == [c.id for c in rubric.criteria]
    for one in card.marks:
        assert 0 <= one.points <= one.weight
        assert 0 <= one.confidence <= 1
        assert one.reason.endswith(".")
        assert one.points == 0 or one.verdict is Verdict.JUDGED
        if one.verdict is Verdict.JUDGED and one.points == one.weight and not one.bonus:
            assert one.evidence or one.criterion_id in {"lets_finish", "clarity", "avoids_inflaming"}
    for moment in [e for holder in (*card.marks, *card.failures) for e in holder.evidence]:
        assert whole.span.covers(moment.span)
        assert moment.quote
    if card.raw_percent is not None:
        assert 0 <= card.capped_percent <= card.raw_percent <= 105


@fewer
@given(SCRIPTS, RUBRIC, TABLE)
def test_the_same_call_gets_the_same_card(script, rubric, table):
    assert mark(call(*script), rubric, table) == mark(call(*script), rubric, table)


@fewer
@given(SCRIPTS, LIMITS, RUBRIC, TABLE)
def test_what_can_no_longer_be_heard_never_costs_points(script, limits, rubric, table):
    whole = call(*script)
    full = marks_of(mark(whole, rubric, table))
    limited = replace(whole, limits={**whole.limits, **dict.fromkeys(limits, "because")})
    for one in mark(limited, rubric, table).marks:
        if one.verdict is Verdict.JUDGED:
            assert full[one.criterion_id].verdict is Verdict.JUDGED
            assert one.points >= full[one.criterion_id].points


MERITS = {
    "greeting": (A.GREETS, A.GIVES_NAME, A.OFFERS_HELP),
    "paraphrases": (A.CHECKS_UNDERSTANDING, A.PARAPHRASES),
    "ownership": (A.TAKES_OWNERSHIP,),
    "options": (A.OFFERS_OPTION,),
    "next_step": (A.COMMITS_TO_STEP,),
    "recap_close": (A.RECAPS, A.CHECKS_RESOLUTION, A.CLOSES),
    "extra_mile": (A.EXTRA_MILE,),
    "timely_apology": (A.APOLOGIZES,),
    "sets_boundary": (A.SETS_BOUNDARY,),
}


@fewer
@given(SCRIPTS, RUBRIC, st.data())
def test_a_further_good_act_never_lowers_its_own_mark(script, rubric, data):
    whole = call(*script)
    own = [turn for turn in whole.turns if turn.speaker is Speaker.TRAINEE]
    criterion = data.draw(st.sampled_from([c for c in rubric.criteria if c.id in MERITS]))
    if not own:
        return
    turn = data.draw(st.sampled_from(own))
    kind = data.draw(st.sampled_from(MERITS[criterion.id]))
    act = Act(kind, turn.speaker, turn.id, turn.span, turn.text, 1.0)
    more = replace(whole, acts=tuple(sorted((*whole.acts, act), key=lambda a: (a.span, a.kind))))
    before, after = (marks_of(mark(one, rubric))[criterion.id] for one in (whole, more))
    if before.verdict is Verdict.JUDGED:
        assert after.verdict is Verdict.JUDGED
        assert after.points >= before.points


def test_only_the_acts_of_the_one_who_speaks_count():
    swapped = call(*(replace(one, speaker=one.speaker.other) for one in GOOD))
    assert mark(swapped, DEFAULT).raw_percent < mark(call(*GOOD), DEFAULT).raw_percent


def test_a_trainee_alone_is_judged_on_what_needs_no_caller():
    alone = call(*(one for one in GOOD if one.speaker is Speaker.TRAINEE), layout=Layout.TRAINEE_ONLY)
    card = mark(replace(alone, limits={Limit.NO_CALLER: "trainee only"}), DEFAULT)
    assert marks_of(card)["greeting"].points == 4
    assert marks_of(card)["acknowledges"].verdict is Verdict.NOT_MEASURABLE


def test_a_rubric_of_nothing_but_bonus_has_no_percentage():
    bonus = Rubric.model_validate(
        {**DEFAULT.model_dump(), "criteria": [c.model_dump() for c in DEFAULT.criteria if c.bonus]}
    )
    assert mark(call(*GOOD), bonus).raw_percent is None
