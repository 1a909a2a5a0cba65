"""The caller's mouth: what it plays, sample by sample, and what it says about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.audio import Samples
from voicecoach.conversation import Line, LineEnded, Move
from voicecoach.converse.mouth import Mouth, MouthNotice
from voicecoach.converse.scene import Playout
from voicecoach.devices.silero import SileroDetector
from voicecoach.events import CallerBegan
from voicecoach.listen.activity import BLOCK, VoiceActivity
from voicecoach.speech import Word
from voicecoach.spoken import Delivery, Rendering
from voicecoach.timeline import RATE, Span, samples

FADE = samples(0.025)
RAMP = samples(0.02)
DUCKED = 10 ** (-15 / 20)


def line(number: int) -> Line:
    return Line(number, Move.COMPLAINS, "my bag is lost", Delivery("en-us"))


def spoken(seconds: float, level: float = 0.5) -> Rendering:
    """A steady sound with four words of equal length."""
    length = samples(seconds)
    edges = np.linspace(0, length, 5).astype(int).tolist()
    texts = ("my", "bag", "is", "lost")
    spans = [Span(a, b) for a, b in pairwise(edges)]
    words = tuple(Word(t, span, 1.0) for t, span in zip(texts, spans, strict=True))
    return Rendering(np.full(length, level, np.float32), words)


def mouth_with(*renderings: Rendering) -> Mouth:
    mouth = Mouth()
    for number, rendering in enumerate(renderings):
        mouth.say(line(number))
        mouth.rendered(number, rendering)
    return mouth


def play(mouth: Mouth, seconds: float) -> tuple[Samples, list[MouthNotice]]:
    return mouth.next_block(samples(seconds))


def texts(words: Iterable[Word]) -> list[str]:
    return [word.text for word in words]


def test_lines_sound_in_order_with_a_pause_between() -> None:
    first, second = spoken(1.0, 0.5), spoken(0.5, 0.25)
    mouth = mouth_with(first, second)
    heard, notices = play(mouth, 2.0)
    # 1 s, the 0.25 s between two sentences, 0.5 s: over at 1.75 s.
    assert np.array_equal(heard[: samples(1.0)], first.samples)
    assert not heard[samples(1.0) : samples(1.25)].any()
    assert np.array_equal(heard[samples(1.25) : samples(1.75)], second.samples)
    assert not heard[samples(1.75) :].any()
    assert [type(n) for n in notices] == [CallerBegan, LineEnded, CallerBegan, LineEnded]
    assert notices[2] == CallerBegan(line(1), samples(1.25))
    ended = notices[3]
    assert isinstance(ended, LineEnded)
    assert (ended.span, ended.cut) == (Span.from_seconds(1.25, 1.75), False)
    assert ended.heard[1] == Word("bag", Span.from_seconds(1.375, 1.5), 1.0)


def test_a_pause_runs_while_its_line_is_being_rendered() -> None:
    mouth = Mouth()
    mouth.say(line(1), pause=samples(0.8))
    assert mouth.playout == Playout(None, None, None)
    play(mouth, 0.5)
    mouth.rendered(1, spoken(1.0))
    assert mouth.playout == Playout(None, None, samples(0.3 + 1.0))
    _, notices = play(mouth, 0.5)
    assert notices == [CallerBegan(line(1), samples(0.8))]


def test_a_late_rendering_is_waited_for_and_nothing_overtakes_it() -> None:
    mouth = Mouth()
    mouth.say(line(1))
    mouth.say(line(2))
    mouth.rendered(2, spoken(0.5, 0.25))
    heard, notices = play(mouth, 1.0)
    assert not heard.any()
    assert not notices
    mouth.rendered(1, spoken(0.5, 0.5))
    _, notices = play(mouth, 2.0)
    assert [n.line.id for n in notices] == [1, 1, 2, 2]


def test_renderings_of_dropped_lines_are_dropped() -> None:
    mouth = Mouth()
    mouth.say(line(1))
    assert mouth.stop() == [LineEnded(line(1), None, (), cut=True)]
    mouth.rendered(1, spoken(1.0))
    heard, notices = play(mouth, 1.0)
    assert not heard.any()
    assert not notices
    assert not mouth.playout.busy


def test_a_line_that_cannot_be_spoken_holds_nobody_up() -> None:
    mouth = Mouth()
    mouth.say(line(1))
    mouth.say(line(2))
    mouth.rendered(2, spoken(0.5))
    assert mouth.failed(1) == [LineEnded(line(1), None, (), cut=True)]
    _, notices = play(mouth, 1.0)
    assert [n.line.id for n in notices] == [2, 2]
    assert mouth.failed(1) == []


def test_stopping_fades_and_drops_the_rest() -> None:
    mouth = mouth_with(spoken(1.0), spoken(1.0))
    play(mouth, 0.4)
    ended = mouth.stop()
    # Words of 0.25 s: "bag" (0.25 to 0.5) was past its middle (0.375), "is" had not begun.
    # The last sample is that of the fade: 0.4 + 0.025 s.
    assert ended[0].span == Span.from_seconds(0.0, 0.425)
    assert texts(ended[0].heard) == ["my", "bag"]
    assert ended[0].heard[1].span == Span.from_seconds(0.25, 0.425)
    assert ended[1] == LineEnded(line(1), None, (), cut=True)
    heard, notices = play(mouth, 1.0)
    assert not notices
    assert (np.diff(heard[:FADE]) < 0).all()
    assert heard[0] > 0.49
    assert not heard[FADE:].any()


def test_a_word_cut_before_its_middle_was_not_heard() -> None:
    mouth = mouth_with(spoken(1.0))
    play(mouth, 0.37)
    assert texts(mouth.stop()[0].heard) == ["my"]


def test_ducking_and_back() -> None:
    mouth = mouth_with(spoken(2.0))
    play(mouth, 0.5)
    mouth.duck()
    heard, _ = play(mouth, 0.5)
    assert heard[0] == 0.5
    assert (np.diff(heard[: RAMP + 1]) < 0).all()
    assert heard[RAMP:] == pytest.approx(0.5 * DUCKED)
    mouth.restore()
    heard, _ = play(mouth, 0.5)
    assert (np.diff(heard[: RAMP + 1]) > 0).all()
    assert (heard[RAMP:] == 0.5).all()


def test_while_ducked_nothing_begins() -> None:
    mouth = mouth_with(spoken(0.5), spoken(0.5))
    play(mouth, 0.4)
    mouth.duck()
    _, notices = play(mouth, 2.0)
    assert [type(n) for n in notices] == [LineEnded]
    mouth.restore()
    _, notices = play(mouth, 0.1)
    assert notices == [CallerBegan(line(1), samples(2.4))]


def test_after_a_hush_the_cut_word_is_said_again() -> None:
    mouth = mouth_with(spoken(1.0))
    play(mouth, 0.4)
    mouth.hush()
    heard, _ = play(mouth, 0.6)
    assert (np.diff(heard[:FADE]) < 0).all()
    assert not heard[FADE:].any()
    assert mouth.playout.remaining == samples(0.75)  # from "bag", which begins at 0.25 s
    mouth.restore()
    heard, notices = play(mouth, 0.75)
    # On at 1.0 s, from 0.25 s of the line: all of it is 0.75 s later than it would have been.
    assert (heard[RAMP:] == 0.5).all()
    ended = notices[-1]
    assert isinstance(ended, LineEnded)
    assert ended.span == Span.from_seconds(0.0, 1.75)
    assert texts(ended.heard) == ["my", "bag", "is", "lost"]
    assert [word.span.start_s for word in ended.heard] == [0.0, 1.0, 1.25, 1.5]


def test_stopping_in_a_hush_leaves_what_was_heard() -> None:
    mouth = mouth_with(spoken(1.0))
    play(mouth, 0.6)
    mouth.hush()
    play(mouth, 0.5)
    ended = mouth.stop()
    assert ended[0].span == Span.from_seconds(0.0, 0.625)
    assert texts(ended[0].heard) == ["my", "bag"]
    heard, _ = play(mouth, 0.5)
    assert not heard.any()


def test_on_hold_the_caller_is_silent_and_the_trainee_hears_a_beep() -> None:
    mouth = mouth_with(spoken(5.0))
    play(mouth, 1.0)
    ended = mouth.hold(on=True)
    assert ended[0].span == Span.from_seconds(0.0, 1.025)
    heard, _ = play(mouth, 25.025)
    beeps = np.flatnonzero(np.diff((np.abs(heard[FADE:]) > 0.005).astype(int)) == 1) / RATE
    starts = beeps[np.diff(beeps, prepend=-1.0) > 0.5]
    assert starts == pytest.approx([0.0, 10.0, 20.0], abs=0.03)
    mouth.hold(on=False)
    heard, _ = play(mouth, 25.0)
    assert not heard.any()


def test_the_beep_is_no_voice() -> None:
    """It stands in the caller's track, and must not become something the caller said."""
    mouth = Mouth()
    mouth.hold(on=True)
    heard, _ = play(mouth, 11.0)
    noisy = heard + np.random.default_rng(1).normal(0, 1e-4, len(heard)).astype(np.float32)
    for track in (heard, noisy):
        activity = VoiceActivity(SileroDetector())
        whole = len(track) // BLOCK * BLOCK
        runs = [run for at in range(0, whole, BLOCK) for run in activity.push(track[at : at + BLOCK])]
        assert runs + activity.finish() == []


def test_an_empty_rendering_is_over_at_once() -> None:
    mouth = mouth_with(Rendering(np.zeros(0, np.float32), ()), spoken(0.5))
    _, notices = play(mouth, 1.0)
    assert notices[1] == LineEnded(line(0), None, (), cut=False)
    assert isinstance(notices[3], LineEnded)


def test_remaining_counts_pauses_and_what_is_queued() -> None:
    mouth = mouth_with(spoken(1.0), spoken(0.5))
    play(mouth, 0.6)
    assert mouth.playout == Playout(line(0), 0, samples(0.4 + 0.25 + 0.5))
    assert not mouth.playout.within_last(samples(1.1))
    play(mouth, 0.5)
    assert mouth.playout == Playout(None, 0, samples(0.15 + 0.5))
    assert mouth.playout.within_last(samples(0.65))
    play(mouth, 1.0)
    assert mouth.playout == Playout(None, None, 0)


ORDERS: dict[str, Callable[[Mouth], Sequence[MouthNotice]]] = {
    "duck": lambda mouth: mouth.duck() or [],
    "hush": lambda mouth: mouth.hush() or [],
    "restore": lambda mouth: mouth.restore() or [],
    "stop": lambda mouth: mouth.stop(),
    "hold": lambda mouth: mouth.hold(on=True),
    "back": lambda mouth: mouth.hold(on=False),
}

orders = st.lists(
    st.tuples(st.integers(1, 3000), st.sampled_from([*ORDERS, "say", "render", "render", "fail"])),
    min_size=1,
    max_size=12,
)


def perform(script: Sequence[tuple[int, str]], size: int | None) -> tuple[Samples, list[MouthNotice]]:
    """Follow a script of (samples to wait, order), asking for `size` samples at a time at most."""
    mouth, pieces, notices = Mouth(), [], []
    said = rendered = 0
    for wait, order in [*script, (4000, "render"), (4000, "restore"), (4000, "stop")]:
        left = wait
        while left:
            piece, found = mouth.next_block(min(left, size or left))
            pieces.append(piece)
            notices += found
            left -= len(piece)
        if order == "say":
            mouth.say(line(said))
            said += 1
        elif order == "render":
            mouth.rendered(rendered, spoken(0.12 + 0.05 * (rendered % 3)))
            rendered += 1
        elif order == "fail":
            notices += mouth.failed(rendered)
        else:
            notices += ORDERS[order](mouth)
    return np.concatenate(pieces), notices


@settings(max_examples=60, deadline=None)
@given(orders, st.integers(16, 700))
def test_chopping_does_not_matter(script: list[tuple[int, str]], size: int) -> None:
    whole, chopped = perform(script, None), perform(script, size)
    assert np.array_equal(whole[0], chopped[0])
    assert whole[1] == chopped[1]


@settings(max_examples=60, deadline=None)
@given(orders)
def test_every_line_ends_once_and_what_was_heard_lies_within(script: list[tuple[int, str]]) -> None:
    heard, notices = perform(script, 320)
    said = sum(order == "say" for _, order in script)
    ended = [notice for notice in notices if isinstance(notice, LineEnded)]
    assert sorted(end.line.id for end in ended) == list(range(said))
    spans = [end.span for end in ended if end.span is not None]
    assert all(a.end <= b.start for a, b in pairwise(sorted(spans)))
    for end in ended:
        assert end.span is not None or not end.heard
        assert all(end.span is not None and end.span.covers(word.span) for word in end.heard)
        assert list(end.heard) == sorted(end.heard, key=lambda word: word.span)
    assert np.abs(heard).max() <= 0.5


def test_the_words_keep_what_the_voice_said_of_them() -> None:
    rendering = spoken(0.4)
    mouth = mouth_with(replace(rendering, words=(Word("bag,", Span(10, 900), 0.5),)))
    _, notices = play(mouth, 0.5)
    assert isinstance(notices[-1], LineEnded)
    assert notices[-1].heard == (Word("bag,", Span(10, 900), 0.5),)
