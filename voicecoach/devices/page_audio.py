"""The sound of a call, small enough to live inside its report: Ogg Opus, which every browser plays.

Laws
----
* The same sound gives the same bytes (no random stream number, no encoder's name).
* Bounded: a call too long for a page gives None, and the report links to the recording instead.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame

from voicecoach.devices.decoder import Block
from voicecoach.timeline import RATE

CHANNEL_BPS = 24_000
"""Bits per second and channel: transparent for wide-band speech in Opus (RFC 7587 gives 16 to 20 kb/s)."""


def encode_page_audio(blocks: Iterable[Block], limit: int) -> bytes | None:
    """Compress 16 kHz sound for a web page.

    Parameters
    ----------
    blocks : arrays of shape (channels, n) with one or two channels, float32, full scale = 1.0, as
        from :func:`voicecoach.devices.media.read_blocks`; consumed only as far as they are needed.
    limit : the most bytes that the page can carry: 8 MiB are 23 minutes in stereo.

    Returns
    -------
    An Ogg Opus file with the same channels, or None where it would be longer than `limit` (or there
    are no samples at all).
    """
    file = io.BytesIO()
    count = 0
    with av.open(file, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = None
        for block in blocks:
            if stream is None:
                stream = container.add_stream(
                    "libopus", rate=RATE, layout=_layout(block), options={"vbr": "constrained"}
                )
                stream.bit_rate = CHANNEL_BPS * len(block)
                stream.codec_context.flags |= av.codec.context.Flags.bitexact
            container.mux(stream.encode(_frame(block, count)))
            if file.tell() > limit:
                return None
            count += block.shape[1]
        if stream is None:
            return None
        container.mux(stream.encode(None))
    return file.getvalue()


def _layout(block: Block) -> str:
    return {1: "mono", 2: "stereo"}[len(block)]


def _frame(block: Block, start: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout=_layout(block))
    frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), start
    return frame
