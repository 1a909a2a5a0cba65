"""What a trainee presses in a call is shown by its screen, through the real loop."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.held_calls import HANG_UP, hold
from voicecoach.apps.call_state import CallState
from voicecoach.apps.screen.spoken_lines import SpokenLines
from voicecoach.devices.simulated_trainee import AfterCaller, AfterOwn, At, Press, Say, Step
from voicecoach.events import Glitched, Key
from voicecoach.timeline import Span, samples


def test_hold_and_mute_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    steps = (
        Step(At(0.3), Say("Good morning.")),
        Step(AfterCaller(0.2), Press(Key.HOLD)),
        Step(AfterOwn(1.0), Press(Key.HOLD)),
        Step(AfterOwn(0.2), Press(Key.MUTE)),
        Step(AfterOwn(0.4), Press(Key.MUTE)),
        HANG_UP,
    )
    said = hold(tmp_path, steps).said
    shown = ("the caller is on hold", "back from hold", "microphone muted", "microphone open")
    assert [said.count(text) for text in shown] == [1, 1, 1, 1], said


def test_a_click_of_the_device_is_no_line() -> None:
    lines = SpokenLines(CallState(), "Laura", hints=False)
    lost = [Glitched(Span(0, samples(lost_s)), "the device was busy") for lost_s in (0.02, 0.5)]
    told = [line for glitch in lost for line in lines.tell(glitch, 16_000)]
    assert len(told) == 1
    assert "0.50 s of sound were lost" in told[0]
