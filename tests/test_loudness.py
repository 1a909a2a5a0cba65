"""Levels against their definition and librosa; loudness against BS.1770, EBU Tech 3341 and pyloudnorm."""

import librosa
import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from listening import both_tracks

from voicecoach.listen.loudness import FLOOR_DBFS, LEVEL_WINDOW, LevelTracker
from voicecoach.listen.loudness_k import (
    KMeter,
    block_powers,
    integrated_lufs,
    k_weighting,
    loudness_in,
    lufs,
    usual_loudness,
)
from voicecoach.timeline import FRAME, RATE, Span


def levels(samples):
    tracker = LevelTracker()
    tail = np.zeros(LEVEL_WINDOW, np.float32)
    return np.concatenate([tracker.push(samples.astype(np.float32)), tracker.push(tail)])[
        : len(samples) // FRAME + 1
    ]


def test_a_full_scale_sine_is_3_db_below_full_scale():
    sine = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)
    assert levels(sine)[50] == pytest.approx(-3.01, abs=0.01)


def test_silence_is_at_the_floor():
    assert (levels(np.zeros(RATE)) == FLOOR_DBFS).all()


def test_ten_times_the_amplitude_is_20_db_more():
    noise = 0.01 * np.random.default_rng(0).standard_normal(RATE)
    np.testing.assert_allclose(levels(10 * noise) - levels(noise), 20, atol=1e-3)


def test_frames_agree_with_librosa():
    noise = (0.1 * np.random.default_rng(1).standard_normal(RATE + 77)).astype(np.float32)
    reference = librosa.feature.rms(y=noise, frame_length=LEVEL_WINDOW, hop_length=FRAME, center=True)[0]
    np.testing.assert_allclose(levels(noise), 20 * np.log10(reference), atol=1e-3)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 700), min_size=1, max_size=20))
def test_chopping_does_not_matter(sizes):
    noise = (0.1 * np.random.default_rng(2).standard_normal(4000)).astype(np.float32)
    whole = LevelTracker().push(noise)
    tracker = LevelTracker()
    pieces = [tracker.push(piece) for piece in np.split(noise, np.minimum(np.cumsum(sizes), len(noise)))]
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


# --- K-weighted


STANDARD_48_KHZ = [
    [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585],
    [1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621],
]
"""Tables 1 and 2 of ITU-R BS.1770: b0, b1, b2, a1, a2."""


def response_db(sections, hz, rate_hz):
    total = np.zeros(len(hz))
    for b0, b1, b2, a1, a2 in sections:
        z = np.exp(-2j * np.pi * hz / rate_hz)
        total += 20 * np.log10(np.abs((b0 + b1 * z + b2 * z**2) / (1 + a1 * z + a2 * z**2)))
    return total


def tone(dbfs, seconds, hz=997.0):
    return (10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE)) / RATE)).astype(
        np.float32
    )


def integrated(samples):
    return integrated_lufs(block_powers(KMeter().push(samples)))


def test_the_filter_is_the_standards_at_48_khz():
    np.testing.assert_allclose(k_weighting(48_000), STANDARD_48_KHZ, atol=1e-9)


def test_the_filter_at_16_khz_sounds_like_the_standards():
    hz = np.linspace(20, 7900, 500)
    ours, standard = response_db(k_weighting(RATE), hz, RATE), response_db(STANDARD_48_KHZ, hz, 48_000)
    np.testing.assert_allclose(ours, standard, atol=0.07)


def test_a_full_scale_sine_has_the_loudness_that_the_standard_says():
    assert integrated(tone(0, 5)) == pytest.approx(-3.01, abs=0.07)


def test_softer_stretches_are_gated_out():
    """EBU Tech 3341, test signal 3, in one channel (3 dB less than in two)."""
    assert integrated(np.concatenate([tone(-36, 10), tone(-23, 60), tone(-36, 10)])) == pytest.approx(
        -26, abs=0.1
    )


def test_what_is_not_much_softer_counts():
    """EBU Tech 3341, test signal 5, in one channel."""
    signal = np.concatenate([tone(-26, 20), tone(-20, 20.1), tone(-26, 20)])
    assert integrated(signal) == pytest.approx(-26, abs=0.1)


def test_silence_and_a_blink_have_no_loudness():
    assert integrated(np.zeros(5 * RATE, np.float32)) is None
    assert integrated(tone(-20, 0.39)) is None
    assert integrated(tone(-20, 0.4)) is not None


def test_momentary_and_short_term_follow_a_change_within_their_windows():
    powers = KMeter().push(np.concatenate([tone(-40, 5), tone(-20, 5)]))
    momentary, short_term = lufs(block_powers(powers, 4)), lufs(block_powers(powers, 30))
    assert len(momentary) == 97
    assert len(short_term) == 71
    assert momentary[46] == pytest.approx(-43, abs=0.1), "ends at 5.0 s"
    assert momentary[50] == pytest.approx(-23, abs=0.1), "ends at 5.4 s"
    assert short_term[49] < -23.1, "ends at 7.9 s"
    assert short_term[50] == pytest.approx(-23, abs=0.1), "ends at 8.0 s"


def test_only_the_blocks_in_speech_count():
    powers = KMeter().push(np.concatenate([tone(-20, 2), tone(-40, 2)]))
    assert loudness_in(powers, [Span.from_seconds(0, 1.5)]) == pytest.approx(-23, abs=0.1)
    assert loudness_in(powers, [Span.from_seconds(2.5, 4)]) == pytest.approx(-43, abs=0.1)
    assert loudness_in(powers, []) is None


def test_one_shout_does_not_move_what_is_usual():
    powers = KMeter().push(np.concatenate([tone(-30, 4), tone(-10, 2), tone(-30, 4)]))
    runs = [Span.from_seconds(0, 3.8), Span.from_seconds(4, 6), Span.from_seconds(6.2, 10)]
    assert loudness_in(powers, runs) > -22
    assert usual_loudness(powers, runs) == pytest.approx(-33, abs=0.1)
    assert usual_loudness(powers, []) is None


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 4000), min_size=1, max_size=20))
def test_chopping_does_not_matter_to_loudness(sizes):
    noise = (0.1 * np.random.default_rng(2).standard_normal(30_000)).astype(np.float32)
    meter = KMeter()
    pieces = [meter.push(piece) for piece in np.split(noise, np.minimum(np.cumsum(sizes), len(noise)))]
    assert np.concatenate(pieces).tobytes() == KMeter().push(noise).tobytes()


@pytest.mark.parametrize("rate_hz", [8_000, 16_000])
def test_real_speech_is_as_loud_as_pyloudnorm_says(rate_hz):
    pyloudnorm = pytest.importorskip(
        "pyloudnorm", reason="pyloudnorm is not installed (bench/requirements.txt)"
    )
    speech, _ = both_tracks("good")
    there = soxr.resample(speech[: 30 * RATE].astype(np.float64), RATE, rate_hz)
    theirs = pyloudnorm.Meter(48_000, filter_class="DeMan").integrated_loudness(
        soxr.resample(there, rate_hz, 48_000)
    )
    assert integrated(soxr.resample(there, rate_hz, RATE).astype(np.float32)) == pytest.approx(
        theirs, abs=0.2
    )
