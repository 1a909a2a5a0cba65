"""The mood machine: what each cause does, its bounds, and its reasons."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trainee_lines import said, turn

from voicecoach.acts import TRAINEE_ACTS, ActKind
from voicecoach.conversation import BAND_FROM, Band, Manner
from voicecoach.converse.account import Account
from voicecoach.converse.delivery import delivery
from voicecoach.converse.hearing import hear
from voicecoach.converse.lots import Lots
from voicecoach.converse.mood import CAP, MoodMachine, band_of
from voicecoach.converse.mood_causes import EFFECTS, Cause
from voicecoach.devices.documents import read_persona
from voicecoach.role import CallerVoice, Temper
from voicecoach.timeline import samples

LUGGAGE = read_persona("lost-luggage")
EVEN = Temper(anger=60, trust=50, floor=0, hangs_up_at=100)
"""Every gain is 1: changes are those of the table."""

SORRY = ("I'm so sorry that your suitcase did not arrive.", ActKind.APOLOGIZES)
FEELING = ("I understand how upset you are about the suitcase.", ActKind.NAMES_FEELING)
BACK = ("So your suitcase with the gift is still in Boston.", ActKind.PARAPHRASES)
PROMISE = ("I will call you on Friday.", ActKind.COMMITS_TO_STEP)
CHOICE = ("Would you prefer a call or an email?", ActKind.OFFERS_OPTION)
DELIVERY = ("We send your suitcase to your hotel tomorrow morning.",)
MONEY = ("Buy what you need for up to one hundred dollars.",)


class Mind:
    """A caller's mood and memory, with the turns that reach it."""

    def __init__(self, temper: Temper = EVEN) -> None:
        role = LUGGAGE.role.model_copy(update={"temper": temper})
        self.account = Account(LUGGAGE, role)
        self.account.told("My suitcase is still in Boston and the gift is in it.")
        self.machine = MoodMachine(temper, self.account)
        self.machine.begin(0)

    def take(self, *sentences, **how):
        return self.machine.react(hear(turn(list(sentences), **how), self.account))

    def causes(self, *sentences, **how) -> dict[str, float]:
        return {change.cause: change.anger for change in self.take(*sentences, **how)}


@pytest.mark.parametrize(
    ("sentence", "cause", "anger"),
    [
        (FEELING, Cause.NAMES_FEELING, -12),
        (BACK, Cause.PARAPHRASES, -6),
        (SORRY, Cause.APOLOGIZES, -6),
        (PROMISE, Cause.COMMITS, -8),
        (CHOICE, Cause.OPTIONS, -8 * 0.3),
        (DELIVERY, Cause.NEED, -25 / 2 * 0.5),
        (("No.", ActKind.DECLINES), Cause.REFUSES, 10),
        (("Rules are rules.", ActKind.QUOTES_POLICY), Cause.REFUSES, 10),
        (("Calm down.", ActKind.TELLS_TO_CALM_DOWN), Cause.CALM_DOWN, 15),
        (("That can not be.", ActKind.DISBELIEVES), Cause.DISBELIEVES, 15),
        (("You packed it wrong.", ActKind.BLAMES), Cause.BLAMES, 15),
        (("You are crazy.", ActKind.INSULTS), Cause.INSULTS, 15),
        (("Watch it.", ActKind.SETS_BOUNDARY), Cause.WARNS, -5),
    ],
)
def test_one_act_moves_anger_as_the_table_says(sentence, cause, anger):
    found = Mind().causes(sentence)
    assert found == ({} if cause is None else {cause: pytest.approx(anger)})


def test_what_calms_wears_off_and_then_annoys():
    mind = Mind()
    felt = [mind.causes(FEELING) for _ in range(4)]
    assert [round(sum(each.values())) for each in felt] == [-12, -5, 3, 3]
    assert set(felt[2]) == {Cause.EMPTY_EMPATHY}
    mind.take(PROMISE)
    assert mind.causes(FEELING) == {}, "it is not empty once something was done"


def test_an_apology_in_time_late_and_again():
    assert Cause.APOLOGIZES in Mind().causes(SORRY, at_s=15, after_s=12)
    mind = Mind()
    mind.take(("Okay.",), at_s=5, after_s=1)  # the complaint ended at 4 s
    late = mind.causes(SORRY, at_s=26)
    assert late[Cause.APOLOGIZES_LATE] == pytest.approx(-2)
    assert mind.causes(SORRY, at_s=40)[Cause.APOLOGIZES_AGAIN] == pytest.approx(3)


def test_a_flat_apology_is_a_script():
    flat = Manner(pitch_sd_st=0.9)
    mind = Mind()
    assert mind.causes(SORRY, manner=flat) == {}, "the first formula is forgiven"
    assert mind.causes(SORRY, manner=flat) == {Cause.SCRIPT: pytest.approx(4)}
    assert Cause.APOLOGIZES in mind.causes(SORRY, manner=Manner(pitch_sd_st=2.5))


def test_a_paraphrase_must_be_theirs():
    stranger = ("So your washing machine is broken.", ActKind.PARAPHRASES)
    mind = Mind()
    assert mind.causes(stranger) == {}
    assert not mind.machine.mood.heard
    mind.take(BACK)
    assert mind.machine.mood.heard


def test_being_heard_makes_help_count():
    mind = Mind()
    mind.take(BACK)
    assert mind.causes(CHOICE)[Cause.OPTIONS] < -8, "full, and trust has grown"


def test_a_need_is_met_once_and_all_of_them_settle_it():
    mind = Mind()
    mind.take(BACK)
    mind.take(DELIVERY)
    assert not mind.machine.mood.need_met
    assert mind.causes(DELIVERY) == {}
    mind.take(MONEY)
    assert mind.machine.mood.need_met


@pytest.mark.parametrize(
    "sentence",
    [
        ("We can not send it to your hotel.",),
        ("Should we send your suitcase to your hotel?", ActKind.ASKS_CLOSED_QUESTION),
        ("So you want your suitcase sent to your hotel.", ActKind.PARAPHRASES),
    ],
)
def test_denied_asked_or_said_back_is_not_granted(sentence):
    mind = Mind()
    mind.take(sentence)
    assert mind.account.needs == set()


def test_no_extra_cost_is_no_denial():
    mind = Mind()
    mind.take(("We send it to your hotel at no extra cost.",))
    assert mind.account.needs == {"delivery"}


def test_nobody_settles_before_the_need_is_met():
    mind = Mind(EVEN.model_copy(update={"anger": 50.0}))
    for sentence in (FEELING, BACK, SORRY, PROMISE, CHOICE):
        mind.take(sentence)
    assert mind.machine.mood.anger == pytest.approx(BAND_FROM[Band.IRRITATED])
    mind.take(DELIVERY)
    mind.take(MONEY)
    assert mind.machine.mood.anger < BAND_FROM[Band.IRRITATED]


def test_another_way_is_taken_by_the_calm_only():
    other = ("We will pay for the suitcase and everything in it.",)
    for start, taken in ((65, False), (45, True)):
        mind = Mind(EVEN.model_copy(update={"anger": start}))
        mind.take(other)
        assert mind.machine.mood.need_met is taken


def test_asking_again_costs_more_each_time():
    mind = Mind()
    mind.account.told("The reference is four seven two nine.")
    again = ("What is the reference?", ActKind.VERIFIES_IDENTITY)
    assert [round(mind.causes(again)[Cause.ASKS_AGAIN]) for _ in range(3)] == [8, 10, 12]
    assert mind.causes(("What color is it?", ActKind.ASKS_PROBING_QUESTION)) == {}


def test_a_no_is_milder_with_a_reason_and_another_way():
    no, why, way = (
        ("I can not do that.", ActKind.DECLINES),
        ("The flight is full.", ActKind.EXPLAINS_CAUSE),
        ("I can try the train.", ActKind.OFFERS_OPTION),
    )
    assert [Mind().causes(*said)[cause] for said, cause in (
        ((no,), Cause.REFUSES), ((no, why), Cause.REFUSES_HALF), ((no, why, way), Cause.REFUSES_WELL)
    )] == [10, 7, 4]  # fmt: skip


def test_silences_count_once_and_grow():
    mind = Mind()
    first = mind.machine.silence(0, samples(6), announced=False)
    more = mind.machine.silence(0, samples(12), announced=False)
    assert [change.anger for change in (*first, *more)] == [4, 6]
    assert mind.machine.silence(0, samples(18), announced=False) == ()
    assert mind.machine.silence(0, samples(4), announced=False) == ()
    assert Mind().machine.silence(0, samples(30), announced=True) == ()


def test_a_slow_answer_is_a_silence_unless_a_wait_was_asked_for():
    assert Mind().causes(("Okay.",), at_s=20, after_s=7) == {Cause.SHORT_SILENCE: 4}
    mind = Mind()
    mind.take(("One moment please.", ActKind.ASKS_TO_HOLD))
    assert mind.causes(("Okay.",), at_s=30, after_s=12) == {}


def test_holds_count_when_longer_than_promised():
    machine = Mind().machine
    assert machine.hold_over(samples(60), samples(50), samples(60)) == ()
    (over,) = machine.hold_over(samples(200), samples(90), samples(60))
    assert (over.anger, over.quote) == (8, "on hold for 90 s, 60 s were promised")
    assert machine.hold_over(samples(300), samples(61), None)[0].anger > 0


def test_minutes_drift_until_solved():
    mind = Mind()
    assert len(mind.machine.drift(samples(185))) == 3
    assert mind.machine.drift(samples(190)) == ()
    mind.take(DELIVERY)
    mind.take(MONEY)
    assert mind.machine.drift(samples(600)) == ()


def test_wrong_facts_upset_when_they_come_out():
    wrong = ("Your suitcase will be there next week.",)
    mind = Mind()
    assert mind.causes(wrong) == {}, "how should they know"
    found = mind.take(DELIVERY)
    discovered = next(change for change in found if change.cause == Cause.WRONG_FACT)
    assert (discovered.anger, discovered.trust) == (15, -20)
    known = ("You have to pay for the courier.",)
    assert Mind().causes(known) == {Cause.WRONG_FACT: 15}


def test_manner_counts_against_their_own_normal():
    hurried = Manner(pace_wpm=20.0, level_db=7.0)
    assert set(Mind().causes(("Okay.",), manner=hurried)) == {Cause.RUSHES, Cause.RAISES_VOICE}
    assert Mind().causes(("Okay.",), manner=Manner(pace_wpm=14.0, level_db=5.9)) == {}


def test_tempers_weigh():
    calm_down = ("Calm down.", ActKind.TELLS_TO_CALM_DOWN)
    proud = Mind(EVEN.model_copy(update={"anger": 50.0, "respect": 0.5}))
    assert proud.causes(calm_down)[Cause.CALM_DOWN] == pytest.approx(7.5)
    slow = Mind(EVEN.model_copy(update={"calming": 0.5}))
    assert slow.causes(FEELING)[Cause.NAMES_FEELING] == pytest.approx(-6)


def test_a_turn_moves_fifteen_at_most():
    mind = Mind()
    mind.machine.interrupted(0, "over 'my suitcase'")
    mind.take(
        ("Calm down.", ActKind.TELLS_TO_CALM_DOWN),
        ("I don't believe you.", ActKind.DISBELIEVES),
    )
    assert mind.machine.mood.anger == 60 + CAP


def test_the_band_falls_one_step_at_a_time_and_rises_at_once():
    mind = Mind(EVEN.model_copy(update={"anger": 81.0}))
    shown = [mind.machine.band]
    for sentence in (FEELING, BACK, PROMISE, DELIVERY, MONEY, CHOICE):
        mind.take(sentence)
        shown.append(mind.machine.band)
    falls = [at for at in range(1, len(shown)) if shown[at] is not shown[at - 1]]
    steps = [list(Band).index(shown[at - 1]) - list(Band).index(shown[at]) for at in falls]
    assert steps == [1] * len(falls)
    assert len(falls) >= 2
    assert min(b - a for a, b in pairwise(falls)) >= 2
    for _ in range(2):
        mind.take(("Calm down.", ActKind.TELLS_TO_CALM_DOWN))
    assert mind.machine.band is band_of(mind.machine.mood.anger)


ACTS = st.lists(st.sampled_from(sorted(TRAINEE_ACTS)), max_size=5)
SENTENCES = (SORRY, FEELING, BACK, PROMISE, CHOICE, DELIVERY, MONEY)
OTHERS = ("Okay.", "What is the reference?", "Your suitcase will be there next week.")
TEXTS = st.sampled_from([*OTHERS, *(sentence[0] for sentence in SENTENCES)])
GAINS = st.floats(0, 3)
TEMPERS = st.builds(
    Temper,
    anger=st.floats(0, 49), floor=st.just(0.0), trust=st.floats(0, 100), calming=GAINS, angering=GAINS,
    time=GAINS, fairness=GAINS, respect=GAINS, hangs_up_at=st.floats(50, 100),
)  # fmt: skip


@settings(max_examples=60)
@given(TEMPERS, st.lists(st.tuples(TEXTS, ACTS, st.floats(-3, 40), st.floats(0.1, 90)), max_size=12))
def test_moods_stay_in_bounds_and_every_change_adds_up(temper, turns):
    mind, at_s = Mind(temper), 1.0
    mood = mind.machine.mood
    for text, kinds, after_s, wait_s in turns:
        at_s += wait_s
        changes = mind.machine.drift(samples(at_s))
        before = mood.anger
        turned = mind.machine.react(hear(said(text, *kinds, at_s=at_s, after_s=after_s), mind.account))
        for change in (*changes, *turned):
            assert change.cause in set(Cause)
            assert change.quote
            assert change.after.anger == pytest.approx(mood.anger + change.anger)
            assert change.after.trust == pytest.approx(mood.trust + change.trust)
            assert 0 <= change.after.anger <= 100
            assert 0 <= change.after.trust <= 100
            mood = change.after
        assert mood.anger == mind.machine.mood.anger, "nothing moves without a change"
        assert abs(mood.anger - before) <= CAP + 1e-6


def test_every_cause_has_an_effect_and_a_source():
    assert set(EFFECTS) == set(Cause)
    assert all(effect.source for effect in EFFECTS.values())
    calming = [effect for effect in EFFECTS.values() if effect.anger[0] < 0 and effect.until_heard == 1.0]
    assert all(effect.anger[-1] == 0 for effect in calming), "nobody is soothed for ever"


@pytest.mark.parametrize(("engine", "points"), [("espeak", 10.05), ("flite", 25.0)])
def test_anger_is_heard(engine, points):
    voice = CallerVoice(engine=engine, voice="x", rate_wpm=150, pitch=50, volume=100)
    calm, wild = delivery(voice, Band.SETTLED), delivery(voice, Band.ABUSIVE)
    assert (calm.rate_wpm, calm.pitch, calm.volume) == (150, 50, 100)
    assert wild.rate_wpm == pytest.approx(180)
    assert wild.pitch - 50 == pytest.approx(points, abs=0.1)
    assert wild.volume == pytest.approx(199.5, abs=0.1)  # +6 dB


def test_lots_are_drawn_by_name():
    one, same, other = Lots(1), Lots(1), Lots(2)
    names = [("line", at) for at in range(200)]
    assert [one.below(5, *name) for name in names] == [same.below(5, *name) for name in reversed(names)][::-1]
    assert [one.below(5, *name) for name in names] != [other.below(5, *name) for name in names]
    assert {one.below(5, *name) for name in names} == set(range(5))
    assert 60 <= sum(one.chance(0.4, *name) for name in names) <= 100
    assert not any(one.chance(0.0, *name) for name in names)


def test_the_guide_shows_the_table_that_is_used():
    guide = (Path(__file__).parent.parent / "docs/mood.md").read_text("utf-8").replace("\N{MINUS SIGN}", "-")
    rows = [line.strip("| \n").split(" | ") for line in guide.splitlines() if line.startswith("| ")]
    shown = {row[0]: row for row in rows if row[0] in set(Cause)}
    assert set(shown) == set(Cause)
    for cause, effect in EFFECTS.items():
        _, anger, trust, weighed, _ = shown[cause]
        assert [float(number) for number in anger.split(" (")[0].split(", ")] == list(effect.anger), cause
        assert [float(number) for number in trust.split(", ")] == list(effect.trust), cause
        assert weighed.strip() == (effect.sensitivity or "")
        assert (f"×{effect.until_heard:g} until heard" in anger) == (effect.until_heard != 1.0)
