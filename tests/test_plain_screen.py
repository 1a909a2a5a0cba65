"""A rehearsal in lines: what is printed, what can be typed, how it begins and ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from io import BytesIO, FileIO, StringIO, TextIOWrapper

import pytest
from call_notices import DESK, PERSONA, began, ended, final, floor, partial, sounded
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.apps.plain_screen import PlainScreen, standard_input
from voicecoach.apps.screen.typed import LONGEST_LINE, TypedKeys
from voicecoach.conversation import Ending
from voicecoach.errors import DeviceError
from voicecoach.events import (
    CallOver,
    Control,
    DeviceBack,
    DeviceLost,
    Key,
    Noted,
    Pressed,
    RehearsalNotice,
)
from voicecoach.timeline import RATE


def printed(*notices: tuple[RehearsalNotice, float], hints: bool = False) -> list[str]:
    """The lines of a call that tells `notices`, but for the first."""
    out = StringIO()

    def call(screen: PlainScreen) -> None:
        for notice, at_s in notices:
            screen.tell(notice, round(at_s * RATE))

    PlainScreen(PERSONA, DESK, hints=hints, out=out).run(call)
    return out.getvalue().splitlines()[1:]


def until(enough: Callable[[list[Control]], bool]) -> Callable[[PlainScreen], list[Control]]:
    """A call that goes on until what was pressed is enough."""

    def call(screen: PlainScreen) -> list[Control]:
        found: list[Control] = []
        while not enough(found):
            found += screen.pressed()
        return found

    return call


def test_a_call_in_lines() -> None:
    lines = printed(
        (partial("good", "warning", 1.5), 2.0),
        (final("Good morning, this is Peter, how may I help?", 1, 4), 4.5),
        (began("Where is my bag?", 5), 5.0),
        (ended("Where is my bag?", 5, 6, "Where is"), 6.0),
        (Pressed(Key.HOLD), 10.0),
        (Pressed(Key.HOLD), 20.0),
        (Pressed(Key.MUTE), 21.0),
        (DeviceLost("no sound for 1.0 s"), 30.0),
        (DeviceLost("no sound for 1.0 s"), 30.0),
        (DeviceBack("Headset", 2.0), 30.0),
        (CallOver(Ending.CALLER_HUNG_UP, 61 * RATE, "had enough"), 61.0),
    )
    assert lines == [
        " 0:01  You: Good morning, this is Peter, how may I help? (180 wpm, fast)",
        " 0:05  Dana: Where is --",
        " 0:10  -- the caller is on hold",
        " 0:20  -- back from hold",
        " 0:21  -- microphone muted",
        " 0:30  -- The sound device is gone (no sound for 1.0 s). The call waits; trying to reopen it.",
        " 0:30  -- Sound is back (Headset) after 2 s. The call goes on.",
        " 1:01  -- The call is over: caller hung up.",
    ]


def test_hints_are_printed_once_each_and_only_on_demand() -> None:
    waiting = ((floor(None, 1), 1.0), (sounded(6, [0.0]), 7.0))
    assert printed(*waiting) == []
    assert printed(*waiting, hints=True) == [" 0:07  -- hint: the caller has been waiting 6 s"]


def test_what_it_says_itself_is_ascii_and_what_others_say_is_harmless() -> None:
    raw = BytesIO()
    out = TextIOWrapper(raw, "ascii", errors="strict")
    screen = PlainScreen(PERSONA, DESK, hints=True, out=out)

    def call(told: PlainScreen) -> None:
        told.tell(final("Ça va \x1b[2J\x07 [b]well[/b]\nnot a line of mine", 1, 4), 5 * RATE)
        told.say("saved \x1b]0;x\x07")

    screen.run(call)
    text = raw.getvalue().decode("ascii")
    assert "?a va" in text
    assert "[b]well[/b]" in text
    assert not set(text) - set(map(chr, range(32, 127))) - {"\n"}


def test_typed_words_are_keys(keyboard: tuple[int, int]) -> None:
    reads, types = keyboard
    os.write(types, b"\nmute\n HOLD \nnote bag B 12\nrepeat\nno")
    os.write(types, b"te call back\nhang  up\n")
    out = StringIO()
    screen = PlainScreen(PERSONA, DESK, hints=False, out=out, keys=reads)
    assert screen.run(until(lambda found: Pressed(Key.HANG_UP) in found)) == [
        Pressed(Key.ANSWER),
        Pressed(Key.MUTE),
        Pressed(Key.HOLD),
        Noted("bag B 12"),
        Pressed(Key.REPEAT),
        Noted("bag B 12\ncall back"),
        Pressed(Key.HANG_UP),
    ]


def test_help_desk_and_what_is_no_key(keyboard: tuple[int, int]) -> None:
    reads, types = keyboard
    os.write(types, b"help\ndesk\nshout \x1b[2J\nbye\n")
    out = StringIO()
    PlainScreen(PERSONA, DESK, hints=False, out=out, keys=reads).run(until(bool))
    text = out.getvalue()
    for part in (
        "has the caller say the last line again",
        "Account: SK 204 118",
        "Policy: Delayed bags",
        "is no key",
    ):
        assert part in text
    assert "\x1b" not in text
    assert "grief" not in text


def test_what_is_typed_after_the_call_is_left_for_the_next_question(keyboard: tuple[int, int]) -> None:
    reads, types = keyboard
    os.write(types, b"bye\n")
    PlainScreen(PERSONA, DESK, hints=False, out=StringIO(), keys=reads).run(until(bool))
    os.write(types, b"yes\n")
    assert os.read(reads, 100) == b"yes\n"


def test_the_call_goes_on_when_the_input_ends(keyboard: tuple[int, int]) -> None:
    reads, _ = keyboard
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 -- a descriptor is wanted
        screen = PlainScreen(PERSONA, DESK, hints=False, out=StringIO(), keys=nothing.fileno())
        go_on = threading.Event()
        threading.Timer(0.3, go_on.set).start()
        assert screen.run(lambda _: go_on.wait(20))
    del reads


def test_an_error_of_the_call_is_raised() -> None:
    def fail(_: PlainScreen) -> None:
        raise DeviceError("no microphone. Plug one in.")

    with pytest.raises(DeviceError, match="no microphone"):
        PlainScreen(PERSONA, DESK, hints=False, out=StringIO()).run(fail)


def test_ctrl_c_hangs_up_and_waits_for_the_call() -> None:
    def call(screen: PlainScreen) -> list[Control]:
        signal.raise_signal(signal.SIGINT)
        return until(bool)(screen)

    screen = PlainScreen(PERSONA, DESK, hints=False, out=StringIO())
    assert screen.run(call) == [Pressed(Key.HANG_UP)]


def test_a_reader_that_goes_away_hangs_up() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    out = TextIOWrapper(FileIO(writes, "w"), "utf-8", write_through=True)
    screen = PlainScreen(PERSONA, DESK, hints=False, out=out)
    assert screen.run(until(bool)) == [Pressed(Key.HANG_UP)]
    out.detach().close()


def test_a_closed_input_is_none() -> None:
    asked = "from voicecoach.apps.plain_screen import standard_input; print(standard_input())"
    code = f"import sys; sys.stdin = None; {asked}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"
    assert standard_input() is None or standard_input() == sys.stdin.fileno()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.integers(1, 7))
def test_typed_words_do_not_depend_on_their_pieces(text: str, size: int) -> None:
    data = f"{text}\nhold\nnote {text}\n".encode()
    whole, pieces = TypedKeys(), TypedKeys()
    found = [
        each for at in range(0, len(data), size) for each in pieces.push(data[at : at + size], ringing=True)
    ]
    assert found == whole.push(data, ringing=True)
    assert Key.HOLD in found


def test_endless_input_without_a_line_is_bounded() -> None:
    typed = TypedKeys()
    for _ in range(100):
        assert typed.push(b"x" * 4096, ringing=False) == []
    (word,) = typed.push(b"\n", ringing=False)
    assert isinstance(word, str)
    assert len(word) <= LONGEST_LINE
