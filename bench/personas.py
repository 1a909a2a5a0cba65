"""How calls with each caller end and what they score, by who answers: in text, without sound.

    python -m bench.personas [--persona NAME ...] [--seeds N] [--level LEVEL] [--json OUT]
    python -m bench.personas --persona NAME --show expert [--seed N]

The second form prints one call: who said what, what moved the caller, how it ended, what was scored.
Exit status 1 where an expected end is missed (`EXPECTED`).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from bench.machine import here, save
from voicecoach.conversation import Ending
from voicecoach.devices.assets import weights
from voicecoach.devices.documents import PERSONAS, read_persona, read_rubric, read_stages, shipped
from voicecoach.devices.text_rehearsal import QuickReader, TextCall, TextRehearsal, Trainee
from voicecoach.level import Level, at_level
from voicecoach.persona import Persona
from voicecoach.rubric import Rubric
from voicecoach.score.marking import mark
from voicecoach.timeline import seconds
from voicecoach.trainee_script import Character
from voicecoach.understand.reader import ActReader

GOOD = (Ending.SATISFIED, Ending.GRUDGING, Ending.ENDED_AFTER_WARNING)
"""Ends that a trainee may be content with; the last one where somebody went on with abuse after warnings."""

BAD = (Ending.CALLER_HUNG_UP, Ending.SUPERVISOR)

EXPECTED = {Character.EXPERT: (GOOD, 0.95), Character.RUDE: (BAD, 0.95), Character.SILENT: (BAD, 0.95)}
"""Who should come to which ends, in which share of calls."""


@dataclass(frozen=True, slots=True)
class Played:
    """Some calls of one character with one caller."""

    endings: Counter[Ending]
    scores: list[float]

    def share(self, ends: tuple[Ending, ...]) -> float:
        """Of calls that ended in one of these ways."""
        return sum(self.endings[end] for end in ends) / self.endings.total()

    @property
    def score(self) -> float:
        """Mean of the raw scores, in percent."""
        return fmean(self.scores)


@dataclass(frozen=True, slots=True)
class Table:
    """Everybody's calls with one caller."""

    persona: Persona
    played: dict[Character, Played]

    def misses(self) -> Iterator[str]:
        """What did not come out as it should."""
        for character, (ends, least) in EXPECTED.items():
            share = self.played[character].share(ends)
            if share < least:
                yield f"{character}: {share:.0%} end {' or '.join(ends)}, {least:.0%} should"
        scores = {who: self.played[who].score for who in (Character.EXPERT, Character.NOVICE, Character.RUDE)}
        if sorted(scores.values(), reverse=True) != list(scores.values()):
            told = ", ".join(f"{who} {score:.0f}" for who, score in scores.items())
            yield f"scores do not fall from expert over novice to rude: {told}"


def play(persona: Persona, name: str, character: Character, reader: QuickReader, seed: int) -> TextCall:
    return TextRehearsal(persona, Trainee(character, read_stages(name, character)), reader, seed).run()


def table(name: str, level: Level, rubric: Rubric, reader: QuickReader, seeds: int) -> Table:
    persona = at_level(read_persona(name), level)
    played: dict[Character, Played] = {}
    for character in Character:
        trainee = Trainee(character, read_stages(name, character))
        calls = [TextRehearsal(persona, trainee, reader, seed).run() for seed in range(seeds)]
        scores = [mark(call.call, rubric, persona).raw_percent or 0.0 for call in calls]
        played[character] = Played(Counter(call.ending for call in calls), scores)
    return Table(persona, played)


def row(found: Table) -> dict[str, str]:
    cells = {}
    for character, played in found.played.items():
        common = ", ".join(f"{count} {end}" for end, count in played.endings.most_common())
        cells[character.value] = f"{played.score:.0f}: {common}"
    return cells


def show(name: str, level: Level, rubric: Rubric, reader: QuickReader, who: tuple[Character, int]) -> None:
    """Print one call as people read it."""
    persona = at_level(read_persona(name), level)
    call = play(persona, name, who[0], reader, who[1])
    told = [(turn.span.start, f"{turn.speaker.value:8}{turn.text}") for turn in call.call.turns]
    told += [
        (change.at, f"        {change.anger:+5.1f} {change.cause}: {change.quote} ({change.after.anger:.0f})")
        for change in call.changes
    ]
    told += [(entry.at, f"        desk: {entry.act}") for entry in call.call.desk or ()]
    for at, text in sorted(told, key=lambda one: one[0]):
        print(f"{seconds(at):6.1f}  {text}")
    card = mark(call.call, rubric, persona)
    print(f"\n{call.ending}; raw score {card.raw_percent or 0:.0f}")
    for one in card.marks:
        print(f"  {one.points:4.1f} of {one.weight:4.1f}  {one.title}: {one.reason}")
    for failure in card.failures:
        print(f"  FAILED  {failure.title}: {failure.reason}")


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.personas",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--persona", nargs="+", metavar="NAME", default=shipped(PERSONAS))
    parser.add_argument("--level", type=Level, default=Level.MEDIUM, choices=list(Level))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--rubric", default="default")
    parser.add_argument("--show", type=Character, choices=list(Character), metavar="TRAINEE")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def main() -> int:
    asked = parsed()
    rubric, reader = read_rubric(asked.rubric), QuickReader(ActReader(weights("acts")))
    if asked.show is not None:
        for name in asked.persona:
            show(name, asked.level, rubric, reader, (asked.show, asked.seed))
        return 0
    print(here())
    began = time.monotonic()
    rows: dict[str, dict[str, str]] = {}
    missed = 0
    for name in asked.persona:
        found = table(name, asked.level, rubric, reader, asked.seeds)
        rows[name] = row(found)
        print(f"\n{name}")
        for character, cell in rows[name].items():
            print(f"  {character:14}{cell}")
        for miss in found.misses():
            missed += 1
            print(f"  MISSED  {miss}", flush=True)
    took_s = time.monotonic() - began
    calls = len(rows) * len(Character) * asked.seeds
    print(f"\n{calls} calls in {took_s:.0f} s; {missed} missed")
    save(asked.json, {"calls": calls, "took_s": took_s, "missed": missed, "by_caller": rows})
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
