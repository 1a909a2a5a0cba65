"""Sentences out of ``grammar.yaml``.

An entry's wordings may hold other entries as ``{name}``; an entry may also be a class of words that take one
another's place, such as the days of the week.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml

FILE = Path(__file__).with_name("grammar.yaml")

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """Wordings and their chances, which add up to 1."""

    wordings: tuple[str, ...]
    chances: tuple[float, ...]


class Grammar:
    """Entries by their names."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        self._entries = entries

    def expanded(self, text: str, rng: np.random.Generator) -> str:
        """`text` with a wording for every ``{name}``."""
        return _SLOT.sub(lambda slot: self.drawn(slot[1], rng), text)

    def drawn(self, name: str, rng: np.random.Generator) -> str:
        """A wording of an entry, written out."""
        entry = self._entries[name]
        return self.expanded(entry.wordings[rng.choice(len(entry.wordings), p=entry.chances)], rng)

    def knows(self, text: str) -> bool:
        """Whether there is an entry for every ``{name}`` in `text`."""
        return all(name in self._entries for name in _SLOT.findall(text))

    def members(self, name: str) -> tuple[str, ...]:
        """The wordings of an entry, as they stand."""
        return self._entries[name].wordings

    def wordings(self) -> set[str]:
        """Every wording of every entry, with nothing in the place of its ``{name}``."""
        return {_SLOT.sub(" ", wording) for entry in self._entries.values() for wording in entry.wordings}


@cache
def grammar() -> Grammar:
    """The grammar of ``grammar.yaml``."""
    read: dict[str, Sequence[str] | dict[str, float]] = yaml.safe_load(FILE.read_text("utf-8"))
    return Grammar({name: _entry(wordings) for name, wordings in read.items()})


def _entry(wordings: Sequence[str] | dict[str, float]) -> Entry:
    weights = wordings if isinstance(wordings, dict) else dict.fromkeys(wordings, 1.0)
    total = sum(weights.values())
    return Entry(tuple(weights), tuple(weight / total for weight in weights.values()))
