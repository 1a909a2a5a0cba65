"""What a live call shows: meters, lines, panel, JSON, and the command that plays a recording."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from listening import both_tracks, ears
from rich.console import Console
from typer.testing import CliRunner

from voicecoach.apps.live_screen import JsonLines, Lines, Panel, new_screen
from voicecoach.cli import app
from voicecoach.errors import InputError, ModelError
from voicecoach.events import FinalHeard, Notice, PartialHeard, Sounded, TurnEnded
from voicecoach.listen.meters import Reading, VoiceMeter
from voicecoach.listen.recent import KEPT, RecentContours
from voicecoach.listen.track import TrackListener
from voicecoach.prosody import ProsodyFrames
from voicecoach.speech import EndOfTurn, Speaker, SpeechSegment, Word
from voicecoach.timeline import RATE, Span

SEGMENT = SpeechSegment(1, Speaker.TRAINEE, Span(RATE, 2 * RATE))
FINAL = FinalHeard(SEGMENT, (Word("Hello", Span(RATE, RATE + 100), 0.9), Word("[b]you.", SEGMENT.span, 0.9)))
PARTIAL = PartialHeard(Speaker.TRAINEE, ("Good",), ("morning",), 2 * RATE)
END = TurnEnded(Speaker.TRAINEE, EndOfTurn(2 * RATE, 3 * RATE, 0.8, "the voice sounded finished"))


def heard(name: str = "good", seconds: int = 20, gain: float = 1.0, step: int = 320) -> list[ProsodyFrames]:
    """The trainee's live frames."""
    trainee = both_tracks(name)[0][: seconds * RATE] * np.float32(gain)
    listener = TrackListener(ears())
    return [listener.sound(trainee[at : at + step]) for at in range(0, len(trainee), step)]


def readings(frames: list[ProsodyFrames]) -> list[Reading]:
    meter = VoiceMeter()
    return [meter.push(each) for each in frames]


def test_meters_are_relative_to_the_speaker() -> None:
    usual, louder = (
        [r for r in readings(heard(gain=gain)) if r.pitch_st is not None] for gain in (1.0, 0.25)
    )
    assert len(usual) > 100
    assert abs(np.median([r.pitch_st for r in usual])) < 1.5
    for soft, loud in zip(usual, louder, strict=True):
        assert soft.pitch_st == pytest.approx(loud.pitch_st, abs=0.3)
        assert soft.level_db == pytest.approx(loud.level_db, abs=0.6)


def test_a_raised_voice_shows_as_louder() -> None:
    trainee = both_tracks("good")[0][: 20 * RATE].copy()
    trainee[15 * RATE :] *= 3.0
    listener, meter = TrackListener(ears()), VoiceMeter()
    pieces = [listener.sound(trainee[at : at + 320]) for at in range(0, len(trainee), 320)]
    shown = [(piece.first / 100, meter.push(piece)) for piece in pieces]
    raised = [r.level_db for at_s, r in shown if at_s > 15.5 and r.level_db is not None]
    before = [r.level_db for at_s, r in shown if at_s < 15 and r.level_db is not None]
    assert np.median(raised) - np.median(before) == pytest.approx(9.5, abs=4.0)


def test_pace_is_what_people_speak_at_and_missing_in_silence() -> None:
    paces = [r.pace_sps for r in readings(heard()) if r.pace_sps is not None]
    assert 2.5 < np.median(paces) < 7.0
    silence = TrackListener(ears())
    nothing = VoiceMeter().push(silence.sound(np.zeros(5 * RATE, np.float32)))
    assert nothing == Reading(None, None, None)


def test_recent_contours_keep_a_minute_and_the_frames_their_numbers() -> None:
    recent, frames = RecentContours(), heard(seconds=30, step=RATE)
    for _ in range(8):
        for each in frames:
            recent.push(each)
    total = 8 * sum(len(each.f0_hz) for each in frames)
    assert recent.first + len(recent.f0_hz) == total
    assert KEPT // 2 <= len(recent.f0_hz) <= KEPT
    whole = np.concatenate([each.f0_hz for each in frames] * 8)
    assert np.array_equal(recent.f0_hz, whole[recent.first :])
    levels = np.concatenate([each.level_dbfs[: len(each.f0_hz)] for each in frames] * 8)
    assert np.array_equal(recent.level_dbfs, levels[recent.first :])


def tell(screen: Lines | Panel | JsonLines, *notices: Notice) -> None:
    with screen:
        for frames in heard(seconds=5):
            screen.tell(Sounded(Speaker.TRAINEE, frames), frames.first * 160)
        for notice in notices:
            screen.tell(notice, 3 * RATE)


def test_lines_print_finals_and_ends_and_no_markup_of_the_speakers() -> None:
    out = StringIO()
    tell(new_screen(Console(file=out, width=100), plain=True, as_json=False), PARTIAL, FINAL, END)
    final, end = out.getvalue().splitlines()
    assert final.startswith("0:01.0  trainee")
    assert "Hello [b]you." in final
    assert "syllables/s" in final
    assert "turn over: the voice sounded finished" in end
    assert "Good" not in out.getvalue()


def test_the_panel_shows_what_may_change_in_brackets() -> None:
    out = StringIO()
    console = Console(file=out, width=80, force_terminal=True, color_system=None)
    screen = new_screen(console, plain=False, as_json=False)
    assert isinstance(screen, Panel)
    tell(screen, FINAL, PARTIAL)
    shown = out.getvalue()
    assert "Hello [b]you." in shown
    assert "Good [morning]" in shown
    assert shown.index("Hello") < shown.index("Good [morning]")
    needle = next(line for line in shown.splitlines() if "syll/s" in line)
    assert len(needle) <= 80


def test_json_lines_say_when_what_was_known() -> None:
    out = StringIO()
    tell(new_screen(Console(file=out, width=40), plain=False, as_json=True), PARTIAL, FINAL, END)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert lines[-3] == {
        "at_s": 3.0,
        "event": "partial",
        "speaker": "trainee",
        "committed": ["Good"],
        "tentative": ["morning"],
        "heard_until_s": 2.0,
    }
    assert lines[-2]["words"][1]["text"] == "[b]you."
    assert lines[-1]["event"] == "turn_ended"
    assert {line["event"] for line in lines[:-3]} == {"sounded"}


def test_a_recording_is_listened_to_as_if_it_happened_now(tmp_path: Path) -> None:
    from audio_files import write

    path = tmp_path / "greeting.wav"
    write(path, np.stack([track[: int(4.6 * RATE)] for track in both_tracks("interrupting")]), RATE)
    result = CliRunner().invoke(app, ["listen", str(path), "--model", "demo", "--device", "cpu", "--json"])
    assert result.exit_code == 0, result.output
    events = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    final = next(event for event in events if event["event"] == "final")
    assert [word["text"] for word in final["words"]][:4] == ["Thank", "you", "for", "calling"]
    assert any(event["event"] == "sounded" and event["speaker"] == "caller" for event in events)


def test_what_cannot_be_listened_to_is_said_before_the_model_is_loaded(tmp_path: Path) -> None:
    missing = CliRunner().invoke(app, ["listen", str(tmp_path / "no.wav")])
    assert isinstance(missing.exception, InputError)
    path = Path(__file__).parent.parent / "audio_fixtures" / "good.16k.flac"
    wrong = CliRunner().invoke(app, ["listen", str(path), "--trainee-channel", "7", "--model", "demo"])
    assert isinstance(wrong.exception, InputError)
    assert "--trainee-channel" in str(wrong.exception)
    foreign = CliRunner().invoke(app, ["listen", str(path), "--model", "demo", "--language", "de"])
    assert isinstance(foreign.exception, ModelError)
