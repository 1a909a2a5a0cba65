"""Makes every call of audio_fixtures/ from its written dialogue: audio, telephone audio and truth.

    python scripts/make_fixtures.py            rebuild all
    python scripts/make_fixtures.py good rushed    rebuild some
    python scripts/make_fixtures.py --check    rebuild into a temporary folder and compare the truth

Needs espeak-ng (`pip install espeakng-loader`) and flite (`apt install libflite1`).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from fixtures.dialogue import read
from fixtures.sound import mix, write
from fixtures.stage import perform
from fixtures.truth import truth

FOLDER = Path(__file__).resolve().parent.parent / "audio_fixtures"

TOLERANCE_S = 0.05
"""How far a time may be from the committed truth: espeak-ng and flite differ a little between versions."""


def make(dialogue_path: Path, out: Path) -> Path:
    """Write one call's two audio files and its truth into `out`; returns the truth's path."""
    named = read(dialogue_path)
    spoken = perform(named.dialogue)
    write(mix(named.dialogue, spoken), out / named.name)
    path = out / f"{named.name}.truth.json"
    text = json.dumps(truth(named.name, named.dialogue, spoken), indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def differences(made: Any, kept: Any, place: str = "") -> list[str]:
    """Where two truths differ by more than the tolerance."""
    if isinstance(made, float) and isinstance(kept, float):
        return [] if abs(made - kept) <= TOLERANCE_S else [f"{place}: {made} for {kept}"]
    if isinstance(made, dict) and isinstance(kept, dict) and made.keys() == kept.keys():
        return [line for key in made for line in differences(made[key], kept[key], f"{place}.{key}")]
    if isinstance(made, list) and isinstance(kept, list) and len(made) == len(kept):
        return [
            line
            for i, pair in enumerate(zip(made, kept, strict=True))
            for line in differences(*pair, f"{place}[{i}]")
        ]
    return [] if made == kept else [f"{place}: {made!r} for {kept!r}"]


def check(made: Path) -> list[str]:
    """Differences between a truth and the committed one of the same name."""
    kept = json.loads((FOLDER / made.name).read_text(encoding="utf-8"))
    return differences(json.loads(made.read_text(encoding="utf-8")), kept, made.name)


def run(names: list[str], out: Path) -> list[Path]:
    """Make the named calls (all, if none is named), each in a process of its own: see `fixtures.stage`."""
    found = sorted((FOLDER / "dialogues").glob("*.yaml"))
    chosen = [path for path in found if not names or path.stem in names]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as pool:
        return list(pool.map(make, chosen, [out] * len(chosen)))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="calls to make; all when none is named")
    parser.add_argument(
        "--check", action="store_true", help="compare with the committed truth, write nothing"
    )
    arguments = parser.parse_args()
    if not arguments.check:
        print(*run(arguments.names, FOLDER), sep="\n")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        found = [line for made in run(arguments.names, Path(folder)) for line in check(made)]
    print(*found, sep="\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
