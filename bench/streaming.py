"""How soon words are there while somebody speaks, at a real model's cost, in real time.

``python -m bench.streaming [--json OUT] [--short] [--size base]`` plays the trainee's side of the fixture
calls at the speed of life through the live path (one recognizer thread; the clock is the wall) and measures,
for each utterance of the calls' truth:

- *first partial*: from the true onset until the first words are shown;
- *final*: from the true end until the final is there, certain;
- *words there*: from the true end until the words shown are the final's, which then only confirms them.

The model is the demo model widened to the size asked for (`bench.widened_whisper`): a real one's cost, real
words; for the adaptive window in its variant that bears such windows. Rows: the encoder's window, and, as the
peer, what most loops do: the same segments recognized once, at their hard end. Word errors of the stream are
compared with faster-whisper's own ``transcribe`` of the whole track, same weights, in the same run.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jiwer
import numpy as np
from faster_whisper import WhisperModel

from bench.fixture_errors import audio, plain, truth
from bench.machine import here, save
from bench.widened_whisper import stand_in
from voicecoach.apps.live import listen_live, warm
from voicecoach.apps.tracks import Tracks, exchanges
from voicecoach.audio import Layout
from voicecoach.devices.assets import weights
from voicecoach.devices.machine import place, read_machine
from voicecoach.devices.media import read_blocks
from voicecoach.devices.models import DEMO, ResolvedModel, resolve
from voicecoach.devices.pace import in_real_time
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.devices.silero import SileroDetector
from voicecoach.devices.window import AudioWindow
from voicecoach.devices.workers import ThreadedWorkers
from voicecoach.events import CallEnded, Exchanged, FinalHeard, Notice, PartialHeard
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.limits import Hearing
from voicecoach.listen.track import Ears
from voicecoach.speech import Speaker
from voicecoach.timeline import BLOCK, seconds

PAUSE_S = 0.5
"""Words further apart belong to two utterances: the segmenter's hard end."""

CALLS = ("good", "interrupting", "good_flite", "rushed", "abusive_caller")
"""Several voices of both engines, slow and fast: 3.6 minutes a row."""

SHORT = CALLS[1:3]


WAYS = (
    ("adaptive window", AudioWindow.ADAPTIVE, True),
    ("full window", AudioWindow.FULL, True),
    ("peer: asked at the hard end, full window", AudioWindow.FULL, False),
)
"""Each row: its name, the encoder's window, and whether it asks before the hard end."""

OFFLINE = "peer: faster-whisper, offline"


@dataclass(frozen=True, slots=True)
class Utterance:
    """True words without a pause."""

    start_s: float
    end_s: float


@dataclass(slots=True)
class Shown:
    """What was shown, and how many seconds after the call began."""

    at_s: float
    until_s: float
    text: str
    final: bool
    from_s: float = 0.0


@dataclass(slots=True)
class Played:
    """One call, played live."""

    name: str
    shown: list[Shown] = field(default_factory=list)
    lag_s: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    audio_s: float = 0.0

    @property
    def text(self) -> str:
        finals = sorted((s.from_s, s.text) for s in self.shown if s.final)
        return " ".join(text for _, text in finals)


def utterances(name: str) -> list[Utterance]:
    words = [word for word in truth(name)["words"] if word["speaker"] == "trainee"]
    found: list[Utterance] = []
    for word in words:
        if found and word["start_s"] - found[-1].end_s < PAUSE_S:
            found[-1] = Utterance(found[-1].start_s, word["end_s"])
        else:
            found.append(Utterance(word["start_s"], word["end_s"]))
    return found


def true_text(name: str) -> str:
    return plain(" ".join(word["text"] for word in truth(name)["words"] if word["speaker"] == "trainee"))


def listener(ears: Ears, *, live: bool) -> Analysis:
    """The path that listens; not `live`, it asks nothing but the final of each segment, at its hard end."""
    return Analysis(
        ears,
        Hearing(Layout.TRAINEE_ONLY, "en", None, keeps_fillers=True),
        live=frozenset(Speaker) if live else (),
    )


def play(name: str, recognizer: FasterWhisperRecognizer, analysis: Analysis) -> Played:
    """Play a call's trainee to the live path, in real time."""
    played = Played(name)
    began = time.monotonic()

    def clocked() -> Iterator[Exchanged | CallEnded]:
        source = exchanges(
            audio(name, "16k.flac"), Tracks(Layout.TRAINEE_ONLY, 0, chosen=True, why=""), BLOCK
        )
        for event in in_real_time(source):
            yield event
            if isinstance(event, Exchanged):
                played.audio_s = seconds(event.heard.end)
                played.lag_s.append(time.monotonic() - began - played.audio_s)

    def tell(notice: Notice, _: int) -> None:
        at_s = time.monotonic() - began
        if isinstance(notice, PartialHeard):
            text = plain(" ".join(notice.committed + notice.tentative))
            played.shown.append(Shown(at_s, seconds(notice.heard_until), text, final=False))
        elif isinstance(notice, FinalHeard):
            text = plain(" ".join(word.text for word in notice.words))
            span = notice.segment.span
            played.shown.append(Shown(at_s, span.end_s, text, final=True, from_s=span.start_s))

    cpu = time.process_time()
    with ThreadedWorkers(recognizer, "en") as workers:
        listen_live(clocked(), analysis, workers, tell)
    played.cpu_s = time.process_time() - cpu
    return played


def first_partials_s(played: Played) -> list[float]:
    """From each utterance's onset until something of it is shown."""
    found = []
    for utterance in utterances(played.name):
        times = [s.at_s for s in played.shown if s.text and s.until_s > utterance.start_s + 0.1]
        if times:
            found.append(min(times) - utterance.start_s)
    return found


def finals_s(played: Played) -> tuple[list[float], list[float]]:
    """From each utterance's end: until its final, and until the final's words were shown."""
    certain, there = [], []
    for utterance in utterances(played.name):
        for rank, final in enumerate(played.shown):
            if final.final and abs(final.until_s - utterance.end_s) < PAUSE_S / 2:
                certain.append(final.at_s - utterance.end_s)
                there.append(_since(played.shown[: rank + 1]).at_s - utterance.end_s)
                break
    return certain, there


def _since(shown: Sequence[Shown]) -> Shown:
    """From when on the last one's words were to be seen."""
    final = earliest = shown[-1]
    for one in reversed(shown[:-1]):
        if one.final or one.until_s < final.until_s - PAUSE_S or one.text != final.text:
            break
        earliest = one
    return earliest


def offline_text(name: str, model: WhisperModel) -> str:
    track = np.concatenate([block[0] for block in read_blocks(audio(name, "16k.flac"))])
    segments, _ = model.transcribe(track, language="en", beam_size=5, vad_filter=True, temperature=0.0)
    return plain(" ".join(segment.text for segment in segments))


def word_errors(texts: Sequence[str], names: Sequence[str]) -> float:
    return 100 * float(jiwer.wer([true_text(name) for name in names], list(texts)))


def quantiles(values_s: Sequence[float]) -> str:
    if not values_s:
        return "-"
    return f"{statistics.median(values_s):.2f} / {np.percentile(values_s, 95):.2f} s"


def row(calls: Sequence[Played], names: Sequence[str]) -> dict[str, str]:
    """One line of the table."""
    certain, there = ([x for call in calls for x in finals_s(call)[i]] for i in (0, 1))
    audio_s = sum(call.audio_s for call in calls)
    return {
        "first_partial_p50_p95": quantiles([x for call in calls for x in first_partials_s(call)]),
        "final_p50_p95": quantiles(certain),
        "words_there_p50_p95": quantiles(there),
        "lag_of_audio_p99": f"{1000 * np.percentile([x for c in calls for x in c.lag_s], 99):.0f} ms",
        "words_wrong": f"{word_errors([call.text for call in calls], names):.1f} %",
        "processor": f"{100 * sum(call.cpu_s for call in calls) / audio_s:.0f} % of a core",
        "utterances": str(len(certain)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--size", choices=(DEMO, "tiny", "base", "small"), default="base")
    parser.add_argument("--short", action="store_true", help="two calls instead of five")
    asked = parser.parse_args()
    names = SHORT if asked.short else CALLS
    print(here())
    rows: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        model = resolve(stand_in(asked.size, Path(scratch)), offline=True)
        for label, window, live in WAYS:
            rows[label] = measure(model, window, names, live=live)
            show(label, rows[label])
        rows[OFFLINE] = {"words_wrong": offline(model, names)}
        show(OFFLINE, rows[OFFLINE])
    save(asked.json, {"model": f"{asked.size} int8, one thread", "calls": rows})


def measure(model: ResolvedModel, window: AudioWindow, names: Sequence[str], *, live: bool) -> dict[str, str]:
    """One row of the table."""
    ears = Ears(SileroDetector, weights("pitch"))
    warm(ears)
    recognizer = FasterWhisperRecognizer(model, place(read_machine("cpu")), window)
    recognizer.warm()
    return row([play(name, recognizer, listener(ears, live=live)) for name in names], names)


def offline(model: ResolvedModel, names: Sequence[str]) -> str:
    """Words wrong in faster-whisper's own transcription of whole tracks."""
    whisper = WhisperModel(str(model.folder), device="cpu", compute_type="int8", cpu_threads=1)
    return f"{word_errors([offline_text(name, whisper) for name in names], names):.1f} %"


def show(label: str, cells: dict[str, str]) -> None:
    print(
        f"{label}:", ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in cells.items()), flush=True
    )


if __name__ == "__main__":
    main()
