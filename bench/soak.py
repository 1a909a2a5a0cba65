"""Whether an hour of listening costs memory: ``python -m bench.soak [--minutes 60] [--json OUT] [--short]``.

Both sides of the fixture calls, over and over, go through the live path as fast as it takes them: voice
activity, prosody, drafts, early and certain finals with the real demo model. The resident set is read each
minute of the call; growth is counted from the third, when everything has been loaded and compiled once.
What a call must keep (contours, words) is part of the growth.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from bench.fixture_errors import NAMES, audio
from bench.machine import here, save
from voicecoach.apps.live import listen_live
from voicecoach.apps.tracks import Tracks, exchanges
from voicecoach.audio import AudioChunk, Layout
from voicecoach.devices.assets import weights
from voicecoach.devices.machine import place, read_machine
from voicecoach.devices.models import resolve
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.devices.silero import SileroDetector
from voicecoach.devices.workers import InlineWorkers
from voicecoach.events import CallEnded, Exchanged
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.limits import Hearing
from voicecoach.listen.track import Ears
from voicecoach.speech import Speaker
from voicecoach.timeline import BLOCK, samples

SETTLED_MIN = 3
"""Minutes after which everything has been loaded and compiled once."""

BOTH = Tracks(Layout.TWO_CHANNEL, 0, chosen=True, why="")


def resident_mib() -> float:
    """Resident set of this process (Linux)."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise OSError("/proc/self/status does not tell VmRSS: this bench needs Linux")


def endless() -> Iterator[Exchanged]:
    """The fixture calls, one after the other, as one call that does not end."""
    at = 0
    for name in cycle(NAMES):
        for event in exchanges(audio(name, "16k.flac"), BOTH, BLOCK):
            if isinstance(event, Exchanged) and event.played is not None:
                yield Exchanged(AudioChunk(at, event.heard.samples), AudioChunk(at, event.played.samples))
                at += len(event.heard.samples)


def minutes_of(minutes: int, resident: list[float]) -> Iterator[Exchanged | CallEnded]:
    """So much of it; the resident set at each full minute goes to `resident`."""
    began = time.monotonic()
    for event in endless():
        yield event
        while event.heard.end >= samples(60.0 * (len(resident) + 1)):
            resident.append(resident_mib())
            print(
                f"{len(resident):3d} min  {resident[-1]:6.1f} MiB  after {time.monotonic() - began:.0f} s",
                flush=True,
            )
        if len(resident) >= minutes:
            yield CallEnded(event.heard.end)
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--short", action="store_true", help="8 minutes")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    minutes = 8 if asked.short else asked.minutes
    print(here())
    recognizer = FasterWhisperRecognizer(resolve("demo", offline=True), place(read_machine("cpu")))
    hearing = Hearing(Layout.TWO_CHANNEL, "en", None, keeps_fillers=True)
    analysis = Analysis(Ears(SileroDetector, weights("pitch")), hearing, live=frozenset(Speaker))
    resident: list[float] = []
    began = time.process_time()
    call = listen_live(
        minutes_of(minutes, resident), analysis, InlineWorkers(recognizer, "en"), lambda *_: None
    )
    figures = {
        "minutes": minutes,
        "resident_at_3_min_mib": round(resident[SETTLED_MIN - 1], 1),
        "resident_at_the_end_mib": round(resident[-1], 1),
        "growth_mib": round(resident[-1] - resident[SETTLED_MIN - 1], 1),
        "turns": len(call.turns),
        "processor_share": round((time.process_time() - began) / (60 * minutes), 3),
    }
    print(figures)
    save(asked.json, {"soak": figures})


if __name__ == "__main__":
    main()
