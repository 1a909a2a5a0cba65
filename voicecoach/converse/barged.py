"""What the caller does while the trainee's voice sounds over theirs: soften, speak on, or stop.

Laws
----
* The caller falls silent only while the trainee's voice sounds.
* Each stretch of voice is judged once, unless it was noise and speech follows.
* A caller who talks over the trainee gives way in the end.

Units: samples.
"""

from __future__ import annotations

from voicecoach.converse.barge_in import BargeInSettings, Verdict, is_pressing, judge
from voicecoach.converse.lots import Lots
from voicecoach.converse.manners import Manners
from voicecoach.converse.scene import Duck, FloorAct, Hush, Playout, Restore, Scene, Yield, YieldKind
from voicecoach.converse.stretch import Stretch
from voicecoach.timeline import samples

INSISTS = samples(1.5)
"""Talking over each other ends after this: 1 s of both is talk-over already, and the recognizer, too, loses
words."""


class Barged:
    """Watches the trainee's voice while the caller has something to say.

    Parameters
    ----------
    lots : decides whether the caller talks over the trainee.
    """

    def __init__(self, lots: Lots, settings: BargeInSettings | None = None) -> None:
        self._lots = lots
        self._settings = settings or BargeInSettings()
        self._softened = self._hushed = False
        self._since: int | None = None
        self._verdict = Verdict.OPEN
        self._insists_until: int | None = None
        self._cuts_in = False
        self._false_cut_offs = 0

    def verdict(self, voice: Stretch) -> Verdict:
        """What the stretch was taken for that goes on, or was last."""
        return self._verdict if self._since == voice.since else Verdict.OPEN

    def finished(self) -> None:
        """The caller has nothing left to say, or nothing yet."""
        self._softened = self._hushed = False
        if self._insists_until is not None:
            self._insists_until, self._cuts_in = None, False

    def about_to_speak(self, *, cuts_in: bool) -> None:
        """The caller takes the floor; who cuts in speaks over the trainee, and means to be heard."""
        self._cuts_in = cuts_in

    def push(self, scene: Scene, voice: Stretch, manners: Manners, early_until: int) -> list[FloorAct]:
        """Look at a scene in which the caller has something to say.

        Parameters
        ----------
        early_until : a voice that begins by then shows that the caller came in too early.
        """
        if self._since != voice.since:
            self._begin(scene, voice)
        if self._cuts_in and scene.playout.began is not None:
            self._insists_until = scene.playout.began + INSISTS
        if self._cuts_in or self._insists_until is not None:
            return self._insist(scene.now, voice)
        unclear = self._verdict is Verdict.OPEN or (self._verdict is Verdict.NOISE and voice.spoken)
        return self._judge(scene, voice, manners, early_until) if unclear else []

    def _judge(self, scene: Scene, voice: Stretch, manners: Manners, early_until: int) -> list[FloorAct]:
        """Make up one's mind about a voice, if it is time."""
        began = scene.now if scene.playout.began is None else scene.playout.began
        went_on = voice.since < max(early_until, began)
        self._verdict, reason = judge(voice, scene.playout.remaining, self._settings, went_on=went_on)
        if self._verdict is Verdict.CLAIM:
            return self._claimed(voice, reason, reopened=voice.since < early_until, went_on=went_on)
        if self._verdict is not Verdict.OPEN:
            return self._restore(reason)
        if not self._hushed and is_pressing(voice, self._settings, went_on=went_on):
            return self._pressed(scene.now, voice, 0.0 if went_on else manners.holds_on)
        return self._duck(voice)

    def _begin(self, scene: Scene, voice: Stretch) -> None:
        """A stretch that was not heard before."""
        self._since = voice.since
        finishing = _finishes_soon(
            scene.playout, scene.now - voice.since, samples(self._settings.finishing_s)
        )
        self._verdict = Verdict.FINISHING if finishing else Verdict.OPEN

    def _pressed(self, now: int, voice: Stretch, holds_on: float) -> list[FloorAct]:
        """The trainee probably wants the floor: fall silent, or talk over them."""
        if self._lots.chance(holds_on, "holds on", voice.since):
            self._insists_until = now + INSISTS
            return self._restore("talks over the trainee")
        self._softened = self._hushed = True
        return [Hush()]

    def _claimed(self, voice: Stretch, reason: str, *, reopened: bool, went_on: bool) -> list[FloorAct]:
        """The trainee wants the floor, and gets it."""
        if reopened:
            self._false_cut_offs += 1
            why = f"the trainee had not finished (false cut-off {self._false_cut_offs}): {reason}"
            return self._stop(YieldKind.REOPENED, voice, why)
        if went_on:
            return self._stop(YieldKind.WENT_ON, voice, f"the trainee spoke before the caller did: {reason}")
        return self._stop(YieldKind.INTERRUPTED, voice, f"the trainee interrupted: {reason}")

    def _insist(self, now: int, voice: Stretch) -> list[FloorAct]:
        """Speak on over the trainee until one of both gives way."""
        claims = self._cuts_in or voice.spoken >= samples(self._settings.certain_s)
        self._verdict = Verdict.CLAIM if claims else Verdict.LISTENING
        if self._insists_until is None or now < self._insists_until:
            return []
        if voice.quiet == 0:
            kind = YieldKind.OUTTALKED if self._cuts_in else YieldKind.INTERRUPTED
            return self._stop(kind, voice, "both spoke, and the trainee did not give way")
        if voice.over:
            self._insists_until, self._cuts_in = None, False
        return []

    def _duck(self, voice: Stretch) -> list[FloorAct]:
        if self._softened or voice.length < samples(self._settings.duck_s):
            return []
        self._softened = True
        return [Duck()]

    def _restore(self, reason: str) -> list[FloorAct]:
        softened, self._softened, self._hushed = self._softened, False, False
        return [Restore(reason)] if softened else []

    def _stop(self, kind: YieldKind, voice: Stretch, reason: str) -> list[FloorAct]:
        self._softened = self._hushed = self._cuts_in = False
        self._insists_until = None
        return [Yield(kind, voice.since, reason)]


def _finishes_soon(playout: Playout, ago: int, count: int) -> bool:
    """Whether, so long `ago`, the caller was speaking and had `count` samples or fewer left."""
    return playout.began is not None and playout.within_last(count - ago)
