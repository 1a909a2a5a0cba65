"""What crosses the pipe between the call and a voice in a process of its own.

A frame is 8 bytes (two lengths), a JSON object, and samples as raw float32: nothing that could be
executed when it is read. Whoever reads trusts no length, no number and no order that it says.

Laws
----
* A frame that is malformed, or longer than the limits below, is a :class:`FrameError`.
* Samples cross unchanged, to the last bit.

Units: lengths in bytes, spans in samples at 16 kHz.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from itertools import pairwise
from typing import IO, Any

import numpy as np

from voicecoach.speech import Word
from voicecoach.spoken import Delivery, Rendering
from voicecoach.timeline import RATE, Span, samples

LONGEST_TEXT = 5_000
"""Characters of one line: about five minutes of speech, and a question that fits a pipe's buffer (64 KiB)."""

LONGEST_S = 900.0
"""Of sound, for any text: those five minutes at 80 words a minute, and room."""

LONGEST_MESSAGE = 1 << 22
"""Bytes of JSON: a line of 5,000 words with their times takes 250 KB."""

SAMPLE_BYTES = 4

FULL_SCALE = 1.0

Message = dict[str, Any]
Frame = tuple[Message, bytes]

_LENGTHS = struct.Struct("<II")


class FrameError(Exception):
    """What came through the pipe, or was to go, is no frame or no speech; the message says why."""


def longest_samples(text: str) -> int:
    """Samples that `text` can take at most: 5 s, and 1 s a character (a digit at 80 words a minute)."""
    return samples(min(5.0 + len(text), LONGEST_S))


def write_frame(pipe: IO[bytes], message: Message, sound: bytes = b"") -> None:
    """Send one frame."""
    body = json.dumps(message).encode()
    pipe.write(_LENGTHS.pack(len(body), len(sound)) + body)
    pipe.write(sound)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> Frame | None:
    """The next frame; None when the other side closed the pipe between two frames.

    Raises
    ------
    FrameError : it is malformed, too long, or cut off.
    """
    head = pipe.read(_LENGTHS.size)
    if not head:
        return None
    if len(head) < _LENGTHS.size:
        raise FrameError("a frame was cut off")
    message_bytes, sound_bytes = _LENGTHS.unpack(head)
    if message_bytes > LONGEST_MESSAGE or sound_bytes > samples(LONGEST_S) * SAMPLE_BYTES:
        raise FrameError("a frame is too long")
    body, sound = pipe.read(message_bytes), pipe.read(sound_bytes)
    if len(body) < message_bytes or len(sound) < sound_bytes:
        raise FrameError("a frame was cut off")
    try:
        message = json.loads(body)
    except ValueError as error:
        raise FrameError("a frame holds no JSON") from error
    if not isinstance(message, dict):
        raise FrameError("a frame holds no JSON object")
    return message, sound


def pack_question(text: str, delivery: Delivery, limit_s: float) -> Message:
    """A line to speak; `limit_s` is when nobody waits for the answer any more."""
    return {"text": text, "delivery": asdict(delivery), "limit_s": limit_s}


def unpack_question(message: Message) -> tuple[str, Delivery, float]:
    """The line that a question asks for."""
    return message["text"], Delivery(**message["delivery"]), message["limit_s"]


def pack_rendering(rendering: object) -> Frame:
    """A spoken line as a frame.

    Raises
    ------
    FrameError : it is no :class:`Rendering` of mono float32 samples, so that it has no meaning as bytes.
    """
    if not isinstance(rendering, Rendering):
        raise FrameError(f"it gave {type(rendering).__name__} instead of a Rendering")
    sound = np.asarray(rendering.samples)
    if sound.dtype != np.float32 or sound.ndim != 1:
        raise FrameError(f"its samples are {sound.ndim}-dimensional {sound.dtype}, not mono float32")
    words = [
        [word.text, int(word.span.start), int(word.span.end), float(word.probability)]
        for word in rendering.words
    ]
    return {"words": words}, sound.astype("<f4", copy=False).tobytes()


def unpack_rendering(frame: Frame, text: str) -> Rendering:
    """The spoken line that a frame holds.

    Raises
    ------
    FrameError : it cannot be `text` as spoken by anybody: too long, not finite, beyond full scale, or its
        words are not in order inside it.
    """
    message, raw = frame
    if len(raw) % SAMPLE_BYTES:
        raise FrameError("a sample was cut off")
    sound = np.frombuffer(raw, "<f4").astype(np.float32)
    if len(sound) > longest_samples(text):
        raise FrameError(f"{len(sound) / RATE:.0f} s of sound for {len(text)} characters")
    if not np.isfinite(sound).all() or (np.abs(sound) > FULL_SCALE).any():
        raise FrameError("samples beyond full scale or not finite")
    try:
        words = tuple(
            Word(str(said), Span(start, end), share) for said, start, end, share in message["words"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FrameError("words without order or time") from error
    if any(a.span.end > b.span.start for a, b in pairwise(words)):
        raise FrameError("words that overlap")
    if words and words[-1].span.end > len(sound):
        raise FrameError("words after the end of the sound")
    return Rendering(sound, words)
