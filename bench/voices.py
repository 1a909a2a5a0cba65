"""How fast the caller's voices are, and what a hang or a crash costs: ``python -m bench.voices``.

    python -m bench.voices [--lines 30] [--json OUT]

Each engine renders sentences of a call in a process of its own, as in a rehearsal: start, first line, then
each line's time and real-time factor (time per second of speech). Then the process is stopped (SIGSTOP: to
its parent, a hang) and killed, five times each; then a line of 39 characters is asked for. Until that line is
there, time goes into noticing (the line's limit), the start of a new process, and the line; the longest of
five counts.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from bench.machine import here, save
from voicecoach.devices.voice_process import VoiceProcess, voice_process
from voicecoach.errors import DeviceError
from voicecoach.spoken import Delivery
from voicecoach.timeline import RATE

VOICES = {"espeak": "en-us", "pyttsx3": "en-us", "flite": "slt"}

LINES = (
    "Where is my suitcase?",
    "I have been waiting for two days and nobody calls me back.",
    "That is not good enough.",
    "You told me yesterday that it would be on the next plane, and it was not.",
    "I want to talk to your supervisor, right now.",
)

TRIALS = 5


def timed(voice: VoiceProcess, text: str, name: str) -> tuple[float, float]:
    """Seconds that a line took, and seconds of speech that came of it."""
    began = time.monotonic()
    rendering = voice.render(text, Delivery(name))
    return time.monotonic() - began, len(rendering.samples) / RATE


def after(voice: VoiceProcess, name: str, blow: signal.Signals) -> list[float]:
    """Seconds until a line is there that was asked for after such a blow."""
    taken = []
    for _ in range(TRIALS):
        os.kill(voice.pid, blow)
        taken.append(timed(voice, "I have been waiting here for two days!!", name)[0])
    return taken


def measure(engine: str, name: str, count: int) -> dict[str, object]:
    """One engine's row."""
    began = time.monotonic()
    with voice_process(engine) as voice:
        start_s = time.monotonic() - began
        first_s, _ = timed(voice, LINES[0], name)
        lines = [timed(voice, LINES[number % len(LINES)], name) for number in range(count)]
        hung, died = after(voice, name, signal.SIGSTOP), after(voice, name, signal.SIGKILL)
    spent_s = [spent for spent, _ in lines]
    return {
        "engine": engine,
        "start_ms": 1000 * start_s,
        "first_line_ms": 1000 * first_s,
        "line_p50_ms": 1000 * statistics.median(spent_s),
        "line_max_ms": 1000 * max(spent_s),
        "real_time_factor": sum(spent_s) / sum(speech for _, speech in lines),
        "after_a_hang_s": max(hung),
        "after_a_crash_s": max(died),
    }


def rows(count: int) -> Iterator[dict[str, object]]:
    """Every engine that there is."""
    for engine, name in VOICES.items():
        try:
            yield measure(engine, name, count)
        except DeviceError as missing:
            print(f"{engine}: {missing}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lines", type=int, default=30)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(here())
    figures = []
    for row in rows(asked.lines):
        figures.append(row)
        print(", ".join(f"{name} {v:.3g}" if isinstance(v, float) else str(v) for name, v in row.items()))
    save(asked.json, {"engines": figures})


if __name__ == "__main__":
    main()
