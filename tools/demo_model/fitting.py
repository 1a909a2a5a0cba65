"""Trains the network for a number of minutes, on a processor or a CUDA device; resumes where it was stopped.

The loss is that of the next token, plus the two teachers': the phone at each position, and for the alignment
heads how little of their attention rests where a token is heard.
Matrices are fitted by Muon, the rest by AdamW.

On a processor each core works on its own part of a batch: at these sizes that is half as fast again as all of
them on one product after the other.
"""

from __future__ import annotations

import copy
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tools.demo_model.batches import UNHEARD, Batch, batch_of
from tools.demo_model.checkpoint import Checkpoint
from tools.demo_model.network import Whisper
from tools.demo_model.schedule import Phase, phase_at, windows_a_batch
from tools.demo_model.targets import IGNORED
from tools.demo_model.windows import Composer
from voicecoach.devices.machine import read_machine

SEED = 20_26
SAVED_EVERY_S = 150
TOLD_EVERY = 20
WARM_UP = 20
"""Steps in which the rate of learning rises, also after a resumption: Adam's averages need some."""

LARGEST_GRADIENT = 1.0
AHEAD = 4
"""Batches that are made while the network works."""


@dataclass(frozen=True, slots=True)
class Training:
    """How long, on what, and by which plan."""

    minutes: float
    device: str
    phases: Sequence[Phase]
    path: Path
    """Of the checkpoint, which is written now and then and at the end."""


class Fitter:
    """One training.

    Parameters
    ----------
    network : goes on from its present weights.
    checkpoint : where the training stands; its network is replaced at each writing.
    composer : makes the windows.
    """

    def __init__(
        self, network: Whisper, checkpoint: Checkpoint, composer: Composer, training: Training
    ) -> None:
        self._network = network.to(training.device).train()
        cores = read_machine("cpu").cores if training.device == "cpu" else 1
        self._twins = [self._network, *(twin_of(self._network) for _ in range(cores - 1))]
        self._cores = ThreadPoolExecutor(cores, initializer=torch.set_num_threads, initargs=(1,))
        self._checkpoint = checkpoint
        self._composer = composer
        self._training = training
        self._filler = checkpoint.spelling().end
        self._optimizers = _optimizers(network)
        for optimizer, state in zip(self._optimizers, checkpoint.optimizers, strict=False):
            optimizer.load_state_dict(state)
        self._first_step = checkpoint.step
        self._began = time.monotonic() - checkpoint.spent_s
        self._batches: queue.Queue[Batch] = queue.Queue(AHEAD)

    def run(self) -> None:
        """Train until the time is over."""
        threading.Thread(target=self._make_batches, daemon=True).start()
        told, written_at = dict[str, list[float]](), time.monotonic()
        while (done := self._done()) < 1:
            number, into = phase_at(self._training.phases, done)
            self._enter(number)
            phase = self._training.phases[number]
            for name, value in self._step(phase, into, self._batches.get()).items():
                told.setdefault(name, []).append(value)
            if self._checkpoint.step % TOLD_EVERY == 0:
                self._tell(told)
                told = {}
            if time.monotonic() - written_at > SAVED_EVERY_S:
                self._write()
                written_at = time.monotonic()
        self._write()

    def _done(self) -> float:
        return (time.monotonic() - self._began) / (60 * self._training.minutes)

    def _enter(self, phase: int) -> None:
        if phase > self._checkpoint.phase:
            self._network.sharpen(self._training.phases[phase].sharpening)
            self._checkpoint.phase = phase

    def _make_batches(self) -> None:
        step = self._first_step
        while True:
            rng = np.random.default_rng([SEED, step])
            phase = self._training.phases[phase_at(self._training.phases, min(self._done(), 0.999))[0]]
            layout = phase.layout(rng)
            windows = [self._composer.window(layout, rng) for _ in range(windows_a_batch(layout))]
            self._batches.put(batch_of(windows, self._filler))
            step += 1

    def _step(self, phase: Phase, into: float, batch: Batch) -> dict[str, float]:
        warmth = min(1.0, (self._checkpoint.step - self._first_step + 1) / WARM_UP)
        for optimizer in self._optimizers:
            for group in optimizer.param_groups:
                group["lr"] = phase.rate(into) * warmth
        losses = self._learn_from(batch, phase)
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), LARGEST_GRADIENT)
        for optimizer in self._optimizers:
            optimizer.step()
        self._checkpoint.step += 1
        return losses

    def _learn_from(self, batch: Batch, phase: Phase) -> Mapping[str, float]:
        """Losses, each a mean over the windows; the network has their gradients."""
        for twin in self._twins:
            twin.zero_grad(set_to_none=True)
        parts = batch.parts(len(self._twins))
        shares = [len(part.given) / len(batch.given) for part in parts]
        those = list(self._cores.map(self._learn_a_part, self._twins, parts, shares, [phase] * len(parts)))
        for twin in self._twins[1 : len(parts)]:
            for mine, theirs in zip(self._network.parameters(), twin.parameters(), strict=True):
                mine.grad = theirs.grad if mine.grad is None else mine.grad.add_(theirs.grad)
        return {name: sum(losses[name] for losses in those) for name in those[0]}

    def _learn_a_part(self, twin: Whisper, part: Batch, share: float, phase: Phase) -> dict[str, float]:
        losses = self._losses(twin, part)
        total = losses["text"] + phase.phone_weight * losses["phones"] + phase.guide_weight * losses["guide"]
        (share * total).backward()
        return {name: share * loss.item() for name, loss in losses.items()}

    def _losses(self, network: Whisper, batch: Batch) -> Mapping[str, Tensor]:
        features, offsets, labels, given, wanted, heard = (
            torch.from_numpy(array).to(self._training.device)
            for array in (
                *(batch.features, batch.offsets, batch.labels),
                *(batch.given, batch.wanted, batch.heard),
            )
        )
        asked = wanted != IGNORED
        with torch.autocast(self._training.device, torch.bfloat16):
            encoded = network.encode(features, offsets)
            states, aligned = network.decode(given, encoded)
            logits = network.logits(states[asked])
            phones = network.phone_head(encoded)
        return {
            "text": functional.cross_entropy(logits.float(), wanted[asked]),
            "phones": functional.cross_entropy(phones.float().flatten(0, 1), labels.flatten()),
            "guide": sum((guide_loss(scores, heard) for scores in aligned), torch.zeros(())),
        }

    def _tell(self, told: Mapping[str, Sequence[float]]) -> None:
        means = "  ".join(f"{name} {sum(values) / len(values):.3f}" for name, values in told.items())
        minutes = (time.monotonic() - self._began) / 60
        print(f"{minutes:5.1f} min  step {self._checkpoint.step}  {means}", flush=True)

    def _write(self) -> None:
        self._checkpoint.network = {name: one.cpu() for name, one in self._network.state_dict().items()}
        self._checkpoint.optimizers = [optimizer.state_dict() for optimizer in self._optimizers]
        self._checkpoint.spent_s = time.monotonic() - self._began
        self._checkpoint.write(self._training.path)


def guide_loss(scores: Tensor, heard: Tensor) -> Tensor:
    """Mean negative log of the attention at the positions where a token is heard.

    Parameters
    ----------
    scores : before softmax, (B, L, T).
    heard : first position and the one after the last, (B, L, 2); `UNHEARD`: nothing is asked of the token.
    """
    known = heard[..., 0] != UNHEARD
    first, end = heard[known].unbind(-1)
    logs = functional.pad(torch.log_softmax(scores[known], -1).cumsum(-1), (1, 0))
    within = logs.gather(1, end[:, None]) - logs.gather(1, first[:, None])
    return -(within[:, 0] / (end - first)).sum() / max(1, len(first))


def twin_of(network: Whisper) -> Whisper:
    """The same weights in the same memory, with gradients of its own."""
    twin = copy.deepcopy(network)
    for own, shared in zip(twin.parameters(), network.parameters(), strict=True):
        own.data = shared.data
    return twin


def _optimizers(network: Whisper) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside, AdamW for what is looked up, added or scaled."""
    outside = ("embedding", "text_positions", "phone_head")
    matrices, others = list[nn.Parameter](), list[nn.Parameter]()
    for name, one in network.named_parameters():
        is_inside = one.ndim == 2 and not name.startswith(outside)
        (matrices if is_inside else others).append(one)
    return [
        torch.optim.Muon(matrices, weight_decay=0.01, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, betas=(0.9, 0.98), weight_decay=0.0),
    ]
