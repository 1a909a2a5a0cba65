"""Calls as stories: what the trainee does, and what the caller must do because of it, and when.

Times are derived in the comments from the laws of turn-taking (docs/conversation.md). A block is 20 ms, the
analysis looks every 32 ms, and a voice is known some 60 ms after it begins.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from stage import TRAINEE, Played, Story, espeak, play, studio

from voicecoach.apps.grade import judge
from voicecoach.apps.library import RECORDED_ROLES
from voicecoach.audio import AudioChunk, Layout, Samples
from voicecoach.conversation import Ending, LineEnded, Move
from voicecoach.devices.line_bank import InlineVoice
from voicecoach.devices.simulated_headset import Outage, Wiring
from voicecoach.devices.simulated_room import Room
from voicecoach.devices.simulated_trainee import (
    AfterCaller,
    AfterOwn,
    At,
    Cough,
    IntoCaller,
    Press,
    Say,
    Step,
)
from voicecoach.devices.workers import answer
from voicecoach.errors import DeviceError
from voicecoach.events import (
    CallEnded,
    CallOver,
    DeviceBack,
    DeviceLost,
    Exchanged,
    FloorTaken,
    Glitched,
    Key,
    MoodMoved,
    Recognize,
    RenderFailed,
)
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.limits import Hearing
from voicecoach.ports import Voice
from voicecoach.speech import Speaker
from voicecoach.spoken import Delivery, Rendering
from voicecoach.timeline import samples, seconds

GREETING = Say("Good morning this is Anna how can I help you today?")
SORRY = Say("I'm sorry but please wait a moment and let me help you.")
HANG_UP = Step(AfterCaller(0.5), Press(Key.HANG_UP))


def begin(*more: Step) -> tuple[Step, ...]:
    return (Step(At(0.3), GREETING), *more)


STORIES = {
    "greeting": Story(begin(HANG_UP)),
    "barge-in": Story(begin(Step(IntoCaller(1.3), SORRY), HANG_UP), drafts=True),
    "backchannel": Story(begin(Step(IntoCaller(1.3), Say("Okay.")), HANG_UP)),
    "cough": Story(begin(Step(IntoCaller(1.3), Cough()), HANG_UP)),
    "silence": Story((), ends_s=40.0),
    "rambling": Story(
        (
            Step(At(0.3), GREETING),
            *(
                Step(
                    AfterOwn(0.3) if number else AfterCaller(0.5),
                    Say("I have to check the system and the account and the order and the history and then"),
                )
                for number in range(5)
            ),
        ),
        ends_s=33.0,
    ),
    "hold": Story(
        begin(
            Step(AfterCaller(0.5), Say("Would you mind holding for one minute please?")),
            Step(AfterCaller(0.3), Press(Key.HOLD)),
            Step(AfterOwn(4.0), Press(Key.HOLD)),
            Step(AfterOwn(0.4), Say("Thank you for holding.")),
            HANG_UP,
        )
    ),
    "slow recognizer": Story(begin(HANG_UP), recognizer_s=3.0),
    "echo": Story(begin(HANG_UP), room=Room(echo_gain=0.03, echo_delay_ms=80.0)),
    "hang up": Story(begin(Step(IntoCaller(1.2), Press(Key.HANG_UP)))),
    "transfer": Story(begin(Step(IntoCaller(1.2), Press(Key.TRANSFER)))),
    "lost blocks": Story(begin(HANG_UP), wiring=Wiring(lost_share=0.05)),
    "plug pulled out": Story(begin(), wiring=Wiring(outages=(Outage(at_s=4.0, away_s=None),))),
    "outage": Story(begin(HANG_UP), wiring=Wiring(outages=(Outage(at_s=5.0, away_s=2.0),))),
}


@cache
def told(name: str) -> Played:
    return play(STORIES[name])


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """So that the first story is not charged for it."""
    studio()
    espeak()


def level_dbfs(played: Played, start_s: float, end_s: float) -> float:
    sound = played.played[samples(start_s) : samples(end_s)]
    return 10 * float(np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12))


def test_caller_answers_the_greeting() -> None:
    call = told("greeting")
    spoken_s = len(espeak_line(GREETING.text)) / 16_000
    first = call.began_to_say()[0]
    # The greeting ends at 0.3 s + its length; complete turns wait 0.5 s, unsure ones 0.7 s, and the persona
    # thinks for 0.1 s when angry; the end of a voice is known to within 0.1 s.
    assert first.line.move is Move.OPENS
    assert 0.5 <= seconds(first.at) - (0.3 + spoken_s) <= 1.0
    assert call.all(CallOver)[-1].ending is Ending.TRAINEE_HUNG_UP


def test_trainee_takes_the_floor() -> None:
    call = told("barge-in")
    onset_s = seconds(call.began[1])
    cut = next(line for line in call.said() if line.cut)
    assert cut.line.move is Move.OPENS
    assert cut.span is not None
    # Known after 0.06 s, softer at 0.11 s, silent at 0.35 s, faded out 25 ms later: at most three looks late.
    assert onset_s + 0.3 <= seconds(cut.span.end) <= onset_s + 0.65
    assert len(cut.heard) < len(cut.line.text.split())
    assert level_dbfs(call, onset_s + 0.7, onset_s + 1.5) < -80
    assert level_dbfs(call, onset_s + 0.25, onset_s + 0.4) < level_dbfs(call, onset_s - 0.5, onset_s) - 8
    causes = [moved.change.cause for moved in call.all(MoodMoved)]
    assert "cuts in" in causes


@pytest.mark.parametrize("name", ["backchannel", "cough"])
def test_caller_speaks_on(name: str) -> None:
    call = told(name)
    assert all(not line.cut for line in call.said()[:2])
    assert [moved.change.cause for moved in call.all(MoodMoved) if "cuts" in moved.change.cause] == []
    sounded = call.said()[0].span
    assert sounded is not None
    holders = [taken.holder for taken in call.all(FloorTaken) if taken.at < sounded.end]
    assert holders == [Speaker.TRAINEE, Speaker.CALLER], "the greeting, then the caller, who keeps the floor"


def test_silence_is_asked_about_and_ends_the_call() -> None:
    call = told("silence")
    moves = [began.line.move for began in call.began_to_say()]
    # hello_after_s is 6 s; each question takes about 1 s, and the third time the caller hangs up.
    assert moves == [Move.PROMPTS, Move.PROMPTS, Move.HANGS_UP]
    assert 6.0 <= seconds(call.began_to_say()[0].at) <= 6.6
    assert call.all(CallOver)[-1].ending is Ending.CALLER_HUNG_UP


def test_caller_cuts_in_on_a_monologue() -> None:
    call = told("rambling")
    began = [line for line in call.began_to_say() if line.line.move is Move.INTERRUPTS]
    assert began, [line.line.move for line in call.began_to_say()]
    # patience_s is 18 s (13.5 s when furious), at a pause if one comes within 3 s.
    after_s = seconds(began[0].at - call.began[1])
    assert 13.0 <= after_s <= 22.0


def test_hold_is_silent_and_taken_back() -> None:
    call = told("hold")
    held, back = call.began[2], call.began[3]
    assert seconds(back - held) == pytest.approx(4.0, abs=0.05)
    between = call.heard[held + samples(0.1) : back - samples(0.1)]
    assert not between.any()
    assert not [line for line in call.began_to_say() if held + 800 < line.at < back]
    assert call.all(CallOver)[-1].ending is Ending.TRAINEE_HUNG_UP


def test_slow_recognizer_delays_the_answer_and_no_more() -> None:
    quick, slow = told("greeting"), told("slow recognizer")
    # Asked 0.2 s after the voice stopped, it answers after 3 s: the greeting is answered at once then.
    assert 2.0 <= seconds(slow.began_to_say()[0].at - quick.began_to_say()[0].at) <= 3.0
    assert slow.began_to_say()[0].line.move is Move.OPENS


def test_caller_never_interrupts_itself() -> None:
    call = told("echo")
    assert all(not line.cut for line in call.said()[:2])


@pytest.mark.parametrize(
    ("name", "ending"), [("hang up", Ending.TRAINEE_HUNG_UP), ("transfer", Ending.TRANSFERRED)]
)
def test_keys_end_the_call_in_mid_sentence(name: str, ending: Ending) -> None:
    call = told(name)
    over = call.all(CallOver)[-1]
    assert over.ending is ending
    # A key counts with the block after it, at the latest.
    assert seconds(over.at - call.began[1]) <= 0.06
    assert call.said()[-1].cut


def test_lost_blocks_are_told_and_silent() -> None:
    call = told("lost blocks")
    glitches = {glitch.span for glitch in call.all(Glitched)}
    share = sum(span.duration for span in glitches) / len(call.heard)
    assert 0.02 < share < 0.09
    assert all(not call.heard[span.start : span.end].any() for span in glitches)
    assert call.all(CallOver)[-1].ending is Ending.TRAINEE_HUNG_UP


def test_call_stands_still_while_the_device_is_away() -> None:
    call = told("outage")
    troubles = [type(thing) for _, thing in call.log if isinstance(thing, DeviceLost | DeviceBack)]
    assert troubles == [DeviceLost, DeviceBack] * 2, "told at once, then pushed with the next block"
    assert call.all(DeviceBack)[0].away_s == pytest.approx(2.0, abs=0.1)
    assert call.all(CallOver)[-1].ending is Ending.TRAINEE_HUNG_UP


def test_a_device_that_never_comes_back_is_in_the_log() -> None:
    call = told("plug pulled out")
    troubles = [type(thing) for _, thing in call.log if isinstance(thing, DeviceLost | CallEnded)]
    assert troubles == [DeviceLost, DeviceLost, CallEnded], "told at once, and pushed before the end"


class Breaking:
    """A voice that cannot say one thing."""

    def __init__(self, voice: Voice, unspeakable: str) -> None:
        self._voice, self._unspeakable = voice, unspeakable

    def render(self, text: str, delivery: Delivery) -> Rendering:
        if text == self._unspeakable:
            raise DeviceError("the engine broke")
        return self._voice.render(text, delivery)


def test_a_line_that_cannot_be_spoken_is_left_out() -> None:
    unspeakable = told("greeting").began_to_say()[0].line.text
    call = play(Story(begin(HANG_UP), voices=InlineVoice(Breaking(espeak(), unspeakable))))
    assert len(call.all(RenderFailed)) == 1
    lost = next(line for line in call.all(LineEnded) if line.line.text == unspeakable)
    assert lost.span is None
    assert call.said(), "the caller says the rest"


@pytest.mark.parametrize("name", STORIES)
def test_recording_is_graded_to_the_live_scorecard(name: str) -> None:
    """The same sound in one piece and what was kept of the desk, without anything live, by the same path."""
    call = told(name)
    grader = studio().grader
    assert grader.recognizer is not None
    analysis = Analysis(grader.ears, Hearing(Layout.TWO_CHANNEL, "en", None, keeps_fillers=True))
    commands = analysis.push(Exchanged(AudioChunk(0, call.heard), AudioChunk(0, call.played)))
    commands += analysis.push(CallEnded(len(call.heard)))
    for command in commands:
        assert isinstance(command, Recognize)
        analysis.push(answer(grader.recognizer, command, "en"))
    kept = replace(grader, desk=call.graded.call.desk)
    graded = judge(call.graded.source, RECORDED_ROLES, analysis.call(), kept)
    assert graded.scorecard == call.graded.scorecard


def espeak_line(text: str) -> Samples:
    return espeak().render(text, TRAINEE).samples
