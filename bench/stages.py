"""Real-time factor and peak memory of each stage of ``voicecoach grade``, each in a process of its own.

``python -m bench.stages [FILE] [--model M] [--repeat N] [--json OUT]``. A stage's factor
is its processor time over the length of the call, the median of N runs; its memory is the peak resident
set of a process that does nothing else (interpreter and libraries included).
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.machine import here, peak_mib, save
from voicecoach.audio import Samples

ROOT = Path(__file__).parent.parent
DEFAULT_CALL = ROOT / "audio_fixtures" / "good.16k.flac"


@dataclass(frozen=True)
class Measured:
    """One stage on one call."""

    stage: str
    cpu_s: float
    wall_s: float
    audio_s: float
    peak_mib: float

    @property
    def factor(self) -> float:
        return self.cpu_s / self.audio_s

    def shown(self) -> dict[str, object]:
        """A row of the table."""
        speed = {"real_time_factor": self.factor, "times_real_time": 1 / self.factor}
        return {"stage": self.stage, **speed, "peak_mib": self.peak_mib}


def decode(call: Path, model: str) -> Callable[[], object]:
    from voicecoach.devices.media import read_blocks

    del model
    return lambda: sum(block.shape[1] for block in read_blocks(call))


def find_speech(call: Path, model: str) -> Callable[[], object]:
    from voicecoach.devices.media import read_blocks
    from voicecoach.devices.silero import SileroDetector
    from voicecoach.listen.activity import BLOCK, VoiceActivity

    del model
    blocks = [b for b in read_blocks(call, BLOCK) if b.shape[1] == BLOCK]

    def run() -> None:
        tracks = [VoiceActivity(SileroDetector()) for _ in blocks[0]]
        for block in blocks:
            for track, samples in zip(tracks, block, strict=True):
                track.push(samples)

    return run


def measure_prosody(call: Path, model: str) -> Callable[[], object]:
    from voicecoach.devices.assets import weights
    from voicecoach.devices.media import read_blocks
    from voicecoach.listen.prosody_track import ProsodyTracker

    del model
    blocks = list(read_blocks(call))
    pitch = weights("pitch")

    def run() -> None:
        tracks = [ProsodyTracker(pitch) for _ in blocks[0]]
        for block in blocks:
            for track, samples in zip(tracks, block, strict=True):
                track.push(samples)
        for track in tracks:
            track.finish()

    return run


def everything(call: Path, model: str) -> Callable[[], object]:
    from voicecoach.apps.grade import grade_file, new_grader
    from voicecoach.apps.settings import GradeSettings
    from voicecoach.devices.documents import read_rubric
    from voicecoach.devices.machine import place, read_machine
    from voicecoach.devices.models import resolve
    from voicecoach.devices.recognizer import FasterWhisperRecognizer

    recognizer = FasterWhisperRecognizer(resolve(model, offline=True), place(read_machine("cpu")))
    grader = new_grader(recognizer, read_rubric("default"), None, GradeSettings())
    return lambda: grade_file(call, grader)


def recognize(call: Path, model: str) -> Callable[[], object]:
    from voicecoach.devices.machine import place, read_machine
    from voicecoach.devices.models import resolve
    from voicecoach.devices.recognizer import FasterWhisperRecognizer

    recognizer = FasterWhisperRecognizer(resolve(model, offline=True), place(read_machine("cpu")))
    pieces = speech_of(call)
    return lambda: [recognizer.recognize(piece, "en") for piece in pieces]


def understand_and_score(call: Path, model: str) -> Callable[[], object]:
    from dataclasses import replace

    from voicecoach.devices.assets import weights
    from voicecoach.devices.documents import read_rubric
    from voicecoach.score.marking import mark
    from voicecoach.understand.reader import ActReader

    graded = everything(call, model)()
    reader, rubric = ActReader(weights("acts")), read_rubric("default")

    def run() -> None:
        acts = tuple(act for turn in graded.call.turns for act in reader.read(turn))
        mark(replace(graded.call, acts=acts), rubric, None)

    return run


def speech_of(call: Path) -> list[Samples]:
    """What the analysis sends to the recognizer."""
    from voicecoach.audio import AudioChunk, Layout
    from voicecoach.devices.assets import weights
    from voicecoach.devices.media import read_blocks
    from voicecoach.devices.silero import SileroDetector
    from voicecoach.events import CallEnded, Exchanged, Recognize, Recognized
    from voicecoach.listen.analysis import Analysis
    from voicecoach.listen.limits import Hearing
    from voicecoach.listen.track import Ears

    ears = Ears(SileroDetector, weights("pitch"))
    analysis = Analysis(ears, Hearing(Layout.TWO_CHANNEL, "en", None, keeps_fillers=False))
    at, pieces = 0, []
    events: list[Exchanged | CallEnded] = []
    for heard, played in read_blocks(call):
        events.append(Exchanged(AudioChunk(at, heard), AudioChunk(at, played)))
        at += len(heard)
    for event in [*events, CallEnded(at)]:
        for command in analysis.push(event):
            if isinstance(command, Recognize):
                pieces.append(command.audio.samples)
                analysis.push(Recognized(command.segment.id, ()))
    return pieces


STAGES: dict[str, Callable[[Path, str], Callable[[], object]]] = {
    "decode": decode,
    "find speech": find_speech,
    "prosody": measure_prosody,
    "recognize": recognize,
    "understand and score": understand_and_score,
    "grade, all of it": everything,
}


def measure_stage(stage: str, call: Path, model: str, repeat: int) -> Measured:
    """Run one stage `repeat` times in this process; the first run warms up and is not counted."""
    from voicecoach.devices.media import probe

    audio_s = probe(call).duration_s
    run = STAGES[stage](call, model)
    run()
    cpu, wall = [], []
    for _ in range(repeat):
        started = time.process_time(), time.perf_counter()
        run()
        cpu.append(time.process_time() - started[0])
        wall.append(time.perf_counter() - started[1])
    return Measured(stage, statistics.median(cpu), statistics.median(wall), audio_s, peak_mib())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.stages", description=__doc__)
    parser.add_argument("call", nargs="?", type=Path, default=DEFAULT_CALL)
    parser.add_argument("--model", default="demo")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    rows = []
    print(f"{asked.call.name}, model {asked.model}. {here()}")
    print(f"{'stage':22}{'real-time factor':>18}{'times real time':>17}{'peak MiB':>10}")
    for stage in STAGES:
        pool = spawn.Pool(1)
        row = pool.apply(measure_stage, (stage, asked.call, asked.model, asked.repeat))
        pool.close()
        pool.join()
        rows.append(row)
        print(f"{row.stage:22}{row.factor:18.5f}{1 / row.factor:17.0f}{row.peak_mib:10.0f}", flush=True)
    stages = [row.shown() for row in rows]
    save(asked.json, {"call": asked.call.name, "model": asked.model, "runs": asked.repeat, "stages": stages})


if __name__ == "__main__":
    main()
