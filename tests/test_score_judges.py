"""Each judge on the smallest call that shows what it decides: met, half met, not met, no occasion."""

from dataclasses import replace

import pytest
from calls import call, caller, silence, trainee

from voicecoach import judge_settings as settings
from voicecoach.acts import ActKind as A
from voicecoach.devices.documents import read_persona, read_rubric
from voicecoach.rubric import Criterion, Rubric, Section
from voicecoach.score.marking import mark
from voicecoach.scorecard import Skill, Verdict
from voicecoach.speech import OverlapKind

NA = Verdict.NOT_APPLICABLE
UNMEASURABLE = Verdict.NOT_MEASURABLE

HELLO = trainee("Good morning this is Anna how can I help you?", A.GREETS, A.GIVES_NAME, A.OFFERS_HELP)
BROKEN = caller("My new phone arrived broken and I want my money back.", A.COMPLAINS, A.DEMANDS)
ATTACK = caller("You people never listen.", A.ATTACKS)
FEELING = trainee("I understand how frustrating this must be.", A.NAMES_FEELING)
SORRY = trainee("I am so sorry about that.", A.APOLOGIZES)
VERIFY = trainee("May I have your account number please?", A.VERIFIES_IDENTITY, A.ASKS_CLOSED_QUESTION)
DISCLOSE = trainee("I can see two charges on your account.", A.DISCLOSES_ACCOUNT_DATA)
CHOICE = trainee("Would you prefer a refund or a replacement?", A.OFFERS_OPTION)
PROMISE = trainee("I will send it by Friday.", A.COMMITS_TO_STEP)
PROBE = trainee("When did you order it?", A.ASKS_PROBING_QUESTION)
PROBE_MORE = trainee("Was the box damaged?", A.ASKS_CLOSED_QUESTION)
HOLD = trainee("Can I put you on hold for one minute while I check your order?", A.ASKS_TO_HOLD)
BACK = trainee("Thank you for holding.", A.RETURNS_FROM_HOLD, A.THANKS)
FINE = caller("Okay that sounds good.", A.ACCEPTS)
LINE = trainee("Let me have a look at that for you today.")


def only(judge) -> Rubric:
    """A rubric with one criterion of 100 points."""
    criterion = Criterion(
        id="one",
        title="One",
        skill=Skill.SOFT,
        section="all",
        weight=100,
        judge=judge,
        na_when="-",
        evidence="-",
    )
    return Rubric(
        id="test",
        version="1",
        title="Test",
        sections=(Section(id="all", title="All"),),
        criteria=(criterion,),
    )


def judge(judge_settings, *lines, facts=None, **how):
    (found,) = mark(call(*lines, **how), only(judge_settings), facts).marks
    return found


def verdict_or_level(found):
    return found.points / 100 if found.verdict is Verdict.JUDGED else found.verdict


CASES = {
    settings.Greeting(): [
        ((HELLO,), 1),
        ((silence(9.0), HELLO), 1),
        ((silence(11.0), HELLO), 0.5),
        ((silence(21.0), HELLO), 0),
        ((trainee("Hello this is Anna.", A.GREETS, A.GIVES_NAME),), 0.5),
        ((trainee("Hello.", A.GREETS),), 0),
        ((trainee("What is the number?"),), 0),
    ],
    settings.Identity(): [
        ((VERIFY, DISCLOSE), 1),
        ((VERIFY,), 1),
        ((DISCLOSE, VERIFY), 0),
        ((DISCLOSE,), 0),
        ((LINE,), NA),
        ((caller("My account number is five two.", A.GIVES_INFORMATION), DISCLOSE), 0.5),
        ((caller("It came on Monday.", A.GIVES_INFORMATION), DISCLOSE), 0),
        ((replace(VERIFY, probability=0.4), DISCLOSE), 1),
        ((replace(DISCLOSE, probability=0.4),), NA),
    ],
    settings.LetsFinish(): [
        ((BROKEN, LINE), 1),
        ((BROKEN, replace(LINE, into=1.0)), 1),
        ((BROKEN, replace(LINE, into=1.0), BROKEN, replace(LINE, into=1.0)), 0.5),
        ((BROKEN, replace(LINE, into=1.0)) * 3, 0),
        ((BROKEN, replace(LINE, into=1.0, overlap=OverlapKind.BACKCHANNEL)) * 3, 1),
        ((BROKEN, replace(LINE, into=1.0, probability=0.4)) * 3, 1),
        ((LINE, replace(BROKEN, into=1.0)) * 3, 1),
        ((LINE,), NA),
    ],
    settings.Acknowledges(): [
        ((BROKEN, FEELING, PROMISE), 1),
        ((BROKEN, FEELING), 1),
        ((BROKEN, PROMISE, FEELING), 0.5),
        ((BROKEN, SORRY, PROMISE), 0.5),
        ((BROKEN, trainee("Your call is important to us.", A.SCRIPTED_PHRASE)), 0.5),
        ((BROKEN, trainee("I understand.", A.SCRIPTED_PHRASE)), 0),
        ((replace(BROKEN, probability=0.4), LINE), NA),
        ((BROKEN, PROMISE), 0),
        ((FEELING, BROKEN, PROMISE), 0),
        ((caller("How do I return it?", A.ASKS_QUESTION), PROMISE), NA),
    ],
    settings.TimelyApology(): [
        ((BROKEN, SORRY), 1),
        ((BROKEN, silence(25.0), SORRY), 0.5),
        ((BROKEN, LINE), 0),
        ((SORRY, caller("Fine.")), NA),
    ],
    settings.Paraphrases(): [
        ((BROKEN, trainee("So it was damaged is that right?", A.PARAPHRASES, A.CHECKS_UNDERSTANDING)), 1),
        ((BROKEN, trainee("So your new phone arrived broken?")), 1),
        ((BROKEN, trainee("So your new phone arrived broken.")), 0.5),
        ((BROKEN, trainee("Your new phone arrived broken. Is that correct?", A.CHECKS_UNDERSTANDING)), 1),
        ((trainee("So your new phone arrived broken?"), BROKEN), 0),
        ((BROKEN, trainee("Let me confirm the details.", A.CHECKS_UNDERSTANDING)), 0.5),
        ((BROKEN, trainee("A phone that arrived broken costs nothing, keep the money in your account.")), 0),
        ((BROKEN, LINE), 0),
    ],
    settings.Probes(): [
        ((BROKEN, PROBE, PROBE_MORE, CHOICE), 1),
        ((BROKEN, PROBE, CHOICE, PROBE_MORE), 0.5),
        ((BROKEN, CHOICE, PROBE, PROBE_MORE), 0),
        ((BROKEN, VERIFY, VERIFY, CHOICE), 0),
        ((BROKEN, PROBE, PROBE_MORE), 1),
        ((*(caller("It is blue.", A.GIVES_INFORMATION),) * 3, CHOICE), NA),
    ],
    settings.Ownership(): [
        ((trainee("I will take care of that.", A.TAKES_OWNERSHIP),), 1),
        ((trainee("We take this seriously.", A.TAKES_OWNERSHIP),), 0.5),
        ((PROMISE,), 0.5),
        ((trainee("I will take care of it.", A.TAKES_OWNERSHIP), trainee("They broke it.", A.BLAMES)), 0.5),
        ((LINE,), 0),
    ],
    settings.Options(): [
        ((CHOICE,), 1),
        (
            (
                trainee("I can send it today.", A.OFFERS_OPTION),
                trainee("You may collect it.", A.OFFERS_OPTION),
            ),
            1,
        ),
        ((trainee("I can send it today.", A.OFFERS_OPTION),), 0.5),
        ((LINE,), 0),
    ],
    settings.NextStep(): [
        ((PROMISE,), 1),
        ((trainee("I will send you a new one.", A.COMMITS_TO_STEP),), 0.5),
        ((trainee("It is Friday."),), 0),
        ((trainee("I can send it by Friday.", A.OFFERS_OPTION), FINE), 1),
        ((trainee("I can send it by Friday.", A.OFFERS_OPTION), BROKEN), 0.5),
        ((trainee("I can send it.", A.OFFERS_OPTION), FINE), 0),
    ],
    settings.HoldProtocol(): [
        ((HOLD, silence(20.0), BACK), 1),
        ((HOLD, caller("Yes."), silence(20.0), BACK), 1),
        ((trainee("Hold on.", A.ASKS_TO_HOLD), silence(20.0), BACK), 0.5),
        ((HOLD, silence(130.0), BACK), 0.5),
        ((trainee("Hold on.", A.ASKS_TO_HOLD), silence(130.0), LINE), 0),
        ((HOLD, LINE), NA),
        ((BROKEN, silence(4.0), LINE), NA),
        ((BROKEN, silence(7.0), LINE), 0.5),
        ((BROKEN, silence(12.0), LINE), 0),
        ((LINE, silence(12.0), LINE), 0),
        ((PROBE, silence(12.0), BROKEN), NA),
        ((FINE, trainee("Goodbye.", A.CLOSES), silence(12.0)), NA),
        ((FINE, silence(12.0)), NA),
        ((BROKEN, silence(12.0)), 0),
        ((silence(12.0), BROKEN, LINE), NA),
        ((trainee("I will transfer you.", A.TRANSFERS),), 0),
        ((trainee("May I transfer you to billing?", A.TRANSFERS), FINE), 1),
    ],
    settings.Clarity(): [
        ((LINE,), 1),
        ((replace(LINE, pace_wpm=170),), 0.5),
        ((replace(LINE, pace_wpm=110),), 0.5),
        ((replace(LINE, pace_wpm=200),), 0),
        ((replace(LINE, pace_wpm=90),), 0),
        ((trainee("Maybe it works I guess.", A.HEDGES), LINE), 1),
        ((trainee("Maybe it works I guess.", A.HEDGES),) * 2, 0.5),
        ((trainee("Maybe it works I guess.", A.HEDGES),) * 3, 0),
        ((trainee("Your IMEI is not provisioned.", A.USES_JARGON), LINE), 0.5),
        ((trainee("Your IMEI is not provisioned.", A.USES_JARGON),) * 3, 0),
    ],
    settings.WarmTone(): [
        ((LINE,), 1),
        ((replace(LINE, f0_sd_st=1.7),), 0.5),
        ((replace(LINE, f0_sd_st=1.2),), 0),
        ((replace(LINE, f0_sd_st=None, level_db=None),), UNMEASURABLE),
        ((ATTACK, replace(LINE, level_db=3.0)), 1),
        ((ATTACK, replace(LINE, level_db=5.0)), 0.5),
        ((ATTACK, replace(LINE, level_db=9.0)), 0),
        ((BROKEN, replace(LINE, level_db=9.0)), 1),
        ((*(LINE,) * 20, ATTACK, replace(LINE, pace_wpm=153)), 0.5),
        ((*(LINE,) * 20, ATTACK, replace(LINE, pace_wpm=170)), 0),
    ],
    settings.RecapClose(): [
        (
            (
                trainee("So I send it on Friday.", A.RECAPS),
                trainee("Is there anything else?", A.CHECKS_RESOLUTION),
                trainee("Goodbye.", A.CLOSES),
            ),
            1,
        ),
        ((trainee("Anything else?", A.CHECKS_RESOLUTION), trainee("Goodbye.", A.CLOSES)), 0.5),
        ((trainee("Goodbye.", A.CLOSES),), 0),
        ((FINE, LINE), 0),
        ((LINE, BROKEN), NA),
        ((LINE, FINE), 0),
    ],
    settings.AvoidsInflaming(): [
        ((ATTACK, LINE), 1),
        ((ATTACK, trainee("Calm down.", A.TELLS_TO_CALM_DOWN)), 0),
        ((ATTACK, trainee("Calm down.", A.TELLS_TO_CALM_DOWN), SORRY), 0.5),
    ],
    settings.SetsBoundary(): [
        ((caller("You idiot.", A.INSULTS), trainee("I ask you to stay polite.", A.SETS_BOUNDARY)), 1),
        ((*(caller("You idiot.", A.INSULTS),) * 3, trainee("Please stay polite.", A.SETS_BOUNDARY)), 0.5),
        ((caller("You idiot.", A.INSULTS), LINE), 0),
        ((BROKEN, LINE), NA),
    ],
    settings.ExplainsPolicy(): [
        ((trainee("That is our policy.", A.QUOTES_POLICY),), 0),
        ((trainee("We cannot.", A.DECLINES), trainee("It is sealed.", A.EXPLAINS_CAUSE)), 1),
        ((LINE,), NA),
    ],
    settings.ExtraMile(): [
        ((LINE,), 0),
        ((trainee("I added a voucher.", A.EXTRA_MILE),), 0.5),
        ((trainee("I added a voucher.", A.EXTRA_MILE), trainee("And a note.", A.EXTRA_MILE)), 1),
    ],
}


@pytest.mark.parametrize(
    ("judge_settings", "lines", "expected"),
    [(one, lines, expected) for one, cases in CASES.items() for lines, expected in cases],
    ids=[f"{one.name}-{number}" for one, cases in CASES.items() for number in range(len(cases))],
)
def test_judge(judge_settings, lines, expected):
    found = judge(judge_settings, *lines)
    assert verdict_or_level(found) == expected, found.reason


def test_every_judge_has_a_seat_and_a_case():
    by_table = {settings.CorrectFacts, settings.CorrectProcess}
    at_the_desk = {settings.Remedy, settings.CaseEntry}  # tests/test_desk_judges.py
    judged = {type(one) for one in CASES} | by_table | at_the_desk
    named = {c for c in vars(settings).values() if isinstance(c, type) and issubclass(c, settings.Settings)}
    assert judged == named - {settings.Settings}


# --- facts and procedure ----------------------------------------------------------------------

RETURNS = read_persona("returns-desk")
BILLING = read_persona("billing-desk")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("I can offer you a full refund of ninety dollars.",), 1),
        (("I can offer you a full refund of sixty dollars.",), 0),
        (
            ("I can offer you a refund of sixty dollars. No I am sorry. It is a refund of ninety dollars.",),
            0.5,
        ),
        (("A refund of ninety dollars.", "You have to pay for the return if you send it back."), 0.5),
        (("You have to pay for the return if you send it back.",), 0),
        (("Have a nice day.",), NA),
    ],
)
def test_facts_are_judged_by_the_table(lines, expected):
    found = judge(settings.CorrectFacts(), *map(trainee, lines), facts=RETURNS)
    assert verdict_or_level(found) == expected, found.reason


def test_without_a_table_facts_and_procedure_are_not_measurable_and_say_how_to_mend_it():
    for one in (settings.CorrectFacts(), settings.CorrectProcess()):
        found = judge(one, LINE)
        assert found.verdict is UNMEASURABLE
        assert "--persona" in found.reason


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((VERIFY, PROBE, CHOICE, PROMISE), 1),
        ((PROBE, VERIFY, CHOICE, PROMISE), 0.5),
        ((VERIFY, CHOICE, PROMISE), 0.5),
        ((VERIFY, PROBE), 0.5),
        ((PROMISE,), 0),
    ],
)
def test_the_procedure_is_judged_by_its_order(lines, expected):
    found = judge(settings.CorrectProcess(), *lines, facts=RETURNS)
    assert verdict_or_level(found) == expected, found.reason


def test_one_lawful_remedy_needs_no_second_option():
    assert judge(settings.Options(), LINE, facts=BILLING).verdict is NA


# --- reasons and evidence ---------------------------------------------------------------------


def test_a_paraphrase_shows_the_caller_and_the_trainee_side_by_side():
    back = trainee("So your new phone arrived broken?")
    assert [one.quote for one in judge(settings.Paraphrases(), BROKEN, back).evidence] == [
        BROKEN.text,
        back.text,
    ]


def test_an_interruption_says_how_early_it_came():
    (moment,) = judge(settings.LetsFinish(), BROKEN, replace(LINE, into=1.5)).evidence
    assert moment.quote.startswith("came in 1.5 s before the caller had finished")
    assert moment.span.duration_s == pytest.approx(1.5)


def test_tone_is_facts_with_low_confidence_for_a_coach_to_confirm():
    found = judge(settings.WarmTone(), ATTACK, replace(LINE, f0_sd_st=1.2, level_db=9.0))
    assert found.confidence <= 0.5
    assert found.reason.endswith("Coach confirms.")
    assert "1.2 semitones" in found.reason
    assert "+9.0 dB" in found.reason
    assert not {"angry", "annoyed", "calm", "nervous", "bored", "sad"} & set(found.reason.lower().split())


def test_the_words_probability_becomes_the_marks_confidence():
    sure, unsure = (
        judge(settings.NextStep(), replace(PROMISE, probability=p)).confidence for p in (0.95, 0.6)
    )
    assert sure == 0.95
    assert unsure == 0.6


def test_nothing_heard_is_less_certain_where_words_were_unclear():
    clear, unclear = (judge(settings.Options(), replace(LINE, probability=p)).confidence for p in (1.0, 0.5))
    assert unclear < clear < 1


# --- rules that cap ---------------------------------------------------------------------------

GOODBYE = trainee("Goodbye.", A.CLOSES)
RULES = {
    "unverified_disclosure": (
        [(DISCLOSE,), (DISCLOSE, VERIFY)],
        [
            (VERIFY, DISCLOSE),
            (replace(DISCLOSE, probability=0.7),),
            (caller("My account number is five.", A.GIVES_INFORMATION), DISCLOSE),
        ],
    ),
    "card_code": ([(trainee("And the security code?", A.ASKS_CARD_CODE),)], [(VERIFY,)]),
    "insult": ([(trainee("You idiot.", A.INSULTS),)], [(caller("You idiot.", A.INSULTS),)]),
    "hung_up": (
        [(BROKEN, GOODBYE)],
        [
            (BROKEN, LINE),
            (BROKEN, trainee("I warn you once.", A.SETS_BOUNDARY), GOODBYE),
            (BROKEN, PROMISE, FINE, GOODBYE),
            (BROKEN, trainee("Anything else?", A.CHECKS_RESOLUTION), GOODBYE),
            (BROKEN, GOODBYE, caller("Wait.")),
            (BROKEN, trainee("You will receive a short survey after this call.", A.CLOSES)),
            (LINE, GOODBYE),
        ],
    ),
    "no_acknowledgement": ([(ATTACK, LINE)], [(BROKEN, LINE), (ATTACK, SORRY), (ATTACK, FEELING)]),
    "long_dead_air": (
        [(BROKEN, silence(31.0), LINE)],
        [(BROKEN, silence(29.0), LINE), (HOLD, silence(60.0), BACK), (PROBE, silence(31.0), BROKEN)],
    ),
    "cold_transfer": (
        [(BROKEN, trainee("I will transfer you.", A.TRANSFERS))],
        [
            (trainee("May I transfer you to billing?", A.TRANSFERS),),
            (trainee("I will transfer you.", A.TRANSFERS), FINE),
            (
                trainee("Billing can mend this.", A.EXPLAINS_CAUSE),
                trainee("I will transfer you.", A.TRANSFERS),
            ),
        ],
    ),
}


@pytest.mark.parametrize(
    ("rule", "lines", "fires"),
    [
        (rule, lines, fires)
        for rule, (firing, passing) in RULES.items()
        for fires, several in ((True, firing), (False, passing))
        for lines in several
    ],
)
def test_rule(rule, lines, fires):
    failures = {failure.rule_id: failure for failure in mark(call(*lines), read_rubric("default")).failures}
    assert (rule in failures) is fires
    if fires:
        assert failures[rule].evidence
        assert failures[rule].reason


def test_a_material_mistake_fails_the_call_and_an_immaterial_or_mended_one_does_not():
    rubric = read_rubric("default")
    said = {
        "I can offer you a refund of sixty dollars.": True,
        "I can offer you a refund of sixty dollars. Sorry. I mean a refund of ninety dollars.": False,
        "You have to pay for the return if you send it back.": False,
    }
    for text, fails in said.items():
        card = mark(call(trainee(text)), rubric, RETURNS)
        assert ("material_misinformation" in {one.rule_id for one in card.failures}) is fails
        assert (card.capped_percent == 0.0) is fails
