"""The system's own voices by way of pyttsx3: SAPI5 on Windows, NSSpeechSynthesizer on macOS.

pyttsx3 gives no samples, so each line goes through a file. Run it in a ``voice_process``: its drivers
keep state in globals, run loops in whichever thread they are called from, and may hang.

Laws
----
* Text is text: the brackets of a driver's own mark-up (SAPI's XML, macOS' ``[[commands]]``) become blanks.
* Word times are estimated by the number of letters: these drivers report none that belong to a file.
* Volume is applied to the samples, alike with every driver. Pitch and range are the voice's own:
  pyttsx3 cannot set them here.

Units: ``ports.Delivery``; rates in words per minute, as the driver understands them.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyttsx3
from numpy.typing import NDArray

from voicecoach.devices.rendering import estimated, speakable
from voicecoach.errors import DeviceError
from voicecoach.spoken import Delivery, Rendering

OWN = "default"
"""The name of the voice that the system is set to."""

ATTEMPTS = 2
"""Now and then a driver writes a file without sound, and the next one is whole (pyttsx3 2.99: 1 in 180)."""

SHOWN = 10
"""Names in a message: macOS has 180 voices."""

_MARK_UP = str.maketrans(dict.fromkeys("<>[]", " "))

Pcm = NDArray[np.int16]


class StockPyttsx3:
    """pyttsx3 with one of its own drivers (``ports.Voice``).

    Parameters
    ----------
    driver : ``sapi5``, ``nsss``, ``espeak``; None for the system's own.

    Raises
    ------
    DeviceError : the driver cannot be started on this machine.
    """

    def __init__(self, driver: str | None = None) -> None:
        self._lock = threading.Lock()
        try:
            self._engine = pyttsx3.init(driver)
        except Exception as error:
            raise DeviceError(
                f"pyttsx3 cannot be started: {error}. Choose another voice engine: espeak, flite."
            ) from error
        self._own: str | None = self._engine.getProperty("voice")
        self._voices = {
            name.lower(): str(listed.id)
            for listed in self._engine.getProperty("voices")
            for name in (str(listed.id), str(listed.name))
        }

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak `text` into memory.

        Raises
        ------
        DeviceError : there is no such voice, or the driver makes no sound.
        """
        text = speakable(text)
        plain = text.translate(_MARK_UP)
        with self._lock:
            voice = self._voice(delivery.voice)
            if not any(letter.isalnum() for letter in plain):
                return Rendering(np.zeros(0, np.float32), ())
            for _ in range(ATTEMPTS):
                pcm, rate_hz = self._spoken(plain, voice, delivery)
                if pcm.any():
                    return estimated(pcm, rate_hz, text, delivery)
        raise DeviceError(
            f"pyttsx3 made no sound of {text!r:.60}. Try again, or choose another voice engine."
        )

    def _voice(self, name: str) -> str | None:
        """The driver's identifier of a voice, by identifier or name, in any case; None: leave it as it is."""
        if name.lower() in self._voices:
            return self._voices[name.lower()]
        if name == OWN:
            return self._own
        some = ", ".join([OWN, *list(self._voices)[:SHOWN]])
        raise DeviceError(f"pyttsx3 has no voice {name!r}. Choose one of {some} (of {len(self._voices)}).")

    def _spoken(self, text: str, voice: str | None, delivery: Delivery) -> tuple[Pcm, int]:
        with _file_name() as path:
            if voice is not None:
                self._engine.setProperty("voice", voice)
            self._engine.setProperty("rate", round(delivery.rate_wpm))
            self._engine.save_to_file(text, str(path))
            self._engine.runAndWait()
            return _read(path)


@contextlib.contextmanager
def _file_name() -> Iterator[Path]:
    """A name for a file that goes when it was read; macOS writes AIFF whatever the name says."""
    with tempfile.TemporaryDirectory(prefix="voicecoach-") as folder:
        yield Path(folder) / "line.wav"


def _read(path: Path) -> tuple[Pcm, int]:
    """The first channel of whatever was written; empty if nothing was."""
    pieces: list[Any] = []
    rate_hz = 1
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="s16", layout="mono")
            for frame in (*container.decode(audio=0), None):
                for piece in resampler.resample(frame):
                    rate_hz = piece.sample_rate
                    pieces.append(piece.to_ndarray()[0])
    except (OSError, ValueError, IndexError, av.FFmpegError):
        return np.zeros(0, np.int16), 1  # not written, or cut off: as good as silent
    return (np.concatenate(pieces) if pieces else np.zeros(0, np.int16)), rate_hz
