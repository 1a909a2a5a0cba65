"""One graded call: where it came from, what listened, what was heard, what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voicecoach.audio import Layout
from voicecoach.call import Call
from voicecoach.ports import RecognizerInfo
from voicecoach.scorecard import Scorecard
from voicecoach.speech import Speaker


@dataclass(frozen=True, slots=True)
class Source:
    """The recording as it lay on disk."""

    name: str
    """File name without its folder."""
    digest: str
    """sha256 of the file's bytes, hexadecimal."""
    codec: str
    rate_hz: int
    channels: int
    duration_s: float


@dataclass(frozen=True, slots=True)
class Roles:
    """Who is on which channel, and how that was decided."""

    layout: Layout
    channels: Mapping[Speaker, int]
    """Channel index of each separated speaker, from 0."""
    confidence: float
    """0 to 1; 1 when the user said so."""
    reason: str


@dataclass(frozen=True, slots=True)
class GradedCall:
    """What `voicecoach.grade` returns and what a call's JSON file holds."""

    source: Source
    roles: Roles
    recognizer: RecognizerInfo | None
    """None with --voice-only."""
    call: Call
    scorecard: Scorecard
    warnings: tuple[str, ...]
    """Things the reader must know, such as invented words from the demo model."""
