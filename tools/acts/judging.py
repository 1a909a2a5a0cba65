"""Precision, recall and F1 per act, and how they are printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from voicecoach.acts import CALLER_ACTS, TRAINEE_ACTS, ActKind
from voicecoach.speech import Speaker
from voicecoach.understand.classifier import KINDS


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence with its true acts and the party who said it."""

    text: str
    acts: frozenset[ActKind]
    speaker: Speaker


@dataclass(frozen=True, slots=True)
class Figures:
    """How well one act is found."""

    kind: ActKind
    hits: int
    said: int
    true: int

    @property
    def precision(self) -> float:
        """Share of what was said that is true; 0 where nothing was said."""
        return self.hits / self.said if self.said else 0.0

    @property
    def recall(self) -> float:
        """Share of what is true that was said."""
        return self.hits / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.hits / (self.said + self.true) if self.said + self.true else 0.0


Reading = Callable[[str, Speaker], Iterable[ActKind]]


def judge(labelled: Sequence[Labelled], read: Reading) -> list[Figures]:
    """Figures of each act over the sentences whose speaker can perform it."""
    found = [frozenset(read(one.text, one.speaker)) for one in labelled]
    return judge_found(labelled, found)


def judge_found(labelled: Sequence[Labelled], found: Sequence[frozenset[ActKind]]) -> list[Figures]:
    """Figures of each act from sets already read."""
    figures = []
    for kind in KINDS:
        pairs = [
            (kind in said, kind in one.acts)
            for one, said in zip(labelled, found, strict=True)
            if kind in allowed(one.speaker)
        ]
        hits = sum(said and true for said, true in pairs)
        figures.append(Figures(kind, hits, sum(said for said, _ in pairs), sum(true for _, true in pairs)))
    return figures


def allowed(speaker: Speaker) -> frozenset[ActKind]:
    """Acts that this party can perform."""
    return TRAINEE_ACTS if speaker is Speaker.TRAINEE else CALLER_ACTS


def macro_f1(figures: Sequence[Figures], fewest: int = 1) -> float:
    """Mean F1 of the acts that occur at least `fewest` times."""
    counted = [one.f1 for one in figures if one.true >= fewest]
    return sum(counted) / max(1, len(counted))


def confusions(
    labelled: Sequence[Labelled], found: Sequence[frozenset[ActKind]]
) -> list[tuple[int, str, str]]:
    """Pairs (count, missed act, act said wrongly in the same sentence), commonest first."""
    counts: dict[tuple[str, str], int] = {}
    for one, said in zip(labelled, found, strict=True):
        for missed in sorted(one.acts - said) or ["(nothing)"]:
            for wrong in sorted(said - one.acts) or ["(nothing)"]:
                counts[missed, wrong] = counts.get((missed, wrong), 0) + 1
    counts.pop(("(nothing)", "(nothing)"), None)
    return sorted(((n, *pair) for pair, n in counts.items()), key=lambda row: (-row[0], row[1:]))
