"""The caller's lines are spoken in order, from the store or the engine, and a failing one costs no other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from plugged_voices import plug_in_faulty

from voicecoach.conversation import Line, Move
from voicecoach.devices.line_bank import InlineVoice, LineBank
from voicecoach.devices.voice_process import Patience, VoiceProcess
from voicecoach.devices.voices import voice
from voicecoach.errors import DeviceError
from voicecoach.events import Discard, Render, Rendered, RenderFailed, VoiceAnswer
from voicecoach.ports import VoiceWorkers
from voicecoach.spoken import Delivery, Rendering

OWN = Delivery("en-us")
ENOUGH_S = 20.0
"""Reached only if what is waited for never happens."""


def line(number: int, text: str = "Where is my suitcase?", delivery: Delivery = OWN) -> Line:
    return Line(number, Move.COMPLAINS, text, delivery)


def silent(done: int, of: int) -> None:
    assert 0 < done <= of


class Held:
    """The real voice, but each line waits until it is let through."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.through = threading.Semaphore(0)
        self.texts: list[str] = []

    def render(self, text: str, delivery: Delivery) -> Rendering:
        self.begun.release()
        assert self.through.acquire(timeout=ENOUGH_S)
        self.texts.append(text)
        return voice("espeak").render(text, delivery)


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def bank(held: Held) -> Iterator[LineBank]:
    with LineBank(held) as bank:
        yield bank
        for _ in range(100):  # whatever still waits must not keep the thread from ending
            held.through.release()


def collected(workers: VoiceWorkers, count: int) -> list[VoiceAnswer]:
    """The next `count` answers, however long they take."""
    answers: list[VoiceAnswer] = []
    tick = threading.Event()
    for _ in range(round(ENOUGH_S / 0.005)):
        answers += workers.collect()
        if len(answers) >= count:
            return answers
        tick.wait(0.005)
    raise AssertionError(f"{len(answers)} of {count} answers came")


def test_lines_are_answered_in_order_with_their_sound() -> None:
    texts = ["Where is my suitcase?", "I have waited for two days.", "Hello?"]
    with LineBank(voice("espeak")) as bank:
        for number, text in enumerate(texts):
            bank.submit(Render(line(number, text)))
        answers = collected(bank, 3)
    assert [answer.line_id for answer in answers] == [0, 1, 2]
    for answer, text in zip(answers, texts, strict=True):
        assert isinstance(answer, Rendered)
        assert [word.text for word in answer.rendering.words] == text.split()


def test_nothing_waits_for_the_engine(bank: LineBank, held: Held) -> None:
    bank.submit(Render(line(1)))
    assert held.begun.acquire(timeout=ENOUGH_S)
    bank.submit(Render(line(2)))
    bank.submit(Discard(3))
    assert bank.collect() == []  # the engine is still held


def test_a_prepared_line_is_there_at_once_even_while_another_is_spoken(bank: LineBank, held: Held) -> None:
    held.through.release()
    bank.prepare([("Where is my suitcase?", OWN)], silent)
    held.begun.acquire()
    bank.submit(Render(line(1, "Something new.")))
    assert held.begun.acquire(timeout=ENOUGH_S)
    bank.submit(Render(line(2)))
    [answer] = bank.collect()
    assert isinstance(answer, Rendered)
    assert answer.line_id == 2
    assert len(answer.rendering.samples) > 0
    assert held.texts == ["Where is my suitcase?"]


def test_a_prepared_wording_counts_only_with_its_delivery(bank: LineBank, held: Held) -> None:
    held.through.release()
    bank.prepare([("Where is my suitcase?", OWN)], silent)
    bank.submit(Render(line(1, delivery=Delivery("en-us", rate_wpm=200))))
    assert bank.collect() == []
    held.through.release()
    collected(bank, 1)
    assert len(held.texts) == 2


def test_progress_is_told_and_doubles_are_spoken_once(bank: LineBank, held: Held) -> None:
    told: list[tuple[int, int]] = []
    for _ in range(2):
        held.through.release()
    bank.prepare([("One.", OWN), ("Two.", OWN), ("One.", OWN)], lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]
    assert held.texts == ["One.", "Two."]


def test_a_discarded_line_is_not_answered_wherever_it_is(bank: LineBank, held: Held) -> None:
    for number in (1, 2, 3, 4):
        bank.submit(Render(line(number, f"Number {number}.")))
    assert held.begun.acquire(timeout=ENOUGH_S)
    bank.submit(Discard(1))  # being spoken
    bank.submit(Discard(3))  # waiting
    for _ in range(4):
        held.through.release()
    assert [answer.line_id for answer in collected(bank, 2)] == [2, 4]
    assert held.texts == ["Number 1.", "Number 2.", "Number 4."]


def test_a_line_spoken_but_not_collected_can_be_discarded(bank: LineBank, held: Held) -> None:
    held.through.release()
    bank.prepare([("Where is my suitcase?", OWN)], silent)
    bank.submit(Render(line(1)))
    bank.submit(Discard(1))
    assert bank.collect() == []


def test_closing_drops_what_waits(held: Held) -> None:
    bank = LineBank(held)
    bank.submit(Render(line(1, "One.")))
    bank.submit(Render(line(2, "Two.")))
    assert held.begun.acquire(timeout=ENOUGH_S)
    held.through.release()
    held.through.release()
    before = threading.active_count()
    bank.close()
    assert threading.active_count() == before - 1


def test_a_mistake_in_an_engine_of_this_process_is_raised_where_answers_are_collected() -> None:
    class Mistaken:
        def render(self, text: str, delivery: Delivery) -> Rendering:
            raise KeyError(text, delivery)

    with LineBank(Mistaken()) as bank:
        bank.submit(Render(line(1, "oops")))
        with pytest.raises(KeyError, match="oops"):
            collected(bank, 1)


# --- an engine that fails


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hang", "did not answer within"),
        ("crash", "ended with status 3"),
        ("not finite", "not finite"),
    ],
)
def test_a_failing_line_costs_no_other(
    text: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug_in_faulty(tmp_path, monkeypatch)
    patience = Patience(start_s=30.0, line_s=0.3)
    with VoiceProcess("faulty", patience) as process, LineBank(process) as bank:
        for number, words in enumerate(("Where is my suitcase?", text, "Hello?")):
            bank.submit(Render(line(number, words)))
        first, failed, last = collected(bank, 3)
    assert isinstance(first, Rendered)
    assert isinstance(failed, RenderFailed)
    assert reason in failed.reason
    assert isinstance(last, Rendered)
    assert len(last.rendering.samples) > 0


def test_a_line_that_cannot_be_prepared_is_an_error_before_the_call() -> None:
    with LineBank(voice("espeak")) as bank, pytest.raises(DeviceError, match="no voice 'nobody'"):
        bank.prepare([("Hello.", Delivery("nobody"))], silent)


# --- at once


def test_inline_answers_at_the_next_collect_and_only_once() -> None:
    inline = InlineVoice(voice("espeak"))
    inline.submit(Render(line(1)))
    inline.submit(Render(line(2, delivery=Delivery("nobody"))))
    inline.submit(Render(line(3)))
    inline.submit(Discard(3))
    first, second = inline.collect()
    assert isinstance(first, Rendered)
    assert first.line_id == 1
    assert isinstance(second, RenderFailed)
    assert "no voice 'nobody'" in second.reason
    assert inline.collect() == []


def test_inline_and_threaded_speak_alike() -> None:
    """Each in a fresh process, since espeak-ng's voice runs on from line to line."""
    spoken = []
    for workers in (InlineVoice, LineBank):
        with VoiceProcess("espeak") as process:
            bank = workers(process)
            for number in range(3):
                bank.submit(Render(line(number)))
            spoken.append(collected(bank, 3))
            if isinstance(bank, LineBank):
                bank.close()
    for one, other in zip(*spoken, strict=True):
        assert isinstance(one, Rendered)
        assert isinstance(other, Rendered)
        assert np.array_equal(one.rendering.samples, other.rendering.samples)
