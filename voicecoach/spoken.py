"""Synthetic speech as plain data: how a line is to be spoken, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.audio import Samples
from voicecoach.speech import Word


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a line is spoken."""

    voice: str
    """The engine's own name of a voice: ``en-us+m3``, ``slt``."""
    rate_wpm: float = 175.0
    """Words per minute; 175 is espeak-ng's own default."""
    pitch: float = 50.0
    """0 to 100, espeak-ng's scale; 50 is the voice's own."""
    pitch_range: float = 50.0
    """0 (monotone) to 100 (lively); 50 is the voice's own."""
    volume: float = 100.0
    """0 to 200; 100 is the voice's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Rendering:
    """A spoken line: samples at 16 kHz, and where each word begins and ends in them."""

    samples: Samples
    words: tuple[Word, ...]
