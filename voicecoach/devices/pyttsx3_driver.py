"""A pyttsx3 driver over our espeak-ng, so that pyttsx3's interface is kept and its Linux driver is not used.

``register(); engine = pyttsx3.init("voicecoach")`` gives pyttsx3 with exact rates, a queue that speaks
everything in order, `stop()` that stops, and `save_to_file`. It renders and never plays: each line is
announced to ``engine.connect("rendered", callback)`` as ``rendering=Rendering``; playing is the headset's.

Laws
----
* Commands run one after the other in whichever thread runs the loop; `stop()` may come from any.
* A property holds from the moment its turn in the queue comes, for every line after it.

Units: properties ``rate`` in words per minute, ``volume`` 0 to 2 with 1 as the voice's own,
``pitch`` and ``pitch_range`` 0 to 100 with 50 as the voice's own (``ports.Delivery``).
"""

from __future__ import annotations

import sys
import threading
import types
import wave
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyttsx3
from pyttsx3.voice import Voice as ListedVoice

from voicecoach.devices.espeak import Block, espeak, rendered
from voicecoach.errors import DeviceError
from voicecoach.spoken import Delivery, Rendering
from voicecoach.timeline import RATE

NAME = "voicecoach"
"""What to ask `pyttsx3.init` for."""

_LOOP = threading.Lock()
"""pyttsx3 hands the same engine to everybody, and an engine has one loop."""

_FIELDS = {
    "voice": "voice",
    "rate": "rate_wpm",
    "pitch": "pitch",
    "pitch_range": "pitch_range",
    "volume": "volume",
}
"""Each pyttsx3 property, and the field of `Delivery` that holds it."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line whose turn has come."""

    text: str
    path: Path | None
    """Where its sound goes, if it was asked for as a file."""


class Driver:
    """What pyttsx3 asks of a driver, under pyttsx3's names; made by `pyttsx3.init`."""

    def __init__(self, proxy: Any) -> None:
        self._proxy = proxy
        self._espeak = espeak()
        self._delivery = Delivery(voice="en-us")
        self._line: _Line | None = None
        self._ended = False
        self._stopped = threading.Event()
        self._awake = threading.Event()

    def say(self, text: str) -> None:
        """Speak `text` when the loop gets to it."""
        self._take(_Line(text, None))

    def save_to_file(self, text: str, filename: str) -> None:
        """Speak `text` into a WAV file (16 bits, mono, the engine's own rate)."""
        self._take(_Line(text, Path(filename)))

    def stop(self) -> None:
        """Drop the line that waits, and cut the one being spoken within one block."""
        self._line = None
        self._stopped.set()
        self._awake.set()

    def getProperty(self, name: str) -> Any:  # noqa: N802 - pyttsx3's name
        """The value in force; ``voices`` lists every voice. KeyError when there is no such property."""
        if name == "voices":
            return [
                ListedVoice(id=voice, name=voice, languages=[tongue])
                for voice, tongue in self._espeak.voices()
            ]
        value = getattr(self._delivery, _FIELDS[name])
        return value / 100 if name == "volume" else value

    def setProperty(self, name: str, value: Any) -> None:  # noqa: N802 - pyttsx3's name
        """Change how the lines after this one are spoken. KeyError when there is no such property."""
        changed = {_FIELDS[name]: value * 100 if name == "volume" else value}
        self._delivery = replace(self._delivery, **changed)

    def startLoop(self) -> None:  # noqa: N802 - pyttsx3's name
        """Speak whatever comes until `endLoop`, which may have come before (pyttsx3 2.99 queues it first)."""
        while not self._ended:
            self._awake.clear()
            self._ask_for_line()
            if self._line is None and not self._ended:
                self._awake.wait()
            self._speak()
        self._ended = False

    def endLoop(self) -> None:  # noqa: N802 - pyttsx3's name
        """Let `startLoop` return."""
        self._ended = True
        self._awake.set()

    def iterate(self) -> Iterator[None]:
        """One step of somebody else's loop at a time."""
        while True:
            self._ask_for_line()
            self._speak()
            yield

    def destroy(self) -> None:
        """Nothing to give back: the engine belongs to the process."""

    def _ask_for_line(self) -> None:
        """Let pyttsx3 hand over its next commands, unless a line waits: they may end the loop."""
        if self._line is None:
            self._proxy.setBusy(False)

    def _take(self, line: _Line) -> None:
        """Keep pyttsx3 from handing over the next command until this line is spoken."""
        self._proxy.setBusy(True)
        self._stopped.clear()
        self._line = line
        self._awake.set()

    def _speak(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        self._proxy.notify("started-utterance")
        try:
            blocks = self._blocks(line.text)
            if line.path is not None:
                _write(line.path, blocks, self._espeak.rate_hz)
            self._proxy.notify("rendered", rendering=rendered(blocks, self._espeak.rate_hz, line.text))
        except (DeviceError, OSError) as failure:
            self._proxy.notify("error", exception=failure)
        self._proxy.notify("finished-utterance", completed=not self._stopped.is_set())

    def _blocks(self, text: str) -> list[Block]:
        blocks: list[Block] = []

        def listen(block: Block) -> bool:
            blocks.append(block)
            for mark in block.marks:
                if mark.phoneme is None:
                    self._proxy.notify("started-word", location=mark.place, length=mark.length)
            return self._stopped.is_set()

        self._espeak.speak(text, self._delivery, listen)
        return blocks


def _write(path: Path, blocks: list[Block], rate_hz: int) -> None:
    with path.open("wb") as raw, wave.open(raw, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.concatenate([block.pcm for block in blocks]).astype("<i2").tobytes())


def register() -> None:
    """Make the driver known to pyttsx3 as :data:`NAME`."""
    module = types.ModuleType(f"pyttsx3.drivers.{NAME}")
    module.buildDriver = Driver  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module


class Pyttsx3Voice:
    """espeak-ng's voice by way of pyttsx3 (``ports.Voice``).

    Raises
    ------
    DeviceError : no espeak-ng on this machine.
    """

    def __init__(self) -> None:
        register()
        self._engine = pyttsx3.init(NAME)

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak `text` into memory."""
        if not text.strip():
            return rendered([], RATE, text)  # pyttsx3 refuses to queue it
        with _LOOP:
            return self._rendered(text, delivery)

    def _rendered(self, text: str, delivery: Delivery) -> Rendering:
        renderings: list[Rendering] = []
        failures: list[Exception] = []
        tokens = [
            self._engine.connect("rendered", lambda name, rendering: renderings.append(rendering)),  # noqa: ARG005
            self._engine.connect("error", lambda name, exception: failures.append(exception)),  # noqa: ARG005
        ]
        for name, field in _FIELDS.items():
            value = getattr(delivery, field)
            self._engine.setProperty(name, value / 100 if name == "volume" else value)
        self._engine.say(text)
        self._engine.runAndWait()
        for token in tokens:
            self._engine.disconnect(token)
        if failures:
            raise failures[0]
        return renderings[0]
