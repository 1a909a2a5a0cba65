"""Microphone and loudspeaker together, from one opening to its end: two clocks become one.

The microphone's clock is the call's. How far the loudspeaker's count lies behind it is known three ways:
from when callbacks come (exact, in the mean of two seconds), from when the driver says that sound is at the
microphone or at the ear (right to some milliseconds, once it has settled), and from a probe, if one ran.

Laws
----
* `give` and `take` alternate; what was given as sample t is heard at the capture of sample t + `round_trip`.
* As little as possible waits for the loudspeaker: as much as the lumps need in which both devices work.

Units: samples at 16 kHz from `begin`; seconds of the streams' counts.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from voicecoach.audio import Samples
from voicecoach.devices.capturing import Capturing
from voicecoach.devices.drift import DriftCorrector
from voicecoach.devices.ear import Ear
from voicecoach.devices.interpolator import REACH
from voicecoach.devices.playing import Playing
from voicecoach.devices.sound_devices import NAMES, SIDES, Pair
from voicecoach.devices.sound_stream import open_streams
from voicecoach.errors import DeviceError
from voicecoach.timeline import BLOCK, RATE, Span, samples

BLOCK_S = BLOCK / RATE

RESERVE_S = 0.01
"""More than the lumps that were seen need: lumps vary, and the loop has its own work to do."""

SETTLE_LEAST_S = 1.4
"""PulseAudio's word about its latency is wrong, and may be steady, for the first second."""

SETTLE_MOST_S = 4.0
"""When the driver's word still changes after this long, it is taken as it is."""

FLOW_MOST_S = 5.0
"""A device that brings nothing for so long after it was opened does not work; PulseAudio may take 2 s."""

TICK_S = 0.1
"""How often a silent device is looked at: no lump is longer."""

CORRECT_S = 1.0
"""How often the drift is corrected: a level of two seconds says nothing new more often."""

STEADY_S = 1.8
"""How long the clocks must have been watched for it, most of their window."""

MOST_EXCESS_S = 0.1
"""When more than this waits beyond what should, following slowly would take minutes: it is dropped."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A stretch in which one of the tracks has silence instead of sound."""

    span: Span
    reason: str


class Duplex:
    """One opening of a pair of devices.

    Parameters
    ----------
    pair : the devices.
    arrived : set when the microphone brought something.

    Raises
    ------
    DeviceError : one of them cannot be opened.
    """

    def __init__(self, pair: Pair, arrived: threading.Event) -> None:
        self._arrived = arrived
        self._capture, self._playback = open_streams(pair, arrived)
        self.capturing, self.playing = Capturing(self._capture), Playing(self._playback)
        self.corrector = DriftCorrector()
        self._ear = Ear()
        self._flushed = False
        self._flowed_s = 0.0
        self._beats = (0, 0)
        """Callbacks of both when they were last looked at."""
        self._given = self._asked = 0
        self._round_trip = 0
        self.unclaimed = 0
        """Samples by which the round trip is longer than the drivers say."""
        self._target_s: float | None = None
        self._corrected = 0
        self._gap: Span | None = None
        self.troubles: list[Trouble] = []
        """What went wrong; whoever reads it empties it."""

    @property
    def round_trip(self) -> int:
        """Samples from giving a block to the capture of what the trainee then says."""
        grown = round(self.playing.grown * RATE / self._playback.rate_hz)
        return max(0, self._round_trip + self.unclaimed + grown)

    @property
    def silent_ear_s(self) -> float:
        """For how long, by the microphone's clock, the loudspeaker has asked for nothing."""
        return (self.capturing.delivered - self._asked) / RATE

    def settle(self, stop: threading.Event) -> None:
        """Let both streams flow until it is known how late they are; `stop` ends it.

        Again before `begin`: a program that hogs the machine while it loads makes every stream stumble.

        Raises
        ------
        DeviceError : nothing flows.
        """
        waited_s = 0.0
        while not self._settled(waited_s) and not stop.wait(TICK_S):
            waited_s += TICK_S
            beats = (self.capturing.beats, self.playing.beats)
            stopped = [name for name, now, last in zip(SIDES, beats, self._beats, strict=True) if now == last]
            self._flowed_s = 0.0 if stopped else self._flowed_s + TICK_S
            self._beats = beats
            if stopped and waited_s > FLOW_MOST_S:
                raise DeviceError(f"the {NAMES[stopped[0]]} is open, but no sound flows. Plug it in again.")

    def _settled(self, waited_s: float) -> bool:
        self.capturing.learn()
        self.playing.learn()
        even = self.capturing.clock.settled and self.playing.clock.settled
        return self._flowed_s > SETTLE_LEAST_S and (even or waited_s > SETTLE_MOST_S)

    def begin(self) -> None:
        """The call's sound begins with what comes now."""
        self.capturing.begin()
        self.playing.learn()
        self.playing.begin(self._first_place_s())
        ears_s = self.playing.place_s - self.playing.clock.edge_lead_s
        mouth_s = self.capturing.delivered_s - self.capturing.mouth_lead_s
        self._round_trip = samples(ears_s - mouth_s)

    def give(self, block: Samples) -> None:
        """Have the next 320 samples played."""
        before = self.playing.grown
        late = self.playing.give(block, self.corrector.stretch)
        if self._target_s is not None:
            self._target_s += (self.playing.grown - before) / self._playback.rate_hz
        self._note_gap(late, len(block))
        heard = block.copy()
        heard[:late] = 0
        self._ear.put(self._given + self.round_trip, heard)
        self._given += len(block)

    def take(self) -> tuple[Samples, Samples] | None:
        """The next 320 samples heard, and what the trainee heard at that instant; None: not yet there."""
        if hole := self.capturing.gather():
            self.troubles.append(Trouble(hole, "the microphone lost sound"))
        heard = self.capturing.next_block()
        if heard is None:
            return None
        if (beats := self.playing.beats) != self._beats[1]:
            self._asked, self._beats = self.capturing.delivered, (self.capturing.beats, beats)
        if self.capturing.delivered - self._corrected >= samples(CORRECT_S):
            self._correct()
        return heard, self._ear.take(BLOCK)

    def skip(self) -> None:
        """Let go of what came while nobody took it; the round trip stays as it is."""
        if hole := self.capturing.gather():
            self.troubles.append(Trouble(hole, "the microphone lost sound"))
        for _ in range(self.capturing.waiting // BLOCK):
            self.give(np.zeros(BLOCK, np.float32))
            self.take()
        self.troubles.clear()
        self._gap = None

    def take_last(self) -> tuple[Samples, Samples] | None:
        """What was left in the queues of a device that is gone, block by block; then None."""
        if not self._flushed:
            self._flushed = True
            if silent := self.capturing.flush():
                self.troubles.append(Trouble(silent, "the device was lost"))
        return self.take()

    def close(self) -> None:
        """End both streams."""
        self._capture.close()
        self._playback.close()

    def _note_gap(self, late: int, count: int) -> None:
        """Tell of a gap in the caller's sound once, when it is over."""
        if late:
            span = Span(self._given, self._given + late).shifted(self.round_trip)
            self._gap = span if self._gap is None else self._gap | span
        if self._gap is not None and late < count:
            self.troubles.append(Trouble(self._gap, "the caller's sound came too late for the loudspeaker"))
            self._gap = None

    def _first_place_s(self) -> float:
        """Where what is given first must sound, for the reserve to last at every callback."""
        heard_at_s, heard_s = self.capturing.clock.history()
        asked_at_s, asked_s = self.playing.clock.history()
        known = asked_at_s > heard_at_s[0]
        last = np.searchsorted(heard_at_s, asked_at_s[known]) - 1
        heard_s = heard_s[last] - self.capturing.delivered_s
        reach_s = REACH / RATE  # an interpolator holds back so much, on the way in and on the way out
        given_s = np.floor((heard_s - reach_s) / BLOCK_S) * BLOCK_S + BLOCK_S - reach_s
        return float((asked_s[known] - given_s).max()) + RESERVE_S

    def _level_s(self) -> float:
        """How much waits for the loudspeaker, on average, when a block is about to be given."""
        heard, played = self.capturing.clock.lead_s, self.playing.clock.lead_s
        return self.playing.place_s - self.capturing.delivered_s + heard - played

    def _correct(self) -> None:
        elapsed_s = (self.capturing.delivered - self._corrected) / RATE
        self._corrected = self.capturing.delivered
        if min(self.capturing.clock.span_s, self.playing.clock.span_s) < STEADY_S:
            return
        if self._target_s is None:
            self._target_s = self._level_s()
        excess_s = self._level_s() - self._target_s
        if excess_s > MOST_EXCESS_S:
            self.playing.shorten(excess_s)
        else:
            self.corrector.push(excess_s, elapsed_s)
