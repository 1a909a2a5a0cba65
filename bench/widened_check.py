"""Whether a widened model is what it claims to be: the demo model's words, a random model's cost.

    python -m bench.widened_check [--sizes tiny base small] [--calls 4] [--repeat 7] [--json OUT]

Words: each stretch of speech in fixture calls is recognized by the demo model and by the widened one, full
window, beam search of 5. Cost: encoding 30 s and 10 s, and writing one token (beam search of 5), beside a
model of that size with random weights (`bench/random_whisper.py`): processor time over all threads, the two
in turns, medians. All int8, one thread.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import ctranslate2
import jiwer
import numpy as np
from faster_whisper.tokenizer import Tokenizer

from bench import random_whisper, widened_whisper
from bench.figures import markdown
from bench.fixture_errors import NAMES, audio, plain
from bench.machine import here, save
from bench.stages import speech_of
from voicecoach.audio import Samples
from voicecoach.devices.machine import place, read_machine
from voicecoach.devices.models import DEMO, resolve
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.devices.whisper import WindowedWhisper
from voicecoach.devices.window import FRAMES_PER_S, FULL_FRAMES, SHORTEST_S
from voicecoach.speech import Word
from voicecoach.timeline import seconds

SIZES = ("tiny", "base", "small")

TOKENS = 20
"""Written in a timed run: a turn of 6 s."""

Row = dict[str, object]


def recognized(model: str, pieces: Sequence[Samples]) -> list[tuple[Word, ...]]:
    recognizer = FasterWhisperRecognizer(resolve(model, offline=True), place(read_machine("cpu")))
    return [recognizer.recognize(piece, "en") for piece in pieces]


def words_beside(expected: Sequence[tuple[Word, ...]], found: Sequence[tuple[Word, ...]]) -> Row:
    """How far a model's answers are from another's."""
    texts = [[plain(" ".join(word.text for word in words)) for words in each] for each in (expected, found)]
    same = [i for i, (one, other) in enumerate(zip(*texts, strict=True)) if one == other]
    starts = [(a.span.start - b.span.start) for i in same for a, b in zip(expected[i], found[i], strict=True)]
    ends = [(a.span.end - b.span.end) for i in same for a, b in zip(expected[i], found[i], strict=True)]
    off_s = np.abs([seconds(off) for off in [*starts, *ends]])
    difference = jiwer.process_words(" ".join(texts[0]), " ".join(texts[1]))
    return {
        "stretches": len(expected),
        "same_text": len(same),
        "words_other_than_the_demo's_%": 100 * difference.wer,
        "edges_within_20_ms_%": 100 * float(np.mean(off_s <= 0.0201)),
        "edges_furthest_ms": 1000 * float(off_s.max()),
    }


class Timed:
    """A loaded model, and what it is timed at."""

    def __init__(self, folder: Path) -> None:
        self._model = WindowedWhisper(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
        self._tokenizer = Tokenizer(self._model.hf_tokenizer, multilingual=False)
        self._features = np.random.default_rng(1).normal(0, 1, (80, FULL_FRAMES)).astype(np.float32)
        self._encoded = self._encode(FULL_FRAMES)

    def cost_ms(self) -> Mapping[str, float]:
        """Processor time of each, once."""
        return {
            "encode_30_s": _cost_ms(lambda: self._encode(FULL_FRAMES)),
            "encode_10_s": _cost_ms(lambda: self._encode(SHORTEST_S * FRAMES_PER_S)),
            "token": _cost_ms(self._write) / TOKENS,
        }

    def _encode(self, frames: int) -> ctranslate2.StorageView:
        return self._model.encoded([self._features], frames)

    def _write(self) -> None:
        written = self._model.model.generate(
            self._encoded,
            [[self._tokenizer.sot]],
            beam_size=5,
            max_length=2 * TOKENS,  # CTranslate2 writes half of it
            suppress_tokens=[self._tokenizer.eot],  # so that it stops at no other place
        )
        assert len(written[0].sequences_ids[0]) == TOKENS


def _cost_ms(work: Callable[[], object]) -> float:
    started_s = time.process_time()
    work()
    return 1000 * (time.process_time() - started_s)


def cost_beside(widened: Path, stranger: Path, repeat: int) -> list[Row]:
    """What each step costs in both models, taken in turns."""
    models = [Timed(widened), Timed(stranger)]
    rounds = [[model.cost_ms() for model in models] for _ in range(repeat + 1)][1:]  # the first is slow
    rows: list[Row] = []
    for step in rounds[0][0]:
        ours, theirs = (statistics.median(each[i][step] for each in rounds) for i in range(2))
        rows.append(
            {"step": step.replace("_", " "), "widened_ms": ours, "random_ms": theirs, "ratio": ours / theirs}
        )
    return rows


def check(
    size: str, pieces: Sequence[Samples], expected: Sequence[tuple[Word, ...]], repeat: int
) -> dict[str, object]:
    """Words and cost of one size."""
    with tempfile.TemporaryDirectory() as folder:
        widened, stranger = Path(folder, "widened"), Path(folder, "random")
        widened_whisper.save(size, widened)
        random_whisper.save(size, stranger)
        cost = cost_beside(widened, stranger, repeat)
        return {"words": [words_beside(expected, recognized(str(widened), pieces))], "cost": cost}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=SIZES)
    parser.add_argument("--calls", type=int, default=4, help="fixture calls to take the speech from")
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(here())
    pieces = [piece for name in NAMES[: asked.calls] for piece in speech_of(audio(name, "16k.flac"))]
    expected = recognized(DEMO, pieces)
    figures: dict[str, object] = {}
    for size in asked.sizes:
        figures[size] = check(size, pieces, expected, asked.repeat)
        print(f"\n## {size}\n\n{markdown(figures[size])}", flush=True)
    save(asked.json, figures)


if __name__ == "__main__":
    main()
