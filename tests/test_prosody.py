"""The composed tracker's laws, and the numbers made of its contours."""

import subprocess
import sys
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.devices.assets import weights
from voicecoach.listen.loudness_k import block_powers, lufs
from voicecoach.listen.prosody_track import ProsodyTracker
from voicecoach.listen.syllables import SYLLABLES_PER_NUCLEUS
from voicecoach.listen.turn_prosody import measure_baseline, measure_turn
from voicecoach.prosody import Band, Baseline, ProsodyTrack, VoicedFrames, VoiceQuality
from voicecoach.speech import Speaker, Turn, Word
from voicecoach.timeline import FRAME, RATE, Span

WEIGHTS = weights("pitch")


def babble(seconds, seed=0):
    """Gliding voiced syllables, gaps and hiss: something for every stage to do."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(int(seconds * RATE)) / RATE
    f0_hz = 150 * 2 ** (0.4 * np.sin(2 * np.pi * 0.7 * time_s))
    phase = 2 * np.pi * np.cumsum(f0_hz) / RATE
    buzz = sum(np.sin(k * phase) / (1 + ((k * f0_hz - 700) / 300) ** 2) for k in range(1, 25))
    swell = np.maximum(0, np.sin(2 * np.pi * 2 * time_s)) * (np.sin(2 * np.pi * 0.4 * time_s) > -0.6)
    return (0.1 * buzz * swell + 0.003 * rng.standard_normal(len(time_s))).astype(np.float32)


def tracked(samples, sizes=None):
    tracker = ProsodyTracker(WEIGHTS)
    pieces = [samples] if sizes is None else np.split(samples, np.minimum(np.cumsum(sizes), len(samples)))
    pushed = [tracker.push(piece) for piece in pieces]
    return tracker.finish(), pushed


def assert_same(one, other):
    assert one.f0_hz.tobytes() == other.f0_hz.tobytes()
    assert one.level_dbfs.tobytes() == other.level_dbfs.tobytes()
    assert one.nuclei.tobytes() == other.nuclei.tobytes()
    assert one.voicing.tobytes() == other.voicing.tobytes()
    assert one.k_power.tobytes() == other.k_power.tobytes()
    assert one.band is other.band
    for field in fields(VoicedFrames):
        assert getattr(one.voiced, field.name).tobytes() == getattr(other.voiced, field.name).tobytes()


SOUND = babble(6.3)
WHOLE, _ = tracked(SOUND)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 5), st.integers(1, 3000), st.integers(1, 60_000)), max_size=60))
def test_chopping_does_not_change_a_bit(sizes):
    track, _ = tracked(SOUND, sizes)
    assert_same(track, WHOLE)


@pytest.mark.parametrize("size", [pytest.param(1, marks=pytest.mark.slow), 160, 320, 512])
def test_equal_blocks_do_not_change_a_bit(size):
    sound = SOUND[: 2 * RATE] if size == 1 else SOUND
    track, _ = tracked(sound, [size] * (len(sound) // size))
    assert_same(track, tracked(sound)[0])


def test_what_was_settled_while_listening_is_the_track():
    track, pushed = tracked(SOUND, [320] * (len(SOUND) // 320))
    f0_hz = np.concatenate([frames.f0_hz for frames in pushed])
    levels = np.concatenate([frames.level_dbfs for frames in pushed])
    nuclei = [nucleus for frames in pushed for nucleus in frames.nuclei]
    assert [frames.first for frames in pushed] == np.cumsum(
        [0, *(len(p.f0_hz) for p in pushed[:-1])]
    ).tolist()
    assert len(f0_hz) * FRAME > len(SOUND) - 0.25 * RATE
    np.testing.assert_array_equal(f0_hz, track.f0_hz[: len(f0_hz)])
    np.testing.assert_array_equal(levels, track.level_dbfs[: len(levels)])
    np.testing.assert_array_equal(nuclei, track.nuclei[: len(nuclei)])
    assert len(nuclei) > 5
    voicing = np.concatenate([frames.voicing for frames in pushed]).astype(np.float16)
    np.testing.assert_array_equal(voicing, track.voicing[: len(voicing)])


def test_loudness_is_told_ten_times_a_second_while_listening():
    track, pushed = tracked(SOUND, [320] * (len(SOUND) // 320))
    momentary = np.concatenate([frames.momentary_lufs for frames in pushed])
    short_term = np.concatenate([frames.short_term_lufs for frames in pushed])
    np.testing.assert_allclose(momentary, lufs(block_powers(track.k_power, 4)), atol=1e-3)
    np.testing.assert_allclose(short_term, lufs(block_powers(track.k_power, 30)), atol=1e-3)
    assert (len(momentary), len(short_term)) == (60, 34), "6.3 s, the first after 0.4 and 3 s"
    assert max(len(frames.momentary_lufs) for frames in pushed) == 1


def test_the_same_bytes_in_another_process():
    program = (
        "import hashlib, sys; sys.path.insert(0, 'tests'); import test_prosody as t;"
        "track, _ = t.tracked(t.SOUND);"
        "print(hashlib.sha256(track.f0_hz.tobytes() + track.nuclei.tobytes()).hexdigest())"
    )
    import hashlib

    here = hashlib.sha256(WHOLE.f0_hz.tobytes() + WHOLE.nuclei.tobytes()).hexdigest()
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here


@pytest.mark.parametrize("count", [0, 1, 159, 160, 161, 5000])
def test_every_length_has_its_frames(count):
    track, _ = tracked(SOUND[:count])
    frames = count // FRAME + 1 if count else 0
    assert len(track.f0_hz) == len(track.level_dbfs) == frames


def test_the_track_of_a_voice_later_in_the_call_is_the_same_voice_later():
    later, _ = tracked(np.concatenate([np.zeros(RATE, np.float32), SOUND]))
    np.testing.assert_array_equal(later.nuclei - RATE, WHOLE.nuclei)
    both = (later.f0_hz[100:] > 0) & (WHOLE.f0_hz > 0)
    np.testing.assert_allclose(later.f0_hz[100:][both], WHOLE.f0_hz[both], rtol=1e-3)
    assert np.mean((later.f0_hz[100:] > 0) != (WHOLE.f0_hz > 0)) < 0.01


# --- turns: contours made by hand, so that every expected number can be read off


def contours(f0_hz, level_dbfs=-20.0, nuclei=(), loudness_lufs=-20.0, alpha_db=None):
    f0_hz = np.asarray(f0_hz, np.float32)
    level = np.broadcast_to(np.float32(level_dbfs), f0_hz.shape).copy()
    alpha_db = np.full(np.count_nonzero(f0_hz), -10, np.float16) if alpha_db is None else np.float16(alpha_db)
    return ProsodyTrack(
        f0_hz=f0_hz,
        level_dbfs=level,
        voicing=(f0_hz > 0).astype(np.float16),
        nuclei=np.array(nuclei, np.int64),
        k_power=np.full(len(f0_hz) // 10, 10 ** ((loudness_lufs + 0.691) / 10), np.float32),
        band=Band.WIDE,
        voiced=VoicedFrames(alpha_db, -alpha_db, *(np.zeros_like(alpha_db) for _ in range(3))),
    )


def turn_of(speech, words=()):
    return Turn(0, Speaker.TRAINEE, Span(speech[0].start, speech[-1].end), tuple(speech), tuple(words))


def words_in(span, count):
    step = span.duration // count
    return tuple(
        Word(f"w{k}", Span(span.start + k * step, span.start + (k + 1) * step), 1.0) for k in range(count)
    )


NORMAL = Baseline(f0_hz=100.0, level_dbfs=-26.0, pace_wpm=150.0, articulation_sps=4.0)


def test_a_turn_is_measured_against_the_speakers_own_normal():
    span = Span.from_seconds(0, 2)
    track = contours(np.full(300, 200.0), nuclei=np.arange(9) * 3000)
    found = measure_turn(track, turn_of([span], words_in(span, 5)), NORMAL)
    assert found.speech_s == 2.0
    assert (found.f0_hz, found.f0_st) == pytest.approx((200, 12))
    assert found.f0_sd_st == pytest.approx(0, abs=1e-3)
    assert (found.level_dbfs, found.level_db) == pytest.approx((-20, 6))
    assert (found.pace_wpm, found.articulation_sps) == pytest.approx((150, 4.5 * SYLLABLES_PER_NUCLEUS))
    assert found.pauses == ()


def test_loudness_and_brightness_are_told_absolute_and_against_the_baseline():
    span = Span.from_seconds(0, 2)
    track = contours(np.full(300, 100.0), loudness_lufs=-20.0, alpha_db=np.full(300, -7.0))
    normal = replace(NORMAL, loudness_lufs=-23.0, quality=VoiceQuality(alpha_db=-10.0))
    found = measure_turn(track, turn_of([span]), normal)
    assert (found.loudness_lufs, found.loudness_lu) == pytest.approx((-20, 3), abs=1e-3)
    assert (found.quality.alpha_db, found.quality_change.alpha_db) == pytest.approx((-7, 3))
    assert found.quality_change.hammarberg_db is None, "the baseline has none"
    assert found.tension is None, "nor jitter"


def test_only_the_runs_of_voice_count():
    runs = [Span.from_seconds(0, 1), Span.from_seconds(2, 3)]
    f0_hz = np.concatenate([np.full(100, 100.0), np.full(100, 400.0), np.full(100, 110.0)])
    found = measure_turn(contours(f0_hz, nuclei=[8000, 24000, 40000]), turn_of(runs), NORMAL)
    assert found.speech_s == 2.0
    assert 100 <= found.f0_hz <= 110
    assert found.articulation_sps == pytest.approx(SYLLABLES_PER_NUCLEUS)
    assert found.pauses == (Span.from_seconds(1, 2),)


def test_gaps_under_200_ms_are_no_pauses():
    runs = [Span.from_seconds(0, 1), Span.from_seconds(1.19, 2), Span.from_seconds(2.2, 3)]
    found = measure_turn(contours(np.full(300, 100.0)), turn_of(runs), NORMAL)
    assert found.pauses == (Span.from_seconds(2, 2.2),)


def test_octave_slips_do_not_make_a_monotone_voice_lively():
    steady = np.full(200, 120.0)
    slipping = steady.copy()
    slipping[::10] = 240
    slipping[5::20] = 60
    span = Span.from_seconds(0, 2)
    assert measure_turn(contours(slipping), turn_of([span]), NORMAL).f0_sd_st < 0.1
    lively = 120 * 2 ** (4 * np.sin(np.linspace(0, 20, 200)) / 12)
    assert measure_turn(contours(lively), turn_of([span]), NORMAL).f0_sd_st == pytest.approx(
        4 / np.sqrt(2), rel=0.1
    )


def test_too_little_voice_is_none_and_not_zero():
    short = Span.from_seconds(0, 0.5)
    found = measure_turn(contours(np.zeros(100)), turn_of([short], words_in(short, 5)), NORMAL)
    assert found.f0_hz is found.f0_st is found.f0_sd_st is found.level_dbfs is found.level_db is None
    assert found.pace_wpm is found.articulation_sps is None
    some = contours(np.where(np.arange(100) < 20, 100.0, 0.0))
    assert measure_turn(some, turn_of([short]), NORMAL).f0_hz == pytest.approx(100)
    assert measure_turn(some, turn_of([short]), NORMAL).f0_sd_st is None


def test_two_words_have_no_pace():
    span = Span.from_seconds(0, 2)
    assert (
        measure_turn(contours(np.full(300, 100.0)), turn_of([span], words_in(span, 2)), NORMAL).pace_wpm
        is None
    )


def test_the_baseline_is_the_middle_of_all_speech():
    runs = [Span.from_seconds(0, 1), Span.from_seconds(3, 5)]
    f0_hz = np.concatenate([np.full(100, 100.0), np.zeros(200), np.full(200, 130.0)])
    found = measure_baseline(contours(f0_hz, nuclei=[100, 49000, 70000]), runs, words_in(runs[1], 6))
    assert (found.f0_hz, found.level_dbfs) == pytest.approx((130, -20))
    assert (found.pace_wpm, found.articulation_sps) == pytest.approx((120, SYLLABLES_PER_NUCLEUS))


def test_a_breath_counts_as_speaking_for_pace_but_not_for_articulation():
    runs = [Span.from_seconds(0, 2), Span.from_seconds(2.5, 4.5)]
    found = measure_turn(
        contours(np.full(500, 100.0), nuclei=np.arange(16) * 4000),
        turn_of(runs, words_in(runs[0], 9)),
        NORMAL,
    )
    assert found.pace_wpm == pytest.approx(120)
    assert found.articulation_sps == pytest.approx(SYLLABLES_PER_NUCLEUS * 14 / 4)


def test_a_baseline_of_nothing_is_none():
    assert measure_baseline(contours(np.zeros(100)), [], []) == Baseline(
        None, None, None, None, band=Band.WIDE
    )


def test_a_turn_that_outlasts_the_track_is_measured_as_far_as_it_goes():
    found = measure_turn(contours(np.full(50, 100.0)), turn_of([Span.from_seconds(0, 2)]), NORMAL)
    assert found.f0_hz == pytest.approx(100)
