"""The caller never interrupts itself: probe, guard and listening core, from echo to silence."""

from __future__ import annotations

import numpy as np
import pytest
from hearing_oneself import (
    TRAINEE_DBFS,
    caller_speech,
    exchange,
    headset,
    kept,
    own_voice_heard,
    spoken,
)

from voicecoach.devices.echo import GuardedHeadset
from voicecoach.devices.echo_gate import EchoGate
from voicecoach.devices.echo_probe import EchoMode, EchoReport, probe
from voicecoach.devices.simulated_headset import Outage, Wiring
from voicecoach.devices.simulated_room import Room
from voicecoach.errors import DeviceError
from voicecoach.timeline import BLOCK, RATE, samples

pytestmark = pytest.mark.slow

WIRING = Wiring(round_trip_ms=60)


def db(power_of: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(power_of, dtype=np.float64)) + 1e-12))


def rooms() -> list[Room]:
    echoing = [(gain, delay_ms) for gain in (0.1, 0.3, 0.5) for delay_ms in (20, 60, 120, 200)]
    return [Room()] + [Room(echo_gain=gain, echo_delay_ms=delay_ms) for gain, delay_ms in echoing]


def name(room: Room) -> str:
    return f"{room.echo_gain}-{room.echo_delay_ms:.0f}ms-{room.reverberation_ms:.0f}ms"


FAINT = Room(echo_gain=0.02, echo_delay_ms=60)
SOFT = Room(echo_gain=0.08, echo_delay_ms=120)
REVERBERANT = Room(echo_gain=0.3, echo_delay_ms=120, reverberation_ms=200)
LOUD = Room(echo_gain=1.2, echo_delay_ms=60)


@pytest.mark.parametrize("room", [*rooms(), FAINT, SOFT, REVERBERANT, LOUD], ids=name)
def test_nobody_is_interrupted_by_themselves(room: Room) -> None:
    """The floor asks `Analysis.ongoing`; it must not once say that the trainee speaks."""
    report = probe(headset(room=room, wiring=WIRING))
    guarded = GuardedHeadset(headset(room=room, wiring=WIRING), report)
    assert own_voice_heard(*exchange(guarded, caller_speech())) == 0


def test_without_a_guard_they_would_be() -> None:
    """What the guard is for: the listening core alone takes seconds to learn what leaks."""
    assert own_voice_heard(*exchange(headset(room=FAINT, wiring=WIRING), caller_speech())) > samples(0.5)


@pytest.mark.parametrize("gain_db", [-34.0, -20.0, -6.0])
@pytest.mark.parametrize("delay_ms", [0, 20, 200])
def test_the_probe_measures_gain_and_delay(gain_db: float, delay_ms: int) -> None:
    room = Room(echo_gain=10 ** (gain_db / 20), echo_delay_ms=delay_ms)
    report = probe(headset(room=room, wiring=WIRING))
    assert report.gain_db == pytest.approx(gain_db, abs=2.5 if gain_db < -30 else 0.5)
    assert report.delay == pytest.approx(samples(0.06 + delay_ms / 1000), abs=2)
    assert report.noise_dbfs == pytest.approx(-68, abs=2)


@pytest.mark.parametrize("noise_dbfs", [-68.0, -40.0, None])
def test_noise_is_no_echo(noise_dbfs: float | None) -> None:
    report = probe(headset(room=Room(noise_dbfs=noise_dbfs)))
    assert report.gain_db is None
    assert report.mode is EchoMode.FULL
    assert "no echo" in report.summary


def test_someone_who_talks_during_the_probe_is_no_echo() -> None:
    talk = np.tile(spoken("I'm sorry to hear that.", "en-us+f3", TRAINEE_DBFS), 3)
    report = probe(headset(talk))
    assert report.gain_db is None or report.gain_db < 0


def test_the_echo_decides_the_mode() -> None:
    modes = [EchoReport(gain_db, 960, -68.0).mode for gain_db in (None, -21.0, -19.0, -1.0, 1.0)]
    full, canceled, half = EchoMode
    assert modes == [full, full, canceled, canceled, half]


def test_a_headset_that_goes_away_is_said_plainly() -> None:
    with pytest.raises(DeviceError, match="Plug it in"):
        probe(headset(wiring=Wiring(outages=(Outage(0.5, None),))))


def test_without_echo_nothing_is_touched() -> None:
    said = spoken("I understand how upsetting this must be.", "en-us+f3", TRAINEE_DBFS)
    report = probe(headset())
    plain, _ = exchange(headset(said), caller_speech())
    guarded, _ = exchange(GuardedHeadset(headset(said), report), caller_speech())
    np.testing.assert_array_equal(plain, guarded)


def test_the_trainee_alone_is_never_touched() -> None:
    """Nor with an echo, while the caller is silent; only the canceller takes a little off soft sounds."""
    said = spoken("I understand how upsetting this must be.", "en-us+f3", TRAINEE_DBFS)
    nobody = np.zeros(3 * RATE, np.float32)
    for mode in (EchoMode.FULL, EchoMode.HALF):
        report = EchoReport(-20.0, 1920, -69.0)
        plain, _ = exchange(headset(said, FAINT), nobody)
        guarded, _ = exchange(GuardedHeadset(headset(said, FAINT), report, mode), nobody)
        np.testing.assert_array_equal(plain, guarded)
    canceled, _ = exchange(GuardedHeadset(headset(said, FAINT), report, EchoMode.CANCELED), nobody)
    share, change_db = kept(canceled, said)
    assert share > 0.9
    assert abs(change_db) < 1


LEAST_KEPT = {0.0: (1.0, 0.1), 0.02: (0.98, 0.2), 0.08: (0.85, 0.2), 0.1: (0.65, 2.0), 0.3: (0.5, 6.0)}
"""By echo gain, in uninterrupted double talk: share of the trainee's frames within 6 dB, median change."""


@pytest.mark.parametrize("gain", LEAST_KEPT)
def test_a_trainee_who_talks_over_the_caller_is_kept(gain: float) -> None:
    room = Room(echo_gain=gain, echo_delay_ms=60)
    said = np.concatenate(
        [np.zeros(2 * RATE, np.float32), spoken("I'm sorry to hear that.", "en-us+f3", TRAINEE_DBFS)]
    )
    report = probe(headset(room=room, wiring=WIRING))
    guarded = GuardedHeadset(headset(said, room, WIRING), report)
    heard, played = exchange(guarded, caller_speech()[: 4 * RATE])
    share, change_db = kept(heard, said)
    least, most_change_db = LEAST_KEPT[gain]
    assert share >= least
    assert abs(change_db) <= most_change_db
    assert own_voice_heard(heard, played) > samples(0.5), "whoever barges in must be heard"


def test_the_canceller_takes_off_twenty_decibels() -> None:
    room = Room(echo_gain=0.3, echo_delay_ms=60)
    report = probe(headset(room=room, wiring=WIRING))
    raw, _ = exchange(headset(room=room, wiring=WIRING), caller_speech())
    clean, _ = exchange(GuardedHeadset(headset(room=room, wiring=WIRING), report), caller_speech())
    assert db(raw) - db(clean) > 20


def test_half_duplex_is_silent_while_the_caller_sounds() -> None:
    said = np.tile(spoken("I'm sorry to hear that.", "en-us+f3", TRAINEE_DBFS), 8)
    report = EchoReport(3.0, samples(0.12), -68.0)
    guarded = GuardedHeadset(headset(said, LOUD, WIRING), report)
    assert guarded.mode is EchoMode.HALF
    heard, played = exchange(guarded, caller_speech())
    first = int(np.flatnonzero(np.abs(played) > 0.05)[0])
    echo = first + samples(LOUD.echo_delay_ms / 1000)
    assert not heard[echo + BLOCK : echo + RATE].any()
    assert heard[: RATE // 2].any(), "the microphone is open before the caller speaks"


def test_the_gate_opens_and_shuts_without_clicks() -> None:
    gate = EchoGate(0.0, -60.0)
    tone = np.full(BLOCK, 0.1, np.float32)
    loud, quiet = np.full(BLOCK, 0.5, np.float32), np.zeros(BLOCK, np.float32)
    out = [gate.push(tone, arriving, 0.0) for arriving in (quiet, loud, *[quiet] * 40)]
    assert np.abs(np.diff(np.concatenate(out))).max() < 0.1 / 50
    assert out[0][-1] == out[-1][-1] == np.float32(0.1)
    assert not out[2].any()
