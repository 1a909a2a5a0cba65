"""An engine in a process of its own: whatever it does, the line fails at worst; the next one is spoken."""

from __future__ import annotations

import gc
import io
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plugged_voices import plug_in_faulty

from voicecoach.devices.voice_process import Patience, VoiceProcess
from voicecoach.devices.voice_wire import (
    LONGEST_TEXT,
    FrameError,
    pack_rendering,
    read_frame,
    unpack_rendering,
    write_frame,
)
from voicecoach.errors import DeviceError
from voicecoach.speech import Word
from voicecoach.spoken import Delivery, Rendering
from voicecoach.timeline import Span, samples

pytestmark = pytest.mark.slow

LINE = "Thank you for calling the support team."
OWN = Delivery("en-us")
PATIENT = Patience(start_s=60.0, line_s=60.0)
"""So that a busy machine is no hang."""
HASTY = Patience(start_s=60.0, line_s=0.5)
"""So that a hang is soon noticed."""
ENOUGH_S = 20.0
"""Of waiting for the operating system: reached only if the thing waited for never happens."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    plug_in_faulty(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def voice(folder: Path) -> Iterator[VoiceProcess]:
    with VoiceProcess("faulty", PATIENT) as voice:
        yield voice


@pytest.fixture
def hasty(folder: Path) -> Iterator[VoiceProcess]:
    with VoiceProcess("faulty", HASTY) as voice:
        yield voice


def speaks(voice: VoiceProcess) -> bool:
    rendering = voice.render(LINE, OWN)
    return len(rendering.samples) > samples(1) and [word.text for word in rendering.words] == LINE.split()


def ends(number: int) -> bool:
    """Whether the process with that number ends soon."""
    try:
        handle = os.pidfd_open(number)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], ENOUGH_S)[0])
    finally:
        os.close(handle)


# --- engines that fail


def test_a_line_that_hangs_is_given_up_after_two_attempts_and_the_next_is_spoken(hasty: VoiceProcess) -> None:
    with pytest.raises(
        DeviceError, match=r"'faulty' failed twice at 'hang': it did not answer within 0\.\d s"
    ):
        hasty.render("hang", OWN)
    assert hasty.restarts == 2
    assert speaks(hasty)


@pytest.mark.usefixtures("folder")
def test_an_engine_that_hangs_once_costs_a_pause_and_no_line() -> None:
    with VoiceProcess("faulty", Patience(start_s=60.0, line_s=2.0)) as voice:
        assert len(voice.render("hang once", OWN).samples) > samples(0.2)
        assert voice.restarts == 1


@pytest.mark.parametrize(
    ("crash", "how"),
    [("crash", "with status 3"), ("segfault", "with signal 11")],
)
def test_a_crash_is_named_and_the_next_line_is_spoken(voice: VoiceProcess, crash: str, how: str) -> None:
    with pytest.raises(DeviceError, match=f"it ended {how}"):
        voice.render(crash, OWN)
    assert speaks(voice)


def test_a_process_that_died_between_two_lines_is_replaced(voice: VoiceProcess) -> None:
    os.kill(voice.pid, signal.SIGKILL)
    assert speaks(voice)
    assert voice.restarts == 1


@pytest.mark.parametrize(
    ("garbage", "why"),
    [
        ("nothing", "NoneType instead of a Rendering"),
        ("not finite", "not finite"),
        ("too loud", "beyond full scale"),
        ("integers", "1-dimensional int16"),
        ("stereo", "2-dimensional float32"),
        ("too long", "60 s of sound for 8 characters"),
        ("words beyond", "words after the end"),
        ("words twice", "words that overlap"),
        ("raise", "RuntimeError: out of breath"),
        ("exit", "SystemExit: 4"),
    ],
)
def test_garbage_is_refused_and_the_engine_lives_on(voice: VoiceProcess, garbage: str, why: str) -> None:
    with pytest.raises(DeviceError, match=why):
        voice.render(garbage, OWN)
    assert speaks(voice)
    assert voice.restarts == 0


def test_what_an_engine_prints_is_no_answer(voice: VoiceProcess) -> None:
    assert len(voice.render("chatter", OWN).samples) > samples(0.2)
    assert speaks(voice)
    assert voice.restarts == 0


def test_an_unknown_voice_is_the_engines_to_refuse(voice: VoiceProcess) -> None:
    with pytest.raises(DeviceError, match="espeak-ng has no voice 'nobody'"):
        voice.render(LINE, Delivery("nobody"))
    assert voice.restarts == 0


def test_a_text_beyond_any_line_is_refused(voice: VoiceProcess) -> None:
    with pytest.raises(DeviceError, match="Split it into sentences"):
        voice.render("x" * (LONGEST_TEXT + 1), OWN)


# --- engines that do not start


@pytest.mark.parametrize(
    ("engine", "why"),
    [
        ("missing", r"faulty is not installed\. Install it\."),
        ("dying", "'dying' cannot be started: it ended with status 5"),
        ("nowhere", "there is no voice engine 'nowhere'.*espeak.*faulty"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_an_engine_that_cannot_start_says_why(engine: str, why: str) -> None:
    with pytest.raises(DeviceError, match=why):
        VoiceProcess(engine, PATIENT)


# --- the process


def test_two_processes_speak_the_same_sequence_alike() -> None:
    spoken = []
    for _ in range(2):
        with VoiceProcess("espeak") as voice:
            spoken.append([voice.render(line, OWN) for line in ("Hello.", LINE)])
    for one, other in zip(*spoken, strict=True):
        assert np.array_equal(one.samples, other.samples)
        assert one.words == other.words


def test_threads_take_turns(voice: VoiceProcess) -> None:
    right: list[bool] = []
    threads = [
        threading.Thread(target=lambda: right.extend(speaks(voice) for _ in range(5))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert right == [True] * 10
    assert voice.restarts == 0


def test_closing_ends_a_line_in_progress(folder: Path) -> None:
    voice = VoiceProcess("faulty", PATIENT)
    failures: list[DeviceError] = []

    def speak() -> None:
        with pytest.raises(DeviceError) as failure:
            voice.render("hang with a child", OWN)
        failures.append(failure.value)

    thread = threading.Thread(target=speak)
    thread.start()
    number = voice.pid
    voice.close()
    thread.join()
    assert "was closed" in str(failures[0])
    assert ends(number)


def test_ctrl_c_is_not_for_the_child(voice: VoiceProcess) -> None:
    assert os.getpgid(voice.pid) != os.getpgid(0)
    os.kill(voice.pid, signal.SIGINT)
    assert speaks(voice)
    assert voice.restarts == 0


PARENT = """
import sys
from voicecoach.devices.voice_process import Patience, VoiceProcess
from voicecoach.spoken import Delivery
voice = VoiceProcess("faulty", Patience(line_s=600.0))
print(voice.pid, flush=True)
voice.render(sys.argv[1], Delivery("en-us"))
print("spoken", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="no pidfd on this system")
@pytest.mark.parametrize("text", ["hello", "hang"])
def test_the_child_ends_when_its_parent_is_killed(folder: Path, text: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, text],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        if text == "hello":
            parent.stdout.readline()
        parent.kill()
    assert ends(child)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="no pidfd on this system")
def test_what_a_hung_engine_had_started_ends_with_it(hasty: VoiceProcess, folder: Path) -> None:
    with pytest.raises(DeviceError):
        hasty.render("hang with a child", OWN)
    assert ends(int((folder / "child").read_text()))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc on this system")
def test_twenty_restarts_leave_nothing_behind(voice: VoiceProcess) -> None:
    def held() -> tuple[int, int, int]:
        gc.collect()
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        return len(list(Path("/proc/self/fd").iterdir())), len(children), threading.active_count()

    speaks(voice)
    before = held()
    for _ in range(10):
        with pytest.raises(DeviceError):
            voice.render("crash", OWN)
    assert voice.restarts == 20
    assert speaks(voice)
    assert held() == before
    voice.close()
    assert held()[1:] == (before[1] - 1, before[2] - 1)


def test_the_child_loads_only_what_speaking_needs() -> None:
    heavy = {
        "scipy",
        "librosa",
        "numba",
        "sklearn",
        "av",
        "onnxruntime",
        "pydantic",
        "faster_whisper",
        "typer",
    }
    code = (
        "import sys, voicecoach.devices.voice_worker; from voicecoach.devices.voices import voice\n"
        f"voice('espeak'); print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- what crosses the pipe


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_refused(raw: bytes) -> None:
    try:
        frame = read_frame(io.BytesIO(raw))
    except FrameError:
        return
    assert frame is None or isinstance(frame[0], dict)


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1, width=32), min_size=1), st.text(max_size=20), st.floats(0, 1))
def test_a_rendering_crosses_to_the_last_bit(values: list[float], text: str, probability: float) -> None:
    sound = np.array(values, np.float32)
    words = (Word(text, Span(0, len(sound)), probability),)
    pipe = io.BytesIO()
    write_frame(pipe, *pack_rendering(Rendering(sound, words)))
    pipe.seek(0)
    frame = read_frame(pipe)
    assert frame is not None
    back = unpack_rendering(frame, text)
    assert back.samples.dtype == np.float32
    assert back.samples.tobytes() == sound.tobytes()
    assert back.words == words


@settings(deadline=None)
@given(st.integers(1, 60))
def test_a_cut_off_frame_is_refused(length: int) -> None:
    pipe = io.BytesIO()
    write_frame(pipe, {"words": []}, b"x" * 60)
    with pytest.raises(FrameError):
        read_frame(io.BytesIO(pipe.getvalue()[:-length]))
