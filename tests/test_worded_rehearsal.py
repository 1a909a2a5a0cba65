"""A rehearsal whose lines are put into other words: in time, checked, or as written.

Nobody says a word here: the trainee presses *repeat*, so that the caller says what it is about.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.language_models import BAD, SLOW, local_model, other_words
from tests.test_rehearsal import Quiet
from tests.trainee_lines import Conversation
from voicecoach import apps
from voicecoach.acts import ActKind
from voicecoach.conversation import LineEnded, Move
from voicecoach.converse.caller import Caller
from voicecoach.converse.rehearsal import Rehearsal
from voicecoach.converse.rewording import BUDGET, GIVES_UP
from voicecoach.converse.worded_rehearsal import WordedRehearsal
from voicecoach.devices.documents import read_persona
from voicecoach.devices.rewriters import InlineRewords
from voicecoach.events import CallerBegan, Key, Pressed, Sounded
from voicecoach.rewording import (
    LineWorded,
    Reword,
    Reworded,
    RewordFailed,
    RewordingBegan,
    RewordingEnded,
)
from voicecoach.timeline import BLOCK, samples, seconds

MODEL = "tiny-instruct"


class Worded(Quiet):
    """A call in which a language model words the lines; the trainee says nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.push(RewordingBegan(MODEL))

    def asks(self) -> list[Reword]:
        """Have the caller say what it is about: two lines, for she is angry."""
        self.wait(0.1)
        before = len(self.rewords())
        self.push(Pressed(Key.REPEAT))
        return self.rewords()[before:]

    def rewords(self) -> list[Reword]:
        return [thing for thing in self.found if isinstance(thing, Reword)]

    def worded(self) -> list[LineWorded]:
        return [thing for thing in self.found if isinstance(thing, LineWorded)]

    def ends(self) -> list[RewordingEnded]:
        return [thing for thing in self.found if isinstance(thing, RewordingEnded)]


def test_without_a_language_model_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    worded = Quiet()
    monkeypatch.setattr(apps.studio, "WordedRehearsal", lambda parts, _: Rehearsal(parts))
    plain = Quiet()
    assert [type(call.rehearsal) for call in (worded, plain)] == [WordedRehearsal, Rehearsal]
    for call in (worded, plain):
        call.wait(0.1)
        call.push(Pressed(Key.REPEAT))
        for line in call.asked():
            call.speak(line)
        call.wait(4.0)
        call.push(Pressed(Key.REPEAT))
        call.wait(1.0)
        call.push(Pressed(Key.HANG_UP))
    assert len(plain.asked()) == 5, "two lines, then both again after a third"
    told = [[thing for thing in call.found if not isinstance(thing, Sounded)] for call in (worded, plain)]
    assert told[0] == told[1]


def test_a_line_is_spoken_in_other_words_and_said_again_in_them() -> None:
    call = Worded()
    opens, complains = call.asks()
    assert [opens.line.move, complains.line.move] == [Move.OPENS, Move.COMPLAINS]
    assert call.asked() == []
    for reword in (opens, complains):
        call.push(Reworded(reword.line.id, other_words(reword.line.text)))
    spoken = [replace(one.line, text=other_words(one.line.text)) for one in (opens, complains)]
    assert call.asked() == spoken
    assert [(one.written, one.spoken, one.refused) for one in call.worded()] == [
        (one.line.text, other_words(one.line.text), None) for one in (opens, complains)
    ]
    for line in spoken:
        call.speak(line)
    call.wait(3.0)
    assert [thing.line for thing in call.found if isinstance(thing, CallerBegan)] == spoken
    assert call.asks() == [], "what is said again is said word for word"
    assert [line.text for line in call.asked()[-2:]] == [line.text for line in spoken]


def test_what_is_told_is_told() -> None:
    call = Worded()
    opens, _ = call.asks()
    persona = read_persona("lost-luggage")
    assert opens.brief.caller == persona.caller.name
    assert opens.brief.situation == persona.caller.situation
    assert opens.brief.wants == persona.caller.wants
    assert opens.brief.said == (), "nobody has spoken"


def test_a_line_waits_for_its_budget_and_is_said_as_written() -> None:
    call = Worded()
    opens, complains = call.asks()
    asked_at = call.now
    assert (opens.within, complains.within) == (BUDGET, 2 * BUDGET)
    call.wait(seconds(BUDGET - BLOCK))
    assert call.asked() == []
    call.wait(seconds(BLOCK))
    assert call.now - asked_at == BUDGET
    assert call.asked() == [opens.line]
    call.wait(seconds(BUDGET))
    assert call.asked() == [opens.line, complains.line]
    assert [one.refused for one in call.worded()] == ["nothing came within 0.6 s"] * 2


def test_a_late_answer_is_dropped() -> None:
    call = Worded()
    opens, _ = call.asks()
    call.wait(seconds(BUDGET))
    assert call.push(Reworded(opens.line.id, other_words(opens.line.text))) == []
    assert call.push(RewordFailed(opens.line.id, "late")) == []
    assert call.push(Reworded(99, "Who is that?")) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("I lost ninety dollars because of you.", "changes a number or an amount"),
        ("My suitcase is gone. Do something.", "more than one sentence"),
        ("", "at least 1 character"),
        ("\x00\x07", "nothing in it that can be said"),
    ],
)
def test_words_that_may_not_be_said_are_refused_and_the_reason_is_told(text: str, reason: str) -> None:
    call = Worded()
    opens, _ = call.asks()
    call.push(Reworded(opens.line.id, text))
    assert call.asked() == [opens.line]
    [told] = call.worded()
    assert told.spoken == told.written == opens.line.text
    assert told.refused is not None
    assert reason in told.refused


@pytest.mark.parametrize("name", [*BAD, *SLOW])
def test_whatever_a_real_server_does_the_line_is_said_as_written(name: str) -> None:
    call = Worded()
    opens, complains = call.asks()
    with local_model((BAD | SLOW)[name]) as server:
        rewriter = InlineRewords(server.client(), MODEL)
        for reword in (opens, complains):
            rewriter.submit(replace(reword, within=samples(0.1)) if name in SLOW else reword)
        began, *answers = rewriter.collect()
    assert began == RewordingBegan(MODEL)
    for answer in answers:
        call.push(answer)
    assert call.asked() == [opens.line, complains.line]
    assert all(worded.refused for worded in call.worded())


def test_a_line_that_will_not_be_said_is_not_worded_any_more() -> None:
    call = Worded()
    opens, complains = call.asks()
    call.push(Pressed(Key.HANG_UP))
    assert call.discarded() == [opens.line.id, complains.line.id]
    assert call.push(Reworded(opens.line.id, other_words(opens.line.text))) == []
    assert all(isinstance(ended, LineEnded) and ended.span is None for ended in call.ended())


def test_short_calls_for_attention_wait_for_nothing() -> None:
    call = Worded()
    call.wait(6.5)
    [hello] = call.asked()
    assert hello.move is Move.PROMPTS
    assert call.rewords() == []


def test_a_server_that_is_gone_is_told_once_and_costs_no_more_time() -> None:
    call = Worded()
    opens, complains = call.asks()
    for reword in (opens, complains):
        call.push(RewordFailed(reword.line.id, "connection refused"))
        call.speak(reword.line)
    assert call.ends() == []
    call.wait(4.0)
    for _ in range(2):  # nobody says a word: two questions, which are not worded, and the caller hangs up
        call.wait(7.0)
        call.speak(call.asked()[-1])
    call.wait(9.0)
    assert call.rewords()[2].line.move is Move.HANGS_UP
    assert GIVES_UP == 3
    assert call.ends() == [RewordingEnded("3 lines in a row: nothing came within 0.6 s")]


def test_lines_that_wait_are_said_when_nobody_words_any_more() -> None:
    call = Worded()
    opens, complains = call.asks()
    call.push(RewordingEnded("the call goes on without a language model"))
    assert call.asked() == [opens.line, complains.line]
    assert call.ends() == [], "who ends it knows it"
    call.push(Pressed(Key.HANG_UP))


def urged(conversation: Conversation, *sentences: tuple) -> None:
    """Say something to a caller whose lines are all put into other words."""
    for line in conversation.say(*sentences).lines:
        if line.move is not Move.SAYS_AGAIN:
            conversation.caller.reworded(line.text, other_words(line.text))


HELLO = ("Good evening this is Anna how can I help you?", ActKind.GREETS, ActKind.GIVES_NAME)
TURNS = (
    HELLO,
    ("I'm so sorry that your suitcase did not arrive.", ActKind.APOLOGIZES),
    ("What does the suitcase look like?", ActKind.ASKS_PROBING_QUESTION),
    ("You need to calm down.", ActKind.TELLS_TO_CALM_DOWN),
    ("What does the suitcase look like?", ActKind.ASKS_PROBING_QUESTION),
    ("I will send it to your hotel by ten o'clock tomorrow morning.", ActKind.COMMITS_TO_STEP),
    ("Thank you for calling and goodbye.", ActKind.CLOSES),
)


@pytest.mark.parametrize("seed", range(5))
def test_what_the_caller_does_does_not_depend_on_the_words(seed: int) -> None:
    persona = read_persona("lost-luggage")
    written, worded = (Conversation(Caller(persona, seed)) for _ in range(2))
    for sentence in TURNS:
        written.say(sentence)
        urged(worded, sentence)
    assert written.replies == worded.replies
    assert written.changes == worded.changes


def test_what_was_cut_off_in_other_words_is_still_to_be_told() -> None:
    persona = read_persona("lost-luggage")
    question = ("What does the suitcase look like?", ActKind.ASKS_PROBING_QUESTION)
    conversation = Conversation(Caller(persona, 1))
    conversation.say(HELLO)
    [line, *_] = conversation.say(question).lines
    assert line.move is Move.ANSWERS
    new = other_words(line.text)
    conversation.caller.reworded(line.text, new)
    conversation.caller.cut(LineEnded(replace(line, text=new), None, (), cut=True))
    again = conversation.say(question)
    assert again.lines[0].move is Move.ANSWERS, "as if she had not been asked before"
