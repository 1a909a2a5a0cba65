"""Calls whose lines a server on this machine words, whatever it does; and the same calls without it.

The whole stack and a real HTTP server. Only the trainee, the sound device and the language model are
simulated: what the server answers is given by the test.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import cycle
from pathlib import Path

import pytest

from tests.held_calls import CALL, OTHERWISE, SEED, Kept, Listener, hold
from tests.language_models import (
    BAD,
    NAME,
    SLOW,
    Behavior,
    Handler,
    LocalModel,
    good,
    local_model,
    other_words,
)
from tests.simulated_rewriter import DelayedRewords
from tests.stories.stage import Played, Story, espeak, play, studio
from voicecoach.apps.call_loop import CallLoop, Crew
from voicecoach.apps.retrying import Past, past_of
from voicecoach.conversation import Ending
from voicecoach.devices.line_bank import InlineVoice
from voicecoach.devices.rewriters import InlineRewords, NobodyRewords
from voicecoach.devices.simulated_trainee import AfterCaller, At, Press, Step
from voicecoach.devices.workers import DelayedWorkers
from voicecoach.events import CallEnded, CallOver, Key
from voicecoach.ports import Rewriter
from voicecoach.rewording import LineWorded, Reworded, RewordFailed, RewordingBegan, RewordingEnded
from voicecoach.timeline import BLOCK, samples, seconds

pytestmark = pytest.mark.slow

ASKS = (
    Step(At(0.5), Press(Key.REPEAT)),
    Step(AfterCaller(0.5), Press(Key.HANG_UP)),
)
"""The trainee does not speak: the caller says what it is about, in two lines."""


def called(rewriter: Rewriter | None) -> Played:
    return play(Story(ASKS, rewriter=rewriter))


@cache
def written() -> tuple[str, ...]:
    """What the caller says without a language model."""
    return tuple(line.line.text for line in called(None).said())


def served(behavior: Behavior) -> Played:
    with local_model(behavior) as server:
        return called(InlineRewords(server.client(), NAME))


def test_a_good_server_words_the_lines() -> None:
    call = served(good)
    assert [line.line.text for line in call.said()] == [other_words(text) for text in written()]
    assert [worded.refused for worded in call.all(LineWorded)] == [None, None]
    assert call.all(CallOver)[-1].ending is Ending.TRAINEE_HUNG_UP


@pytest.mark.parametrize("name", ["wrong amount", "HTTP 500", "closes", "never answers"])
def test_whatever_a_server_does_the_call_goes_on_as_written(name: str) -> None:
    call = served((BAD | SLOW)[name])
    assert tuple(line.line.text for line in call.said()) == written()
    assert all(worded.refused for worded in call.all(LineWorded))
    assert len(call.all(LineWorded)) == 2
    assert call.all(CallOver)[-1].ending is Ending.TRAINEE_HUNG_UP


@pytest.mark.parametrize(("late", "in_time"), [(0.3, 2), (0.9, 1), (5.0, 0)])
def test_the_budget_is_counted_in_the_calls_own_time(late: float, in_time: int) -> None:
    """An answer after 0.9 s is too late for the first line, which waits 0.6 s, not for the second: 1.2 s."""
    call = called(DelayedRewords(NAME, blocks=samples(late) // BLOCK))
    told = [worded.refused is None for worded in call.all(LineWorded)]
    assert sum(told) == in_time
    assert len(call.said()) == 2
    first = call.began_to_say()[0].at
    pressed = call.began[0]
    # Said at the latest when it has waited for the budget; the caller thinks for 0.1 s meanwhile.
    assert seconds(first - pressed) <= 0.6 + 4 * seconds(BLOCK)


# --- kept calls ----------------------------------------------------------------------------------------


def by_turns(*behaviors: Behavior) -> Behavior:
    """A server that does one thing after the other."""
    following = cycle(behaviors)

    def behave(handler: Handler, line: str) -> None:
        next(following)(handler, line)

    return behave


MIXED = by_turns(good, BAD["wrong amount"], good, BAD["HTTP 500"])


@pytest.fixture(scope="module")
def server() -> Iterator[LocalModel]:
    with local_model(MIXED) as server:
        yield server


@pytest.fixture(scope="module")
def first(data: Path, server: LocalModel) -> Kept:
    return hold(data, CALL, rewriter=InlineRewords(server.client(), NAME))


def logged(kept: Kept, *kinds: type) -> list[object]:
    return [entry.what for entry in kept.log.entries if isinstance(entry.what, kinds)]


def test_the_log_says_who_worded_what_and_why_not(first: Kept) -> None:
    assert logged(first, RewordingBegan) == [RewordingBegan(NAME)]
    answers = logged(first, Reworded, RewordFailed)
    outcomes = logged(first, LineWorded)
    assert len(outcomes) == len(answers) >= 4
    assert outcomes[0].refused is None
    assert outcomes[1].refused == "changes a number or an amount"
    assert outcomes[2].refused is None
    assert outcomes[3].refused == "it answers with HTTP 500"


def replays(kept: Kept) -> None:
    """The log and the recording alone give the same call."""
    log = kept.log
    end = next(entry for entry in log.entries if isinstance(entry.what, CallEnded))
    recognizer, listener = studio().grader.recognizer, Listener()
    assert recognizer is not None
    workers = DelayedWorkers(recognizer, "en", samples(1000.0))
    loop = CallLoop(studio().rehearsal(SEED), Crew(workers, InlineVoice(espeak()), list, listener))
    loop.replay(Past(log, kept.recording, end.at, 1))
    assert listener.entries == list(log.entries[: log.entries.index(end)])


def test_the_log_replays_the_call_without_the_server(first: Kept) -> None:
    replays(first)


def test_nothing_but_text_was_sent(first: Kept, server: LocalModel) -> None:
    """Task, persona, the end of the talk, the line: no sound, and nothing that tells of the recording."""
    persona = studio().persona.caller
    turns = " ".join(turn.text for turn in first.rehearsed.graded.call.turns)
    lines = {outcome.written for outcome in logged(first, LineWorded) if isinstance(outcome, LineWorded)}
    assert len(server.asked) == len(lines)
    for path, headers, body in server.asked:
        assert (path, headers["Content-Type"]) == ("/v1/chat/completions", "application/json")
        assert len(body) < 2500, "a tenth of a second of sound is 3,200 bytes"
        question = json.loads(body)
        assert set(question) == {"model", "messages", "temperature", "seed", "max_tokens", "stream"}
        system, user = question["messages"]
        assert system["content"].endswith(f"{persona.situation} What they want: {persona.wants}")
        *talk, empty, line = user["content"].splitlines()
        assert empty == ""
        assert line.partition("The line: ")[2] in lines
        said = [one.removeprefix("Agent: ") for one in talk if not one.startswith("Caller: ")]
        assert all(text in turns for text in said)


def test_a_second_try_goes_on_without_a_language_model(first: Kept, data: Path) -> None:
    past = replace(past_of(first.log, first.recording, 3), voice=espeak())
    reason = "the call goes on without a language model"
    again = hold(data, OTHERWISE, past, NobodyRewords(reason))
    before = [[e for e in kept.log.entries if e.at <= past.until] for kept in (first, again)]
    assert before[0] == before[1]
    after = [entry.what for entry in again.log.entries if entry.at > past.until]
    assert RewordingEnded(reason) in after
    assert not [what for what in after if isinstance(what, Reworded | RewordFailed)]
    replays(again)


def test_a_second_try_may_get_a_language_model(data: Path) -> None:
    plain = hold(data, CALL)
    assert logged(plain, RewordingBegan, RewordingEnded, LineWorded) == []
    past = replace(past_of(plain.log, plain.recording, 2), voice=espeak())
    with local_model(good) as server:
        again = hold(data, OTHERWISE, past, InlineRewords(server.client(), NAME))
    before = [[e for e in kept.log.entries if e.at <= past.until] for kept in (plain, again)]
    assert before[0] == before[1]
    assert logged(again, LineWorded)
    replays(again)
