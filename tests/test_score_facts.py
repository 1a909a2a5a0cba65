"""Spoken amounts, and what was said against the fact table."""

import pytest
from calls import call, caller, trainee
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.acts import ActKind as A
from voicecoach.devices.documents import read_persona
from voicecoach.facts import Fact, FactTable, Step
from voicecoach.phrases import names_time
from voicecoach.quantities import Quantity, QuantityKind, quantities
from voicecoach.score.fact_check import FactOutcome, check_facts, check_process
from voicecoach.score.wording import sentences
from voicecoach.spoken_numbers import ONES, TENS

MONEY, PERCENT, DURATION, WEEKDAY, CLOCK, DATE, CODE = QuantityKind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("forty five dollars", (MONEY, 45, 45)),
        ("forty-five dollars.", (MONEY, 45, 45)),
        ("It is $45.", (MONEY, 45, 45)),
        ("45 bucks", (MONEY, 45, 45)),
        ("$1,200.50", (MONEY, 1200.5, 1200.5)),
        ("one thousand two hundred and five dollars", (MONEY, 1205, 1205)),
        ("two hundred and fifty dollars and ten cents", (MONEY, 250.1, 250.1)),
        ("a hundred dollars", (MONEY, 100, 100)),
        ("The return will cost you nothing.", (MONEY, 0, 0)),
        ("There is no charge for the replacement.", (MONEY, 0, 0)),
        ("three to five days", (DURATION, 72, 120)),
        ("3-5 business days", (DURATION, 72, 120)),
        ("$40 to $60", (MONEY, 40, 60)),
        ("twenty four hours", (DURATION, 24, 24)),
        ("a week", (DURATION, 168, 168)),
        ("the two-year warranty", (DURATION, 2 * 8760, 2 * 8760)),
        ("twenty percent off", (PERCENT, 20, 20)),
        ("by Monday", (WEEKDAY, 0, 0)),
        ("by ten o'clock", (CLOCK, 10, 10)),
        ("at half past nine", (CLOCK, 9.5, 9.5)),
        ("a quarter to twelve", (CLOCK, 11.75, 11.75)),
        ("at 10:30 p.m.", (CLOCK, 10.5, 10.5)),
        ("between eight and ten o'clock", (CLOCK, 8, 10)),
        ("from two to five o'clock", (CLOCK, 2, 5)),
        ("at six forty", (CLOCK, 6 + 40 / 60, 6 + 40 / 60)),
        ("March fifth", (DATE, 305, 305)),
        ("on the twenty first of May", (DATE, 521, 521)),
        ("four seven two nine", (CODE, 14729, 14729)),
        ("forty seven twenty nine", (CODE, 14729, 14729)),
        ("order 4729", (CODE, 14729, 14729)),
        ("double five oh three", (CODE, 15503, 15503)),
        ("zero zero seven", (CODE, 1007, 1007)),
    ],
)
def test_a_spoken_amount_is_a_number_with_its_unit(text, expected):
    assert quantities(text) == [Quantity(expected[0], *map(float, expected[1:]))]


@pytest.mark.parametrize(
    "text",
    [
        "four seven",
        "six forty",
        "ten thirty",
        "not forty dollars",
        "feel free to call",
        "error code five",
        "one of them",
        "",
        "$",
    ],
)
def test_what_has_no_unit_or_is_denied_is_no_amount(text):
    assert quantities(text) == []


def test_a_day_is_twenty_four_hours_and_a_week_seven_days():
    assert quantities("seven days") == quantities("one week")
    assert quantities("one day") == quantities("24 hours")


def spell(number: int) -> str:
    """`number` below a million in English words, written independently of the parser."""
    words = {value: word for word, value in {**ONES, **TENS}.items()}
    if number in words:
        return words[number]
    if number < 100:
        return f"{words[number // 10 * 10]} {words[number % 10]}"
    if number < 1000:
        rest = f" and {spell(number % 100)}" if number % 100 else ""
        return f"{words[number // 100]} hundred{rest}"
    rest = f" {spell(number % 1000)}" if number % 1000 else ""
    return f"{spell(number // 1000)} thousand{rest}"


@given(st.integers(min_value=0, max_value=999_999))
def test_every_spelled_number_is_understood_as_its_digits(number):
    value = float(number)
    assert quantities(f"It costs {spell(number)} dollars today") == [Quantity(MONEY, value, value)]
    assert quantities(f"It costs ${number:,} today") == [Quantity(MONEY, value, value)]


@given(st.text(max_size=80))
def test_no_text_breaks_the_parser(text):
    for quantity in quantities(text):
        assert quantity.low <= quantity.high


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("by Friday", True),
        ("in three to five days", True),
        ("tomorrow morning", True),
        ("I will send it soon", False),
        ("I may do that", False),
        ("I know it", False),
    ],
)
def test_a_time_is_recognized(text, expected):
    assert names_time(text) is expected


# --- the table --------------------------------------------------------------------------------

TABLE = FactTable(
    facts=(
        Fact(id="amount", title="Amount", topic=("refund of",), right=("ninety dollars",)),
        Fact(id="time", title="Time", topic=("refund will",), right=("three to five days",)),
        Fact(
            id="box",
            title="Box",
            topic=("return",),
            right=("original box",),
            wrong=("any box",),
            material=False,
        ),
    )
)


def outcomes(*lines):
    return {check.fact.id: check.outcome for check in check_facts(call(*lines), TABLE)}


@pytest.mark.parametrize(
    ("said", "fact", "expected"),
    [
        ("I can offer you a full refund of ninety dollars.", "amount", FactOutcome.RIGHT),
        ("I can offer you a full refund of $90.", "amount", FactOutcome.RIGHT),
        ("I can offer you a full refund of sixty dollars.", "amount", FactOutcome.WRONG),
        ("I can offer you a refund of what you paid.", "amount", FactOutcome.UNSAID),
        ("There is a charge of sixty dollars.", "amount", FactOutcome.UNSAID),
        ("The refund will be on your card in five working days.", "time", FactOutcome.RIGHT),
        ("The refund will be on your card in two weeks.", "time", FactOutcome.WRONG),
        ("The refund will take a while. It can take up to two weeks.", "time", FactOutcome.WRONG),
        ("The refund will take a while. My break takes two weeks.", "time", FactOutcome.UNSAID),
        ("You said the refund will take two weeks.", "time", FactOutcome.UNSAID),
        ("The refund will not be two weeks but five days.", "time", FactOutcome.RIGHT),
        (
            "The refund will take two weeks. No I am sorry. The refund will take five days.",
            "time",
            FactOutcome.MENDED,
        ),
        ("Please return it in the original box.", "box", FactOutcome.RIGHT),
        ("You can return it in any box.", "box", FactOutcome.WRONG),
        ("You can return it on Monday.", "box", FactOutcome.UNSAID),
    ],
)
def test_a_statement_is_checked_near_its_topic_only(said, fact, expected):
    assert outcomes(trainee(said))[fact] is expected


def test_what_the_caller_says_is_never_the_trainees_mistake():
    assert set(outcomes(caller("I was told the refund will take two weeks.")).values()) == {
        FactOutcome.UNSAID
    }


def test_saying_the_caller_back_is_not_a_statement():
    back = trainee("So the refund will take two weeks is that right?", A.PARAPHRASES, A.CHECKS_UNDERSTANDING)
    assert outcomes(back)["time"] is FactOutcome.UNSAID


def test_steps_are_found_after_the_step_before_them():
    table = FactTable(
        process=(
            Step(id="ask", title="Ask", acts=(A.ASKS_PROBING_QUESTION,)),
            Step(id="box", title="Box", phrases=("original box",)),
            Step(id="end", title="End", acts=(A.CLOSES,)),
        )
    )
    checks = check_process(
        call(
            trainee("Keep the original box please."),
            trainee("When did you buy it?", A.ASKS_PROBING_QUESTION),
            trainee("Do you have the original box?"),
        ),
        table,
    )
    quoted = [check.evidence.quote if check.evidence else None for check in checks]
    assert quoted == ["When did you buy it?", "Do you have the original box?", None]


def test_sentences_hold_every_word_once_in_order():
    turn = call(trainee("One two. Three four? Five six")).turns[0]
    found = list(sentences(turn))
    assert [one.text for one in found] == ["One two.", "Three four?", "Five six"]
    assert [word for one in found for word in one.words] == list(turn.words)


def test_the_returns_desk_knows_its_own_facts_as_right():
    table = read_persona("returns-desk")
    for fact in table.facts:
        for right in fact.right:
            for topic in fact.topic:
                checks = check_facts(call(trainee(f"Well {topic} {right}.")), table)
                mine = next(check for check in checks if check.fact.id == fact.id)
                assert mine.outcome is FactOutcome.RIGHT, (topic, right)


def test_a_wrong_phrase_that_is_denied_is_not_said():
    fact = Fact(
        id="x", title="X", topic=("refund",), right=("store credit",), wrong=("can refund", "no credit")
    )
    assert fact.stated("I can refund you today.") is False
    assert fact.stated("I don't think we can refund that.") is None
    assert fact.stated("There is no credit and no refund.") is False, "what denies by itself is still wrong"
