"""Who may speak: when the caller answers, gives way, speaks on, cuts in, or asks whether anybody is there.

Laws
----
* The caller gives way only while the trainee's voice sounds and the caller has something to say; takes its
  turn only while the trainee is silent.
* By sample index and by what is known at each: how often a scene is pushed matters by one block at most.
* Nobody waits for ever: whatever happened, silence leads to a question, and unanswered ones to the end.

Units: samples.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from voicecoach.backchannels import may_become_backchannel
from voicecoach.converse.barge_in import BargeInSettings, Verdict
from voicecoach.converse.barged import Barged
from voicecoach.converse.lots import Lots
from voicecoach.converse.manners import Manners
from voicecoach.converse.patience import Patience
from voicecoach.converse.scene import (
    AskAnyoneThere,
    CutIn,
    FloorAct,
    Resume,
    Scene,
    TakeTurn,
    Yield,
)
from voicecoach.converse.silence import SilenceWatch
from voicecoach.converse.stretch import BRIDGE, Stretch
from voicecoach.speech import EndOfTurn
from voicecoach.timeline import samples


@dataclass(frozen=True, slots=True)
class FloorSettings:
    """When turns change hands (``docs/conversation.md``)."""

    barge_in: BargeInSettings = field(default_factory=BargeInSettings)
    reopen_s: float = 0.8
    """Who goes on so soon after being declared finished had not finished
    (`listen.endpoint.EndpointSettings`)."""
    resume_s: float = 1.5
    """So long after a sound that stopped the caller and led to nothing, the caller speaks again; the field:
    1.5 to 2 s."""
    nothing_s: float = 1.5
    """A longer sound is never taken for nothing."""
    owed_s: float = 2.0
    """An answer that was held back, because a sound followed or it was said in passing, is given after so
    much silence: by then the longest wait for an unfinished turn is over (1.8 s)."""
    glitch_s: float = 0.3
    """... or at once when that sound was shorter than this: a click, a breath."""


class Floor:
    """Decides, scene by scene.

    Parameters
    ----------
    manners : the persona's.
    seed : of all that is left to chance.

    Attributes
    ----------
    manners : may be changed between scenes, with the mood.
    """

    def __init__(self, manners: Manners, seed: int, settings: FloorSettings | None = None) -> None:
        self.manners = manners
        self._settings = settings or FloorSettings()
        lots = Lots(seed)
        self._voice = Stretch()
        self._barged = Barged(lots, self._settings.barge_in)
        self._patience = Patience(lots)
        self._silence = SilenceWatch()
        self._pending: EndOfTurn | None = None
        self._in_passing = False
        self._busy_until = 0
        self._answered_until = -1
        self._early_until = 0
        self._gave_way_to: int | None = None
        self._over = False

    def push(self, scene: Scene) -> list[FloorAct]:
        """Look at the next scene; what the caller does now, in order."""
        if self._over:
            return []
        self._voice.push(scene)
        acts = self._converse(scene) if not scene.on_hold else self._held()
        if not acts and (asks := self._silence.push(scene, self._voice, self.manners)) is not None:
            acts = [asks]
        for act in acts:
            self._note(act, scene)
        return acts

    def _converse(self, scene: Scene) -> list[FloorAct]:
        if scene.turn_end is not None:
            self._consider(scene.turn_end)
        if scene.playout.busy:
            self._busy_until = scene.now
            self._patience.listened()
            return self._barged.push(scene, self._voice, self.manners, self._early_until)
        self._barged.finished()
        return self._reply(scene)

    def _held(self) -> list[FloorAct]:
        """On hold nothing is owed to anybody."""
        self._patience.listened()
        self._barged.finished()
        self._pending = self._gave_way_to = None
        return []

    def _consider(self, end: EndOfTurn) -> None:
        """Note an end that is to be answered: of a turn that the caller has not reacted to yet.

        What was said in passing, and stopped nobody, is answered if nothing else comes; a mere sign of
        listening is not.
        """
        if end.speech_end <= self._answered_until:
            return
        in_passing = self._barged.verdict(self._voice) in {Verdict.LISTENING, Verdict.NOISE}
        if not in_passing or self._says_something():
            self._pending, self._in_passing = end, in_passing

    def _says_something(self) -> bool:
        """Whether the words of the voice are known, and more than signs of listening."""
        return not may_become_backchannel(" ".join(self._voice.words))

    def _reply(self, scene: Scene) -> list[FloorAct]:
        """The caller is silent, and may answer, go on, or cut in."""
        if self._came_to_nothing():
            if self._voice.quiet < samples(self._settings.resume_s):
                return []
            return [Resume(f"{self._voice.length_s:.1f} s of voice, and nothing after it")]
        if self._pending is not None and self._is_time(scene, self._pending):
            return [TakeTurn(self._pending)]
        reason = self._patience.push(scene, self._voice, self.manners)
        return [] if reason is None else [CutIn(reason)]

    def _came_to_nothing(self) -> bool:
        """Whether the voice that the caller gave way to was short and said nothing."""
        voice = self._voice
        if self._gave_way_to != voice.since or voice.length > samples(self._settings.nothing_s):
            self._gave_way_to = None
        return self._gave_way_to is not None and not self._says_something()

    def _is_time(self, scene: Scene, end: EndOfTurn) -> bool:
        """Whether the trainee is silent, and was after that end but for a sound that means nothing."""
        voice, s = self._voice, self._settings
        if scene.voice_since is not None and not scene.muted:
            return False
        if self._in_passing and scene.now - self._busy_until < samples(s.owed_s):
            return False
        if voice.since < end.speech_end + BRIDGE:
            return True
        wait_s = s.glitch_s if voice.length < samples(s.glitch_s) else s.owed_s
        return voice.quiet >= samples(wait_s)

    def _note(self, act: FloorAct, scene: Scene) -> None:
        """Remember what follows from an act."""
        match act:
            case Yield():
                self._gave_way_to = act.since
                self._pending = None
            case TakeTurn() | Resume() | CutIn() | AskAnyoneThere():
                self._speaks(act, scene)
            case _:
                pass

    def _speaks(self, act: FloorAct, scene: Scene) -> None:
        self._answered_until = scene.now
        self._pending = self._gave_way_to = None
        self._patience.listened()
        if isinstance(act, TakeTurn):
            self._early_until = act.end.decided + samples(self._settings.reopen_s)
        self._barged.about_to_speak(cuts_in=isinstance(act, CutIn))
        self._over = isinstance(act, AskAnyoneThere) and act.gives_up
