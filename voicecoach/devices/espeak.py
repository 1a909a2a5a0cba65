"""espeak-ng in this process: text to samples, with the time of every word.

Laws
----
* One synthesizer per process, behind a lock: espeak-ng keeps its state in globals.
* Sound is handed over in blocks as it is made; a listener that answers True stops it at once.
* The same sequence of lines gives the same samples in any fresh process: its noise is seeded.
  (The same line twice in one process differs slightly: the phase of the voice runs on.)
* An exception of a listener never crosses C: it is raised when the engine has returned.

Units: rates in words per minute, pitch, range and volume on espeak-ng's own scales (``ports.Delivery``),
times in milliseconds inside the engine and in seconds outside.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicecoach.devices.rendering import WordTime, rendering, speakable, word_bounds
from voicecoach.errors import DeviceError
from voicecoach.spoken import Delivery, Rendering

BLOCK_MS = 20
"""Sound handed over at a time: how soon a stop takes effect; the block of the headset's clock."""

SEED = 1
"""Of espeak-ng's breath and flutter noise; any constant makes renderings repeatable."""

# Constants of espeak-ng's speak_lib.h
_SYNCHRONOUS = 2
_PHONEME_EVENTS, _DONT_EXIT = 0x1, 0x8000
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_UTF8, _ENDPAUSE = 0x1, 0x1000
_END_OF_EVENTS, _WORD, _PHONEME = 0, 1, 7

_SYSTEM_LIBRARIES = (
    ("libespeak-ng.dylib", "/opt/homebrew/lib/libespeak-ng.dylib", "/usr/local/lib/libespeak-ng.dylib")
    if sys.platform == "darwin"
    else ("libespeak-ng.so.1",)
)
_REMEDY = (
    "espeak-ng is not installed. Install it with `pip install espeakng-loader`, "
    "or with `apt install espeak-ng` (Debian, Ubuntu) or `brew install espeak-ng` (macOS)."
)


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


class _Voice(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
    ]


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A word or a phoneme begins."""

    at_s: float
    """Seconds from the first sample of the line."""
    place: int
    """Characters of the text before the word."""
    length: int
    """Characters of the word; 0 for a phoneme."""
    phoneme: str | None
    """Its espeak-ng name, None for a word; pauses start with ``_``."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some sound, and what begins in it."""

    pcm: NDArray[np.int16]
    """Shape (n,), at `Espeak.rate_hz`."""
    marks: tuple[Mark, ...]


Listener = Callable[[Block], bool]
"""Takes each block as it is made; True stops the line."""


class Espeak:
    """The process's espeak-ng. Get it from :func:`espeak`.

    Raises
    ------
    DeviceError : no espeak-ng library or no voice data on this machine.
    """

    def __init__(self) -> None:
        self._library, data = _load()
        self._lock = threading.Lock()
        self._listener: Listener | None = None
        self._failure: BaseException | None = None
        self.rate_hz: int = self._library.espeak_Initialize(
            _SYNCHRONOUS, BLOCK_MS, data, _PHONEME_EVENTS | _DONT_EXIT
        )
        if self.rate_hz <= 0:
            raise DeviceError(f"espeak-ng finds no voice data. {_REMEDY}")
        self._callback = _Callback(self._on_block)
        self._library.espeak_SetSynthCallback(self._callback)
        self._seed()

    def voices(self) -> list[tuple[str, str]]:
        """Identifier and language of each voice, sorted; variants (``en-us+f3``) come on top of these."""
        with self._lock:
            listed = self._library.espeak_ListVoices(None)
        found: list[tuple[str, str]] = []
        while listed[len(found)]:
            voice = listed[len(found)].contents
            found.append((voice.identifier.decode(), voice.languages[1:].decode()))
        return sorted(found)

    def speak(self, text: str, delivery: Delivery, listener: Listener) -> None:
        """Speak `text`, handing every block to `listener` until it answers True.

        Raises
        ------
        DeviceError : espeak-ng has no such voice, or refuses a setting or the text.
        """
        with self._lock:
            self._set(delivery)
            self._listener, self._failure = listener, None
            encoded = speakable(text).encode() + b"\0"
            status = self._library.espeak_Synth(encoded, len(encoded), 0, 1, 0, _UTF8 | _ENDPAUSE, None, None)
            self._listener, failure = None, self._failure
        if failure is not None:
            raise failure
        if status != 0:
            raise DeviceError(f"espeak-ng could not speak {text!r} (status {status}). Try a shorter text.")

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak `text` into memory (``ports.Voice``)."""
        blocks: list[Block] = []

        def keep(block: Block) -> bool:
            blocks.append(block)
            return False

        self.speak(text, delivery, keep)
        return rendered(blocks, self.rate_hz, text)

    def _seed(self) -> None:
        """Seed the noise: since 1.52 espeak-ng has its own generator, before it used the C library's."""
        ctypes.CDLL(None).srand(SEED)
        if hasattr(self._library, "espeak_ng_SetRandSeed"):
            self._library.espeak_ng_SetRandSeed.argtypes = [ctypes.c_long]
            self._library.espeak_ng_SetRandSeed(SEED)

    def _set(self, delivery: Delivery) -> None:
        if self._library.espeak_SetVoiceByName(delivery.voice.encode()):
            raise DeviceError(
                f"espeak-ng has no voice {delivery.voice!r}. Choose one of `espeak-ng --voices`: en-us."
            )
        for parameter, value in (
            (_RATE, delivery.rate_wpm),
            (_VOLUME, delivery.volume),
            (_PITCH, delivery.pitch),
            (_RANGE, delivery.pitch_range),
        ):
            if self._library.espeak_SetParameter(parameter, round(value), 0):
                raise DeviceError(f"espeak-ng refuses {delivery}. Keep to the ranges of `Delivery`.")

    def _on_block(self, wave: Any, count: int, events: Any) -> int:
        try:
            assert self._listener is not None
            pcm = np.frombuffer(ctypes.string_at(wave, 2 * count) if wave and count else b"", np.int16)
            return int(self._listener(Block(pcm, _marks(events))))
        except BaseException as failure:  # noqa: BLE001 - kept, and raised by speak()
            self._failure = failure
            return 1


@cache
def espeak() -> Espeak:
    """The one espeak-ng of this process, started at the first call."""
    return Espeak()


def rendered(blocks: list[Block], rate_hz: int, text: str) -> Rendering:
    """What a line's blocks amount to at 16 kHz; empty when there are none."""
    pcm = np.concatenate([block.pcm for block in blocks]) if blocks else np.zeros(0, np.int16)
    marks = [mark for block in blocks for mark in block.marks]
    text = speakable(text)
    return rendering(pcm, rate_hz, text, _word_times(text, marks, len(pcm) / rate_hz))


def _load() -> tuple[ctypes.CDLL, bytes | None]:
    """The library, and the folder that holds its voice data (None: where it was built to look)."""
    try:
        import espeakng_loader
    except ImportError:
        return _declare(_system_library()), None
    data = Path(espeakng_loader.get_data_path()).parent
    return _declare(ctypes.CDLL(espeakng_loader.get_library_path())), str(data).encode()


def _system_library() -> ctypes.CDLL:
    for name in _SYSTEM_LIBRARIES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise DeviceError(_REMEDY)


def _declare(library: ctypes.CDLL) -> ctypes.CDLL:
    text, number, pointer = ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p
    library.espeak_Initialize.argtypes = [number, number, text, number]
    library.espeak_SetParameter.argtypes = [number, number, number]
    library.espeak_SetVoiceByName.argtypes = [text]
    library.espeak_ListVoices.argtypes = [pointer]
    library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
    unsigned, size = ctypes.c_uint, ctypes.c_size_t
    library.espeak_Synth.argtypes = [text, size, unsigned, number, unsigned, unsigned, pointer, pointer]
    return library


def _marks(events: Any) -> tuple[Mark, ...]:
    marks = []
    position = 0
    while (event := events[position]).type != _END_OF_EVENTS:
        position += 1
        at_s, place = event.audio_position / 1000, event.text_position - 1
        if event.type == _WORD:
            marks.append(Mark(at_s, place, event.length, None))
        elif event.type == _PHONEME:
            marks.append(Mark(at_s, place, 0, event.id.string.decode("utf-8", "replace")))
    return tuple(marks)


def _word_times(text: str, marks: list[Mark], duration_s: float) -> list[WordTime]:
    """Start of each word's first mark, and end of its last phoneme that is no pause."""
    bounds = word_bounds(text)
    starts: dict[int, float] = {}
    for mark in marks:
        if mark.phoneme is None:
            index = max((i for i, (start, _) in enumerate(bounds) if start <= mark.place), default=0)
            starts.setdefault(index, mark.at_s)
    indices = sorted(starts)
    edges_s = [*(starts[index] for index in indices), duration_s]
    return [
        WordTime(index, start_s, _last_sound_end_s(marks, start_s, next_s))
        for index, (start_s, next_s) in zip(indices, pairwise(edges_s), strict=True)
    ]


def _last_sound_end_s(marks: list[Mark], start_s: float, end_s: float) -> float:
    """Where the pause begins that reaches up to `end_s`, or `end_s` itself."""
    end = end_s
    for mark in reversed([m for m in marks if m.phoneme is not None and start_s < m.at_s < end_s]):
        assert mark.phoneme is not None
        if mark.phoneme and not mark.phoneme.startswith("_"):
            break
        end = mark.at_s
    return end
