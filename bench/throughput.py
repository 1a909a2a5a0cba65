"""How fast `grade` is beside faster-whisper's own batched pipeline: same recordings, model, beam and thread.

    python -m bench.throughput [--models demo tiny base] [--repeat 3] [--short] [--json OUT]

Peer: ``BatchedInferencePipeline.transcribe`` of each channel, with its own voice activity detection and word
times, in batches of 8. It gives words; `grade` gives words, prosody, turns, acts and a scorecard. Both run on
one thread, take turns, and are measured in processor time (medians).

Two kinds of rows:

- *full*: the fixture calls, with the demo model, and with models that cost what tiny, base or small cost and
  write the demo's words (`bench.widened_whisper`).
- *adaptive*: the window of models that ``voicecoach doctor`` passes. No weights at hand bear it, so both
  sides are made to write what people say, 3.4 tokens a second of sound, with models of random weights. With
  the full window beside it, for what padding costs.

Whisper's window is 30 s. The peer fills it with speech from all over a channel; `grade` gives each segment a
window of its own, for a segment's words may not depend on what else is in the recording: a live call cannot
wait for it. *windows* says how many each side encoded, in seconds of sound.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
from faster_whisper import BatchedInferencePipeline
from faster_whisper.vad import VadOptions, collect_chunks, get_speech_timestamps

from bench import random_whisper, widened_whisper
from bench.fixture_errors import audio
from bench.machine import here, save
from voicecoach.apps.grade import grade_file, new_grader
from voicecoach.apps.settings import GradeSettings
from voicecoach.audio import Samples
from voicecoach.devices.batches import Decoder, converse
from voicecoach.devices.documents import read_rubric
from voicecoach.devices.finals import Conversation, Window, most_tokens
from voicecoach.devices.machine import Placement
from voicecoach.devices.media import probe, read_blocks
from voicecoach.devices.models import ResolvedModel, resolve
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.devices.whisper import Speller, WindowedWhisper
from voicecoach.devices.window import AudioWindow, window_frames
from voicecoach.ports import Recognizer
from voicecoach.speech import Word
from voicecoach.timeline import RATE, Span, samples

CALLS = ("good", "good_flite", "rushed", "interrupting", "bad")
REAL = Path(__file__).parent.parent.parent / "shared" / "data" / "spokenwoz_calls"
"""Real two-channel calls, where they are at hand: their segments are shorter."""

PROCESSOR = Placement("cpu", "int8")
BATCH = 8
"""The pipeline's own default."""

TOKENS_PER_S = 3.4
"""A turn of 5 s holds about 17 tokens."""

CHUNK_S = 30


@dataclass(frozen=True)
class Row:
    """Medians for one model, window and set of calls."""

    model: str
    window: str
    calls: str
    audio_s: float
    segments: int
    segment_s: float
    windows_s: float
    peer_windows_s: float
    grade_s: float
    listening_s: float
    peer_s: float
    ratio: float


@dataclass(frozen=True)
class Calls:
    """Recordings to grade."""

    name: str
    paths: tuple[Path, ...]
    told: bool
    """Both sides write as many tokens as they are told."""


class ToldRecognizer:
    """A recognizer that writes `TOKENS_PER_S` about everything, in one pass, as a sure model would."""

    def __init__(self, model: ResolvedModel, window: AudioWindow) -> None:
        whole = FasterWhisperRecognizer(model, PROCESSOR, window)
        self.info = whole.info
        self._window = window
        self._model = WindowedWhisper(str(model.folder), device="cpu", compute_type="int8", cpu_threads=1)
        self._speller = Speller(self._model, "en")
        self._speller.suppressed += (self._speller.tokens.eot,)
        self._decoder = Decoder(self._model, self._speller, beam_size=5)

    def recognize_all(self, pieces: Sequence[Samples], language: str) -> list[tuple[Word, ...]]:
        """Words that mean nothing; pieces that would share a batch get as many as their mean piece holds."""
        del language
        lengths_s = defaultdict(list)
        for piece in pieces:
            lengths_s[self._kind(piece)].append(len(piece) / RATE)
        tokens = {kind: 2 + round(TOKENS_PER_S * statistics.mean(its)) for kind, its in lengths_s.items()}
        return converse([self._words(piece, tokens[self._kind(piece)]) for piece in pieces], self._decoder)

    def _kind(self, piece: Samples) -> tuple[int, int]:
        return window_frames(len(piece), self._window), most_tokens(len(piece), 8)

    def _words(self, piece: Samples, tokens: int) -> Conversation:
        features = self._model.features(piece)
        written = yield Window(features, window_frames(len(piece), self._window), tokens, 1.0)
        said = self._model.divided(written, self._speller, 0, features.shape[1], 0.0)
        words = [word for text in said.texts for word in text["words"] if word["word"].strip()]
        spans = [Span(samples(float(word["start"])), samples(float(word["end"])) + 1) for word in words]
        return tuple(Word(word["word"], span, 1.0) for word, span in zip(words, spans, strict=True))


class Peer:
    """faster-whisper's batched pipeline."""

    def __init__(self, model: ResolvedModel, calls: Calls) -> None:
        self._model = WindowedWhisper(str(model.folder), device="cpu", compute_type="int8", cpu_threads=1)
        self._pipeline = BatchedInferencePipeline(self._model)
        speller = Speller(self._model, "en")
        self._prompt = len(speller.prompt(timestamps=False))
        self._stop = speller.tokens.eot
        self._chunks_s = {path: [chunks_s(channel) for channel in channels(path)] for path in calls.paths}
        self._told = calls.told
        self.windows_s = CHUNK_S * sum(len(its) for each in self._chunks_s.values() for its in each)
        """Sound that is encoded, silence after it included."""

    def transcribe(self, path: Path) -> int:
        """Words found in all channels."""
        found = 0
        for channel, lengths_s in zip(channels(path), self._chunks_s[path], strict=True):
            segments, _ = self._pipeline.transcribe(
                channel,
                language="en",
                beam_size=5,
                temperature=0.0,
                word_timestamps=True,
                batch_size=BATCH,
                **(self._length(lengths_s) if self._told else {}),
            )
            found += sum(len(segment.words) for segment in segments)
        return found

    def _length(self, lengths_s: Sequence[float]) -> dict[str, object]:
        """As many tokens for each chunk as the mean chunk holds."""
        tokens = round(TOKENS_PER_S * statistics.mean(lengths_s))
        # CTranslate2 writes half of what it is told.
        return {"max_new_tokens": 2 * tokens - self._prompt, "suppress_tokens": [-1, self._stop]}


def channels(path: Path) -> Iterator[Samples]:
    """The tracks of a recording, 16 kHz."""
    yield from (np.ascontiguousarray(track) for track in np.concatenate(list(read_blocks(path)), axis=1))


def chunks_s(channel: Samples) -> list[float]:
    """Lengths of the chunks that the pipeline makes of a channel."""
    options = VadOptions(max_speech_duration_s=CHUNK_S, min_silence_duration_ms=160)
    pieces, _ = collect_chunks(channel, get_speech_timestamps(channel, options), max_duration=CHUNK_S)
    return [len(piece) / RATE for piece in pieces]


class Counting:
    """Hands questions on, and keeps how long each piece was."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.info = recognizer.info
        self.lengths: list[int] = []
        self._recognizer = recognizer

    def recognize_all(self, pieces: Sequence[Samples], language: str) -> list[tuple[Word, ...]]:
        """What the recognizer says."""
        self.lengths += [len(piece) for piece in pieces]
        return self._recognizer.recognize_all(pieces, language)


def measure(name: str, model: ResolvedModel, window: AudioWindow, calls: Calls, repeat: int) -> Row:
    """Grade and transcribe all calls in turns."""
    kind = ToldRecognizer if calls.told else partial(FasterWhisperRecognizer, placement=PROCESSOR)
    counting = Counting(kind(model, window=window))
    grade = grader(counting)
    listen = grader(None)
    peer = Peer(model, calls)
    for path in calls.paths[:1]:
        grade(path), peer.transcribe(path)  # the first is slow
    rounds = []
    for _ in range(repeat):
        counting.lengths.clear()
        rounds.append([cost_s(work, calls.paths) for work in (grade, listen, peer.transcribe)])
    grade_s, listening_s, peer_s = np.median(np.array(rounds), axis=0).tolist()
    lengths = counting.lengths
    return Row(
        model=name,
        window=str(window),
        calls=calls.name,
        audio_s=sum(probe(path).duration_s for path in calls.paths),
        segments=len(lengths),
        segment_s=statistics.median(lengths) / RATE,
        windows_s=sum(window_frames(count, window) for count in lengths) / 100,
        peer_windows_s=peer.windows_s,
        grade_s=grade_s,
        listening_s=listening_s,
        peer_s=peer_s,
        ratio=peer_s / grade_s,
    )


def grader(recognizer: Recognizer | None) -> Callable[[Path], object]:
    """Grades a two-channel recording whose first channel is the trainee's."""
    settings = GradeSettings("en", trainee_channel=0)
    return partial(grade_file, grader=new_grader(recognizer, read_rubric("default"), None, settings))


def cost_s(work: Callable[[Path], object], paths: Sequence[Path]) -> float:
    """Processor time, of all threads."""
    start_s = time.process_time()
    for path in paths:
        work(path)
    return time.process_time() - start_s


HEAD = (
    "model",
    "window",
    "calls",
    "audio",
    "segments",
    "windows, peer's",
    "grade (listening)",
    "peer",
    "ratio",
)


def table(rows: Sequence[Row]) -> str:
    lines = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    lines += [
        f"| {r.model} | {r.window} | {r.calls} | {r.audio_s:.0f} s | {r.segments} ({r.segment_s:.1f} s) "
        f"| {r.windows_s:.0f}, {r.peer_windows_s:.0f} s | {r.grade_s:.1f} ({r.listening_s:.1f}) s "
        f"| {r.peer_s:.1f} s | {r.ratio:.2f} |"
        for r in rows
    ]
    return "\n".join(lines)


def measure_all(sizes: Sequence[str], repeat: int, *, short: bool) -> Iterator[Row]:
    """A row for each size, window and set of calls."""
    fixtures = tuple(audio(name, "16k.flac") for name in (CALLS[:2] if short else CALLS))
    real = tuple(sorted(REAL.glob("*.flac")))[: 1 if short else None]
    spoken = Calls("fixtures", fixtures, told=False)
    told = [Calls("fixtures", fixtures, told=True)] + ([Calls("real", real, told=True)] if real else [])
    full = AudioWindow.FULL
    for size in sizes:
        if size == "demo":
            yield measure(size, resolve(size), full, spoken, repeat)
            continue
        with tempfile.TemporaryDirectory() as folder:
            wide, random = Path(folder, "wide"), Path(folder, "random")
            widened_whisper.save(size, wide)
            yield measure(f"{size}, widened", resolve(str(wide)), full, spoken, repeat)
            random_whisper.save(size, random)
            for calls in told:
                for window in AudioWindow:
                    yield measure(f"{size}, random", resolve(str(random)), window, calls, repeat)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--models", nargs="+", choices=("demo", "tiny", "base", "small"))
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="two calls, demo and tiny, once")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures here")
    asked = parser.parse_args()
    models = asked.models or (("demo", "tiny") if asked.short else ("demo", "tiny", "base"))
    rows = list(measure_all(models, 1 if asked.short else asked.repeat, short=asked.short))
    print(f"{here()}, one thread, processor time\n\n{table(rows)}")
    save(asked.json, {"rows": [asdict(row) for row in rows]})


if __name__ == "__main__":
    main()
