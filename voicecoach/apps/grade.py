"""Grade one recording: decode, listen, understand, score.

This is the batch driver of the one path: it pushes the same events into the same `Analysis` as a live
call does; the recognizer answers many questions together, and later, which changes no word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from voicecoach.acts import Act
from voicecoach.apps.settings import GradeSettings
from voicecoach.apps.tracks import Tracks, choose_tracks, exchanges
from voicecoach.audio import Layout
from voicecoach.call import Call
from voicecoach.desk_log import DeskEntry
from voicecoach.devices.assets import weights
from voicecoach.devices.lots import LotWorkers
from voicecoach.devices.media import probe
from voicecoach.devices.silero import SileroDetector
from voicecoach.errors import InputError
from voicecoach.events import CallEnded, Command, Exchanged
from voicecoach.facts import FactTable
from voicecoach.graded import GradedCall, Roles, Source
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.limits import Hearing
from voicecoach.listen.track import Ears
from voicecoach.ports import Recognizer
from voicecoach.rubric import Rubric
from voicecoach.score.limits import understood
from voicecoach.score.marking import mark
from voicecoach.speech import Speaker
from voicecoach.timeline import seconds
from voicecoach.understand.reader import ActReader
from voicecoach.understand.roles import RoleGuess, tell_roles

SURE_ENOUGH = 0.8
"""Below this the trainee's channel is asked for rather than guessed: a swapped call grades the customer."""

LISTENING = 0.3
"""Share of the work that is not recognition (demo and base, one thread): what progress counts it for."""

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
    desk: tuple[DeskEntry, ...] | None = None
    """What was done at the desk in the one call that is graded; None: nobody kept book."""


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
    tracks = choose_tracks(path, source, grader.settings)
    analysis = Analysis(grader.ears, hearing_of(tracks.layout, grader))
    duration_s = source.duration_s
    _listen(
        exchanges(path, tracks),
        analysis,
        grader,
        lambda until: progress(min(1.0, seconds(until) / duration_s)),
    )
    roles, call = _assign(path, tracks, analysis, grader)
    return judge(source, roles, call, grader)


def judge(source: Source, roles: Roles, call: Call, grader: Grader) -> GradedCall:
    """Read the acts of a call that was listened to, live or not, and mark it."""
    acts = tuple(act for turn in call.turns for act in grader.reader.read(turn))
    call = understood(replace(call, acts=acts, desk=grader.desk), grader.facts)
    card = mark(call, grader.rubric, grader.facts)
    info = grader.recognizer.info if grader.recognizer else None
    return GradedCall(source, roles, info, call, card, _warnings(grader))


def hearing_of(layout: Layout, grader: Grader) -> Hearing:
    """How a grader's calls are listened to."""
    if grader.recognizer is None:
        return Hearing(layout, grader.settings.language, "graded with --voice-only", keeps_fillers=False)
    keeps = grader.recognizer.info.keeps_fillers
    return Hearing(layout, grader.settings.language, None, keeps_fillers=keeps)


def _listen(
    events: Iterable[Exchanged | CallEnded], analysis: Analysis, grader: Grader, tell: Callable[[int], None]
) -> None:
    """Push a recording through the analysis, its questions answered in lots; tell how far it has come."""
    if grader.recognizer is None:
        for event in events:
            analysis.push(event)
            tell(_end(event))
        return
    with LotWorkers(grader.recognizer, grader.settings.language) as workers:
        for event in events:
            now = _end(event)
            for thing in analysis.push(event):
                if isinstance(thing, Command):
                    workers.submit(thing, now)
            for answer in workers.collect(now):
                analysis.push(answer)
            answered = now if workers.oldest is None else workers.oldest
            tell(round(LISTENING * now + (1 - LISTENING) * answered))
        for answer in workers.finish():
            analysis.push(answer)


def _end(event: Exchanged | CallEnded) -> int:
    return event.heard.end if isinstance(event, Exchanged) else event.duration


def _assign(path: Path, tracks: Tracks, analysis: Analysis, grader: Grader) -> tuple[Roles, Call]:
    """Who is on which channel, and the call seen that way."""
    call = analysis.call()
    if tracks.layout is Layout.MIXED:
        return Roles(tracks.layout, {}, 1.0, tracks.why), call
    if tracks.layout is Layout.TRAINEE_ONLY:
        return Roles(tracks.layout, {Speaker.TRAINEE: tracks.first}, 1.0, tracks.why), call
    if tracks.chosen:
        return Roles(tracks.layout, channels_of(tracks.first), 1.0, tracks.why), call
    guess = _guess(path, call, grader)
    roles = Roles(tracks.layout, channels_of(guess.trainee_track), guess.confidence, guess.reason)
    return roles, analysis.call(swapped=True) if guess.trainee_track else call


def channels_of(trainee: int) -> Mapping[Speaker, int]:
    """Channels of both speakers, from the trainee's."""
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
