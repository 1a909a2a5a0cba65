"""Interruptions and backchannels: their definitions by hand, and real voices through leakage and noise."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from listening import listen

from bench.energy_vad import energy_runs, source_runs
from bench.overlaps import Heard, reported, spoken
from bench.simulated_calls import CONDITIONS, CleanCall, Tracks, clean_call, spoiled
from bench.turn_events import Runs, backchannels, compare, interruptions
from voicecoach.audio import Samples
from voicecoach.call import Call
from voicecoach.speech import Speaker
from voicecoach.timeline import RATE, Span, intersect, samples, total

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"
SECONDS = 60.0
SEED = 12

Times = list[tuple[float, float]]


def at(first: Times, second: Times) -> Runs:
    return [Span.from_seconds(*t) for t in first], [Span.from_seconds(*t) for t in second]


@pytest.mark.parametrize(
    ("begins_s", "ends_s", "is_one"),
    [
        (4.0, 7.0, True),
        (4.7, 5.4, False),  # goes on for 0.4 s only
        (4.74, 5.6, True),
        (4.76, 5.6, False),  # 0.24 s before the end: the last syllable
        (0.1, 7.0, False),  # they began together
        (4.0, 4.5, False),  # gave way at once
    ],
)
def test_what_an_interruption_is(begins_s: float, ends_s: float, *, is_one: bool) -> None:
    runs = at([(begins_s, ends_s)], [(0.0, 5.0)])
    assert interruptions(runs, 0) == ([samples(begins_s)] if is_one else [])
    assert interruptions(runs, 1) == []


@pytest.mark.parametrize(
    ("mine", "others", "is_one"),
    [
        ([(4.0, 4.5)], [(0.0, 10.0)], True),
        ([(4.0, 5.1)], [(0.0, 10.0)], False),  # too long
        ([(4.0, 4.5), (5.4, 8.0)], [(0.0, 10.0)], False),  # the beginning of more
        ([(4.0, 4.5)], [(0.0, 3.8), (5.0, 9.0)], True),  # into a breath of the other's
        ([(4.0, 4.5)], [(0.0, 3.8), (5.6, 9.0)], False),  # nobody goes on: an answer
    ],
)
def test_what_a_backchannel_is(mine: Times, others: Times, *, is_one: bool) -> None:
    assert bool(backchannels(at(mine, others), 0)) is is_one


def test_late_and_additional_events_count_as_errors() -> None:
    truth = at([(4.0, 4.5), (14.0, 14.5)], [(0.0, 20.0)])
    found = at([(4.31, 4.5), (14.29, 14.5)], [(0.0, 20.0)])
    assert compare(truth, truth)["backchannel"].f1 == 100
    counts = compare(truth, found)["backchannel"]
    assert (counts.true, counts.found, counts.right) == (2, 2, 1)
    # 0.19 s of 0.5 and 0.21 s of 0.5, in frames of 10 ms
    assert (compare(truth, found)["overlap"].true, compare(truth, found)["overlap"].right) == (100, 40)


@cache
def clean() -> CleanCall:
    """A minute of two speakers of the TIMIT sample."""
    if not (DATA / "timit_nltk_sample").is_dir():
        pytest.skip("../shared/data/timit_nltk_sample is not here")
    return clean_call(DATA, "timit", SEED, SECONDS)


@cache
def recorded(condition: str) -> tuple[Tracks, Call]:
    tracks = spoiled(clean().tracks, CONDITIONS[condition], DATA, SEED)
    return tracks, listen(tracks)


def truth() -> Runs:
    return source_runs(clean().tracks[0]), source_runs(clean().tracks[1])


@pytest.mark.parametrize(
    ("condition", "overlap", "events"),
    [("-30 dB", 90, 90), ("-20 dB", 85, 85), ("-30 dB, café 20 dB", 85, 80)],
)
def test_real_voices_are_told_from_leakage(condition: str, overlap: float, events: float) -> None:
    found = compare(truth(), spoken(recorded(condition)[1]))
    assert (found["interruption"].true, found["backchannel"].true) == (6, 8)
    assert found["overlap"].f1 >= overlap
    assert found["interruption"].f1 >= events
    assert found["backchannel"].f1 >= events


def test_a_detector_of_level_is_deceived_by_leakage() -> None:
    """The simulation leaks: without this the floors above would prove nothing."""
    tracks, _ = recorded("-20 dB")
    found = compare(truth(), (energy_runs(tracks[0]), energy_runs(tracks[1])))
    assert found["overlap"].found > 1.4 * found["overlap"].true
    assert found["backchannel"].f1 < 50


def test_swapped_tracks_mirror_the_call() -> None:
    tracks, call = recorded("-20 dB")
    mirrored = listen(tracks[::-1])
    assert spoken(mirrored) == spoken(call)[::-1]
    assert [(o.span, o.by.other, o.kind) for o in mirrored.overlaps] == [
        (o.span, o.by, o.kind) for o in call.overlaps
    ]


def test_a_louder_recording_is_the_same_call() -> None:
    tracks, call = recorded("-30 dB")
    twice: list[Samples] = [(2 * track).astype(np.float32) for track in tracks]
    louder = listen(twice)
    for mine, theirs in zip(spoken(louder), spoken(call), strict=True):
        assert total(intersect(mine, theirs)) >= 0.98 * max(total(mine), total(theirs))
    assert [(o.by, o.kind) for o in louder.overlaps] == [(o.by, o.kind) for o in call.overlaps]


def test_calls_are_made_the_same_each_time() -> None:
    again = clean_call(DATA, "timit", SEED, SECONDS)
    assert again.cues == clean().cues
    assert all(np.array_equal(a, b) for a, b in zip(again.tracks, clean().tracks, strict=True))
    assert len(again.tracks[0]) == SECONDS * RATE
    assert {cue.speaker for cue in again.cues} == {0, 1}
    assert not np.array_equal(clean_call(DATA, "timit", SEED + 1, SECONDS).tracks[0], again.tracks[0])


def test_no_interruption_is_reported_as_listening() -> None:
    _, call = recorded("-30 dB")
    kinds = reported([Heard(clean(), truth(), call, {})])
    assert kinds["meant as competitive"]["backchannel"] == 0
    assert kinds["meant as backchannel"]["competitive"] == 0
    assert call.turns_of(Speaker.TRAINEE)
