"""Syllable nuclei of sounds that have a countable number of them."""

import json
from pathlib import Path

import numpy as np
import pytest

from voicecoach.devices.assets import weights
from voicecoach.listen.prosody_track import ProsodyTracker
from voicecoach.listen.syllables import SYLLABLES_PER_NUCLEUS
from voicecoach.timeline import RATE

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"


def nuclei_of(samples):
    tracker = ProsodyTracker(weights("pitch"))
    tracker.push(samples.astype(np.float32))
    return tracker.finish().nuclei


def babbling(rate_sps, seconds, gain=0.2):
    """'ba ba ba': a buzz whose loudness swells `rate_sps` times a second."""
    time_s = np.arange(int(seconds * RATE)) / RATE
    buzz = sum(
        np.sin(2 * np.pi * 120 * k * time_s) / (1 + ((120 * k - 700) / 300) ** 2) for k in range(1, 30)
    )
    swell = np.sin(np.pi * rate_sps * time_s) ** 2
    hiss = 1e-4 * np.random.default_rng(0).standard_normal(len(time_s))
    return gain * (buzz / np.abs(buzz).max() * swell + hiss)


def test_each_swell_is_a_syllable_at_its_loudest_moment():
    nuclei = nuclei_of(babbling(rate_sps=4, seconds=3))
    swells = (np.arange(12) + 0.5) / 4 * RATE
    assert len(nuclei) == 12
    assert np.abs(nuclei - swells).max() < 0.03 * RATE


@pytest.mark.parametrize("rate_sps", [2, 5, 8])
def test_fast_and_slow_are_counted(rate_sps):
    assert len(nuclei_of(babbling(rate_sps, seconds=4))) == pytest.approx(4 * rate_sps, abs=1)


def test_loud_and_soft_are_counted_alike():
    np.testing.assert_array_equal(nuclei_of(babbling(5, 3, gain=0.5)), nuclei_of(babbling(5, 3, gain=0.02)))


def test_one_long_vowel_is_one_syllable():
    time_s = np.arange(3 * RATE) / RATE
    vowel = sum(np.sin(2 * np.pi * 150 * k * time_s) / k for k in range(1, 20))
    edges = np.minimum(1, np.minimum(time_s, 3 - time_s) / 0.1)
    assert len(nuclei_of(0.1 * vowel * edges)) == 1


def test_noise_has_no_syllables():
    rng = np.random.default_rng(1)
    bursts = rng.standard_normal(3 * RATE) * np.sin(np.pi * 4 * np.arange(3 * RATE) / RATE) ** 2
    assert len(nuclei_of(0.1 * bursts)) <= 1


def test_real_speech_is_counted_to_a_tenth():
    manifest = DATA / "timit_nltk_sample" / "manifest.jsonl"
    if not manifest.exists():
        pytest.skip("../shared/data/timit_nltk_sample is not here")
    import soundfile

    rows = [json.loads(line) for line in manifest.read_text().splitlines()][::3]
    counted = sum(
        len(nuclei_of(soundfile.read(manifest.parent / row["file"], dtype="float32")[0])) for row in rows
    )
    counted *= SYLLABLES_PER_NUCLEUS
    spoken = sum(row["syllable_nuclei"] for row in rows)
    assert counted == pytest.approx(spoken, rel=0.1)
