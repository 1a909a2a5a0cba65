"""Turns, backchannels and overlaps from runs of voice; times in seconds, derived in the comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.backchannels import is_backchannel
from voicecoach.listen.overlaps import OverlapSettings, find_overlaps
from voicecoach.listen.turns import TurnSettings, Utterance, backchannels, take_turns, utterances
from voicecoach.speech import Overlap, OverlapKind, Speaker, Turn, Word
from voicecoach.timeline import Span, merge

TRAINEE, CALLER = Speaker.TRAINEE, Speaker.CALLER
Times = Sequence[tuple[float, float]]


def spoken(
    trainee: Times, caller: Times, words: Mapping[Speaker, str] | None = None
) -> dict[Speaker, list[Utterance]]:
    """Utterances of both; `words` puts one text into the middle of a speaker's last run."""
    said = {}
    for speaker, times in ((TRAINEE, trainee), (CALLER, caller)):
        runs = [Span.from_seconds(a, b) for a, b in times]
        text = (words or {}).get(speaker, "")
        heard = [Word(part, runs[-1], 0.9) for part in text.split()] if text else []
        said[speaker] = utterances(speaker, runs, heard, TurnSettings())
    return said


def turns(said: dict[Speaker, list[Utterance]]) -> list[Turn]:
    return take_turns(said, backchannels(said, TurnSettings()), TurnSettings())


def overlaps(said: dict[Speaker, list[Utterance]], raised_s: Times = ()) -> list[Overlap]:
    """Overlaps at one level for all, the trainee 6 dB louder during `raised_s`."""
    levels = {speaker: np.full(3000, -20.0, np.float32) for speaker in (TRAINEE, CALLER)}
    for a, b in raised_s:
        levels[TRAINEE][round(a * 100) : round(b * 100)] += 6
    return find_overlaps(said, levels, backchannels(said, TurnSettings()), OverlapSettings())


def test_a_turn_lasts_until_the_other_takes_the_floor() -> None:
    # The trainee pauses for 1 s at 2.0 and goes on; the caller answers at 5.0.
    found = turns(spoken([(0, 2), (3, 4.5)], [(5, 6)]))
    assert [(t.speaker, t.span) for t in found] == [
        (TRAINEE, Span.from_seconds(0, 4.5)),
        (CALLER, Span.from_seconds(5, 6)),
    ]
    assert [t.id for t in found] == [0, 1]


def test_a_long_silence_ends_the_turn() -> None:
    # 3.5 s of silence is more than a pause: a hold, a search.
    assert len(turns(spoken([(0, 2), (5.5, 7)], []))) == 2
    assert len(turns(spoken([(0, 2), (4.5, 7)], []))) == 1


def test_a_backchannel_does_not_cut_the_turn_it_accompanies() -> None:
    said = spoken([(0, 10)], [(4, 4.5)])
    assert [t.speaker for t in turns(said)] == [TRAINEE, CALLER]
    assert turns(said)[0].span == Span.from_seconds(0, 10)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("Mm-hm.", True), ("Okay, I see.", True), ("Stop talking!", False), ("No, wait.", False)],
)
def test_words_decide_whether_a_short_sound_is_a_backchannel(text: str, is_one: bool) -> None:
    assert is_backchannel(text) is is_one
    said = spoken([(0, 10)], [(4, 4.8)], {CALLER: text})
    assert bool(backchannels(said, TurnSettings())) is is_one


def test_a_short_answer_after_the_other_stopped_is_no_backchannel() -> None:
    # Nobody goes on speaking: "yes" is the answer.
    assert not backchannels(spoken([(0, 3)], [(3.4, 3.9)]), TurnSettings())


def test_coming_in_on_the_last_syllable_is_terminal() -> None:
    (only,) = overlaps(spoken([(4.75, 8)], [(0, 5)]))
    assert (only.kind, only.by, only.span) == (OverlapKind.TERMINAL, TRAINEE, Span.from_seconds(4.75, 5))


def test_taking_the_floor_from_a_speaker_is_competitive() -> None:
    # The caller speaks until 5.0; the trainee comes in at 4.0 and goes on to 9.0.
    (only,) = overlaps(spoken([(4, 9)], [(0, 5)]))
    assert (only.kind, only.by) == (OverlapKind.COMPETITIVE, TRAINEE)
    assert "1.0 s" in only.reason


def test_who_stops_at_once_in_mid_sentence_was_cut_off() -> None:
    # 0.4 s of joint speech: the caller gives way at words that want others, and the trainee goes on.
    early = ([(4.6, 9)], [(0, 5)])
    (cut,) = overlaps(spoken(*early, {CALLER: "You lost my suitcase and"}))
    assert (cut.kind, cut.by) == (OverlapKind.COMPETITIVE, TRAINEE)
    # The same with a whole sentence is ordinary turn-taking, and so it is where there are no words.
    assert overlaps(spoken(*early, {CALLER: "Can you help me please?"}))[0].kind is OverlapKind.TERMINAL
    assert overlaps(spoken(*early))[0].kind is OverlapKind.TERMINAL


def test_going_on_after_a_breath_is_taking_the_floor() -> None:
    # The caller gives way at 5.0 while the trainee draws breath for 0.4 s, and the trainee goes on ...
    (only,) = overlaps(spoken([(4, 4.9), (5.3, 8)], [(0, 5)]))
    assert only.kind is OverlapKind.COMPETITIVE
    # ... but not when the caller speaks first, or the trainee stays silent for long.
    assert overlaps(spoken([(4, 4.9), (5.3, 8)], [(0, 5), (5.25, 5.9)]))[0].kind is OverlapKind.COOPERATIVE
    assert overlaps(spoken([(3.9, 4.95), (6.3, 8)], [(0, 5)]))[0].kind is OverlapKind.COOPERATIVE


def test_speaking_along_without_taking_the_floor_is_cooperative() -> None:
    # 1.5 s inside the caller's utterance, at ordinary level; the caller keeps the floor.
    (only,) = overlaps(spoken([(4, 5.5)], [(0, 10)]))
    assert only.kind is OverlapKind.COOPERATIVE


def test_a_raised_voice_makes_it_competitive() -> None:
    # The same as above, but 6 dB above the trainee's normal, which 10 s of other speech sets.
    said = spoken([(4, 5.5), (12, 22)], [(0, 10)])
    (only,) = overlaps(said, raised_s=[(4, 5.5)])
    assert only.kind is OverlapKind.COMPETITIVE


def test_brushing_past_is_not_reported() -> None:
    assert overlaps(spoken([(4.9, 8)], [(0, 5)])) == []


run_lists = st.lists(st.tuples(st.integers(0, 2000), st.integers(5, 300)), max_size=12).map(
    lambda pairs: merge(Span(a * 160, (a + n) * 160) for a, n in pairs)
)


@given(run_lists, run_lists)
def test_every_run_is_in_exactly_one_turn(trainee: list[Span], caller: list[Span]) -> None:
    said = {
        TRAINEE: utterances(TRAINEE, trainee, [], TurnSettings()),
        CALLER: utterances(CALLER, caller, [], TurnSettings()),
    }
    found = turns(said)
    for speaker, runs in ((TRAINEE, trainee), (CALLER, caller)):
        assert sorted(run for t in found if t.speaker is speaker for run in t.speech) == sorted(runs)
    assert [t.span.start for t in found] == sorted(t.span.start for t in found)
    assert [t.id for t in found] == list(range(len(found)))


@given(run_lists, run_lists)
def test_overlaps_are_where_both_speak(trainee: list[Span], caller: list[Span]) -> None:
    said = {
        TRAINEE: utterances(TRAINEE, trainee, [], TurnSettings()),
        CALLER: utterances(CALLER, caller, [], TurnSettings()),
    }
    for overlap in overlaps(said):
        assert overlap.span.duration >= 0.18 * 16000
        assert any(u.span.covers(overlap.span) for u in said[TRAINEE])
        assert any(u.span.covers(overlap.span) for u in said[CALLER])
        assert 0 <= overlap.confidence <= 1
