"""The desk on the full screen, by keyboard alone: every page, and the work after the call."""

from __future__ import annotations

import pytest
from call_notices import DESK, PERSONA, WORKING, final
from test_rehearsal_screen import Script, see
from test_rehearsal_screen import play as play_call
from textual.pilot import Pilot
from textual.widgets import Input, Select

from voicecoach.apps.rehearsal_screen import RehearsalScreen
from voicecoach.apps.screen.app import SETTLE_DRAWS, CallApp
from voicecoach.apps.screen.wrap_up import WRAP_UP_DRAWS
from voicecoach.conversation import Ending
from voicecoach.desk import Desk
from voicecoach.desk_log import Applied, Entered, LookedUp, ReadPolicy, Verified
from voicecoach.events import CallOver, Key, Noted, Pressed
from voicecoach.timeline import RATE

SIZES = [(80, 24), (120, 40)]
OVER = CallOver(Ending.CALLER_HUNG_UP, 70 * RATE, "had enough")
REFUND = {"amount": "ninety dollars", "speed": "express"}


def play(script: Script, *, size: tuple[int, int] = (80, 24), desk: Desk = WORKING) -> None:
    """A call that is 65 s old, with this desk."""

    async def answered(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        screen.tell(Pressed(Key.ANSWER), 0)
        screen.tell(final("Good morning, how can I help you?", 1, 5), 65 * RATE)
        await see(pilot, app)
        await script(pilot, app, screen)

    play_call(answered, size=size, desk=desk)


async def turn(pilot: Pilot[None], app: CallApp, page: str) -> None:
    """To a page, with F6 alone."""
    for _ in range(7):
        if app._tabs.active == f"{page}-page":
            break
        await pilot.press("f6")
    assert app._tabs.active == f"{page}-page"
    await see(pilot, app)


@pytest.mark.parametrize("size", SIZES)
def test_the_record_is_closed_until_it_is_found(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        assert "Helen Street" not in await see(pilot, app)
        await turn(pilot, app, "verify")
        seen = await see(pilot, app)
        assert "Find the record first." in seen
        assert "Helen Street" not in seen
        await turn(pilot, app, "record")
        await pilot.press(*"4711", "enter")
        seen = await see(pilot, app)
        assert "No record found for '4711'." in seen
        assert "television" not in seen
        await pilot.press(*["backspace"] * 2, *"29", "enter")
        seen = await see(pilot, app)
        for part in ("20 Lake Street, Seattle", "television, ninety dollars"):
            assert part in seen
        assert screen.pressed() == [LookedUp("4711", found=False), LookedUp("4729", found=True)]

    play(script, size=size)


@pytest.mark.parametrize("size", SIZES)
def test_entries_are_ticked_one_by_one(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        screen.tell(LookedUp("4729", found=True), 65 * RATE)
        await see(pilot, app)
        await turn(pilot, app, "verify")
        assert "[ ] Name: Helen Street" in await see(pilot, app)
        await pilot.press("enter", "down", "space")
        seen = await see(pilot, app)
        assert "[x] Name: Helen Street" in seen
        assert "[x] Order: 4729" in seen
        await pilot.press("up", "enter")
        assert screen.pressed() == [Verified(("Name",)), Verified(("Name", "Order")), Verified(("Order",))]

    play(script, size=size)


@pytest.mark.parametrize("size", SIZES)
def test_a_policy_is_opened_and_read(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        await turn(pilot, app, "policies")
        seen = await see(pilot, app)
        assert "Sending it back" in seen
        assert "courier collects" not in seen
        await pilot.press("down", "enter")
        assert "A courier collects it." in await see(pilot, app)
        assert screen.pressed() == [ReadPolicy("Sending it back")]

    play(script, size=size)


@pytest.mark.parametrize("size", SIZES)
def test_a_tool_is_chosen_filled_in_and_applied(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        await turn(pilot, app, "tools")
        await pilot.press("enter", "enter")  # the courier, which has no fields
        assert "done at 1:05" in await see(pilot, app)
        await pilot.press("shift+tab", "down", "enter")
        await pilot.press(*"ninety dollars", "enter")
        await pilot.press("enter", "down", "down", "enter")  # opens the choices; from none to the second
        await pilot.pause()
        assert app.query_one("Select", Select).value == "express"
        await pilot.press("tab", "enter")
        screen.tell(Applied("refund", REFUND), 66 * RATE)
        seen = await see(pilot, app)
        assert "Refund  (done at 1:06)" in seen, "the call's own time"
        assert "Apply" in seen
        assert screen.pressed() == [Applied("courier", {}), Applied("refund", REFUND)]

    play(script, size=size)


def test_a_tool_that_lacks_something_says_so_and_may_be_applied_again() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        screen.tell(Applied("refund", REFUND), 60 * RATE)
        await turn(pilot, app, "tools")
        await pilot.press("down", "enter")
        await pilot.pause()
        field = app.focused
        assert isinstance(field, Input)
        assert field.value == "ninety dollars", "what somebody else did stands there"
        await pilot.press(*["backspace"] * 14, "tab", "tab", "enter")
        assert "Fill in: Amount" in await see(pilot, app)
        assert screen.pressed() == []
        await pilot.press("shift+tab", "shift+tab", *"$90")
        assert "changed, not done" in await see(pilot, app)
        await pilot.press("tab", "tab", "enter")
        assert screen.pressed() == [Applied("refund", {"amount": "$90", "speed": "express"})]

    play(script)


@pytest.mark.parametrize("size", SIZES)
def test_the_case_is_saved_as_often_as_wanted(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        await turn(pilot, app, "case")
        assert "not saved yet" in await see(pilot, app)
        await pilot.press(*"It is broken", "tab", "tab", "enter")
        assert "saved at 1:05" in await see(pilot, app)
        await pilot.press("shift+tab", "enter", "down", "enter")
        await pilot.pause()
        assert "changed, not saved" in await see(pilot, app)
        await pilot.press("tab", "enter")
        assert screen.pressed() == [
            Entered({"reason": "It is broken"}),
            Entered({"reason": "It is broken", "result": "refund"}),
        ]

    play(script, size=size)


def test_the_keys_of_the_call_work_in_every_field() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        for page in ("record", "tools", "case"):
            await turn(pilot, app, page)
            if page == "tools":
                await pilot.press("down", "enter")
            await pilot.press(*"hm", "f2", "f3")
            assert screen.pressed() == [Pressed(Key.HOLD), Pressed(Key.MUTE)], page
            await pilot.press("escape", *"bye")
            assert "hm" in await see(pilot, app), "Esc leaves the field and keeps what stands in it"
            assert "hmbye" not in await see(pilot, app)
            assert screen.pressed() == []

    play(script)


def test_while_it_rings_nothing_is_done_and_nothing_typed_is_lost() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        await see(pilot, app)
        await pilot.press(*"4729", "enter")
        seen = await see(pilot, app)
        assert "It rings: answer first." in seen
        assert "television" not in seen
        assert screen.pressed() == []
        screen.tell(Pressed(Key.ANSWER), 0)
        await see(pilot, app)
        await pilot.press("enter")
        assert "television" in await see(pilot, app)
        assert screen.pressed() == [LookedUp("4729", found=True)]

    play_call(script, desk=WORKING)


def test_what_others_write_into_a_desk_is_harmless() -> None:
    name = "[red]Helen[/red]\x1b[2J"
    desk = Desk(record={"Name": name}, verify=("Name",), policies=WORKING.policies)

    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        for page in ("record", "verify"):
            await turn(pilot, app, page)
            seen = await see(pilot, app)
            assert "[red]Helen[/red]" in seen
            assert "\x1b" not in seen

    play(script, desk=desk)


def test_a_desk_has_the_pages_that_it_fills() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        seen = await see(pilot, app)
        for title in ("Record", "Policies", "Notes"):
            assert title in seen
        for title in ("Verify", "Tools", "Case"):
            assert title not in seen

    play(script, desk=DESK)


# --- the work after the call ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_an_unsaved_case_keeps_the_screen_until_it_is_saved(size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        screen.tell(OVER, 70 * RATE)
        assert screen.wrapping_up(), "the call asks whether it has to wait"
        seen = await see(pilot, app)
        assert "The call is over. Save the case to finish, or F8 twice. 120 s left." in seen
        assert "Why they called" in seen, "the case lies there"
        assert "Microphone open" not in seen
        assert "F3 Mute" not in seen
        await pilot.press("f3", "f5", *"broken", "tab", "tab", "enter")
        assert screen.wrapping_up(), "until the next drawing"
        app.draw()
        assert not screen.wrapping_up()
        assert screen.pressed() == [Entered({"reason": "broken"})]

    play(script, size=size)


def test_work_goes_on_at_every_page_and_notes_count() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        await turn(pilot, app, "case")
        await pilot.press(*"bro")
        screen.tell(OVER, 70 * RATE)
        assert screen.wrapping_up()
        await see(pilot, app)
        await pilot.press(*"ken")
        await turn(pilot, app, "tools")
        await pilot.press("enter", "enter")
        await pilot.press("f7", *"call back")
        await turn(pilot, app, "case")
        await pilot.press("tab", "tab", "enter")
        app.draw()
        assert not screen.wrapping_up()
        assert screen.pressed() == [Applied("courier", {}), Entered({"reason": "broken"}), Noted("call back")]

    play(script)


def test_work_is_left_unsaved_with_f8_twice() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        screen.tell(OVER, 70 * RATE)
        assert screen.wrapping_up()
        await see(pilot, app)
        await pilot.press("f8")
        assert "Finish without saving? Press F8 again. Esc stays." in await see(pilot, app)
        assert screen.wrapping_up()
        await pilot.press("f8")
        assert not screen.wrapping_up()
        assert screen.pressed() == []

    play(script)


@pytest.mark.parametrize("typed", ["broken", ""])
def test_when_the_time_is_up_what_stands_there_is_saved(typed: str) -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        await turn(pilot, app, "case")
        await pilot.press(*typed)
        screen.tell(OVER, 70 * RATE)
        assert screen.wrapping_up()
        for _ in range(WRAP_UP_DRAWS - 1):
            app.draw()
        assert screen.wrapping_up()
        app.draw()
        assert not screen.wrapping_up()
        assert screen.pressed() == ([Entered({"reason": typed})] if typed else [])

    play(script)


def test_a_case_that_was_saved_ends_at_once() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        await turn(pilot, app, "case")
        await pilot.press("tab", "tab", "enter")
        screen.tell(OVER, 70 * RATE)
        screen.wrapping_up()
        app.draw()
        assert not screen.wrapping_up()

    play(script)


def test_a_terminal_that_goes_away_keeps_nobody_waiting() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        assert screen.wrapping_up()
        app.leave()
        assert not screen.wrapping_up()

    play(script)


def test_without_a_case_the_call_waits_for_nobody() -> None:
    assert not RehearsalScreen(PERSONA, DESK, hints=False).wrapping_up()
    assert not RehearsalScreen(PERSONA, None, hints=False).wrapping_up()


def test_notes_are_settled_once_a_second_after_the_call_too() -> None:
    async def script(pilot: Pilot[None], app: CallApp, screen: RehearsalScreen) -> None:
        screen.tell(OVER, 70 * RATE)
        assert screen.wrapping_up()
        await see(pilot, app)
        await pilot.press("f7", *"x")
        for _ in range(SETTLE_DRAWS):
            app.draw()
        assert screen.pressed() == [Noted("x")]

    play(script)
