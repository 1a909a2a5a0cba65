"""Which microphone and which loudspeaker: what there is, what the user wants, and what they wanted last time.

Laws
----
* A device is remembered by name, never by number: numbers change with every plug.
* What is asked for, now or last time, and cannot be had is an error that lists what there is: nobody is
  recorded through another microphone than the one they chose. (A device lost in the middle of a call gives
  way to the system's default, and that is said.)
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from voicecoach.devices.places import make_private_folder, state_folder, write_private
from voicecoach.devices.whole_file import why
from voicecoach.errors import DeviceError

Side = Literal["input", "output"]

SIDES: tuple[Side, ...] = ("input", "output")

TRY_MOST_S = 10.0
"""A sound system that has not answered by then hangs; usually it takes 0.2 s."""

NAMES = {"input": "microphone", "output": "loudspeaker"}


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """One device as the sound system presents it."""

    number: int
    name: str
    host: str
    """The part of the system that offers it: ALSA, Core Audio, Windows WASAPI."""
    inputs: int
    outputs: int
    rate_hz: float
    default_for: tuple[Side, ...]

    @property
    def label(self) -> str:
        """The name that tells it from all others: on Windows a device appears once a host."""
        return f"{self.name}, {self.host}"

    def serves(self, side: Side) -> bool:
        """Whether it can be a microphone, or a loudspeaker."""
        return bool(self.inputs if side == "input" else self.outputs)


@dataclass(frozen=True, slots=True)
class Pair:
    """A microphone and a loudspeaker."""

    input: SoundDevice
    output: SoundDevice

    @property
    def name(self) -> str:
        """For people."""
        both = dict.fromkeys([self.input.name, self.output.name])
        return " and ".join(both)


class HeadsetChoice(BaseModel):
    """What the user wants: a name, a part of one, or a number; None: the system's default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: str | None = None
    output: str | None = None


def portaudio() -> ModuleType:
    """Sounddevice, imported when it is first needed.

    Raises
    ------
    DeviceError : the machine has no PortAudio, or its sound system is out of order.
    """
    if "sounddevice" not in sys.modules:
        _require_sound_system()
    try:
        import sounddevice
    except OSError as error:
        raise DeviceError(
            f"no sound: the PortAudio library is missing ({error}). Install it (Debian and Ubuntu: "
            "apt install libportaudio2; macOS and Windows have it in the package), or rehearse without "
            "a headset: voicecoach demo."
        ) from error
    module: ModuleType = sounddevice
    return module


def _require_sound_system() -> None:
    """Have a process of its own try first.

    PortAudio (19.6) ends the process by an assertion when ALSA's default device leads to a
    PulseAudio or PipeWire that went away, and a call must survive that.

    Raises
    ------
    DeviceError : the sound system is out of order.
    """
    if not sys.platform.startswith("linux"):
        return
    tried = [sys.executable, "-c", "import sounddevice"]
    try:
        done = subprocess.run(tried, capture_output=True, check=False, timeout=TRY_MOST_S)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise DeviceError("the sound system hangs. Start PulseAudio or PipeWire anew.") from error
    if done.returncode < 0:
        raise DeviceError("the sound system does not answer. Is PulseAudio or PipeWire running?")


def list_devices(*, anew: bool = False) -> list[SoundDevice]:
    """All that there are.

    Parameters
    ----------
    anew : look for plugs that came or went; no stream may be open.

    Raises
    ------
    DeviceError : the machine has no PortAudio, or the sound system does not answer.
    """
    anew = anew and "sounddevice" in sys.modules
    sound = portaudio()
    try:
        if anew:
            _require_sound_system()
            sound._terminate()  # noqa: SLF001 - the only way to have PortAudio look again
            sound._initialize()  # noqa: SLF001
        hosts = sound.query_hostapis()
        found = sound.query_devices()
        defaults = {side: _default(sound, side) for side in SIDES}
    except sound.PortAudioError as error:
        raise DeviceError(f"the sound system does not answer ({error}). Is it running?") from error
    return [
        SoundDevice(
            number,
            one["name"],
            hosts[one["hostapi"]]["name"],
            one["max_input_channels"],
            one["max_output_channels"],
            one["default_samplerate"],
            tuple(side for side in SIDES if defaults[side] == number),
        )
        for number, one in enumerate(found)
    ]


def _default(sound: ModuleType, side: Side) -> int:
    """Number of the system's default; -1: it has none."""
    try:
        return int(sound.query_devices(kind=side)["index"])
    except sound.PortAudioError:
        return -1


def find(devices: Sequence[SoundDevice], side: Side, wanted: str | None) -> SoundDevice:
    """The device a user means.

    Parameters
    ----------
    wanted : a number, a name, or a part of one (capitals do not matter); None: the system's default.

    Raises
    ------
    DeviceError : there is none, or several; the message lists what there is.
    """
    able = [device for device in devices if device.serves(side)]
    if not able:
        raise DeviceError(f"there is no {NAMES[side]}. Plug in a headset, then run: voicecoach devices")
    if wanted is None:
        return next((device for device in able if side in device.default_for), able[0])
    fitting = _fitting(able, wanted.strip())
    if len(fitting) == 1:
        return fitting[0]
    problem = "fits several" if fitting else "is not there"
    listed = "; ".join(f"{device.number} {device.label}" for device in fitting or able)
    raise DeviceError(
        f"{NAMES[side]} {wanted!r} {problem}: {listed}. Choose one: "
        f"voicecoach devices --use-{side} NUMBER or part of a name"
    )


def _fitting(able: Sequence[SoundDevice], wanted: str) -> list[SoundDevice]:
    if wanted.isdecimal():
        return [device for device in able if device.number == int(wanted)]
    low = wanted.casefold()
    for same in (
        [device for device in able if device.label.casefold() == low],
        [device for device in able if device.name.casefold() == low],
    ):
        if len(same) == 1:
            return same
    return [device for device in able if low and low in device.label.casefold()]


def pair(devices: Sequence[SoundDevice], choice: HeadsetChoice) -> Pair:
    """Both devices of a choice.

    Raises
    ------
    DeviceError : one of them is not there, or fits several.
    """
    return Pair(find(devices, "input", choice.input), find(devices, "output", choice.output))


def choice_path() -> Path:
    """Where the choice is kept: the user's folder for state."""
    return state_folder() / "headset.json"


def remembered() -> HeadsetChoice:
    """What `remember` kept; the system's defaults where there is nothing, or nothing readable."""
    try:
        return HeadsetChoice.model_validate_json(choice_path().read_bytes())
    except (OSError, ValidationError, DeviceError):
        return HeadsetChoice()


def remember(choice: HeadsetChoice) -> Path:
    """Keep a choice, and return where.

    Raises
    ------
    DeviceError : the file cannot be written.
    """
    path = choice_path()
    try:
        make_private_folder(path.parent)
        write_private(path, (choice.model_dump_json(indent=1) + "\n").encode())
    except OSError as error:
        raise DeviceError(
            f"{path}: the choice cannot be kept ({why(error)}). Make the folder writable, or name another "
            "with XDG_STATE_HOME."
        ) from error
    return path
