"""``voicecoach devices``: the microphones and loudspeakers there are, which are used, whether they work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console

from voicecoach.apps.terminal import show_error, show_note
from voicecoach.audio import Samples
from voicecoach.devices.headset import SoundHeadset
from voicecoach.devices.sound_devices import (
    SIDES,
    HeadsetChoice,
    Side,
    SoundDevice,
    find,
    list_devices,
    remember,
    remembered,
)
from voicecoach.errors import DeviceError
from voicecoach.events import DeviceBack, DeviceLost, Trouble
from voicecoach.timeline import RATE

WORKS, SILENT = 0, 1
"""Exit statuses. A device that was named and cannot be used is 2, as everywhere."""

TEST_S = 5
"""Long enough to say a sentence."""

SHOWN_PER_S = 10
"""How often a terminal's bar moves; lines come once a second."""

TONE_HZ, TONE_S, TONE_DBFS = 440.0, 0.4, -26.0
"""Heard on any headset, startling on none."""

SILENT_DBFS = -70.0
"""A microphone that is switched off gives less; the quietest room through the quietest headset gives more."""

BAR_DBFS = (-60.0, 0.0)
BAR_WIDTH = 40


@dataclass(frozen=True, slots=True)
class DevicesOptions:
    """What to do, in the user's words."""

    use_input: str | None = None
    """A microphone's name, a part of it, or its number, to be used from now on; ``default``: the system's."""
    use_output: str | None = None
    test: bool = False
    """Play a tone and show the microphone's level."""


def devices_command(options: DevicesOptions) -> int:
    """List the devices, keep a choice, try them; the exit status.

    Raises
    ------
    DeviceError : there is no sound here, or what was named is not there.
    """
    out = Console()
    devices = list_devices(anew=True)
    choice = _chosen(devices, options)
    for side in SIDES:
        _list(devices, side, choice, out)
    if not options.test:
        return WORKS
    with SoundHeadset(choice, lambda trouble: _tell(trouble, out)) as headset:
        return _test(headset, out)


def _chosen(devices: Sequence[SoundDevice], options: DevicesOptions) -> HeadsetChoice:
    """What is used from now on; kept, if the user said something new."""
    before = remembered()
    choice = HeadsetChoice(
        input=_name(devices, "input", options.use_input, before.input),
        output=_name(devices, "output", options.use_output, before.output),
    )
    if choice != before:
        remember(choice)
    return choice


def _name(devices: Sequence[SoundDevice], side: Side, wanted: str | None, before: str | None) -> str | None:
    if wanted is None:
        return before
    if wanted == "default":
        return None
    return find(devices, side, wanted).label  # a number now, another number after the next plug


def _list(devices: Sequence[SoundDevice], side: Side, choice: HeadsetChoice, out: Console) -> None:
    """The devices of one side; the one in use has an arrow."""
    wanted = choice.input if side == "input" else choice.output
    try:
        used, problem = find(devices, side, wanted), ""
    except DeviceError as error:
        used, problem = None, str(error)
    show_note(out, "Microphones (--use-input):" if side == "input" else "Loudspeakers (--use-output):")
    for device in devices:
        if device.serves(side):
            arrow = "->" if device is used else "  "
            default = " (system default)" if side in device.default_for else ""
            show_note(out, f" {arrow} {device.number:>2}  {device.label}{default}")
    if problem:
        show_error(out, problem)


def _test(headset: SoundHeadset, out: Console) -> int:
    show_note(out, f"Testing {headset.device}: you should hear a tone. Say something for {TEST_S} seconds.")
    sound = np.zeros(TEST_S * RATE, np.float32)
    sound[: round(TONE_S * RATE)] = _tone()
    loudest_dbfs = -np.inf
    per_show = RATE // (SHOWN_PER_S if out.is_terminal else 1)
    recent: list[Samples] = []
    for start in range(0, len(sound), headset.block):
        exchanged = headset.exchange(sound[start : start + headset.block])
        if exchanged is None:
            return SILENT
        recent.append(exchanged.heard.samples)
        if exchanged.heard.end % per_show == 0:
            level_dbfs = _level_dbfs(np.concatenate(recent))
            loudest_dbfs = max(loudest_dbfs, level_dbfs)
            _show_level(level_dbfs, out)
            recent.clear()
    if out.is_terminal:
        out.print()
    if loudest_dbfs < SILENT_DBFS:
        show_error(out, "The microphone stays silent. Switch it on, or choose another with --use-input.")
        return SILENT
    show_note(
        out, f"The microphone works: {loudest_dbfs:.0f} dBFS at its loudest. Speech is best at -30 to -15."
    )
    show_note(out, f"Round trip {1000 * headset.round_trip / RATE:.0f} ms.")
    return WORKS


def _tone() -> Samples:
    """A tone that swells and fades: no click."""
    time_s = np.arange(round(TONE_S * RATE)) / RATE
    peak = np.sqrt(2) * 10 ** (TONE_DBFS / 20)
    tone = peak * np.sin(2 * np.pi * TONE_HZ * time_s) * np.sin(np.pi * time_s / TONE_S) ** 2
    return np.asarray(tone, np.float32)


def _level_dbfs(samples: Samples) -> float:
    """RMS level; of a microphone that gives nothing at all, -100."""
    power = float(np.mean(samples.astype(np.float64) ** 2))
    return 10 * float(np.log10(max(power, 1e-10)))


def _show_level(level_dbfs: float, out: Console) -> None:
    """A bar that moves on a terminal, else a line."""
    if not out.is_terminal:
        show_note(out, f"level {level_dbfs:.0f} dBFS")
        return
    low, high = BAR_DBFS
    filled = round(BAR_WIDTH * min(1.0, max(0.0, (level_dbfs - low) / (high - low))))
    bar = f"{'#' * filled}{'.' * (BAR_WIDTH - filled)}"
    out.print(f"\r[{bar}] {level_dbfs:4.0f} dBFS", end="", markup=False, highlight=False)


def _tell(trouble: Trouble, out: Console) -> None:
    if isinstance(trouble, DeviceLost):
        show_error(out, f"{trouble.reason}. Waiting for it.")
    elif isinstance(trouble, DeviceBack):
        show_note(out, f"{trouble.device} is back after {trouble.away_s:.1f} s.")
    else:
        show_error(out, f"{trouble.span.duration_s * 1000:.0f} ms lost: {trouble.reason}.")
