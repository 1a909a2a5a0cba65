"""What is done at the desk is part of the call: in its log, at its samples, in its grading; the last of it
after the call.

One short call is played through the real stack and kept; all tests go back to it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self, TypeVar

import pytest
from call_notices import WORKING
from rich.console import Console

from tests.held_calls import SEED, Listener
from tests.stories.stage import TRAINEE, espeak, studio
from voicecoach.apps.call_loop import CallLoop, Crew
from voicecoach.apps.debrief import show_debrief
from voicecoach.apps.regrade import regrade
from voicecoach.apps.rehearsal_facts import facts_of
from voicecoach.apps.rehearse import Connected, Rehearsed, Setting, Tell, hold_call, shelf
from voicecoach.apps.replay_command import report_page
from voicecoach.apps.retrying import Past
from voicecoach.apps.studio import Studio
from voicecoach.desk import Desk
from voicecoach.desk_log import Applied, DeskAct, DeskEntry, Entered, LookedUp, Verified
from voicecoach.devices.call_files import LOG
from voicecoach.devices.event_log import read_log
from voicecoach.devices.line_bank import InlineVoice
from voicecoach.devices.simulated_headset import SimulatedHeadset
from voicecoach.devices.simulated_mouth import Speech
from voicecoach.devices.simulated_trainee import At, Press, Say, ScriptedTrainee, Step
from voicecoach.devices.workers import DelayedWorkers
from voicecoach.events import CallEnded, CallOver, Control, Key, Noted, Pressed, RehearsalNotice
from voicecoach.kept import CallLog, Way
from voicecoach.timeline import BLOCK, RATE, samples

pytestmark = pytest.mark.slow

T = TypeVar("T")

STEPS = (
    Step(At(0.3), Say("Good morning this is Anna how can I help you today?")),
    Step(At(5.0), Press(Key.HANG_UP)),
)
LOOKED_UP, VERIFIED = LookedUp("4729", found=True), Verified(("Name", "Order"))
COURIER = Applied("courier", {})
CASE = Entered({"reason": "broken", "result": "replacement"})


@dataclass
class AtDesk:
    """A screen whose trainee does things when the call has come to a sample, and others after it."""

    during: list[tuple[int, Control]] = field(default_factory=list)
    after: list[Control] = field(default_factory=list)
    now: int = 0
    told: list[tuple[Control, int]] = field(default_factory=list)
    listening: Callable[[], bool] = lambda: False
    """Whether the headset is open."""
    heard_after: list[bool] = field(default_factory=list)
    """What `listening` said while the trainee worked after the call."""

    def run(self, call: Callable[[Self], T]) -> T:
        return call(self)

    def tell(self, notice: RehearsalNotice, now: int) -> None:
        self.now = now
        if isinstance(notice, Control):
            self.told.append((notice, now))

    def say(self, text: str) -> None:
        pass

    def pressed(self) -> list[Control]:
        due = [control for at, control in self.during if at <= self.now]
        self.during = [(at, control) for at, control in self.during if at > self.now]
        return due

    def wrapping_up(self) -> bool:
        self.heard_after.append(self.listening())
        if not self.after:
            return False
        self.during.append((self.now, self.after.pop(0)))
        return True


@dataclass(frozen=True)
class Held:
    """A call that was kept."""

    rehearsed: Rehearsed
    screen: AtDesk
    log: CallLog
    recording: Path
    page: str


def stage(desk: Desk | None) -> Studio:
    made = studio()
    steps = [
        step.model_copy(update={"tools": ()}) for step in made.persona.process if step.acts or step.phrases
    ]
    persona = made.persona.model_copy(update={"desk": desk, "process": tuple(steps)})
    return replace(made, persona=persona, grader=replace(made.grader, facts=persona))


def hold(screen: AtDesk, desk: Desk | None, *, wraps_up: bool = True) -> Held:
    made = stage(desk)
    recognizer = made.grader.recognizer
    assert recognizer is not None

    @contextmanager
    def connect(tell: Tell) -> Iterator[Connected]:
        trainee = ScriptedTrainee(STEPS, Speech(espeak(), TRAINEE))
        open_: list[None] = [None]
        screen.listening = lambda: bool(open_)
        with closing(SimulatedHeadset(trainee, tell, seed=SEED)) as headset:
            yield Connected(headset, "simulated", headset.controls)
        open_.clear()

    with shelf(kept=True) as kept:
        assert kept is not None
        workers = DelayedWorkers(recognizer, "en", samples(0.3))
        setting = Setting(SEED, connect, workers, InlineVoice(espeak()), rings=False, shelf=kept)
        rehearsed = hold_call(made, replace(setting, wraps_up=wraps_up), screen)
        assert rehearsed is not None
        assert rehearsed.kept is not None
        folder = kept.files.kept(rehearsed.kept.id)
        page = report_page(kept, rehearsed.kept).read_text("utf-8")
        return Held(rehearsed, screen, read_log(folder / LOG), kept.files.audio(rehearsed.kept.audio), page)


@pytest.fixture(scope="module")
def held(data: Path) -> Held:
    """Two things are done during the call, two after it."""
    screen = AtDesk([(2 * RATE, LOOKED_UP), (3 * RATE, VERIFIED)], [COURIER, CASE, Noted("call back")])
    return hold(screen, WORKING)


def ended_at(held: Held) -> int:
    return held.rehearsed.over.at


def test_the_log_has_what_was_done_at_its_samples(held: Held) -> None:
    end = ended_at(held)
    work: list[tuple[int, DeskAct]] = [(end, COURIER), (end, CASE)]
    during = [(act, at) for act, at in held.screen.told if act in (LOOKED_UP, VERIFIED)]
    # the screen knows the call's time by what it was told last: at most some blocks ago
    for (act, at), (wanted, at_s) in zip(during, ((LOOKED_UP, 2), (VERIFIED, 3)), strict=True):
        assert act == wanted
        assert at_s * RATE <= at <= at_s * RATE + 50 * BLOCK
    expected = [DeskEntry(at, act) for act, at in during if isinstance(act, DeskAct)]
    assert held.log.desk == (*expected, *(DeskEntry(at, act) for at, act in work))
    assert held.rehearsed.graded.call.desk == held.log.desk


def test_what_is_done_after_the_call_comes_before_its_end_in_the_log(held: Held) -> None:
    pushed = [
        entry.what
        for entry in held.log.entries
        if entry.way is Way.PUSHED or isinstance(entry.what, CallOver)
    ]
    over = next(place for place, what in enumerate(pushed) if isinstance(what, CallOver))
    after = [what for what in pushed[over + 1 :] if isinstance(what, DeskAct | Noted | CallEnded)]
    assert after == [COURIER, CASE, Noted("call back"), CallEnded(ended_at(held))]


def test_nobody_listens_after_the_call(held: Held) -> None:
    assert held.screen.heard_after == [False] * 4, "asked before each thing that is done, and once more"
    assert held.rehearsed.graded.call.duration == ended_at(held)


def test_the_recording_is_graded_to_the_same_scorecard(held: Held) -> None:
    again = regrade(held.recording, held.log)
    assert again.call.desk == held.rehearsed.graded.call.desk
    assert again.scorecard == held.rehearsed.graded.scorecard


def test_a_replay_comes_to_the_same_log(held: Held) -> None:
    listener = Listener()
    recognizer = studio().grader.recognizer
    assert recognizer is not None
    workers = DelayedWorkers(recognizer, "en", samples(1000.0))
    loop = CallLoop(stage(WORKING).rehearsal(SEED), Crew(workers, InlineVoice(espeak()), list, listener))
    loop.replay(Past(held.log, held.recording, ended_at(held), 1))
    end = next(entry for entry in held.log.entries if isinstance(entry.what, CallEnded))
    assert listener.entries == list(held.log.entries[: held.log.entries.index(end)])


def test_the_debrief_and_the_report_say_what_was_right(held: Held) -> None:
    assert held.rehearsed.facts.desk == facts_of(held.log).desk
    out = io.StringIO()
    show_debrief(Console(file=out, width=120), held.rehearsed)
    section = out.getvalue().partition("At the desk")[2]
    for line in (
        "right Searched for “4729”",
        "right Order a courier",
        "wrong Result: “replacement” (right: refund)",
        "- wrong Not done: Refund",
    ):
        assert line in section
    listed = held.page[held.page.index('id="at-the-desk"') :].partition("</details>")[0]
    assert "At the desk (2 wrong or missing)" in listed
    assert "Result: “replacement”<i> (right: refund)</i>" in listed


def test_a_key_pressed_after_the_call_does_nothing(data: Path) -> None:
    held = hold(AtDesk(after=[Pressed(Key.HOLD), CASE]), WORKING)
    pushed = [entry.what for entry in held.log.entries if isinstance(entry.what, Pressed)]
    assert pushed == [Pressed(Key.HANG_UP)]
    assert [entry.act for entry in held.log.desk] == [CASE]


@pytest.mark.parametrize("desk", [None, WORKING.model_copy(update={"case": ()})])
def test_without_a_case_nobody_is_asked(data: Path, desk: Desk | None) -> None:
    held = hold(AtDesk(after=[COURIER]), desk)
    assert held.screen.heard_after == []
    assert held.log.desk == ()
    assert held.rehearsed.graded.call.desk == ()
    assert ('id="at-the-desk"' in held.page) == (desk is not None)


def test_a_simulated_trainee_is_not_waited_for(data: Path) -> None:
    held = hold(AtDesk([(2 * RATE, CASE)], [COURIER]), WORKING, wraps_up=False)
    assert held.screen.heard_after == []
    assert [entry.act for entry in held.log.desk] == [CASE]
