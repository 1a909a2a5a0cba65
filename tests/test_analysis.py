"""The listening path as a whole: chopping, leakage, lateness, and what silence and noise give."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from listening import both_tracks, ears, listen

from voicecoach.audio import AudioChunk, Layout, Samples
from voicecoach.call import Call, Limit
from voicecoach.events import CallEnded, Exchanged, Recognize, Recognized
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.limits import Hearing
from voicecoach.listen.segment import SegmentSettings
from voicecoach.speech import Speaker, Word
from voicecoach.timeline import RATE, Span

EXCERPT = slice(0, 14 * RATE)
"""Of `interrupting`: two interruptions of the caller by the trainee."""


def facts(call: Call) -> tuple[object, ...]:
    """Everything in a call that can be compared with ==."""
    tracks = [(t.f0_hz.tobytes(), t.level_dbfs.tobytes(), t.nuclei.tobytes()) for t in call.tracks.values()]
    return (call.turns, call.overlaps, call.silences, call.prosody, call.baselines, call.limits, tracks)


def excerpt() -> list[Samples]:
    return [track[EXCERPT] for track in both_tracks("interrupting")]


@pytest.fixture(scope="module")
def whole() -> Call:
    return listen(excerpt())


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 3 * RATE), max_size=40))
def test_chopping_does_not_matter(whole: Call, pieces: list[int]) -> None:
    assert facts(listen(excerpt(), pieces)) == facts(whole)


def test_blocks_of_20_ms_are_no_different(whole: Call) -> None:
    assert facts(listen(excerpt(), [320] * 1000)) == facts(whole)


def leaked(tracks: list[Samples], gain_db: float, delay_s: float = 0.06) -> list[Samples]:
    """Both tracks with the other's voice in them, late and reverberant."""
    random = np.random.default_rng(7)
    tail = random.standard_normal(RATE // 10) * np.exp(-np.arange(RATE // 10) / (0.02 * RATE))
    path = np.concatenate([np.zeros(round(delay_s * RATE)), [1.0], 0.1 * tail])
    path *= 10 ** (gain_db / 20) / np.sqrt(np.sum(path**2))
    echoes = [np.convolve(track, path)[: len(track)] for track in tracks]
    return [(own + echo).astype(np.float32) for own, echo in zip(tracks, echoes[::-1], strict=True)]


@pytest.mark.parametrize("gain_db", [-40.0, -30.0, -20.0])
@pytest.mark.parametrize("name", ["good", "interrupting"])
def test_leakage_makes_no_overlaps(name: str, gain_db: float) -> None:
    tracks = list(both_tracks(name))
    clean, dirty = listen(tracks), listen(leaked(tracks, gain_db))
    true = [(o.span.start_s, o.by) for o in clean.overlaps]
    found = [(o.span.start_s, o.by) for o in dirty.overlaps]
    strangers = [f for f in found if not any(abs(f[0] - t[0]) < 0.3 and f[1] is t[1] for t in true)]
    missing = [t for t in true if not any(abs(f[0] - t[0]) < 0.3 and f[1] is t[1] for f in found)]
    assert strangers == []
    assert len(missing) <= 1


@pytest.mark.parametrize("level_dbfs", [-100.0, -60.0, -30.0])
def test_noise_is_nobody(level_dbfs: float) -> None:
    noise = np.random.default_rng(3).standard_normal((2, 20 * RATE)) * 10 ** (level_dbfs / 20)
    call = listen(list(noise.astype(np.float32)))
    assert call.turns == ()
    assert Limit.NO_TRAINEE_SPEECH in call.limits
    (silence,) = call.silences
    assert silence.span == Span(0, 20 * RATE)


def asked_of(tracks: list[Samples]) -> tuple[Analysis, list[Recognize]]:
    analysis = Analysis(ears(), Hearing(Layout.TWO_CHANNEL, "en", None, keeps_fillers=False))
    chunks = [AudioChunk(0, track) for track in tracks]
    commands = analysis.push(Exchanged(*chunks)) + analysis.push(CallEnded(len(tracks[0])))
    return analysis, commands


def test_late_and_reordered_answers_change_nothing() -> None:
    calls = []
    for order in (1, -1):
        analysis, commands = asked_of(excerpt())
        assert len(commands) > 3
        for command in commands[::order]:
            word = Word(f"word{command.segment.id}.", command.speech[0], 0.9)
            relative = word.span.shifted(-command.audio.start)
            analysis.push(Recognized(command.segment.id, (Word(word.text, relative, 0.9),)))
        calls.append(analysis.call())
    assert facts(calls[0]) == facts(calls[1])
    assert any(turn.words for turn in calls[0].turns)


def test_an_answer_nobody_waits_for_is_dropped() -> None:
    analysis, commands = asked_of(excerpt())
    stray = Word("ghost", Span(0, RATE), 1.0)
    analysis.push(Recognized(999, (stray,)))
    for command in commands:
        analysis.push(Recognized(command.segment.id, ()))
        analysis.push(Recognized(command.segment.id, (stray,)))
    assert all(not turn.words for turn in analysis.call().turns)


def test_segments_cover_the_speech_once_and_fit_the_model() -> None:
    _, commands = asked_of(list(both_tracks("good")))
    longest = SegmentSettings().longest_s
    for speaker in (Speaker.TRAINEE, Speaker.CALLER):
        mine = [c for c in commands if c.segment.speaker is speaker]
        assert all(a.segment.span.end <= b.segment.span.start for a, b in pairwise(mine))
        for command in mine:
            assert len(command.audio.samples) <= (longest + 1) * RATE
            assert command.audio.start <= command.segment.span.start
            assert command.audio.end >= command.segment.span.end


def test_a_swapped_call_is_the_same_call_with_other_names() -> None:
    tracks = excerpt()
    swapped = listen(tracks[::-1])
    analysis = Analysis(ears(), Hearing(Layout.TWO_CHANNEL, "en", "no words", keeps_fillers=False))
    analysis.push(Exchanged(*(AudioChunk(0, track) for track in tracks)))
    analysis.push(CallEnded(len(tracks[0])))
    assert analysis.call(swapped=True).turns == swapped.turns


def test_monologue_without_a_pause_is_cut_into_pieces() -> None:
    trainee, _ = both_tracks("good")
    voiced = trainee[int(0.6 * RATE) : int(3.6 * RATE)]
    _, commands = asked_of([np.tile(voiced, 20), np.zeros(20 * len(voiced), np.float32)])
    assert len(commands) >= 2
    assert sum(c.segment.span.duration for c in commands) > 0.9 * 20 * len(voiced)
