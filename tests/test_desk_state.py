"""The desk as it is known to the screen, and what is held against the story afterwards."""

from __future__ import annotations

from call_notices import DESK, WORKING

from voicecoach.apps.call_state import CallState
from voicecoach.apps.screen.desk_state import DeskState
from voicecoach.apps.screen.wrap_up import DRAWS_A_SECOND, WRAP_UP_DRAWS, WrapUp
from voicecoach.desk import Desk
from voicecoach.desk_log import Applied, DeskAct, DeskEntry, Entered, LookedUp, ReadPolicy, Verified
from voicecoach.desk_review import DeskFinding, review
from voicecoach.timeline import RATE

RIGHT = {"amount": "$90", "speed": "standard"}
CASE = {"reason": "The set is broken.", "result": "refund"}


def test_the_record_opens_when_a_search_finds_it() -> None:
    state = DeskState(WORKING)
    assert not state.open
    assert state.search("4711", 1) == LookedUp("4711", found=False)
    assert not state.open
    assert state.search("helen street", 2) == LookedUp("helen street", found=True)
    assert state.open
    state.search("4711", 3)
    assert state.open, "what was found stays open"
    assert DeskState(DESK).open, "where nothing is searched for"


def test_ticks_come_in_the_desks_order() -> None:
    state = DeskState(WORKING)
    assert state.tick({"Order"}, 1) == Verified(("Order",))
    assert state.tick({"Order", "Name"}, 2) == Verified(("Name", "Order"))
    assert state.tick(set(), 3) == Verified(())


def test_what_is_known_under_a_name_is_of_the_record_or_an_order() -> None:
    state = DeskState(WORKING)
    assert state.known("Address") == "20 Lake Street, Seattle"
    assert state.known("Order") == "4729"
    assert state.known("Shoe size") == ""


def test_a_case_is_unsaved_until_it_is_saved_as_it_stands() -> None:
    state = DeskState(WORKING)
    assert state.unsaved
    state.case.typed["reason"] = "  broken "
    assert state.save(RATE) == Entered({"reason": "broken"}), "empty fields say nothing"
    assert not state.unsaved
    state.case.typed["reason"] = "broken "
    assert not state.unsaved, "a space at the end is no change"
    state.case.typed["result"] = "refund"
    assert state.unsaved
    assert not DeskState(DESK).unsaved, "there is no case to save"


def test_what_was_done_gets_its_time_from_the_call() -> None:
    state = DeskState(WORKING)
    state.tools["refund"].typed.update(RIGHT)
    applied = state.apply("refund", 5 * RATE)
    state.tools["refund"].typed["amount"] = "eighty dollars"
    state.tell(applied, 6 * RATE)
    sheet = state.tools["refund"]
    assert (sheet.done, sheet.done_at) == (RIGHT, 6 * RATE)
    assert sheet.typed["amount"] == "eighty dollars", "typed since, and kept"
    assert sheet.changed
    assert state.outside == 0


def test_ticks_that_come_back_late_take_none_back() -> None:
    state = DeskState(WORKING)
    first = state.tick({"Name"}, 1)
    state.tick({"Name", "Order"}, 2)
    state.tell(first, 3)
    assert state.ticked == ("Name", "Order")


def test_what_somebody_else_does_shows_as_if_done_here() -> None:
    call = CallState(WORKING)
    acts: tuple[DeskAct, ...] = (
        LookedUp("4729", found=True),
        Verified(("Name",)),
        ReadPolicy("Refunds"),
        Applied("refund", RIGHT),
        Applied("unheard of", {}),
        Entered(CASE),
    )
    for at_s, act in enumerate(acts):
        call.tell(act, at_s * RATE)
    desk = call.desk
    assert desk.open
    assert desk.ticked == ("Name",)
    assert desk.reading == WORKING.policies[0]
    assert (desk.tools["refund"].typed, desk.tools["refund"].done_at) == (RIGHT, 3 * RATE)
    assert not desk.unsaved
    assert desk.outside == len(acts)
    assert call.ringing, "nobody has answered by that"


# --- the work after the call ---------------------------------------------------------------------------


def test_work_after_the_call_begins_when_it_is_asked_for_and_ends_once() -> None:
    work = WrapUp(wanted=True)
    assert not work.running
    assert work.going_on()
    assert work.running
    work.end()
    assert not work.running
    assert not work.going_on()


def test_work_that_is_not_wanted_never_begins() -> None:
    work = WrapUp(wanted=False)
    assert not work.going_on()
    assert not work.running


def test_work_after_the_call_has_its_time() -> None:
    work = WrapUp(wanted=True)
    assert work.left_s == WRAP_UP_DRAWS / DRAWS_A_SECOND
    assert not any(work.count_down() for _ in range(WRAP_UP_DRAWS - 1))
    assert work.left_s == 1
    assert work.count_down()


# --- held against the story ----------------------------------------------------------------------------


def entries(*acts: DeskAct) -> list[DeskEntry]:
    """An act a second."""
    return [DeskEntry(at_s * RATE, act) for at_s, act in enumerate(acts, start=1)]


def wrong(found: list[DeskFinding]) -> list[str]:
    return [f"{one.text} | {one.wanted}" for one in found if one.right is False]


def test_all_that_was_right_is_right() -> None:
    found = review(
        WORKING,
        entries(
            LookedUp("4729", found=True),
            Verified(("Name", "Order")),
            ReadPolicy("Refunds"),
            Applied("courier", {}),
            Applied("refund", RIGHT),
            Entered(CASE),
        ),
    )
    assert [(one.at and one.at // RATE, one.text, one.right) for one in found] == [
        (1, "Searched for “4729”", True),
        (2, "Verified: Name, Order", None),
        (3, "Read “Refunds”", None),
        (4, "Order a courier", True),
        (5, "Refund", True),
        (5, "Amount: “$90”", True),
        (5, "How fast: “standard”", True),
        (6, "Saved the case", None),
        (6, "Why they called: “The set is broken.”", True),
        (6, "Result: “refund”", True),
    ]


def test_what_was_wrong_is_quoted_with_what_would_have_been_right() -> None:
    found = review(
        WORKING,
        entries(
            LookedUp("4711", found=False),
            Verified(("Name",)),
            Applied("refund", {"amount": "nine dollars", "speed": "express"}),
            Applied("gift", {}),
            Entered({"reason": "nothing works"}),
        ),
    )
    assert found[0] == DeskFinding(RATE, "Searched for “4711”", None, "found nothing")
    assert wrong(found) == [
        "Refund | came before: Order a courier; was done before the caller was verified",
        "Amount: “nine dollars” | right: ninety dollars",
        "How fast: “express” | right: standard",
        "Send a gift | is no remedy here; was done before the caller was verified",
        "Why they called: “nothing works” | right: broken",
        "Result: empty | right: refund",
        "Not verified: Order | ",
        "Not done: Order a courier | ",
    ]


def test_only_the_last_values_count() -> None:
    found = review(
        WORKING,
        entries(
            Verified(("Name", "Order")),
            Applied("courier", {}),
            Applied("refund", {"amount": "nine dollars", "speed": "express"}),
            Entered({"reason": "nothing works"}),
            Applied("refund", RIGHT),
            Entered(CASE),
        ),
    )
    assert wrong(found) == []
    assert [one.text for one in found if one.text.endswith("later")] == [
        "Refund, done anew later",
        "Saved the case, saved anew later",
    ]


def test_what_was_never_done_is_missing() -> None:
    assert wrong(review(WORKING, ())) == [
        "Not verified: Name, Order | ",
        "Not done: Order a courier | ",
        "Not done: Refund | ",
        "The case was not saved | ",
        "Why they called: empty | right: broken",
        "Result: empty | right: refund",
    ]
    assert review(DESK, ()) == []
    assert review(Desk(), ()) == []
