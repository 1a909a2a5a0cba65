"""The caller of a rehearsal: what they say, that they never repeat themselves, and how calls end."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import cycle, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trainee_lines import Conversation, said

from voicecoach.acts import TRAINEE_ACTS, ActKind
from voicecoach.conversation import Band, Ending, LineEnded, Move
from voicecoach.converse.caller import Caller
from voicecoach.converse.endings import LONGEST
from voicecoach.converse.wording import reachable
from voicecoach.devices.assets import weights
from voicecoach.devices.documents import PERSONAS, read_persona, shipped
from voicecoach.errors import InputError
from voicecoach.role import PLACES, Role
from voicecoach.speech import Speaker, Word
from voicecoach.timeline import Span, samples
from voicecoach.understand.reader import ActReader

REHEARSABLE = ("lost-luggage", "returns-desk", "billing-desk")
LUGGAGE = read_persona("lost-luggage")

HELLO = ("Good evening this is Anna how can I help you?", ActKind.GREETS, ActKind.GIVES_NAME)
SORRY = (
    ("I'm so sorry that your suitcase did not arrive.", ActKind.APOLOGIZES),
    ("I understand how upset you are.", ActKind.NAMES_FEELING),
)
REFERENCE = ("May I have your reference number?", ActKind.VERIFIES_IDENTITY)
LOOK = ("What does the suitcase look like?", ActKind.ASKS_PROBING_QUESTION)
BACK = (
    "So your suitcase is still in Boston and you need it before noon, is that right?",
    ActKind.PARAPHRASES,
    ActKind.CHECKS_UNDERSTANDING,
)
DELIVERY = ("I will send it to your hotel by ten o'clock tomorrow morning.", ActKind.COMMITS_TO_STEP)
MONEY = ("I can pay up to one hundred dollars for everything you need.", ActKind.OFFERS_OPTION)
BEHIND = ("Is there something else about this that bothers you?", ActKind.CHECKS_RESOLUTION)
TAKEN_UP = ("I'm sorry that you missed the birthday last year because of us.", ActKind.APOLOGIZES)
ELSE = ("Is there anything else I can help you with?", ActKind.CHECKS_RESOLUTION)
BYE = ("Thank you for calling and goodbye.", ActKind.CLOSES, ActKind.THANKS)
POLICY = ("This is our standard policy.", ActKind.QUOTES_POLICY)
CALM_DOWN = ("You need to calm down.", ActKind.TELLS_TO_CALM_DOWN)
WARNING = ("I will end this call if you go on like this.", ActKind.SETS_BOUNDARY)
OKAY = ("Okay.",)


def talk(*turns, seed: int = 1, persona=LUGGAGE) -> Conversation:
    """Say the turns (a sentence, or several) to a caller until the call is over."""
    conversation = Conversation(Caller(persona, seed))
    for sentences in turns:
        conversation.say(*(sentences if isinstance(sentences[0], tuple) else (sentences,)))
        if conversation.ending:
            break
    return conversation


def moves_of(reply) -> list[Move]:
    return [line.move for line in reply.lines]


@pytest.mark.parametrize("seed", range(10))
def test_an_expert_calms_and_satisfies(seed):
    solved = (HELLO, SORRY, REFERENCE, LOOK, BACK, DELIVERY, MONEY)
    call = talk(*solved, BEHIND, TAKEN_UP, ELSE, BYE, seed=seed)
    assert call.ending is Ending.SATISFIED
    assert call.caller.mood.need_met
    assert call.caller.band is Band.SETTLED
    assert call.replies[0].lines[0].move is Move.OPENS
    assert "four seven two nine" in call.replies[2].lines[0].text
    assert "red" in call.replies[3].lines[0].text


@pytest.mark.parametrize("seed", range(10))
def test_a_rude_trainee_is_hung_up_on(seed):
    rude = [POLICY, CALM_DOWN, ("I don't believe you.", ActKind.DISBELIEVES), CALM_DOWN, POLICY, CALM_DOWN]
    call = talk(HELLO, *rude, seed=seed)
    assert call.ending is Ending.CALLER_HUNG_UP
    assert moves_of(call.replies[-1]) == [Move.HANGS_UP]
    assert call.caller.mood.anger >= LUGGAGE.role.temper.hangs_up_at


def test_a_cold_but_correct_trainee_leaves_a_grudge():
    cold = [HELLO, POLICY, ("No.", ActKind.DECLINES), DELIVERY, MONEY, ELSE, BYE]
    call = talk(*cold)
    assert call.caller.mood.need_met
    assert call.ending is Ending.GRUDGING


def test_the_third_unanswered_hello_is_the_last():
    call = talk(HELLO)
    assert [moves_of(call.stay_silent(count)) for count in (1, 2)] == [[Move.PROMPTS]] * 2
    call.stay_silent(3)
    assert call.ending is Ending.CALLER_HUNG_UP
    assert [change.cause for change in call.changes] == [
        "says nothing for 5 seconds, unannounced",
        "says nothing for 10 seconds, unannounced",
    ]


def test_a_supervisor_who_was_asked_for_ends_the_call():
    for seed in range(20):
        call = talk(HELLO, POLICY, POLICY, seed=seed)
        if any(Move.ASKS_FOR_SUPERVISOR in moves_of(reply) for reply in call.replies):
            break
    assert call.caller.transferred() is Ending.SUPERVISOR
    call.say(("Let me put you through to my supervisor.", ActKind.TRANSFERS))
    assert call.ending is Ending.SUPERVISOR
    assert Caller(LUGGAGE, 1).transferred() is Ending.TRANSFERRED


def test_the_second_due_warning_ends_the_call():
    call = talk(HELLO, CALM_DOWN, WARNING, WARNING)
    assert call.ending is Ending.ENDED_AFTER_WARNING
    assert len(call.replies) == 4
    assert call.caller.ended_by_trainee() is Ending.ENDED_AFTER_WARNING


def test_a_goodbye_after_a_due_warning_is_fair():
    call = talk(HELLO, CALM_DOWN, WARNING)
    assert call.caller.ended_by_trainee() is Ending.ENDED_AFTER_WARNING
    call.say(BYE)
    assert call.ending is Ending.ENDED_AFTER_WARNING
    undue = talk(HELLO, SORRY, WARNING)
    assert undue.caller.ended_by_trainee() is Ending.TRAINEE_HUNG_UP


def test_insults_cost_a_call_that_was_solved():
    call = talk(HELLO, BACK, DELIVERY, MONEY)
    insult = ("You are crazy.", ActKind.INSULTS)
    assert moves_of(call.say(insult))[0] is Move.ACCUSES
    while not call.ending:
        call.say(insult)
    assert call.ending is Ending.CALLER_HUNG_UP


def test_goodbye_before_it_is_solved_is_held_against_them_once():
    call = talk(HELLO, BYE)
    assert call.ending is None
    call.say(BYE)
    assert call.ending is Ending.CALLER_HUNG_UP
    assert Caller(LUGGAGE, 1).ended_by_trainee() is Ending.TRAINEE_HUNG_UP


def test_who_only_listens_is_left_in_the_end():
    call = talk(*[OKAY] * (LONGEST + 2))
    assert call.ending is Ending.CALLER_HUNG_UP
    assert len(call.replies) <= LONGEST + 1
    assert len(set(call.texts)) == len(call.texts)


def test_what_was_told_is_told_again_with_annoyance():
    call = talk(HELLO, REFERENCE)
    before = call.caller.mood.anger
    reply = call.say(REFERENCE)
    assert moves_of(reply) == [Move.REPEATS, Move.ANSWERS]
    assert "four seven two nine" in reply.lines[1].text
    assert call.caller.mood.anger > before


def test_every_fact_of_the_file_can_be_asked_for():
    for answer in LUGGAGE.role.answers:
        for phrase in answer.asked:
            reply = talk(HELLO, (f"{phrase}?", ActKind.ASKS_PROBING_QUESTION)).replies[-1]
            texts = {line.text for line in reply.lines}
            others = {text for other in LUGGAGE.role.answers for text in other.say} - set(answer.say)
            assert texts & set(answer.say) or texts & others, f"{phrase!r} is answered by nothing"
            assert texts & set(answer.say), f"{phrase!r} is taken for something else: {texts}"


def test_questions_are_told_apart_by_their_short_words():
    color = talk(HELLO, ("What color is the suitcase?", ActKind.ASKS_PROBING_QUESTION)).replies[-1]
    inside = talk(HELLO, ("What is in the suitcases?", ActKind.ASKS_PROBING_QUESTION)).replies[-1]
    by_id = {answer.id: set(answer.say) for answer in LUGGAGE.role.answers}
    assert not {line.text for line in color.lines} & by_id["contents"]
    assert {line.text for line in inside.lines} & by_id["contents"]


def test_a_question_without_an_answer_gets_a_line_that_says_so():
    reply = talk(HELLO, ("Do you like tea?", ActKind.ASKS_CLOSED_QUESTION)).replies[-1]
    assert moves_of(reply) == [Move.ANSWERS]


def test_say_again_is_word_for_word_and_only_when_asked():
    call = talk(HELLO, REFERENCE)
    last = [line.text for line in call.replies[-1].lines]
    for question in ("Sorry, could you say that again?", "Pardon me?"):
        again = call.say((question, ActKind.APOLOGIZES))
        assert moves_of(again)[0] is Move.SAYS_AGAIN
        assert [line.text for line in again.lines[1:]] == last
    assert not call.changes, "asking costs nothing"
    assert [line.text for line in call.caller.say_again(samples(60)).lines[1:]] == last


@pytest.mark.parametrize(
    "text", ["I'm sorry that you did not get it.", "I will repeat the order.", "That will not happen again."]
)
def test_what_sounds_like_asking_again_and_is_not(text):
    assert moves_of(talk(HELLO, (text,)).replies[-1])[0] is not Move.SAYS_AGAIN


@pytest.mark.parametrize("text", ["Can you please repeat that?", "I didn't catch that.", "What was that?"])
def test_ways_to_ask_again(text):
    assert moves_of(talk(HELLO, (text,)).replies[-1])[0] is Move.SAYS_AGAIN


def test_a_line_that_was_not_heard_is_still_to_be_said():
    caller = Caller(LUGGAGE, 1)
    opening = caller.begin(samples(1))
    first, second = opening.lines
    word = Word(first.text.split()[0], Span(16000, 20000), 1.0)
    caller.cut(LineEnded(first, Span(16000, 20000), (word,), cut=True))
    caller.cut(LineEnded(second, None, (), cut=True))
    assert [line.text for line in caller.say_again(samples(3)).lines] == [first.text, second.text]
    assert caller.begin(samples(4)) is None


def test_who_cuts_off_the_opening_hears_it_again():
    caller = Caller(LUGGAGE, 1)
    first, second = caller.begin(samples(1)).lines
    word = Word(first.text.split()[0], Span(16000, 20000), 1.0)
    caller.cut(LineEnded(first, Span(16000, 20000), (word,), cut=True))
    caller.cut(LineEnded(second, None, (), cut=True))
    reply = caller.answer(said(*REFERENCE, at_s=2, after_s=-1, cut_in=True))
    assert moves_of(reply)[0] is Move.OPENS
    (change,) = caller.changes()
    assert (change.cause, change.quote) == ("cuts in", f"over {first.text!r}")


def test_an_answer_that_was_cut_off_may_be_asked_for_again():
    call = talk(HELLO, REFERENCE)
    call.caller.cut(LineEnded(call.replies[-1].lines[0], None, (), cut=True))
    call.say(REFERENCE)
    assert not call.changes


def test_holding():
    call = talk(HELLO, SORRY, ("Can you hold for one minute?", ActKind.ASKS_TO_HOLD))
    assert moves_of(call.replies[-1]) == [Move.WAITS]
    call.changes.clear()
    call.caller.held(samples(30))
    assert call.caller.resumed(samples(80)) is None
    assert call.caller.changes() == ()
    call.caller.held(samples(100))
    late = call.caller.resumed(samples(180))
    assert [change.cause for change in call.caller.changes()] == ["keeps them on hold longer than promised"]
    assert moves_of(late) == [Move.REPEATS]
    assert call.caller.resumed(samples(200)) is None


def test_a_hello_on_hold_is_not_a_silence():
    call = talk(HELLO)
    call.caller.held(samples(30))
    assert moves_of(call.stay_silent(1)) == [Move.PROMPTS]
    assert not call.changes


def test_cutting_in():
    caller = talk(HELLO).caller
    reply = caller.cut_in(samples(40), "talked for 20 s")
    assert moves_of(reply)[0] is Move.INTERRUPTS
    assert 1 <= len(reply.lines) <= 2


def test_thinking_is_a_pause_and_shorter_in_anger():
    call = talk(HELLO, SORRY, REFERENCE, BACK, DELIVERY, MONEY)
    assert call.replies[0].pause == samples(0.1)
    assert call.replies[-1].pause == samples(0.2)


def test_same_seed_same_words_other_seed_others():
    turns = (HELLO, POLICY, REFERENCE, LOOK, OKAY, BACK, DELIVERY, OKAY)
    assert talk(*turns, seed=4).replies == talk(*turns, seed=4).replies
    assert len({tuple(talk(*turns, seed=seed).texts) for seed in range(10)}) == 10


def test_same_words_in_another_process():
    code = (
        "from voicecoach.devices.documents import read_persona;"
        "from voicecoach.converse.caller import Caller;"
        "c = Caller(read_persona('lost-luggage'), 3);"
        "print(c.begin(16000), c.prompt(99999, 1), c.cut_in(160000, ''))"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(runs) == 1


def test_lines_sound_like_the_band_they_are_said_in():
    call = talk(HELLO, CALM_DOWN)
    angry, furious = (reply.lines[0].delivery for reply in call.replies)
    assert furious.rate_wpm > angry.rate_wpm > LUGGAGE.role.voice.rate_wpm
    assert furious.volume > angry.volume


EXPERT = (HELLO, SORRY, REFERENCE, BACK, DELIVERY, MONEY, ELSE, BYE)
HEATED = (HELLO, POLICY, CALM_DOWN, OKAY)


@pytest.mark.parametrize("name", REHEARSABLE)
def test_what_is_said_was_spoken_before_the_call(name):
    persona = LUGGAGE if name == LUGGAGE.id else read_persona(name)
    fixed = Caller(persona, 1).fixed_lines()
    assert len(set(fixed)) == len(fixed)
    courses = (EXPERT if persona is LUGGAGE else EXPERT[:3], HEATED)
    calls = [talk(*turns, seed=seed, persona=persona) for seed in range(5) for turns in courses]
    lines = {line for call in calls for reply in call.replies for line in reply.lines}
    lines = {line for line in lines if line.move not in PLACES}  # what was promised is not known before
    assert {(line.text, line.delivery) for line in lines} <= set(fixed)


def test_the_opening_is_spoken_first_and_no_mood_that_cannot_come():
    fixed = Caller(LUGGAGE, 1).fixed_lines()
    assert {fixed[0][0], fixed[1][0]} <= set(LUGGAGE.role.lines[Move.OPENS][Band.ANGRY])
    assert reachable(LUGGAGE.role)[0] is Band.ANGRY
    gentle = LUGGAGE.role.temper.model_copy(update={"anger": 30.0, "floor": 25.0, "hangs_up_at": 70.0})
    gentle_role = LUGGAGE.role.model_copy(update={"temper": gentle})
    assert set(reachable(gentle_role)) == {Band.IRRITATED, Band.UPSET, Band.ANGRY}


def test_a_persona_without_a_role_is_nobody_to_rehearse_with():
    bare = LUGGAGE.model_copy(update={"role": None})
    with pytest.raises(InputError, match="has no role, so there is nobody to rehearse with"):
        Caller(bare, 1)


# --- from words alone, read by the classifier that ships --------------------------------------------

READER = ActReader(weights("acts"))

SPOKEN = {
    Ending.SATISFIED: (
        ["Good evening, this is Anna, how can I help you today?"],
        ["I'm so sorry that your suitcase did not arrive.", "I understand how upset you are."],
        ["Can I have your reference number, please?"],
        ["What does your suitcase look like?"],
        ["So your suitcase is still in Boston and you need it before noon tomorrow, is that right?"],
        ["I will send it to your hotel by ten o'clock tomorrow morning."],
        ["You can buy what you need today and we will pay for it, up to one hundred dollars."],
        ["Is there something else about this that bothers you?"],
        ["I'm so sorry that you missed the birthday last year because of us."],
        ["Is there anything else I can help you with today?"],
        ["Thank you for calling and have a great day."],
    ),
    Ending.GRUDGING: (
        ["Yes, what is it?"],
        ["What is the reference number?"],
        ["This is our standard policy.", "It can take up to two weeks."],
        ["What is the reference number?"],
        ["Okay, it will be at your hotel tomorrow by ten o'clock."],
        ["Buy what you need."],
        ["Is there anything else?"],
        ["Goodbye."],
    ),
    Ending.CALLER_HUNG_UP: (
        ["What do you want?"],
        ["That is not my fault.", "You should have read the policy."],
        ["Calm down.", "You have to wait."],
        ["I don't believe you."],
        ["Please calm down."],
        ["That is our standard policy."],
    ),
}


@pytest.mark.parametrize("ending", SPOKEN, ids=lambda ending: ending.name)
@pytest.mark.parametrize("seed", range(5))
def test_how_it_ends_from_words_alone(ending, seed):
    read = [
        [(text, *READER.acts_in(text, Speaker.TRAINEE)) for text in sentences] for sentences in SPOKEN[ending]
    ]
    assert talk(*read, seed=seed).ending is ending


# --- whatever happens ------------------------------------------------------------------------------

KINDS = st.lists(st.sampled_from(sorted(TRAINEE_ACTS)), max_size=4)
SENTENCES = st.sampled_from(
    [s[0] for s in (*SORRY, REFERENCE, LOOK, BACK, DELIVERY, MONEY, ELSE, BYE, POLICY, CALM_DOWN, OKAY)]
    + [
        "The courier comes today.",
        "The courier comes on Monday with the suitcase.",
        "What else is behind it?",
    ]
    + ["We can not do that.", "You have to pay for the courier.", "Please hold for two minutes."]
)
TURNS = st.tuples(st.just("turn"), SENTENCES, KINDS, st.floats(-2, 30), st.booleans())
OTHERS = st.sampled_from([("hello", 1), ("hello", 2), ("cut in",), ("hold", 20.0), ("hold", 150.0), ("cut",)])


def _happens(caller: Caller, at_s: float, event: tuple):
    """Let one thing happen; the reply, if there is one."""
    match event:
        case ("turn", text, kinds, after_s, cut_in):
            return caller.answer(said(text, *kinds, at_s=at_s, after_s=after_s, cut_in=cut_in))
        case ("hello", count):
            return caller.prompt(samples(at_s), count)
        case ("cut in",):
            return caller.cut_in(samples(at_s), "trigger")
        case ("hold", length_s):
            caller.held(samples(at_s))
            return caller.resumed(samples(at_s + length_s))
    return None


EVERYBODY = [read_persona(name) for name in shipped(PERSONAS)]


@settings(max_examples=200)
@given(st.sampled_from(EVERYBODY), st.lists(TURNS | OTHERS, max_size=40), st.integers(0, 10**9))
def test_whatever_is_said_a_caller_never_repeats_themselves_and_moods_have_causes(persona, events, seed):
    caller, at_s, texts = Caller(persona, seed), 1.0, []
    reply = caller.begin(samples(at_s))
    for event in events:
        at_s += 5.0
        texts += [line.text for line in reply.lines] if reply else []
        if reply and event == ("cut",):
            caller.cut(LineEnded(reply.lines[-1], None, (), cut=True))
            texts.remove(reply.lines[-1].text)
        reply = _happens(caller, at_s, event)
        assert reply is None or reply.lines
        assert 0 <= caller.mood.anger <= 100
        assert 0 <= caller.mood.trust <= 100
        assert all(change.cause and change.quote for change in caller.changes())
        if reply and reply.ending:
            texts += [line.text for line in reply.lines]
            break
    assert Counter(texts).most_common(1)[0][1] == 1 if texts else True


@settings(max_examples=15)
@given(
    st.lists(st.tuples(SENTENCES | st.just("Could you repeat that?"), KINDS), min_size=1, max_size=3),
    st.sampled_from(EVERYBODY),
    st.integers(0, 99),
)
def test_every_call_ends(course, persona, seed):
    caller = Caller(persona, seed)
    turns = (
        said(text, *kinds, at_s=1 + 5.0 * at) for at, (text, kinds) in enumerate(islice(cycle(course), 150))
    )
    endings = (caller.answer(turn).ending for turn in turns)
    assert next((ending for ending in endings if ending), None), "the call goes on for ever"


def test_one_line_in_one_band_is_enough():
    sparse = {
        move: {next(iter(bands)): next(iter(bands.values()))[:1]}
        for move, bands in LUGGAGE.role.lines.items()
    }
    role = Role.model_validate({**LUGGAGE.role.model_dump(), "lines": sparse})
    call = talk(HELLO, *[OKAY] * LONGEST, persona=LUGGAGE.model_copy(update={"role": role}))
    assert call.ending
    assert len(set(call.texts)) == len(call.texts)
