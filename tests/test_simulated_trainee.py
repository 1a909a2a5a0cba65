"""Simulated trainees keep to their script or their character, to the sample, and say what a call needs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hearing_oneself import exchange, silence

from voicecoach.acts import ActKind
from voicecoach.audio import Samples
from voicecoach.desk import Desk
from voicecoach.devices.assets import weights
from voicecoach.devices.character_trainee import ANSWERS_PHONE_S, MANNERS, CharacterTrainee
from voicecoach.devices.documents import PERSONAS, read_persona, read_stages, shipped
from voicecoach.devices.simulated_ear import Ear
from voicecoach.devices.simulated_headset import SimulatedHeadset, Trainee, Wiring
from voicecoach.devices.simulated_mouth import Mouth, Speech, cough
from voicecoach.devices.simulated_room import Room
from voicecoach.devices.simulated_trainee import (
    AfterCaller,
    AfterOwn,
    At,
    Cough,
    IntoCaller,
    Press,
    Say,
    ScriptedTrainee,
    Step,
)
from voicecoach.devices.voices import voice
from voicecoach.events import Control, Key, Pressed
from voicecoach.speech import Speaker
from voicecoach.spoken import Delivery
from voicecoach.timeline import BLOCK, FRAME, RATE, samples
from voicecoach.trainee_script import Character, sentences
from voicecoach.understand.reader import ActReader

NO_DELAY = Wiring(round_trip_ms=0)
SILENT = Room(noise_dbfs=None)


@cache
def speech() -> Speech:
    return Speech(voice("espeak"), Delivery("en-us+f3"))


def talk(trainee: Trainee, played: Samples) -> Samples:
    """What the trainee says while they hear `played`."""
    return exchange(SimulatedHeadset(trainee, lambda _: None, SILENT, NO_DELAY), played)[0]


def tone(length_s: float) -> Samples:
    """A caller whose first and last sample are known."""
    return np.full(samples(length_s), 0.1, np.float32)


def starts(said: Samples, gap_s: float = 0.1) -> list[int]:
    """First samples of sounds that silence parts."""
    loud = np.flatnonzero(said)
    new = np.flatnonzero(np.diff(loud, prepend=-RATE * 10) > samples(gap_s))
    return [int(at) for at in loud[new]]


# --- ear and mouth


@pytest.mark.parametrize("piece", [BLOCK, 100, 777])
def test_the_ear_hears_begin_and_end_to_the_frame(piece: int) -> None:
    ear, played = Ear(), np.concatenate([silence(0.5), tone(1.0), silence(0.3), tone(0.2), silence(1)])
    for at in range(0, len(played), piece):
        ear.push(played[at : at + piece], at)
    assert ear.began == samples(0.5), "a pause of 0.3 s lies inside the utterance"
    assert ear.ended == samples(2.0)
    assert ear.speaking_for() == 0


def test_the_ear_tells_utterances_apart() -> None:
    ear = Ear()
    ear.push(np.concatenate([tone(0.5), silence(0.6), tone(0.4)]), 0)
    assert ear.began == samples(1.1)
    assert ear.speaking_for() == samples(0.4)


def test_a_mouth_that_stops_fades_within_30_ms() -> None:
    mouth = Mouth()
    mouth.play(np.full(RATE, 0.5, np.float32), at=1000)
    mouth.stop(5000)
    said = mouth.speak(0, RATE)
    assert not said[:1000].any()
    assert said[4999] == 0.5
    assert not said[5000 + samples(0.03) :].any()
    assert np.abs(np.diff(said[4900:6000])).max() < 0.01


def test_a_cough_is_a_burst_of_its_level() -> None:
    burst = cough(0.3, -20.0, seed=1)
    assert len(burst) == samples(0.3)
    assert 10 * np.log10(np.mean(burst**2)) == pytest.approx(-20, abs=0.01)
    assert np.mean(burst[: RATE // 10] ** 2) > 4 * np.mean(burst[-RATE // 10 :] ** 2)


# --- scripts


def scripted(steps: Sequence[Step], played: Samples) -> tuple[ScriptedTrainee, Samples]:
    trainee = ScriptedTrainee(steps, speech())
    return trainee, talk(trainee, played)


def test_steps_come_at_the_sample_that_their_cue_names() -> None:
    """Caller from 2 s to 4 s and 6 s to 8 s; each cue's time follows from that alone."""
    played = np.concatenate([silence(2), tone(2), silence(2), tone(2), silence(3)])
    steps = [
        Step(At(0.123), Cough(0.2)),
        Step(IntoCaller(0.5), Cough(0.1)),
        Step(AfterCaller(0.7), Cough(0.3)),
        Step(AfterOwn(0.25), Cough(0.1)),
        Step(AfterCaller(0.3333), Cough(0.1)),
    ]
    trainee, said = scripted(steps, played)
    expected = [samples(0.123), samples(2.5), samples(4.7), samples(4.7 + 0.3 + 0.25), samples(8.3333)]
    assert trainee.began == expected
    for at in expected:
        assert said[at : at + 400].any()
        assert not said[at - 400 : at].any()


def test_a_line_is_said_whole_and_over_the_caller_if_asked() -> None:
    played = np.concatenate([silence(0.5), tone(4)])
    _, said = scripted([Step(IntoCaller(1.0), Say("Please let me stop you there."))], played)
    first, last = np.flatnonzero(said)[[0, -1]]
    assert first == pytest.approx(samples(1.5), abs=FRAME)
    assert last - first > samples(1.0)


def test_the_caller_has_to_speak_again_before_the_next_answer() -> None:
    played = np.concatenate([tone(1), silence(5)])
    trainee, _ = scripted([Step(AfterCaller(0.5), Cough(0.1)), Step(AfterCaller(0.5), Cough(0.1))], played)
    assert trainee.began == [samples(1.5)]


def test_keys_are_pressed_at_their_time_and_told_once() -> None:
    trainee = ScriptedTrainee(
        [Step(At(0.1), Press(Key.HOLD)), Step(AfterOwn(0.2), Press(Key.HOLD))], speech()
    )
    device = SimulatedHeadset(trainee, lambda _: None, SILENT, NO_DELAY)
    pressed: dict[int, list[Control]] = {}
    for at in range(0, RATE // 2, BLOCK):
        device.exchange(np.zeros(BLOCK, np.float32))
        if controls := device.controls():
            pressed[at] = controls
    assert pressed == {at: [Pressed(Key.HOLD)] for at in (samples(0.1), samples(0.3) // BLOCK * BLOCK)}


# --- characters


def character(name: Character, seed: int = 1) -> CharacterTrainee:
    stages = read_stages("lost-luggage", name)
    return CharacterTrainee(name, stages, Desk(), (voice("flite"), "kal16"), seed)


def dialogue(
    trainee: Trainee, length_s: float, caller_s: float = 2.5
) -> tuple[Samples, Samples, list[Control]]:
    """A caller who speaks for `caller_s` whenever the trainee has been silent for 0.8 s after speaking."""
    device = SimulatedHeadset(trainee, lambda _: None, SILENT, NO_DELAY)
    heard: list[Samples] = []
    played: list[Samples] = []
    left, quiet, answered = 0, 0, True
    for _ in range(0, samples(length_s), BLOCK):
        block = np.full(BLOCK, 0.1 if left > 0 else 0.0, np.float32)
        exchanged = device.exchange(block)
        assert exchanged is not None
        left -= BLOCK
        quiet = 0 if exchanged.heard.samples.any() else quiet + BLOCK
        answered = answered and quiet > 0
        if quiet >= samples(0.8) and not answered and left <= 0:
            left, answered = samples(caller_s), True
        heard.append(exchanged.heard.samples)
        played.append(block)
    return np.concatenate(heard), np.concatenate(played), device.controls()


def test_an_expert_talks_to_the_end_and_never_interrupts() -> None:
    heard, played, controls = dialogue(character(Character.EXPERT), 130)
    assert controls[-1] == Pressed(Key.HANG_UP)
    assert len(starts(heard, 0.6)) == len(read_stages("lost-luggage", Character.EXPERT))
    assert not (heard.astype(bool) & played.astype(bool)).any()


def test_an_expert_answers_after_a_natural_gap() -> None:
    heard, played, _ = dialogue(character(Character.EXPERT), 40)
    ends = np.flatnonzero(np.diff(played) < 0) + 1
    least_s, most_s = MANNERS[Character.EXPERT].waits_s
    onsets = starts(heard, 0.6)
    assert onsets[0] == pytest.approx(samples(ANSWERS_PHONE_S), abs=FRAME)
    for end in ends:
        gap = min(at - end for at in [*onsets, len(heard) + RATE * 10] if at > end)
        assert samples(least_s) - BLOCK <= gap <= samples(most_s) + 2 * BLOCK or gap > RATE * 5


def test_whoever_interrupts_comes_in_while_the_caller_speaks() -> None:
    heard, played, _ = dialogue(character(Character.INTERRUPTING), 30, caller_s=4)
    assert (heard.astype(bool) & played.astype(bool)).sum() > RATE


def test_an_expert_who_is_talked_over_stops_and_says_it_again() -> None:
    """The caller comes in for good 0.3 s into the greeting."""
    came_in = samples(ANSWERS_PHONE_S + 0.3)
    played = np.concatenate([np.zeros(came_in, np.float32), tone(3), silence(5)])
    said = talk(character(Character.EXPERT), played)
    yielded = came_in + samples(MANNERS[Character.EXPERT].yields_after_s)
    assert not said[yielded + samples(0.06) : came_in + samples(3)].any()
    again = starts(said, 0.6)[1]
    assert again > came_in + samples(3)
    length = samples(0.25)
    first = starts(said)[0]
    np.testing.assert_allclose(said[again : again + length], said[first : first + length], atol=1e-6)


def test_a_silent_trainee_greets_and_says_no_more() -> None:
    heard, _, controls = dialogue(character(Character.SILENT), 40)
    assert len(starts(heard, 0.6)) == 1
    assert controls == []


def test_a_rambling_trainee_tries_everybodys_patience() -> None:
    heard, _, _ = dialogue(character(Character.RAMBLING), 45)
    onsets = starts(heard, 0.6)
    assert max(np.diff([*onsets, len(heard)])) > 20 * RATE


def test_the_same_seed_makes_the_same_choices() -> None:
    first, second, other = (dialogue(character(Character.NOVICE, seed), 20)[0] for seed in (4, 4, 9))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


# --- what they say


STORIES = shipped(PERSONAS)


def said_by(story: str, name: Character) -> list[str]:
    return [text for stage in read_stages(story, name) for turn in stage for text in sentences(turn)]


EXPERT_ACTS = {
    *(ActKind.GREETS, ActKind.GIVES_NAME, ActKind.OFFERS_HELP, ActKind.VERIFIES_IDENTITY),
    *(ActKind.APOLOGIZES, ActKind.NAMES_FEELING, ActKind.PARAPHRASES, ActKind.CHECKS_UNDERSTANDING),
    *(ActKind.OFFERS_OPTION, ActKind.TAKES_OWNERSHIP, ActKind.COMMITS_TO_STEP),
    *(ActKind.CHECKS_RESOLUTION, ActKind.CLOSES),
}
FAULTS = {ActKind.TELLS_TO_CALM_DOWN, ActKind.BLAMES, ActKind.DECLINES, ActKind.QUOTES_POLICY}


@pytest.mark.parametrize("story", STORIES)
def test_an_expert_does_what_the_rubric_asks_and_the_rude_one_what_it_forbids(story: str) -> None:
    reader = ActReader(weights("acts"))

    def acts(name: Character) -> list[set[ActKind]]:
        return [set(reader.acts_in(text, Speaker.TRAINEE)) for text in said_by(story, name)]

    expert, asked = set().union(*acts(Character.EXPERT)), EXPERT_ACTS
    if read_persona(story).single_remedy:
        asked = EXPERT_ACTS - {ActKind.OFFERS_OPTION}
    assert expert >= asked, asked - expert
    # where a no is due, it comes with its reason
    assert not any(did & FAULTS and ActKind.EXPLAINS_CAUSE not in did for did in acts(Character.EXPERT))
    assert set().union(*acts(Character.RUDE)) >= FAULTS - {ActKind.DECLINES}
    missing = {ActKind.NAMES_FEELING, ActKind.PARAPHRASES}
    assert not set().union(*acts(Character.NOVICE)) & missing
