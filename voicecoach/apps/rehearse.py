"""One rehearsed call, from the ring to the shelf, with whatever headset, voice and screen it is given.

Laws
----
* Nothing of a call reaches the disk unless the trainee agreed to it.
* What was recorded survives whatever goes wrong after it: it can be recovered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from voicecoach import __version__
from voicecoach.apps.call_loop import CallLoop, Crew
from voicecoach.apps.call_screen import CallScreen
from voicecoach.apps.library import Library, keep, open_library, recorded_source
from voicecoach.apps.outcome_text import percent
from voicecoach.apps.rehearsal_facts import RETRIES, Landmark, RehearsalFacts, facts_of, landmarks
from voicecoach.apps.retrying import Past
from voicecoach.apps.studio import Studio
from voicecoach.conversation import Ending, MoodChange
from voicecoach.devices.call_files import new_call_id
from voicecoach.devices.recorder import Recorder
from voicecoach.devices.recovery import seal
from voicecoach.devices.ringing import ring_until_answered
from voicecoach.errors import DeviceError, InputError
from voicecoach.events import (
    CallOver,
    Control,
    Exchanged,
    RehearsalEvent,
    RehearsalNotice,
    Trouble,
)
from voicecoach.graded import GradedCall
from voicecoach.kept import CallHeader, CallLog, Document, Grader, KeptCall, LogEntry, Way
from voicecoach.ports import Headset, Rewriter, VoiceWorkers, Workers
from voicecoach.rewording import RewordingEnded

Tell = Callable[[Trouble], None]


@dataclass(frozen=True, slots=True)
class Connected:
    """A headset that is ready for a call, and what is to be said about its echo."""

    headset: Headset
    echo: str
    pressed: Callable[[], list[Control]] = list
    """Keys on the headset itself, or those of whoever is simulated to wear it."""
    begin: Callable[[], None] = lambda: None
    """Told when the call begins: what was captured before is not part of it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and how one call takes place."""

    seed: int
    connect: Callable[[Tell], AbstractContextManager[Connected]]
    recognizers: Workers
    voices: VoiceWorkers
    rings: bool = True
    """Whether the trainee picks up; a simulated one always does."""
    shelf: Library | None = None
    """Where the call is kept; None: nowhere."""
    trainee: str | None = None
    """Who rehearses, if they said so."""
    past: Past | None = None
    """The call that is tried again, up to where the trainee takes over; None: a new call."""
    rewriter: Rewriter | None = None
    """Puts the caller's lines into other words; None: nobody does."""
    wraps_up: bool = False
    """Whether somebody sits at the screen who may finish the case once the call is over."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a call."""

    graded: GradedCall
    over: CallOver
    facts: RehearsalFacts
    kept: KeptCall | None

    @property
    def moods(self) -> tuple[MoodChange, ...]:
        """Every change of the caller's mood."""
        return self.facts.trace.changes


def hold_call(studio: Studio, setting: Setting, screen: CallScreen) -> Rehearsed | None:
    """Ring, talk, judge and keep; None if nobody answered.

    Raises
    ------
    VoicecoachError : device or recognizer failed (`recover` keeps the call), or the past does not replay.
    """
    witness = _Witness(screen, recorded_later=setting.past is not None and setting.shelf is not None)
    rehearsal = studio.rehearsal(setting.seed)
    keys = [screen.pressed]

    def controls() -> list[Control]:
        return [control for pressed in keys for control in pressed()]

    crew = Crew(setting.recognizers, setting.voices, controls, witness, setting.rewriter)
    loop = CallLoop(rehearsal, crew)
    if setting.past is not None:
        _go_back(loop, setting.past, witness, screen.say)  # before the headset is open: it takes its time
    with ExitStack() as stack:
        line = stack.enter_context(ExitStack())
        connected = line.enter_context(setting.connect(loop.trouble))
        keys.append(connected.pressed)
        stack.callback(keys.clear)  # headset and loop know each other: else only a collector parts them
        screen.say(f"Headset: {connected.echo}.")
        if setting.rings and not ring_until_answered(connected.headset, controls):
            return None
        header = _header(studio, setting, connected.echo)
        taken = stack.enter_context(_recorded(setting, header, witness, screen.say))
        if setting.past is not None:
            screen.say("This is where your turn began. Go on from here.")
        connected.begin()
        loop.run(connected.headset, _work_after(studio, setting, screen, line))
        graded = studio.judged(rehearsal)
        reason = "the sound device was closed" if loop.lost is None else str(loop.lost)
        if loop.lost is not None:
            screen.say(reason)
        over = rehearsal.over or CallOver(Ending.BROKEN_OFF, loop.now, reason)
        screen.say(f"Score: {percent(graded.scorecard.capped_percent)} of 100.")
        kept = None
        if taken is not None:
            graded, kept = taken.keep(graded, over.ending, screen.say)
    log = CallLog(header, tuple(witness.entries))
    return Rehearsed(graded, over, facts_of(log, setting.past.log if setting.past else None), kept)


def _work_after(studio: Studio, setting: Setting, screen: CallScreen, line: ExitStack) -> Callable[[], bool]:
    """Whether the trainee still works once the call is over (`CallLoop.run`); `line` is closed then."""

    def wrapping_up() -> bool:
        line.close()  # nobody listens any more, so the microphone is not open
        return screen.wrapping_up()

    desk = studio.persona.desk
    return wrapping_up if setting.wraps_up and desk is not None and desk.case else lambda: False


def _go_back(loop: CallLoop, past: Past, witness: _Witness, say: Callable[[str], None]) -> None:
    """Bring a new call to where the trainee takes over.

    Raises
    ------
    InputError : it does not come there; whoever listens is not who listened then.
    """
    say(f"Back to turn {past.turn} of call {past.log.header.call_id} ...")
    loop.replay(past)
    if witness.entries != landmarks(past.log, past.until):
        header = past.log.header
        problem = "cannot be tried again: this voicecoach hears it otherwise than the one that ran it"
        remedy = (
            f"Rehearse anew: voicecoach rehearse {header.persona.get('id', 'PERSONA')} --seed {header.seed}"
        )
        raise InputError(header.call_id, problem, remedy)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A call that is being recorded, and where it will be kept."""

    library: Library
    folder: Path
    recorder: Recorder
    header: CallHeader

    def keep(
        self, graded: GradedCall, ending: Ending, say: Callable[[str], None]
    ) -> tuple[GradedCall, KeptCall | None]:
        """Keep it, if the disk lets us; the graded call has then its recording's name."""
        header = self.header
        self.recorder.finish()
        if not self.recorder.whole:
            say(f"What was recorded can be kept: voicecoach recover {header.call_id}")
            return graded, None
        try:
            named = replace(graded, source=recorded_source(seal(self.folder), header))
            return named, keep(self.library, header, named, (ending, Grader.LIVE))
        except (DeviceError, InputError) as error:  # the scorecard is worth showing all the same
            say(f"The call is not kept yet: {error} voicecoach recover {header.call_id}")
            return graded, None


class _Witness:
    """Records a call and shows it; what came before the recorder did is recorded when it comes."""

    def __init__(self, screen: CallScreen, *, recorded_later: bool) -> None:
        self.recorder: Recorder | None = None
        self.entries: list[LogEntry] = []
        """What `facts_of` reads."""
        self._before: list[Callable[[Recorder], None]] | None = [] if recorded_later else None
        self._screen = screen

    def record(self, recorder: Recorder, past: Past | None) -> None:
        """Record from now on, and first of all the past."""
        self.recorder = recorder
        for block in past.blocks() if past else ():
            recorder.sounded(block)
        for entry in self._before or ():
            entry(recorder)
        self._before = None

    def sounded(self, exchanged: Exchanged) -> None:
        """Record a block."""
        if self.recorder is not None:
            self.recorder.sounded(exchanged)

    def happened(self, event: RehearsalEvent, now: int) -> None:
        """Log an event; show what was pressed or noted."""
        self._log(lambda recorder: recorder.happened(event, now))
        if isinstance(event, Landmark):
            self.entries.append(LogEntry(now, Way.PUSHED, event))
        if isinstance(event, Control):
            self._screen.tell(event, now)

    def told(self, notice: RehearsalNotice, now: int) -> None:
        """Log and show a notice."""
        if isinstance(notice, RewordingEnded):
            self._screen.say(f"Lines are said as written from now on: {notice.reason}.")
        if isinstance(notice, Landmark):
            self.entries.append(LogEntry(now, Way.TOLD, notice))
        if not isinstance(notice, Trouble):
            self._log(lambda recorder: recorder.told(notice, now))  # a trouble is logged as what happened
        self._screen.tell(notice, now)

    def _log(self, entry: Callable[[Recorder], None]) -> None:
        if self.recorder is not None:
            entry(self.recorder)
        elif self._before is not None:
            self._before.append(entry)


def _header(studio: Studio, setting: Setting, echo: str) -> CallHeader:
    now = datetime.now(UTC)
    grader = studio.grader
    return CallHeader(
        call_id=new_call_id(now),
        started_at=now.isoformat(timespec="seconds"),
        voicecoach=__version__,
        persona=studio.persona.model_dump(mode="json"),
        rubric=grader.rubric.model_dump(mode="json"),
        seed=setting.seed,
        recognizer=None if grader.recognizer is None else grader.recognizer.info,
        language=grader.settings.language,
        echo=echo,
        settings=_settings(setting),
        trainee=setting.trainee,
    )


def _settings(setting: Setting) -> Document:
    """Whatever else the call was started with."""
    rings: Document = {"rings": setting.rings}
    past = setting.past
    if past is None:
        return rings
    return {**rings, RETRIES: {"call": past.log.header.call_id, "turn": past.turn, "at": past.until}}


@contextmanager
def _recorded(
    setting: Setting, header: CallHeader, witness: _Witness, say: Callable[[str], None]
) -> Iterator[_Recorded | None]:
    """Records what the witness sees from now on, and the past; None: nothing is to be kept."""
    if setting.shelf is None:
        yield None
        return
    with setting.shelf.files.begin(header.call_id) as folder, Recorder(folder, header, say) as recorder:
        witness.record(recorder, setting.past)
        yield _Recorded(setting.shelf, folder, recorder, header)


@contextmanager
def shelf(*, kept: bool) -> Iterator[Library | None]:
    """The trainee's calls; None if this one is not to be kept."""
    if not kept:
        yield None
        return
    with open_library() as library:
        yield library
