"""Which channels of a recording are which tracks of a call, and the recording as the call's events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicecoach.apps.settings import GradeSettings
from voicecoach.audio import AudioChunk, Layout
from voicecoach.devices.channels import hold_the_same
from voicecoach.devices.media import read_blocks
from voicecoach.errors import InputError
from voicecoach.events import CallEnded, Exchanged
from voicecoach.graded import Source

Block = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tracks:
    """Which channels become which tracks."""

    layout: Layout
    first: int
    """Channel of the first track; with `chosen` the trainee's."""
    chosen: bool
    """The user named the trainee's channel, or there is only one."""
    why: str


def choose_tracks(path: Path, source: Source, settings: GradeSettings) -> Tracks:
    """What the user said about the channels, or what the recording shows.

    Raises
    ------
    InputError : the channel named is not there, or more than two leave the choice open.
    """
    channel = settings.trainee_channel
    if channel is not None and channel >= source.channels:
        problem = f"has {source.channels} channel(s), so there is no channel {channel}"
        raise InputError(path, problem, "Name another with --trainee-channel, counted from 0")
    if settings.trainee_only:
        return Tracks(Layout.TRAINEE_ONLY, channel or 0, chosen=True, why="you said so")
    if source.channels == 1:
        return Tracks(Layout.MIXED, 0, chosen=True, why="the recording has one channel")
    if source.channels == 2 and hold_the_same(path):
        return Tracks(Layout.MIXED, 0, chosen=True, why="both channels hold the same signal")
    if channel is not None:
        return Tracks(Layout.TWO_CHANNEL, channel, chosen=True, why="you said so")
    if source.channels > 2:
        problem = f"has {source.channels} channels"
        raise InputError(path, problem, "Name the trainee's with --trainee-channel, counted from 0")
    return Tracks(Layout.TWO_CHANNEL, 0, chosen=False, why="")


def exchanges(path: Path, tracks: Tracks, block: int | None = None) -> Iterator[Exchanged | CallEnded]:
    """The recording as the events of a call, in blocks of `block` samples, or as they are decoded."""
    at = 0
    for samples in read_blocks(path) if block is None else read_blocks(path, block):
        heard, played = _split(samples, tracks)
        second = None if played is None else AudioChunk(at, played)
        yield Exchanged(AudioChunk(at, heard), second)
        at += samples.shape[1]
    yield CallEnded(at)


def _split(block: Block, tracks: Tracks) -> tuple[Block, Block | None]:
    """The two tracks of a block; a third channel and more are the caller's side too."""
    if tracks.layout is not Layout.TWO_CHANNEL:
        return (block[tracks.first] if tracks.chosen else block[0]), None
    others = np.delete(block, tracks.first, axis=0)
    return block[tracks.first], others.sum(axis=0, dtype=np.float32)
