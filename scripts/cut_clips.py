"""Cut fixture calls into clips for ``voicecoach doctor``: a mono WAV and a text for each turn.

    python scripts/cut_clips.py                    # the clips that ship with the package
    python scripts/cut_clips.py FOLDER CALL ...    # others: voicecoach doctor --clips FOLDER
    python scripts/cut_clips.py FOLDER             # ... of all calls

A clip is a turn with the silence that the listening path sends along: 0.5 s before, 0.2 s after. Those of the
package hold no numbers, for whether Whisper writes "four" or "4" says nothing about a window.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).parent.parent
CALLS = ROOT / "audio_fixtures"
PACKAGE = ROOT / "voicecoach/clips"

SHIPPED = ("good", "good_flite")
"""One call of each synthesizer."""

NUMBERS = frozenset(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])

BEFORE_S, AFTER_S = 0.5, 0.2
"""As `voicecoach.listen.segment.SegmentSettings`."""


def cut(call: str, folder: Path, *, numbers: bool) -> None:
    """Write the turns of a call into `folder`."""
    truth = json.loads((CALLS / f"{call}.truth.json").read_text("utf-8"))
    sound, rate_hz = soundfile.read(CALLS / f"{call}.8k-mulaw.wav", dtype="int16")
    for number, turn in enumerate(truth["turns"], 1):
        if not numbers and NUMBERS & set(turn["text"].lower().split()):
            continue
        words = words_of(truth, turn)
        start = max(0, round((turn["start_s"] - BEFORE_S) * rate_hz))
        end = round((turn["end_s"] + AFTER_S) * rate_hz)
        track = np.ascontiguousarray(sound[start:end, 0 if turn["speaker"] == "trainee" else 1])
        soundfile.write(folder / f"{call}-{number:02}.wav", track, rate_hz, subtype="ULAW")
        (folder / f"{call}-{number:02}.txt").write_text(" ".join(words) + "\n", encoding="utf-8")


def words_of(truth: dict, turn: dict) -> list[str]:
    """What is heard of a turn (it may have been broken off)."""
    mine = (word for word in truth["words"] if word["speaker"] == turn["speaker"])
    return [w["text"] for w in mine if turn["start_s"] <= (w["start_s"] + w["end_s"]) / 2 < turn["end_s"]]


def main() -> None:
    """Cut what the command line names."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE
    every = sorted(path.name.removesuffix(".truth.json") for path in CALLS.glob("*.truth.json"))
    calls = SHIPPED if folder == PACKAGE else sys.argv[2:] or every
    folder.mkdir(parents=True, exist_ok=True)
    for call in calls:
        cut(call, folder, numbers=folder != PACKAGE)


if __name__ == "__main__":
    main()
