"""A graded call's report with its sound: reads the recording once more, for waveform and playback.

The sound lies in the page itself where it is short enough; else the page links to the recording.
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from voicecoach.apps.record import Record
from voicecoach.apps.rehearsal_facts import RehearsalFacts
from voicecoach.apps.report import INLINE_LIMIT, AudioForPage, PeakMeter, render
from voicecoach.audio import AudioChunk, Layout
from voicecoach.devices.decoder import Block
from voicecoach.devices.media import read_blocks
from voicecoach.devices.page_audio import encode_page_audio
from voicecoach.events import Exchanged
from voicecoach.graded import Roles
from voicecoach.speech import Speaker

INLINE_MIME = "audio/ogg; codecs=opus"


def call_page(
    path: Path, roles: Roles, record: Record, folder: Path, rehearsal: RehearsalFacts | None = None
) -> str:
    """The HTML report of a call.

    Parameters
    ----------
    path : the recording.
    roles : who is on which channel.
    record : the call's JSON values.
    folder : where the page will lie; links start there.
    rehearsal : what is known of a rehearsed call beyond its grading.
    """
    meter = PeakMeter()
    tracks = _metered(path, roles, meter)
    content = encode_page_audio(tracks, INLINE_LIMIT)
    for _ in tracks:  # what the encoder left when the sound grew too long
        pass
    if content is not None:
        return render(record, AudioForPage(meter.peaks(), INLINE_MIME, content), rehearsal)
    mime = mimetypes.guess_type(path.name)[0] or "audio/wav"
    return render(record, AudioForPage(meter.peaks(), mime, link=_link(path, folder)), rehearsal)


def _link(path: Path, folder: Path) -> str | None:
    """The recording as seen from `folder`; None where its name is no text that a page can hold."""
    link = Path(os.path.relpath(os.path.realpath(path), os.path.realpath(folder))).as_posix()
    return link if link.isprintable() else None


def _metered(path: Path, roles: Roles, meter: PeakMeter) -> Iterator[Block]:
    """The tracks of a call, block by block, shape (1 or 2, n); `meter` sees each block go by."""
    at = 0
    for block in read_blocks(path):
        tracks = _tracks(block, roles)
        played = AudioChunk(at, tracks[1]) if len(tracks) == 2 else None
        meter.push(Exchanged(AudioChunk(at, tracks[0]), played))
        at += block.shape[1]
        yield tracks


def _tracks(block: Block, roles: Roles) -> Block:
    """The trainee's channel first and all others, added up, second; or the only one that is graded."""
    first = roles.channels.get(Speaker.TRAINEE, 0)
    if roles.layout is not Layout.TWO_CHANNEL:
        return block[first : first + 1]
    others = np.delete(block, first, axis=0).sum(axis=0, dtype=np.float32)
    return np.stack([block[first], others])
