"""Which speech synthesizer answers to which name: our own, and those that other packages plug in.

A package plugs one in by an entry point of the group :data:`PLUGGED_IN` whose object is a callable that
returns a ``ports.Voice`` (``docs/voices.md``).

Laws
----
* A plug-in is imported when its name is asked for, and only then: one that is broken breaks nothing else.
* A plug-in cannot take one of our names.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points

from voicecoach.errors import DeviceError
from voicecoach.ports import Voice

PLUGGED_IN = "voicecoach.voices"
"""The group of entry points."""

STOCK_PLATFORMS = ("darwin", "win32")
"""Where pyttsx3 has a speech synthesizer of the system's own, and its driver is fit for use."""


def _espeak() -> Voice:
    from voicecoach.devices.espeak import espeak

    return espeak()


def _pyttsx3() -> Voice:
    if sys.platform in STOCK_PLATFORMS:
        from voicecoach.devices.pyttsx3_voice import StockPyttsx3

        return StockPyttsx3()
    from voicecoach.devices.pyttsx3_driver import Pyttsx3Voice

    return Pyttsx3Voice()


def _flite() -> Voice:
    from voicecoach.devices.flite import flite

    return flite()


def _piper() -> Voice:
    from voicecoach.devices.piper import Piper

    return Piper()


_OURS: dict[str, Callable[[], Voice]] = {
    "espeak": _espeak,
    "pyttsx3": _pyttsx3,
    "flite": _flite,
    "piper": _piper,
}

ENGINES = tuple(_OURS)
"""``pyttsx3`` is espeak-ng by way of pyttsx3 on Linux, and the system's own voices elsewhere."""

MEASURED = ("espeak", "flite") if sys.platform in STOCK_PLATFORMS else ("espeak", "pyttsx3", "flite")
"""Those known to render thirty times faster than they speak, or better (``docs/voices.md``)."""


def engines() -> tuple[str, ...]:
    """Every name that :func:`voice` knows: ours, then those plugged in, in order of their names."""
    names = {entry.name for entry in entry_points(group=PLUGGED_IN)} - set(ENGINES)
    return (*ENGINES, *sorted(names))


def voice(engine: str) -> Voice:
    """The speech synthesizer called `engine`, in this process.

    For a call, take ``voice_process.voice_process``: it survives an engine that hangs or crashes.

    Raises
    ------
    DeviceError : none has that name, or it cannot be used on this machine; the message says what to do.
    """
    if engine in _OURS:
        return _OURS[engine]()
    found = sorted(entry_points(group=PLUGGED_IN, name=engine), key=lambda entry: entry.value)
    if not found:
        raise DeviceError(f"there is no voice engine {engine!r}. Choose one of {', '.join(engines())}.")
    if len(found) > 1:
        raise DeviceError(
            f"the voice engine {engine!r} is plugged in {len(found)} times, as "
            f"{' and '.join(entry.value for entry in found)}. Uninstall all but one."
        )
    return _plugged(found[0])


def _plugged(entry: EntryPoint) -> Voice:
    try:
        speaker = entry.load()()
    except DeviceError:
        raise
    except Exception as error:
        where = f"{entry.value} of {entry.dist.name}" if entry.dist else entry.value
        raise DeviceError(
            f"the voice engine {entry.name!r} ({where}) cannot be loaded: {type(error).__name__}: {error}. "
            f"Mend or uninstall it, or choose one of {', '.join(ENGINES)}."
        ) from error
    if not callable(getattr(speaker, "render", None)):
        raise DeviceError(
            f"the voice engine {entry.name!r} ({entry.value}) gives {type(speaker).__name__}, which cannot "
            "`render`. See docs/voices.md for what a plug-in gives."
        )
    plugged: Voice = speaker
    return plugged
