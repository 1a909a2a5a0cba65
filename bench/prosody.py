"""Accuracy, speed and (on Linux) memory of prosody, ours and its peers': ``python -m bench.prosody``.

Accuracy needs the recordings of ``../shared/data`` (``--data``); speed and memory need nothing.
Peers are compared where they are installed: ``pip install -r bench/requirements.txt``.
Times are processor time over all threads, so that other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

from bench import loudness, pitch_peers, pitch_sets, syllable_rates, voice_quality
from bench.machine import here, save
from bench.pitch_scores import Errors, at_times, compare, pooled
from bench.tables import show
from voicecoach.audio import Samples
from voicecoach.devices.assets import weights
from voicecoach.listen.pitch import PitchTracker
from voicecoach.listen.prosody_track import ProsodyTracker
from voicecoach.listen.spectrum import SpectralAnalyzer
from voicecoach.timeline import BLOCK, RATE

PARTS = ("pitch", "syllables", "loudness", "voice", "speed")

_PEAK_MEMORY = """
import re, sys
from pathlib import Path
import numpy as np
from bench import pitch_peers

def peak_mib():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

sound = np.load(sys.argv[2])
track = pitch_peers.trackers()[sys.argv[1]]
track(sound[:16000])
before = peak_mib()
track(sound)
print(peak_mib() - before)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), help="folder with the recordings"
    )
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--seconds", type=int, default=60, help="length of the sound that is timed")
    options = parser.parse_args()
    print(here())
    figures: dict[str, object] = {}
    if "pitch" in options.only:
        figures["pitch"] = _pitch(options.data)
    if "syllables" in options.only:
        figures["syllables"] = syllable_rates.measure(options.data)
        show("Syllables per second, TIMIT sample, hand-timed", figures["syllables"])
    if "loudness" in options.only:
        figures["loudness"] = loudness.measure(options.data)
        show("K-weighted loudness, difference to pyloudnorm", figures["loudness"])
    if "voice" in options.only:
        figures["voice"] = voice_quality.measure()
        for name, rows in figures["voice"].items():
            show(f"Jitter, shimmer, HNR: {name} (correlation, median difference in % and dB)", rows)
    if "speed" in options.only:
        figures["live"] = _live(options.seconds)
        show("Live, in 20 ms blocks: percent of one core", {"voicecoach": figures["live"]})
        figures["batch"] = _batch(options.seconds)
        show(f"Recorded, {options.seconds} s: times real time, and MiB at the peak", figures["batch"])
    save(options.json, figures)


def _pitch(data: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Errors of every tracker under every condition."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    speech, synthetic = pitch_sets.fda(data), pitch_sets.synthetic()
    for condition in pitch_sets.CONDITIONS:
        found[f"FDA, {condition}"] = _errors(list(pitch_sets.spoiled(speech, condition, data)))
    for condition in ("clean", "telephone", "office 5 dB"):
        found[f"synthetic, {condition}"] = _errors(list(pitch_sets.spoiled(synthetic, condition, data)))
    for title, rows in found.items():
        show(f"Pitch: {title} (percent; median in cents)", rows)
    return found


def _errors(items: list[pitch_sets.Item]) -> dict[str, dict[str, float]]:
    rows = {}
    for name, tracker in pitch_peers.trackers().items():
        estimates = (at_times(*tracker(item.samples), item.times_s) for item in items)
        errors: Errors = pooled(compare(item.f0_hz, one) for item, one in zip(items, estimates, strict=True))
        rows[name] = asdict(errors)
    return rows


def _speech_like(seconds: int) -> Samples:
    return np.concatenate([item.samples for item in pitch_sets.synthetic(-(-seconds // 8))])[: seconds * RATE]


def _live(seconds: int) -> dict[str, float]:
    """Processor time of pushing 20 ms at a time, as percent of real time."""
    sound = _speech_like(seconds)
    blocks = [sound[start : start + BLOCK] for start in range(0, len(sound), BLOCK)]

    def all_of_it() -> None:
        tracker = ProsodyTracker(weights("pitch"))
        for block in blocks:
            tracker.push(block)

    def pitch() -> None:
        analyzer, tracker = SpectralAnalyzer(), PitchTracker(weights("pitch"))
        for block in blocks:
            tracker.push(analyzer.push(block))

    return {"pitch": 100 * _cost(pitch) / seconds, "all": 100 * _cost(all_of_it) / seconds}


def _batch(seconds: int) -> dict[str, dict[str, float]]:
    sound = _speech_like(seconds)
    every = pitch_peers.trackers()
    rows = {
        "voicecoach, pitch alone": {
            "times real time": seconds / _cost(lambda: pitch_peers.voicecoach_pitch(sound))
        }
    }
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"bench-prosody-{os.getpid()}.npy"  # noqa: S108
    np.save(path, sound)
    try:
        for name, tracker in every.items():
            speed = seconds / _cost(lambda tracker=tracker: tracker(sound))
            rows[name] = {"times real time": speed, "MiB": _peak_mib(name, path)}
    finally:
        path.unlink()
    return rows


def _cost(work: object, runs: int = 3) -> float:
    """Least processor seconds of some runs, after one that warms up."""
    work()
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def _peak_mib(name: str, sound: Path) -> float:
    """Memory that a tracker needs beyond what it has after one second of sound; in its own process."""
    command = [sys.executable, "-c", _PEAK_MEMORY, name, str(sound)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    main()
