"""A caller holds a trainee to what was promised, and is satisfied only if what lies behind was taken up."""

from __future__ import annotations

import pytest
from trainee_lines import Conversation

from voicecoach.acts import ActKind
from voicecoach.conversation import Ending, Move
from voicecoach.converse.caller import Caller
from voicecoach.converse.mood_causes import Cause
from voicecoach.devices.documents import read_persona
from voicecoach.level import Level, at_level
from voicecoach.role import Role
from voicecoach.telling import Hidden

LUGGAGE = read_persona("lost-luggage")
assert LUGGAGE.role is not None
HIDDEN = Hidden(
    grievance="The suitcase holds her father's letters, and the desk laughed about it.",
    hints=("It is not only about clothes.", "There is more in it than clothes."),
    asked=("something else",),
    say=("My father's letters are in it.", "The letters from my father are in it."),
    eased_by=("what those letters mean",),
)


def with_hidden(hidden: Hidden | None) -> Conversation:
    role: Role = LUGGAGE.role.model_copy(update={"hidden": hidden})
    return Conversation(Caller(LUGGAGE.model_copy(update={"role": role}), 1))


HELLO = ("Good evening this is Anna how can I help you?", ActKind.GREETS, ActKind.GIVES_NAME)
SORRY = ("I'm so sorry that your suitcase did not arrive.", ActKind.APOLOGIZES)
FEELING = ("I understand how upset you are about the suitcase.", ActKind.NAMES_FEELING)
BACK = ("So your suitcase is in Boston and you need it before noon.", ActKind.PARAPHRASES)
DELIVERY = (
    "The courier will be at your hotel tomorrow by ten o'clock with the suitcase.",
    ActKind.COMMITS_TO_STEP,
)
LATER = ("The courier will be at your hotel with the suitcase at eleven o'clock.", ActKind.COMMITS_TO_STEP)
REFUSED = ("I can't send a courier to your hotel.", ActKind.DECLINES)
MONEY = ("I can pay up to one hundred dollars for everything you need.", ActKind.OFFERS_OPTION)
BEHIND = ("Is there something else about it?", ActKind.ASKS_OPEN_QUESTION)
TAKEN_UP = ("I know what those letters mean to you.",)
ELSE = ("Is there anything else I can help you with?", ActKind.CHECKS_RESOLUTION)
BYE = ("Thank you for calling and goodbye.", ActKind.CLOSES, ActKind.THANKS)
SOLVED = ((HELLO,), (SORRY, FEELING), (BACK,), (DELIVERY,), (MONEY,))


def play(call: Conversation, *turns: tuple[tuple[object, ...], ...]) -> Conversation:
    for turn in turns:
        call.say(*turn)
    return call


def said(call: Conversation, move: Move) -> list[str]:
    return [line.text for reply in call.replies for line in reply.lines if line.move is move]


def causes(call: Conversation) -> list[str]:
    return [change.cause for change in call.changes]


def test_a_promise_is_said_back_once_at_the_end():
    call = play(with_hidden(None), *SOLVED, (ELSE,), (BYE,))
    (held,) = said(call, Move.HOLDS_TO)
    assert "tomorrow by ten o'clock" in held
    assert call.ending is Ending.SATISFIED


def test_another_time_for_the_same_matter_is_caught_with_both_times():
    call = play(with_hidden(None), (HELLO,), (DELIVERY,), (LATER,))
    (caught,) = said(call, Move.CATCHES)
    assert "tomorrow by ten o'clock" in caught
    assert "at eleven o'clock" in caught
    assert causes(call).count(Cause.BREAKS_PROMISE) == 1
    play(call, (LATER,))
    assert causes(call).count(Cause.BREAKS_PROMISE) == 1, "the new promise holds now"


def test_a_promise_that_is_refused_later_is_broken():
    call = play(with_hidden(None), (HELLO,), (DELIVERY,), (REFUSED,))
    assert Cause.BREAKS_PROMISE in causes(call)
    assert said(call, Move.CHALLENGES)


def test_a_promise_with_two_times_may_be_said_again_with_one_of_them():
    booked = (
        "You are booked on the flight at seven o'clock and arrive at nine o'clock.",
        ActKind.COMMITS_TO_STEP,
    )
    again = ("So you are booked on the flight at seven o'clock.", ActKind.RECAPS)
    window = ("The courier comes with the suitcase between eight and ten o'clock.", ActKind.COMMITS_TO_STEP)
    inside = ("The courier comes with the suitcase at nine o'clock.", ActKind.COMMITS_TO_STEP)
    call = play(with_hidden(None), (HELLO,), (booked,), (again,), (window,), (inside,))
    assert Cause.BREAKS_PROMISE not in causes(call)


def test_what_was_granted_can_be_taken_back_and_is_missed_again():
    call = play(with_hidden(None), *SOLVED)
    assert call.caller.mood.need_met
    anger = call.caller.mood.anger
    play(call, (("I can't pay up to one hundred dollars for everything you need.", ActKind.DECLINES),))
    assert not call.caller.mood.need_met
    assert call.caller.mood.anger > anger
    assert Cause.BREAKS_PROMISE in causes(call)
    play(call, (ELSE,), (BYE,), (BYE,))
    assert call.ending is not Ending.SATISFIED


def test_the_promise_that_settled_it_is_the_one_that_is_held_to():
    later = ("I will personally call you about your review on Friday.", ActKind.COMMITS_TO_STEP)
    call = play(with_hidden(None), *SOLVED, (later,), (BYE,))
    (held,) = said(call, Move.HOLDS_TO)
    assert "tomorrow by ten o'clock" in held


def test_another_way_that_came_too_early_is_taken_when_they_are_calmer_and_asked():
    other = LUGGAGE.role.alternatives[0]
    offer = (f"We could do this: {other.phrases[0]}.", ActKind.OFFERS_OPTION)
    call = play(with_hidden(None), (HELLO,), (offer,))
    assert call.caller.mood.anger >= 60, "too angry to hear of it"
    play(call, (SORRY, FEELING), (BACK,))
    assert not call.caller.mood.need_met
    play(call, (("Which one would you like?", ActKind.ASKS_OPEN_QUESTION),))
    assert call.caller.mood.need_met
    assert said(call, Move.ACCEPTS)


def test_sorry_for_what_lay_behind_is_no_second_apology():
    call = play(with_hidden(HIDDEN), *SOLVED, (ELSE,), (BEHIND,))
    play(call, (("I'm so sorry about the letters from your father.", ActKind.APOLOGIZES),))
    assert causes(call).count(Cause.TAKES_UP) == 1
    assert Cause.APOLOGIZES_AGAIN not in causes(call)


def test_a_settled_caller_waits_for_the_recap_before_they_ring_off():
    call = play(with_hidden(None), *SOLVED, (ELSE,), (ELSE,))
    assert call.ending is None
    play(call, (("So your suitcase will be there tomorrow by ten o'clock.", ActKind.RECAPS),))
    assert call.ending is Ending.SATISFIED


def test_another_matter_may_have_another_time():
    friday = ("I will call you about the refund on Friday.", ActKind.COMMITS_TO_STEP)
    monday = ("The suitcase will be at your hotel on Monday.", ActKind.COMMITS_TO_STEP)
    call = play(with_hidden(None), (HELLO,), (friday,), (monday,))
    assert Cause.BREAKS_PROMISE not in causes(call)


def test_what_lies_behind_is_let_on_told_when_asked_and_healed_when_taken_up():
    call = play(with_hidden(HIDDEN), *SOLVED, (ELSE,))
    assert said(call, Move.HINTS), "the matter goes well: now there is room for it"
    play(call, (BEHIND,))
    assert set(said(call, Move.CONFIDES)) <= set(HIDDEN.say)
    play(call, (TAKEN_UP,), (BYE,))
    assert causes(call).count(Cause.TAKES_UP) == 1
    assert call.ending is Ending.SATISFIED


@pytest.mark.parametrize("rest", [((BYE,),), ((ELSE,), (BYE,)), ((ELSE,), (BEHIND,), (BYE,))])
def test_who_passes_over_it_leaves_a_grudge(rest):
    call = play(with_hidden(HIDDEN), *SOLVED, *rest)
    assert call.ending is Ending.GRUDGING
    assert Cause.TAKES_UP not in causes(call)


def test_nothing_eases_what_was_not_told():
    call = play(with_hidden(HIDDEN), (HELLO,), (TAKEN_UP,))
    assert Cause.TAKES_UP not in causes(call)


def test_levels_move_the_temper_within_its_bounds_and_easy_callers_hide_nothing():
    role = LUGGAGE.role.model_copy(update={"hidden": HIDDEN})
    persona = LUGGAGE.model_copy(update={"role": role})
    easy, medium, hard = (at_level(persona, level).role for level in Level)
    assert medium is role
    assert easy.temper.anger < role.temper.anger < hard.temper.anger < hard.temper.hangs_up_at
    assert easy.temper.calming > role.temper.calming > hard.temper.calming
    assert easy.hidden is None
    assert hard.hidden == HIDDEN
