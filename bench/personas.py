"""How calls with each caller end and what they score, by who answers: in text, without sound.

    python -m bench.personas [--persona NAME ...] [--seeds N] [--level LEVEL] [--json OUT]

Exit status 1 where an expected end is missed (`persona_trial.EXPECTED`). One call to read:
``voicecoach personas try NAME``.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bench.machine import here, save
from voicecoach.apps.persona_trial import misses, open_trial, played
from voicecoach.devices.documents import PERSONAS, shipped
from voicecoach.level import Level


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
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def main() -> int:
    asked = parsed()
    print(here())
    began = time.monotonic()
    rows: dict[str, dict[str, str]] = {}
    missed: list[str] = []
    for name in asked.persona:
        found = played(open_trial(name, asked.level, asked.rubric), asked.seeds)
        rows[name] = {character.value: some.text for character, some in found.items()}
        print(f"\n{name}")
        for character, cell in rows[name].items():
            print(f"  {character:14}{cell}")
        for miss in misses(found):
            missed.append(f"{name}, {miss}")
            print(f"  MISSED  {miss}", flush=True)
    took_s = time.monotonic() - began
    calls = sum(map(len, rows.values())) * asked.seeds
    print(f"\n{calls} calls in {took_s:.0f} s; {len(missed)} missed")
    save(asked.json, {"calls": calls, "took_s": round(took_s), "missed": missed, "by_caller": rows})
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
