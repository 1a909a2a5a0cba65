"""False cut-offs against waiting, on real speech: ``python -m bench.endpointing``.

Needs the recordings of ``../shared/data`` (``--data``). Peers in the same run: endpointers that wait for a
fixed silence; the model by its sound alone, by its words alone, by both, and by both with words spoiled as a
recognizer spoils them. Definitions: `endpoint_sets` (what is a hold, what an end), `endpoint_policies` (what
is counted).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import isnan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.metrics import roc_auc_score

from bench import endpoint_policies as policies
from bench.endpoint_sets import Track, Truth, sets
from bench.machine import here, save
from voicecoach.listen.completeness import completeness
from voicecoach.listen.endpoint import EndpointSettings, judge

SILENCES_S = [round(0.3 + 0.05 * step, 2) for step in range(55)]

CALLS = ("SpokenWOZ calls", "AWS repair call")

_LOST, _LAST_LOST, _WRONG = 0.1, 0.2, 0.1
"""Shares of words lost, of last words lost, and of words taken for another: a weak recognizer's."""


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), help="folder with the recordings"
    )
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    every = {name: tracks for name, tracks in sets(options.data).items() if tracks}
    if not every:
        raise SystemExit(f"no recordings in {options.data}: name their folder with --data")
    console = Console(width=130)
    console.print(here())
    figures: dict[str, object] = {"sets": {name: _counts(tracks) for name, tracks in every.items()}}
    _show(console, "Pauses", figures["sets"])
    groups = {name: every[name] for name in CALLS if name in every}
    figures["cues"] = {name: _cues(tracks) for name, tracks in groups.items()}
    _show(
        console,
        "How well each cue alone tells ends from holds of 0.2 s (area under the curve)",
        figures["cues"],
    )
    if len(groups) == len(CALLS):
        groups["both calls"] = [track for name in CALLS for track in groups[name]]
    figures["rules"] = {name: _rules(tracks) for name, tracks in groups.items()}
    for name, rows in figures["rules"].items():
        _show(console, f"{name}: best setting of each rule (cut-offs in percent, waits in s)", rows)
    figures["product"] = {name: _product(tracks) for name, tracks in (every | groups).items()}
    for name, rows in figures["product"].items():
        _show(console, f"{name}: settings as shipped, and fixed silences", rows)
    figures["curves"] = {name: _curves(tracks) for name, tracks in groups.items()}
    save(options.json, figures)


def _counts(tracks: Sequence[Track]) -> dict[str, float]:
    pauses = [pause for track in tracks for pause in track]
    holds = [pause for pause in pauses if pause.truth is Truth.HOLD]
    return {
        "speakers": len(tracks),
        "ends": sum(pause.truth is Truth.END for pause in pauses),
        "holds": len(holds),
        "holds of 0.2 s": sum(pause.cues is not None for pause in holds),
        "holds of 0.5 s": sum(pause.lasts_s >= 0.5 for pause in holds),
        "neither": sum(pause.truth is Truth.NEITHER for pause in pauses),
        "with words": sum(bool(pause.words) for pause in pauses),
    }


def _cues(tracks: Sequence[Track]) -> dict[str, float | None]:
    """Area under the ROC curve of every cue, and of the models made of them; half is chance."""
    pauses = [(pause, pause.cues) for pause in policies.counted(tracks) if pause.cues is not None]
    said = [completeness(pause.words) for pause, _ in pauses]
    scores: dict[str, list[float | None]] = {
        "pitch moves": [None if c.glide_st_s is None else abs(c.glide_st_s) for _, c in pauses],
        "pitch falls": [None if c.glide_st_s is None else -c.glide_st_s for _, c in pauses],
        "level is low": [None if c.level_db is None else -c.level_db for _, c in pauses],
        "last voicing is short": [None if c.held_s is None else -c.held_s for _, c in pauses],
        "long stretch": [c.stretch_s for _, c in pauses],
        "words": list(said),
        "sound": [judge(c, None).probability for _, c in pauses],
        "sound and words": [judge(c, one).probability for (_, c), one in zip(pauses, said, strict=True)],
    }
    ends = np.array([pause.truth is Truth.END for pause, _ in pauses])
    return {name: _area(ends, values) for name, values in scores.items()}


def _area(ends: NDArray[np.bool_], values: Sequence[float | None]) -> float | None:
    known = np.array([value is not None for value in values])
    if not known.any():
        return None
    return float(roc_auc_score(ends[known], [value for value in values if value is not None]))


def _points(tracks: Sequence[Track]) -> dict[str, list[policies.Point]]:
    """All settings of all rules."""
    pauses = policies.counted(tracks)
    found = {
        "fixed silence": policies.silence_points(pauses, SILENCES_S),
        "sound": policies.rule_points(pauses, policies.by_sound),
    }
    if any(pause.words for pause in pauses):
        spoiled = policies.counted(_spoiled(tracks))
        found["words"] = policies.rule_points(pauses, policies.by_words)
        found["sound and words"] = policies.rule_points(pauses, policies.by_both)
        found["sound and spoiled words"] = policies.rule_points(spoiled, policies.by_both)
    return found


def _rules(tracks: Sequence[Track]) -> dict[str, dict[str, float | None]]:
    rows = {}
    for name, points in _points(tracks).items():
        row: dict[str, float | None] = {}
        for wait_s in (0.3, 0.6):
            share = policies.cut_off_within(points, wait_s)
            row[f"cut off within {wait_s} s"] = None if share is None else 100 * share
        for percent in (5, 8, 10):
            point = policies.waiting_at(points, percent / 100)
            row[f"mean wait at {percent} %"] = None if point is None else point.mean_wait_s
            row[f"median at {percent} %"] = None if point is None else point.median_wait_s
        rows[name] = row
    return rows


def _product(tracks: Sequence[Track]) -> dict[str, dict[str, float | None]]:
    """The endpointer as it ships, and what each of its parts does."""
    steady = EndpointSettings(longest_floor_s=EndpointSettings().complete_s)
    rows = {
        "as shipped": policies.product_point(tracks),
        "without the learned floor": policies.product_point(tracks, steady),
    }
    if any(pause.words for track in tracks for pause in track):
        rows["without words"] = policies.product_point(_worded(tracks, lambda _: ()))
        rows["words spoiled"] = policies.product_point(_spoiled(tracks))
    pauses = policies.counted(tracks)
    for silence_s in (0.5, 0.6, 0.7, 0.9, 1.0, 1.2, 1.8):
        rows[f"fixed {silence_s} s"] = policies.silence_points(pauses, [silence_s])[0]
    return {name: _percent(point) for name, point in rows.items()}


def _percent(point: policies.Point) -> dict[str, float | None]:
    found = {
        "cut off in percent": 100 * point.cut_off,
        "mean wait in s": point.mean_wait_s,
        "median wait in s": point.median_wait_s,
    }
    return {name: None if isnan(value) else value for name, value in found.items()}


def _worded(tracks: Sequence[Track], change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> list[Track]:
    return [[replace(pause, words=change(pause.words)) for pause in track] for track in tracks]


def _spoiled(tracks: Sequence[Track]) -> list[Track]:
    """Words lost and words wrong, always the same ones."""
    rng = np.random.default_rng(7)
    vocabulary = sorted({word for track in tracks for pause in track for word in pause.words})

    def spoil(words: tuple[str, ...]) -> tuple[str, ...]:
        kept = [word for word in words if rng.random() >= _LOST]
        if kept and rng.random() < _LAST_LOST:
            kept.pop()
        wrong = rng.random(len(kept)) < _WRONG
        return tuple(
            vocabulary[rng.integers(len(vocabulary))] if bad else word
            for word, bad in zip(kept, wrong, strict=True)
        )

    return _worded(tracks, spoil)


def _curves(tracks: Sequence[Track]) -> dict[str, list[tuple[float, float]]]:
    """Each rule's frontier as mean wait and share of cut-offs, and the product's one point."""
    shipped = policies.product_point(tracks)
    curves = {
        name: [(round(p.mean_wait_s, 3), round(p.cut_off, 4)) for p in policies.frontier(points)]
        for name, points in _points(tracks).items()
    }
    return curves | {"as shipped": [(round(shipped.mean_wait_s, 3), round(shipped.cut_off, 4))]}


def _show(console: Console, title: str, rows: Mapping[str, Mapping[str, float | None]]) -> None:
    table = Table(title=title, title_justify="left")
    table.add_column("")
    columns = list(next(iter(rows.values())))
    for column in columns:
        table.add_column(column, justify="right")
    for name, row in rows.items():
        table.add_row(name, *(_shown(row[column]) for column in columns))
    console.print(table)


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


if __name__ == "__main__":
    main()
