"""What there is on this machine that voicecoach can use, and how to get what is missing.

Laws: looking never fails and changes nothing; whatever is missing comes with its remedy.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from shutil import which

from voicecoach.devices.machine import read_machine
from voicecoach.devices.models import names_here
from voicecoach.devices.voices import voice
from voicecoach.errors import DeviceError

LEAST_BYTES = 2e9
"""A call, its analysis and the model `base` take 1 GB; the system wants as much."""

SOUND_CODE = """
import json, sounddevice
print(json.dumps([[d["name"], d["max_input_channels"], d["max_output_channels"]]
                  for d in sounddevice.query_devices()]))
"""

LONGEST_LOOK_S = 20
"""A sound system that has not answered by then will not."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing about the machine."""

    name: str
    found: str
    remedy: str | None = None
    """What to do about it; None: nothing."""


def machine_facts() -> list[Fact]:
    """Everything that matters, from Python up to the headset."""
    looks: list[Callable[[], Fact]] = [_python, _processor, _card, _models, _espeak, _flite, _sound]
    return [look() for look in looks]


def _python() -> Fact:
    return Fact("Python", f"{platform.python_version()} on {platform.system()}")


def _processor() -> Fact:
    machine = read_machine("cpu")
    enough = machine.cores >= 2 and not 0 < machine.memory_bytes < LEAST_BYTES
    return Fact("Processor", str(machine), None if enough else "Little for a model: use --model tiny.en.")


def _card() -> Fact:
    try:
        return Fact("Graphics card", str(read_machine("cuda")))
    except DeviceError:
        found = "none that can be used: models run on the processor"
        driver = "An NVIDIA driver is here all the same: update it (CUDA 12 or newer is needed)."
        return Fact("Graphics card", found, driver if which("nvidia-smi") else None)


def _models() -> Fact:
    from huggingface_hub.constants import HF_HUB_CACHE

    names = names_here()
    if names:
        return Fact("Speech models", f"{', '.join(names)} in {HF_HUB_CACHE}")
    remedy = "voicecoach doctor --model base.en fetches one (145 MB). Without a connection: docs/models.md."
    return Fact("Speech models", f"demo alone; none in {HF_HUB_CACHE}", remedy)


def _espeak() -> Fact:
    return _synthesizer("espeak-ng", "espeak")


def _flite() -> Fact:
    return _synthesizer("flite", "flite")


def _synthesizer(name: str, engine: str) -> Fact:
    try:
        voice(engine)
    except DeviceError as error:
        return Fact(name, "not found; grading needs none", str(error))
    return Fact(name, "found")


def _sound() -> Fact:
    """Asked for in another process: sound systems write to the terminal, hang, and crash."""
    try:
        asked = subprocess.run(  # noqa: S603
            [sys.executable, "-c", SOUND_CODE],
            capture_output=True,
            text=True,
            timeout=LONGEST_LOOK_S,
            check=True,
        )
        devices = json.loads(asked.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        remedy = "Install PortAudio (apt install libportaudio2), and see that the sound system runs."
        return Fact("Sound", "cannot be reached; grading needs none", remedy)
    inputs = [name for name, channels, _ in devices if channels]
    outputs = [name for name, _, channels in devices if channels]
    if inputs and outputs:
        return Fact("Sound", f"in: {', '.join(inputs)}; out: {', '.join(outputs)}")
    missing = "microphone" if outputs else "loudspeaker" if inputs else "microphone and no loudspeaker"
    return Fact("Sound", f"no {missing}; grading needs none", "To rehearse, plug in a headset.")
