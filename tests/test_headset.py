"""The real headset: on a real PulseAudio without sound hardware, and its clocks on simulated crystals."""

from __future__ import annotations

import threading
import time
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pulse import VirtualHeadset, virtual_headset
from voicecoach.audio import Samples
from voicecoach.devices import duplex as duplex_module
from voicecoach.devices.block_queue import BeatLog, Beats, FrameQueue
from voicecoach.devices.drift import DriftCorrector
from voicecoach.devices.duplex import Duplex
from voicecoach.devices.ear import Ear
from voicecoach.devices.headset import HeadsetSettings, SoundHeadset
from voicecoach.devices.interpolator import Interpolator
from voicecoach.devices.sound_devices import HeadsetChoice
from voicecoach.devices.stream_clock import StreamClock
from voicecoach.errors import DeviceError
from voicecoach.events import DeviceBack, DeviceLost, Exchanged, Glitched, Trouble
from voicecoach.timeline import RATE

pytestmark = pytest.mark.alone

BLOCK = SoundHeadset.block
SILENCE = np.zeros(BLOCK, np.float32)


def hiss(duration: int, seed: int = 0) -> Samples:
    """Noise up to 1 kHz: its correlation has one peak, and half a sample's shift leaves 0.99 of it."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(duration))
    spectrum[round(1000 / RATE * duration) :] = 0
    sound = np.fft.irfft(spectrum, duration)
    return (0.1 * sound / sound.std()).astype(np.float32)


def place_of(piece: Samples, whole: Samples) -> tuple[int, float]:
    """Where `piece` lies in `whole`, and how alike they are there (1: the same)."""
    size = 1 << (len(piece) + len(whole)).bit_length()
    product = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(piece, size)), size)
    at = int(np.argmax(np.abs(product[: len(whole) - len(piece) + 1])))
    there = whole[at : at + len(piece)].astype(np.float64)
    return at, float(piece @ there / np.sqrt((piece @ piece) * (there @ there) + 1e-12))


# --- on PulseAudio


@pytest.fixture(scope="module")
def plug(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualHeadset]:
    with virtual_headset(tmp_path_factory.mktemp("pulse")) as headset:
        yield headset


@dataclass
class Call:
    """What came back of a call."""

    told: list[Trouble] = field(default_factory=list)
    heard: list[Samples] = field(default_factory=list)
    played: list[Samples] = field(default_factory=list)

    def go(self, headset: SoundHeadset, sound: Samples) -> None:
        for start in range(0, len(sound) - BLOCK + 1, BLOCK):
            self.keep(headset.exchange(sound[start : start + BLOCK]))

    def keep(self, exchanged: Exchanged | None) -> None:
        assert exchanged is not None
        assert exchanged.played is not None
        assert exchanged.heard.start == exchanged.played.start == BLOCK * len(self.heard)
        self.heard.append(exchanged.heard.samples)
        self.played.append(exchanged.played.samples)

    @property
    def tracks(self) -> tuple[Samples, Samples]:
        return np.concatenate(self.heard), np.concatenate(self.played)


SOON = HeadsetSettings(lost_after_s=0.5, give_up_s=0.4)


@dataclass
class Worn:
    """One headset for several tests: to open it takes two seconds."""

    headset: SoundHeadset
    told: list[Trouble]


@pytest.fixture(scope="module")
def worn(plug: VirtualHeadset) -> Iterator[Worn]:
    told: list[Trouble] = []
    with SoundHeadset(HeadsetChoice(input="vc_echo"), told.append, settings=SOON) as headset:
        yield Worn(headset, told)


def test_what_was_played_stands_beside_what_was_heard(worn: Worn) -> None:
    call, sound = Call(), hiss(2 * RATE)
    call.go(worn.headset, sound)
    claimed = worn.headset.round_trip
    heard, played = call.tracks
    at, alike = place_of(heard[RATE : RATE + RATE // 2], sound)
    measured = RATE - at
    assert alike > 0.98, "the loudspeaker's sound arrives whole"
    print(f"round trip measured {measured / 16:.1f} ms, claimed {claimed / 16:.1f} ms")
    assert abs(claimed - measured) < 0.03 * RATE
    at, alike = place_of(played[RATE : RATE + RATE // 2], sound)
    assert (RATE - at, round(alike, 3)) == (claimed, 1.0)
    worn.headset.refine(measured)  # as a probe would
    assert worn.headset.round_trip == measured
    assert worn.told == []


def test_nothing_of_the_trainee_is_lost_while_the_loop_is_away(
    plug: VirtualHeadset, worn: Worn, tmp_path: Path
) -> None:
    sound = hiss(round(1.6 * RATE), seed=1)
    with wave.open(str(tmp_path / "said.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((sound * 32767).astype("<i2").tobytes())
    call, headset = Call(), worn.headset
    headset.restart()
    call.go(headset, SILENCE)
    before = headset.tally
    with plug.say(tmp_path / "said.wav", sink="vc_spk"):
        call.go(headset, np.zeros(RATE, np.float32))
        time.sleep(0.5)  # a loop that is busy elsewhere
        call.go(headset, np.zeros(2 * RATE, np.float32))
    tally = headset.tally
    heard, piece = call.tracks[0], round(0.4 * RATE)
    start, alike = place_of(sound[:piece], heard)
    end, alike_too = place_of(sound[-piece:], heard)
    assert min(alike, alike_too) > 0.85, "the player itself may stutter when it begins"
    assert abs(end - start - (len(sound) - piece)) <= 1, "every sample at its place, across the pause"
    assert tally.delivered - before.delivered == 3 * RATE
    assert tally.filled == 0
    assert 0 <= tally.captured - tally.delivered < RATE, "the rest waits to be fetched"
    assert [one.reason for one in worn.told if isinstance(one, Glitched) and "micro" in one.reason] == []
    assert [one.reason for one in worn.told if isinstance(one, Glitched)], "the ear heard a gap"
    time.sleep(0.2)  # the phone rings
    trip = headset.round_trip
    headset.restart()
    first = headset.exchange(SILENCE)
    assert first is not None
    assert (first.heard.start, headset.round_trip) == (0, trip)
    assert headset.tally.captured - headset.tally.delivered < 0.1 * RATE, "what came meanwhile is dropped"


def test_hanging_up_while_the_device_is_away(plug: VirtualHeadset, worn: Worn) -> None:
    done = threading.Event()

    def hang_up() -> None:
        while DeviceLost not in map(type, worn.told) and not done.wait(0.02):
            pass
        worn.headset.close()

    hanging_up = threading.Thread(target=hang_up)
    hanging_up.start()
    plug.kill()
    while worn.headset.exchange(SILENCE) is not None:
        pass
    done.set()
    hanging_up.join()
    assert DeviceLost in map(type, worn.told)
    plug.start()


def test_a_plug_pulled_out_and_put_back_and_out_for_good(plug: VirtualHeadset) -> None:
    call, stay_away = Call(), False

    def tell(trouble: Trouble) -> None:
        call.told.append(trouble)
        if isinstance(trouble, DeviceLost) and not stay_away:
            plug.start()

    with SoundHeadset(HeadsetChoice(), tell, settings=SOON) as headset:
        call.go(headset, np.zeros(RATE // 2, np.float32))
        plug.kill()
        call.go(headset, np.zeros(RATE, np.float32))
        tally = headset.tally
        assert [type(one) for one in call.told if not isinstance(one, Glitched)] == [DeviceLost, DeviceBack]
        assert len(call.tracks[0]) == tally.delivered == round(1.5 * RATE), "the call goes on where it stood"
        assert 0 <= tally.captured + tally.filled - tally.delivered < RATE
        stay_away = True
        plug.kill()
        with pytest.raises(DeviceError, match="has been away for 0 s"):
            call.go(headset, np.zeros(9 * RATE, np.float32))
        tally = headset.tally
    assert len(call.tracks[0]) == tally.delivered
    assert abs(tally.captured + tally.filled - tally.delivered) <= 2, "what had arrived was handed out"
    plug.start()


def test_a_wrong_name_says_what_there_is(plug: VirtualHeadset) -> None:
    with pytest.raises(DeviceError, match=r"microphone 'blue' is not there: .*vc_echo, ALSA.*--use-input"):
        SoundHeadset(HeadsetChoice(input="blue"), lambda _: None).open()


# --- on simulated crystals: two clocks that differ, and callbacks that come in lumps


class Hardware:
    """A microphone and a loudspeaker an arm's length apart; time is the hardware's own, and is simulated."""

    OUT_DELAY_S, IN_DELAY_S = 0.060, 0.012
    ASKED_S = 0.02

    def __init__(self, drift_ppm: float, lump_s: float) -> None:
        self.capture = SimpleNamespace(rate_hz=48_000.0, frames=FrameQueue(1 << 20), log=BeatLog())
        self.playback = SimpleNamespace(
            rate_hz=48_000.0, frames=FrameQueue(1 << 16), log=BeatLog(), starved=0
        )
        self._lump_s, self._speed = lump_s, 1 + drift_ppm * 1e-6
        self._asks = self._brings = 0
        self._now_s = 0.0
        self._air = np.zeros(48_000 * 4, np.float32)

    def wait(self, wait_s: float) -> bool:
        """Stands for the event that ends settling, too."""
        until_s = self._now_s + wait_s
        while self._now_s < until_s:
            self.tick()
        return False

    def tick(self) -> None:
        """Go on to the next callback."""
        ask_s = (self._asks + 1) * self.ASKED_S / self._speed
        bring_s = (self._brings + 1) * self._lump_s + 0.0037
        self._now_s = min(ask_s, bring_s)
        if ask_s < bring_s:
            self._asks += 1
            self._ask(round(self.ASKED_S * 48_000), ask_s)
        else:
            self._brings += 1
            self._bring(round(self._lump_s * 48_000), bring_s)

    def _ask(self, frames: int, now_s: float) -> None:
        sound = np.zeros(frames, np.float32)
        at = self.playback.log.end
        self.playback.starved += frames - self.playback.frames.read_into(sound)
        self._air[np.arange(at, at + frames) % len(self._air)] = sound
        edge_s = at / 48_000 / self._speed + self.OUT_DELAY_S
        self.playback.log.note(frames, now_s, edge_s, flagged=False)

    def _bring(self, frames: int, now_s: float) -> None:
        at = self.capture.log.end
        edge_s = at / 48_000 - self.IN_DELAY_S
        counts = np.arange(at, at + frames) / 48_000 - self.IN_DELAY_S - self.OUT_DELAY_S
        places = np.maximum(0, counts * 48_000 * self._speed)
        whole = places.astype(int)
        part = (places - whole).astype(np.float32)
        size = len(self._air)
        sound = self._air[whole % size] * (1 - part) + self._air[(whole + 1) % size] * part
        self.capture.frames.write(sound)
        self.capture.log.note(frames, now_s, edge_s, flagged=False)


@pytest.mark.parametrize(("drift_ppm", "lump_s"), [(200.0, 0.06), (-300.0, 0.01)])
def test_clocks_that_drift_stay_together(
    drift_ppm: float, lump_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    hardware = Hardware(drift_ppm, lump_s)
    monkeypatch.setattr(duplex_module, "open_streams", lambda *_: (hardware.capture, hardware.playback))
    duplex = Duplex(None, threading.Event())  # type: ignore[arg-type]
    duplex.settle(hardware)  # type: ignore[arg-type]
    duplex.begin()
    sound = hiss(40 * RATE, seed=2)
    heard, played = [], []
    for start in range(0, len(sound), BLOCK):
        duplex.give(sound[start : start + BLOCK])
        while (both := duplex.take()) is None:
            hardware.tick()
        heard.append(both[0])
        played.append(both[1])
    assert duplex.troubles == []
    assert duplex.playing.grown == 0
    assert duplex.corrector.stretch * 1e6 == pytest.approx(drift_ppm, rel=0.2), "the overshoot of a control"
    microphone, ear = np.concatenate(heard), np.concatenate(played)
    for at_s in (5, 20, 38):
        piece = microphone[at_s * RATE : at_s * RATE + RATE // 4]
        around = ear[at_s * RATE - RATE // 10 : at_s * RATE + RATE // 4 + RATE // 10]
        place, alike = place_of(piece, around)
        assert alike > 0.98, "no click, no hole"
        assert abs(place - RATE // 10) < 0.004 * RATE, "both tracks show the same instant"


def test_a_gap_from_before_the_call_is_not_told_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    hardware = Hardware(0.0, 0.01)
    monkeypatch.setattr(duplex_module, "open_streams", lambda *_: (hardware.capture, hardware.playback))
    duplex = Duplex(None, threading.Event())  # type: ignore[arg-type]
    duplex.settle(hardware)  # type: ignore[arg-type]
    duplex.begin()

    def exchange(blocks: int) -> None:
        for _ in range(blocks):
            duplex.give(SILENCE)
            while duplex.take() is None:
                hardware.tick()

    exchange(50)
    for _ in range(50):  # nobody gives anything while the phone rings
        hardware.tick()
    duplex.skip()
    begins = duplex.capturing.delivered
    exchange(50)
    assert [trouble.span for trouble in duplex.troubles if trouble.span.start < begins] == []


def test_a_steady_drift_leaves_no_error() -> None:
    corrector, excess_s, strayed_s, jump = DriftCorrector(), 0.0, 0.0, 0.0
    for _ in range(300):
        before = corrector.stretch
        corrector.push(excess_s, 1.0)
        jump = max(jump, abs(corrector.stretch - before))
        excess_s += corrector.stretch - 200e-6
        strayed_s = max(strayed_s, abs(excess_s))
    assert corrector.drift == pytest.approx(200e-6, abs=1e-6)
    assert abs(excess_s) < 1e-5
    assert strayed_s < 0.002
    assert jump < 50e-6, "a thousandth of a semitone"


# --- holes


def beats(ends: list[int], at_s: list[float], *, told: bool = False) -> Beats:
    count = len(ends)
    edge_s = np.array(at_s) - 0.02
    return Beats(np.array(ends), np.array(at_s), edge_s, np.array([False] * (count - 1) + [told]))


def watched(lost_s: float, late_s: float, *, told: bool = False) -> int:
    """Frames found missing in the third second, in which sound is lost, or only late."""
    clock, found = StreamClock(48_000), 0
    clock.push(beats([480], [0.01]))
    clock.watch()
    for k in range(2, 300):
        count_s, now_s = 0.01 * k, 0.01 * k
        if k > 200:
            now_s += lost_s
        if 200 < k <= 200 + round(late_s * 100):
            now_s = 2.0 + late_s
        found += clock.push(beats([round(count_s * 48_000)], [now_s], told=told and k == 201))
    return found


@pytest.mark.parametrize("lost_s", [0.04, 0.25, 2.0])
def test_lost_sound_is_found_to_the_frame(lost_s: float) -> None:
    assert watched(lost_s, 0.0) == round(lost_s * 48_000)


def test_late_sound_is_no_hole() -> None:
    assert watched(0.0, 0.5) == 0


def test_a_small_hole_is_believed_when_the_driver_says_so() -> None:
    assert (watched(0.01, 0.0), watched(0.01, 0.0, told=True)) == (0, 480)


# --- queues and rates


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 700)), max_size=40))
def test_a_queue_gives_what_it_took_in_order(steps: list[tuple[int, int]]) -> None:
    queue, given_, taken = FrameQueue(1000), [], []
    count = 0
    for into, out in steps:
        put = np.arange(count, count + into, dtype=np.float32)
        kept = queue.write(put)
        assert kept == min(into, 1000 - len(queue) + kept)
        given_.append(put[:kept])
        count += into
        got = np.full(out, -1, np.float32)
        taken.append(got[: queue.read_into(got)])
    taken.append(queue.take())
    assert np.array_equal(np.concatenate([*given_, []]), np.concatenate([*taken, []]))


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from(
        [(16_000, 48_000), (48_000, 16_000), (16_000, 44_100), (44_100, 16_000), (8_000, 16_000)]
    ),
    st.integers(20, 900),
)
def test_any_rate_and_any_chopping_gives_the_same_sound(rates: tuple[int, int], step: int) -> None:
    rate_in, rate_out = rates
    tone = np.sin(2 * np.pi * 997 * np.arange(rate_in // 4) / rate_in).astype(np.float32)
    whole = Interpolator(rate_in, rate_out).push(tone)
    chopped = Interpolator(rate_in, rate_out)
    made = np.concatenate([chopped.push(tone[at : at + step]) for at in range(0, len(tone), step)])
    assert np.allclose(made, whole, atol=1e-5)
    middle = np.arange(len(whole) // 4, len(whole) // 2)
    truth = np.sin(2 * np.pi * 997 * middle / rate_out)
    assert np.abs(whole[middle] - truth).max() < 1e-4, "the count has no delay"


def test_an_ear_hears_things_where_they_were_put() -> None:
    ear = Ear()
    ear.put(100, np.ones(320, np.float32))
    first = ear.take(320)
    ear.put(500, np.full(20, 0.5, np.float32))
    ear.put(300, np.full(40, 2, np.float32))  # the first 20 are past
    second = ear.take(320)
    assert (first[:100] == 0).all()
    assert (first[100:] == 1).all()
    assert second.tolist() == [2.0] * 20 + [1.0] * 80 + [0.0] * 80 + [0.5] * 20 + [0.0] * 120
