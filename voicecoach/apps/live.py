"""The loop of a live call: audio is the clock, questions go to workers, answers come when they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from voicecoach.call import Call
from voicecoach.events import Answer, CallEnded, Command, Event, Exchanged, Notice
from voicecoach.listen.activity import BLOCK
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.track import Ears, TrackListener
from voicecoach.ports import Workers
from voicecoach.timeline import RATE

Tell = Callable[[Notice, int], None]
"""Told what is known, and how much of the call had been heard by then (samples)."""


def listen_live(
    events: Iterable[Exchanged | CallEnded], analysis: Analysis, workers: Workers, tell: Tell
) -> Call:
    """Listen to a call while it happens; return its record once every final is there.

    Parameters
    ----------
    events : from a device, or from a recording through `devices.pace.in_real_time`; ends with `CallEnded`.
    analysis : made with `live` speakers.
    workers : answer the analysis's questions.
    tell : called with everything that becomes known on the way.

    Raises
    ------
    VoicecoachError : the source or the recognizer failed.
    """
    now = 0

    def push(event: Event) -> None:
        for thing in analysis.push(event):
            if isinstance(thing, Command):
                workers.submit(thing, now)
            else:
                tell(thing, now)

    def answered(answers: list[Answer]) -> None:
        for answer in answers:
            push(answer)

    for event in events:
        now = event.heard.end if isinstance(event, Exchanged) else event.duration
        push(event)
        answered(workers.collect(now))
    while analysis.awaited:
        answered(workers.finish())
    return analysis.call()


def warm(ears: Ears) -> None:
    """Load and compile now what the first second of a call would otherwise wait for."""
    cycle = np.linspace(-0.1, 0.1, RATE // 120, dtype=np.float32)  # 120 Hz: a voice to the pitch tracker
    listener = TrackListener(ears)
    listener.sound(np.tile(cycle, 240))
    listener.push(np.zeros(BLOCK, np.float32))
