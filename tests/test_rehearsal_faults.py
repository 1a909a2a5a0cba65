"""Whatever breaks during a rehearsed call, it goes on or ends cleanly, and what was said until then is kept.

The whole stack: headset, loop, recognizer, voice, recorder, library. Only the trainee and the sound device
are simulated, and the broken part is broken on purpose.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from plugged_voices import plug_in_faulty

from tests.stories.stage import Remembering
from voicecoach.apps.grade import grade_file
from voicecoach.apps.library import Library, open_library
from voicecoach.apps.options import GradeOptions, prepare
from voicecoach.apps.recover_command import recover
from voicecoach.apps.rehearse import Connected, Rehearsed, Setting, Tell, hold_call
from voicecoach.apps.studio import Studio, open_studio
from voicecoach.audio import Samples
from voicecoach.conversation import Ending, LineEnded
from voicecoach.devices.call_files import LOG
from voicecoach.devices.documents import read_persona
from voicecoach.devices.event_log import read_log
from voicecoach.devices.line_bank import InlineVoice, LineBank
from voicecoach.devices.media import read_blocks
from voicecoach.devices.paced_headset import PacedHeadset
from voicecoach.devices.simulated_headset import Outage, SimulatedHeadset, Wiring
from voicecoach.devices.simulated_mouth import Speech
from voicecoach.devices.simulated_trainee import AfterCaller, At, Press, Say, ScriptedTrainee, Step
from voicecoach.devices.voice_process import Patience, VoiceProcess
from voicecoach.devices.voices import voice
from voicecoach.devices.workers import DelayedWorkers, ThreadedWorkers
from voicecoach.errors import DeviceError, ModelError
from voicecoach.events import (
    CallerBegan,
    CallOver,
    Control,
    DeviceBack,
    DeviceLost,
    Exchanged,
    Glitched,
    Key,
    RehearsalNotice,
    RenderFailed,
)
from voicecoach.ports import Headset, Recognizer, Voice, VoiceWorkers, Workers
from voicecoach.speech import Word
from voicecoach.spoken import Delivery, Rendering
from voicecoach.timeline import RATE, samples, seconds

pytestmark = pytest.mark.slow

T = TypeVar("T")

PERSONA = "lost-luggage"
TRAINEE = Delivery("en-us+f3", rate_wpm=130, pitch_range=65)
TOOK_S = 0.3
"""For an answer of the model base on a machine with two cores."""

CALL = (
    Step(At(0.3), Say("Good morning this is Anna how can I help you today?")),
    Step(AfterCaller(0.5), Say("Can I have your reference number please?")),
    Step(AfterCaller(0.5), Press(Key.HANG_UP)),
)


class Quiet:
    """A `CallScreen` that nobody looks at; it remembers what it was told."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.notices: list[tuple[int, RehearsalNotice]] = []

    def run(self, call: Callable[[Quiet], T]) -> T:
        return call(self)

    def tell(self, notice: RehearsalNotice, now: int) -> None:
        self.notices.append((now, notice))

    def say(self, text: str) -> None:
        self.messages.append(text)

    def pressed(self) -> list[Control]:
        return []

    def all(self, kind: type[T]) -> list[T]:
        return [notice for _, notice in self.notices if isinstance(notice, kind)]


class Breaking(Remembering):
    """The demo model without partials, which would cost most of a test's time.

    Parameters
    ----------
    breaks_at : the final at which it breaks.
    """

    def __init__(self, inner: Recognizer, breaks_at: int) -> None:
        super().__init__(inner)
        self._left = breaks_at

    def recognize(self, samples: Samples, language: str) -> tuple[Word, ...]:
        self._left -= 1
        if not self._left:
            raise ModelError("the speech model broke. Choose another: voicecoach models")
        return super().recognize(samples, language)


@cache
def studio() -> Studio:
    plan = prepare(GradeOptions(model="demo", device="cpu", persona=PERSONA, offline=True))
    opened = open_studio(read_persona(PERSONA), plan)
    return replace(opened, grader=replace(opened.grader, recognizer=Remembering(recognizer(opened))))


def recognizer(of: Studio) -> Recognizer:
    assert of.grader.recognizer is not None
    return of.grader.recognizer


@cache
def espeak() -> Voice:
    return voice("espeak")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "calls") as opened:
        yield opened


@dataclass(frozen=True)
class Fault:
    """What is broken in a call; by default nothing."""

    wiring: Wiring = field(default_factory=Wiring)
    recognizers: Workers | None = None
    voices: VoiceWorkers | None = None
    worn: Callable[[SimulatedHeadset], Headset] = lambda headset: headset
    """Puts something between the headset and the call."""


def call(library: Library, fault: Fault, screen: Quiet) -> Rehearsed:
    """Hold the call with the fault."""

    @contextmanager
    def connect(tell: Tell) -> Iterator[Connected]:
        trainee = ScriptedTrainee(CALL, Speech(espeak(), TRAINEE))
        with closing(SimulatedHeadset(trainee, tell, wiring=fault.wiring, seed=1)) as headset:
            yield Connected(fault.worn(headset), "simulated", headset.controls)

    took = DelayedWorkers(recognizer(studio()), "en", samples(TOOK_S))
    setting = Setting(
        seed=1,
        connect=connect,
        recognizers=fault.recognizers or took,
        voices=fault.voices or InlineVoice(espeak()),
        rings=False,
        shelf=library,
    )
    rehearsed = hold_call(studio(), setting, screen)
    assert rehearsed is not None
    return rehearsed


def recording(library: Library, rehearsed: Rehearsed) -> Path:
    """Where the kept sound of a call lies."""
    assert rehearsed.kept is not None
    return library.files.audio(rehearsed.kept.audio)


def graded_again(library: Library, rehearsed: Rehearsed) -> None:
    """The recording is graded to the scorecard of the call."""
    again = grade_file(recording(library, rehearsed), studio().grader, lambda _: None)
    assert again.scorecard == rehearsed.graded.scorecard


def test_a_recognizer_three_times_too_slow_delays_the_answers_and_no_more(library: Library) -> None:
    screens = {}
    for times in (1, 3):
        slow = DelayedWorkers(recognizer(studio()), "en", samples(times * TOOK_S))
        screens[times] = Quiet()
        rehearsed = call(library, Fault(recognizers=slow), screens[times])
        assert rehearsed.over.ending is Ending.TRAINEE_HUNG_UP
        graded_again(library, rehearsed)
    usual, late = (screens[times].all(CallerBegan) for times in (1, 3))
    # The final is asked 0.2 s after the voice stopped. After 0.3 s it is there before anybody may answer
    # (0.5 s); after 0.9 s it is awaited for 0.6 s at most.
    assert 0 <= seconds(late[0].at - usual[0].at) <= 0.6


class Sabotaged:
    """A voice that is given other words for its first lines: words at which the engine breaks."""

    def __init__(self, inner: Voice, instead: Sequence[str]) -> None:
        self._inner, self._instead = inner, list(instead)

    def render(self, text: str, delivery: Delivery) -> Rendering:
        return self._inner.render(self._instead.pop(0) if self._instead else text, delivery)


class AtWork:
    """Passes on to the caller's voice, and knows whether it is at work."""

    def __init__(self, inner: VoiceWorkers) -> None:
        self._inner = inner
        self.owed = 0

    def submit(self, command: object) -> None:
        self.owed += 1
        self._inner.submit(command)  # type: ignore[arg-type]

    def collect(self) -> list[object]:
        answers = self._inner.collect()
        self.owed -= len(answers)
        return answers  # type: ignore[return-value]


class LifelikeWhile:
    """A headset at the speed of life while somebody works, else as fast as it goes."""

    def __init__(self, inner: Headset, voices: AtWork) -> None:
        self.block = inner.block
        self._inner, self._voices = inner, voices
        self._paced: PacedHeadset | None = None

    def exchange(self, played: Samples) -> Exchanged | None:
        if not self._voices.owed:
            self._paced = None
            return self._inner.exchange(played)
        self._paced = self._paced or PacedHeadset(self._inner)
        return self._paced.exchange(played)


@pytest.mark.parametrize(("fault", "lost"), [("hang once", 0), ("crash", 1)])
def test_an_engine_that_hangs_or_crashes_costs_a_pause_or_a_line(
    fault: str, lost: int, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug_in_faulty(tmp_path, monkeypatch)
    screen = Quiet()
    with ExitStack() as stack:
        engine = stack.enter_context(VoiceProcess("faulty", Patience(start_s=60.0, line_s=0.5)))
        bank = stack.enter_context(LineBank(Sabotaged(engine, [fault])))
        voices = AtWork(bank)
        worn = Fault(voices=voices, worn=lambda headset: LifelikeWhile(headset, voices))  # type: ignore[arg-type]
        rehearsed = call(library, worn, screen)
        assert engine.restarts == 1 + lost
    assert rehearsed.over.ending is Ending.TRAINEE_HUNG_UP
    assert rehearsed.kept is not None
    log = read_log(library.files.kept(rehearsed.kept.id) / LOG)
    assert sum(isinstance(entry.what, RenderFailed) for entry in log.entries) == lost
    said = [ended for ended in screen.all(LineEnded) if ended.span is not None]
    assert len(said) >= 2, "the caller says the rest"
    graded_again(library, rehearsed)


def test_a_device_lost_for_good_ends_the_call_and_keeps_it(library: Library) -> None:
    screen = Quiet()
    rehearsed = call(library, Fault(wiring=Wiring(outages=(Outage(5.0, None),))), screen)
    assert rehearsed.over.ending is Ending.BROKEN_OFF
    assert len(screen.all(DeviceLost)) == 1
    assert rehearsed.kept is not None
    assert rehearsed.kept.ending is Ending.BROKEN_OFF
    assert rehearsed.kept.duration == samples(5.0)
    graded_again(library, rehearsed)


class GivesUp:
    """A headset whose device went away and did not come back in time, as `devices.headset` tells it."""

    def __init__(self, inner: Headset, after_s: float) -> None:
        self.block = inner.block
        self._inner, self._left = inner, samples(after_s)

    def exchange(self, played: Samples) -> Exchanged | None:
        self._left -= self.block
        if self._left < 0:
            raise DeviceError("the headset has been away for 60 s. Plug in a headset and call again.")
        return self._inner.exchange(played)


def test_a_device_that_stays_away_ends_the_call_with_its_message_and_keeps_it(library: Library) -> None:
    screen = Quiet()
    rehearsed = call(library, Fault(worn=lambda headset: GivesUp(headset, 5.0)), screen)
    message = "the headset has been away for 60 s. Plug in a headset and call again."
    assert rehearsed.over == CallOver(Ending.BROKEN_OFF, samples(5.0), message)
    assert message in screen.messages
    assert rehearsed.kept is not None
    assert rehearsed.kept.duration == samples(5.0)
    graded_again(library, rehearsed)


def test_a_device_that_does_not_work_at_all_is_an_error(library: Library) -> None:
    with pytest.raises(DeviceError, match=r"Plug in a headset and call again\.$"):
        call(library, Fault(worn=lambda headset: GivesUp(headset, 0.0)), Quiet())


def test_a_device_away_for_two_seconds_costs_them_and_nothing_else(library: Library) -> None:
    screen = Quiet()
    rehearsed = call(library, Fault(wiring=Wiring(outages=(Outage(5.0, 2.0),))), screen)
    assert [back.away_s for back in screen.all(DeviceBack)] == [2.0]
    assert rehearsed.over.ending is Ending.TRAINEE_HUNG_UP
    graded_again(library, rehearsed)


@contextmanager
def full_disk(most_bytes: int) -> Iterator[None]:
    """As good as one: no file grows beyond that."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_stops_the_recording_but_neither_the_call_nor_its_scorecard(library: Library) -> None:
    screen = Quiet()
    kept_s = 5.0
    with full_disk(round(kept_s * RATE) * 4):
        rehearsed = call(library, Fault(), screen)
    assert "Recording stopped: the disk is full. The first 5 s of the call are kept." in screen.messages
    assert rehearsed.over.ending is Ending.TRAINEE_HUNG_UP
    assert rehearsed.graded.call.duration == rehearsed.over.at > samples(2 * kept_s)
    assert rehearsed.graded.scorecard.capped_percent is not None
    assert rehearsed.kept is None, "a scorecard of the whole call does not belong to a part of it"
    (call_id,) = library.files.left_behind()
    assert f"voicecoach recover {call_id}" in screen.messages[-1]
    kept = recover(library, call_id)
    assert kept is not None
    assert seconds(kept.duration) == pytest.approx(kept_s, abs=0.2)


@pytest.mark.parametrize("drift_ppm", [200.0, -200.0])
def test_clocks_that_run_apart_are_told_at_most(drift_ppm: float, library: Library) -> None:
    screen = Quiet()
    rehearsed = call(library, Fault(wiring=Wiring(drift_ppm=drift_ppm)), screen)
    assert rehearsed.over.ending is Ending.TRAINEE_HUNG_UP
    graded_again(library, rehearsed)


def test_one_block_in_twenty_lost_is_told_and_silent(library: Library) -> None:
    screen = Quiet()
    rehearsed = call(library, Fault(wiring=Wiring(lost_share=0.05)), screen)
    assert rehearsed.over.ending is Ending.TRAINEE_HUNG_UP
    heard = np.concatenate(list(read_blocks(recording(library, rehearsed))), axis=1)[0]
    spans = {glitch.span for glitch in screen.all(Glitched)}
    assert 0.02 < sum(span.duration for span in spans) / len(heard) < 0.09
    assert not any(heard[span.start : span.end].any() for span in spans)
    graded_again(library, rehearsed)


def test_a_recognizer_that_breaks_ends_the_call_and_the_recording_is_recovered(library: Library) -> None:
    screen = Quiet()
    breaking = Breaking(recognizer(studio()), breaks_at=2)
    with (
        ThreadedWorkers(breaking, "en") as workers,
        pytest.raises(ModelError, match=r"^the speech model broke\. Choose another: voicecoach models$"),
    ):
        call(library, Fault(recognizers=workers), screen)
    assert library.store.calls() == []
    (call_id,) = library.files.left_behind()
    kept = recover(library, call_id)
    assert kept is not None
    assert kept.ending is Ending.BROKEN_OFF
    assert kept.duration >= samples(1.0)
    assert library.files.left_behind() == []
