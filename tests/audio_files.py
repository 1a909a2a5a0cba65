"""Makes audio files of every kind, whole and broken, for the tests of what reads them."""

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

Sound = NDArray[np.float32]
"""Shape (channels, n), full scale 1.0."""

LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 6: "5.1"}

KINDS = {
    "pcm.wav": "pcm_s16le",
    "pcm24.wav": "pcm_s24le",
    "pcm8.wav": "pcm_u8",
    "float.wav": "pcm_f32le",
    "alaw.wav": "pcm_alaw",
    "mulaw.wav": "pcm_mulaw",
    "flac.flac": "flac",
    "mp3.mp3": "libmp3lame",
    "aac.m4a": "aac",
    "opus.ogg": "libopus",
    "opus.webm": "libopus",
}
"""File name -> PyAV's name of its encoder."""

LOSSLESS = ("pcm.wav", "pcm24.wav", "float.wav", "flac.flac")


def tone(
    duration_s: float, rate_hz: int, channels: int = 1, first_hz: float = 200.0, amplitude: float = 0.3
) -> Sound:
    """A sine a channel: `first_hz`, then 50 % higher on each further channel."""
    at_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    sines = [amplitude * np.sin(2 * np.pi * first_hz * 1.5**c * at_s) for c in range(channels)]
    return np.stack(sines).astype(np.float32)


def write(path: Path, sound: Sound, rate_hz: int, codec: str | None = None, **options: str) -> Path:
    """Encode `sound` into `path`; the codec follows from the suffix unless named."""
    codec = codec or KINDS.get(path.name) or {"wav": "pcm_s16le", "flac": "flac"}[path.suffix[1:]]
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=rate_hz, layout=LAYOUTS[len(sound)])
        for start in range(0, sound.shape[1], 4096):
            block = np.ascontiguousarray(sound[:, start : start + 4096])
            frame = AudioFrame.from_ndarray(block, format="fltp", layout=LAYOUTS[len(sound)])
            frame.sample_rate, frame.time_base, frame.pts = rate_hz, Fraction(1, rate_hz), start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def wav_header(tag: int, channels: int, rate_hz: int, block: int, bits: int, size: int) -> bytes:
    """Header of a WAV whose `data` chunk says it holds `size` bytes."""
    form = struct.pack("<HHIIHH", tag, channels, rate_hz, rate_hz * block, block, bits)
    return (
        b"RIFF"
        + struct.pack("<I", (36 + size) & 0xFFFFFFFF)
        + b"WAVEfmt "
        + struct.pack("<I", len(form))
        + form
        + b"data"
        + struct.pack("<I", size)
    )


def float_wav(sound: Sound, rate_hz: int) -> bytes:
    """A float WAV, written bit by bit, so that it may hold NaN and infinities."""
    data = np.ascontiguousarray(sound.T, dtype="<f4").tobytes()
    return wav_header(3, len(sound), rate_hz, 4 * len(sound), 32, len(data)) + data


def gsm_wav(blocks: int) -> bytes:
    """A WAV of GSM 06.10, 40 ms a block of 65 bytes at 8 kHz; what it says is noise."""
    rng = np.random.default_rng(7)
    data = rng.integers(0, 256, 65 * blocks, dtype=np.uint8).tobytes()
    form = struct.pack("<HHIIHHHH", 0x31, 1, 8000, 1625, 65, 0, 2, 320)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body
