"""Follows a voice cycle by cycle: how much its period, amplitude and wave differ from one to the next.

From a mark in the wave, the next is where the wave resembles itself best, within 15 % of the tracked period
(waveform matching; Titze and Liang 1993, Boersma 1993 for the harmonics-to-noise ratio of the resemblance).

Laws: a walk begins at the highest point of the first period of each run of voice and goes forward only; the
frames' numbers depend on the samples and pitch before them and 35 ms after; gain and chopping do not matter.
Units: samples at 16 kHz; shares of a period or amplitude; dB.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.listen.compiled import compiled
from voicecoach.timeline import FRAME, RATE

SEARCH = 0.15
"""Share by which a period may differ from the tracked one: three standard deviations of a creaky voice."""

EMPHASIS = 0.7
"""Periods are matched on the wave less this much of the sample before, which lifts what is above 1 kHz: the
first formant rings on into the next period and smears where it began."""

LARGEST_STEP = 0.25
"""Neighboring periods that differ by more are a slip of the match (Praat's limit: a factor of 1.3)."""

LARGEST_SWELL = 0.47
"""Neighboring amplitudes whose logarithms differ by more are no perturbation (Praat's limit: 1.6)."""

LOWEST_HZ = 60.0
"""The lowest pitch that is tracked."""

REACH = int((2 + SEARCH) * RATE / LOWEST_HZ) + FRAME
"""Samples that a frame's cycles may need on either side of its center."""

_CLOSEST = 1e-5
"""A resemblance of 1 less this is 50 dB: nothing recorded is more regular."""


class Cycles(NamedTuple):
    """The cycles of a run of frames: means over those that begin in each frame, NaN where none does."""

    step: NDArray[np.float32]
    """Difference to the period before, share of their mean; shape (frames,)."""
    swell: NDArray[np.float32]
    """Difference to the next amplitude (RMS of a period), as a logarithm; shape (frames,)."""
    hnr_db: NDArray[np.float32]
    """Energy that recurs with the next cycle over energy that does not; shape (frames,)."""


class Waves(NamedTuple):
    """One sound twice: as it is, and with its edges lifted."""

    plain: Samples
    edges: Samples


class CycleWalker:
    """The cycles of one track."""

    def __init__(self) -> None:
        self._state = np.array([-1.0, 0.0])

    def push(self, held: Samples, start: int, f0_hz: NDArray[np.float32], frame: int) -> Cycles:
        """The cycles that begin in the next frames.

        Parameters
        ----------
        held : samples of the track from `REACH` before the first of these frames to `REACH` after the last.
        start : where `held` starts in the track.
        f0_hz : pitch of these frames, 0 where unvoiced, shape (frames,).
        frame : number of the first of them.
        """
        found = Cycles(*(np.full(len(f0_hz), np.nan, np.float32) for _ in Cycles._fields))
        edges = held.copy()
        edges[1:] -= np.float32(EMPHASIS) * held[:-1]
        _walk(Waves(held, edges), start, f0_hz, frame, self._state, found)
        return found


@compiled
def _walk(
    waves: Waves,
    start: int,
    f0_hz: NDArray[np.float32],
    frame: int,
    state: NDArray[np.float64],
    found: Cycles,
) -> None:
    """`state` is the mark and the period that led to it; no mark is -1, no period is 0."""
    mark, before = state
    for i in range(len(f0_hz)):
        if f0_hz[i] <= 0:
            mark, before = -1.0, 0.0
            continue
        middle = (frame + i) * FRAME
        expected = RATE / f0_hz[i]
        if mark < 0:
            mark = _highest(waves.plain, middle - FRAME // 2 - start, int(expected)) + start
        steps = swells = matches = 0
        step_sum = swell_sum = hnr_sum = 0.0
        while mark < middle + FRAME // 2:
            at = int(np.floor(mark + 0.5)) - start
            period = _period(waves.edges, at, expected)
            if before > 0 and abs(period - before) < LARGEST_STEP * period:
                step_sum += 2 * abs(period - before) / (period + before)
                steps += 1
            swell = _swell(waves.plain, at, period, int(expected))
            if swell < LARGEST_SWELL:
                swell_sum += swell
                swells += 1
            hnr_sum += _hnr_db(waves.plain, at, period, int(expected))
            matches += 1
            mark, before = mark + period, period
        if steps:
            found.step[i] = step_sum / steps
        if swells:
            found.swell[i] = swell_sum / swells
        if matches:
            found.hnr_db[i] = hnr_sum / matches
    state[0], state[1] = mark, before


@compiled
def _highest(wave: Samples, first: int, count: int) -> int:
    """Where a wave is farthest from zero."""
    at = first
    for k in range(first, first + count):
        if abs(wave[k]) > abs(wave[at]):
            at = k
    return at


@compiled
def _period(wave: Samples, at: int, expected: float) -> float:
    """The period that begins at a mark.

    Two periods around the mark are compared: with one, the noise of a breathy voice moves the best match.
    """
    wide = int(expected)
    shortest, longest = int((1 - SEARCH) * expected), int((1 + SEARCH) * expected) + 1
    best, best_at = -2.0, shortest
    left = right = previous = 0.0
    for lag in range(shortest, longest + 1):
        likeness = _likeness(wave, at - wide, lag, 2 * wide)
        if lag == best_at + 1:
            right = likeness
        if likeness > best:
            best, best_at, left = likeness, lag, previous
        previous = likeness
    inside = shortest < best_at < longest
    return best_at + _peak(left, best, right)[0] if inside else float(best_at)


@compiled
def _hnr_db(wave: Samples, at: int, period: float, wide: int) -> float:
    """What recurs after a period over what does not, from the two periods around a mark."""
    lag = int(np.floor(period + 0.5))
    left, middle, right = (
        _likeness(wave, at - wide, lag - 1, 2 * wide),
        _likeness(wave, at - wide, lag, 2 * wide),
        _likeness(wave, at - wide, lag + 1, 2 * wide),
    )
    likeness = min(max(_peak(left, middle, right)[1], _CLOSEST), 1 - _CLOSEST)
    return float(10 * np.log10(likeness / (1 - likeness)))


@compiled
def _peak(left: float, middle: float, right: float) -> tuple[float, float]:
    """Place (from the middle) and height of the parabola's peak through three neighbors."""
    bend = left - 2 * middle + right
    if bend >= 0:
        return 0.0, middle
    place = min(max(0.5 * (left - right) / bend, -1.0), 1.0)
    return place, middle - 0.25 * (left - right) * place


@compiled
def _likeness(wave: Samples, first: int, lag: int, count: int) -> float:
    """Normalized cross-correlation of a stretch with the stretch `lag` later."""
    product, here, there = np.float32(0), np.float32(1e-12), np.float32(1e-12)
    for k in range(first, first + count):
        product += wave[k] * wave[k + lag]
        here += wave[k] * wave[k]
        there += wave[k + lag] * wave[k + lag]
    return float(product / np.sqrt(here * there))


@compiled
def _swell(wave: Samples, at: int, period: float, wide: int) -> float:
    """Absolute logarithm of the ratio of the RMS of the periods around a mark and around the next."""
    lag = int(np.floor(period + 0.5))
    here, there = 1e-12, 1e-12
    for k in range(at - wide // 2, at - wide // 2 + wide):
        here += wave[k] * wave[k]
        there += wave[k + lag] * wave[k + lag]
    return float(abs(0.5 * np.log(there / here)))
