"""Simulated trainees with a character: expert, novice, rude, silent, rambling, interrupting.

They hear the caller as a voice that sounds or not, wait as long as their character waits, and say their next
turn; they understand no word. What they say stands in files (`trainee_script`), how they take turns here.

Laws
----
* The same character, script and seed make the same choices; what they hear decides only when.
* Every line is rendered before the call.

Units: seconds in settings, samples of the trainee's own time inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from voicecoach.audio import Samples
from voicecoach.desk import Desk
from voicecoach.devices.simulated_ear import Ear
from voicecoach.devices.simulated_mouth import Mouth, Speech
from voicecoach.events import Control, Pressed
from voicecoach.ports import Voice
from voicecoach.spoken import Delivery
from voicecoach.timeline import samples
from voicecoach.trainee_script import Character, DeskWork, Item, Pause, Press, Stages, sentences

Range = tuple[float, float]
"""Least and most; drawn between them."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How a character takes turns and sounds."""

    rate_wpm: float
    pitch_range: float
    level_dbfs: float = -24.0
    waits_s: Range = (0.8, 1.1)
    """From the caller's last sound to their own first one. People leave 0.2 s (Heldner and Edlund 2010);
    who cannot tell by the words whether a sentence is over needs to wait longer than its pauses."""
    between_s: Range = (0.15, 0.3)
    """Between two sentences: too short to be taken for the end of a turn."""
    goes_on_after_s: float = 5.0
    """Says their next turn if the caller does not answer for so long."""
    yields_after_s: float = 0.5
    """Breaks off when the caller talks over them for so long."""
    cuts_in_after_s: float | None = None
    """Comes in when the caller has been talking for so long."""


MANNERS: Mapping[Character, Manners] = {
    Character.EXPERT: Manners(rate_wpm=115, pitch_range=70),
    Character.NOVICE: Manners(rate_wpm=165, pitch_range=45, level_dbfs=-27, waits_s=(1.4, 2.4)),
    Character.RUDE: Manners(
        rate_wpm=195, pitch_range=25, level_dbfs=-20, yields_after_s=3, cuts_in_after_s=4
    ),
    Character.SILENT: Manners(rate_wpm=140, pitch_range=60),
    Character.RAMBLING: Manners(rate_wpm=180, pitch_range=55, yields_after_s=1.5),
    Character.INTERRUPTING: Manners(rate_wpm=160, pitch_range=60, yields_after_s=3, cuts_in_after_s=1.2),
}
"""Rates are espeak-ng's, which leaves out the pauses: at 115 it says some 150 words a minute."""

ANSWERS_PHONE_S = 0.8
"""After the call began: time to reach for the key."""


class CharacterTrainee:
    """`simulated_headset.Trainee` with a character.

    Parameters
    ----------
    character : whose manners.
    stages : what there is to say and do in the story (`documents.read_stages`).
    desk : where it is done.
    voice : who speaks for them; the engine, and one of its voices.
    seed : of wordings and waits.

    Attributes
    ----------
    said : every sentence that was begun, in order.
    """

    def __init__(
        self,
        character: Character,
        stages: Stages,
        desk: Desk,
        voice: tuple[Voice, str],
        seed: int = 0,
    ) -> None:
        self._manners = manners = MANNERS[character]
        engine, name = voice
        delivery = Delivery(name, rate_wpm=manners.rate_wpm, pitch_range=manners.pitch_range)
        speech = Speech(engine, delivery, manners.level_dbfs)
        self._luck = np.random.default_rng(seed)
        self._turns = [stage[int(self._luck.integers(len(stage)))] for stage in stages]
        texts = sorted({text for turn in self._turns for text in sentences(turn)})
        self._lines = {text: speech.line(text) for text in texts}
        self._ear, self._mouth = Ear(), Mouth()
        self._desk = desk
        self._left: list[Item] = []
        self._next = samples(ANSWERS_PHONE_S)
        """When the next item of a turn is due."""
        self._wait = 0
        self.said: list[str] = []
        self._controls: list[Control] = []
        self._begin_turn()

    def hear(self, played: Samples, now: int) -> None:
        """Listen for the caller."""
        self._ear.push(played, now)

    def speak(self, now: int, count: int) -> Samples:
        """Whatever they find right to say."""
        if self._mouth.is_busy(now) and self._is_talked_over():
            self._yield(now)
        said = self._mouth.speak(now, count)
        if self._mouth.is_busy(now + count):
            return said
        if not self._left and self._turns and self._may_begin(now + count):
            self._begin_turn()
            self._next = now
        if self._left and self._next < now + count:
            self._do(self._left.pop(0), max(self._next, now, self._mouth.free_from))
            said = said + self._mouth.speak(now, count)
        return said

    def controls(self, now: int) -> list[Control]:
        """What they pressed and did at the desk since the last call."""
        del now
        done, self._controls = self._controls, []
        return done

    def _begin_turn(self) -> None:
        self._left = list(self._turns.pop(0))
        self._wait = self._drawn(self._manners.waits_s)

    def _do(self, item: Item, at: int) -> None:
        match item:
            case Press():
                self._controls.append(Pressed(item.press))
            case DeskWork():
                self._controls.append(item.act(self._desk))
            case Pause():
                self._next = at + samples(item.pause_s)
                return
            case str():
                self.said.append(item)
                self._mouth.play(self._lines[item], at)
        self._next = max(at, self._mouth.free_from) + self._drawn(self._manners.between_s)

    def _may_begin(self, now: int) -> bool:
        """Whether it is their turn, as they see it."""
        manners, ear, own_end = self._manners, self._ear, self._mouth.free_from
        patience_s, began = manners.cuts_in_after_s, ear.began
        if patience_s is not None and began is not None and own_end <= began <= now - samples(patience_s):
            return True
        if ear.ended is not None and ear.ended > own_end:
            return now - ear.ended >= self._wait
        return now - own_end >= samples(manners.goes_on_after_s)

    def _is_talked_over(self) -> bool:
        both = min(self._ear.speaking_for(), (self._ear.ended or 0) - self._mouth.began)
        return both >= samples(self._manners.yields_after_s)

    def _yield(self, now: int) -> None:
        """Break off; the sentence is said again, with what is left, when it is their turn."""
        self._mouth.stop(now)
        self._turns.insert(0, (self.said[-1], *self._left))
        self._left = []
        self._wait = self._drawn(self._manners.waits_s)

    def _drawn(self, between: Range) -> int:
        return samples(float(self._luck.uniform(*between)))
