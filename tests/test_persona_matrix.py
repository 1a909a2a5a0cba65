"""Every caller with every simulated trainee, in text: how calls end, and what they score.

The short form of ``python -m bench.personas``, which plays twenty calls of each.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from voicecoach.conversation import Ending
from voicecoach.devices.assets import weights
from voicecoach.devices.documents import PERSONAS, read_persona, read_rubric, read_stages, shipped
from voicecoach.devices.text_rehearsal import QuickReader, TextCall, TextRehearsal, Trainee
from voicecoach.level import Level, at_level
from voicecoach.score.marking import mark
from voicecoach.speech import Speaker
from voicecoach.trainee_script import Character
from voicecoach.understand.reader import ActReader

GOOD = {Ending.SATISFIED, Ending.GRUDGING, Ending.ENDED_AFTER_WARNING}
BAD = {Ending.CALLER_HUNG_UP, Ending.SUPERVISOR}
SEEDS = (1, 2)
CALLERS = shipped(PERSONAS)


persona_of, stages_of = cache(read_persona), cache(read_stages)


@cache
def reader() -> QuickReader:
    return QuickReader(ActReader(weights("acts")))


def play(name: str, character: Character, seed: int = 1, level: Level = Level.MEDIUM) -> TextCall:
    trainee = Trainee(character, stages_of(name, character))
    return TextRehearsal(at_level(persona_of(name), level), trainee, reader(), seed).run()


def score(name: str, character: Character) -> float:
    persona, rubric = persona_of(name), read_rubric("default")
    cards = [mark(play(name, character, seed).call, rubric, persona) for seed in SEEDS]
    return sum(card.raw_percent or 0.0 for card in cards) / len(cards)


def test_there_are_callers_of_every_kind():
    assert len(CALLERS) >= 15
    assert {persona_of(name).caller_language for name in CALLERS} == {"en", "es"}


@pytest.mark.parametrize("name", CALLERS)
def test_who_does_well_comes_to_a_good_end_and_who_does_badly_to_a_bad_one(name):
    for seed in SEEDS:
        assert play(name, Character.EXPERT, seed).ending in GOOD
        assert play(name, Character.RUDE, seed).ending in BAD
        assert play(name, Character.SILENT, seed).ending in BAD


@pytest.mark.parametrize("name", CALLERS)
def test_the_better_trainee_scores_higher(name):
    expert, novice, rude = (score(name, who) for who in (Character.EXPERT, Character.NOVICE, Character.RUDE))
    assert expert > novice > rude


@pytest.mark.parametrize("name", CALLERS)
def test_nobody_says_a_line_twice_and_every_change_has_its_cause(name):
    for character in Character:
        call = play(name, character)
        lines = Counter(
            turn.text for turn in call.call.turns if turn.speaker is Speaker.CALLER and turn.words
        )
        assert [line for line, count in lines.items() if count > 1] == []
        assert all(change.cause and change.quote for change in call.changes)
        assert all(
            0 <= change.after.anger <= 100 and 0 <= change.after.trust <= 100 for change in call.changes
        )


@pytest.mark.parametrize("level", [Level.EASY, Level.HARD])
@pytest.mark.parametrize("name", CALLERS)
def test_easy_and_hard_callers_can_be_won_and_lost(name, level):
    assert play(name, Character.EXPERT, level=level).ending in GOOD
    assert play(name, Character.RUDE, level=level).ending in BAD
    anger = {one: at_level(persona_of(name), one).role.temper.anger for one in Level}
    assert anger[Level.EASY] <= anger[Level.MEDIUM] <= anger[Level.HARD]


def test_what_a_caller_says_in_spanish_is_not_judged():
    (spanish,) = [name for name in CALLERS if persona_of(name).caller_language == "es"]
    card = mark(play(spanish, Character.EXPERT).call, read_rubric("default"), persona_of(spanish))
    abstained = {one.criterion_id: one.reason for one in card.marks if one.verdict.value == "not measurable"}
    assert "paraphrases" in abstained
    assert "'es'" in abstained["paraphrases"]
    assert not {"greeting", "next_step", "remedy"} & set(abstained), "the trainee's own work is judged"


def test_the_same_seed_gives_the_same_call():
    one, same = (play("returns-desk", Character.EXPERT, 7).call.turns for _ in range(2))
    assert one == same
