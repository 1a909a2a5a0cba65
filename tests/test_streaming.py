"""A live call: partials on the way, and the very finals that grading the recording would give."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from listening import both_tracks, ears

from voicecoach.audio import AudioChunk, Layout, Samples
from voicecoach.call import Call
from voicecoach.devices.documents import read_rubric
from voicecoach.devices.machine import place, read_machine
from voicecoach.devices.models import resolve
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.devices.workers import DelayedWorkers, InlineWorkers, ThreadedWorkers
from voicecoach.events import (
    CallEnded,
    Command,
    Draft,
    Drafted,
    Event,
    Exchanged,
    FinalHeard,
    Notice,
    PartialHeard,
    Recognize,
    Recognized,
    Sounded,
    TurnEnded,
    Withdraw,
)
from voicecoach.listen.agreement import Agreement
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.drafts import Drafts
from voicecoach.listen.limits import Hearing
from voicecoach.ports import Workers
from voicecoach.score.marking import mark
from voicecoach.scorecard import Scorecard
from voicecoach.speech import Speaker, Word
from voicecoach.timeline import RATE, Span, samples

EXCERPT = slice(0, 14 * RATE)
"""Of `interrupting`: both speak, with pauses inside turns and two interruptions."""

HEARING = Hearing(Layout.TWO_CHANNEL, "en", None, keeps_fillers=True)


@cache
def recognizer() -> FasterWhisperRecognizer:
    return FasterWhisperRecognizer(resolve("demo", offline=True), place(read_machine("cpu")))


def excerpt() -> list[Samples]:
    return [track[EXCERPT] for track in both_tracks("interrupting")]


def exchanges(tracks: list[Samples], block: int) -> Iterable[Event]:
    length = len(tracks[0])
    for at in range(0, length, block):
        first, second = (AudioChunk(at, track[at : at + block]) for track in tracks)
        yield Exchanged(first, second)
    yield CallEnded(length)


def run(
    workers: Workers, block: int = 320, *, live: bool = True
) -> tuple[Call, list[tuple[int, Command | Notice]]]:
    """The excerpt through the listening path: the call, and everything asked and told, with when."""
    analysis = Analysis(ears(), HEARING, live=frozenset(Speaker) if live else ())
    log: list[tuple[int, Command | Notice]] = []
    now = 0

    def push(event: Event) -> None:
        for thing in analysis.push(event):
            log.append((now, thing))
            if isinstance(thing, Command):
                workers.submit(thing, now)

    for event in exchanges(excerpt(), block):
        now = event.heard.end if isinstance(event, Exchanged) else now
        push(event)
        for answer in workers.collect(now):
            push(answer)
    while analysis.awaited:
        for answer in workers.finish():
            push(answer)
    return analysis.call(), log


def facts(call: Call) -> tuple[object, ...]:
    return (call.turns, call.overlaps, call.silences, call.prosody, call.baselines, call.limits)


def finals(log: list[tuple[int, Command | Notice]]) -> list[tuple[object, ...]]:
    heard = [thing for _, thing in log if isinstance(thing, FinalHeard)]
    return sorted((f.segment.speaker, f.segment.span, f.words) for f in heard)


@cache
def recorded() -> Call:
    """What grading the recording hears."""
    call, _ = run(InlineWorkers(recognizer(), "en"), live=False)
    return call


@cache
def live_at_once() -> tuple[Call, list[tuple[int, Command | Notice]]]:
    return run(InlineWorkers(recognizer(), "en"))


def card(call: Call) -> Scorecard:
    return mark(call, read_rubric("default"), None)


@pytest.mark.parametrize("delay_s", [0.3, 3.0])
def test_lateness_changes_no_final_and_no_mark(delay_s: float) -> None:
    call, log = run(DelayedWorkers(recognizer(), "en", samples(delay_s)))
    assert facts(call) == facts(recorded())
    assert card(call) == card(recorded())
    assert finals(log) == finals(live_at_once()[1])


def test_a_thread_gives_the_same_call_as_a_recording() -> None:
    with ThreadedWorkers(recognizer(), "en") as workers:
        call, log = run(workers)
    assert facts(call) == facts(recorded())
    assert finals(log) == finals(live_at_once()[1])


def test_answers_at_once_make_the_call_of_a_recording() -> None:
    assert facts(live_at_once()[0]) == facts(recorded())


def test_chopping_changes_no_final() -> None:
    call, log = run(InlineWorkers(recognizer(), "en"), 4001)
    assert facts(call) == facts(recorded())
    assert finals(log) == finals(live_at_once()[1])


def test_a_recording_is_asked_about_once_a_segment() -> None:
    _, log = run(InlineWorkers(recognizer(), "en"), live=False)
    asked = [thing for _, thing in log if not isinstance(thing, FinalHeard)]
    assert asked
    assert all(isinstance(thing, Recognize) and not thing.speculative for thing in asked)
    assert len(asked) == sum(isinstance(thing, FinalHeard) for _, thing in log)


def test_committed_words_never_change_while_a_segment_is_open() -> None:
    committed: dict[Speaker, tuple[str, ...]] = {}
    seen = 0
    for _, thing in live_at_once()[1]:
        if isinstance(thing, PartialHeard):
            before = committed.get(thing.speaker, ())
            assert thing.committed[: len(before)] == before
            committed[thing.speaker] = thing.committed
            seen += bool(before)
        elif isinstance(thing, FinalHeard):
            committed[thing.segment.speaker] = ()
    assert seen > 5


def test_partials_come_before_their_final_and_finals_at_the_hard_end() -> None:
    log = live_at_once()[1]
    for at, final in ((at, thing) for at, thing in log if isinstance(thing, FinalHeard)):
        waited_s = (at - final.segment.span.end) / RATE
        assert (
            waited_s < 0.6 or at == EXCERPT.stop
        )  # hard end 0.5 s, one block of 32 ms, the run's last frames
    first_final = next(i for i, (_, thing) in enumerate(log) if isinstance(thing, FinalHeard))
    assert any(isinstance(thing, PartialHeard) and thing.committed for _, thing in log[:first_final])


def test_what_is_asked_on_speculation_is_the_final_or_withdrawn() -> None:
    _, log = run(DelayedWorkers(recognizer(), "en", 10 * RATE))
    early = {t.segment.id for _, t in log if isinstance(t, Recognize) and t.speculative}
    certain = {t.segment.id for _, t in log if isinstance(t, Recognize) and not t.speculative}
    withdrawn = {t.segment_id for _, t in log if isinstance(t, Withdraw)}
    final = {t.segment.id for _, t in log if isinstance(t, FinalHeard)}
    assert early
    assert withdrawn <= early
    assert final == (early - withdrawn) | certain


def test_an_answer_for_a_segment_that_is_over_is_dropped() -> None:
    analysis = Analysis(ears(), HEARING, live=frozenset(Speaker))
    drafts: list[Draft] = []
    for event in exchanges(excerpt(), 320):
        found = analysis.push(event)
        drafts += [thing for thing in found if isinstance(thing, Draft)]
        for question in (thing for thing in found if isinstance(thing, Recognize)):
            analysis.push(Recognized(question.segment.id, ()))
    assert drafts
    for draft in drafts:
        assert analysis.push(Drafted(draft.draft_id, ("ghost",), 0)) == []
    assert analysis.push(Recognized(10_000, (Word("ghost", Span(0, RATE), 1.0),))) == []
    assert all("ghost" not in turn.text for turn in analysis.call().turns)


def test_prosody_is_told_as_it_sounds() -> None:
    call, log = live_at_once()
    for speaker in (Speaker.TRAINEE, Speaker.CALLER):
        told = [t.frames for _, t in log if isinstance(t, Sounded) and t.speaker is speaker]
        f0_hz = np.concatenate([frames.f0_hz for frames in told])
        assert np.array_equal(f0_hz, call.tracks[speaker].f0_hz[: len(f0_hz)])
        assert len(f0_hz) > len(call.tracks[speaker].f0_hz) - 50  # all but the last half second


def test_turns_end_where_the_speaker_stops_after_a_wait_that_fits() -> None:
    call, log = live_at_once()
    ends = [(thing.speaker, thing.end) for _, thing in log if isinstance(thing, TurnEnded)]
    assert len(ends) >= 3
    for speaker, end in ends:
        runs = [run for turn in call.turns_of(speaker) for run in turn.speech]
        assert end.speech_end in [run.end for run in runs]
        assert samples(0.5) <= end.decided - end.speech_end <= samples(1.8)
        assert not any(end.speech_end < run.end - 1 and run.start < end.decided for run in runs)


def test_a_greeting_ends_its_turn_at_the_shortest_wait() -> None:
    ends = [thing.end for _, thing in live_at_once()[1] if isinstance(thing, TurnEnded)]
    assert ends[0].decided - ends[0].speech_end == samples(0.5)
    assert "make a whole" in ends[0].reason


WORDS = st.lists(st.sampled_from(["I", "am", "sorry", "no", "no.", "so", "Sorry"]), max_size=8)


@given(st.lists(st.tuples(WORDS, st.booleans()), max_size=8))
def test_agreement_never_takes_a_word_back(answers: list[tuple[list[str], bool]]) -> None:
    agreement = Agreement()
    for words, better in answers:
        before = agreement.committed
        (agreement.settle if better else agreement.push)(words)
        assert agreement.committed[: len(before)] == before


def test_two_hypotheses_must_agree_and_the_last_word_waits() -> None:
    agreement = Agreement()
    agreement.push(["I", "am", "so"])
    assert agreement.words == ("I", "am", "so")
    assert agreement.committed == ()
    agreement.push(["i", "am", "sorry"])
    assert agreement.committed == ("i", "am")
    assert agreement.tentative == ("sorry",)
    agreement.push(["I", "am", "sorry"])
    assert agreement.committed == ("i", "am"), "the last word may be half a word"
    agreement.push(["I", "am", "sorry", "about"])
    assert agreement.committed == ("i", "am", "sorry")


def test_after_a_pause_hypotheses_go_on_where_the_settled_text_ends() -> None:
    agreement = Agreement()
    agreement.push(["I", "am", "sorry", "about"])
    agreement.push(["I", "am", "sorry", "about"])
    agreement.settle(["I", "am", "so", "sorry", "about", "that."])
    assert agreement.committed[-2:] == ("about", "that.")
    agreement.push(["Let", "me"])
    agreement.push(["Let", "me", "see"])
    assert agreement.committed[-3:] == ("that.", "Let", "me")


def test_a_slow_recognizer_is_asked_less_often() -> None:
    def asked(took_s: float) -> list[int]:
        drafts, times = Drafts(), []
        for now in range(0, 10 * RATE, 512):
            if drafts.due(0, now):
                drafts.asked(len(times), now)
                times.append(now)
                drafts.push(Drafted(len(times) - 1, ("word",), samples(took_s)))
        return times

    quick, slow = asked(0.1), asked(1.0)
    assert min(b - a for a, b in pairwise(quick)) >= samples(0.6)
    assert max(b - a for a, b in pairwise(quick)) < samples(0.7)
    assert min(b - a for a, b in pairwise(slow)) >= samples(2.5)


class Broken:
    """A recognizer whose graphics card was unplugged."""

    def draft(self, *_: object) -> tuple[str, ...]:
        raise RuntimeError("gone")

    recognize = draft


def test_an_error_in_the_thread_reaches_who_waits() -> None:
    with ThreadedWorkers(Broken(), "en") as workers:  # type: ignore[arg-type]
        workers.submit(Draft(1, Speaker.TRAINEE, AudioChunk(0, np.zeros(RATE, np.float32))), RATE)
        question = next(t for _, t in live_at_once()[1] if isinstance(t, Recognize))
        workers.submit(question, RATE)
        with pytest.raises(RuntimeError, match="gone"):
            workers.finish()
