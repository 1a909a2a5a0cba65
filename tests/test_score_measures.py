"""The numbers of a call, by hand on small calls; what cannot be measured is None with its reason."""

from dataclasses import fields, replace

import pytest
from calls import call, caller, silence, trainee, without_words

from voicecoach.acts import ActKind as A
from voicecoach.audio import Layout
from voicecoach.call import Limit
from voicecoach.score.measures import _COMPUTED, Measures, measure
from voicecoach.score.silences import dead_air, holds
from voicecoach.speech import OverlapKind

TEN_WORDS = "one two three four five six seven eight nine ten"


def test_every_field_is_computed_once_and_in_order():
    assert list(_COMPUTED) == [field.name for field in fields(Measures)][:-1]
    assert list(measure(call(trainee("Hello."))).as_row()) == list(_COMPUTED)


def test_shares_and_paces():
    heard = call(
        caller(TEN_WORDS, pace_wpm=60),  # 0 to 10 s
        trainee(TEN_WORDS, pace_wpm=120),  # 10.5 to 15.5 s
        caller(TEN_WORDS, pace_wpm=120),  # 16 to 21 s
        trainee(TEN_WORDS, pace_wpm=60),  # 21.5 to 31.5 s
    )
    numbers = measure(heard)
    assert numbers.duration_s == pytest.approx(31.5)
    assert numbers.trainee_speech_s == pytest.approx(15)
    assert numbers.trainee_talk_share == pytest.approx(0.5)
    assert numbers.trainee_talk_share_first_third == pytest.approx(0)
    assert numbers.reply_gap_median_s == pytest.approx(0.5)
    assert numbers.pace_wpm == pytest.approx(80)
    assert numbers.longest_monologue_s == pytest.approx(10)
    assert numbers.trainee_words == 20


def test_overlaps_are_counted_by_who_and_why():
    heard = call(
        caller(TEN_WORDS, pace_wpm=60),
        trainee("yes", into=2.0, overlap=OverlapKind.BACKCHANNEL),
        trainee(TEN_WORDS, into=1.0, overlap=OverlapKind.COMPETITIVE),
        caller(TEN_WORDS, into=1.0, overlap=OverlapKind.COMPETITIVE),
    )
    numbers = measure(heard)
    assert (numbers.backchannels_by_trainee, numbers.competitive_by_trainee) == (1, 1)
    assert (numbers.competitive_by_caller, numbers.cooperative_by_trainee) == (1, 0)
    assert numbers.competitive_by_trainee_per_min == pytest.approx(60 / numbers.duration_s)
    assert numbers.double_talk_percent > 0


def test_silences_are_split_into_holds_and_dead_air():
    heard = call(
        trainee("May I put you on hold for one minute while I look?", A.ASKS_TO_HOLD),
        silence(20.0),
        trainee("Thank you for holding.", A.THANKS),
        caller("And now?", A.ASKS_QUESTION),
        silence(11.0),
        trainee("It will come."),
    )
    numbers = measure(heard)
    assert (numbers.silences_5s, numbers.unannounced_silences_5s, numbers.unannounced_silences_30s) == (
        2,
        1,
        0,
    )
    assert (numbers.holds, numbers.longest_hold_s) == (1, pytest.approx(20))
    (hold,) = holds(heard)
    assert (hold.permission, hold.reason, hold.promised_s, hold.thanked) == (True, True, 60, True)
    (quiet,) = dead_air(heard, 10)
    assert quiet.span.duration_s == pytest.approx(11)


def test_times_run_from_the_first_complaint():
    heard = call(
        caller(TEN_WORDS, A.COMPLAINS, pace_wpm=60),
        silence(3.0),
        trainee("I am sorry.", A.APOLOGIZES),
        trainee("I see how upset you are.", A.NAMES_FEELING),
        trainee("I will send it.", A.COMMITS_TO_STEP),
    )
    numbers = measure(heard)
    assert numbers.first_apology_s == numbers.first_acknowledgement_s == pytest.approx(3)
    assert numbers.first_solution_s > 13


def test_an_apology_before_the_complaint_answers_nothing():
    heard = call(
        trainee("Sorry to keep you waiting.", A.APOLOGIZES), caller(TEN_WORDS, A.COMPLAINS), trainee("Yes.")
    )
    assert measure(heard).first_apology_s is None


def test_a_turn_of_less_than_a_second_says_nothing_of_the_voice():
    heard = call(trainee("Yes.", pace_wpm=120, f0_sd_st=9.0), trainee(TEN_WORDS, f0_sd_st=2.0))
    assert measure(heard).f0_sd_st == pytest.approx(2.0)


def test_rates_are_per_hundred_words_of_the_trainee():
    heard = call(
        trainee(TEN_WORDS, A.HEDGES), trainee(f"um {TEN_WORDS}"), caller(f"uh {TEN_WORDS}", A.HEDGES)
    )
    assert measure(heard).hedges_per_100_words == pytest.approx(100 / 21)
    assert measure(heard).fillers_per_100_words is None
    keeps = replace(heard, limits={})
    assert measure(keeps).fillers_per_100_words == pytest.approx(100 / 21)


def test_changes_after_an_attack_are_against_the_own_normal():
    heard = call(
        trainee(TEN_WORDS, pace_wpm=100),
        caller("You never listen.", A.ATTACKS),
        trainee(TEN_WORDS, pace_wpm=150, level_db=5.0),
    )
    numbers = measure(heard)
    assert numbers.pace_change_after_attack_wpm == pytest.approx(150 - 120)
    assert numbers.level_change_after_attack_db == 5.0
    assert measure(call(trainee(TEN_WORDS))).pace_change_after_attack_wpm is None


LIMITED = {
    Limit.NO_WORDS: {"trainee_words", "pace_wpm", "hedges_per_100_words", "holds", "first_apology_s"},
    Limit.FOREIGN_LANGUAGE: {"hedges_per_100_words", "questions_before_solution", "unannounced_silences_5s"},
    Limit.ONE_CHANNEL: {"trainee_talk_share", "competitive_by_trainee", "f0_sd_st", "reply_gap_median_s"},
    Limit.NO_CALLER: {"trainee_talk_share", "double_talk_percent", "silences_5s", "first_acknowledgement_s"},
    Limit.NO_FILLERS: {"fillers_per_100_words"},
}


@pytest.mark.parametrize("limit", LIMITED)
def test_what_a_limit_forbids_is_none_with_its_reason(limit):
    heard = call(
        caller("My phone broke and I am angry.", A.COMPLAINS),
        trainee("I am sorry, maybe it broke.", A.APOLOGIZES, A.HEDGES),
        limits={limit: "because of this"},
    )
    numbers = measure(heard)
    for name in LIMITED[limit]:
        assert getattr(numbers, name) is None
        assert numbers.why(name) == "because of this"
    assert numbers.why("duration_s") is None


def test_every_none_has_a_reason_and_every_number_has_none():
    for heard in (call(trainee("Hello.")), without_words(call(trainee("Hello."), caller("Hello.")))):
        numbers = measure(heard)
        for name, value in numbers.as_row().items():
            assert (numbers.why(name) is not None) is (value is None), name


def test_a_call_without_anybody_is_measured_as_nothing():
    numbers = measure(call(silence(3.0), layout=Layout.TWO_CHANNEL))
    assert numbers.trainee_talk_share is None
    assert numbers.trainee_speech_s == 0


def test_a_silent_trainees_dead_air_needs_no_words():
    heard = without_words(call(caller("Hello?"), silence(12.0), caller("Anybody there?")))
    assert measure(heard).unannounced_silences_10s == 1
