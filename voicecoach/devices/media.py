"""Any recording as a stream of float32 blocks at 16 kHz, all channels aligned, in bounded memory.

Laws
----
* The samples depend on the sound alone, not on the container's packets: decoded frames are cut into
  blocks of one second before they are resampled, and into the caller's blocks after.
* Time is kept (see :mod:`voicecoach.devices.decoder`).
* A file that is not what its header says is an :class:`InputError` and never a shorter call.
* Any number of channels passes; who is on which is for the caller to choose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import soxr
from av.audio.stream import AudioStream
from av.container import InputContainer

from voicecoach.devices.container import COPY_AGAIN, checked, clock, opened, unreadable
from voicecoach.devices.decoder import Block, Decoder
from voicecoach.devices.promised import ends_inside_page, promised_s
from voicecoach.errors import InputError
from voicecoach.graded import Source
from voicecoach.timeline import RATE

CUT_OFF_S = 0.5
"""Missing more than this of what the header promises is a cut-off file; less is a codec's padding."""
SILENT = 2 * 10 ** (-80 / 20)
"""Peak-to-peak amplitude at -80 dBFS: below it there is no line noise and nobody."""
LOUDEST = 16.0
"""Float samples beyond +24 dBFS are not scaled to 1.0."""


def digest(path: Path) -> str:
    """sha256 of the file's bytes, hexadecimal.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    try:
        with checked(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error


def probe(path: Path) -> Source:
    """Facts about a recording; decodes all of it once, so that a bad file is found before any work.

    Raises
    ------
    InputError
        The file cannot be used; see :func:`read_blocks`.
    """
    with opened(path) as (container, stream):
        decoder = Decoder(path, container, stream)
        for _ in _seconds_of_sound(decoder, container, stream):
            pass
        codec = stream.codec_context.codec.canonical_name
    duration_s = decoder.count / decoder.rate_hz
    return Source(path.name, digest(path), codec, decoder.rate_hz, decoder.channels, duration_s)


def read_blocks(path: Path, block: int = RATE) -> Iterator[Block]:
    """The recording at 16 kHz.

    Parameters
    ----------
    path : any file whose audio FFmpeg decodes: WAV (PCM, A-law, µ-law, GSM), FLAC, MP3, M4A, Ogg,
        WebM, the sound of a video; 8 to 192 kHz, any number of channels, any length.
    block : samples in a block.

    Yields
    ------
    Arrays of shape (channels, `block`), float32, full scale = 1.0; the last may be shorter.

    Raises
    ------
    InputError
        At the first block: the file is missing, unreadable, empty, or not audio. At the place:
        samples that are not numbers, sound that cannot be decoded. At the end: the file is cut off,
        or all of it lies below -80 dBFS.
    """
    with opened(path) as (container, stream):
        decoder = Decoder(path, container, stream)
        yield from _cut(_resampled(decoder, _seconds_of_sound(decoder, container, stream)), block)


def _resampled(decoder: Decoder, seconds: Iterable[Block]) -> Iterator[Block]:
    """The same sound at 16 kHz (soxr HQ: flat to 0.91 of Nyquist, 120 dB rejection)."""
    resampler: soxr.ResampleStream | None = None
    for sound in seconds:
        if decoder.rate_hz == RATE:
            yield sound
            continue
        if resampler is None:
            resampler = soxr.ResampleStream(decoder.rate_hz, RATE, decoder.channels, "float32", "HQ")
        yield resampler.resample_chunk(np.ascontiguousarray(sound.T)).T
    if resampler is not None:
        yield resampler.resample_chunk(np.zeros((0, decoder.channels), np.float32), last=True).T


def _cut(pieces: Iterable[Block], size: int) -> Iterator[Block]:
    """The same sound in blocks of `size` samples; the last may be shorter."""
    held: list[Block] = []
    count = 0
    for piece in pieces:
        held.append(piece)
        count += piece.shape[1]
        if count < size:
            continue
        joined = np.concatenate(held, axis=1)
        whole = count - count % size
        for start in range(0, whole, size):
            yield np.ascontiguousarray(joined[:, start : start + size])
        held, count = [joined[:, whole:]], count - whole
    if count:
        yield np.ascontiguousarray(np.concatenate(held, axis=1))


def _seconds_of_sound(decoder: Decoder, container: InputContainer, stream: AudioStream) -> Iterator[Block]:
    """One second after the other at the file's own rate, each checked, and at the end the whole."""
    lowest: Block | float = np.inf
    highest: Block | float = -np.inf
    pieces = decoder.pieces()
    first = next(pieces, None)
    if first is None:
        raise InputError(decoder.path, "holds no sound that can be decoded", COPY_AGAIN)
    start = 0
    for sound in _cut(chain([first], pieces), decoder.rate_hz):
        _check_numbers(decoder, sound, start)
        lowest = np.minimum(lowest, sound.min(axis=1))
        highest = np.maximum(highest, sound.max(axis=1))
        start += sound.shape[1]
        yield sound
    _check_whole(decoder, promised_s(decoder.path, container, stream), is_ogg=container.format.name == "ogg")
    if np.all(highest - lowest < SILENT):
        problem = f"is silent: all {decoder.place} of it lie below -80 dBFS"
        raise InputError(decoder.path, problem, "Check the recorder's input, or that this is the right file")


def _check_numbers(decoder: Decoder, sound: Block, start: int) -> None:
    with np.errstate(invalid="ignore"):
        bad = ~(np.abs(sound).max(axis=0) <= LOUDEST)
    if not bad.any():
        return
    at = int(bad.argmax())
    what = "not scaled to -1 ... 1" if np.isfinite(sound[:, at]).all() else "not numbers (NaN or infinite)"
    problem = f"holds samples that are {what}, first at {clock((start + at) / decoder.rate_hz)}"
    raise InputError(decoder.path, problem, "Export it as 16-bit WAV or FLAC")


def _check_whole(decoder: Decoder, promised: float | None, *, is_ogg: bool) -> None:
    if promised is not None and promised - decoder.count / decoder.rate_hz > CUT_OFF_S:
        problem = f"is cut off: it stops at {decoder.place}, its header promises {clock(promised)}"
    elif is_ogg and ends_inside_page(decoder.path):
        problem = f"is cut off: it stops at {decoder.place}, inside an Ogg page"
    elif decoder.broken:
        problem = f"is damaged: nothing can be read after {decoder.place}"
    else:
        return
    raise InputError(decoder.path, problem, COPY_AGAIN)
