"""Whose voice is it? Speech that reached a track only through the other one is taken out.

A headset leaks, a two-wire line hybrid leaks: the other party is then heard, softly and late, on the wrong
track, and a detector of speech answers. What gives leakage away is that it is always the same number
of dB below its source.

Laws: pure functions of two level contours (dBFS per 10 ms frame); nothing is ever added to a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from voicecoach.listen.levels import FLOOR_DBFS
from voicecoach.timeline import FRAME, Span, merge, total

Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LeakSettings:
    """How leakage is told from speech."""

    hold_frames: int = 26
    """Leakage follows its source by up to 250 ms (echo path of a telephone line)."""
    loud_db: float = 12.0
    """The source counts as loud within this of its 95th percentile."""
    percentile: float = 70.0
    """While one speaks the other is mostly silent: this much of the level difference is leakage."""
    margin_db: float = 6.0
    """Own speech must exceed the expected leakage by this: reverberation scatters about as much."""
    range_db: tuple[float, float] = (-60.0, -10.0)
    """Less than the lower end is no leakage; more than the upper end is somebody speaking."""
    least_loud_frames: int = 50
    """With less than 0.5 s of loud source nothing is known: no leakage is assumed."""
    least_kept: float = 0.3
    """A run of which less is left was leakage altogether."""
    untouched: float = 0.85
    """A run of which more is left stays as it was: its soft edges are speech."""
    faint_db: float = 15.0
    """A run whose loud parts stay this far below the speaker's usual level is breath, or another room."""
    bridge_frames: int = 20
    """What is left of a run is joined across gaps shorter than this."""
    shortest_frames: int = 8
    """... and pieces shorter than this are dropped."""


def leak_gain_db(own: Levels, source: Levels, settings: LeakSettings) -> float:
    """How far below its source the leakage on a track lies.

    Parameters
    ----------
    own, source : dBFS per frame of the two tracks, shape (frames,), same length.

    Returns
    -------
    float
        Gain in dB, within ``settings.range_db``.
    """
    held = _held(source, settings)
    lowest, highest = settings.range_db
    if not len(held):
        return lowest
    loud = held > np.percentile(held, 95) - settings.loud_db
    if int(loud.sum()) < settings.least_loud_frames:
        return lowest
    gain = float(np.percentile(own[loud] - held[loud], settings.percentile))
    return min(max(gain, lowest), highest)


def own_voice(
    runs: Sequence[Span], own: Levels, source: Levels, settings: LeakSettings | None = None
) -> list[Span]:
    """The runs of voice on a track that are its speaker's own.

    Parameters
    ----------
    runs : sorted, disjoint runs of voice on the track.
    own, source : dBFS per frame of this track and the other, shape (frames,).

    Returns
    -------
    list of Span
        Sorted and disjoint; each lies inside one of `runs`.
    """
    settings = settings or LeakSettings()
    length = min(len(own), len(source))
    own, source = own[:length], source[:length]
    expected = _held(source, settings) + leak_gain_db(own, source, settings)
    is_own = own > expected + settings.margin_db
    return [piece for run in runs for piece in _kept(run, is_own, settings)]


def not_faint(runs: Sequence[Span], own: Levels, settings: LeakSettings | None = None) -> list[Span]:
    """The runs that are loud enough to be the speaker's: not breath, not a voice across the room.

    Parameters
    ----------
    runs : sorted, disjoint runs of voice.
    own : dBFS per frame of the track.
    """
    settings = settings or LeakSettings()
    if not runs:
        return []
    usual = float(np.median(np.concatenate([_frames(own, run) for run in runs])))
    least = usual - settings.faint_db
    return [run for run in runs if float(np.percentile(_frames(own, run), 90)) >= least]


def _frames(own: Levels, run: Span) -> Levels:
    """Levels inside a run; at least one value."""
    return own[run.start // FRAME : max(run.end // FRAME, run.start // FRAME + 1)]


def _held(source: Levels, settings: LeakSettings) -> Levels:
    """The source's level, held for as long as its echo may last."""
    if not len(source):
        return source
    before = np.full(settings.hold_frames - 1, FLOOR_DBFS, np.float32)
    windows = sliding_window_view(np.concatenate([before, source]), settings.hold_frames)
    held: Levels = windows.max(axis=1)
    return held


def _kept(run: Span, is_own: NDArray[np.bool_], settings: LeakSettings) -> list[Span]:
    first = run.start // FRAME
    flags = is_own[first : run.end // FRAME]
    share = float(flags.mean()) if len(flags) else 1.0
    if share >= settings.untouched:
        return [run]
    if share < settings.least_kept:
        return []
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    pieces = [
        Span((first + int(a)) * FRAME, (first + int(b)) * FRAME)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
    joined = merge(pieces, settings.bridge_frames * FRAME)
    kept = [piece for piece in joined if piece.duration >= settings.shortest_frames * FRAME]
    return kept if total(kept) else []
