"""The steps of making the demo model, each from files to files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.demo_model.deliveries import known
from tools.demo_model.grammar import grammar
from tools.demo_model.sentences import SentenceMaker
from tools.demo_model.shards import SEED, Recorded, read_shard, write_shard
from tools.demo_model.sources import gathered
from tools.demo_model.tokens import Spelling, fitted
from tools.demo_model.writing import as_written

SENTENCES = 20_000
"""Whose pairs of bytes become tokens."""

CARD = {
    "scope": "synthetic voices",
    "languages": ["en"],
    "license": "Apache-2.0",
    "keeps_fillers": True,
    "takes_prompts": False,
    "bears_short_windows": True,
}
"""What voicecoach is told of the model (`voicecoach.devices.models`).

No prompts: with names before the sound it made more errors, not fewer (``docs/demo-model.md``).
"""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made, where, and how long it may take."""

    data: Path
    shards: int
    """Of spoken sentences; more may be added later."""
    minutes: float
    """Of training."""
    earlier: Path | None
    """A checkpoint or an exported model to go on from; its tokens and phones may be others."""
    device: str

    @property
    def spoken(self) -> Path:
        """Folder of shards."""
        return self.data / "spoken"

    @property
    def checkpoint(self) -> Path:
        """The state of the training."""
        return self.data / "checkpoint.pt"

    @property
    def model(self) -> Path:
        """The exported folder."""
        return self.data / "whisper-micro-en"

    @property
    def base_shaped(self) -> Path:
        """The same answers at the cost of the model base, for measuring live calls."""
        return self.data / "whisper-micro-en-as-base"


def gather(order: Order) -> None:
    """Collect what is said, and fit tokens to it."""
    sources = gathered()
    print(f"{len(sources.lines)} lines, {len(sources.words)} words; left out: {list(sources.left_out)}")
    if (order.data / "tokenizer.json").exists():
        return
    maker = SentenceMaker(sources, grammar(), np.random.default_rng(SEED))
    texts = (" ".join(as_written(maker.training()) or ()) for _ in range(SENTENCES))
    order.data.mkdir(parents=True, exist_ok=True)
    Spelling(fitted(texts, sources.words)).write(order.data)
    (order.data / "words.txt").write_text(" ".join(sources.words) + "\n", "utf-8")


def synthesize(order: Order) -> None:
    """Speak sentences until there are as many shards as ordered."""
    sources, manners = gathered(), known()
    for number in range(order.shards):
        print(f"spoken: {write_shard(order.spoken, number, sources, manners)}", flush=True)


def train(order: Order) -> None:
    """Train as long as ordered, from nothing, from an earlier checkpoint, or from where it was stopped."""
    import torch  # no dependency of the rest

    from tools.demo_model.checkpoint import Checkpoint, gone_on_from
    from tools.demo_model.fitting import Fitter, Training
    from tools.demo_model.network import Whisper
    from tools.demo_model.schedule import FROM_CHECKPOINT, FROM_NOTHING
    from tools.demo_model.windows import Composer

    torch.manual_seed(SEED)
    spelling = Spelling.read(order.data)
    earlier = Checkpoint.read(order.earlier) if order.earlier else None
    if order.checkpoint.exists():
        checkpoint = Checkpoint.read(order.checkpoint)
        network = checkpoint.restored()
    elif earlier:
        checkpoint = Checkpoint({}, spelling.tokenizer.to_str(), earlier.phones)
        network = gone_on_from(earlier, spelling)
    else:
        checkpoint = Checkpoint({}, spelling.tokenizer.to_str(), [])
        network = Whisper(spelling.size, spelling.first_stamp)
    composer = Composer(_recorded(order, checkpoint.phones), checkpoint.spelling())
    phases = FROM_CHECKPOINT if earlier else FROM_NOTHING
    Fitter(
        network, checkpoint, composer, Training(order.minutes, order.device, phases, order.checkpoint)
    ).run()


def export(order: Order) -> None:
    """Write the trained network as model folders."""
    from bench.widened_whisper import save as widen
    from tools.demo_model.checkpoint import Checkpoint  # torch is no dependency of the rest
    from tools.demo_model.export import write_model
    from tools.demo_model.network import ALIGNMENT_HEADS

    checkpoint = Checkpoint.read(order.checkpoint)
    weights = {name: values.float().numpy() for name, values in checkpoint.network.items()}
    words = (order.data / "words.txt").read_text("utf-8").strip()
    write_model(
        order.model,
        weights,
        checkpoint.spelling(),
        heads=checkpoint.geometry["heads"],
        alignment_heads=ALIGNMENT_HEADS,
        card={**CARD, "words": words},
    )
    widen("base", order.base_shaped, demo=order.model)
    print(f"{order.model}: {sum(part.stat().st_size for part in order.model.iterdir()) / 1e6:.1f} MB")


def evaluate(order: Order) -> None:
    """Measure the exported model; its figures go into ``figures.json`` and onto the terminal."""
    from tools.demo_model.evaluation import figures, table

    found = figures(order.model)
    (order.data / "figures.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(table(found))


def _recorded(order: Order, phones: list[str]) -> list[Recorded]:
    """All that was spoken; phones are numbered as in `phones`, and new names added to it."""
    phone_ids = {name: number for number, name in enumerate(phones, 1)}
    paths = sorted(order.spoken.glob("shard-*.npz"))
    recorded = [one for path in paths for one in read_shard(path, phone_ids)]
    phones[:] = phone_ids
    return recorded
