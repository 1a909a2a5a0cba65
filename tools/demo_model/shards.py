"""Spoken sentences on disk: in shards, each drawn from a seed of its own, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.demo_model.deliveries import Manner, drawn
from tools.demo_model.grammar import grammar
from tools.demo_model.sentences import SentenceMaker
from tools.demo_model.sources import Sources
from tools.demo_model.utterances import Times, frame_labels, frames, spoken

SEED = 20_26
UTTERANCES = 900
"""Of a shard: some 35 minutes of speech."""


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """An utterance as training needs it."""

    frames: NDArray[np.float16]
    """Log10 mel power, shape (n, 80)."""
    labels: NDArray[np.uint8]
    """The phone of each frame, numbered as in the file's list; shape (n,)."""
    words: tuple[str, ...]
    times_s: Times


def write_shard(folder: Path, number: int, sources: Sources, manners: Sequence[Manner]) -> Path:
    """Speak a shard's sentences, unless it is there already."""
    path = folder / f"shard-{number:03}.npz"
    if path.exists():
        return path
    rng = np.random.default_rng([SEED, number])
    maker = SentenceMaker(sources, grammar(), rng)
    mels, labels, index, phone_ids = [], [], [], dict[str, int]()
    while len(index) < UTTERANCES:
        utterance = spoken(maker.training(), drawn(manners, rng))
        if utterance is None:
            continue
        mel = frames(utterance.samples).astype(np.float16)
        mels.append(mel)
        labels.append(frame_labels(utterance.phones, len(mel), phone_ids))
        index.append({"words": utterance.words, "times_s": utterance.times_s, "frames": len(mel)})
    told = np.array(json.dumps({"phones": list(phone_ids), "utterances": index}))
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"unfinished-{number:03}.npz"
    np.savez(unfinished, mel=np.concatenate(mels), labels=np.concatenate(labels), told=told)
    return unfinished.rename(path)


def read_shard(path: Path, phone_ids: dict[str, int]) -> Iterator[Recorded]:
    """A shard's utterances; names of phones that `phone_ids` does not know are added to it."""
    with np.load(path) as stored:
        mel, labels, told = stored["mel"], stored["labels"], json.loads(str(stored["told"]))
    numbers = np.array([0, *(phone_ids.setdefault(name, len(phone_ids) + 1) for name in told["phones"])])
    labels = numbers.astype(np.uint8)[labels]
    at = 0
    for one in told["utterances"]:
        here = slice(at, at := at + one["frames"])
        times_s = tuple((start_s, end_s) for start_s, end_s in one["times_s"])
        yield Recorded(mel[here], labels[here], tuple(one["words"]), times_s)
