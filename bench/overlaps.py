"""Overlaps, interruptions, backchannels through leakage, noise and telephone: ``python -m bench.overlaps``.

Calls are simulated from real utterances (`bench.simulated_calls`; needs ``../shared/data``), by default from
FDA and TIMIT, on which nothing was tuned. The truth is energy on each clean source (`bench.energy_vad`), so
an energy detector is flattered where nothing leaks. Events as defined in `bench.turn_events`; F1 in
percent, all calls together. Ours is the whole listening path without words; the peers are a level detector
and Silero VAD alone with its authors' thresholds.

The second table tells how the overlaps that voicecoach reports were meant by the script that made the calls.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.energy_vad import energy_runs, runs_of, source_runs
from bench.machine import save
from bench.simulated_calls import (
    CONDITIONS,
    EVALUATION,
    TUNING,
    CleanCall,
    Tracks,
    clean_call,
    spoiled,
)
from bench.turn_events import COLLAR, Counts, Runs, compare
from voicecoach.audio import AudioChunk, Layout, Samples
from voicecoach.call import Call
from voicecoach.devices.assets import weights
from voicecoach.devices.silero import SileroDetector
from voicecoach.events import CallEnded, Exchanged
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.limits import Hearing
from voicecoach.listen.track import Ears
from voicecoach.speech import OverlapKind, Speaker
from voicecoach.timeline import FRAME, Span, intersect, merge, samples

CALLS = {"fda": 2, "timit": 3, "librispeech": 4, "prompts": 3}
"""Calls of 150 s from each corpus."""

SHORT_S = 60.0
"""Length of the one call per corpus that ``--short`` listens to."""

PEOPLE = (Speaker.TRAINEE, Speaker.CALLER)

SAY_S = 0.2
"""Cues that led to less than this of speaking at once are no overlaps."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A simulated call and everybody's account of it under one condition."""

    clean: CleanCall
    truth: Runs
    call: Call
    detected: dict[str, Runs]


def heard(data: Path, calls: Iterable[tuple[str, int]], condition: str, duration_s: float) -> Iterator[Heard]:
    """Simulate calls, each given by corpus and number, and listen to them."""
    for corpus, seed in calls:
        clean = clean_call(data, corpus, seed, duration_s)
        truth = (source_runs(clean.tracks[0]), source_runs(clean.tracks[1]))
        tracks = spoiled(clean.tracks, CONDITIONS[condition], data, seed)
        call = listen(tracks)
        detected = {"voicecoach": spoken(call), "energy": energy(tracks), "Silero": silero(tracks)}
        yield Heard(clean, truth, call, detected)


def listen(tracks: Tracks) -> Call:
    """The whole listening path, without words."""
    ears = Ears(SileroDetector, weights("pitch"))
    analysis = Analysis(ears, Hearing(Layout.TWO_CHANNEL, "en", "no words wanted", keeps_fillers=False))
    analysis.push(Exchanged(*(AudioChunk(0, track) for track in tracks)))
    analysis.push(CallEnded(len(tracks[0])))
    return analysis.call()


def spoken(call: Call) -> Runs:
    """The runs of each person's turns."""
    first, second = (sorted(run for turn in call.turns_of(who) for run in turn.speech) for who in PEOPLE)
    return first, second


def energy(tracks: Tracks) -> Runs:
    """Level alone."""
    return energy_runs(tracks[0]), energy_runs(tracks[1])


def silero(tracks: Tracks) -> Runs:
    """Silero alone: 0.5 starts and 0.35 ends speech, as its authors advise."""
    return _silero_runs(tracks[0]), _silero_runs(tracks[1])


def _silero_runs(track: Samples) -> list[Span]:
    detector = SileroDetector()
    padded = np.concatenate([track, np.zeros(-len(track) % detector.block, np.float32)])
    is_voice, speaking = [], False
    for probability in detector.probabilities(padded):
        speaking = probability >= (0.35 if speaking else 0.5)
        is_voice.append(speaking)
    block = (np.arange(len(track) // FRAME) * FRAME + FRAME // 2) // detector.block
    return merge(runs_of(np.array(is_voice)[block]), samples(0.08))


def f1_row(accounts: Sequence[Heard], detector: str) -> dict[str, float]:
    """F1 of each kind of event, all calls together."""
    total: dict[str, Counts] = {}
    for one in accounts:
        for kind, counts in compare(one.truth, one.detected[detector]).items():
            total[kind] = total.get(kind, Counts()) + counts
    return {kind: round(counts.f1, 1) for kind, counts in total.items()}


def reported(accounts: Iterable[Heard]) -> dict[str, dict[str, int]]:
    """For each kind of overlap that the script meant, how often voicecoach reported which kind."""
    table = {kind: Counter[str]() for kind in OverlapKind}
    for one in accounts:
        for cue in one.clean.cues:
            if _overlaps(one.truth, cue.speaker, cue.start):
                table[cue.kind][_kind_at(one.call, PEOPLE[cue.speaker], cue.start)] += 1
    columns = [*OverlapKind, "nothing"]
    return {f"meant as {kind}": {c: row[c] for c in columns} for kind, row in table.items() if row}


def _overlaps(truth: Runs, who: int, at: int) -> bool:
    """Whether what `who` began to say at this time was said while the other spoke."""
    mine = [run for run in truth[who] if abs(run.start - at) <= COLLAR]
    together = intersect(mine, truth[1 - who])
    return sum(span.duration for span in together) >= samples(SAY_S)


def _kind_at(call: Call, who: Speaker, at: int) -> str:
    near = [o for o in call.overlaps if o.by is who and abs(o.span.start - at) <= COLLAR]
    return min(near, key=lambda o: abs(o.span.start - at)).kind if near else "nothing"


def main() -> None:
    asked = _parsed()
    calls = [(c, seed) for c in asked.corpus for seed in range(1 if asked.short else asked.calls or CALLS[c])]
    duration_s = SHORT_S if asked.short else 150.0
    rows: list[dict[str, object]] = []
    kinds: dict[str, dict[str, dict[str, int]]] = {}
    for condition in CONDITIONS:
        accounts = list(heard(asked.data, calls, condition, duration_s))
        rows.extend(
            {"condition": condition, "detector": detector} | f1_row(accounts, detector)
            for detector in accounts[0].detected
        )
        kinds[condition] = reported(accounts)
        truths = [one.truth for one in accounts]
    there = {kind: sum(compare(t, t)[kind].true for t in truths) for kind in ("interruption", "backchannel")}
    facts = {
        "calls": len(calls),
        "seconds_each": duration_s,
        **{f"{kind}s_there": count for kind, count in there.items()},
    }
    _show(f"F1 in percent; {len(calls)} calls of {duration_s:.0f} s, {there}", rows)
    chosen = {name: kinds[name] for name in ("no leakage", "-30 dB")}
    for name, table in chosen.items():
        _show(f"Reported kinds of overlap, {name}", [{"": kind, **row} for kind, row in table.items()])
    save(asked.json, {"what": facts, "f1_percent": rows, "reported_kinds": chosen})


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="where the recordings are")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--short", action="store_true", help=f"one call of {SHORT_S:.0f} s from each corpus")
    parser.add_argument("--calls", type=int, help="calls from each corpus (default: 2 FDA, 3 TIMIT)")
    parser.add_argument(
        "--corpus", nargs="+", choices=[*EVALUATION, *TUNING], default=EVALUATION, help="whose voices"
    )
    return parser.parse_args()


def _show(title: str, rows: Sequence[dict[str, object]]) -> None:
    table = Table(title=title, title_justify="left")
    for column in rows[0] if rows else ():
        table.add_column(column, justify="left" if isinstance(rows[0][column], str) else "right")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
