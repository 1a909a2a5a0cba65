"""Trying a call again: what is replayed is the call itself, to the bit; from there on it may go otherwise.

One short call with an interruption is played through the real stack and kept; all tests go back to it.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from tests.held_calls import CALL, OTHERWISE, SEED, Kept, Listener, hold
from tests.kept_calls import header
from tests.stories.stage import espeak, studio
from voicecoach.apps.call_loop import CallLoop, Crew
from voicecoach.apps.debrief import show_debrief
from voicecoach.apps.library import open_library
from voicecoach.apps.rehearsal_facts import Retried, facts_of, read_facts
from voicecoach.apps.replay_command import report_page
from voicecoach.apps.retry_setup import Turning, cast_again
from voicecoach.apps.retrying import Past, Unanswered, past_of, turn_starts
from voicecoach.audio import AudioChunk
from voicecoach.cli.rehearsing import app
from voicecoach.conversation import Ending, Line, Move
from voicecoach.devices.call_files import LOG
from voicecoach.devices.line_bank import InlineVoice
from voicecoach.devices.media import read_blocks
from voicecoach.devices.workers import DelayedWorkers
from voicecoach.errors import InputError
from voicecoach.events import (
    CallEnded,
    CallerBegan,
    Discard,
    Exchanged,
    FloorTaken,
    Recognize,
    Recognized,
    Render,
    Withdraw,
)
from voicecoach.kept import CallLog
from voicecoach.speech import Speaker, SpeechSegment
from voicecoach.spoken import Delivery
from voicecoach.timeline import Span, samples

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("data")
        patch.setenv("XDG_DATA_HOME", str(root))
        patch.setenv("COLUMNS", "80")
        yield root


@pytest.fixture(scope="module")
def first(data: Path) -> Kept:
    return hold(data, CALL)


@pytest.fixture(scope="module")
def again(data: Path, first: Kept) -> Kept:
    """The same call, tried again from the interruption."""
    past = past_of(first.log, first.recording, 3)
    return hold(data, OTHERWISE, replace(past, voice=espeak()))


def replayed(past: Past) -> tuple[CallLoop, Listener]:
    """A fresh rehearsal, brought to where `past` ends; nobody answers it."""
    stage, listener = studio(), Listener()
    recognizer = stage.grader.recognizer
    assert recognizer is not None
    workers = DelayedWorkers(recognizer, "en", samples(1000.0))
    loop = CallLoop(stage.rehearsal(SEED), Crew(workers, InlineVoice(espeak()), list, listener))
    loop.replay(past)
    return loop, listener


def test_a_replay_to_the_end_is_the_call_to_the_bit(first: Kept) -> None:
    log = first.log
    end = next(entry for entry in log.entries if isinstance(entry.what, CallEnded))
    loop, listener = replayed(Past(log, first.recording, end.at, 1))
    assert loop.now == end.at
    assert len(listener.entries) > 30
    assert listener.entries == list(log.entries[: log.entries.index(end)])


def test_every_part_of_a_call_replays_to_the_same(first: Kept) -> None:
    log = first.log
    for turn in range(1, len(turn_starts(log)) + 1):
        past = past_of(log, first.recording, turn)
        _, listener = replayed(past)
        assert listener.entries == [entry for entry in log.entries if entry.at <= past.until]


def test_a_second_try_begins_as_the_first_did(first: Kept, again: Kept) -> None:
    retried = again.rehearsed.facts.retried
    assert retried == Retried(first.id, 3, past_of(first.log, first.recording, 3).until)
    before, after = ([e for e in log.entries if e.at <= retried.at] for log in (first.log, again.log))
    assert before == after
    sounds = [
        np.concatenate(list(read_blocks(one.recording)), axis=1)[:, : retried.at] for one in (first, again)
    ]
    np.testing.assert_array_equal(*sounds)


def test_a_second_try_may_go_otherwise(first: Kept, again: Kept) -> None:
    assert again.rehearsed.over.ending is Ending.TRAINEE_HUNG_UP
    assert again.log.entries != first.log.entries
    texts = [" ".join(turn.text for turn in one.rehearsed.graded.call.turns) for one in (first, again)]
    assert texts[0] != texts[1]
    assert len(again.rehearsed.facts.turns) >= 3


@pytest.mark.parametrize("spoken", [True, False])
def test_a_line_that_goes_on_is_spoken_again(first: Kept, *, spoken: bool) -> None:
    """The trainee interrupts in turn 3, so the caller is speaking when they take over."""
    past = replace(past_of(first.log, first.recording, 3), voice=espeak() if spoken else None)
    rehearsal = studio().rehearsal(SEED)
    began: list[CallerBegan] = []
    for event in past.events():
        if isinstance(event, Exchanged):
            rehearsal.next_block(len(event.heard.samples))
        began += [thing for thing in rehearsal.push(event) if isinstance(thing, CallerBegan)]
    playout = rehearsal.next_block(samples(0.3))
    assert began[-1].at < past.until, "the caller is in the middle of it"
    assert (float(np.abs(playout).max()) > 0.05) is spoken


def test_both_moods_are_known_after_a_second_try(first: Kept, again: Kept) -> None:
    facts = again.rehearsed.facts
    assert facts.earlier == first.rehearsed.facts.trace
    assert facts.earlier_turns == first.rehearsed.facts.turns
    assert read_facts(again.folder, again.folder.parent) == facts
    assert read_facts(first.folder, first.folder.parent) == first.rehearsed.facts


def test_a_second_try_outlives_the_first(again: Kept, tmp_path: Path) -> None:
    alone = read_facts(again.folder, tmp_path)
    assert alone is not None
    assert alone.retried is not None
    assert alone.earlier is None
    shutil.copytree(again.folder, tmp_path / "copy")
    (tmp_path / "copy" / LOG).unlink()
    assert read_facts(tmp_path / "copy", tmp_path) is None


def test_the_debrief_compares_and_says_how_to_go_on(first: Kept, again: Kept) -> None:
    out = io.StringIO()
    show_debrief(Console(file=out, width=100), again.rehearsed)
    told = out.getvalue()
    assert told.index("Keep doing") < told.index("Work on") < told.index("The caller's anger")
    assert told.index("The caller's anger") < told.index("This time") < told.index("Scorecard")
    row = next(line.split() for line in told.splitlines() if line.split()[:1] == ["3"])
    assert len(row) == 5, "turn, then anger and band of both calls"
    assert f"voicecoach rehearse --retry {again.id} --turn N" in told
    out = io.StringIO()
    show_debrief(Console(file=out, width=100), first.rehearsed)
    assert "This time" not in out.getvalue()


def test_a_call_that_does_not_replay_is_refused(first: Kept, data: Path) -> None:
    """As when another version listens: the trainee would take over from nowhere."""
    log = first.log
    entries = tuple(
        replace(entry, what=replace(entry.what, at=entry.what.at - 320))
        if isinstance(entry.what, FloorTaken)
        else entry
        for entry in log.entries
    )
    past = past_of(replace(log, entries=entries), first.recording, 2)
    with pytest.raises(InputError, match="cannot be tried again"):
        hold(data, OTHERWISE, past)


def test_the_screen_says_where_the_trainee_takes_over(first: Kept, again: Kept) -> None:
    before, after = again.said.split("This is where your turn began.")
    assert f"Back to turn 3 of call {first.id}" in before
    assert "Good morning" in before
    assert "over" in after


def test_everybody_is_who_they_were(first: Kept) -> None:
    cast = cast_again(Turning(first.id[:-1], 2))
    stage = studio()
    assert cast.persona == stage.persona
    assert cast.plan.rubric == stage.grader.rubric
    assert (cast.seed, cast.past and cast.past.turn) == (SEED, 2)
    assert cast_again(Turning(first.id, 2), "lost-luggage").persona == cast.persona


def test_what_cannot_be_tried_again_is_said(first: Kept) -> None:
    with pytest.raises(InputError, match="lost-luggage called, not returns-desk"):
        cast_again(Turning(first.id, 1), "returns-desk")
    with pytest.raises(InputError, match=r"there is no turn 99"):
        cast_again(Turning(first.id, 99))
    with pytest.raises(InputError, match=r"is no call's id"):
        cast_again(Turning("../../etc", 1))
    hidden = first.recording.rename(first.recording.with_suffix(".away"))
    try:
        with pytest.raises(InputError, match=r"its recording .* is gone"):
            cast_again(Turning(first.id, 1))
    finally:
        hidden.rename(first.recording)


def test_a_header_that_names_a_path_is_refused() -> None:
    settings = {"retries": {"call": "../../secret", "turn": 1, "at": 0}}
    with pytest.raises(InputError, match=r"is no call's id"):
        facts_of(CallLog(replace(header(), settings=settings), ()))


def test_the_report_compares_both_tries(first: Kept, again: Kept) -> None:
    with open_library() as library:
        page = report_page(library, library.store.find(again.id)).read_text("utf-8")
    assert 'id="mood"' in page
    assert f'"earlier":{{"name":"{first.id}"' in page
    assert f"Tried again from turn 3 of call {first.id}" in page
    assert f"voicecoach rehearse --retry {again.id} --turn 1" in page


def test_calls_are_listed_apart(first: Kept, again: Kept) -> None:
    with open_library() as library:
        assert {call.id for call in library.store.calls()} == {first.id, again.id}


def recognize(number: int) -> Recognize:
    segment = SpeechSegment(number, Speaker.TRAINEE, Span(0, 320))
    return Recognize(segment, AudioChunk(0, np.zeros(320, np.float32)), (Span(0, 320),))


def render(number: int) -> Render:
    return Render(Line(number, Move.OPENS, "So.", Delivery("en-us")))


def test_what_the_log_does_not_answer_is_asked_again() -> None:
    unanswered = Unanswered()
    asked = [recognize(1), recognize(2), render(1), recognize(3), render(2), render(3)]
    unanswered.asked([*asked, Withdraw(1), Discard(1)])
    unanswered.answered(Recognized(2, ()))
    assert unanswered.rest() == [asked[3], asked[4], asked[5]]


@pytest.mark.parametrize(
    ("command", "remedy"),
    [
        (["rehearse"], "name a persona who calls, or a call to --retry"),
        (["rehearse", "--retry", "2026"], "--retry CALL and --turn N go together"),
        (["demo", "--turn", "2"], "--retry CALL and --turn N go together"),
        (
            ["rehearse", "--retry", "2026", "--turn", "2", "--seed", "1"],
            "model, rubric, level and seed from the call",
        ),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(command: list[str], remedy: str) -> None:
    done = CliRunner().invoke(app, command, env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert remedy in " ".join(done.output.split())
