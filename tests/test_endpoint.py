"""Has the trainee finished? Cues of the voice, words, and how long is waited."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.endpoint_policies import counted, product_point, silence_points
from bench.endpoint_sets import spokenwoz_call
from voicecoach.listen.completeness import completeness
from voicecoach.listen.endpoint import Endpointer, EndpointSettings, judge, measured
from voicecoach.listen.turn_cues import PauseCues, pause_cues
from voicecoach.listen.turn_weights import SOUND, SOUND_AND_WORDS
from voicecoach.timeline import FRAME, RATE, Span, samples

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"

SETTINGS = EndpointSettings()
VOICE_END = 2 * RATE
NOTICED = VOICE_END + samples(0.22)

FINISHED = PauseCues(VOICE_END, stretch_s=2.0, glide_st_s=-45.0, level_db=-12.0, held_s=0.08)
HELD_UP = PauseCues(VOICE_END, stretch_s=0.4, glide_st_s=0.5, level_db=2.0, held_s=0.6)
UNCLEAR = PauseCues(VOICE_END, stretch_s=2.0, glide_st_s=22.0, level_db=-5.0, held_s=0.25)

WHOLE = ["can", "i", "have", "your", "order", "number", "please"]
BROKEN = ["can", "i", "have", "your", "order", "number", "and", "the"]


# --- words ---


@pytest.mark.parametrize(
    "whole",
    [
        "I'd like to book a taxi",
        "What can I help you with",
        "It arrived broken",
        "Thank you",
        "Yes that's correct",
        "Would you prefer a refund or a replacement",
        "The order number is four seven two nine",
    ],
)
@pytest.mark.parametrize("cut", ["and", "of the", "because", "um", "to my", "and I'm", "but let me see", "a"])
def test_words_that_leave_something_open(whole: str, cut: str) -> None:
    finished, unfinished = completeness(whole.split()), completeness([*whole.split(), *cut.split()])
    assert finished is not None
    assert unfinished is not None
    assert unfinished < 0.5
    assert unfinished < finished


def test_a_question_may_end_in_a_preposition() -> None:
    asked, told = (
        completeness(["what", "are", "you", "looking", "for"]),
        completeness(["i", "am", "looking", "for"]),
    )
    assert asked is not None
    assert told is not None
    assert asked > told


def test_punctuation_and_capitals_say_nothing() -> None:
    assert completeness(["Could", "you,", "um…"]) == completeness(["could", "you", "um"])
    assert completeness(["it’s"]) == completeness(["It's."])


def test_no_words_no_judgment() -> None:
    assert completeness([]) is None
    assert completeness(["…", "-"]) is None


# --- sound ---


def contours(final_hz: np.ndarray, final_dbfs: float) -> tuple[np.ndarray, np.ndarray]:
    """Two seconds of syllables at 120 Hz and -20 dBFS, then 0.3 s that end at `VOICE_END`; settled 20 ms past
    it."""
    frames = VOICE_END // FRAME + 2
    f0_hz = np.where(np.arange(frames) % 20 < 14, 120.0, 0.0).astype(np.float32)
    level_dbfs = np.full(frames, -20.0, np.float32)
    f0_hz[-2 - len(final_hz) : -2] = final_hz
    level_dbfs[-2 - len(final_hz) : -2] = final_dbfs
    f0_hz[-2:], level_dbfs[-2:] = 0.0, -70.0
    return f0_hz, level_dbfs


FALL = np.concatenate([np.zeros(18), np.linspace(115, 80, 12)]).astype(np.float32)
DRAWL = np.full(30, 119.0, np.float32)
TURN = [Span(0, VOICE_END)]


def test_a_short_quiet_fall_sounds_finished_and_a_level_drawl_does_not() -> None:
    fall, drawl = pause_cues(*contours(FALL, -32.0), TURN), pause_cues(*contours(DRAWL, -19.0), TURN)
    assert fall.glide_st_s == pytest.approx(12 * np.log2(80 / 115) / 0.11, rel=0.05)
    assert fall.level_db == pytest.approx(-12.0)
    assert fall.held_s == pytest.approx(0.12)
    assert drawl.glide_st_s == pytest.approx(0.0, abs=0.5)
    assert drawl.held_s is not None
    assert drawl.held_s >= 0.3
    assert judge(fall, None).probability > SETTINGS.complete_from
    assert judge(drawl, None).probability < 0.5


@given(gain_db=st.floats(-30, 15), transposed=st.floats(0.6, 2.0))
def test_neither_gain_nor_the_voice_matters(gain_db: float, transposed: float) -> None:
    f0_hz, level_dbfs = contours(FALL, -30.0)
    usual = pause_cues(f0_hz, level_dbfs, TURN)
    other = pause_cues(
        (f0_hz * transposed).astype(np.float32), (level_dbfs + gain_db).astype(np.float32), TURN
    )
    assert other.glide_st_s == pytest.approx(usual.glide_st_s, abs=1e-2)
    assert other.level_db == pytest.approx(usual.level_db, abs=1e-3)
    assert other.held_s == usual.held_s


def test_what_cannot_be_measured_is_left_out() -> None:
    silent = np.zeros(VOICE_END // FRAME, np.float32)
    cues = pause_cues(silent, np.full_like(silent, -30.0), TURN)
    assert (cues.glide_st_s, cues.level_db, cues.held_s) == (None, None, None)
    assert 0.2 < judge(cues, None).probability < 0.8


def test_a_stretch_goes_back_to_the_last_pause() -> None:
    runs = [Span(0, RATE // 2), Span(RATE, samples(1.5)), Span(samples(1.6), VOICE_END)]
    assert pause_cues(*contours(FALL, -30.0), runs).stretch_s == pytest.approx(0.9)


def test_cues_are_known_when_the_pause_is_noticed() -> None:
    from tools.turn_model.hearing import heard_pauses
    from voicecoach.devices.espeak import espeak
    from voicecoach.spoken import Delivery

    line = espeak().render("Could you give me your order number, please?", Delivery(voice="en-us")).samples
    sound = np.concatenate([line, np.zeros(RATE // 2, np.float32)])
    (pause,) = heard_pauses(sound)
    cues = pause_cues(pause.f0_hz, pause.level_dbfs, [pause.voice])
    assert abs(cues.start - len(line)) < samples(0.1)
    assert None not in (cues.glide_st_s, cues.level_db, cues.held_s)


def test_the_weights_are_of_the_measures_that_the_code_makes() -> None:
    assert set(SOUND) == set(measured(FINISHED, None))
    assert set(SOUND_AND_WORDS) == set(measured(FINISHED, 0.5))


# --- waiting ---


def wait_s(cues: PauseCues, words: list[str] | None = None) -> float:
    endpointer = Endpointer()
    endpointer.paused(cues, NOTICED)
    if words is not None:
        endpointer.worded(words, cues.start, VOICE_END + samples(0.45))
    assert endpointer.ends_at is not None
    return (endpointer.ends_at - VOICE_END) / RATE


def test_the_surer_the_shorter() -> None:
    assert wait_s(FINISHED) == SETTINGS.complete_s
    assert wait_s(UNCLEAR) == SETTINGS.unsure_s
    assert wait_s(HELD_UP) == SETTINGS.incomplete_s


def test_words_move_the_end_either_way() -> None:
    assert wait_s(UNCLEAR, WHOLE) == SETTINGS.complete_s
    assert wait_s(UNCLEAR, BROKEN) == SETTINGS.incomplete_s
    assert wait_s(UNCLEAR, []) == SETTINGS.unsure_s


def test_late_words_end_a_turn_at_once_but_never_in_the_past() -> None:
    endpointer = Endpointer()
    endpointer.paused(UNCLEAR, NOTICED)
    late = VOICE_END + samples(0.7)
    endpointer.worded(WHOLE, VOICE_END, late)
    end = endpointer.due(late)
    assert end is not None
    assert (end.speech_end, end.decided) == (VOICE_END, late)
    assert end.reason.endswith("the words make a whole; silent for 0.7 s")


def test_words_of_another_pause_change_nothing() -> None:
    endpointer = Endpointer()
    endpointer.paused(UNCLEAR, NOTICED)
    before = endpointer.ends_at
    endpointer.worded(BROKEN, VOICE_END - RATE, NOTICED + 10)
    assert endpointer.ends_at == before
    endpointer.resumed(NOTICED + 100)
    endpointer.worded(BROKEN, VOICE_END, NOTICED + 200)
    assert endpointer.ends_at is None
    assert endpointer.due(VOICE_END + 10 * RATE) is None


def test_words_after_the_end_do_not_take_it_back() -> None:
    endpointer = Endpointer()
    endpointer.paused(FINISHED, NOTICED)
    endpointer.worded(BROKEN, VOICE_END, VOICE_END + samples(0.6))
    end = endpointer.due(VOICE_END + RATE)
    assert end is not None
    assert end.decided == VOICE_END + samples(SETTINGS.complete_s)


@given(asked=st.lists(st.integers(NOTICED, VOICE_END + 3 * RATE)), worded_s=st.floats(0.3, 2.5))
def test_how_often_it_is_asked_does_not_matter(asked: list[int], worded_s: float) -> None:
    worded = VOICE_END + samples(worded_s)

    def end(times: list[int]) -> object:
        endpointer = Endpointer()
        endpointer.paused(UNCLEAR, NOTICED)
        found = [endpointer.due(at) for at in sorted(times) if at < worded]
        endpointer.worded(BROKEN, VOICE_END, worded)
        found += [endpointer.due(at) for at in sorted([*times, VOICE_END + 4 * RATE]) if at >= worded]
        told = [one for one in found if one is not None]
        assert len(told) == 1, "an end is told once"
        return told[0]

    assert end(asked) == end([])


# --- the speaker's own pause ---


def pauses(endpointer: Endpointer, lengths_s: list[float]) -> None:
    """Live through pauses, the voice coming back after each."""
    at = VOICE_END
    for length_s in lengths_s:
        endpointer.paused(replace(HELD_UP, start=at), at + samples(0.2))
        endpointer.resumed(at + samples(length_s))
        at += samples(length_s) + RATE


def test_who_pauses_long_is_given_time() -> None:
    slow, quick = Endpointer(), Endpointer()
    pauses(slow, [0.8] * 10)
    pauses(quick, [0.3] * 10)
    assert 0.7 < slow.floor_s < 0.9
    assert quick.floor_s == SETTINGS.complete_s
    slow.paused(FINISHED, NOTICED)
    assert slow.ends_at == VOICE_END + samples(slow.floor_s)


@given(st.lists(st.floats(0.2, 3.0), max_size=60))
def test_the_floor_is_bounded(lengths_s: list[float]) -> None:
    endpointer = Endpointer()
    pauses(endpointer, lengths_s)
    assert SETTINGS.complete_s <= endpointer.floor_s <= SETTINGS.longest_floor_s


def test_who_goes_on_at_once_had_not_finished() -> None:
    cut_off, next_turn = Endpointer(), Endpointer()
    for endpointer, back_s in ((cut_off, 0.5 + 0.4), (next_turn, 0.5 + 5.0)):
        endpointer.paused(FINISHED, NOTICED)
        assert endpointer.due(VOICE_END + samples(0.5)) is not None
        endpointer.resumed(VOICE_END + samples(back_s))
    assert cut_off.floor_s > SETTINGS.complete_s
    assert next_turn.floor_s == SETTINGS.complete_s


# --- a real call ---


@pytest.mark.skipif(
    not (DATA / "spokenwoz_calls").is_dir(), reason="../shared/data/spokenwoz_calls is not here"
)
def test_a_real_call_is_cut_off_less_than_by_silence_alone() -> None:
    tracks = list(spokenwoz_call(DATA / "spokenwoz_calls", "SNG0072"))
    ours = product_point(tracks)
    pauses = counted(tracks)
    (as_long,) = silence_points(pauses, [ours.mean_wait_s])
    assert len(pauses) > 30
    assert ours.cut_off < as_long.cut_off
    assert SETTINGS.complete_s <= ours.mean_wait_s < 1.1
