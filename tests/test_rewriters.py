"""Whoever words lines keeps the port's contract: the real ones before a real server, and a simulated one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest

from tests.language_models import BAD, ENOUGH_S, NAME, LocalModel, good, local_model, never
from tests.simulated_rewriter import DelayedRewords
from voicecoach.conversation import Band, Line, Move
from voicecoach.devices.rewriters import InlineRewords, NobodyRewords, RewordThread
from voicecoach.events import Discard
from voicecoach.ports import Rewriter
from voicecoach.rewording import (
    Brief,
    Reword,
    Reworded,
    RewordFailed,
    RewordingBegan,
    RewordingEnded,
    RewordingEvent,
    Utterance,
)
from voicecoach.speech import Speaker
from voicecoach.spoken import Delivery
from voicecoach.timeline import samples

Maker = Callable[[LocalModel, ExitStack], Rewriter]
MAKERS: dict[str, Maker] = {
    "inline": lambda server, _: InlineRewords(server.client(), NAME),
    "thread": lambda server, stack: stack.enter_context(RewordThread(server.client(), NAME)),
    "simulated": lambda *_: DelayedRewords(NAME, blocks=3),
}


def reword(number: int, text: str = "Where is my suitcase?", within_s: float = ENOUGH_S) -> Reword:
    talk = (Utterance(Speaker.TRAINEE, "How can I help you?"),)
    brief = Brief("Laura", "Her suitcase is lost.", "Her suitcase.", Band.UPSET, talk, 10)
    return Reword(Line(number, Move.COMPLAINS, text, Delivery("en-us")), brief, samples(within_s))


def collected(rewriter: Rewriter, count: int) -> list[RewordingEvent]:
    """The next `count` events, however long they take."""
    events: list[RewordingEvent] = []
    tick = threading.Event()
    for _ in range(round(ENOUGH_S / 0.005)):
        events += rewriter.collect()
        if len(events) >= count:
            return events
        tick.wait(0.005)
    raise AssertionError(f"{len(events)} of {count} events came")


@pytest.fixture(params=MAKERS)
def rewriter(request: pytest.FixtureRequest) -> Iterator[Rewriter]:
    with local_model(good) as server, ExitStack() as stack:
        yield MAKERS[request.param](server, stack)


def test_says_first_who_words(rewriter: Rewriter) -> None:
    rewriter.submit(reword(1))
    assert collected(rewriter, 2)[0] == RewordingBegan(NAME)


def test_every_line_is_answered_in_order(rewriter: Rewriter) -> None:
    texts = ["Where is my suitcase?", "I have waited for two days.", "Do you hear me?"]
    for number, text in enumerate(texts):
        rewriter.submit(reword(number, text))
    assert collected(rewriter, 4)[1:] == [
        Reworded(0, "Listen, where is my suitcase?"),
        Reworded(1, "Listen, I have waited for two days."),
        Reworded(2, "Listen, do you hear me?"),
    ]
    assert rewriter.collect() == []


def test_a_discarded_line_is_not_answered(rewriter: Rewriter) -> None:
    rewriter.submit(reword(1))
    rewriter.submit(Discard(1))
    rewriter.submit(Discard(7))
    rewriter.submit(reword(2))
    assert [event.line_id for event in collected(rewriter, 2) if isinstance(event, Reworded)] == [2]


@pytest.mark.parametrize("kind", ["inline", "thread"])
@pytest.mark.parametrize("name", BAD)
def test_whatever_the_server_does_is_an_answer(kind: str, name: str) -> None:
    with local_model(BAD[name]) as server, ExitStack() as stack:
        rewriter = MAKERS[kind](server, stack)
        rewriter.submit(reword(1))
        event = collected(rewriter, 2)[1]
        assert isinstance(event, Reworded | RewordFailed)
        assert event.line_id == 1
        server.behavior = good
        rewriter.submit(reword(2))
        assert collected(rewriter, 1) == [Reworded(2, "Listen, where is my suitcase?")]


@pytest.mark.parametrize("kind", ["inline", "thread"])
def test_a_server_that_never_answers_costs_the_time_that_was_given(kind: str) -> None:
    with local_model(never) as server, ExitStack() as stack:
        rewriter = MAKERS[kind](server, stack)
        rewriter.submit(reword(1, within_s=0.1))
        assert collected(rewriter, 2)[1] == RewordFailed(1, "no answer within 0.1 s")


def test_a_server_that_is_gone_is_an_answer() -> None:
    with local_model(good) as server:
        client = server.client()
    rewriter = InlineRewords(client, NAME)
    rewriter.submit(reword(1))
    assert collected(rewriter, 2)[1] == RewordFailed(1, "connection refused")


def test_the_thread_waits_for_nothing() -> None:
    with local_model(never) as server, RewordThread(server.client(), NAME) as rewriter:
        rewriter.submit(reword(1, within_s=2 * ENOUGH_S))
        assert server.begun.acquire(timeout=ENOUGH_S)
        rewriter.submit(reword(2))
        assert rewriter.collect() == [RewordingBegan(NAME)]  # the server still holds the first
    # leaving has broken that off, or this took two times `ENOUGH_S`


def test_a_line_that_waited_too_long_behind_others_is_not_asked_for() -> None:
    with local_model(never) as server, RewordThread(server.client(), NAME) as rewriter:
        rewriter.submit(reword(1, within_s=0.2))
        rewriter.submit(reword(2, within_s=0.1))
        failed = collected(rewriter, 3)[1:]
    assert failed == [
        RewordFailed(1, "no answer within 0.2 s"),
        RewordFailed(2, "the lines before it took too long"),
    ]
    assert len(server.chats()) == 1


def test_a_mistake_of_ours_is_raised_where_events_are_collected() -> None:
    with local_model(good) as server, closing(RewordThread(server.client(), NAME)) as rewriter:
        rewriter.submit(replace(reword(1), brief=None))  # type: ignore[arg-type]
        with pytest.raises(AttributeError):
            collected(rewriter, 2)


def test_nobody_says_so_first() -> None:
    nobody = NobodyRewords("the call goes on without a language model")
    nobody.submit(reword(1))
    assert nobody.collect() == [
        RewordingEnded("the call goes on without a language model"),
        RewordFailed(1, "nobody words lines"),
    ]
