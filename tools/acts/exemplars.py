"""Reads the exemplars: labelled sentences, one text file an act.

A file's first lines, after ``#``, define its act. Every other line is a sentence of that act:

    I'm sorry about that.
    +takes_ownership | Sorry, that was me, I'll put it right.     more acts than the file's own
    - verifies_identity | Can you read me the last four digits?   not the file's act, these instead
    - | Please never tell me your PIN.                            a contrast: no act at all

A file that bears no act's name (``other``, ``contrasts``, ``long``) has no act of its own; where its
name ends in ``_trainee`` or ``_caller``, only that party says its sentences.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from voicecoach.acts import CALLER_ACTS, TRAINEE_ACTS, ActKind

EXEMPLARS = Path(__file__).parents[2] / "voicecoach" / "understand" / "exemplars"


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One labelled sentence."""

    text: str
    acts: frozenset[ActKind]
    trainee: bool
    """Whether a trainee may have said it."""
    caller: bool
    """Whether a caller may have said it."""


def load(folder: Path = EXEMPLARS) -> list[Exemplar]:
    """All exemplars, in order of file name and line."""
    return [exemplar for path in sorted(folder.glob("*.txt")) for exemplar in _read(path)]


def definition(kind: ActKind, folder: Path = EXEMPLARS) -> str:
    """What an act is, in one line, from the head of its file."""
    head = (folder / f"{kind}.txt").read_text(encoding="utf-8").splitlines()[0]
    return head.removeprefix(f"# {kind}: ")


def digest(folder: Path = EXEMPLARS) -> bytes:
    """SHA-256 of every exemplar file's name and text."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.txt")):
        total.update(f"{path.name}\n{path.read_text(encoding='utf-8')}\n".encode())
    return total.digest()


def _read(path: Path) -> Iterator[Exemplar]:
    own = frozenset({ActKind(path.stem)} if path.stem in list(ActKind) else ())
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            text, acts = _parted(line, own)
            yield Exemplar(text, acts, *_sides(path.stem, acts or own))
        except ValueError as problem:
            raise ValueError(f"{path}:{number}: {problem}") from problem


def _parted(line: str, own: frozenset[ActKind]) -> tuple[str, frozenset[ActKind]]:
    """A line's sentence and its acts."""
    if line[0] not in "+-":
        return line.strip(), own
    labels, bar, text = line.partition("| ")
    if not bar:
        raise ValueError("labels without a bar and a sentence")
    acts = frozenset(ActKind(name) for name in labels[1:].split())
    return text.strip(), acts | own if labels.startswith("+") else acts


def _sides(stem: str, acts: frozenset[ActKind]) -> tuple[bool, bool]:
    """Whether a trainee, and whether a caller, may say a sentence with these acts."""
    trainee = acts <= TRAINEE_ACTS and not stem.endswith("_caller")
    caller = acts <= CALLER_ACTS and not stem.endswith("_trainee")
    if not (trainee or caller):
        raise ValueError(f"no one speaker performs {', '.join(sorted(acts))}")
    return trainee, caller


def clusters(texts: Sequence[str], likeness: float = 0.6) -> list[int]:
    """A group number a text: near-duplicates (shared word bigrams and words) share one.

    Single linkage over the overlap of their words and word pairs, divided by the shorter's.
    """
    grams = [_shingles(text) for text in texts]
    parent = list(range(len(texts)))
    holders: dict[str, list[int]] = {}
    for index, own in enumerate(grams):
        shared: dict[int, int] = {}
        for gram in sorted(own):
            for other in holders.setdefault(gram, []):
                shared[other] = shared.get(other, 0) + 1
            holders[gram].append(index)
        for other, count in shared.items():
            if count >= likeness * max(3, min(len(own), len(grams[other]))):
                parent[_root(parent, index)] = _root(parent, other)
    return [_root(parent, index) for index in range(len(texts))]


def _shingles(text: str) -> set[str]:
    words = "".join(c if c.isalnum() or c == "'" else " " for c in text.lower()).split()
    return {f"{a} {b}" for a, b in zip(["^", *words], [*words, "$"], strict=True)}


def _root(parent: list[int], index: int) -> int:
    while parent[index] != index:
        index = parent[index]
    return index
