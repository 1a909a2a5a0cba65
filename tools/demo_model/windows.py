"""Training windows: utterances laid out in time, spoiled, with what a Whisper is to write about them.

A window is a piece of the 30 s that Whisper hears: as long as all of it, or shorter, at its beginning (what
the adaptive window makes of a short turn) or somewhere in it (so that all positions are learned cheaply).

Units: positions of the encoder, 20 ms each; mel frames, two to a position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.demo_model.conditions import BANDS, LOWEST, as_features, spoiled
from tools.demo_model.shards import Recorded
from tools.demo_model.targets import Targets, Text, Writer
from tools.demo_model.tokens import STAMPS_PER_S, Spelling
from tools.demo_model.utterances import FRAMES_PER_S

POSITIONS = 1500
"""Of 30 s."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a kind of window is filled; chances are 0 to 1."""

    positions: int
    crowds: tuple[int, ...]
    """How many utterances at most, one of these; 0 is silence."""
    anywhere: float
    """How often it is somewhere in the 30 s, not at the beginning."""
    dense: float = 0.4
    """How often utterances follow one another as in a monologue."""
    cut: float = 0.3
    """How often the last one is cut off by the window's end, where it does not fit."""
    broken_off: float = 0.04
    """How often a speaker stops in the middle of a word."""
    silent: float = 0.12
    """How often nobody speaks."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """An utterance, or its beginning, at a frame of the window."""

    at: int
    recorded: Recorded
    frames: int
    """As many are heard."""

    @property
    def end(self) -> int:
        """The frame after its last."""
        return self.at + self.frames

    @property
    def is_whole(self) -> bool:
        """Whether it is heard to its end."""
        return self.frames == len(self.recorded.frames)

    def text(self, offset: int) -> Text:
        """The words that are heard to their end, in seconds from the beginning of the 30 s."""
        start_s = offset / STAMPS_PER_S + self.at / FRAMES_PER_S
        words = self.recorded.words
        if not self.is_whole:
            heard_s = (self.frames - 2) / FRAMES_PER_S
            words = words[: sum(end_s <= heard_s for _, end_s in self.recorded.times_s)]
        times_s = tuple((start_s + a, start_s + b) for a, b in self.recorded.times_s[: len(words)])
        return Text(words, times_s)


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """One example."""

    features: NDArray[np.float32]
    """Shape (80, 2 * positions)."""
    labels: NDArray[np.uint8]
    """The phone at each position."""
    offset: int
    """The position at which it begins."""
    targets: Targets


class Composer:
    """Makes windows out of recorded utterances.

    Parameters
    ----------
    recorded : utterances; more may be added while windows are made.
    spelling : the model's tokens.
    """

    def __init__(self, recorded: Sequence[Recorded], spelling: Spelling) -> None:
        self._recorded = recorded
        self._writer = Writer(spelling, recorded)

    def window(self, layout: Layout, rng: np.random.Generator) -> Window:
        """A window of that kind."""
        offset = 0
        if rng.random() < layout.anywhere:
            offset = int(rng.integers(0, POSITIONS - layout.positions + 1))
        placed = [] if rng.random() < layout.silent else self._placed(layout, rng)
        frames = 2 * layout.positions
        mel, labels = np.full((frames, BANDS), LOWEST, np.float32), np.zeros(frames, np.uint8)
        for one in placed:
            gain = np.float32(rng.uniform(-0.4, 0.0))
            here = slice(one.at, one.end)
            mel[here] = np.maximum(mel[here], one.recorded.frames[: one.frames] + gain)
            labels[here] = one.recorded.labels[: one.frames]
        end = _end(placed, frames, rng)
        features = np.zeros((BANDS, frames), np.float32)
        features[:, :end] = as_features(spoiled(mel[:end], rng, voiced=bool(placed)))
        return Window(features, labels[::2], offset, self._targets(placed, frames, offset, rng))

    def _placed(self, layout: Layout, rng: np.random.Generator) -> list[Placed]:
        """Utterances one after the other, until they are as many as wanted or one does not fit."""
        frames, placed = 2 * layout.positions, list[Placed]()
        dense = bool(rng.random() < layout.dense)
        at = _drawn(rng, (0, 0), (0, 0), (0, 50), (0, 50 if dense else 200), (0, 50 if dense else 500))
        for _ in range(int(rng.choice(layout.crowds))):
            one = self._recorded[int(rng.integers(len(self._recorded)))]
            length = len(one.frames)
            if at + length > frames:
                if placed and rng.random() < layout.cut and frames - at > _SHORTEST_CUT:
                    placed.append(Placed(at, one, frames - at))
                if placed or length > frames:
                    break
                at = int(rng.integers(0, frames - length + 1))
            if rng.random() < layout.broken_off and length > 2 * _SHORTEST_CUT:
                length = int(rng.integers(_SHORTEST_CUT, length))
            placed.append(Placed(at, one, length))
            at += length + _gap(rng, dense=dense)
        return placed

    def _targets(
        self, placed: Sequence[Placed], frames: int, offset: int, rng: np.random.Generator
    ) -> Targets:
        texts = [one.text(offset) for one in placed]
        unfinished = None
        if placed and not placed[-1].is_whole and placed[-1].end == frames:
            unfinished = texts.pop()
            begins_s = offset / STAMPS_PER_S + placed[-1].at / FRAMES_PER_S
            unfinished = unfinished if unfinished.words else Text((), ((begins_s, begins_s),))
        return self._writer.targets([text for text in texts if text.words], unfinished, rng)


_SHORTEST_CUT = 60
"""Less than 0.6 s of an utterance holds no word."""


def _gap(rng: np.random.Generator, *, dense: bool) -> int:
    if rng.random() < 0.15:
        return 0
    return _drawn(rng, (0, 40)) if dense else _drawn(rng, (0, 40), (10, 120), (50, 400))


def _end(placed: Sequence[Placed], frames: int, rng: np.random.Generator) -> int:
    """Where the sound ends and the padding begins: soon after the speech, or late."""
    if not placed:
        return frames if rng.random() < 0.5 else int(rng.integers(20, frames))
    return min(frames, placed[-1].end + _drawn(rng, (0, 0), (0, 0), (0, 50), (0, 300), (0, 2000)))


def _drawn(rng: np.random.Generator, *ranges: tuple[int, int]) -> int:
    least, most = ranges[int(rng.integers(len(ranges)))]
    return int(rng.integers(least, most + 1))
