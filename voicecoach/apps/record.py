"""A graded call as plain JSON, and as one row of a table.

Laws
----
* The same call gives the same bytes: keys stand in a fixed order, numbers are rounded by their unit
  (`DIGITS`), and nothing tells when or in which folder the call was graded.
* Times are seconds; a key's suffix is its unit. ``null`` means *could not be measured*, never zero.
* `schema_version` changes whenever a reader of the old shape could be misled.
  The shape is published in ``docs/json.md`` and ``docs/schema/call.schema.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicecoach.call import Call
from voicecoach.desk_log import DONE, DeskEntry
from voicecoach.graded import GradedCall
from voicecoach.ports import RecognizerInfo
from voicecoach.prosody import ProsodyTrack
from voicecoach.score.measures import measure
from voicecoach.scorecard import Scorecard, Subscore
from voicecoach.speech import Turn
from voicecoach.timeline import FRAME, Span, seconds

SCHEMA_VERSION = 1

Record = dict[str, Any]
"""A call as JSON values: what `to_record` makes and a call's JSON file holds."""

DIGITS = {"s": 3, "hz": 1, "dbfs": 2, "db": 2, "lufs": 2, "lu": 2, "st": 2, "wpm": 1, "sps": 2, "percent": 2}
"""Decimals kept, by the last part of a number's name: finer than each can be measured."""

OTHER_DIGITS = 3
"""Decimals of numbers without a unit: probabilities, shares, points."""

CONTOUR_FRAMES = 5
"""10 ms frames in a step of the contours: 50 ms, two or three values a syllable."""

_BROKEN_LEVELS = 3
"""Nesting depth down to which each item has its own line, so that two records can be compared by line."""


def to_json(graded: GradedCall) -> str:
    """The call's JSON text, ending in a newline; encode it as UTF-8.

    Raises
    ------
    ValueError : a number is not finite, which no measure may be.
    """
    return _lines(to_record(graded), 0) + "\n"


def to_record(graded: GradedCall) -> Record:
    """The call as JSON values (dict, list, str, int, float, bool, None), rounded."""
    return {
        "schema_version": SCHEMA_VERSION,
        "source": _plain(graded.source),
        "roles": _plain(graded.roles),
        "recognizer": _recognizer(graded.recognizer) if graded.recognizer else None,
        "warnings": _plain(graded.warnings),
        "scorecard": _scorecard(graded.scorecard),
        "measures": _plain(measure(graded.call)),
        "call": _call(graded.call),
    }


def _recognizer(info: RecognizerInfo) -> Record:
    """What listened; settings are kept to the last digit, a path without its folders."""
    return {
        **_plain(info),
        "name": _without_folders(info.name),
        "settings": dict(sorted(info.settings.items())),
    }


def _without_folders(name: str) -> str:
    rooted = PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or name.startswith(("~", "."))
    return PureWindowsPath(name).name if rooted else name


def _scorecard(card: Scorecard) -> Record:
    return {**_plain(card), "hard": _subscore(card.hard), "soft": _subscore(card.soft)}


def _subscore(subscore: Subscore) -> Record:
    return {**_plain(subscore), "percent": _plain(subscore.percent, "percent")}


def _call(call: Call) -> Record:
    return {
        "duration_s": _plain(seconds(call.duration), "duration_s"),
        "layout": call.layout.value,
        "language": call.language,
        "limits": _plain(call.limits),
        "baselines": _plain(call.baselines),
        "turns": [_turn(turn, call) for turn in call.turns],
        "overlaps": _plain(call.overlaps),
        "silences": _plain(call.silences),
        "acts": _plain(call.acts),
        "desk": None if call.desk is None else [_desk_entry(entry) for entry in call.desk],
        "contours": {key.value: _contours(call.tracks[key]) for key in sorted(call.tracks)},
    }


def _desk_entry(entry: DeskEntry) -> Record:
    return {"at_s": _plain(seconds(entry.at), "at_s"), "done": DONE[type(entry.act)], **_plain(entry.act)}


def _turn(turn: Turn, call: Call) -> Record:
    prosody = call.prosody.get(turn.id)
    return {**_plain(turn), "text": _plain(turn.text), "prosody": _plain(prosody)}


def _contours(track: ProsodyTrack) -> Record:
    """Contours in steps of 50 ms, value ``k`` for the step that begins at ``k * step_s``.

    Pitch is the median of the step's voiced frames (null when none is), level the mean of their power.
    """
    return {
        "step_s": seconds(CONTOUR_FRAMES * FRAME),
        "f0_hz": [round(float(hz), 1) if hz > 0 else None for hz in _median_voiced(track.f0_hz)],
        "level_dbfs": [round(float(level), 1) + 0.0 for level in _mean_power(track.level_dbfs)],
        "syllables_s": [_plain(seconds(int(at)), "s") for at in track.nuclei],
    }


def _steps(frames: NDArray[np.float32], fill: float) -> NDArray[np.float64]:
    """Frames in rows of one step each, the last row filled up; shape (steps, CONTOUR_FRAMES)."""
    missing = -len(frames) % CONTOUR_FRAMES
    filled = np.concatenate([frames.astype(np.float64), np.full(missing, fill)])
    return filled.reshape(-1, CONTOUR_FRAMES)


def _median_voiced(f0_hz: NDArray[np.float32]) -> NDArray[np.float64]:
    """Median over the voiced frames of each step, in Hz; 0 where none is voiced. Shape (steps,)."""
    rows = np.sort(_steps(f0_hz, 0.0), axis=1)  # voiced frames stand last
    voiced = np.count_nonzero(rows, axis=1)
    first = CONTOUR_FRAMES - voiced
    middles = np.stack([first + (voiced - 1) // 2, first + voiced // 2], axis=1)
    middles = np.clip(middles, 0, CONTOUR_FRAMES - 1)
    median = np.take_along_axis(rows, middles, axis=1).mean(axis=1)
    return np.where(voiced > 0, median, 0.0)


def _mean_power(level_dbfs: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean power of each step in dBFS; a last, partial step counts only its own frames. Shape (steps,)."""
    power = 10.0 ** (_steps(level_dbfs, -np.inf) / 10.0)
    counts = np.full(len(power), CONTOUR_FRAMES)
    if len(power):
        counts[-1] = CONTOUR_FRAMES - (-len(level_dbfs) % CONTOUR_FRAMES)
    levels: NDArray[np.float64] = 10.0 * np.log10(power.sum(axis=1) / counts)
    return levels


def _plain(value: Any, name: str = "") -> Any:
    """`value` as JSON values; a number is rounded by the unit at the end of its `name`."""
    if isinstance(value, str):  # enumerations too; a file name may hold bytes that are no text
        return str(value).encode("utf-8", "backslashreplace").decode("utf-8")
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float | np.floating):
        return round(float(value), DIGITS.get(name.rpartition("_")[2], OTHER_DIGITS)) + 0.0  # no -0.0
    if is_dataclass(value) or isinstance(value, Mapping):
        return _object(_items(value))
    if isinstance(value, Iterable):
        return [_plain(item, name) for item in value]
    raise TypeError(f"{name}: {type(value).__name__} has no JSON form")


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    """Names and values: a dataclass in the order of its fields, a mapping in the order of its keys."""
    if isinstance(value, Span):
        yield from (("start_s", value.start_s), ("end_s", value.end_s))
    elif isinstance(value, Mapping):
        yield from ((str(key), value[key]) for key in sorted(value))
    else:
        yield from ((field.name, getattr(value, field.name)) for field in fields(value))


def _object(items: Iterable[tuple[str, Any]]) -> Record:
    """An object; the two times of a field named ``span`` stand in it directly."""
    made: Record = {}
    for name, value in items:
        made.update(_plain(value) if name == "span" else {name: _plain(value, name)})
    return made


def _lines(value: Any, depth: int) -> str:
    if depth >= _BROKEN_LEVELS or not value or not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
    if isinstance(value, dict):
        items = [
            f"{json.dumps(key, ensure_ascii=False)}: {_lines(item, depth + 1)}" for key, item in value.items()
        ]
        return _bracketed("{", items, "}", depth)
    return _bracketed("[", [_lines(item, depth + 1) for item in value], "]", depth)


def _bracketed(opening: str, items: Sequence[str], closing: str, depth: int) -> str:
    indent = "\n" + " " * (depth + 1)
    return f"{opening}{indent}{f',{indent}'.join(items)}{indent[:-1]}{closing}"
