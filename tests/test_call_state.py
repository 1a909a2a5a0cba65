"""What a rehearsal shows, without a terminal: words, gauges, floor, hold, hints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from call_notices import DESK, PERSONA, began, ended, final, floor, line, partial, sounded
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color, ColorSystem

from voicecoach.apps.call_state import CallState, card
from voicecoach.apps.screen import paint
from voicecoach.apps.screen.conversation import MOST, Conversation, Passage
from voicecoach.apps.screen.hints import Hints, Situation, hint
from voicecoach.apps.screen.inbox import MOST_WAITING, Inbox
from voicecoach.apps.screen.keys import footer
from voicecoach.apps.screen.presses import Presses
from voicecoach.apps.screen.voice_gauges import LEVEL, PACE, PITCH, Gauges, Scale, VoiceGauges
from voicecoach.conversation import Ending, LineEnded, Mood, MoodChange
from voicecoach.events import (
    CallOver,
    DeviceBack,
    DeviceLost,
    Glitched,
    Key,
    MoodMoved,
    Noted,
    Pressed,
    RehearsalNotice,
    TurnEnded,
)
from voicecoach.speech import EndOfTurn, Speaker
from voicecoach.timeline import RATE, Span

YOU, CALLER = Speaker.TRAINEE, Speaker.CALLER
HARMLESS_SIZES = st.sampled_from([(80, 24), (20, 3), (200, 60)])


def told(*notices: tuple[RehearsalNotice, float]) -> CallState:
    state = CallState()
    for notice, at_s in notices:
        state.tell(notice, round(at_s * RATE))
    return state


def passages(state: CallState) -> list[Passage]:
    return state.words.passages(state.now)


def test_words_firm_up_and_join_the_sentence_before() -> None:
    state = told((final("Good morning.", 1, 2), 2.5), (partial("how can", "I health", 3), 3.2))
    assert passages(state) == [Passage(YOU, "Good morning. how can", "I health")]
    state.tell(final("How can I help?", 2.5, 3.5), 4 * RATE)
    assert passages(state) == [Passage(YOU, "Good morning. How can I help?")]


def test_a_partial_that_comes_after_its_final_is_not_shown() -> None:
    state = told((final("Good morning.", 1, 2), 2.5), (partial("good", "warning", 1.9), 2.6))
    assert passages(state) == [Passage(YOU, "Good morning.")]


def test_the_caller_is_never_read_ahead_of_what_was_heard() -> None:
    """120 words a minute: two words a second, the first at once."""
    state = told((began("Where is my bag right now", 10), 10.0))
    assert passages(state) == [Passage(CALLER, "Where")]
    state.tell(sounded(11, [0.0]), 11 * RATE)
    assert passages(state) == [Passage(CALLER, "Where is my")]
    state.tell(ended("Where is my bag right now", 10, 13), 13 * RATE)
    assert passages(state) == [Passage(CALLER, "Where is my bag right now")]


def test_a_line_that_was_cut_shows_what_was_heard_of_it() -> None:
    state = told((began("Where is my bag?", 10), 10.0), (ended("Where is my bag?", 10, 11, "Where is"), 11.0))
    assert passages(state) == [Passage(CALLER, "Where is --")]


def test_a_line_that_never_sounded_is_not_shown() -> None:
    assert passages(told((LineEnded(line(), None, (), cut=True), 3.0))) == []


def test_late_words_stand_where_they_were_said() -> None:
    state = told(
        (ended("Where is my bag?", 5, 7), 7.0),
        (final("Sorry.", 8, 9), 9.5),
        (final("Hello.", 1, 2), 9.6),
    )
    assert passages(state) == [
        Passage(YOU, "Hello."),
        Passage(CALLER, "Where is my bag?"),
        Passage(YOU, "Sorry."),
    ]


def test_what_is_recognized_of_the_caller_does_not_double_their_line() -> None:
    state = told((ended("Where is my bag?", 5, 7), 7.0), (final("Wear is my back", 5, 7, CALLER), 8.0))
    assert passages(state) == [Passage(CALLER, "Where is my bag?")]
    assert state.voice.read().pace_wpm is None


def test_memory_is_bounded() -> None:
    words = Conversation()
    for number in range(3 * MOST):
        words.final(final(f"w{number}", number, number + 0.5))
    (kept,) = words.passages(0)
    assert len(kept.firm.split()) == MOST
    assert kept.firm.endswith(f"w{3 * MOST - 1}")
    inbox = Inbox()
    for _ in range(2 * MOST_WAITING):
        inbox.put(sounded(0, [0.0]), 0)
    inbox.put(floor(None, 1), 0)
    taken = list(inbox.take())
    assert len(taken) == MOST_WAITING + 1, "readings may be lost, nothing else"


# --- gauges ------------------------------------------------------------------------------------------


def test_pace_is_words_over_speech_with_breaths_in_it() -> None:
    """10 words in 2 s, a breath of 0.5 s that counts, 10 words in 2.5 s: 20 words in 5 s."""
    voice = VoiceGauges()
    voice.words(final("w " * 10, 0, 2))
    voice.words(final("w " * 10, 2.5, 5))
    found = voice.read()
    assert found.pace_wpm == pytest.approx(240)
    assert found.pace_usual_wpm == pytest.approx(240)
    # Half a minute later, at half the pace: the last sentence alone is the pace, the usual knows them all.
    voice.words(final("w " * 10, 35, 40))
    found = voice.read()
    assert found.pace_wpm == pytest.approx(120)
    assert found.pace_usual_wpm == pytest.approx(180)


def test_one_word_is_no_pace() -> None:
    voice = VoiceGauges()
    voice.words(final("Yes.", 0, 0.4))
    assert voice.read() == Gauges()


def test_pitch_is_its_spread_and_an_octave_slip_is_none() -> None:
    """A pitch that goes 3 st up and down in a sine has a standard deviation of 3 / sqrt(2)."""
    wave = 200 * 2 ** (3 * np.sin(np.arange(400) / 10) / 12)
    wave[::50] *= 2
    voice = VoiceGauges()
    voice.sound(sounded(0, wave.tolist()).frames)
    assert voice.read().pitch_sd_st == pytest.approx(3 / np.sqrt(2), abs=0.15)


def test_a_raised_voice_shows_and_stays_while_silent() -> None:
    voice = VoiceGauges()
    for block in range(250):
        voice.sound(sounded(block / 50, [200.0, 200.0], -30.0).frames)
    for block in range(250, 320):
        voice.sound(sounded(block / 50, [200.0, 200.0], -22.0).frames)
    raised = voice.read().level_db
    assert raised == pytest.approx(8, abs=0.5)
    for block in range(320, 500):
        voice.sound(sounded(block / 50, [0.0, 0.0], -80.0).frames)
    assert voice.read().level_db == raised


def test_the_caller_in_the_microphone_is_not_the_trainee() -> None:
    state = told((began("Where is my bag?", 0), 0.0), (floor(CALLER, 0), 0.0))
    for block in range(300):
        state.tell(sounded(block / 50, [150.0, 150.0]), (block + 1) * 320)
    assert state.voice.read() == Gauges()
    state.tell(floor(YOU, 6), 6 * RATE)
    for block in range(300, 600):
        state.tell(sounded(block / 50, [150.0, 150.0]), (block + 1) * 320)
    assert state.voice.read().level_db is not None


@pytest.mark.parametrize(
    ("scale", "value", "verdict"),
    [
        (PACE, 99, "very slow"),
        (PACE, 119, "slow"),
        (PACE, 120, "steady"),
        (PACE, 160, "steady"),
        (PACE, 161, "fast"),
        (PACE, 181, "very fast"),
        (LEVEL, 4, "as usual"),
        (LEVEL, -5, "soft"),
        (LEVEL, 6.1, "very loud"),
        (PITCH, 1.4, "flat"),
        (PITCH, 1.9, "rather flat"),
        (PITCH, 2.0, "lively"),
    ],
)
def test_bands(scale: Scale, value: float, verdict: str) -> None:
    assert scale.verdict(value) == verdict


@given(st.sampled_from([PACE, LEVEL, PITCH]), st.floats(-300, 300), st.integers(15, 120))
def test_the_dot_stands_between_the_brackets_just_when_the_value_is_in_the_band(
    scale: Scale, value: float, width: int
) -> None:
    bar = paint.bar_of(scale, value, width).plain
    assert len(bar) == width
    inside = bar.index("[") < bar.index("●") < bar.index("]")
    assert inside == (scale.green[0] <= value <= scale.green[1])


# --- the floor, hold, mute, device -------------------------------------------------------------------


def test_who_speaks_and_since_when() -> None:
    state = told((floor(CALLER, 2), 2.0))
    assert (state.speaker, state.speaker_since) == (CALLER, 2 * RATE)
    state.tell(floor(YOU, 5), 5 * RATE)
    state.tell(sounded(5, [200.0] * 100), 6 * RATE)
    assert state.speaker is YOU
    state.tell(sounded(6, [0.0] * 150), round(7.5 * RATE))
    assert (state.speaker, state.speaker_since) == (None, 6 * RATE), "silent for more than a second"


def test_hold_and_mute_are_shown_once_the_call_took_them() -> None:
    state = told((Pressed(Key.HOLD), 10.0), (Pressed(Key.MUTE), 12.0))
    assert (state.held_since, state.muted_since) == (10 * RATE, 12 * RATE)
    state.now = 75 * RATE
    shown = paint.status(state, "Dana", 27).plain
    assert "ON HOLD 1:05" in shown
    assert "MUTED 1:03" in shown
    assert "Resume" in footer(state, 80).plain
    assert "Unmute" in footer(state, 80).plain
    state.tell(Pressed(Key.HOLD), 80 * RATE)
    assert state.held_since is None


def test_it_rings_until_it_is_answered() -> None:
    state = CallState()
    state.tell(DeviceLost("unplugged"), 0)
    assert state.ringing
    assert "Answer" in footer(state, 80).plain
    assert "Ringing" in paint.status(state, "Dana", 27).plain
    state.tell(Pressed(Key.ANSWER), 0)
    assert not state.ringing


def test_a_lost_device_is_said_until_it_is_back() -> None:
    state = told((DeviceLost("no sound for 1.0 s"), 3.0))
    assert "no sound for 1.0 s" in state.trouble
    state.tell(DeviceBack("Headset", 2.0), 3 * RATE)
    assert state.trouble == ""


def test_the_mood_is_hidden() -> None:
    change = MoodChange(RATE, 30.0, -10.0, "was told to calm down", "calm down", Mood(90.0, 5.0))
    before, after = CallState(), told((MoodMoved(change), 0.0))
    for width in (80, 120):
        assert (
            paint.status(before, "Dana", width).plain.splitlines()[1:]
            == (paint.status(after, "Dana", width).plain.splitlines()[1:])
        )
    assert not [name for name in vars(after) if "mood" in name]


def test_the_card_holds_what_a_telephone_shows() -> None:
    found = card(PERSONA)
    assert (found.caller, found.number, found.title) == ("Dana", "+1 555 0134", "The lost luggage")
    assert card(PERSONA.model_copy(update={"desk": None})).number == ""
    assert card(PERSONA.model_copy(update={"desk": DESK.model_copy(update={"record": {}})})).number == ""


# --- hints -------------------------------------------------------------------------------------------


def said(situation: Situation) -> str:
    found = hint(situation)
    return "" if found is None else found.text


def test_hints_state_facts_and_the_most_important_one() -> None:
    fast = Gauges(170.0, 140.0, 8.0, 1.0)
    assert said(Situation()) == ""
    assert said(Situation(gauges=fast)) == "", "nobody speaks"
    assert said(Situation(speaking=True, gauges=fast)) == "you are 8 dB louder than your normal"
    fast = replace(fast, level_db=1.0)
    assert said(Situation(speaking=True, gauges=fast)) == "you are 30 wpm faster than your normal"
    fast = replace(fast, pace_wpm=145.0)
    assert said(Situation(speaking=True, gauges=fast)) == "your pitch hardly moves"
    assert said(Situation(waiting=6 * RATE)) == "the caller has been waiting 6 s"
    assert said(Situation(waiting=6 * RATE, talking_over=RATE)) == "let them finish"
    assert said(Situation(waiting=6 * RATE, on_hold=10 * RATE)) == ""
    assert said(Situation(on_hold=61 * RATE)).startswith("on hold for 61 s")


def test_a_hint_can_be_read_before_it_goes() -> None:
    hints = Hints()
    assert hints.choose(Situation(waiting=4 * RATE), 0)
    still = hints.choose(Situation(), 2 * RATE)
    assert still is not None
    assert still.kind == "waiting"
    assert hints.choose(Situation(), 3 * RATE) is None


def test_the_caller_waits_from_their_last_word_until_the_trainee_speaks() -> None:
    state = told((ended("Where is my bag?", 5, 7), 7.0), (floor(None, 7), 7.0))
    state.tell(sounded(10, [0.0]), 12 * RATE)
    found = state.hint()
    assert found is not None
    assert found.text == "the caller has been waiting 5 s"
    state.tell(sounded(12, [200.0] * 30), 13 * RATE)
    state.now = 16 * RATE
    assert state.hint() is None


def test_talking_over_is_known_by_words() -> None:
    state = told((began("Where is my bag right now", 5), 5.0), (floor(CALLER, 5), 5.0))
    state.tell(sounded(5, [200.0] * 100), 6 * RATE)
    assert state.hint() is None, "sound alone may be the caller's own, leaked"
    state.tell(partial("as I", "said", 5.9), 6 * RATE)
    found = state.hint()
    assert found is not None
    assert found.text == "let them finish"


# --- presses -----------------------------------------------------------------------------------------


def test_notes_are_settled_before_the_key_that_follows_them() -> None:
    presses = Presses()
    presses.write("ba")
    presses.write("bag")
    presses.press(Key.HANG_UP)
    assert presses.take() == [Noted("bag"), Pressed(Key.HANG_UP)]
    presses.settle()
    assert presses.take() == []


# --- anything goes -----------------------------------------------------------------------------------

TIMES_S = st.floats(0, 100)
STARTS = st.integers(0, 50).map(float)
TEXTS = st.text(max_size=30)
SPEAKERS = st.sampled_from([YOU, CALLER, Speaker.UNSEPARATED])
NOTICES = st.one_of(
    st.builds(final, TEXTS, STARTS, STARTS.map(lambda s: s + 51), SPEAKERS),
    st.builds(partial, TEXTS, TEXTS, TIMES_S),
    st.builds(began, TEXTS, TIMES_S),
    st.builds(ended, TEXTS, STARTS, STARTS.map(lambda s: s + 51), st.none() | TEXTS),
    st.builds(floor, st.none() | SPEAKERS, TIMES_S),
    st.builds(
        sounded, TIMES_S, st.lists(st.sampled_from([0.0, 90.0, 210.0]), max_size=4), st.just(-30.0), SPEAKERS
    ),
    st.builds(Pressed, st.sampled_from(Key)),
    st.builds(Noted, TEXTS),
    st.builds(DeviceLost, TEXTS),
    st.builds(DeviceBack, TEXTS, TIMES_S),
    st.builds(Glitched, st.just(Span(0, 320)), TEXTS),
    st.builds(CallOver, st.sampled_from(Ending), st.integers(0, 10**6), TEXTS),
    st.builds(TurnEnded, SPEAKERS, st.just(EndOfTurn(1, 2, 0.5, "silent"))),
    st.just(MoodMoved(MoodChange(0, 1.0, 1.0, "cause", "quote", Mood(50.0, 50.0)))),
    st.builds(lambda: LineEnded(line(), None, (), cut=True)),
)


@given(st.lists(st.tuples(NOTICES, TIMES_S), max_size=30), HARMLESS_SIZES)
def test_any_notices_in_any_order_can_be_shown(
    notices: list[tuple[RehearsalNotice, float]], size: tuple[int, int]
) -> None:
    state, (width, height) = told(*notices), size
    shown = [
        paint.header(card(PERSONA), state, width),
        paint.words(passages(state), "Da\x1b[2Jna", width, height),
        paint.gauges(state.voice.read(), width),
        paint.status(state, "Dana", width),
        paint.hint(state.hint()),
        footer(state, width),
    ]
    for text in shown:
        assert all(c.isprintable() or c == "\n" for c in text.plain), "nothing can command the terminal"
    assert len(shown[0].plain) <= max(width, 6)
    assert len(shown[1].plain.splitlines()) <= height


# --- for every eye -----------------------------------------------------------------------------------


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", ["#10151b", "#1a222c"])
def test_every_color_is_readable_in_full_color_and_in_sixteen(ground: str) -> None:
    assert ground in (Path(paint.__file__).parent / "screen.tcss").read_text("utf-8")
    behind = Color.parse(ground).downgrade(ColorSystem.STANDARD)
    for color in (paint.DIM, paint.TRAINEE, paint.CALLER, paint.GREEN, paint.AMBER, paint.RED):
        assert (luminance(color) + 0.05) / (luminance(ground) + 0.05) >= 5
        assert Color.parse(color).downgrade(ColorSystem.STANDARD).number != behind.number
        assert Color.parse(color).downgrade(ColorSystem.STANDARD).number != 8, "dark gray: hardly readable"
