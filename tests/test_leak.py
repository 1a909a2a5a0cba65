"""Leakage on level contours whose truth is made by hand: 10 ms frames, dBFS."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from voicecoach.listen.leak import not_faint, own_voice
from voicecoach.listen.leak_path import Levels, fit_leak_path
from voicecoach.timeline import FRAME, Span, intersect, total

LENGTH = 3000
NOISE_DBFS = -75.0


def frames(*pairs: tuple[int, int]) -> list[Span]:
    return [Span(a * FRAME, b * FRAME) for a, b in pairs]


def talk(runs: list[Span], seed: int, dbfs: float = -25.0) -> NDArray[np.float64]:
    """Power of somebody who speaks during `runs`, rising and falling by syllables."""
    random = np.random.default_rng(seed)
    syllables = np.interp(np.arange(LENGTH), np.arange(0, LENGTH, 9), random.uniform(-14, 4, LENGTH // 9 + 1))
    power = np.zeros(LENGTH)
    for run in runs:
        inside = slice(run.start // FRAME, run.end // FRAME)
        power[inside] = 10 ** ((dbfs + syllables[inside]) / 10)
    return power


def levels(power: NDArray[np.float64], seed: int = 0) -> Levels:
    """As measured: over a little noise, each frame off by about 1 dB."""
    scatter = np.random.default_rng(seed).normal(0, 1, LENGTH)
    return (10 * np.log10(power + 10 ** (NOISE_DBFS / 10)) + scatter).astype(np.float32)


def leaked(power: NDArray[np.float64], gain_db: float, delay: int = 7) -> NDArray[np.float64]:
    """What arrives after a delay and a room that dies away by 60 dB in 0.3 s."""
    room = 10 ** (-6 * np.arange(30) / 30)
    path = np.concatenate([np.zeros(delay), room / room.sum()]) * 10 ** (gain_db / 10)
    return np.convolve(power, path)[:LENGTH]


CALLER = frames((0, 600), (900, 1500), (1800, 2400))
TRAINEE = frames((650, 880), (1100, 1130), (1450, 1750), (2450, 2900))
"""An answer, a backchannel at 11 s, an interruption at 14.5 s, an answer."""


def both(gain_db: float) -> tuple[Levels, Levels]:
    """Contours of the trainee, with the caller's voice in it, and of the caller."""
    mine, theirs = talk(TRAINEE, 1), talk(CALLER, 2)
    return levels(mine + leaked(theirs, gain_db), 3), levels(theirs, 4)


def heard(gain_db: float) -> list[Span]:
    """What a detector of speech hears on the trainee's track: everybody."""
    late = [span.shifted(7 * FRAME) for span in CALLER]
    return sorted([*frames((0, 2950))] if gain_db > -50 else [*TRAINEE, *late])


@pytest.mark.parametrize("gain_db", [-20.0, -30.0, -40.0])
def test_own_voice_is_found_to_50_ms_under_leakage(gain_db: float) -> None:
    found = own_voice(heard(gain_db), *both(gain_db))
    assert len(found) == len(TRAINEE)
    for span, true in zip(found, TRAINEE, strict=True):
        assert abs(span.start - true.start) <= 5 * FRAME
        assert abs(span.end - true.end) <= 5 * FRAME


@pytest.mark.parametrize("delay", [0, 6, 25])
def test_the_path_is_measured(delay: int) -> None:
    theirs = talk(CALLER, 2)
    own = levels(talk(TRAINEE, 1) + leaked(theirs, -30.0, delay), 3)
    path = fit_leak_path(own, levels(theirs, 4))
    share = path.weights.sum() + path.tail_weights.sum()
    assert 10 * np.log10(share) == pytest.approx(-30.0, abs=1.5)
    assert abs(int(np.argmax(path.weights)) - delay) <= 1
    assert 10 * np.log10(path.noise) == pytest.approx(NOISE_DBFS, abs=4.0)


def test_without_leakage_nothing_is_taken_away() -> None:
    own, source = both(-120.0)
    kept = total(intersect(own_voice(TRAINEE, own, source), TRAINEE))
    assert kept >= 0.98 * total(TRAINEE)


def test_somebody_elses_voice_alone_is_nobody() -> None:
    theirs = talk(CALLER, 2)
    own = levels(leaked(theirs, -25.0), 3)
    assert own_voice(heard(-25.0), own, levels(theirs, 4)) == []


def test_noise_that_is_there_anyway_does_not_hide_an_interruption() -> None:
    # Noise 20 dB below speech, leakage another 10 dB below it: a gate on level differences would take
    # the noise for leakage, and the interruption's soft syllables with it.
    mine, theirs = talk(TRAINEE, 1), talk(CALLER, 2)
    din = 10 ** (-48 / 10)
    own = levels(mine + leaked(theirs, -30.0) + din, 3)
    found = own_voice(TRAINEE, own, levels(theirs + din, 4))
    assert total(intersect(found, TRAINEE)) >= 0.9 * total(TRAINEE)


def test_talk_over_music_on_hold_is_not_taken_for_noise() -> None:
    # The other track is loud all the time, and two thirds of the time somebody speaks on this one.
    runs = frames(*((start, start + 200) for start in range(0, LENGTH, 300)))
    own, music = levels(talk(runs, 1), 3), levels(talk(frames((0, LENGTH)), 2), 4)
    assert total(intersect(own_voice(runs, own, music), runs)) >= 0.8 * total(runs)


@pytest.mark.parametrize("gain_db", [-12.0, 6.0, 15.0])
def test_gain_on_both_tracks_changes_nothing(gain_db: float) -> None:
    own, source = both(-25.0)
    louder = own_voice(heard(-25.0), own + np.float32(gain_db), source + np.float32(gain_db))
    assert louder == own_voice(heard(-25.0), own, source)


def test_a_track_without_the_other_keeps_its_runs() -> None:
    own, _ = both(-120.0)
    silence = np.full(LENGTH, -100.0, np.float32)
    assert total(own_voice(TRAINEE, own, silence)) >= 0.98 * total(TRAINEE)


@pytest.mark.parametrize("length", [0, 1, 20, 60])
def test_the_first_moments_of_a_call_can_be_asked_about(length: int) -> None:
    own, source = (contour[:length] for contour in both(-25.0))
    runs = frames((0, length)) if length else []
    assert all(run & piece for run in runs for piece in own_voice(runs, own, source))


def test_a_voice_across_the_room_is_not_the_speakers() -> None:
    far = frames((1300, 1400))
    own = levels(talk(TRAINEE, 1) + talk(far, 5, dbfs=-50.0), 3)
    assert not_faint(sorted([*TRAINEE, *far]), own) == TRAINEE
    assert not_faint([], own) == []
