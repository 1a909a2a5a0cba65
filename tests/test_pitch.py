"""Pitch on sounds whose pitch is known exactly, and on real speech where it is present."""

import json
from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import butter, sosfilt

from voicecoach.devices.assets import weights
from voicecoach.listen.pitch import PitchTracker
from voicecoach.listen.prosody_track import ProsodyTracker
from voicecoach.listen.spectrum import SpectralAnalyzer
from voicecoach.timeline import FRAME, RATE

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"


def pitch_of(samples):
    tracker = ProsodyTracker(weights("pitch"))
    tracker.push(samples.astype(np.float32))
    return tracker.finish().f0_hz[: len(samples) // FRAME]


def pitch_frames_of(samples, sizes=None):
    """Pitch and voicing of all frames settled, the sound pushed in pieces of `sizes`."""
    analyzer, tracker = SpectralAnalyzer(), PitchTracker(weights("pitch"))
    ends = np.cumsum(sizes or [len(samples)])
    pieces = np.split(samples.astype(np.float32), ends[ends < len(samples)])
    settled = [tracker.push(analyzer.push(piece)) for piece in pieces]
    return (np.concatenate(column) for column in zip(*settled, strict=True))


def sung_vowel(f0_hz, seed=0):
    """Harmonics of a moving pitch (per sample, 0 is silence) under two formants, over a faint hiss."""
    rng = np.random.default_rng(seed)
    phase = 2 * np.pi * np.cumsum(f0_hz) / RATE
    sound = np.zeros(len(f0_hz))
    for harmonic in range(1, 40):
        at_hz = harmonic * f0_hz
        formants = 1 / (1 + ((at_hz - 600) / 120) ** 2) + 0.5 / (1 + ((at_hz - 1400) / 200) ** 2) + 0.01
        sound += np.where((f0_hz > 0) & (at_hz < 7000), formants * np.sin(harmonic * phase), 0)
    return 0.1 * sound + 1e-4 * rng.standard_normal(len(f0_hz))


def cents_between(estimate, truth):
    return 1200 * np.log2(estimate / truth)


def steady(f0_hz, seconds=1.0):
    silence = np.zeros(RATE // 2)
    return np.concatenate([silence, np.full(int(seconds * RATE), float(f0_hz)), silence])


@pytest.mark.parametrize("f0_hz", [70, 110, 160, 220, 310, 440])
def test_a_steady_vowel_has_its_pitch_and_only_while_it_sounds(f0_hz):
    contour = steady(f0_hz)
    found = pitch_of(sung_vowel(contour))
    truth = contour[::FRAME]
    inside = slice(55, 145)
    assert np.abs(cents_between(found[inside], truth[inside])).max() < 20
    assert np.mean((found > 0) != (truth > 0)) < 0.03


def test_a_glide_is_followed_without_octave_slips():
    contour = np.concatenate([np.zeros(8000), np.geomspace(90, 360, 2 * RATE), np.zeros(8000)])
    found = pitch_of(sung_vowel(contour))
    truth = contour[::FRAME]
    both = (found > 0) & (truth > 0)
    assert both.sum() > 190
    assert np.abs(cents_between(found[both], truth[both])).max() < 100


def test_a_strong_second_harmonic_does_not_pull_pitch_up_an_octave():
    time_s = np.arange(RATE) / RATE
    amplitudes = {1: 0.2, 2: 1.0, 3: 0.15, 4: 0.5, 6: 0.2}
    voice = sum(a * np.sin(2 * np.pi * 120 * k * time_s + k) for k, a in amplitudes.items())
    found = pitch_of(np.concatenate([np.zeros(RATE // 2), 0.1 * voice, np.zeros(RATE // 2)]))
    assert np.median(found[found > 0]) == pytest.approx(120, rel=0.02)


def test_telephone_speech_keeps_the_pitch_that_its_band_has_lost():
    band = butter(6, [300, 3400], "bandpass", fs=RATE, output="sos")
    found = pitch_of(sosfilt(band, sung_vowel(steady(110))))
    voiced = found[found > 0]
    assert len(voiced) > 90
    assert np.abs(cents_between(voiced, 110)).max() < 50


def test_silence_has_no_pitch():
    assert not pitch_of(np.zeros(2 * RATE)).any()


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0])
def test_steady_noise_has_no_pitch(slope):
    rng = np.random.default_rng(3)
    spectrum = (
        np.fft.rfft(rng.standard_normal(5 * RATE))
        / np.maximum(np.fft.rfftfreq(5 * RATE, 1 / RATE), 20) ** slope
    )
    noise = np.fft.irfft(spectrum)
    assert np.mean(pitch_of(0.05 * noise / noise.std()) > 0) < 0.02


@pytest.mark.parametrize("gain_db", [-20, 20])
def test_gain_does_not_move_pitch(gain_db):
    voice = sung_vowel(np.concatenate([steady(140), steady(230)])) * 0.3
    quiet, loud = pitch_of(voice), pitch_of(voice * 10 ** (gain_db / 20))
    both = (quiet > 0) & (loud > 0)
    assert np.mean((quiet > 0) != (loud > 0)) < 0.005
    assert np.abs(cents_between(quiet[both], loud[both])).max() < 0.1


def test_voicing_is_sure_inside_a_vowel_and_in_silence_and_turns_with_it():
    contour = np.concatenate([steady(140), steady(230)])
    _, voicing = pitch_frames_of(sung_vowel(contour))
    truth = contour[::FRAME][: len(voicing)] > 0
    assert voicing[55:145].min() > 0.9
    assert voicing[:45].max() < 0.1
    assert np.mean((voicing > 0.5) != truth) < 0.03


@given(sizes=st.lists(st.integers(0, 4000), min_size=1, max_size=40))
@settings(max_examples=20, deadline=None)
def test_chopping_does_not_change_pitch_or_voicing_by_a_bit(sizes):
    sound = sung_vowel(steady(170, 0.5))
    for whole, chopped in zip(pitch_frames_of(sound), pitch_frames_of(sound, sizes), strict=True):
        np.testing.assert_array_equal(whole, chopped)


def real_utterances(count):
    manifest = DATA / "fda_pitch" / "manifest.jsonl"
    if not manifest.exists():
        pytest.skip("../shared/data/fda_pitch is not here")
    import soundfile

    for line in manifest.read_text().splitlines()[:: 50 // count]:
        row = json.loads(line)
        samples, rate = soundfile.read(manifest.parent / row["file"], dtype="float32")
        yield soxr.resample(samples, rate, RATE), np.array(row["f0_ref"])


def test_real_speech_agrees_with_the_laryngograph():
    frames = voiced_in_both = gross = wrong = 0
    for samples, truth in real_utterances(10):
        found = pitch_of(samples)
        at = np.minimum(np.round(1.5 * np.arange(len(truth))).astype(int), len(found) - 1)
        estimate = found[at]
        both = (estimate > 0) & (truth > 0)
        voiced_in_both += both.sum()
        gross += (np.abs(estimate[both] / truth[both] - 1) > 0.2).sum()
        wrong += ((estimate > 0) != (truth > 0)).sum()
        frames += len(truth)
    assert gross / voiced_in_both < 0.02
    assert (gross + wrong) / frames < 0.07
