"""The desk in typed lines: what is answered, what is done, what is refused with a remedy."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from io import StringIO

import pytest
from call_notices import DESK, PERSONA, WORKING

from voicecoach.apps.call_state import CallState
from voicecoach.apps.plain_screen import PlainScreen
from voicecoach.apps.screen.desk_words import DeskWords
from voicecoach.conversation import Ending
from voicecoach.desk import Desk
from voicecoach.desk_log import Applied, DeskAct, Entered, LookedUp, ReadPolicy, Verified
from voicecoach.events import CallOver, Control, Key, Pressed
from voicecoach.timeline import RATE

OVER = CallOver(Ending.CALLER_HUNG_UP, 70 * RATE, "had enough")


class AtDesk:
    """Somebody who types at a desk, in a call that was answered."""

    def __init__(self, desk: Desk = WORKING, *, answered: bool = True) -> None:
        self.call = CallState(desk)
        self.acts: list[DeskAct] = []
        self.words = DeskWords(self.call, self.acts.append)
        if answered:
            self.call.tell(Pressed(Key.ANSWER), 65 * RATE)

    def type(self, line: str) -> list[str] | None:
        return self.words.obey(line)


@pytest.fixture
def found() -> AtDesk:
    """The record is open."""
    desk = AtDesk()
    desk.type("find 4729")
    desk.acts.clear()
    return desk


RECORD = [
    "Record:",
    "  Name: Helen Street",
    "  Address: 20 Lake Street, Seattle",
    "Order:",
    "  Order: 4729",
    "  Item: television, ninety dollars",
]


def test_the_record_is_closed_until_it_is_found() -> None:
    desk = AtDesk()
    closed = ["-- The record is closed. Find it first: find and a number or a name."]
    assert desk.type("record") == closed
    assert desk.type("verify Name") == closed
    everything = desk.type("desk")
    assert everything is not None
    assert "Record: closed until you find it." in everything
    assert "  Order: 4729" not in everything
    assert desk.type("find 4711") == []
    assert desk.type("record") == closed
    assert desk.type("find Helen Street") == RECORD
    assert desk.type("record") == RECORD
    assert desk.acts == [LookedUp("4711", found=False), LookedUp("Helen Street", found=True)]


def test_entries_are_ticked_and_taken_back(found: AtDesk) -> None:
    unticked = ["[ ] Name: Helen Street", "[ ] Order: 4729"]
    assert found.type("verify") == unticked
    assert found.type("verify order") == [unticked[0], "[x] Order: 4729"]
    assert found.type("verify Name, Order") == ["[x] Name: Helen Street", "[x] Order: 4729"]
    assert found.type("verify none") == unticked
    assert found.acts == [Verified(("Order",)), Verified(("Name", "Order")), Verified(())]


def test_policies_are_listed_and_read(found: AtDesk) -> None:
    assert found.type("policies") == ["Refunds", "Sending it back"]
    assert found.acts == []
    assert found.type("policy send") == ["Policy: Sending it back", "  A courier collects it."]
    assert found.acts == [ReadPolicy("Sending it back")]


def test_tools_are_listed_and_applied(found: AtDesk) -> None:
    assert found.type("apply refund amount=ninety dollars; speed=exp") == []
    assert found.type("apply refund amount = $90") == [], "the rest stays as it was"
    assert found.type("apply c") == []
    assert found.type("tools") == [
        "Tool courier: Order a courier (done at 1:05)",
        "Tool refund: Refund (done at 1:05)",
        "  amount: Amount = $90",
        "  speed: How fast (standard, express) = express",
        "Tool gift: Send a gift",
    ]
    assert found.acts == [
        Applied("refund", {"amount": "ninety dollars", "speed": "express"}),
        Applied("refund", {"amount": "$90", "speed": "express"}),
        Applied("courier", {}),
    ]


def test_the_case_is_saved_in_pieces(found: AtDesk) -> None:
    assert found.type("case") == [
        "Case (not saved yet):",
        "  reason: Why they called",
        "  result: Result (refund, replacement)",
    ]
    assert found.type("case reason=It is Broken") == []
    assert found.type("CASE RES=ref") == []
    assert found.type("case") == [
        "Case (saved at 1:05):",
        "  reason: Why they called = It is Broken",
        "  result: Result (refund, replacement) = refund",
    ]
    assert found.acts == [
        Entered({"reason": "It is Broken"}),
        Entered({"reason": "It is Broken", "result": "refund"}),
    ]


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("find", "Find what? Type find and a number or a name."),
        ("re", "'re' may be record or repeat or resume: type more of it."),
        ("d", "'d' may be desk or done: type more of it."),
        ("verify Name, shoe size", "'shoe size' is none of: Name, Order."),
        ("policy warranty", "'warranty' is none of: Refunds, Sending it back."),
        ("apply", "'' is none of: courier, refund, gift."),
        ("apply money", "'money' is none of: courier, refund, gift."),
        ("apply refund", "refund needs more: apply refund amount=...; speed=..."),
        ("apply refund amount=$90", "refund needs more: apply refund speed=..."),
        ("apply refund $90", "'$90' names no value: type amount=... with ; between fields."),
        ("apply refund amount=", "'amount=' names no value: type amount=... with ; between fields."),
        ("apply refund sum=$90", "'sum' is none of: amount, speed."),
        ("apply refund amount=$90; speed=now", "'now' is none of: standard, express."),
        ("apply gift size=big", "It takes no values: leave 'size=big' out."),
        ("case re=broken", "'re' may be reason or result: type more of it."),
        ("case reason=broken; result=rain", "'rain' is none of: refund, replacement."),
    ],
)
def test_a_mistake_changes_nothing_and_gets_one_line(found: AtDesk, line: str, remedy: str) -> None:
    assert found.type(line) == [f"-- {remedy}"]
    assert found.acts == []
    assert found.call.desk.case.values == {}
    assert found.call.desk.tools["refund"].values == {}


def test_what_is_not_there_is_said() -> None:
    desk = AtDesk(DESK)
    for line, remedy in {
        "find 1": "Nothing has to be found at this desk: type record.",
        "verify": "Nothing has to be verified at this desk.",
        "tools": "There are no tools at this desk.",
        "apply x": "There are no tools at this desk.",
        "case": "There is no case to enter at this desk: note and what you want to note.",
    }.items():
        assert desk.type(line) == [f"-- {remedy}"]
    assert AtDesk(Desk()).type("policies") == ["-- There are no policies at this desk."]
    assert AtDesk(Desk()).type("desk") == ["Nothing is known about this caller."]


@pytest.mark.parametrize("line", ["find 4729", "policy Refunds", "apply courier", "case reason=broken"])
def test_nothing_is_done_while_it_rings(line: str) -> None:
    desk = AtDesk(answered=False)
    assert desk.type(line) == ["-- It rings: type answer first."]
    assert desk.acts == []
    assert not desk.call.desk.open
    assert desk.call.desk.case.values == {}


@pytest.mark.parametrize("line", ["", "shout", "bye", "h", "note", "x policies"])
def test_other_words_are_none_of_the_desks(line: str) -> None:
    assert AtDesk().type(line) is None


# --- on the screen ---------------------------------------------------------------------------------------


def call_that_ends(types: int, lines: bytes, out: StringIO) -> Callable[[PlainScreen], list[Control]]:
    """Answered at once; the caller hangs up, and `lines` are typed once the trainee is told what to do."""

    def call(screen: PlainScreen) -> list[Control]:
        found: list[Control] = []

        def take() -> None:
            for control in screen.pressed():
                found.append(control)
                screen.tell(control, OVER.at)

        screen.tell(Pressed(Key.ANSWER), 0)
        screen.tell(OVER, OVER.at)
        typed = False
        while screen.wrapping_up():
            if not typed and "or type done" in out.getvalue():
                typed = os.write(types, lines) > 0
            take()
        take()
        return found

    return call


def ended(keyboard: tuple[int, int], lines: bytes, desk: Desk = WORKING) -> tuple[list[Control], str]:
    reads, types = keyboard
    out = StringIO()
    screen = PlainScreen(PERSONA, desk, hints=False, out=out, keys=reads)
    return screen.run(call_that_ends(types, lines, out)), out.getvalue()


def test_what_is_done_has_a_line_with_the_calls_time(keyboard: tuple[int, int]) -> None:
    reads, types = keyboard
    os.write(types, b"\n")
    out = StringIO()

    def call(screen: PlainScreen) -> None:
        screen.tell(Pressed(Key.ANSWER), 0)
        acts = (
            LookedUp("4711", found=False),
            LookedUp("4729", found=True),
            Verified(("Name",)),
            Verified(()),
            ReadPolicy("Refunds"),
            Applied("courier", {}),
            Applied("refund", {"amount": "$90"}),
            Entered({"reason": "broken"}),
        )
        for at_s, act in enumerate(acts, start=10):
            screen.tell(act, at_s * RATE)

    PlainScreen(PERSONA, WORKING, hints=False, out=out, keys=reads).run(call)
    assert out.getvalue().splitlines()[-8:] == [
        " 0:10  -- no record found for '4711': check it and search again",
        " 0:11  -- record found for '4729'",
        " 0:12  -- verified: Name",
        " 0:13  -- verified: nothing",
        " 0:14  -- policy read: Refunds",
        " 0:15  -- done: Order a courier",
        " 0:16  -- done: Refund (amount=$90)",
        " 0:17  -- case saved (reason=broken)",
    ]


def test_after_the_call_the_case_is_finished(keyboard: tuple[int, int]) -> None:
    found, said = ended(keyboard, b"mute\ncase reason=broken\napply courier\ncase result=refund\n")
    assert found == [
        Entered({"reason": "broken"}),
        Applied("courier", {}),
        Entered({"reason": "broken", "result": "refund"}),
    ]
    assert "-- Finish the case: case reason=...; result=...\n" in said
    assert "or type done. After 120 s it is left as it stands." in said
    assert "-- The call is over. Type done when the case is finished." in said
    assert " 1:10  -- case saved (reason=broken; result=refund)" in said


@pytest.mark.parametrize("word", [b"done\n", b"bye\n"])
def test_a_word_leaves_the_case_as_it_stands(keyboard: tuple[int, int], word: bytes) -> None:
    found, _ = ended(keyboard, b"case reason=broken\n" + word)
    assert found == [Entered({"reason": "broken"})]


def test_without_a_case_nobody_waits(keyboard: tuple[int, int]) -> None:
    found, said = ended(keyboard, b"", desk=DESK)
    assert found == []
    assert "Finish the case" not in said


def test_without_an_input_nobody_waits() -> None:
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 -- a descriptor is wanted
        screen = PlainScreen(PERSONA, WORKING, hints=False, out=StringIO(), keys=nothing.fileno())
        waited = threading.Event()

        def call(shown: PlainScreen) -> bool:
            while shown.wrapping_up():
                waited.set()
            return True

        assert screen.run(call)


def test_done_during_the_call_ends_nothing(keyboard: tuple[int, int]) -> None:
    reads, types = keyboard
    os.write(types, b"done\nbye\n")
    out = StringIO()

    def call(screen: PlainScreen) -> list[Control]:
        found: list[Control] = []
        while Pressed(Key.HANG_UP) not in found:
            found += screen.pressed()
        return found

    screen = PlainScreen(PERSONA, WORKING, hints=False, out=out, keys=reads)
    assert screen.run(call) == [Pressed(Key.HANG_UP)]
    assert "-- The call goes on. Type bye to hang up." in out.getvalue()
