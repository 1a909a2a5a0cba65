"""Brightness, jitter, shimmer, HNR, tension: against librosa, voices made to measure, acted anger."""

from itertools import islice

import librosa
import numpy as np
import pytest
from listening import FOLDER
from scipy.signal import lfilter

from bench.tension import auc
from bench.voice_sets import known_voices
from tools.pitch_model.conditions import telephone
from tools.pitch_model.glottis import VoiceQuality as Source
from tools.pitch_model.glottis import source
from voicecoach.devices.assets import weights
from voicecoach.devices.media import read_blocks
from voicecoach.listen.prosody_track import ProsodyTracker
from voicecoach.listen.tension import LIMIT, SPREADS, tension
from voicecoach.listen.tilt import BANDS, TRANSFORM, WINDOW, tilt
from voicecoach.listen.turn_prosody import measure_baseline
from voicecoach.listen.turn_quality import CYCLE_FRAMES, measure_quality, quality_change
from voicecoach.prosody import Band, VoiceQuality
from voicecoach.timeline import RATE

WEIGHTS = weights("pitch")
WIDE, TELEPHONE = BANDS.index(Band.WIDE), BANDS.index(Band.TELEPHONE)


def track_of(samples):
    tracker = ProsodyTracker(WEIGHTS)
    tracker.push(samples.astype(np.float32))
    return tracker.finish()


def quality_of(samples):
    track = track_of(samples)
    return measure_quality(track, np.ones(len(track.f0_hz), np.bool_))


def vowel(seconds=2.0, f0_hz=120.0, seed=0, **source_settings):
    """A vowel between a and schwa whose pitch sways a little, 20 dB below full scale."""
    settings = {"rd": 1.0, "jitter": 0.0, "shimmer": 0.0, "breath": 0.0} | source_settings
    time_s = np.arange(int(seconds * RATE)) / RATE
    wanted = f0_hz * 2 ** (0.3 * np.sin(2 * np.pi * 0.8 * time_s) / 12)
    wanted[: RATE // 20] = wanted[-RATE // 20 :] = 0
    wave, _ = source(wanted, Source(**settings), np.random.default_rng(seed))
    for hz, width_hz in ((600, 70), (1200, 90), (2500, 140), (3500, 200)):
        radius = np.exp(-np.pi * width_hz / RATE)
        poles = [1, -2 * radius * np.cos(2 * np.pi * hz / RATE), radius**2]
        wave = lfilter([sum(poles)], poles, wave)
    return (0.1 * wave / np.sqrt(np.mean(wave**2))).astype(np.float32)


# --- brightness


def test_alpha_ratio_and_hammarberg_agree_with_librosas_spectra():
    noise = np.random.default_rng(0).standard_normal(RATE).astype(np.float32)
    sound = lfilter([1], [1, -0.9], noise).astype(np.float32)
    frames = librosa.util.frame(sound, frame_length=WINDOW, hop_length=160).T
    window = np.hanning(WINDOW + 2)[1:-1]
    power = (
        np.abs(
            librosa.stft(
                np.concatenate([np.pad(frame, (0, TRANSFORM - WINDOW)) for frame in frames]),
                n_fft=TRANSFORM,
                hop_length=TRANSFORM,
                window=np.pad(window, (0, TRANSFORM - WINDOW)),
                center=False,
            ).T
        )
        ** 2
    )
    hz = librosa.fft_frequencies(sr=RATE, n_fft=TRANSFORM)
    low, high = (hz >= 50) & (hz < 1000), (hz >= 1000) & (hz < 5000)
    alpha_db = 10 * np.log10(power[:, high].sum(axis=1) / power[:, low].sum(axis=1))
    low, high = hz < 2000, (hz >= 2000) & (hz < 5000)
    hammarberg_db = 10 * np.log10(power[:, low].max(axis=1) / power[:, high].max(axis=1))
    found = tilt(frames)
    np.testing.assert_allclose(found.alpha_db[:, WIDE], alpha_db, atol=0.01)
    np.testing.assert_allclose(found.hammarberg_db[:, WIDE], hammarberg_db, atol=0.01)


def test_a_pressed_voice_is_brighter_than_a_soft_one_in_either_band():
    pressed, soft = vowel(rd=0.6), vowel(rd=2.4)
    for line in (lambda sound: sound, lambda sound: telephone(sound, coded=False)):
        bright, dull = quality_of(line(pressed)), quality_of(line(soft))
        assert bright.alpha_db > dull.alpha_db + 3
        assert bright.hammarberg_db < dull.hammarberg_db - 3


def test_gain_changes_nothing():
    loud, soft = (
        quality_of(vowel(jitter=0.01, breath=0.02)),
        quality_of(0.1 * vowel(jitter=0.01, breath=0.02)),
    )
    for name in ("alpha_db", "hammarberg_db", "jitter_percent", "shimmer_percent", "hnr_db"):
        assert getattr(soft, name) == pytest.approx(getattr(loud, name), abs=0.05), name


def test_the_band_is_heard():
    for name, band in (("good.16k.flac", Band.WIDE), ("good.8k-mulaw.wav", Band.TELEPHONE)):
        sound = np.concatenate(list(islice(read_blocks(FOLDER / name), 20)), axis=1)
        assert [track_of(channel).band for channel in sound] == [band, band]


def test_a_live_frame_is_told_in_the_band_that_the_track_seemed_to_have_by_then():
    voice, tracker = telephone(vowel(breath=0.05), coded=True), ProsodyTracker(WEIGHTS)
    told = [tracker.push(voice[at : at + 320]).voiced for at in range(0, len(voice), 320)]
    alpha_db = np.concatenate([voiced.alpha_db for voiced in told])
    track = tracker.finish()
    np.testing.assert_array_equal(alpha_db, track.voiced.alpha_db[: len(alpha_db)])
    assert len(alpha_db) > 100


# --- cycles


def test_jitter_follows_what_was_put_in():
    found = [quality_of(vowel(jitter=share, seed=3)).jitter_percent for share in (0.0, 0.005, 0.01, 0.02)]
    assert found[0] < 0.2
    assert found[1:] == pytest.approx([0.56, 1.13, 2.26], rel=0.4)


def test_shimmer_follows_what_was_put_in():
    found = [quality_of(vowel(shimmer=share, seed=3)).shimmer_percent for share in (0.0, 0.03, 0.06, 0.1)]
    assert found[0] < 1
    assert sorted(found) == found
    assert found[-1] > 3 * found[0]


def test_every_doubling_of_breath_takes_some_6_db_of_harmonics_over_noise():
    found = np.array([quality_of(vowel(breath=share)).hnr_db for share in (0.02, 0.04, 0.08, 0.16)])
    assert np.diff(found) == pytest.approx([-6, -6, -6], abs=1.5)


@pytest.mark.parametrize(("name", "least"), [("jitter_percent", 0.9), ("shimmer_percent", 0.6)])
def test_voices_are_ordered_as_they_were_made(name, least):
    known = list(known_voices("vowels", 12, seed=21))
    found = [getattr(quality_of(voice.samples), name) for voice in known]
    assert np.corrcoef([getattr(voice, name) for voice in known], found)[0, 1] > least


def test_breathiness_is_ordered_as_it_was_made():
    known = list(known_voices("breathy vowels", 12, seed=21))
    found = [quality_of(voice.samples).hnr_db for voice in known]
    assert np.corrcoef([voice.hnr_db for voice in known], found)[0, 1] > 0.84


def test_too_little_voice_is_none():
    short = track_of(vowel(seconds=0.35))
    assert 10 < np.count_nonzero(short.f0_hz) < CYCLE_FRAMES
    found = measure_quality(short, np.ones(len(short.f0_hz), np.bool_))
    assert found.alpha_db is not None
    assert found.jitter_percent is found.shimmer_percent is found.hnr_db is None
    nothing = measure_baseline(short, [], [])
    assert nothing.quality == VoiceQuality()
    assert nothing.loudness_lufs is None


def test_there_is_one_value_for_each_voiced_frame():
    sound = np.concatenate([vowel(0.7), np.zeros(RATE // 2, np.float32), vowel(0.7, f0_hz=300.0)])
    track = track_of(sound)
    voiced = np.count_nonzero(track.f0_hz)
    assert 100 < voiced < len(track.f0_hz)
    for values in (track.voiced.alpha_db, track.voiced.period_step, track.voiced.hnr_db):
        assert len(values) == voiced
    assert np.isnan(track.voiced.period_step).mean() < 0.1


# --- tension


CALM = VoiceQuality(alpha_db=0.0, hammarberg_db=0.0, jitter_percent=0.0, shimmer_percent=0.0, hnr_db=0.0)


def test_the_baseline_itself_has_no_tension():
    assert tension(0.0, 0.0, CALM) == 0


def test_each_cue_pulls_its_way_and_none_outvotes_the_rest():
    quality = ("alpha_db", "jitter_percent", "shimmer_percent", "hnr_db")
    for name, spread in SPREADS.items():
        for times, expected in ((1, 1 / 6), (-1, -1 / 6), (100, LIMIT / 6)):
            change = quality_change(
                VoiceQuality(**{key: times * spread * (key == name) for key in quality}), CALM
            )
            cues = [times * spread * (name == own) for own in ("loudness_lu", "f0_st")]
            assert tension(*cues, change) == pytest.approx(expected), name


def test_what_was_not_measured_leaves_no_tension_to_tell():
    assert tension(None, 0.0, CALM) is None
    assert tension(0.0, None, CALM) is None
    assert tension(0.0, 0.0, VoiceQuality(alpha_db=1.0)) is None


def test_auc_counts_pairs():
    assert auc(np.array([2.0, 3.0, np.nan]), np.array([1.0, 3.0])) == pytest.approx(2.5 / 4)


def test_acted_anger_is_tenser_than_calm_speech(acted_speech):
    from bench.tension import _as_turns, _kinds

    found = np.array([prosody.tension for prosody in _as_turns(acted_speech)], np.float64)
    strong, neutral = _kinds(acted_speech, "angry", "strong", "neutral")
    assert auc(found[strong], found[neutral]) == 1
    angry, calm = _kinds(acted_speech, "angry", None, "calm")
    assert auc(found[angry], found[calm]) > 0.99


@pytest.fixture
def acted_speech():
    from pathlib import Path

    from bench.tension_sets import clips

    data = Path(__file__).parents[1] / ".." / "shared" / "data"
    if not (data / "ravdess_speech").is_dir():
        pytest.skip(f"no acted speech in {data}")
    return clips(data, telephone_line=False)
