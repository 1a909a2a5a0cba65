"""Whether hours of rehearsing cost memory, or drive the two tracks apart: ``python -m bench.rehearsal_soak``.

    python -m bench.rehearsal_soak [--hours 2] [--short] [--json OUT]

- *Memory*: calls one after the other in one process and in simulated time, each recorded, judged, kept and
  reported as a user's (demo model, espeak-ng). The resident set is read after each; growth counts from the
  fifth call, when everything has been loaded and compiled once.
- *Clocks*: noise through the real headset's code, between a microphone and a loudspeaker whose clocks differ
  by 200 ppm (`bench.drifting_devices`). Every half minute the place of what was heard is looked for in what
  was played: how far the two tracks are apart.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np

from bench.drifting_devices import DriftingDevices
from bench.machine import here, save
from bench.rehearse_call import TRAINEE
from bench.rehearse_script import Hesitating, script
from bench.soak import resident_mib
from voicecoach.apps.library import Library, open_library
from voicecoach.apps.options import GradeOptions, prepare
from voicecoach.apps.rehearse import Connected, Setting, Tell, hold_call
from voicecoach.apps.studio import Studio, open_studio
from voicecoach.audio import Samples
from voicecoach.devices.documents import read_persona
from voicecoach.devices.line_bank import InlineVoice
from voicecoach.devices.simulated_headset import SimulatedHeadset
from voicecoach.devices.simulated_mouth import Speech
from voicecoach.devices.simulated_trainee import ScriptedTrainee
from voicecoach.devices.voices import voice
from voicecoach.devices.workers import DelayedWorkers
from voicecoach.events import Control, RehearsalNotice
from voicecoach.timeline import BLOCK, RATE, samples, seconds

T = TypeVar("T")

PERSONA = "lost-luggage"
TURNS_A_CALL = 40
SETTLED_CALLS = 5
TOOK = samples(0.3)
DRIFTS_PPM = (200.0, -200.0)
LOOK_S = 30.0
PIECE, AROUND = RATE // 4, RATE // 10
"""What is looked for, and how far on each side."""


class Quiet:
    """A `CallScreen` that nobody looks at."""

    def run(self, call: Callable[[Quiet], T]) -> T:
        return call(self)

    def tell(self, notice: RehearsalNotice, now: int) -> None:
        del notice, now

    def say(self, text: str) -> None:
        del text

    def pressed(self) -> list[Control]:
        return []


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--short", action="store_true", help="5 minutes")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    hours = 5 / 60 if asked.short else asked.hours
    print(here())
    figures = {"simulated_hours": round(hours, 2), "memory": memory(hours)}
    figures["clocks"] = {f"{ppm:+.0f} ppm": clocks(ppm, 3600 * hours) for ppm in DRIFTS_PPM}
    print(figures)
    save(asked.json, figures)


def memory(hours: float) -> dict[str, object]:
    """Calls until their sound amounts to so many hours."""
    plan = prepare(GradeOptions(model="demo", device="cpu", persona=PERSONA, offline=True))
    studio = open_studio(read_persona(PERSONA), plan)
    began_s, processor_s = time.monotonic(), time.process_time()
    simulated_s: list[float] = [0.0]
    resident: list[float] = []
    with tempfile.TemporaryDirectory() as folder, open_library(Path(folder)) as library:
        while simulated_s[-1] < 3600 * hours:
            simulated_s.append(simulated_s[-1] + hold(studio, library, len(resident)))
            resident.append(resident_mib())
            told = f"{simulated_s[-1] / 60:5.1f} min  {resident[-1]:6.1f} MiB"
            print(f"{len(resident):3d} calls  {told}  after {time.monotonic() - began_s:.0f} s", flush=True)
    settled = min(SETTLED_CALLS, len(resident)) - 1
    slope = (
        np.polyfit(simulated_s[settled + 1 :], resident[settled:], 1)[0] if resident[settled + 1 :] else 0.0
    )
    return {
        "calls": len(resident),
        "resident_settled_mib": round(resident[settled], 1),
        "resident_at_the_end_mib": round(resident[-1], 1),
        "growth_mib": round(resident[-1] - resident[settled], 1),
        "slope_mib_an_hour": round(3600 * float(slope), 2),
        "processor_share": round((time.process_time() - processor_s) / simulated_s[-1], 3),
    }


def hold(studio: Studio, library: Library, number: int) -> float:
    """One call, kept; its seconds."""
    espeak = voice("espeak")
    steps = [deed.step for deed in script(number, TURNS_A_CALL)]
    trainee = ScriptedTrainee(steps, Speech(Hesitating(espeak), TRAINEE), number)

    @contextmanager
    def connect(tell: Tell) -> Iterator[Connected]:
        with closing(SimulatedHeadset(trainee, tell, seed=number)) as headset:
            yield Connected(headset, "simulated", headset.controls)

    recognizer = studio.grader.recognizer
    assert recognizer is not None
    setting = Setting(
        seed=number,
        connect=connect,
        recognizers=DelayedWorkers(recognizer, "en", TOOK),
        voices=InlineVoice(espeak),
        rings=False,
        shelf=library,
    )
    rehearsed = hold_call(studio, setting, Quiet())
    assert rehearsed is not None
    assert rehearsed.kept is not None
    return seconds(rehearsed.graded.call.duration)


def clocks(drift_ppm: float, duration_s: float) -> dict[str, object]:
    """How far the tracks of a call of that length are apart."""
    devices = DriftingDevices(drift_ppm)
    duplex = devices.open()
    draw = np.random.default_rng(1)
    past = PIECE + 2 * AROUND
    microphone = ear = np.zeros(past, np.float32)
    apart_ms: list[float] = []
    troubles = 0
    for number in range(1, samples(duration_s) // BLOCK + 1):
        duplex.give(draw.normal(0, 0.1, BLOCK).astype(np.float32))
        while (both := duplex.take()) is None:
            devices.tick()
        microphone = np.concatenate([microphone, both[0]])[-past:]
        ear = np.concatenate([ear, both[1]])[-past:]
        if number * BLOCK % samples(LOOK_S) == 0:
            apart_ms.append(1000 * seconds(apart(microphone, ear)))
        troubles += len(duplex.troubles)
        duplex.troubles.clear()
    found: dict[str, object] = {
        "apart_most_ms": round(max(map(abs, apart_ms)), 2),
        "apart_at_the_end_ms": round(apart_ms[-1], 2),
        "uncorrected_ms": round(abs(drift_ppm) * duration_s / 1000, 1),
        "drift_found_ppm": round(1e6 * duplex.corrector.drift, 1),
        "troubles": troubles,
        "resident_mib": round(resident_mib(), 1),
    }
    print(f"{drift_ppm:+.0f} ppm: {found}", flush=True)
    return found


def apart(microphone: Samples, ear: Samples) -> int:
    """By how many samples the microphone's track lags behind the ear's."""
    piece = ear[AROUND : AROUND + PIECE]
    product = np.correlate(microphone, piece, "valid")
    return int(np.argmax(np.abs(product))) - AROUND


if __name__ == "__main__":
    main()
