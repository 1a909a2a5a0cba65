"""A whole call over sound devices: ``python -m bench.headset_call [--minutes 5] [--model base]``.

PortAudio, PulseAudio, real threads, real time. A virtual headset (scripts/virtual_headset) is the hardware;
on its far side a simulated trainee hears what the loudspeaker plays (parec) and speaks into the microphone
(pacat). On the near side is what runs for a user: probe, echo guard, loop, recorder. Reported: whether a
sample of the trainee's was lost, and how soon the caller answered, as the two recorded tracks have it.
"""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from bench.machine import here, save
from bench.rehearse import opened
from voicecoach.apps.library import open_library
from voicecoach.apps.rehearse import Connected, Rehearsed, Setting, Tell, hold_call
from voicecoach.apps.studio import Studio
from voicecoach.call import Call
from voicecoach.converse.caller import Caller
from voicecoach.devices.echo import GuardedHeadset
from voicecoach.devices.echo_probe import probe
from voicecoach.devices.headset import SoundHeadset
from voicecoach.devices.line_bank import LineBank
from voicecoach.devices.simulated_mouth import Speech
from voicecoach.devices.simulated_trainee import AfterCaller, At, Press, Say, ScriptedTrainee, Step
from voicecoach.devices.sound_devices import HeadsetChoice
from voicecoach.devices.voice_process import voice_process
from voicecoach.devices.voices import voice
from voicecoach.devices.window import AudioWindow
from voicecoach.devices.workers import ThreadedWorkers
from voicecoach.events import Control, Glitched, Key, RehearsalNotice
from voicecoach.speech import Speaker
from voicecoach.spoken import Delivery
from voicecoach.timeline import BLOCK, seconds

SCRIPT = Path(__file__).parent.parent / "scripts/virtual_headset"
FORMAT = ("--format=s16le", "--rate=16000", "--channels=1", "--raw")
LINES = (
    "I'm sorry to hear that your suitcase is missing.",
    "I can see how frustrating this is.",
    "Thank you for your patience.",
    "Let me confirm the details with you.",
    "What color is your suitcase?",
    "I am checking the system right now.",
    "Is there anything else I should know?",
    "I will do everything I can.",
    "Did you receive a confirmation email?",
    "I appreciate your patience while we fix this.",
)
"""They soothe and settle nothing: the call goes on."""


@dataclass(frozen=True, slots=True)
class Result:
    """A call over the virtual headset."""

    rehearsed: Rehearsed
    captured: int
    filled: int
    delivered: int
    glitches: int


class Quiet:
    """A `CallScreen` that shows nothing and counts what was lost."""

    def __init__(self) -> None:
        self.keys: list[Control] = []
        self.glitches = 0

    def tell(self, notice: RehearsalNotice, now: int) -> None:
        del now
        self.glitches += isinstance(notice, Glitched)

    def say(self, text: str) -> None:
        print(f"  {text}", flush=True)

    def pressed(self) -> list[Control]:
        keys, self.keys = self.keys, []
        return keys


class FarSide(threading.Thread):
    """Whoever wears the headset: ears on the loudspeaker, a mouth at the microphone, 20 ms at a time."""

    def __init__(self, trainee: ScriptedTrainee, screen: Quiet) -> None:
        super().__init__(name="trainee", daemon=True)
        self._trainee, self._screen = trainee, screen
        self._ears = subprocess.Popen(
            ["parec", "--device=vc_spk.monitor", "--latency-msec=20", *FORMAT], stdout=subprocess.PIPE
        )
        self._mouth = subprocess.Popen(
            ["pacat", "--device=vc_mic", "--latency-msec=40", *FORMAT], stdin=subprocess.PIPE
        )

    def run(self) -> None:
        ears, mouth = self._ears.stdout, self._mouth.stdin
        assert ears is not None
        assert mouth is not None
        now = 0
        while len(data := ears.read(2 * BLOCK)) == 2 * BLOCK:
            self._trainee.hear(np.frombuffer(data, "<i2").astype(np.float32) / 32768, now)
            said = self._trainee.speak(now, BLOCK)
            self._screen.keys += self._trainee.controls(now)
            now += BLOCK
            try:
                mouth.write((np.clip(said, -1, 1) * 32767).astype("<i2").tobytes())
                mouth.flush()
            except BrokenPipeError:
                return

    def end(self) -> None:
        for process in (self._ears, self._mouth):
            process.terminate()
            process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=5.5)
    parser.add_argument("--model", choices=("base", "tiny", "demo"), default="base")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(here())
    window = AudioWindow.FULL if asked.model == "demo" else AudioWindow.ADAPTIVE
    with tempfile.TemporaryDirectory() as scratch:
        studio = patient(opened(asked.model, window, Path(scratch)))
        with virtual_headset(Path(scratch) / "headset"):
            result = play(studio, asked.minutes, Path(scratch) / "calls")
    told = {"model": f"{asked.model} int8, {window} window", **figures(result)}
    print(told)
    save(asked.json, told)


def patient(studio: Studio) -> Studio:
    """With a caller who does not hang up, however long nothing is settled."""
    temper = studio.role.temper.model_copy(update={"angering": 0.0, "time": 0.0})
    role = studio.role.model_copy(update={"temper": temper})
    return replace(studio, persona=studio.persona.model_copy(update={"role": role}), role=role)


@contextmanager
def virtual_headset(folder: Path) -> Iterator[None]:
    """The hardware, for this process alone."""
    done = subprocess.run(["sh", SCRIPT, "start", folder], capture_output=True, text=True, check=True)
    added = dict(word.split("=", 1) for word in shlex.split(done.stdout) if "=" in word)
    os.environ.update(added)
    try:
        yield
    finally:
        subprocess.run(["sh", SCRIPT, "stop", folder], check=True)


def play(studio: Studio, minutes: float, root: Path) -> Result:
    """One call of so many minutes."""
    screen = Quiet()
    used: list[SoundHeadset] = []
    with ExitStack() as stack:
        engine = stack.enter_context(voice_process(studio.role.voice.engine))
        bank = stack.enter_context(LineBank(engine))
        bank.prepare(Caller(studio.persona, 1).fixed_lines())
        assert studio.grader.recognizer is not None
        workers = stack.enter_context(ThreadedWorkers(studio.grader.recognizer, "en"))

        @contextmanager
        def connect(tell: Tell) -> Iterator[Connected]:
            with SoundHeadset(HeadsetChoice(), tell) as headset:
                used.append(headset)
                report = probe(headset)
                far = FarSide(script(minutes), screen)
                far.start()
                try:
                    yield Connected(GuardedHeadset(headset, report), report.summary, begin=headset.restart)
                finally:
                    far.end()

        library = stack.enter_context(open_library(root))
        setting = Setting(1, connect, workers, bank, rings=False, shelf=library)
        rehearsed = hold_call(studio, setting, screen)
    assert rehearsed is not None
    tally = used[0].tally
    return Result(rehearsed, tally.captured, tally.filled, tally.delivered, screen.glitches)


def script(minutes: float) -> ScriptedTrainee:
    """A trainee who talks until the time is over."""
    speech = Speech(voice("espeak"), Delivery("en-us+f3", rate_wpm=125, pitch_range=65))
    turns = round(minutes * 60 / 7.0)  # a turn of each takes so many seconds
    steps = [Step(At(1.0), Say("Good morning this is Anna how can I help you today?"))]
    steps += [Step(AfterCaller(0.7), Say(LINES[turn % len(LINES)])) for turn in range(turns)]
    return ScriptedTrainee([*steps, Step(AfterCaller(1.0), Press(Key.HANG_UP))], speech)


def figures(result: Result) -> dict[str, object]:
    """The tables."""
    replies = sorted(reply_gaps_s(result.rehearsed.graded.call))
    return {
        "call_s": round(result.rehearsed.graded.source.duration_s, 1),
        "ended": str(result.rehearsed.over.ending),
        "samples_captured": result.captured,
        "samples_filled_with_silence": result.filled,
        "glitches": result.glitches,
        "caller_answers": len(replies),
        "reply_p50_s": round(statistics.median(replies), 2),
        "reply_p95_s": round(float(np.percentile(replies, 95)), 2),
    }


def reply_gaps_s(call: Call) -> Sequence[float]:
    """From the end of each turn of the trainee's to the caller's answer, on the clock of the recording."""
    turns = sorted(call.turns, key=lambda turn: turn.span.start)
    return [
        seconds(answer.span.start - turn.span.end)
        for turn, answer in pairwise(turns)
        if turn.speaker is Speaker.TRAINEE and answer.speaker is Speaker.CALLER
    ]


if __name__ == "__main__":
    main()
