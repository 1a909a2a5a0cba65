"""What the echo guard leaves of the caller and of the trainee, room by room: ``python -m bench.echo``.

A caller (two voices of flite, 8 s) speaks into a simulated headset; once the trainee is silent, once they
talk over the caller without a break, the hardest case. Probe, guard and listening core are the real ones.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.machine import here, save
from bench.tables import show
from voicecoach.audio import AudioChunk, Layout, Samples
from voicecoach.devices.assets import weights
from voicecoach.devices.echo import GuardedHeadset
from voicecoach.devices.echo_gate import level_dbfs
from voicecoach.devices.echo_probe import EchoMode, probe
from voicecoach.devices.silero import SileroDetector
from voicecoach.devices.simulated_headset import SimulatedHeadset, Wiring
from voicecoach.devices.simulated_mouth import Speech
from voicecoach.devices.simulated_room import Room
from voicecoach.devices.simulated_trainee import At, Say, ScriptedTrainee, Step
from voicecoach.devices.voices import voice
from voicecoach.events import Exchanged
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.limits import Hearing
from voicecoach.listen.prosody_track import ProsodyTracker
from voicecoach.listen.track import Ears
from voicecoach.ports import Headset
from voicecoach.speech import Speaker
from voicecoach.spoken import Delivery
from voicecoach.timeline import BLOCK, FRAME, seconds

GAINS = (0.0, 0.01, 0.03, 0.08, 0.1, 0.3, 0.5, 1.0, 1.5)
DELAYS_MS = (20.0, 200.0)
REVERBERATIONS_MS = (0.0, 200.0, 400.0)

CALLER = (
    ("rms", "You lost my suitcase and nobody knows where it is."),
    ("slt", "This is the third time I am calling and I want a real answer."),
)
"""Voices of flite: the same samples at every run."""

TRAINEE = "I'm so sorry to hear that. I understand how upsetting this must be. Can I have your number please?"


@dataclass(frozen=True, slots=True)
class Heard:
    """A call's two tracks."""

    trainee: Samples
    caller: Samples


def measure(*, short: bool) -> list[dict[str, float | str]]:
    """A row for each room."""
    delays = DELAYS_MS[:1] if short else DELAYS_MS
    rooms = [
        Room(echo_gain=gain, echo_delay_ms=delay, reverberation_ms=reverberation)
        for reverberation in REVERBERATIONS_MS[: 1 if short else None]
        for gain in GAINS
        for delay in delays
        if gain > 0 or (delay == delays[0] and reverberation == 0)
    ]
    said = heard(device(Room(noise_dbfs=None), talks=True), np.zeros_like(caller())).trainee
    return [row(room, said) for room in rooms]


def row(room: Room, said: Samples) -> dict[str, float | str]:
    report = probe(device(room))
    raw = heard(device(room), caller())
    alone = heard(GuardedHeadset(device(room), report), caller())
    both = heard(GuardedHeadset(device(room, talks=True), report), caller())
    shut = heard(GuardedHeadset(device(room, talks=True), report, EchoMode.HALF), caller())
    return {
        "reverberation ms": room.reverberation_ms,
        "echo gain": room.echo_gain,
        "delay ms": room.echo_delay_ms,
        "mode": report.mode.value,
        "false voice s, no guard": taken_for_trainee_s(raw),
        "false voice s": taken_for_trainee_s(alone),
        "echo taken off dB": level_dbfs(raw.trainee) - level_dbfs(alone.trainee),
        **kept(both.trainee, said),
        "kept % if half duplex": kept(shut.trainee, said)["kept %"],
    }


def device(room: Room, *, talks: bool = False) -> SimulatedHeadset:
    """A headset whose trainee is silent, or talks on from the second second."""
    speech = Speech(voice("flite"), Delivery("awb", rate_wpm=160))
    trainee = ScriptedTrainee([Step(At(1.5), Say(TRAINEE))] if talks else [], speech)
    return SimulatedHeadset(trainee, lambda _: None, room, Wiring(), seed=5)


def caller() -> Samples:
    """Some 8 s with half a second around each sentence."""
    quiet = np.zeros(FRAME * 50, np.float32)
    lines = [Speech(voice("flite"), Delivery(name), -22.0).line(text) for name, text in CALLER]
    whole = np.concatenate([quiet, lines[0], quiet, lines[1], quiet])
    return whole[: len(whole) // BLOCK * BLOCK]


def heard(headset: Headset, played: Samples) -> Heard:
    blocks = [headset.exchange(played[at : at + BLOCK]) for at in range(0, len(played), BLOCK)]
    there = [block for block in blocks if block is not None and block.played is not None]
    return Heard(
        np.concatenate([block.heard.samples for block in there]),
        np.concatenate([block.played.samples for block in there if block.played is not None]),
    )


def taken_for_trainee_s(call: Heard) -> float:
    """The longest that the listening core takes for the trainee's voice, while it goes on."""
    ears = Ears(SileroDetector, weights("pitch"))
    hearing = Hearing(Layout.TWO_CHANNEL, "en", "no words wanted", keeps_fillers=False)
    analysis, longest = Analysis(ears, hearing, live=[Speaker.TRAINEE]), 0
    for at in range(0, len(call.trainee), BLOCK):
        mine, theirs = (AudioChunk(at, track[at : at + BLOCK]) for track in (call.trainee, call.caller))
        analysis.push(Exchanged(mine, theirs))
        if (ongoing := analysis.ongoing(Speaker.TRAINEE)) is not None:
            longest = max(longest, at + BLOCK - ongoing.since)
    return seconds(longest)


def kept(cleaned: Samples, said: Samples) -> dict[str, float]:
    """Of a trainee who talks over the caller: frames within 6 dB, median level, frames with pitch."""
    before, after = (
        10 * np.log10(np.square(x[: len(x) // FRAME * FRAME].reshape(-1, FRAME)).mean(axis=1) + 1e-12)
        for x in (said, cleaned)
    )
    speaking = before > before.max() - 30
    voiced, still = (pitch(x)[: len(before)] > 0 for x in (said, cleaned))
    change = (after - before)[speaking]
    return {
        "kept %": 100 * float(np.mean(change > -6)),
        "level dB": float(np.median(change)),
        "voiced kept %": 100 * float((voiced & still).sum() / voiced.sum()),
    }


def pitch(samples: Samples) -> Samples:
    tracker = ProsodyTracker(weights("pitch"))
    tracker.push(samples)
    return tracker.finish().f0_hz


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--short", action="store_true", help="one delay, no reverberation")
    asked = parser.parse_args()
    print(here())
    rows = measure(short=asked.short)
    show("Echo", {f"{number}": _numbers(each) for number, each in enumerate(rows, 1)})
    if asked.json:
        save(asked.json, {"rooms": rows})


def _numbers(row: dict[str, float | str]) -> dict[str, float]:
    return {name: value for name, value in row.items() if isinstance(value, float)}


if __name__ == "__main__":
    main()
