"""What good agents say after they have granted something breaks no promise and takes nothing back.

Read by the real reader of acts: a caller who accuses somebody wrongly is worse than one who lets it pass.
"""

from __future__ import annotations

from functools import cache

import pytest
from trainee_lines import Conversation

from voicecoach.acts import ActKind
from voicecoach.converse.caller import Caller
from voicecoach.converse.mood_causes import Cause
from voicecoach.devices.assets import weights
from voicecoach.devices.documents import read_persona
from voicecoach.persona import Persona
from voicecoach.speech import Speaker
from voicecoach.understand.reader import ActReader

RETURNS, LUGGAGE = read_persona("returns-desk"), read_persona("lost-luggage")
GRANTED = (
    "Good morning this is Anna how can I help you today?",
    "I'm sorry to hear that the television stopped working.",
    "So the television stopped working and nobody called you back, is that right?",
    "I can offer you a full refund of ninety dollars.",
    "The refund will be on your card in three to five days.",
    "I will send a courier for the set on Monday.",
)
SENT = (
    "Good morning this is Anna how can I help you today?",
    "I'm so sorry that your suitcase did not arrive.",
    "I will send the courier with your suitcase to your hotel tomorrow by ten o'clock.",
)


@cache
def reader() -> ActReader:
    return ActReader(weights("acts"))


def spoken(persona: Persona, texts: tuple[str, ...]) -> Conversation:
    call = Conversation(Caller(persona, 1))
    for text in texts:
        call.say((text, *reader().acts_in(text, Speaker.TRAINEE)))
    return call


def added(call: Conversation, text: str) -> set[str]:
    """The causes that one more turn brings."""
    before = len(call.changes)
    call.say((text, *reader().acts_in(text, Speaker.TRAINEE)))
    return {change.cause for change in call.changes[before:]}


UPSETTING = {Cause.BREAKS_PROMISE, Cause.WRONG_FACT, Cause.DISBELIEVES, Cause.BLAMES, Cause.INSULTS}


@pytest.mark.parametrize(
    "text",
    [
        "You do not have to do anything for the full refund.",
        "Is there anything you do not understand about the full refund?",
        "I will send you the number of the courier on Friday.",
        "I will send you the refund receipt within one hour.",
        "The refund will be on your card in four days at the latest.",
        "Once more, the courier comes on Monday.",
        "You are right, that should not have happened.",
        "I believe every word you say.",
        "One second, I will look up when the refund will be on your card.",
        "You don't need the box, and you don't need to pay for the courier.",
        "You can't do anything wrong with it, the courier takes care of everything.",
        "So the refund is ninety dollars and the courier comes on Monday.",
    ],
)
def test_nothing_is_held_against_somebody_who_keeps_their_word(text: str) -> None:
    call = spoken(RETURNS, GRANTED)
    assert call.caller.mood.need_met
    assert not added(call, text) & UPSETTING
    assert call.caller.mood.need_met


@pytest.mark.parametrize(
    "text",
    [
        "You were told the courier would bring the suitcase today and nobody came, I understand.",
        "So the suitcase should have been here today, is that right?",
        "I'll call you on Friday to hear whether everything was in it.",
        "The courier will call you before he comes to the hotel.",
    ],
)
def test_telling_back_what_went_wrong_is_no_promise_of_ones_own(text: str) -> None:
    assert Cause.BREAKS_PROMISE not in added(spoken(LUGGAGE, SENT), text)


@pytest.mark.parametrize(
    ("persona", "before", "text"),
    [
        (RETURNS, GRANTED, "I'm sorry, I can't give you the full refund after all."),
        (RETURNS, GRANTED, "The courier for the set will come on Thursday."),
        (LUGGAGE, SENT, "The courier with your suitcase will be at the hotel the day after tomorrow."),
        (LUGGAGE, SENT, "I am sorry but I can't send a courier with your suitcase to your hotel."),
    ],
)
def test_a_word_that_is_broken_is_noticed(persona: Persona, before: tuple[str, ...], text: str) -> None:
    assert Cause.BREAKS_PROMISE in added(spoken(persona, before), text)


def test_another_way_that_was_taken_back_does_not_settle_it() -> None:
    call = spoken(RETURNS, GRANTED[:3])
    call.say(("I can send you a new television tomorrow.", ActKind.OFFERS_OPTION))
    assert call.caller.mood.need_met, "another way will do for somebody who is not angry"
    added(call, "I'm sorry, I can't send you a new television tomorrow.")
    assert not call.caller.mood.need_met
