"""The simulated duplex is exact: every fault is where, when and as large as it was asked for."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hearing_oneself import Reciter, exchange, headset

from voicecoach.audio import Samples
from voicecoach.devices.paced_headset import PacedHeadset
from voicecoach.devices.simulated_headset import Outage, SimulatedHeadset, Wiring
from voicecoach.devices.simulated_room import NoiseColor, Room
from voicecoach.events import Control, DeviceBack, DeviceLost, Glitched, Key, Pressed, Trouble
from voicecoach.timeline import BLOCK, RATE, samples

SILENT = Room(noise_dbfs=None)


def noise(count_s: float, seed: int = 3) -> Samples:
    return np.random.default_rng(seed).normal(0, 0.1, samples(count_s)).astype(np.float32)


def tone(count_s: float, hz: float) -> Samples:
    return np.asarray(0.3 * np.sin(2 * np.pi * hz * np.arange(samples(count_s)) / RATE), np.float32)


def test_without_faults_each_side_is_where_it_was_said() -> None:
    said, given = noise(1.0, 1), noise(1.0, 2)
    heard, played = exchange(headset(said, SILENT, Wiring(round_trip_ms=45)), given)
    round_trip = samples(0.045)
    way_in = round_trip - round_trip // 2  # the first moments were recorded before the call
    np.testing.assert_array_equal(heard[way_in:], said[way_in:])
    np.testing.assert_array_equal(played[round_trip:], given[:-round_trip])
    assert not played[:round_trip].any()


def test_the_trainee_hears_what_the_call_says_they_heard() -> None:
    trainee, given = Reciter(), noise(1.0)
    device = SimulatedHeadset(trainee, lambda _: None, SILENT)
    _, played = exchange(device, given)
    heard = np.zeros(2 * RATE, np.float32)
    for chunk in trainee.heard:
        heard[chunk.start : chunk.end] = chunk.samples
    np.testing.assert_array_equal(heard[: len(played)], played)


@pytest.mark.parametrize("delay_ms", [0, 20, 200])
def test_an_echo_has_its_gain_and_delay_to_the_sample(delay_ms: int) -> None:
    given = noise(1.0)
    room = Room(echo_gain=0.3, echo_delay_ms=delay_ms, noise_dbfs=None)
    heard, played = exchange(headset(None, room), given)
    delay = samples(delay_ms / 1000)
    np.testing.assert_allclose(heard[delay:], 0.3 * played[: len(played) - delay], atol=1e-7)


def test_reverberation_has_as_much_energy_as_the_first_arrival_and_dies_away() -> None:
    click = np.zeros(RATE, np.float32)
    click[0] = 0.9
    room = Room(echo_gain=0.5, echo_delay_ms=30, reverberation_ms=200, noise_dbfs=None)
    heard, _ = exchange(headset(None, room), click)
    first = int(np.argmax(np.abs(heard)))
    tail = heard[first + 1 :]
    assert np.sum(tail**2) == pytest.approx(heard[first] ** 2, rel=0.01)
    early, late = (np.sum(tail[a : a + 800] ** 2) for a in (0, 1600))
    assert 10 * np.log10(early / late) == pytest.approx(30, abs=4)  # 60 dB in 200 ms


@pytest.mark.parametrize("color", NoiseColor)
def test_noise_has_its_level_and_color(color: NoiseColor) -> None:
    heard, _ = exchange(
        headset(None, Room(noise_dbfs=-50, noise_color=color)), np.zeros(16 * RATE, np.float32)
    )
    assert 10 * np.log10(np.mean(heard**2)) == pytest.approx(-50, abs=0.3)
    power = np.abs(np.fft.rfft(heard)) ** 2
    hz = np.fft.rfftfreq(len(heard), 1 / RATE)
    low, high = (power[(hz > f) & (hz < 2 * f)].sum() for f in (500, 4000))
    assert 10 * np.log10(high / low) == pytest.approx(9 if color is NoiseColor.WHITE else 0, abs=0.5)


@pytest.mark.parametrize("drift_ppm", [200.0, -200.0])
def test_a_drift_is_right_after_a_minute(drift_ppm: float) -> None:
    """The n-th sample was taken at n / (1 + drift): 12 ms early or late after 60 s of 200 ppm."""
    device = headset(tone(61.0, 100.0), SILENT, Wiring(drift_ppm=drift_ppm))
    heard, _ = exchange(device, np.zeros(61 * RATE, np.float32))
    at = np.arange(60 * RATE, 60 * RATE + 1600)
    wave = np.exp(2j * np.pi * 100 * at / RATE)
    late = -np.angle(np.vdot(wave, heard[at]) / np.vdot(wave, tone(61.0, 100.0)[at])) / (2 * np.pi * 100)
    expected_s = 60.05 * (1 - 1 / (1 + drift_ppm * 1e-6))
    assert (late - expected_s + 0.005) % 0.01 - 0.005 == pytest.approx(0, abs=2e-6)


@pytest.mark.parametrize("drift_ppm", [2000.0, -2000.0])
def test_a_store_that_runs_full_or_empty_is_told_and_bounded(drift_ppm: float) -> None:
    """30 ms of store last 15 s at 2000 ppm, each lost or added block another 10 s: in 30 s, two of them."""
    troubles: list[Trouble] = []
    said = tone(31.0, 100.0) + np.float32(0.1)
    device = headset(said, SILENT, Wiring(drift_ppm=drift_ppm), troubles.append)
    heard, _ = exchange(device, np.zeros(30 * RATE, np.float32))
    spans = [trouble.span for trouble in troubles if isinstance(trouble, Glitched)]
    assert len(spans) == len(troubles) == 2
    for span in spans:
        assert not heard[span.start : span.end].any()


def test_lost_blocks_are_counted_told_and_silent() -> None:
    troubles: list[Trouble] = []
    said = noise(20.0) + np.float32(1e-6)
    device = headset(said, SILENT, Wiring(lost_share=0.05), troubles.append)
    heard, _ = exchange(device, np.zeros(20 * RATE, np.float32))
    lost = [trouble.span for trouble in troubles if isinstance(trouble, Glitched)]
    assert 30 <= len(lost) <= 70  # 50 of 1000 expected; four standard deviations are 28
    silent = {
        at // BLOCK * BLOCK for at in range(BLOCK, len(heard), BLOCK) if not heard[at : at + BLOCK].any()
    }
    assert {span.start for span in lost} - {0} == silent - {0}


def test_while_the_device_is_away_the_call_stands_still() -> None:
    troubles: list[Trouble] = []
    said = np.arange(3 * RATE, dtype=np.float32) / (4 * RATE)
    device = headset(said, SILENT, Wiring(outages=(Outage(1.0, 0.5),)), troubles.append)
    heard, _ = exchange(device, np.zeros(2 * RATE, np.float32))
    assert troubles == [
        DeviceLost("the simulated device was pulled out"),
        DeviceBack("simulated headset", 0.5),
    ]
    assert len(heard) == 2 * RATE, "no time of the call goes by"
    way_in = samples(0.03)
    np.testing.assert_array_equal(
        heard[RATE + way_in :], said[RATE + RATE // 2 + way_in : 2 * RATE + RATE // 2]
    )


def test_a_device_that_never_comes_back_ends_the_call() -> None:
    troubles: list[Trouble] = []
    device = headset(None, SILENT, Wiring(outages=(Outage(0.02, None),)), troubles.append)
    block = np.zeros(BLOCK, np.float32)
    assert device.exchange(block) is not None
    assert device.exchange(block) is None
    assert [type(trouble) for trouble in troubles] == [DeviceLost]


def test_closed_is_closed() -> None:
    device = headset()
    device.close()
    assert device.exchange(np.zeros(BLOCK, np.float32)) is None


def test_keys_reach_whoever_asks_once() -> None:
    class Presser(Reciter):
        def controls(self, now: int) -> list[Control]:
            return [Pressed(Key.HOLD)] if now < 2 * BLOCK else []

    device = SimulatedHeadset(Presser(), lambda _: None)
    exchange(device, np.zeros(4 * BLOCK, np.float32))
    assert device.controls() == [Pressed(Key.HOLD)]
    assert device.controls() == []


def test_the_same_seed_gives_the_same_samples() -> None:
    room = Room(echo_gain=0.2, echo_delay_ms=33, reverberation_ms=50)
    wiring = Wiring(drift_ppm=120, lost_share=0.1)
    given = noise(2.0)
    runs = []
    for seed in (5, 5, 6):
        device = SimulatedHeadset(Reciter(noise(2.0, 9)), lambda _: None, room, wiring, seed)
        runs.append(exchange(device, given)[0])
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_a_paced_headset_takes_as_long_as_a_real_one_and_gives_the_same() -> None:
    given = noise(0.2)
    plain, _ = exchange(headset(given), given)
    began = time.monotonic()
    paced, _ = exchange(PacedHeadset(headset(given)), given)
    assert time.monotonic() - began >= 0.2
    np.testing.assert_array_equal(plain, paced)
