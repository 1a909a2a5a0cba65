"""The rehearsal screen: what 80 columns and 24 rows show, what its keys do, how it begins and ends."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from call_notices import DESK, PERSONA, began, ended, final, floor, partial, sounded
from textual.pilot import Pilot

from voicecoach.apps.rehearsal_screen import RehearsalScreen
from voicecoach.apps.screen.app import CONFIRM_DRAWS, SETTLE_DRAWS, CallApp
from voicecoach.apps.screen.beside import Beside
from voicecoach.conversation import Ending
from voicecoach.desk import Desk
from voicecoach.errors import DeviceError
from voicecoach.events import CallOver, DeviceBack, DeviceLost, Key, Noted, Pressed
from voicecoach.speech import Speaker
from voicecoach.timeline import RATE

Script = Callable[[Pilot[None], CallApp, RehearsalScreen], Awaitable[None]]


def play(
    script: Script, *, size: tuple[int, int] = (80, 24), desk: Desk | None = DESK, hints: bool = False
) -> None:
    """Run `script` on a screen that nobody sees."""

    async def run() -> None:
        screen = RehearsalScreen(PERSONA, desk, hints=hints)
        app = screen.app()
        async with app.run_test(size=size) as pilot:
            await script(pilot, app, screen)

    asyncio.run(run())


def shown(app: CallApp) -> str:
    """The characters on the screen, row by row."""
    width, height = app.size
    rows = app.screen._compositor.render_strips()
    assert len(rows) == height
    text = ["".join(segment.text for segment in strip) for strip in rows]
    assert all(len(row) <= width for row in text)
    return "\n".join(text)


async def see(pilot: Pilot[None], app: CallApp) -> str:
    """What is shown once the layout has settled."""
    app.draw()
    await pilot.pause()
    app.draw()
    await pilot.pause()
    return shown(app)


def tell_a_call(screen: RehearsalScreen) -> None:
    screen.tell(floor(Speaker.TRAINEE, 1), RATE)
    screen.tell(final("Good morning, this is Peter, how can I help you today?", 1, 5), 5 * RATE)
    screen.tell(began("Where is my bag?", 6), 6 * RATE)
    screen.tell(floor(Speaker.CALLER, 6), 6 * RATE)
    screen.tell(ended("Where is my bag?", 6, 8), 8 * RATE)
    screen.tell(floor(Speaker.TRAINEE, 9), 9 * RATE)
    for block in range(150):
        at_s = 9 + block / 50
        screen.tell(sounded(at_s, [200.0, 220.0]), round(at_s * RATE))
    screen.tell(partial("I am very", "sorry", 11.9), 12 * RATE)
    screen.tell(Pressed(Key.MUTE), 62 * RATE)
    screen.tell(Pressed(Key.HOLD), 63 * RATE)
    screen.tell(floor(Speaker.CALLER, 63), 65 * RATE)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_everything_necessary_is_on_the_screen(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        tell_a_call(screen)
        seen = await see(pilot, app)
        for part in (
            *("Dana", "+1 555 0134", "The lost luggage", "1:05"),
            *("You: Good morning, this is Peter", "Dana: Where is my bag?", "I am very [sorry]"),
            *("Pace", "Level", "Pitch", "165 wpm", "+0 dB", "[", "●", "]"),
            *("Dana speaks 0:02", "ON HOLD 0:02", "MUTED 0:03"),
            *("Record", "Policies", "Notes", "SK 204 118", "QX7 2LM"),
            *("F1 Help", "F2 Resume", "F3 Unmute", "F4 Transfer", "F5 Repeat", "F6 Desk", "F7 Notes"),
            "F8 Hang up",
        ):
            assert part in seen, f"{part!r} is not in\n{seen}"
        assert "grief" not in seen, "what upsets the caller is for the caller to say"

    play(script, size=size)


def test_a_screen_too_small_still_runs() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        tell_a_call(screen)
        await see(pilot, app)
        await pilot.press("f2")
        assert screen.pressed() == [Pressed(Key.HOLD)]

    play(script, size=(20, 6))


def test_keys_reach_the_call() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        await pilot.press("f2")
        assert screen.pressed() == [Pressed(Key.ANSWER)], "it rings"
        screen.tell(Pressed(Key.ANSWER), 0)
        app.draw()
        await pilot.press("f2", "f3", "f5", "f4", "f4", "f8", "f8")
        keys = (Key.HOLD, Key.MUTE, Key.REPEAT, Key.TRANSFER, Key.HANG_UP)
        assert screen.pressed() == [Pressed(key) for key in keys]
        await pilot.press("ctrl+p", "ctrl+o", "ctrl+r", "ctrl+t", "ctrl+t", "ctrl+c", "ctrl+q")
        assert screen.pressed() == [Pressed(key) for key in keys]
        assert screen.pressed() == []

    play(script)


def test_what_ends_the_call_is_pressed_twice() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        await pilot.press("f8")
        assert "Hang up? Press F8 again" in await see(pilot, app)
        await pilot.press("escape")
        assert "again" not in await see(pilot, app)
        await pilot.press("f8", "f4", "f8", "f3", "f8")
        assert screen.pressed() == [Pressed(Key.MUTE)], "another key in between forgets the first"
        for _ in range(CONFIRM_DRAWS):
            app.draw()
        await pilot.press("f8")
        assert screen.pressed() == [], "so do three seconds"
        await pilot.press("f8")
        assert screen.pressed() == [Pressed(Key.HANG_UP)]

    play(script)


def test_notes_take_letters_and_no_key_fires() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        await pilot.press("f7")
        await pilot.pause()
        await pilot.press(*"hold mute", "enter", *"bye")
        for _ in range(SETTLE_DRAWS):
            app.draw()
        assert screen.pressed() == [Noted("hold mute\nbye")], "the text as it stands, once a second"
        screen.tell(Pressed(Key.ANSWER), 0)
        app.draw()
        await pilot.press("!", "f2")
        assert screen.pressed() == [Noted("hold mute\nbye!"), Pressed(Key.HOLD)], "the note comes first"
        await pilot.press("escape", *"xyz")
        assert screen.pressed() == [], "the notes are left"
        await pilot.press("f7", "f6")
        assert "SK 204 118" in await see(pilot, app)
        await pilot.press("f7")
        assert "bye!" in await see(pilot, app), "they are kept"

    play(script)


def test_notes_are_not_lost_when_the_caller_hangs_up() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        await pilot.press("f7")
        await pilot.pause()
        await pilot.press(*"ref 7")
        screen.tell(CallOver(Ending.CALLER_HUNG_UP, RATE, "had enough"), RATE)
        assert screen.pressed() == [Noted("ref 7")]
        assert "The call is over: caller hung up." in await see(pilot, app)

    play(script)


def test_the_desk_turns_its_pages() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        for part in ("Delayed bags", "", "SK 204 118"):
            await pilot.press("f6")
            assert part in await see(pilot, app)

    play(script)


def test_without_a_desk_there_are_notes() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        seen = await see(pilot, app)
        assert "Notes" in seen
        assert "Record" not in seen
        await pilot.press("f6", "f7", "a")
        await pilot.press("f3")
        assert screen.pressed() == [Noted("a"), Pressed(Key.MUTE)]

    play(script, desk=None)


def test_hints_only_where_they_were_asked_for() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        screen.tell(floor(None, 1), RATE)
        screen.tell(sounded(6, [0.0]), 7 * RATE)
        seen = await see(pilot, app)
        assert ("Hint: the caller has been waiting 6 s" in seen) == app._hints

    play(script, hints=True)
    play(script, hints=False)


def test_help_and_back() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        await pilot.press("f1")
        seen = await see(pilot, app)
        for part in ("Ctrl+P", "Has the caller say the last line again.", "may still change"):
            assert part in seen
        await pilot.press("f3")
        assert screen.pressed() == [Pressed(Key.MUTE)], "the call goes on"
        await pilot.press("f1")
        assert "Conversation" in await see(pilot, app)
        await pilot.press("f1", "escape")
        assert "Conversation" in await see(pilot, app)

    play(script)


def test_trouble_and_messages_have_a_line() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        screen.say("Half duplex: wait until the caller has finished.")
        assert "Half duplex" in await see(pilot, app)
        screen.tell(DeviceLost("no sound for 1.0 s"), RATE)
        assert "The sound device is gone (no sound for 1.0 s)" in await see(pilot, app)
        screen.tell(DeviceBack("Headset", 2.0), RATE)
        assert "Sound is back (Headset)" in await see(pilot, app)

    play(script)


def test_words_of_others_are_words() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        screen.tell(final("[red]stop[/red] [@click=app.quit]x[/] \x1b[2Jgone \u202ereversed", 1, 5), 5 * RATE)
        screen.say("[bold]saved[/bold]\x1b]0;title\x07")
        seen = await see(pilot, app)
        assert "[red]stop[/red]" in seen
        assert "[bold]saved[/bold]" in seen
        assert not set("\x1b\x07\u202e") & set(seen)

    play(script)


def test_what_has_not_changed_is_not_drawn_again() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        tell_a_call(screen)
        await see(pilot, app)
        drawn: list[str] = []
        for name, pane in app._panes.items():
            pane.update = lambda _, name=name, **__: drawn.append(name)  # type: ignore[method-assign]
        app.draw()
        assert drawn == []
        screen.tell(sounded(66, [0.0]), 66 * RATE)
        app.draw()
        assert sorted(drawn) == ["header", "status"], "the clocks"

    play(script)


# --- the call beside the screen ----------------------------------------------------------------------


def test_the_end_of_the_call_ends_the_screen() -> None:
    async def run() -> None:
        go_on = threading.Event()
        work = Beside(go_on.wait)
        app = RehearsalScreen(PERSONA, DESK, hints=False).app(work)
        async with app.run_test() as pilot:
            assert work.running
            go_on.set()
            assert work.outcome()
            app.draw()
            await pilot.pause()
            assert app._exit

    asyncio.run(run())


def test_an_error_of_the_call_is_raised_where_the_screen_was_run() -> None:
    def fail() -> None:
        raise DeviceError("no microphone. Plug one in.")

    work = Beside(fail)
    work.start()
    with pytest.raises(DeviceError, match="no microphone"):
        work.outcome()


def test_textual_is_loaded_only_for_a_call() -> None:
    code = (
        "import sys, voicecoach.cli, voicecoach.apps.rehearsal_screen, voicecoach.apps.plain_screen;"
        "sys.exit('textual' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


IN_A_TERMINAL = """
import fcntl, os, select, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
sys.path.insert(0, {tests!r})
from call_notices import DESK, PERSONA, floor
from voicecoach.apps.rehearsal_screen import RehearsalScreen
from voicecoach.apps.plain_screen import PlainScreen
from voicecoach.events import Key, Pressed

def call(screen):
    screen.tell(floor(None, 0), 0)
    found = []
    while Pressed(Key.HANG_UP) not in found:
        found += screen.pressed()
        select.select([], [], [], 0.02)
    return found

found = {screen}.run(call)
if len(sys.argv) > 1:
    open(sys.argv[1], "w").write(repr([control.key.value for control in found]))
    sys.exit()
print("result", [control.key.value for control in found], os.environ.get("NO_COLOR"), flush=True)
"""


FULL = "RehearsalScreen(PERSONA, DESK, hints=False)"
PLAIN = "PlainScreen(PERSONA, DESK, hints=False)"


@contextmanager
def in_a_terminal(screen: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A call in a session of its own, and the far end of its terminal; ended in any case."""
    far, near = pty.openpty()
    fcntl.ioctl(near, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    code = IN_A_TERMINAL.format(tests=str(Path(__file__).parent), screen=screen)
    command = [sys.executable, "-c", code, *arguments]
    env = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
    with subprocess.Popen(
        command, stdin=near, stdout=near, stderr=near, env=env, start_new_session=True
    ) as process:
        os.close(near)
        try:
            yield process, far
        finally:
            process.kill()


def test_in_a_real_terminal_keys_arrive_as_terminals_send_them() -> None:
    """Function keys as xterm and the Linux console send them, through a pseudo-terminal."""
    with in_a_terminal(FULL) as (_, far):
        seen = read_until(far, b"Hold")  # it rings no more
        for key in (b"\x1bOQ", b"\x1bOR", b"\x1b[15~", b"\x1b[19~", b"\x1b[19~"):
            os.write(far, key)
        seen += read_until(far, b"result", b"\n")
        os.close(far)
    assert b"['hold', 'mute', 'repeat', 'hang up'] 1" in seen, "and NO_COLOR is still set"


@pytest.mark.alone
@pytest.mark.parametrize("screen", [FULL, PLAIN])
def test_a_lost_connection_hangs_up_and_the_call_ends_in_order(screen: str, tmp_path: Path) -> None:
    """As when SSH breaks: the terminal is gone, its session gets SIGHUP; the call still ends and returns."""
    result = tmp_path / "result"
    with in_a_terminal(screen, str(result)) as (process, far):
        read_until(far, b"Hold" if screen == FULL else b"Type help")
        os.close(far)
        process.wait(20)
    assert "hang up" in result.read_text("utf-8")


def read_until(terminal: int, *marks: bytes) -> bytes:
    """What a program printed, up to `marks`, each after the one before."""
    seen, at = b"", 0
    for mark in marks:
        while (found := seen.find(mark, at)) < 0:
            ready, _, _ = select.select([terminal], [], [], 20)
            assert ready, f"{mark!r} never came: {seen[-2000:]!r}"
            seen += os.read(terminal, 65536)
        at = found
    return seen
