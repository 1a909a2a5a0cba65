"""Decodes one audio stream into float32 pieces at its own rate, keeping its time.

Laws
----
* Time is kept: what the container leaves out (silence that was not sent, a packet that cannot be
  decoded) is filled with silence. Losing more than :data:`LOST_S` to damage is an error.
* One rate and one number of channels, from the first piece to the last.

Positions and lengths are samples at the stream's own rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from numpy.typing import NDArray

from voicecoach.devices.container import COPY_AGAIN, check_rate, clock, unreadable
from voicecoach.errors import InputError

Block = NDArray[np.float32]
"""Shape (channels, n), full scale = 1.0."""

LOST_S = 1.0
"""Packets that cannot be decoded may cost this much: about forty MP3 frames."""
GAP_S = 0.1
"""Time stamps are believed over the count of samples from this difference on: browsers stamp
packets by a clock that wavers by tens of ms."""
DAMAGE_S = 0.005
"""After a packet that could not be decoded: half of the shortest packet in use."""
LONGEST_GAP_S = 600.0
"""A longer jump of the time stamps is damage, not silence that was not sent."""

_INTEGERS = {"u8": 2.0**7, "s16": 2.0**15, "s32": 2.0**31, "s64": 2.0**63}
"""Full scale of FFmpeg's integer sample formats; the others are floats."""


class Decoder:
    """One stream, decoded once, in order.

    `rate_hz` and `channels` are known from the first piece on; `broken`, after the last, is whether
    the container could not be read to its end.
    """

    def __init__(self, path: Path, container: InputContainer, stream: AudioStream) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.count = 0
        self.broken = False
        self.path = path
        self._packets = container.demux(stream)
        self._stream = stream
        self._origin: int | None = None
        self._damaged = False
        self._lost = 0

    def pieces(self) -> Iterator[Block]:
        """The sound, in pieces of any length.

        Raises
        ------
        InputError
            Rate or channels change, time jumps, or too much cannot be decoded; with the place.
        """
        for packet in self._read():
            for frame in self._decode(packet):
                self._check_form(frame)
                for piece in (*self._silence_before(frame), _as_float(frame)):
                    self.count += piece.shape[1]
                    yield piece

    @property
    def place(self) -> str:
        """Where in the recording the decoder is, for people."""
        return clock(self.count / (self.rate_hz or 1))

    def _read(self) -> Iterator[Packet[AudioStream]]:
        try:
            yield from self._packets
        except av.error.EOFError:
            return
        except av.error.FFmpegError:
            self.broken = True
        except OSError as error:
            raise unreadable(self.path, error) from error

    def _decode(self, packet: Packet[AudioStream]) -> list[AudioFrame]:
        try:
            return [frame for frame in self._stream.decode(packet) if frame.samples]
        except av.error.EOFError:
            return []
        except av.error.FFmpegError:
            self._damaged = True
            return []

    def _check_form(self, frame: AudioFrame) -> None:
        rate_hz, channels = frame.sample_rate, frame.layout.nb_channels
        if not self.rate_hz:
            check_rate(self.path, rate_hz)
            self.rate_hz, self.channels = rate_hz, channels
        elif (rate_hz, channels) != (self.rate_hz, self.channels):
            before, after = f"{self.channels} x {self.rate_hz} Hz", f"{channels} x {rate_hz} Hz"
            problem = f"changes from {before} to {after} at {self.place}"
            raise InputError(self.path, problem, "Export it as one WAV or FLAC file")

    def _silence_before(self, frame: AudioFrame) -> Iterator[Block]:
        """Zeros from where the last frame ended to where this one starts, a second at a time."""
        if frame.pts is None or frame.time_base is None:
            return
        at = round(frame.pts * frame.time_base * self.rate_hz)
        if self._origin is None:
            self._origin = at
        gap = at - self._origin - self.count
        if gap < -GAP_S * self.rate_hz:  # a chained file starts its clock again
            self._origin += gap
        if gap > (DAMAGE_S if self._damaged else GAP_S) * self.rate_hz:
            self._check_gap(gap)
            for start in range(0, gap, self.rate_hz):
                yield np.zeros((self.channels, min(self.rate_hz, gap - start)), np.float32)
        self._damaged = False

    def _check_gap(self, gap: int) -> None:
        if gap > LONGEST_GAP_S * self.rate_hz:
            problem = f"is damaged: at {self.place} its clock jumps by {gap / self.rate_hz:.0f} s"
            raise InputError(self.path, problem, COPY_AGAIN)
        self._lost += gap if self._damaged else 0
        if self._lost > LOST_S * self.rate_hz:
            problem = f"is damaged: up to {self.place}, {self._lost / self.rate_hz:.1f} s cannot be decoded"
            raise InputError(self.path, problem, COPY_AGAIN)


def _as_float(frame: AudioFrame) -> Block:
    """The frame as (channels, n); integers scaled so that full scale is 1.0."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    scale = _INTEGERS.get(frame.format.name.removesuffix("p"))
    if scale is None:
        return samples.astype(np.float32)
    if samples.dtype == np.uint8:
        samples = samples.astype(np.int16) - 128
    return (samples / scale).astype(np.float32)
