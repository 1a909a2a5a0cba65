"""The rehearsal as one machine: what becomes of lines that nobody will hear, and of calls that nobody ends.

Nobody says a word here, so that a recognizer is not needed; what is said is in ``stories/``.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from tests.stories.stage import studio
from voicecoach.apps.studio import Studio
from voicecoach.audio import AudioChunk
from voicecoach.conversation import Ending, Line, LineEnded, Move
from voicecoach.converse.rehearsal import Rehearsal
from voicecoach.events import (
    CallOver,
    Discard,
    Exchanged,
    Key,
    Pressed,
    RehearsalCommand,
    RehearsalEvent,
    RehearsalNotice,
    Render,
    Rendered,
    RenderFailed,
)
from voicecoach.speech import Word
from voicecoach.spoken import Rendering
from voicecoach.timeline import BLOCK, Span, samples, seconds

Found = list[RehearsalCommand | RehearsalNotice]


class Quiet:
    """A call in which the trainee says nothing; time passes block by block."""

    def __init__(self, stage: Studio | None = None) -> None:
        self.rehearsal: Rehearsal = (stage or studio()).rehearsal(seed=1)
        self.found: Found = []
        self.now = 0

    def push(self, event: RehearsalEvent) -> Found:
        found = self.rehearsal.push(event)
        self.found += found
        return found

    def wait(self, for_s: float) -> None:
        """Let time pass, to the end of the call at most."""
        until = self.now + samples(for_s)
        while self.now < until and self.rehearsal.over is None:
            block = AudioChunk(self.now, np.zeros(BLOCK, np.float32))
            self.push(Exchanged(block, AudioChunk(self.now, self.rehearsal.next_block(BLOCK))))
            self.now += BLOCK

    def asked(self) -> list[Line]:
        """The lines that the voice was asked for."""
        return [thing.line for thing in self.found if isinstance(thing, Render)]

    def speak(self, line: Line) -> None:
        """The voice has spoken a line: one second of silence, one word."""
        word = Word("hello", Span(0, 16_000), 1.0)
        self.push(Rendered(line.id, Rendering(np.zeros(16_000, np.float32), (word,))))

    def discarded(self) -> list[int]:
        return [thing.line_id for thing in self.found if isinstance(thing, Discard)]

    def ended(self) -> Iterable[LineEnded]:
        return (thing for thing in self.found if isinstance(thing, LineEnded))


@pytest.mark.parametrize("key", [Key.HANG_UP, Key.HOLD, Key.TRANSFER])
def test_a_line_that_will_not_be_said_is_not_rendered_any_more(key: Key) -> None:
    call = Quiet()
    call.wait(6.5)
    (hello,) = call.asked()
    call.push(Pressed(key))
    assert call.discarded() == [hello.id]
    assert [(ended.line, ended.span, ended.cut) for ended in call.ended()] == [(hello, None, True)]


def test_a_line_that_sounded_is_not_discarded() -> None:
    call = Quiet()
    call.wait(6.5)
    (hello,) = call.asked()
    call.speak(hello)
    call.wait(0.5)
    call.push(Pressed(Key.HANG_UP))
    assert call.discarded() == []
    assert call.rehearsal.over is not None


def test_a_caller_without_a_voice_hangs_up_all_the_same() -> None:
    call = Quiet()
    for count in (1, 2, 3):
        call.wait(7.0)
        assert len(call.asked()) == count
        call.push(RenderFailed(call.asked()[-1].id, "the engine broke"))
    call.wait(0.1)
    assert [line.move for line in call.asked()] == [Move.PROMPTS, Move.PROMPTS, Move.HANGS_UP]
    assert isinstance(call.rehearsal.over, CallOver)
    assert call.rehearsal.over.ending is Ending.CALLER_HUNG_UP


def test_what_was_answered_on_hold_is_not_said_after_it() -> None:
    call = Quiet()
    call.wait(1.0)
    call.push(Pressed(Key.HOLD))
    call.push(Pressed(Key.REPEAT))
    answered = call.asked()
    assert answered
    for line in answered:
        call.speak(line)
    call.wait(1.0)
    call.push(Pressed(Key.HOLD))
    call.wait(1.0)
    assert [ended.line for ended in call.ended()] == answered
    assert all(ended.span is None for ended in call.ended())


def test_keys_after_the_end_do_nothing() -> None:
    call = Quiet()
    call.wait(1.0)
    call.push(Pressed(Key.HANG_UP))
    assert call.push(Pressed(Key.REPEAT)) == []


def test_a_caller_who_is_forgotten_on_hold_hangs_up() -> None:
    stage = studio()
    temper = stage.role.temper.model_copy(update={"hold_patience_s": 10.0})
    role = stage.role.model_copy(update={"temper": temper})
    persona = stage.persona.model_copy(update={"role": role})
    call = Quiet(Studio(persona, role, stage.grader))
    call.wait(1.0)
    call.push(Pressed(Key.HOLD))
    call.wait(60.0)
    assert call.rehearsal.over is not None
    assert call.rehearsal.over.ending is Ending.CALLER_HUNG_UP
    assert seconds(call.rehearsal.over.at) == pytest.approx(31.0, abs=0.05)  # three times its patience
    assert call.asked() == []
