"""The real headset: `ports.Headset` on any sound device that PortAudio knows.

Laws
----
* The microphone's clock is the call's clock: `exchange` returns when 20 ms were captured, and counts them
  contiguously from 0, whatever happened to the device.
* `Exchanged.played` is what the trainee heard while they said `Exchanged.heard`.
* A device that brings nothing, or asks for nothing, for a second is lost: that is told, the call stands
  still, and the device is opened again, or the system's default instead of it. What sounded meanwhile is in
  no track.

Units: samples at 16 kHz.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from voicecoach.audio import AudioChunk, Samples
from voicecoach.devices.duplex import TICK_S, Duplex
from voicecoach.devices.sound_devices import HeadsetChoice, Pair, Side, SoundDevice, find, list_devices, pair
from voicecoach.errors import DeviceError
from voicecoach.events import DeviceBack, DeviceLost, Exchanged, Glitched, Trouble
from voicecoach.timeline import BLOCK, Span


@dataclass(frozen=True, slots=True)
class HeadsetSettings:
    """How patient it is with a device."""

    lost_after_s: float = 1.0
    """Longer than any lump or hiccup of a device that works; short enough that the trainee still knows what
    they were saying."""
    first_wait_s: float = 0.25
    """Between two tries to open it again, doubled each time ..."""
    longest_wait_s: float = 2.0
    """... up to here: a plug that is put back is noticed at once."""
    give_up_s: float = 60.0
    """Nobody stays in a call that stood still for longer."""


@dataclass(frozen=True, slots=True)
class Tally:
    """That nothing of the trainee was lost: ``delivered + waiting == captured + filled``, to the sample."""

    captured: int
    """Samples that came from the microphone."""
    filled: int
    """Samples of silence in place of what the device lost."""
    delivered: int
    """Samples that `exchange` returned."""


class SoundHeadset:
    """A microphone and a loudspeaker, and the metronome of a call.

    Parameters
    ----------
    choice : which devices.
    tell : told at once, in the thread of `exchange`, when something goes wrong.
    round_trip : samples from giving a block to hearing its echo, as a probe measured it; None: what the
        drivers say, which is right to a few milliseconds on most.
    settings : how patient.
    """

    block = BLOCK

    def __init__(
        self,
        choice: HeadsetChoice,
        tell: Callable[[Trouble], None],
        round_trip: int | None = None,
        settings: HeadsetSettings | None = None,
    ) -> None:
        self._choice, self._tell = choice, tell
        self._settings = settings or HeadsetSettings()
        self._told_round_trip = round_trip
        self._unclaimed = 0
        self._arrived, self._hung_up = threading.Event(), threading.Event()
        self._closing = threading.Lock()
        self._pair: Pair | None = None
        self._duplex: Duplex | None = None
        self._running = self._lost = False
        self._start = 0
        self._before = Tally(0, 0, 0)

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def device(self) -> str:
        """Name of what is in use; empty before it is opened."""
        return self._pair.name if self._pair else ""

    @property
    def round_trip(self) -> int:
        """Samples from giving a block to hearing its echo; known after the first `exchange`."""
        return self._duplex.round_trip if self._duplex else 0

    @property
    def tally(self) -> Tally:
        """What was captured and what became of it, over all openings."""
        before, duplex = self._before, self._duplex
        if duplex is None or not self._running:
            return before
        capturing = duplex.capturing
        return Tally(
            before.captured + capturing.captured,
            before.filled + capturing.filled,
            before.delivered + capturing.delivered,
        )

    def refine(self, round_trip: int) -> None:
        """Believe a probe that measured the echo of this headset as it is open now.

        What the drivers leave out is a property of the device, and so it holds when it is opened again.
        """
        assert self._duplex is not None, "a probe measures an open headset"
        self._unclaimed += round_trip - self._duplex.round_trip
        self._duplex.unclaimed = self._unclaimed

    def restart(self) -> None:
        """The call begins now: what was captured since the last `exchange` is dropped, and time is 0 again.

        For whoever probed the headset first, and then had the phone ring: the round trip stays.
        """
        if self._duplex is not None and self._running:
            self._duplex.skip()
        self._start = -(self._duplex.capturing.delivered if self._duplex else 0)

    def open(self) -> None:
        """Open the devices and let them settle, one to three seconds; `exchange` does it if nobody did.

        Raises
        ------
        DeviceError : there are none, they are in use, or the choice fits none or several.
        """
        if self._duplex is None and not self._hung_up.is_set():
            self._open(pair(list_devices(anew=True), self._choice))

    def exchange(self, played: Samples) -> Exchanged | None:
        """Give 320 samples, wait for 320 (`ports.Headset`); None once `close` was called.

        Raises
        ------
        DeviceError : the device could not be opened, or was away for longer than anybody waits.
        """
        assert len(played) == BLOCK
        self.open()
        while (duplex := self._duplex) is not None and not self._hung_up.is_set():
            if not self._running:
                self._begin(duplex)
            duplex.give(played)
            both = self._wait(duplex) or self._left(duplex)
            self._tell_troubles(duplex)
            if both is not None:
                start = self._start + duplex.capturing.delivered - BLOCK
                return Exchanged(AudioChunk(start, both[0]), AudioChunk(start, both[1]))
            self._recover(duplex)
        return None

    def close(self) -> None:
        """Hang up, from whichever thread: `exchange` returns None from now on."""
        self._hung_up.set()
        self._arrived.set()
        with self._closing:
            self._end()

    def _open(self, found: Pair) -> None:
        with self._closing:
            if self._hung_up.is_set():
                return
            duplex = Duplex(found, self._arrived)
            try:
                duplex.settle(self._hung_up)
            except DeviceError:
                duplex.close()
                raise
            self._duplex, self._pair = duplex, found

    def _begin(self, duplex: Duplex) -> None:
        duplex.settle(self._hung_up)
        duplex.begin()
        if self._told_round_trip is not None:
            self._unclaimed = self._told_round_trip - duplex.round_trip
            self._told_round_trip = None
        duplex.unclaimed = self._unclaimed
        self._running = True

    def _end(self) -> None:
        """Close what is open and add it to the count."""
        self._before = self.tally
        if self._duplex is not None:
            self._duplex.close()
        self._duplex, self._running, self._lost = None, False, False

    def _wait(self, duplex: Duplex) -> tuple[Samples, Samples] | None:
        """Both tracks of the next block; None: hung up, or the device is lost."""
        silent_s, beats = 0.0, duplex.capturing.beats
        while not (self._hung_up.is_set() or self._lost):
            self._arrived.clear()
            if (both := duplex.take()) is not None:
                self._lost = duplex.silent_ear_s >= self._settings.lost_after_s
                return both
            if not self._arrived.wait(TICK_S):
                silent_s += TICK_S
            if beats != duplex.capturing.beats:
                silent_s, beats = 0.0, duplex.capturing.beats
            self._lost = silent_s >= self._settings.lost_after_s
        return None

    def _left(self, duplex: Duplex) -> tuple[Samples, Samples] | None:
        """What a lost device had brought before it went: recorded before the call stands still."""
        return None if self._hung_up.is_set() else duplex.take_last()

    def _tell_troubles(self, duplex: Duplex) -> None:
        for trouble in duplex.troubles:
            start, end = trouble.span.start + self._start, trouble.span.end + self._start
            if end > 0:  # a gap may have begun before the call did
                self._tell(Glitched(Span(max(0, start), end), trouble.reason))
        duplex.troubles.clear()

    def _recover(self, duplex: Duplex) -> None:
        """Open the device again, or the default; return when one runs or the trainee hung up."""
        if self._hung_up.is_set():
            return
        lost = self._pair
        assert lost is not None
        self._start += duplex.capturing.delivered
        self._tell(DeviceLost(f"{lost.name} brings no sound any more"))
        since_s = time.perf_counter()
        with self._closing:
            self._end()
        wait_s = self._settings.first_wait_s
        while not self._hung_up.is_set() and self._duplex is None:
            try:
                self._open(_again(lost))
            except DeviceError as error:
                if time.perf_counter() - since_s > self._settings.give_up_s:
                    raise DeviceError(
                        f"{lost.name} has been away for {self._settings.give_up_s:.0f} s ({error}) "
                        "Plug in a headset and call again; what was said is kept."
                    ) from error
                self._hung_up.wait(wait_s)
                wait_s = min(2 * wait_s, self._settings.longest_wait_s)
        if self._duplex is not None:
            self._tell(DeviceBack(self.device, time.perf_counter() - since_s))


def _again(lost: Pair) -> Pair:
    """The same devices where they are there, else the system's defaults."""
    devices = list_devices(anew=True)

    def same(side: Side, device: SoundDevice) -> SoundDevice:
        there = (one for one in devices if one.label == device.label and one.serves(side))
        return next(there, None) or find(devices, side, None)

    return Pair(same("input", lost.input), same("output", lost.output))
