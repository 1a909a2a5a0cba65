"""flite in this process: text to samples, with the time of every word.

Laws
----
* Behind a lock: flite keeps state in globals.
* The same line gives the same samples, always: its noise is seeded before each line.

Units: ``ports.Delivery`` is espeak-ng's scale; here is what it means to flite. Rate stretches durations
(175 wpm is the voice's own), pitch 0 to 100 is one octave around the voice's own mean (50), pitch range
scales the voice's own standard deviation (50), volume scales the amplitude (100). The voice ``rms`` keeps
its own pitch whatever is asked.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicecoach.devices.rendering import WordTime, louder, rendering, speakable
from voicecoach.errors import DeviceError
from voicecoach.spoken import Delivery, Rendering

SEED = 1
"""Of flite's excitation noise; any constant makes renderings repeatable."""

OWN_RATE_WPM = 175.0
"""The `Delivery` rate at which a voice keeps its own tempo (espeak-ng's default rate)."""


@dataclass(frozen=True, slots=True)
class _Pitch:
    mean_hz: float
    sd_hz: float
    sd_limit_hz: float
    """Beyond it the voice falls into a growl without pitch."""


VOICES = {
    "awb": _Pitch(mean_hz=125.0, sd_hz=26.0, sd_limit_hz=52.0),
    "kal16": _Pitch(mean_hz=95.0, sd_hz=11.0, sd_limit_hz=14.0),
    "rms": _Pitch(mean_hz=101.0, sd_hz=12.0, sd_limit_hz=24.0),
    "slt": _Pitch(mean_hz=172.0, sd_hz=38.0, sd_limit_hz=76.0),
}
"""The voices of Debian's flite 2.2 that are sampled at 16 kHz, with the settings at which each sounds as
when nothing is set (measured; kal16 states its own). rms has a melody model that ignores both."""

_REMEDY = "flite is not installed. Install it with `apt install libflite1` (Debian, Ubuntu)."


class _Wave(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    ]


class _VoiceHead(ctypes.Structure):
    """The first two fields of flite's cst_voice: all that is needed."""

    _fields_ = [("name", ctypes.c_char_p), ("features", ctypes.c_void_p)]


@dataclass(frozen=True, slots=True)
class Phone:
    """A speech sound or a pause."""

    name: str
    """CMU's name; ``pau`` for a pause."""
    start_s: float
    end_s: float
    token: int | None
    """Identity of the word of the text that it belongs to, None for a pause."""


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """What flite made of a text."""

    pcm: NDArray[np.int16]
    """Shape (n,)."""
    rate_hz: int
    phones: tuple[Phone, ...]


class Flite:
    """The process's flite. Get it from :func:`flite`.

    Raises
    ------
    DeviceError : no flite library on this machine.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._library = _declare(_load("libflite"))
        self._library.flite_init()
        for part in ("libflite_cmulex", "libflite_usenglish"):
            _load(part)
        self._voices: dict[str, Any] = {}

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak `text` into memory (``ports.Voice``).

        Raises
        ------
        DeviceError : flite has no such voice.
        """
        return rendered(self.speak(text, delivery), text)

    def speak(self, text: str, delivery: Delivery) -> Spoken:
        """Speak `text`; the sounds with their times.

        Raises
        ------
        DeviceError : flite has no such voice.
        """
        with self._lock:
            voice = self._voice(delivery.voice)
            self._set(voice, delivery)
            ctypes.CDLL(None).srand(SEED)
            utterance = self._library.flite_synth_text(speakable(text).encode(), voice)
            try:
                wave = self._library.utt_wave(utterance).contents
                pcm = np.ctypeslib.as_array(wave.samples, (wave.num_samples,)).copy()
                rate_hz, phones = wave.sample_rate, tuple(self._phones(utterance))
            finally:
                self._library.delete_utterance(utterance)
        return Spoken(louder(pcm, delivery.volume), rate_hz, phones)

    def _voice(self, name: str) -> Any:
        if name not in VOICES:
            raise DeviceError(f"flite has no voice {name!r}. Choose one of {', '.join(VOICES)}.")
        if name not in self._voices:
            register = getattr(_load(f"libflite_cmu_us_{name}"), f"register_cmu_us_{name}")
            register.restype, register.argtypes = ctypes.POINTER(_VoiceHead), [ctypes.c_char_p]
            self._voices[name] = register(None)
        return self._voices[name]

    def _set(self, voice: Any, delivery: Delivery) -> None:
        own = VOICES[delivery.voice]
        for feature, value in (
            (b"duration_stretch", OWN_RATE_WPM / delivery.rate_wpm),
            (b"int_f0_target_mean", own.mean_hz * 2 ** ((delivery.pitch - 50) / 100)),
            (b"int_f0_target_stddev", min(own.sd_hz * delivery.pitch_range / 50, own.sd_limit_hz)),
        ):
            self._library.feat_set_float(voice.contents.features, feature, value)

    def _phones(self, utterance: int) -> Iterator[Phone]:
        library, start_s = self._library, 0.0
        phone = library.relation_head(library.utt_relation(utterance, b"Segment"))
        while phone:
            name, end_s = library.item_feat_string(phone, b"name"), library.item_feat_float(phone, b"end")
            yield Phone(name.decode(), start_s, end_s, self._token(phone))
            phone, start_s = library.item_next(phone), end_s

    def _token(self, phone: int) -> int | None:
        """Climb phone, syllable, word, token; the token's place in memory is its identity."""
        library = self._library
        place: int | None = library.item_as(phone, b"SylStructure")
        for _ in ("syllable", "word"):
            place = library.item_parent(place) if place else None
        place = library.item_as(place, b"Token") if place else None
        return library.item_parent(place) if place else None


def rendered(spoken: Spoken, text: str) -> Rendering:
    """What flite made of `text`, at 16 kHz."""
    return rendering(spoken.pcm, spoken.rate_hz, speakable(text), list(_word_times(spoken.phones)))


def _word_times(phones: Sequence[Phone]) -> Iterator[WordTime]:
    """Times of the text's words: flite's tokens, since "don't" may be two of what flite calls words."""
    sounds = (phone for phone in phones if phone.token is not None)
    for index, (_, of_word) in enumerate(groupby(sounds, key=lambda phone: phone.token)):
        first, *others = of_word
        yield WordTime(index, first.start_s, others[-1].end_s if others else first.end_s)


@cache
def flite() -> Flite:
    """The one flite of this process, started at the first call."""
    return Flite()


def _load(name: str) -> ctypes.CDLL:
    file = f"{name}.dylib" if sys.platform == "darwin" else f"{name}.so.1"
    try:
        return ctypes.CDLL(file, mode=ctypes.RTLD_GLOBAL)
    except OSError as missing:
        raise DeviceError(_REMEDY) from missing


def _declare(library: ctypes.CDLL) -> ctypes.CDLL:
    text, pointer = ctypes.c_char_p, ctypes.c_void_p
    library.flite_synth_text.restype = pointer
    library.flite_synth_text.argtypes = [text, ctypes.POINTER(_VoiceHead)]
    library.utt_wave.restype, library.utt_wave.argtypes = ctypes.POINTER(_Wave), [pointer]
    library.feat_set_float.argtypes = [pointer, text, ctypes.c_float]
    library.item_feat_string.restype, library.item_feat_string.argtypes = text, [pointer, text]
    library.item_feat_float.restype, library.item_feat_float.argtypes = ctypes.c_float, [pointer, text]
    library.delete_utterance.argtypes = [pointer]
    for function in ("utt_relation", "item_as"):
        getattr(library, function).restype = pointer
        getattr(library, function).argtypes = [pointer, text]
    for function in ("relation_head", "item_next", "item_parent"):
        getattr(library, function).restype = pointer
        getattr(library, function).argtypes = [pointer]
    return library
