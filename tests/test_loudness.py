"""Levels against their definition and against librosa."""

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.listen.loudness import FLOOR_DBFS, LEVEL_WINDOW, LevelTracker
from voicecoach.timeline import FRAME, RATE


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
