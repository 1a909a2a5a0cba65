"""What the adaptive audio window saves: one segment recognized with each window, side by side.

    python -m bench.window [--sizes tiny base small] [--repeat 7] [--json OUT]

Models of the true shape with random weights (`bench/random_whisper.py`, int8): they cost what the real ones
cost. Each is given as many tokens to write as people say in that time, 3.4 a second, at both windows. A run
is features, encoding, beam search of 5 and word alignment, one thread; the windows take turns, and the
medians are shown. Accuracy is another matter: ``voicecoach doctor``.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from faster_whisper.tokenizer import Tokenizer

from bench import random_whisper
from bench.machine import here, save
from voicecoach.devices.whisper import WindowedWhisper
from voicecoach.devices.window import AudioWindow, window_frames
from voicecoach.timeline import RATE

SEGMENTS_S = (3, 5, 8, 12, 20)
TOKENS_PER_S = 3.4
"""A turn of 5 s holds about 17 tokens."""


@dataclass(frozen=True)
class Measured:
    """Medians for one model and length of segment, in milliseconds."""

    size: str
    segment_s: int
    window_s: int
    encode_full_ms: float
    encode_adaptive_ms: float
    all_full_ms: float
    all_adaptive_ms: float

    @property
    def ratio(self) -> float:
        return self.all_full_ms / self.all_adaptive_ms


class Segment:
    """Noise of a given length, and what a model has to write about it."""

    def __init__(self, model: WindowedWhisper, segment_s: int) -> None:
        self._model = model
        self._sound = np.random.default_rng(1).normal(0, 0.1, segment_s * RATE).astype(np.float32)
        self._tokenizer = Tokenizer(model.hf_tokenizer, True, task="transcribe", language="en")
        self._tokens = round(TOKENS_PER_S * segment_s)

    def recognize_ms(self, window: AudioWindow) -> tuple[float, float]:
        """Time of encoding (features included), and of all."""
        model, tokenizer = self._model, self._tokenizer
        start_s = time.perf_counter()
        features = model.features(self._sound)
        encoded = model.encoded([features], window_frames(len(self._sound), window))
        encoded_s = time.perf_counter()
        prompt = list(tokenizer.sot_sequence)
        written = model.model.generate(
            encoded,
            [prompt],
            beam_size=5,
            max_length=2 * (len(prompt) + self._tokens),  # CTranslate2 writes half of it
            suppress_tokens=[tokenizer.eot],  # so that it stops at no other place
        )
        text = [token for token in written[0].sequences_ids[0] if token < tokenizer.eot]
        model.find_alignment(tokenizer, [text], encoded, features.shape[1])
        return 1000 * (encoded_s - start_s), 1000 * (time.perf_counter() - start_s)


def measure(model: WindowedWhisper, size: str, segment_s: int, repeat: int) -> Measured:
    segment = Segment(model, segment_s)
    for window in AudioWindow:
        segment.recognize_ms(window)  # the first is slow
    rounds = [[segment.recognize_ms(window) for window in AudioWindow] for _ in range(repeat)]
    medians = np.median(np.array(rounds), axis=0)
    window_s = window_frames(segment_s * RATE, AudioWindow.ADAPTIVE) // 100
    (encode_full, all_full), (encode_adaptive, all_adaptive) = medians.tolist()
    return Measured(size, segment_s, window_s, encode_full, encode_adaptive, all_full, all_adaptive)


def table(results: Sequence[Measured]) -> str:
    lines = [
        "| model | segment | window | encode full | encode adaptive | all full | all adaptive | ratio |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.size} | {r.segment_s} s | {r.window_s} s "
        f"| {r.encode_full_ms:.0f} ms | {r.encode_adaptive_ms:.0f} ms "
        f"| {r.all_full_ms:.0f} ms | {r.all_adaptive_ms:.0f} ms | {r.ratio:.1f} |"
        for r in results
    ]
    return "\n".join(lines)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", nargs="+", default=["tiny", "base", "small"])
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def main() -> None:
    asked = parsed()
    where = f"{asked.device}, one thread, medians of {asked.repeat}. {here()}"
    results = []
    for size in asked.sizes:
        with tempfile.TemporaryDirectory() as folder:
            random_whisper.save(size, Path(folder))
            compute_type = "int8" if asked.device == "cpu" else "float16"
            model = WindowedWhisper(folder, device=asked.device, compute_type=compute_type, cpu_threads=1)
            results += [measure(model, size, segment_s, asked.repeat) for segment_s in SEGMENTS_S]
    print(f"{where}\n\n{table(results)}")
    save(asked.json, {"where": where, "results": [asdict(r) | {"ratio": r.ratio} for r in results]})


if __name__ == "__main__":
    main()
