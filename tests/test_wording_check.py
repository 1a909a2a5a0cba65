"""Other words for a caller's line: what may be said, what may not, and why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language_models import other_words
from voicecoach.conversation import Line, Move
from voicecoach.converse.wording_check import AS_WRITTEN, WordingCheck, plain
from voicecoach.devices.documents import PERSONAS, read_persona, shipped
from voicecoach.persona import role_of
from voicecoach.quantities import tokens
from voicecoach.spoken import Delivery

LUGGAGE = read_persona("lost-luggage")
CHECK = WordingCheck(LUGGAGE, role_of(LUGGAGE, ""))


def line(move: Move, text: str) -> Line:
    return Line(0, move, text, Delivery("en-us"))


def refusal(move: Move, written: str, new: str, **known) -> str | None:
    return CHECK.refusal(line(move, written), plain(new), **known)


GOOD = [
    (
        Move.OPENS,
        "You lost my suitcase and nobody can tell me where it is.",
        "You lost my suitcase, and no one knows where it is.",
    ),
    (Move.ADDS_DETAIL, "I was on hold for forty minutes.", "You kept me on hold for forty minutes."),
    (Move.ANSWERS, "It is four seven two nine.", "That would be four seven two nine."),
    (Move.BARGAINS, "When will I get my suitcase?", "So when am I going to get my suitcase?"),
    (Move.COMPLAINS, "This is ridiculous.", "Honestly, this is unbelievable."),
    (Move.ACCUSES, "You people never listen.", "Nobody over there listens to a word I say."),
    (
        Move.REFUSES,
        "No, that is not good enough.",
        "\u201cNo, that just isn\u2019t good enough for me.\u201d",
    ),
    (Move.ACCEPTS, "That would be perfect.", "Yes \u2014 that would be perfect, thank you."),
    (Move.ASKS_FOR_SUPERVISOR, "I want to speak to your manager.", "Let me speak to your manager, please."),
]


@pytest.mark.parametrize(("move", "written", "new"), GOOD)
def test_what_says_the_same_may_be_said(move: Move, written: str, new: str) -> None:
    assert refusal(move, written, new) is None


ARRIVED = "My suitcase did not arrive on the flight from Boston to Chicago."
HOLD = "I was on hold for forty minutes."
NOON = "I need it before noon tomorrow."
BAD = [
    # the form
    (Move.COMPLAINS, "This is ridiculous.", "", "at least 1 character"),
    (Move.COMPLAINS, "This is ridiculous.", "...", "nothing in it that can be said"),
    (Move.COMPLAINS, "This is ridiculous.", "This is bad. Really bad.", "more than one sentence"),
    (Move.COMPLAINS, "This is ridiculous.", "This is\nunbelievable", "line break"),
    (Move.COMPLAINS, "This is ridiculous.", "so " * 80, "at most 200 characters"),
    (
        Move.COMPLAINS,
        "This is ridiculous.",
        "This is really very, very, very, very, very bad.",
        "more than 8 words",
    ),
    (
        Move.COMPLAINS,
        "This is ridiculous.",
        "(sighs) This is unbelievable.",
        "signs that are not spoken: '(' ')'",
    ),
    (Move.COMPLAINS, "This is ridiculous.", "*This* is unbelievable.", "signs that are not spoken"),
    (Move.COMPLAINS, "This is ridiculous.", "Caller: This is bad.", "signs that are not spoken: ':'"),
    (Move.COMPLAINS, "This is ridiculous.", "This is bad \U0001f621", "signs that are not spoken"),
    (Move.COMPLAINS, "This is ridiculous.", "This is ridiculous!", "is the written line"),
    (Move.COMPLAINS, "This is ridiculous.", "This is outrageous.", "another line of the file"),
    (Move.COMPLAINS, "This is ridiculous.", "Is this bad?", "asks where the line does not"),
    (
        Move.BARGAINS,
        "When will I get my suitcase?",
        "I will get my suitcase.",
        "asks where the line does not",
    ),
    (Move.COMPLAINS, "This is ridiculous.", "As an assistant I can't say.", "whoever words it"),
    # the matter
    (Move.ADDS_DETAIL, HOLD, "I was on hold for fifty minutes.", "a number or an amount"),
    (Move.ADDS_DETAIL, HOLD, "I was on hold for forty hours.", "a number or an amount"),
    (Move.ADDS_DETAIL, HOLD, "I was on hold for very long.", "a number or an amount"),
    (
        Move.ANSWERS,
        "It is four seven two nine.",
        "That would be four seven nine two.",
        "a number or an amount",
    ),
    (Move.COMPLAINS, "This is ridiculous.", "You owe me ninety dollars.", "a number or an amount"),
    (Move.ANSWERS, NOON, "I really need it before tomorrow.", "changes a time"),
    (Move.OPENS, ARRIVED, "My suitcase did not arrive on the flight to Chicago.", "changes a name"),
    (Move.OPENS, ARRIVED, "My suitcase did not arrive on the Boston to Denver flight.", "changes a name"),
    (Move.COMPLAINS, "This is ridiculous.", "This is free.", "an amount"),
    (Move.COMPLAINS, "This is ridiculous.", "You have to pay for the courier.", "states a fact otherwise"),
    (
        Move.ADDS_DETAIL,
        "I waited at the airport.",
        "I waited at the hotel on river street.",
        "changes a name",
    ),
    (Move.OPENS, ARRIVED, "My suitcase did arrive on the flight from Boston to Chicago.", "a yes into a no"),
    (Move.REFUSES, "No, that is not good enough.", "That is good enough for me.", "a yes into a no"),
    (Move.ACCEPTS, "That would be perfect.", "That would not be perfect.", "a yes into a no"),
    (Move.REPEATS, "I want my suitcase.", "I got my suitcase.", "wants nothing"),
    (Move.COMPLAINS, "This is ridiculous.", "My grandmother is ill.", "may be made up: grandmother, ill"),
    (Move.COMPLAINS, "This is ridiculous.", "Das ist doch nicht wahr.", "may be made up"),
    (Move.OPENS, "You lost my suitcase.", "You know what it is.", "leaves out what the line tells"),
]


@pytest.mark.parametrize(("move", "written", "new", "reason"), BAD)
def test_what_says_something_else_is_refused_with_the_reason(
    move: Move, written: str, new: str, reason: str
) -> None:
    told = refusal(move, written, new)
    assert told is not None
    assert reason in told


def test_nothing_is_said_word_for_word_twice() -> None:
    new = "Honestly, this is unbelievable."
    assert (
        refusal(Move.COMPLAINS, "This is ridiculous.", new, said={tuple(tokens(new))}) == "was said already"
    )


def test_who_vents_may_take_up_what_the_trainee_said() -> None:
    new = "I don't care about your voucher."
    assert refusal(Move.ACCUSES, "You don't care about this at all.", new) == "may be made up: voucher"
    offered = "I can give you a voucher for the trouble."
    assert refusal(Move.ACCUSES, "You don't care about this at all.", new, trainee=offered) is None
    telling = refusal(
        Move.OPENS, "You lost my suitcase.", "You lost my suitcase and voucher.", trainee=offered
    )
    assert telling == "may be made up: voucher", "but not who tells what happened"


ENGLISH = [name for name in shipped(PERSONAS) if read_persona(name).caller_language == "en"]


@pytest.mark.parametrize("name", ENGLISH)
def test_every_line_of_every_caller_may_be_urged(name: str) -> None:
    """What is refused is refused for its words, not for the line: an opening that says nothing is allowed."""
    persona = read_persona(name)
    role = role_of(persona, name)
    check = WordingCheck(persona, role)
    lines = [
        line(move, text)
        for move, bands in role.lines.items()
        if move not in AS_WRITTEN
        for texts in bands.values()
        for text in texts
    ]
    lines += [line(Move.ADDS_DETAIL, text) for detail in role.details for text in detail.say]
    lines += [line(Move.ANSWERS, text) for answer in role.answers for text in answer.say]
    lines += [line(Move.BARGAINS, text) for need in role.needs for text in need.asks]
    refused = {one.text: check.refusal(one, plain(other_words(one.text))) for one in lines}
    assert {text: reason for text, reason in refused.items() if reason is not None} == {}


@given(new=st.text(max_size=60), move=st.sampled_from([move for move in Move if move not in AS_WRITTEN]))
def test_whatever_is_written_gets_an_answer(new: str, move: Move) -> None:
    told = refusal(move, "I want my suitcase.", new)
    assert told is None or told
