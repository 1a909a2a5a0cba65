"""Whose voice is it? Speech that reached a track only through the other one is taken out.

A headset leaks, a two-wire line hybrid leaks: the other party is then heard, softly and late, on the wrong
track, and a detector of speech answers. What gives leakage away is that it follows its source:
`leak_path` says how loud it must be at each moment, and own speech is what lies above that.

Laws: pure functions of two level contours (dBFS per 10 ms frame); nothing is ever added to a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from voicecoach.listen.leak_path import LeakPath, Levels, fit_leak_path
from voicecoach.timeline import FRAME, Span, merge

F = TypeVar("F", bound=np.floating[Any])

__all__ = ["LeakSettings", "Levels", "not_faint", "own_voice"]


@dataclass(frozen=True, slots=True)
class LeakSettings:
    """How leakage is told from speech; chosen on calls simulated from LibriSpeech, LJ Speech and prompts."""

    leakage_db: float = 6.0
    """Own speech exceeds the expected leakage by this: two standard deviations of what leaks."""
    noise_db: float = 3.0
    """... and the track's noise by this: it doubles the power that is there without it."""
    brief_frames: int = 30
    """A piece shorter than this must be clear:"""
    clear_db: float = 10.0
    """its loud part lies above both by this much more. The peaks of distant babble do not."""
    bridge_frames: int = 12
    """Pieces of a run closer than this are one: soft consonants drown first."""
    shortest_frames: int = 8
    """Shorter pieces are chance."""
    faint_db: float = 15.0
    """A run whose loud parts stay this far below the speaker's usual level is breath, or another room."""


def own_voice(
    runs: Sequence[Span],
    own: Levels,
    source: Levels,
    settings: LeakSettings | None = None,
    *,
    path: LeakPath | None = None,
) -> list[Span]:
    """The runs of voice on a track that are its speaker's own.

    Parameters
    ----------
    runs : sorted, disjoint runs of voice on the track.
    own, source : dBFS per frame of this track and the other, shape (frames,).
    path : how the other track leaks; None: fitted to these levels.

    Returns
    -------
    list of Span
        Sorted and disjoint; each lies inside one of `runs`.
    """
    s = settings or LeakSettings()
    length = min(len(own), len(source))
    own, source = own[:length], source[:length]
    path = path or fit_leak_path(own, source)
    ceiling = 10 ** (s.leakage_db / 10) * path.leakage(source) + 10 ** (s.noise_db / 10) * path.noise
    above_db = own - 10 * np.log10(ceiling + 1e-12)
    pieces = [piece for run in runs for piece in _pieces(run, above_db > 0, s)]
    return [piece for piece in pieces if _is_speech(piece, above_db, s)]


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


def _frames(own: NDArray[F], run: Span) -> NDArray[F]:
    """Levels inside a run; at least one value."""
    return own[run.start // FRAME : max(run.end // FRAME, run.start // FRAME + 1)]


def _is_speech(piece: Span, above_db: NDArray[np.float64], s: LeakSettings) -> bool:
    """Whether a piece is long or clear enough to be more than a burst of somebody else's talk."""
    if piece.duration >= s.brief_frames * FRAME:
        return True
    return float(np.percentile(_frames(above_db, piece), 90)) >= s.clear_db


def _pieces(run: Span, is_own: NDArray[np.bool_], s: LeakSettings) -> list[Span]:
    """What is own of a run."""
    first = run.start // FRAME
    flags = is_own[first : run.end // FRAME]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    own = [
        Span((first + int(a)) * FRAME, (first + int(b)) * FRAME)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
    joined = merge(own, s.bridge_frames * FRAME)
    return [piece for piece in joined if piece.duration >= s.shortest_frames * FRAME]
