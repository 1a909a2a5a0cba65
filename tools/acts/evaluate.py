"""Prints how well the acts are found: ``python -m tools.acts.evaluate [--confusions]``.

Reads the shipped model and the held-out sentences in ``tests/acts_heldout`` (tab-separated: speaker,
acts, sentence), as they are and as a recognizer might have written them.
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

HELD_OUT = Path(__file__).parents[2] / "tests" / "acts_heldout"
NOISE_SEED = 4
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


def main() -> None:
    """Print the table, and on demand the commonest confusions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--confusions", action="store_true", help="print which acts are taken for which")
    options = parser.parse_args()
    reader = ActReader(weights("acts"))
    clean = held_out()
    read = [
        [frozenset(reader.acts_in(one.text, one.speaker)) for one in sentences]
        for sentences in (clean, as_recognized(clean))
    ]
    print(f"{len(clean)} held-out sentences")
    print(table(*(judge_found(clean, found) for found in read)))
    if options.confusions:
        for count, missed, wrong in confusions(clean, read[0])[:40]:
            print(f"{count:4d}  {missed} -> {wrong}")


if __name__ == "__main__":
    main()
