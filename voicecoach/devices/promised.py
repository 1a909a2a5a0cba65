"""How much sound a file's header promises: what tells a cut-off copy from a whole one.

FFmpeg guesses a duration for every file, from its size where need be; a guess proves nothing.
Here are only promises. All durations are in seconds; ``None`` means that nothing was promised.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from av.audio.stream import AudioStream
from av.container import InputContainer

STREAMED = 0x7FFF_0000
"""A WAV chunk said to be this long or longer (or 0) was written to a pipe: its length was not known."""

OGG_PAGE = 27 + 255 + 255 * 255
"""Bytes in the longest Ogg page (RFC 3533): header, segment table, segments."""

COUNTED = frozenset({"flac", "w64", "aiff", "caf", "mov,mp4,m4a,3gp,3g2,mj2"})
"""FFmpeg's names of the formats whose header counts the samples of the audio track."""


def promised_s(path: Path, container: InputContainer, stream: AudioStream) -> float | None:
    """Duration that the header of an opened file promises."""
    name = container.format.name
    with path.open("rb") as file:
        if name == "wav":
            return _wav_s(file)
        if name == "mp3" and not _counts_frames(file):
            return None
        if name == "matroska,webm":
            told = len(container.streams) == 1 and b"\x44\x89" in file.read(4096)
            return container.duration / 1e6 if told and container.duration else None
    if name in COUNTED | {"mp3"} and stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return None


def ends_inside_page(path: Path) -> bool:
    """Whether an Ogg file ends before its last page does (Ogg promises no duration)."""
    with path.open("rb") as file:
        start = max(0, file.seek(0, 2) - OGG_PAGE)
        file.seek(start)
        tail = file.read()
    page = tail[tail.rfind(b"OggS") :]
    if not page.startswith(b"OggS"):
        return False
    return len(page) < 27 or len(page) < 27 + page[26] + sum(page[27 : 27 + page[26]])


def _wav_s(file: BinaryIO) -> float | None:
    """Seconds that the `data` chunk of a WAV claims, if the claim goes beyond the end of the file."""
    end = file.seek(0, 2)
    file.seek(12)
    bytes_per_s = 0
    while len(head := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        if name == b"data":
            too_much = size < STREAMED and file.tell() + size > end
            return size / bytes_per_s if too_much and bytes_per_s else None
        if name == b"fmt " and size >= 16:
            bytes_per_s = struct.unpack("<HHIIHH", file.read(16))[3]
            size -= 16
        file.seek(size + size % 2, 1)
    return None


def _counts_frames(file: BinaryIO) -> bool:
    """Whether an MP3 begins with a frame that counts the others (Xing, Info)."""
    head = file.read(10)
    tag = 0
    if head.startswith(b"ID3") and len(head) == 10:
        tag = 10 + sum(byte << 7 * place for place, byte in enumerate(reversed(head[6:10])))
    file.seek(tag)
    first = file.read(1024)
    return b"Xing" in first or b"Info" in first
