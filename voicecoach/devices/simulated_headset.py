"""A headset with a simulated trainee in it: the duplex device of tests, of the demo and of persona authors.

It goes as fast as it is asked; `paced_headset` can hold it to real time. Every fault of a real device can be
had on purpose: echo, noise, round trip, drift of its two clocks, lost blocks, a plug pulled out.

Laws
----
* The same arguments give the same samples, to the last bit, in any process.
* Without drift, what the trainee says at sample `t` of their own time is at sample `t` of the call; what the
  caller gives at `t` is heard by the trainee, and stands in `Exchanged.played`, a round trip later.
* While the device is away the call stands still and the trainee's time goes on: what they say meanwhile is
  lost, as with a real plug. Their time is then ahead of the call's by as long.

Units: samples at 16 kHz; a positive drift means that the microphone's clock is the faster one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from voicecoach.audio import AudioChunk, Samples
from voicecoach.devices.drifting_clock import DelayLine, DriftingClock
from voicecoach.devices.simulated_room import EchoPath, Noise, Room
from voicecoach.events import Control, DeviceBack, DeviceLost, Exchanged, Glitched, Trouble
from voicecoach.timeline import BLOCK, Span, samples


class Trainee(Protocol):
    """Somebody in the headset; asked block by block, in the order of the methods."""

    def hear(self, played: Samples, now: int) -> None:
        """Listen to what sounds in their ears from sample `now` of their time on."""
        ...

    def speak(self, now: int, count: int) -> Samples:
        """What they say in `count` samples from `now` on, shape (count,)."""
        ...

    def controls(self, now: int) -> list[Control]:
        """What they pressed, and did at the desk, since they were last asked."""
        ...


@dataclass(frozen=True, slots=True)
class Outage:
    """The device disappears."""

    at_s: float
    """Of the call."""
    away_s: float | None
    """Until it comes back; None: never."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """How good the device itself is."""

    round_trip_ms: float = 60.0
    """From giving a block to the first sample recorded after it sounded: PulseAudio and PortAudio add
    40 to 100 ms on a desktop. Half of it lies before the loudspeaker, half after the microphone."""
    drift_ppm: float = 0.0
    """The microphone's clock against the loudspeaker's; cheap crystals differ by up to 200 ppm. Nothing
    corrects it here: this is the device as it is."""
    lost_share: float = 0.0
    """Share of the microphone's blocks that are lost, at random."""
    outages: tuple[Outage, ...] = ()


class SimulatedHeadset:
    """`ports.Headset` without a sound device.

    Parameters
    ----------
    trainee : who wears it.
    tell : told at once when something goes wrong, as a real headset's.
    room, wiring : what is between mouth, ears and call.
    seed : of noise, reverberation and lost blocks.
    """

    block = BLOCK

    def __init__(
        self,
        trainee: Trainee,
        tell: Callable[[Trouble], None],
        room: Room | None = None,
        wiring: Wiring | None = None,
        seed: int = 0,
    ) -> None:
        self._trainee, self._tell = trainee, tell
        self._wiring = wiring = wiring or Wiring()
        room = room or Room()
        round_trip = samples(wiring.round_trip_ms / 1000)
        self._way_in = round_trip - round_trip // 2
        self._loudspeaker = DelayLine(round_trip // 2)
        self._reference = DelayLine(self._way_in)
        self._microphone = (
            DriftingClock(wiring.drift_ppm, self._way_in) if wiring.drift_ppm else DelayLine(self._way_in)
        )
        self._echo, self._noise = EchoPath(room, seed), Noise(room, seed)
        self._luck = np.random.default_rng([seed, 2])
        self._outages = sorted(wiring.outages, key=lambda outage: outage.at_s, reverse=True)
        self._now = self._away = 0
        self._controls: list[Control] = []
        self._closed = False

    def exchange(self, played: Samples) -> Exchanged | None:
        """Give 320 samples, receive 320 (`ports.Headset`); None once closed, or lost for good."""
        assert len(played) == self.block
        self._break_down()
        if self._closed:
            return None
        span = Span(self._now, self._now + self.block)
        sounding = self._loudspeaker.push(played)
        spoken = self._let_live(sounding)
        recorded = spoken + self._echo.push(sounding) + self._noise.next(self.block)
        heard = self._microphone.push(np.clip(recorded, -1, 1))
        if heard is None:
            self._tell(Glitched(span, "the clocks of microphone and loudspeaker ran apart"))
        elif self._luck.random() < self._wiring.lost_share:
            heard = None
            self._tell(Glitched(span, "the device lost a block"))
        if heard is None:
            heard = np.zeros(self.block, np.float32)
        self._now = span.end
        reference = self._reference.push(sounding)
        return Exchanged(AudioChunk(span.start, heard), AudioChunk(span.start, reference))

    def controls(self) -> list[Control]:
        """What the trainee pressed, and did at the desk, since this was last asked."""
        controls, self._controls = self._controls, []
        return controls

    def close(self) -> None:
        """Put the headset down: `exchange` returns None from now on."""
        self._closed = True

    def _let_live(self, sounding: Samples) -> Samples:
        """The trainee hears a block and says one, in their own time."""
        now = self._now + self._away + self._way_in
        self._trainee.hear(sounding, now)
        spoken = self._trainee.speak(now, self.block)
        self._controls += self._trainee.controls(now)
        return spoken

    def _break_down(self) -> None:
        while not self._closed and self._outages and samples(self._outages[-1].at_s) <= self._now:
            outage = self._outages.pop()
            self._tell(DeviceLost("the simulated device was pulled out"))
            if outage.away_s is None:
                self.close()
                return
            for _ in range(samples(outage.away_s) // self.block):
                self._let_live(np.zeros(self.block, np.float32))
                self._away += self.block
            self._tell(DeviceBack("simulated headset", outage.away_s))
