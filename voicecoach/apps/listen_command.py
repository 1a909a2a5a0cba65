"""``voicecoach listen``: a recording at the speed of life, and what a live call would hear of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from voicecoach.apps.live import listen_live, warm
from voicecoach.apps.live_screen import Screen, new_screen
from voicecoach.apps.options import GradeOptions, Preparation, prepare
from voicecoach.apps.terminal import show_note
from voicecoach.apps.tracks import Tracks, choose_tracks, exchanges
from voicecoach.audio import Layout
from voicecoach.devices.assets import weights
from voicecoach.devices.media import probe
from voicecoach.devices.pace import in_real_time
from voicecoach.devices.silero import SileroDetector
from voicecoach.devices.workers import ThreadedWorkers
from voicecoach.events import CallEnded, Exchanged
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.limits import Hearing
from voicecoach.listen.track import Ears
from voicecoach.speech import Speaker
from voicecoach.timeline import BLOCK

INTERRUPT = 130
"""Exit status after Ctrl-C: 128 + SIGINT."""


def listen_command(path: Path, options: GradeOptions, *, plain: bool, as_json: bool) -> int:
    """Listen to `path` as if it happened now; the exit status.

    Raises
    ------
    VoicecoachError : the recording, the model or the device cannot be used.
    """
    told = Console(stderr=True)
    source = probe(path)
    plan = prepare(options)
    tracks = choose_tracks(path, source, plan.settings)
    show_note(told, _choice(plan, tracks))
    try:
        with new_screen(Console(), plain=plain, as_json=as_json) as screen:
            _listen(exchanges(path, tracks, BLOCK), tracks, plan, screen)
    except KeyboardInterrupt:
        show_note(told, "Stopped.")
        return INTERRUPT
    return 0


def _listen(
    events: Iterator[Exchanged | CallEnded], tracks: Tracks, plan: Preparation, screen: Screen
) -> None:
    recognizer = plan.recognizer()
    assert recognizer is not None, "listening needs words"
    recognizer.warm()
    ears = Ears(SileroDetector, weights("pitch"))
    hearing = Hearing(tracks.layout, plan.settings.language, None, recognizer.info.keeps_fillers)
    warm(ears)
    with ThreadedWorkers(recognizer, plan.settings.language) as workers:
        listen_live(
            in_real_time(events), Analysis(ears, hearing, live=frozenset(Speaker)), workers, screen.tell
        )


def _choice(plan: Preparation, tracks: Tracks) -> str:
    """Who is shown as whom, and with which model: what a user could wonder about."""
    assert plan.model is not None
    who = {
        Layout.TWO_CHANNEL: f"trainee on channel {tracks.first} (--trainee-channel)",
        Layout.MIXED: "speakers not told apart",
        Layout.TRAINEE_ONLY: "the trainee alone",
    }[tracks.layout]
    return f"Model {plan.model.name} ({plan.model_reason}), {plan.window.window} window; {who}. Ctrl-C stops."
