"""A call's sound while it is being recorded: a file that only grows, and is whole up to where it was torn.

The file is a line of text and then chunks: a head (first sample, samples, checksum), and that many pairs
of 16-bit samples, trainee first. It ends where a chunk is short, does not follow the one before it, or has
not the sum that its head gives: what a power cut left behind it is not sound.

Laws: `read_chunks` gives exactly what was written, or a beginning of it. All numbers are little-endian.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from voicecoach.devices.places import open_private
from voicecoach.errors import InputError
from voicecoach.timeline import RATE

Pairs = NDArray[np.int16]
"""Shape (n, 2): trainee and caller, 16-bit steps."""

FIRST_LINE = b"voicecoach sound 1: 16000 Hz, 16 bit, trainee and caller\n"

_HEAD = struct.Struct("<QII")
"""First sample of the chunk, samples in it (of each track), CRC-32 of both and of the sound."""

_PAIR_BYTES = 4

LONGEST_CHUNK = 60 * RATE
"""Samples; a head that promises more is damage."""


def chunk(start: int, pairs: Pairs) -> bytes:
    """The bytes of a chunk that begins at sample `start`."""
    sound = pairs.astype("<i2", copy=False).tobytes()
    return _HEAD.pack(start, len(pairs), _sum(start, len(pairs), sound)) + sound


def read_chunks(path: Path) -> Iterator[Pairs]:
    """The sound as far as it is whole, in order.

    Raises
    ------
    InputError : the file cannot be read, or is no such file.
    """
    try:
        with path.open("rb") as file:
            first = file.readline(len(FIRST_LINE))
            if not FIRST_LINE.startswith(first):
                raise InputError(path, "is no recording of voicecoach's", "Look for a newer version of it")
            at = 0
            while len(head := file.read(_HEAD.size)) == _HEAD.size:
                start, count, stated = _HEAD.unpack(head)
                if start != at or count > LONGEST_CHUNK:
                    return
                sound = file.read(count * _PAIR_BYTES)
                if len(sound) < count * _PAIR_BYTES or _sum(start, count, sound) != stated:
                    return
                yield np.frombuffer(sound, "<i2").reshape(-1, 2).astype(np.int16, copy=False)
                at += count
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}", "Mend that, then try again") from error


def seconds_of_sound(path: Path) -> Iterator[Pairs]:
    """The same as `read_chunks` gives, a second at a time; the last piece may be shorter."""
    held: list[Pairs] = []
    count = 0
    for pairs in read_chunks(path):
        held.append(pairs)
        count += len(pairs)
        if count >= RATE:
            joined = np.concatenate(held)
            whole = count - count % RATE
            yield from (joined[start : start + RATE] for start in range(0, whole, RATE))
            held, count = [joined[whole:]], count - whole
    if count:
        yield np.concatenate(held)


def write_flac(source: Path, target: Path) -> int:
    """Turn a recording into a 16-bit FLAC file: the same samples, the same bytes each time.

    Returns
    -------
    Samples of the call; with 0 there is no file.

    Raises
    ------
    InputError : `source` cannot be read.
    OSError : `target` cannot be written.
    """
    try:
        with os.fdopen(open_private(target), "w+b") as file:
            count = _encode(seconds_of_sound(source), file)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    if not count:
        target.unlink()
    return count


def _encode(pieces: Iterator[Pairs], file: BinaryIO) -> int:
    """Encode `pieces` into `file`; samples of each track."""
    count = 0
    with av.open(file, "w", format="flac", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("flac", rate=RATE, layout="stereo", format="s16")
        stream.codec_context.flags |= av.codec.context.Flags.bitexact  # no encoder's name in the file
        for pairs in pieces:
            container.mux(stream.encode(_frame(pairs, count)))
            count += len(pairs)
        if count:
            container.mux(stream.encode(None))
    return count


def _sum(start: int, count: int, sound: bytes) -> int:
    return zlib.crc32(sound, zlib.crc32(struct.pack("<QI", start, count)))


def _frame(pairs: Pairs, start: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(pairs).reshape(1, -1), format="s16", layout="stereo")
    frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), start
    return frame
