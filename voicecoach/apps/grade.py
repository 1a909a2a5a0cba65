"""Grade one recording: decode, listen, understand, score.

This is the batch driver of the one path: it pushes the same events into the same `Analysis` as a live
call does, with the recognizer answering at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicecoach.acts import Act
from voicecoach.apps.settings import GradeSettings
from voicecoach.audio import AudioChunk, Layout
from voicecoach.call import Call
from voicecoach.devices.assets import weights
from voicecoach.devices.channels import hold_the_same
from voicecoach.devices.media import probe, read_blocks
from voicecoach.devices.silero import SileroDetector
from voicecoach.errors import InputError
from voicecoach.events import CallEnded, Command, Exchanged, Recognized
from voicecoach.facts import FactTable
from voicecoach.graded import GradedCall, Roles, Source
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.limits import Hearing
from voicecoach.listen.track import Ears
from voicecoach.ports import Recognizer
from voicecoach.rubric import Rubric
from voicecoach.score.marking import mark
from voicecoach.speech import Speaker
from voicecoach.timeline import seconds
from voicecoach.understand.reader import ActReader
from voicecoach.understand.roles import RoleGuess, tell_roles

SURE_ENOUGH = 0.8
"""Below this the trainee's channel is asked for rather than guessed: a swapped call grades the customer."""

Block = NDArray[np.float32]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Grader:
    """Everything loaded once for many calls.

    `recognizer` is None with --voice-only: everything that needs no words is measured, the rest abstains.
    """

    recognizer: Recognizer | None
    reader: ActReader
    ears: Ears
    rubric: Rubric
    facts: FactTable | None
    settings: GradeSettings


def new_grader(
    recognizer: Recognizer | None, rubric: Rubric, facts: FactTable | None, settings: GradeSettings
) -> Grader:
    """A grader with the package's own detectors and weights."""
    ears = Ears(SileroDetector, weights("pitch"))
    return Grader(recognizer, ActReader(weights("acts")), ears, rubric, facts, settings)


def grade_file(path: Path, grader: Grader, progress: Progress = lambda _: None) -> GradedCall:
    """Grade one recording.

    Parameters
    ----------
    path : any audio file.
    grader : from `new_grader`.
    progress : called with the share done, 0 to 1.

    Raises
    ------
    InputError
        The file cannot be used, or the trainee's channel cannot be told.
    """
    source = probe(path)
    tracks = _layout(path, source, grader.settings)
    analysis = Analysis(grader.ears, _hearing(tracks.layout, grader))
    for event in _exchanges(path, tracks):
        _answer(analysis, analysis.push(event), grader)
        if isinstance(event, Exchanged):
            progress(min(1.0, seconds(event.heard.end) / source.duration_s))
    roles, call = _assign(path, tracks, analysis, grader)
    acts = tuple(act for turn in call.turns for act in grader.reader.read(turn))
    call = replace(call, acts=acts)
    card = mark(call, grader.rubric, grader.facts)
    info = grader.recognizer.info if grader.recognizer else None
    return GradedCall(source, roles, info, call, card, _warnings(grader))


@dataclass(frozen=True, slots=True)
class _Tracks:
    """Which channels become which tracks."""

    layout: Layout
    first: int
    """Channel of the first track; with `chosen` the trainee's."""
    chosen: bool
    """The user named the trainee's channel, or there is only one."""
    why: str


def _layout(path: Path, source: Source, settings: GradeSettings) -> _Tracks:
    channel = settings.trainee_channel
    if channel is not None and channel >= source.channels:
        problem = f"has {source.channels} channel(s), so there is no channel {channel}"
        raise InputError(path, problem, "Name another with --trainee-channel, counted from 0")
    if settings.trainee_only:
        return _Tracks(Layout.TRAINEE_ONLY, channel or 0, chosen=True, why="you said so")
    if source.channels == 1:
        return _Tracks(Layout.MIXED, 0, chosen=True, why="the recording has one channel")
    if source.channels == 2 and hold_the_same(path):
        return _Tracks(Layout.MIXED, 0, chosen=True, why="both channels hold the same signal")
    if channel is not None:
        return _Tracks(Layout.TWO_CHANNEL, channel, chosen=True, why="you said so")
    if source.channels > 2:
        problem = f"has {source.channels} channels"
        raise InputError(path, problem, "Name the trainee's with --trainee-channel, counted from 0")
    return _Tracks(Layout.TWO_CHANNEL, 0, chosen=False, why="")


def _hearing(layout: Layout, grader: Grader) -> Hearing:
    if grader.recognizer is None:
        return Hearing(layout, grader.settings.language, "graded with --voice-only", keeps_fillers=False)
    keeps = grader.recognizer.info.keeps_fillers
    return Hearing(layout, grader.settings.language, None, keeps_fillers=keeps)


def _exchanges(path: Path, tracks: _Tracks) -> Iterator[Exchanged | CallEnded]:
    """The recording as the events of a call."""
    at = 0
    for block in read_blocks(path):
        heard, played = _split(block, tracks)
        second = None if played is None else AudioChunk(at, played)
        yield Exchanged(AudioChunk(at, heard), second)
        at += block.shape[1]
    yield CallEnded(at)


def _split(block: Block, tracks: _Tracks) -> tuple[Block, Block | None]:
    """The two tracks of a block; a third channel and more are the caller's side too."""
    if tracks.layout is not Layout.TWO_CHANNEL:
        return (block[tracks.first] if tracks.chosen else block[0]), None
    others = np.delete(block, tracks.first, axis=0)
    return block[tracks.first], others.sum(axis=0, dtype=np.float32)


def _answer(analysis: Analysis, commands: list[Command], grader: Grader) -> None:
    """Recognize what the analysis asks for, at once."""
    for command in commands:
        assert grader.recognizer is not None
        words = grader.recognizer.recognize(command.audio.samples, grader.settings.language)
        analysis.push(Recognized(command.segment.id, words))


def _assign(path: Path, tracks: _Tracks, analysis: Analysis, grader: Grader) -> tuple[Roles, Call]:
    """Who is on which channel, and the call seen that way."""
    call = analysis.call()
    if tracks.layout is Layout.MIXED:
        return Roles(tracks.layout, {}, 1.0, tracks.why), call
    if tracks.layout is Layout.TRAINEE_ONLY:
        return Roles(tracks.layout, {Speaker.TRAINEE: tracks.first}, 1.0, tracks.why), call
    if tracks.chosen:
        return Roles(tracks.layout, _channels(tracks.first), 1.0, tracks.why), call
    guess = _guess(path, call, grader)
    roles = Roles(tracks.layout, _channels(guess.trainee_track), guess.confidence, guess.reason)
    return roles, analysis.call(swapped=True) if guess.trainee_track else call


def _channels(trainee: int) -> Mapping[Speaker, int]:
    return {Speaker.TRAINEE: trainee, Speaker.CALLER: 1 - trainee if trainee < 2 else 0}


def _guess(path: Path, call: Call, grader: Grader) -> RoleGuess:
    remedy = "Name the trainee's channel with --trainee-channel left or right"
    if grader.recognizer is None:
        raise InputError(path, "without words nobody can tell the trainee's channel", remedy)
    guess = tell_roles(*(_acts_of_anybody(call, s, grader) for s in (Speaker.TRAINEE, Speaker.CALLER)))
    if guess.confidence < SURE_ENOUGH:
        side = ("left", "right")[guess.trainee_track]
        problem = (
            f"cannot tell which channel is the trainee's ({side}: {guess.confidence:.0%} sure, "
            f"{SURE_ENOUGH:.0%} needed)"
        )
        raise InputError(path, problem, remedy)
    return guess


def _acts_of_anybody(call: Call, speaker: Speaker, grader: Grader) -> list[Act]:
    turns = (replace(turn, speaker=Speaker.UNSEPARATED) for turn in call.turns_of(speaker))
    return [act for turn in turns for act in grader.reader.read(turn)]


def _warnings(grader: Grader) -> tuple[str, ...]:
    if grader.recognizer is None or grader.recognizer.info.scope == "general":
        return ()
    info = grader.recognizer.info
    warning = (
        f"The model '{info.name}' knows {info.scope} only: on real people it invents plausible sentences. "
        "Do not use these words or marks for a person."
    )
    return (warning,)
