"""Every figure that is published, measured again: ``python -m bench``.

    python -m bench [--only NAME ...] [--short] [--again] [--out FOLDER]
    python -m bench --render [--out FOLDER]

Figures, logs and tables lie in FOLDER afterwards. What lies there already is not measured again, so a run
that was interrupted goes on where it stopped. ``--render`` puts what lies there into ``docs/benchmarks.md``.
Exit status: 0 all measured, 1 some failed, 130 interrupted. Needs the machine for itself.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.page import PAGE, render
from bench.suite import Bench, Suite

BENCHES = (
    Bench("stages", "Where the time goes: stages of `grade`", ("--repeat", "1")),
    Bench("fixtures", "Fixture calls against their truth"),
    Bench("streaming", "Words while they are spoken: delay and accuracy", ("--short",)),
    Bench("endpointing", "Knowing that somebody has finished"),
    Bench("activity", "Telling speech from silence", ("--short",)),
    Bench("overlaps", "Overlaps, interruptions, backchannels", ("--short",)),
    Bench("prosody", "Pitch, loudness, pace against peers", ("--only", "speed", "--seconds", "10")),
    Bench("tension", "Signs of tension", ("--short",)),
    Bench("throughput", "Grading many calls", ("--short",)),
    Bench("window", "Short encoder windows", ("--sizes", "tiny", "--repeat", "2")),
    Bench("silence", "Words in silence and noise", ("--short",)),
    Bench("soak", "Memory over an hour of streaming", ("--short",)),
    Bench("rehearse", "A live call: replies, interruptions, pauses", ("--short",)),
    Bench("personas", "Every caller with every simulated trainee, in text", ("--seeds", "2")),
    Bench("persona_calls", "A whole call with every caller", ("--persona", "returns-desk")),
    Bench("headset_call", "A call over sound devices", ("--minutes", "0.7", "--model", "demo")),
    Bench("barge_in", "How soon an interrupted caller is silent", ()),
    Bench("echo", "The caller never hears itself", ("--short",)),
    Bench("rehearsal_soak", "Two hours of rehearsing: memory and clocks", ("--short",)),
    Bench("voices", "The caller's voices, and what a hang costs", ("--lines", "10")),
    Bench("widened_check", "The models that speed is measured with", ("--sizes", "tiny", "--repeat", "2")),
)

DEFAULT_FOLDER = Path("build/bench")

INTERRUPTED = 130
"""128 and the number of the signal, as shells report it."""


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [bench.name for bench in BENCHES]
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", choices=names, default=names, help=", ".join(names)
    )
    parser.add_argument("--short", action="store_true", help="less of everything: do they run?")
    parser.add_argument("--again", action="store_true", help="measure again what was measured already")
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, metavar="FOLDER")
    parser.add_argument("--render", action="store_true", help=f"measure nothing, write {PAGE.name}")
    return parser.parse_args()


def main() -> int:
    asked = parsed()
    benches = [bench for bench in BENCHES if bench.name in asked.only]
    suite = Suite(benches, asked.out, short=asked.short, again=asked.again)
    if asked.render:
        render(suite.results())
        return 0
    try:
        failed = suite.run(lambda line: print(line, flush=True))
    except KeyboardInterrupt:
        print(f"\nInterrupted; the same command goes on from here. Measured so far: {asked.out}")
        return INTERRUPTED
    print(f"Figures and tables: {asked.out}")
    if failed:
        print(f"Failed: {', '.join(failed)}. Each one's NAME.log says why.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
