"""``voicecoach devices``: what is listed, what is remembered, and that a test hears what is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pulse import VirtualHeadset, virtual_headset
from voicecoach.apps import devices_command as command
from voicecoach.apps.devices_command import SILENT, WORKS, DevicesOptions, devices_command
from voicecoach.devices.sound_devices import (
    HeadsetChoice,
    SoundDevice,
    choice_path,
    find,
    remember,
    remembered,
)
from voicecoach.errors import DeviceError

BOTH = ("input", "output")
DEVICES = [
    SoundDevice(0, "Built-in Audio", "Core Audio", 2, 2, 48_000, BOTH),
    SoundDevice(1, "Jabra Evolve 65", "MME", 1, 2, 44_100, ()),
    SoundDevice(2, "Jabra Evolve 65", "WASAPI", 1, 2, 48_000, ()),
    SoundDevice(3, "HDMI", "WASAPI", 0, 2, 48_000, ()),
]


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "TEST_S", 2)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture(scope="module")
def plug(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualHeadset]:
    with virtual_headset(tmp_path_factory.mktemp("pulse")) as headset:
        yield headset


@pytest.mark.parametrize(
    ("wanted", "number"),
    [(None, 0), ("1", 1), ("built", 0), ("Jabra Evolve 65, WASAPI", 2), ("wasapi", 2), ("evolve 65, mme", 1)],
)
def test_a_device_is_found_by_number_name_or_part(wanted: str | None, number: int) -> None:
    assert find(DEVICES, "input", wanted).number == number


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ("jabra", "fits several: 1 Jabra Evolve 65, MME; 2"),
        ("hdmi", "is not there: 0 Built-in"),
        ("7", "not"),
    ],
)
def test_a_wrong_name_is_told_what_there_is(wanted: str, problem: str) -> None:
    with pytest.raises(DeviceError, match=problem):
        find(DEVICES, "input", wanted)


def test_no_microphone_at_all() -> None:
    with pytest.raises(DeviceError, match="there is no microphone"):
        find(DEVICES[3:], "input", None)


def test_a_damaged_memory_counts_as_none() -> None:
    remember(HeadsetChoice(input="Jabra"))
    assert remembered() == HeadsetChoice(input="Jabra")
    choice_path().write_text("{")
    assert remembered() == HeadsetChoice()


def test_a_choice_is_kept_by_name_and_marked(
    plug: VirtualHeadset, capsys: pytest.CaptureFixture[str]
) -> None:
    assert devices_command(DevicesOptions(use_input="vc_echo")) == WORKS
    assert remembered() == HeadsetChoice(input="vc_echo, ALSA")
    capsys.readouterr()
    assert devices_command(DevicesOptions()) == WORKS
    told = capsys.readouterr().out
    used = [line.split(maxsplit=2)[2] for line in told.splitlines() if "->" in line]
    assert used == ["vc_echo, ALSA", "default, ALSA (system default)"]
    devices_command(DevicesOptions(use_input="default"))
    assert remembered() == HeadsetChoice()


def test_a_microphone_that_hears_the_tone_works(
    plug: VirtualHeadset, capsys: pytest.CaptureFixture[str]
) -> None:
    assert devices_command(DevicesOptions(use_input="vc_echo", test=True)) == WORKS
    told = capsys.readouterr().out
    assert "The microphone works" in told
    assert told.count("level ") == 2


def test_a_microphone_that_is_off_does_not(plug: VirtualHeadset, capsys: pytest.CaptureFixture[str]) -> None:
    assert devices_command(DevicesOptions(test=True)) == SILENT
    assert "stays silent" in capsys.readouterr().out
