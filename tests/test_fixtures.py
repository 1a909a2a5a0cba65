"""The fixture calls: their truth agrees with itself, with the dialogues and with the audio."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import yaml
from demo_words import known_words

from voicecoach.acts import CALLER_ACTS, TRAINEE_ACTS
from voicecoach.devices.voices import voice
from voicecoach.errors import DeviceError
from voicecoach.speech import OverlapKind, Speaker
from voicecoach.timeline import Span, intersect, samples

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "audio_fixtures"
NAMES = sorted(path.stem for path in (FOLDER / "dialogues").glob("*.yaml"))
SCENARIOS = {
    "good",
    "bad",
    "rushed",
    "interrupting",
    "monotone",
    "silent trainee",
    "one word",
    "caller hangs up",
    "abusive caller",
    "mis-stated fact",
    "hold",
    "backchannels and cooperative overlap",
}
CRITERIA = {
    "greeting",
    "identity",
    "lets_finish",
    "acknowledges",
    "paraphrases",
    "probes",
    "correct_facts",
    "correct_process",
    "ownership",
    "options",
    "next_step",
    "hold_protocol",
    "clarity",
    "warm_tone",
    "recap_close",
    "extra_mile",
}


@pytest.fixture(params=NAMES)
def truth(request: pytest.FixtureRequest) -> dict[str, Any]:
    path = FOLDER / f"{request.param}.truth.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture
def dialogue(truth: dict[str, Any]) -> dict[str, Any]:
    return dict(yaml.safe_load((FOLDER / "dialogues" / f"{truth['name']}.yaml").read_text(encoding="utf-8")))


def span(item: dict[str, Any]) -> Span:
    return Span.from_seconds(item["start_s"], item["end_s"])


def speech(truth: dict[str, Any], speaker: str) -> list[Span]:
    return [span(run) for run in truth["speech"][speaker]]


def test_every_kind_of_call_is_there() -> None:
    found = {json.loads(path.read_text(encoding="utf-8"))["scenario"] for path in FOLDER.glob("*.truth.json")}
    assert found == SCENARIOS
    assert len(NAMES) >= 12


def test_the_set_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) <= 20_000_000


def test_every_word_is_in_the_demo_models_vocabulary(dialogue: dict[str, Any]) -> None:
    spoken = " ".join(line["text"] for line in dialogue["lines"]).lower().replace(".", "").replace("?", "")
    assert set(spoken.split()) - known_words() == set()


def test_the_truth_says_what_the_dialogue_says(truth: dict[str, Any], dialogue: dict[str, Any]) -> None:
    for speaker in ("trainee", "caller"):
        lines = [line for line in dialogue["lines"] if line["by"] == speaker]
        written = [word for line in lines for word in line["text"].split()[: line.get("stops_after_words")]]
        assert [word["text"] for word in truth["words"] if word["speaker"] == speaker] == written


def test_words_lie_in_order_inside_their_speakers_speech(truth: dict[str, Any]) -> None:
    for speaker in ("trainee", "caller"):
        words = [span(word) for word in truth["words"] if word["speaker"] == speaker]
        assert all(a.end <= b.start for a, b in pairwise(words))
        wider = [run.padded(samples(0.06), samples(0.06)) for run in speech(truth, speaker)]
        assert [word for word in words if not any(run.covers(word) for run in wider)] == []


def test_runs_of_speech_are_apart_by_a_pause(truth: dict[str, Any]) -> None:
    for speaker in ("trainee", "caller"):
        assert all(a.gap_to(b) >= samples(0.2) - 1 for a, b in pairwise(speech(truth, speaker)))


def test_overlaps_are_where_both_speak(truth: dict[str, Any]) -> None:
    both = intersect(speech(truth, "trainee"), speech(truth, "caller"))
    found = [span(overlap) for overlap in truth["overlaps"]]
    assert found == [common for common in both if common.duration >= samples(0.2)]


def test_overlaps_are_of_their_kind(truth: dict[str, Any]) -> None:
    for overlap in truth["overlaps"]:
        by, at = Speaker(overlap["by"]), span(overlap)
        mine, theirs = speech(truth, by), speech(truth, by.other)
        other_goes_on = any(run.start < at.start and run.end > at.end for run in theirs)
        i_go_on = any(run.covers(at) and run.end > at.end for run in mine)
        match OverlapKind(overlap["kind"]):
            case OverlapKind.TERMINAL:
                assert at.duration_s < 0.3
                assert i_go_on
            case OverlapKind.BACKCHANNEL:
                assert at.duration_s <= 1.0
                assert other_goes_on
            case OverlapKind.COOPERATIVE:
                assert other_goes_on
            case OverlapKind.COMPETITIVE:
                assert at.duration_s >= 0.6
                assert i_go_on
                assert not other_goes_on


def test_turns_hold_all_words_and_change_hands(truth: dict[str, Any]) -> None:
    words = [word for turn in truth["turns"] for word in turn["text"].split()]
    assert sorted(words) == sorted(word["text"] for word in truth["words"])
    starts = [turn["start_s"] for turn in truth["turns"]]
    assert starts == sorted(starts)
    short = {
        (o["by"], o["start_s"]) for o in truth["overlaps"] if o["kind"] in {"backchannel", "cooperative"}
    }
    floor = [turn for turn in truth["turns"] if (turn["speaker"], turn["start_s"]) not in short]
    assert all(a["speaker"] != b["speaker"] for a, b in pairwise(floor))


def test_turns_start_and_end_with_speech(truth: dict[str, Any]) -> None:
    for turn in truth["turns"]:
        runs = speech(truth, turn["speaker"])
        assert any(run.start == span(turn).start for run in runs)
        assert any(run.end == span(turn).end for run in runs)


def test_acts_and_marks_have_known_names(truth: dict[str, Any]) -> None:
    allowed = {"trainee": TRAINEE_ACTS, "caller": CALLER_ACTS}
    for turn in truth["turns"]:
        assert set(turn["acts"]) <= {act.value for act in allowed[turn["speaker"]]}
    assert set(truth["expected_marks"]) <= CRITERIA
    for mark in truth["expected_marks"].values():
        assert mark["verdict"] in {"judged", "n/a", "not measurable"}
        assert mark["verdict"] != "judged" or 0 <= mark["low"] <= mark["high"] <= 1


def test_holds_are_silent(truth: dict[str, Any]) -> None:
    assert (truth["scenario"] == "hold") == bool(truth["holds"])
    for hold in truth["holds"]:
        assert span(hold).duration_s > 5
        for speaker in ("trainee", "caller"):
            assert intersect([span(hold)], speech(truth, speaker)) == []


def test_misstated_facts_are_quoted_from_the_trainee(truth: dict[str, Any]) -> None:
    assert (truth["scenario"] == "mis-stated fact") == bool(truth["facts"])
    said = " ".join(turn["text"] for turn in truth["turns"] if turn["speaker"] == "trainee")
    for fact in truth["facts"]:
        assert fact["quote"] in said
        assert fact["wrong"] in fact["quote"]
        assert fact["right"] not in said


@pytest.mark.parametrize(
    ("suffix", "rate_hz", "container", "coding"),
    [("16k.flac", 16000, "FLAC", "PCM_16"), ("8k-mulaw.wav", 8000, "WAV", "ULAW")],
)
def test_audio_is_what_its_name_says(
    truth: dict[str, Any], suffix: str, rate_hz: int, container: str, coding: str
) -> None:
    info = soundfile.info(FOLDER / f"{truth['name']}.{suffix}")
    assert (info.samplerate, info.channels, info.format, info.subtype) == (rate_hz, 2, container, coding)
    assert info.frames == round(truth["duration_s"] * rate_hz)


@pytest.mark.parametrize("suffix", ["16k.flac", "8k-mulaw.wav"])
def test_audio_is_loud_where_the_truth_hears_speech_and_never_digitally_silent(
    truth: dict[str, Any], suffix: str
) -> None:
    sound, rate_hz = soundfile.read(FOLDER / f"{truth['name']}.{suffix}", dtype="float32")
    heard = np.zeros_like(sound, dtype=bool)
    for channel, speaker in enumerate(("trainee", "caller")):
        for run in truth["speech"][speaker]:
            heard[round(run["start_s"] * rate_hz) : round(run["end_s"] * rate_hz), channel] = True
    for channel in range(2):
        own, alone = heard[:, channel], ~heard.any(axis=1)
        assert -30 < level_dbfs(sound[own, channel]) < -15
        assert -75 < level_dbfs(sound[alone, channel]) < -55
    assert np.abs(sound).max() < 1


def level_dbfs(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64))))


def test_the_script_makes_the_committed_truth_again() -> None:
    try:
        for engine in ("espeak", "flite"):
            voice(engine)
    except DeviceError as missing:
        pytest.skip(str(missing))
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "make_fixtures.py", "--check", "interrupting", "hold"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
