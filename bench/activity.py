"""How well speech is told from silence, ours and its peers', and at what cost: ``python -m bench.activity``.

    python -m bench.activity [--minutes 30] [--short] [--data FOLDER] [--json OUT]

- *right*, *false alarms*, *missed*: percent of 10 ms frames: of all, of those without and of those with
  speech.
- *pauses F1*: pauses of at least 200 ms, each found if one overlaps it by half of what both cover; *off*:
  median absolute error of the found ones' durations. The ends of a recording count as pauses.
- *false runs a minute*: in `--minutes` of each sound without speech (those of `bench/silence.py`).
- cost: processor time as percent of real time, one track.

Peers: Silero 6.2 and 6.0 (faster-whisper's) alone, at their authors' thresholds and half a block earlier;
WebRTC's detector where installed (``pip install -r bench/requirements.txt``); level alone
(`bench/energy_vad.py`).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.activity_sets import CONDITIONS, Clip, calls, hand_labeled, spoiled
from bench.energy_vad import energy_runs, runs_of
from bench.machine import here, save
from bench.silence import Sound, sounds
from bench.tables import show
from voicecoach.audio import Samples
from voicecoach.devices.silero import NETWORK, SileroDetector
from voicecoach.listen.activity import BLOCK, VoiceActivity
from voicecoach.timeline import FRAME, RATE, Span, complement, samples

System = Callable[[Samples], list[Span]]
Figures = dict[str, float]

SHORTEST_PAUSE = samples(0.2)

ON, OFF = 0.5, 0.35
"""Silero's own thresholds."""

WEBRTC_MODE = 2
"""Of 0 (most sensitive) to 3; its users' usual choice."""

OLD_NETWORK = "assets/silero_vad_v6.onnx"
"""In faster-whisper's package."""


def voicecoach(sound: Samples) -> list[Span]:
    """As live: a block a push."""
    track = VoiceActivity(SileroDetector())
    runs = [run for block in _whole_blocks(sound) for run in track.push(block)]
    return runs + track.finish()


def silero(network: Path) -> System:
    """A network's own answer: hysteresis, marks half a block earlier."""

    def system(sound: Samples) -> list[Span]:
        voice, speaking = [], False
        for probability in SileroDetector(network).probabilities(_whole_blocks(sound).reshape(-1)):
            speaking = probability >= (OFF if speaking else ON)
            voice.append(speaking)
        middle_of = (np.arange(len(sound) // FRAME) * FRAME + FRAME // 2 + BLOCK // 2) // BLOCK
        return runs_of(np.array(voice)[np.minimum(middle_of, len(voice) - 1)])

    return system


def webrtc(sound: Samples) -> list[Span]:
    import webrtcvad

    detector = webrtcvad.Vad(WEBRTC_MODE)
    frames = (
        np.rint(np.clip(sound, -1, 1) * 32767).astype("<i2")[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    )
    return runs_of(np.array([detector.is_speech(frame.tobytes(), RATE) for frame in frames]))


def systems() -> dict[str, System]:
    """Ours and the peers that are here."""
    found: dict[str, System] = {"voicecoach": voicecoach, "Silero 6.2 alone": silero(NETWORK)}
    package = find_spec("faster_whisper")
    if package is not None and package.origin is not None:
        found["Silero 6.0 alone"] = silero(Path(package.origin).parent / OLD_NETWORK)
    if find_spec("webrtcvad") is not None:
        found["WebRTC"] = webrtc
    return found | {"level alone": energy_runs}


def score(clips: Iterable[Clip], system: System) -> Figures:
    """Frames and pauses of all clips together."""
    frames = speech = missed = false = 0
    pauses: list[tuple[int, int, list[int]]] = []
    for clip in clips:
        found = system(clip.samples)
        truth, heard = _mask(clip.speech, len(clip.samples)), _mask(found, len(clip.samples))
        frames, speech = frames + len(truth), speech + int(truth.sum())
        missed, false = missed + int((truth & ~heard).sum()), false + int((heard & ~truth).sum())
        whole = Span(0, len(clip.samples))
        pauses.append(_matched(_pauses(clip.speech, whole), _pauses(runs_of(heard), whole)))
    errors = [error for _, _, found_errors in pauses for error in found_errors]
    return {
        "right": 100 * (1 - (missed + false) / frames),
        "false alarms": 100 * false / max(frames - speech, 1),
        "missed": 100 * missed / max(speech, 1),
        "pauses F1": 100 * 2 * len(errors) / max(sum(true + given for true, given, _ in pauses), 1),
        "off ms": 1000 * float(np.median(errors)) / RATE if errors else 0.0,
    }


def false_runs(sound: Sound, minutes: float, system: System) -> float:
    """Runs a minute on a sound that holds no speech; it is looped."""
    rms = float(np.sqrt(np.mean(np.square(sound.period, dtype=np.float64))))
    gain = 1.0 if sound.level_dbfs is None or rms == 0 else 10 ** (sound.level_dbfs / 20) / rms
    whole = np.resize((gain * sound.period).astype(np.float32), round(minutes * 60 * RATE))
    return len(system(whole)) / minutes


def cost(seconds: int) -> dict[str, Figures]:
    """Percent of real time: the detector alone, and all of it as live and in batch."""
    sound = np.random.default_rng(3).normal(0, 0.05, seconds * RATE).astype(np.float32)
    blocks = _whole_blocks(sound)

    def one_by_one() -> None:
        detector = SileroDetector()
        for block in blocks:
            detector.probabilities(block)

    works: dict[str, Callable[[], object]] = {
        "network, a block a call": one_by_one,
        "network, many blocks a call": lambda: SileroDetector().probabilities(blocks.reshape(-1)),
        "voicecoach, a block a push (live and batch)": lambda: voicecoach(sound),
    }
    return {name: {"percent": 100 * _cpu_s(work) / seconds} for name, work in works.items()}


def _cpu_s(work: Callable[[], object], runs: int = 3) -> float:
    """Least processor seconds of some runs, after one that warms up."""
    work()
    times_s = []
    for _ in range(runs):
        started_s = time.process_time()
        work()
        times_s.append(time.process_time() - started_s)
    return min(times_s)


def _whole_blocks(sound: Samples) -> Samples:
    padded = np.zeros(-(-len(sound) // BLOCK) * BLOCK, np.float32)
    padded[: len(sound)] = sound
    return padded.reshape(-1, BLOCK)


def _mask(runs: Iterable[Span], length: int) -> NDArray[np.bool_]:
    """Which frames have their middle in a run."""
    middles = np.arange(length // FRAME) * FRAME + FRAME // 2
    voice = np.zeros(len(middles), bool)
    for run in runs:
        voice |= (middles >= run.start) & (middles < run.end)
    return voice


def _pauses(speech: list[Span], whole: Span) -> list[Span]:
    return [gap for gap in complement(speech, whole) if gap.duration >= SHORTEST_PAUSE]


def _matched(true: list[Span], given: list[Span]) -> tuple[int, int, list[int]]:
    """How many there are, how many are claimed, and the duration errors of those found."""
    free, errors = list(given), []
    for pause in true:
        for candidate in free:
            both = pause & candidate
            if both is not None and 2 * both.duration >= (pause | candidate).duration:
                free.remove(candidate)
                errors.append(abs(candidate.duration - pause.duration))
                break
    return len(true), len(given), errors


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.activity", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), help="folder with the recordings"
    )
    parser.add_argument("--minutes", type=float, default=30.0, help="of each sound without speech")
    parser.add_argument("--short", action="store_true", help="one minute of each, and not TIMIT")
    parser.add_argument("--json", type=Path, help="write the figures here")
    asked = parser.parse_args()
    minutes = 1.0 if asked.short else asked.minutes
    print(here())
    every = systems()
    figures: dict[str, dict[str, Figures]] = {}

    def measured(title: str, rows: dict[str, Figures]) -> None:
        figures[title] = rows
        show(title, rows)

    for name, clips in hand_labeled(asked.data).items():
        for condition in () if asked.short and name == "TIMIT" else CONDITIONS:
            heard = spoiled(clips, condition, asked.data)
            measured(f"{name}, {condition}", {peer: score(heard, system) for peer, system in every.items()})
    for name, clips in calls(asked.data).items():
        measured(name, {peer: score(clips, system) for peer, system in every.items()})
    measured("False runs a minute", _false_runs(asked.data, minutes, every))
    measured("Cost, percent of one core and track", cost(60))
    save(asked.json, figures)


def _false_runs(data: Path, minutes: float, every: dict[str, System]) -> dict[str, Figures]:
    """A row for each sound and level; the level detector answers every noise and is left out."""
    asked = {name: system for name, system in every.items() if name != "level alone"}
    return {
        sound.name if sound.level_dbfs is None else f"{sound.name}, {sound.level_dbfs} dBFS": {
            name: false_runs(sound, minutes, system) for name, system in asked.items()
        }
        for sound in sounds(data)
    }


if __name__ == "__main__":
    main()
