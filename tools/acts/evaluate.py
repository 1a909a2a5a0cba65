"""Prints how well the acts are found: ``python -m tools.acts.evaluate [folder ...] [--confusions]``.

Reads the shipped model and held-out sentences (tab-separated: speaker, acts, sentence), as they are and
as a recognizer might have written them. Without a folder it takes ``tests/acts_heldout`` and
``tests/acts_heldout_blind``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from tools.acts.judging import Figures, Labelled, confusions, judge_found, macro_f1
from tools.acts.noise import drawing, noisy
from voicecoach.acts import ActKind
from voicecoach.devices.assets import weights
from voicecoach.speech import Speaker
from voicecoach.understand.reader import ActReader

_TESTS = Path(__file__).parents[2] / "tests"
HELD_OUT = _TESTS / "acts_heldout"
BLIND = _TESTS / "acts_heldout_blind"
"""A second set, of broader phrasing, that nothing was chosen by."""
NOISE_SEED = 4
MOST_CONFUSIONS = 40
FEWEST = 5
"""An act that occurs less often has no F1 worth averaging."""


def held_out(folder: Path = HELD_OUT) -> list[Labelled]:
    """The held-out sentences in order of file and line; empty where there are none."""
    return [
        _labelled(line)
        for path in sorted(folder.glob("*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def _labelled(line: str) -> Labelled:
    speaker, acts, text = line.split("\t")
    return Labelled(text, frozenset(ActKind(act) for act in acts.split() if act != "-"), Speaker(speaker))


def as_recognized(labelled: Sequence[Labelled], seed: int = NOISE_SEED) -> list[Labelled]:
    """The same sentences with a recognizer's mistakes, by a seeded draw."""
    draw = drawing(seed)
    return [Labelled(noisy(one.text, draw), one.acts, one.speaker) for one in labelled]


def table(clean: Sequence[Figures], noised: Sequence[Figures]) -> str:
    """Figures of every act as a Markdown table, the acts in their own order."""
    rows = ["| Act | Sentences | Precision | Recall | F1 | F1, noised |", "|---|---|---|---|---|---|"]
    rows += [
        f"| `{a.kind}` | {a.true} | {a.precision:.2f} | {a.recall:.2f} | {a.f1:.2f} | {b.f1:.2f} |"
        for a, b in zip(clean, noised, strict=True)
    ]
    rows.append(
        f"| **macro** | | | | **{macro_f1(clean, FEWEST):.3f}** | **{macro_f1(noised, FEWEST):.3f}** |"
    )
    return "\n".join(rows)


def report(folder: Path, reader: ActReader, *, confused: bool) -> str:
    """A set's table, and on demand its commonest confusions."""
    clean = held_out(folder)
    read = [
        [frozenset(reader.acts_in(one.text, one.speaker)) for one in sentences]
        for sentences in (clean, as_recognized(clean))
    ]
    lines = [f"{folder.name}: {len(clean)} held-out sentences"]
    lines.append(table(*(judge_found(clean, found) for found in read)))
    if confused:
        pairs = confusions(clean, read[0])[:MOST_CONFUSIONS]
        lines += [f"{count:4d}  {missed} -> {wrong}" for count, missed, wrong in pairs]
    return "\n".join(lines)


def main() -> None:
    """Print each set's table, and on demand the commonest confusions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="sets of sentences; both by default")
    parser.add_argument("--confusions", action="store_true", help="print which acts are taken for which")
    options = parser.parse_args()
    reader = ActReader(weights("acts"))
    for folder in options.folders or (HELD_OUT, BLIND):
        print(report(folder, reader, confused=options.confusions), end="\n\n")


if __name__ == "__main__":
    main()
