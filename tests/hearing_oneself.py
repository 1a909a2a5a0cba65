"""A headset in which everybody says what they were given, and what the listening core makes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from listening import ears

from voicecoach.audio import AudioChunk, Layout, Samples
from voicecoach.devices.simulated_headset import SimulatedHeadset, Wiring
from voicecoach.devices.simulated_room import Room
from voicecoach.devices.voices import voice
from voicecoach.events import Control, Exchanged, Trouble
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.limits import Hearing
from voicecoach.ports import Headset
from voicecoach.speech import Speaker
from voicecoach.spoken import Delivery
from voicecoach.timeline import BLOCK, samples

CALLER_DBFS = -22.0
TRAINEE_DBFS = -24.0
"""Levels of speech in the tests: a telephone's nominal level (ITU-T P.56)."""


class Reciter:
    """A trainee who says what they were given, whatever they hear; remembers what that was."""

    def __init__(self, track: Samples | None = None) -> None:
        self._track = np.zeros(0, np.float32) if track is None else track
        self.heard: list[AudioChunk] = []

    def hear(self, played: Samples, now: int) -> None:
        self.heard.append(AudioChunk(now, played))

    def speak(self, now: int, count: int) -> Samples:
        said = np.zeros(count, np.float32)
        piece = self._track[now : now + count]
        said[: len(piece)] = piece
        return said

    def controls(self, now: int) -> list[Control]:
        self.asked = now
        return []


def headset(
    track: Samples | None = None,
    room: Room | None = None,
    wiring: Wiring | None = None,
    tell: Callable[[Trouble], None] = lambda _: None,
) -> SimulatedHeadset:
    return SimulatedHeadset(Reciter(track), tell, room, wiring, seed=7)


def exchange(device: Headset, played: Samples) -> tuple[Samples, Samples]:
    """Heard and played back, shape (n,) each, for whole blocks of `played`."""
    whole = len(played) // BLOCK * BLOCK
    done = [device.exchange(played[at : at + BLOCK]) for at in range(0, whole, BLOCK)]
    pairs = [(e.heard.samples, e.played.samples) for e in done if e is not None and e.played is not None]
    return np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])


@cache
def spoken(text: str, name: str, dbfs: float) -> Samples:
    """A line of espeak-ng's at a level."""
    line = voice("espeak").render(text, Delivery(name, rate_wpm=165)).samples
    return np.asarray(line * (10 ** (dbfs / 20) / np.sqrt(np.mean(np.square(line)))), np.float32)


def silence(count_s: float) -> Samples:
    return np.zeros(samples(count_s), np.float32)


@cache
def caller_speech() -> Samples:
    """Some 8 s."""
    first = spoken("You lost my suitcase and nobody knows where it is.", "en-us+m3", CALLER_DBFS)
    second = spoken("This is the third time I am calling and I want a real answer.", "en-us+f3", CALLER_DBFS)
    return np.concatenate([silence(0.5), first, silence(0.4), second, silence(0.6)])


def own_voice_heard(heard: Samples, played: Samples) -> int:
    """Longest that the listening core believes the trainee to be speaking, in samples of its block."""
    analysis = Analysis(
        ears(),
        Hearing(Layout.TWO_CHANNEL, "en", "no words wanted", keeps_fillers=False),
        live=[Speaker.TRAINEE],
    )
    longest = 0
    for at in range(0, len(heard), BLOCK):
        piece = slice(at, at + BLOCK)
        analysis.push(Exchanged(AudioChunk(at, heard[piece]), AudioChunk(at, played[piece])))
        ongoing = analysis.ongoing(Speaker.TRAINEE)
        if ongoing is not None:
            longest = max(longest, min(at + BLOCK, len(heard)) - ongoing.since)
    return longest


def kept(cleaned: Samples, said: Samples) -> tuple[float, float]:
    """Share of the trainee's frames that kept their level within 6 dB, and the median change in dB."""
    count = min(len(cleaned), len(said)) // 160
    before, after = (
        10 * np.log10(np.square(x[: count * 160].reshape(count, 160)).mean(axis=1) + 1e-12)
        for x in (said, cleaned)
    )
    speaking = before > before.max() - 30
    change = (after - before)[speaking]
    return float(np.mean(change > -6)), float(np.median(change))
