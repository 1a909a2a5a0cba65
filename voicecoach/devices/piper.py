"""piper: neural voices that sound like people, if you install ``piper-tts`` (GPL-3) and download a voice.

A voice is a file, ``NAME.onnx`` with ``NAME.onnx.json`` beside it; the delivery's voice is its path.
Written for piper-tts 1.3 and later, whose `PiperVoice.synthesize` yields a chunk a sentence.

Laws
----
* Text is text: piper's own ``[[phonemes]]`` are spoken without their brackets.
* Word times are estimated by the number of letters: few piper voices know them.
* Pitch and range are the voice's own: piper cannot set them. Rate stretches its own tempo, taken for 175.
* Not repeatable to the bit: a piper voice draws its own noise.

Units: ``ports.Delivery``.
"""

from __future__ import annotations

import threading
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicecoach.devices.rendering import estimated, speakable
from voicecoach.errors import DeviceError
from voicecoach.spoken import Delivery, Rendering

OWN_RATE_WPM = 175.0
"""The `Delivery` rate at which a voice keeps its own tempo (espeak-ng's default rate, as for flite)."""

_REMEDY = "Give the path of a voice's .onnx file, with its .onnx.json beside it (docs/voices.md)."

_BRACKETS = str.maketrans("[]", "  ")


class Piper:
    """piper in this process (``ports.Voice``); each voice is loaded at its first line and kept.

    Raises
    ------
    DeviceError : piper-tts is not installed.
    """

    def __init__(self) -> None:
        try:
            self._piper: Any = import_module("piper")
        except ImportError as missing:
            raise DeviceError("piper is not installed. Install it with `pip install piper-tts`.") from missing
        self._lock = threading.Lock()
        self._voices: dict[str, Any] = {}

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak `text` into memory.

        Raises
        ------
        DeviceError : there is no such voice, or its files cannot be used.
        """
        text = speakable(text)
        plain = text.translate(_BRACKETS)
        with self._lock:
            voice = self._voice(delivery.voice)
            if not any(letter.isalnum() for letter in plain):
                return Rendering(np.zeros(0, np.float32), ())
            slower = voice.config.length_scale * OWN_RATE_WPM / delivery.rate_wpm
            settings = self._piper.SynthesisConfig(length_scale=slower)
            pieces: list[NDArray[np.int16]] = [
                chunk.audio_int16_array for chunk in voice.synthesize(plain, settings)
            ]
            rate_hz: int = voice.config.sample_rate
        return estimated(np.concatenate([np.zeros(0, np.int16), *pieces]), rate_hz, text, delivery)

    def _voice(self, path: str) -> Any:
        if path not in self._voices:
            if not Path(path).is_file():
                raise DeviceError(f"piper has no voice {path!r}. {_REMEDY}")
            try:
                self._voices[path] = self._piper.PiperVoice.load(path)
            except Exception as error:
                raise DeviceError(f"piper cannot load the voice {path!r}: {error}. {_REMEDY}") from error
        return self._voices[path]
