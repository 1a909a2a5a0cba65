"""The state of a training, written whole; and a network that goes on from another's state.

What goes on may have other tokens than what it goes on from: rows of the same name are kept, a new token
begins as the mean of the tokens that wrote its letters before.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from tools.demo_model.export import read_weights
from tools.demo_model.network import Geometry, Whisper
from tools.demo_model.tokens import Spelling


@dataclass(slots=True, eq=False)
class Checkpoint:
    """A network and how far its training is."""

    network: dict[str, Tensor]
    tokenizer: str
    """As the ``tokenizers`` package writes it."""
    phones: list[str]
    """Names, from label 1 on."""
    geometry: dict[str, int] = field(default_factory=lambda: asdict(Geometry()))
    optimizers: list[dict[str, Any]] = field(default_factory=list)
    step: int = 0
    phase: int = 0
    spent_s: float = 0.0

    def write(self, path: Path) -> None:
        """Replace the file at once: a training that is killed while it writes loses nothing."""
        unfinished = path.with_suffix(".unfinished")
        torch.save({name: getattr(self, name) for name in self.__slots__}, unfinished)
        unfinished.rename(path)

    @classmethod
    def read(cls, path: Path) -> Checkpoint:
        """A checkpoint of this tool, or what an exported model folder keeps of one."""
        if path.is_dir():
            return cls._of_model(path)
        return cls(**torch.load(path, map_location="cpu", weights_only=True))

    @classmethod
    def _of_model(cls, folder: Path) -> Checkpoint:
        """The head that names phones begins anew: the export leaves it out."""
        spelling = Spelling.read(folder)
        network = Whisper(spelling.size, spelling.first_stamp)
        known = {name: torch.tensor(values) for name, values in read_weights(folder).items()}
        network.load_state_dict(network.state_dict() | known)
        return cls(network.state_dict(), spelling.tokenizer.to_str(), [])

    def spelling(self) -> Spelling:
        """Its tokens."""
        return Spelling(Tokenizer.from_str(self.tokenizer))

    def restored(self) -> Whisper:
        """Its network."""
        spelling = self.spelling()
        network = Whisper(spelling.size, spelling.first_stamp, Geometry(**self.geometry))
        network.load_state_dict(self.network)
        return network


def gone_on_from(old: Checkpoint, spelling: Spelling) -> Whisper:
    """A network for these tokens with everything that `old` has learned."""
    network = Whisper(spelling.size, spelling.first_stamp, Geometry(**old.geometry))
    network.load_state_dict(old.network | {"embedding.weight": _embedded(old, spelling)})
    return network


def _embedded(old: Checkpoint, spelling: Spelling) -> Tensor:
    before, rows = old.spelling(), old.network["embedding.weight"]
    found = torch.empty(spelling.size, rows.shape[1])
    for number, token in enumerate(spelling.strings()):
        known = before.tokenizer.token_to_id(token)
        pieces = [known] if known is not None else before.pieces(spelling.tokenizer.decode([number]))
        found[number] = rows[pieces].mean(0) if pieces else rows.mean(0)
    return found
