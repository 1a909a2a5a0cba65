"""The two streams of a headset: PortAudio's callbacks, which copy and count and do nothing else.

Two streams, not a duplex one: a duplex stream dies on PulseAudio. Blocks of 10 ms at the device's own rate.

Units: frames at the device's rate; seconds of `time.perf_counter`.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from voicecoach.audio import Samples
from voicecoach.devices.block_queue import BeatLog, FrameQueue
from voicecoach.devices.sound_devices import SIDES, Pair, Side, SoundDevice, portaudio
from voicecoach.errors import DeviceError
from voicecoach.timeline import RATE

BLOCKS_PER_S = 100
"""Blocks of 10 ms: the step in which PulseAudio and most drivers work well."""

LATENCY_S = 0.03
"""What PortAudio is asked to hold; with less, a busy laptop drops out, and PulseAudio adds its own anyway."""

CAPTURE_ROOM_S = 30.0
"""How long the loop may be away before sound from the microphone is lost (6 MB)."""

PLAYBACK_ROOM_S = 1.0
"""Several times what ever waits for the loudspeaker."""

PULSE_LATENCY_MS = "60"
"""PulseAudio's own buffer where the user did not set PULSE_LATENCY_MSEC: no dropouts in six set-ups; with 30
some stall for ever, unset some drop out."""


class _Times(Protocol):
    currentTime: float  # noqa: N815 - PortAudio's names
    inputBufferAdcTime: float  # noqa: N815
    outputBufferDacTime: float  # noqa: N815


class _Status(Protocol):
    input_overflow: bool
    output_underflow: bool


class Capture:
    """The microphone's stream, not yet started.

    Parameters
    ----------
    device : any rate; its first channel is heard.
    arrived : set at each callback.
    """

    def __init__(self, device: SoundDevice, arrived: threading.Event) -> None:
        self._arrived = arrived
        self._stream, self.rate_hz = _open(device, "input", 1, self._callback)
        self.frames = FrameQueue(round(CAPTURE_ROOM_S * self.rate_hz))
        self.log = BeatLog()

    def start(self) -> None:
        """Have the callbacks begin."""
        self._stream.start()

    def close(self) -> None:
        """Have them end."""
        self._stream.close()

    def _callback(self, indata: Samples, _frames: int, times: _Times, status: _Status) -> None:
        now_s = time.perf_counter()
        edge_s = now_s - (times.currentTime - times.inputBufferAdcTime)
        taken = self.frames.write(indata[:, 0])
        self.log.note(taken, now_s, edge_s, flagged=status.input_overflow)
        self._arrived.set()


class Playback:
    """The loudspeaker's stream, not yet started; what is not there in time is silence.

    Parameters
    ----------
    device : any rate; two channels, where it has them, play the same.
    """

    def __init__(self, device: SoundDevice) -> None:
        self._channels = min(2, device.outputs)
        self._stream, self.rate_hz = _open(device, "output", self._channels, self._callback)
        self.frames = FrameQueue(round(PLAYBACK_ROOM_S * self.rate_hz))
        self.log = BeatLog()
        self.starved = 0
        """Frames that were silent because nothing was there; the callback's alone."""

    def start(self) -> None:
        """Have the callbacks begin."""
        self._stream.start()

    def close(self) -> None:
        """Have them end."""
        self._stream.close()

    def _callback(self, outdata: Samples, frames: int, times: _Times, status: _Status) -> None:
        now_s = time.perf_counter()
        edge_s = now_s + (times.outputBufferDacTime - times.currentTime)
        given = self.frames.read_into(outdata[:, 0])
        outdata[given:, 0] = 0
        if self._channels == 2:
            outdata[:, 1] = outdata[:, 0]
        self.starved += frames - given
        self.log.note(frames, now_s, edge_s, flagged=status.output_underflow)


def open_streams(pair: Pair, arrived: threading.Event) -> tuple[Capture, Playback]:
    """Both streams, running.

    Raises
    ------
    DeviceError : one of the devices cannot be used.
    """
    sound = portaudio()
    opened: list[Capture | Playback] = []
    with _pulse_latency():
        try:
            playback = Playback(pair.output)
            opened.append(playback)
            capture = Capture(pair.input, arrived)
            opened.append(capture)
            playback.start()
            capture.start()
        except (sound.PortAudioError, DeviceError) as error:
            for stream in opened:
                stream.close()
            if isinstance(error, DeviceError):
                raise
            raise DeviceError(f"{pair.name}: the device does not start ({error}). {REMEDY}") from error
    return capture, playback


REMEDY = "Close other programs that use it, or choose another: voicecoach devices"


def _open(device: SoundDevice, side: Side, channels: int, callback: object) -> tuple[Any, float]:
    """A stream at the first rate that the device takes, and that rate."""
    sound = portaudio()
    make = sound.InputStream if side == SIDES[0] else sound.OutputStream
    refused = ""
    for rate_hz in _rates_hz(device):
        try:
            stream = make(
                device=device.number,
                samplerate=rate_hz,
                blocksize=round(rate_hz / BLOCKS_PER_S),
                channels=channels,
                dtype="float32",
                latency=LATENCY_S,
                callback=callback,
            )
        except sound.PortAudioError as error:
            refused = str(error)
        else:
            return stream, float(stream.samplerate)
    raise DeviceError(f"{device.label}: the device cannot be used ({refused}). {REMEDY}")


def _rates_hz(device: SoundDevice) -> list[float]:
    """Rates worth a try, the best first.

    The device's own, as systems resample badly or refuse; but ALSA names 44.1 kHz for every device that
    takes any rate, and 48 kHz is what the hardware below it runs at.
    """
    first = 48_000.0 if device.host == "ALSA" else device.rate_hz
    return list(dict.fromkeys([first, device.rate_hz, 48_000.0, 44_100.0, float(RATE)]))


@contextmanager
def _pulse_latency() -> Iterator[None]:
    """Set PulseAudio's buffer while streams are opened, and for nobody else: aplay hangs with it."""
    if not sys.platform.startswith("linux") or "PULSE_LATENCY_MSEC" in os.environ:
        yield
        return
    os.environ["PULSE_LATENCY_MSEC"] = PULSE_LATENCY_MS
    try:
        yield
    finally:
        del os.environ["PULSE_LATENCY_MSEC"]
