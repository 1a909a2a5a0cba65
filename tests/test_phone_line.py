"""The telephone's band, noise and coding: measured on tones, against the codec, and under chopping."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.devices.phone_line import ByPhone, LineQuality, PhoneLine, mu_law, over_the_phone
from voicecoach.devices.voices import voice
from voicecoach.spoken import Delivery
from voicecoach.timeline import RATE, samples

BAD = LineQuality(noise_dbfs=-45.0, mu_law=True)


def tone(frequency_hz: float, count: int = RATE) -> np.ndarray:
    return (0.25 * np.sin(2 * np.pi * frequency_hz * np.arange(count) / RATE)).astype(np.float32)


def level_db(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-30))


def gain_db(frequency_hz: float) -> float:
    sound = tone(frequency_hz)
    settled = slice(RATE // 4, None)
    return level_db(PhoneLine().pass_on(sound)[settled]) - level_db(sound[settled])


@pytest.mark.parametrize("frequency_hz", [300, 400, 700, 1000, 1700, 2500, 3000, 3400])
def test_the_telephone_band_passes(frequency_hz: float) -> None:
    assert -1.0 < gain_db(frequency_hz) < 0.1


@pytest.mark.parametrize(
    ("frequency_hz", "at_most_db"), [(50, -45), (60, -24), (100, -20), (4000, -14), (4600, -32), (7000, -32)]
)
def test_what_lies_outside_is_gone(frequency_hz: float, at_most_db: float) -> None:
    assert gain_db(frequency_hz) < at_most_db


def test_the_band_pass_delays_speech_by_less_than_a_millisecond() -> None:
    rng = np.random.default_rng(1)
    sound = (0.1 * rng.standard_normal(RATE)).astype(np.float32)
    heard = PhoneLine().pass_on(sound)
    lag = int(np.argmax(np.correlate(heard, sound, "full"))) - (len(sound) - 1)
    assert 0 <= lag < samples(0.001)


@settings(deadline=None)
@given(st.lists(st.integers(0, 500), min_size=1, max_size=12), st.sampled_from([LineQuality(), BAD]))
def test_chopping_changes_nothing(lengths: list[int], quality: LineQuality) -> None:
    sound = tone(440, sum(lengths))
    whole = PhoneLine(quality, seed=3).pass_on(sound)
    line = PhoneLine(quality, seed=3)
    cuts = np.cumsum(lengths)[:-1]
    pieces = [line.pass_on(piece) for piece in np.split(sound, cuts)]
    assert np.array_equal(np.concatenate(pieces), whole)


@pytest.mark.parametrize("noise_dbfs", [-45.0, -60.0])
def test_noise_has_the_level_that_was_asked_for(noise_dbfs: float) -> None:
    noise = PhoneLine(LineQuality(noise_dbfs=noise_dbfs)).pass_on(np.zeros(10 * RATE, np.float32))
    assert level_db(noise) == pytest.approx(noise_dbfs, abs=0.2)


def test_noise_is_the_same_for_the_same_seed_only() -> None:
    silence = np.zeros(RATE, np.float32)
    one, same, other = (PhoneLine(BAD, seed).pass_on(silence) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_without_noise_silence_stays_silent() -> None:
    assert not PhoneLine(LineQuality(mu_law=True)).pass_on(np.zeros(RATE, np.float32)).any()


def decoded_mu_law() -> np.ndarray:
    """What FFmpeg's decoder makes of each of the 256 codes."""
    codec = av.CodecContext.create("pcm_mulaw", "r")
    codec.sample_rate = 8000
    codec.layout = "mono"
    packet = av.Packet(bytes(range(256)))
    packet.time_base = Fraction(1, 8000)
    return np.concatenate([frame.to_ndarray()[0] for frame in codec.decode(packet)]) / 32768


def test_mu_law_knows_the_codecs_values_and_no_others() -> None:
    values = decoded_mu_law()
    assert np.array_equal(mu_law(values), values)
    anything = np.linspace(-1, 1, 20_001)
    coded = mu_law(anything)
    assert set(coded) <= set(values)
    nearest = values[np.abs(values[None, :] - anything[::20, None]).argmin(axis=1)]
    loudest = np.abs(values).max()
    inside = np.abs(anything[::20]) <= loudest
    step = np.maximum(np.abs(nearest), 33 / 8192) / 16  # a step is at most a sixteenth of what it codes
    assert (np.abs(coded[::20] - anything[::20])[inside] <= step[inside]).all()


def test_a_line_over_the_phone_keeps_its_length_and_its_words() -> None:
    spoken = voice("espeak").render("Where is my suitcase?", Delivery("en-us", volume=200))
    heard = over_the_phone(spoken, BAD)
    assert len(heard.samples) == len(spoken.samples)
    assert heard.words == spoken.words
    assert heard.samples.dtype == np.float32
    assert np.abs(heard.samples).max() <= 1
    assert level_db(heard.samples) < level_db(spoken.samples)


def test_a_voice_by_phone_keeps_to_the_band_and_to_the_words() -> None:
    text, delivery = "Sixty-six misses cost six thousand.", Delivery("en-us")
    near, far = voice("espeak").render(text, delivery), ByPhone(voice("espeak")).render(text, delivery)
    assert [word.text for word in far.words] == [word.text for word in near.words]
    above_hz = 4600
    share = []
    for sound in (near.samples, far.samples):
        power = np.square(np.abs(np.fft.rfft(sound)))
        share.append(power[above_hz * len(sound) // RATE :].sum() / power.sum())
    assert share[0] > 0.01
    assert share[1] < 1e-3 * share[0]
