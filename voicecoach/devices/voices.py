"""Which speech synthesizer answers to which name."""

from __future__ import annotations

from voicecoach.ports import Voice

ENGINES = ("espeak", "pyttsx3", "flite")
"""``pyttsx3`` is espeak-ng by way of pyttsx3."""


def voice(engine: str) -> Voice:
    """The speech synthesizer called `engine`, one of :data:`ENGINES`.

    Raises
    ------
    DeviceError : it is not installed on this machine; the message says how to get it.
    """
    match engine:
        case "espeak":
            from voicecoach.devices.espeak import espeak

            return espeak()
        case "pyttsx3":
            from voicecoach.devices.pyttsx3_driver import Pyttsx3Voice

            return Pyttsx3Voice()
        case "flite":
            from voicecoach.devices.flite import flite

            return flite()
        case _:
            raise ValueError(f"no engine {engine!r}; there are {', '.join(ENGINES)}")
