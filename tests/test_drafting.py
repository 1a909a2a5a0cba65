"""Drafts: quick words for partials, and what is not passed on; a glossary for both drafts and finals."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import jiwer
import numpy as np
import pytest

from voicecoach.apps.options import GradeOptions, prepare
from voicecoach.devices.clips import CLIPS, Clip, read_clips
from voicecoach.devices.documents import read_persona
from voicecoach.devices.drafting import believable
from voicecoach.devices.machine import Placement
from voicecoach.devices.models import ResolvedModel, resolve
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.devices.window import AudioWindow, Loop, first_loop
from voicecoach.errors import InputError
from voicecoach.speech import plain
from voicecoach.timeline import RATE

ROOT = Path(__file__).parent.parent
PROCESSOR = Placement("cpu", "int8")
LOUD = np.sin(0.1 * np.arange(2 * RATE)).astype(np.float32)
"""Two seconds: at most 6 words a second and two more are believed."""


@pytest.fixture(scope="module")
def demo() -> FasterWhisperRecognizer:
    return FasterWhisperRecognizer(resolve("demo"), PROCESSOR)


@pytest.fixture(scope="module")
def micro(tmp_path_factory: pytest.TempPathFactory) -> ResolvedModel:
    folder = tmp_path_factory.mktemp("micro")
    subprocess.run([sys.executable, ROOT / "bench/random_whisper.py", "micro", folder], check=True)
    return resolve(str(folder))


@pytest.fixture(scope="module")
def clips() -> list[Clip]:
    return read_clips(CLIPS)


def test_drafts_hold_the_words_of_the_finals(demo: FasterWhisperRecognizer, clips: list[Clip]) -> None:
    said = [" ".join(plain(word) for word in clip.text.split()) for clip in clips]
    heard = [" ".join(map(plain, demo.draft(clip.samples, "en"))) for clip in clips]
    assert jiwer.wer(said, heard) <= 0.02


def test_a_draft_of_speech_that_goes_on_begins_as_it_will_go_on(
    demo: FasterWhisperRecognizer, clips: list[Clip]
) -> None:
    sound = clips[0].samples
    early, late = demo.draft(sound[: 2 * RATE], "en"), demo.draft(sound, "en")
    assert 2 < len(early) < len(late)
    assert early[:-1] == late[: len(early) - 1]


def test_a_draft_leaves_nothing_behind(demo: FasterWhisperRecognizer, clips: list[Clip]) -> None:
    final = demo.recognize(clips[0].samples, "en")
    draft = demo.draft(clips[0].samples, "en")
    demo.draft(clips[1].samples, "en")
    assert demo.draft(clips[0].samples.astype(np.float64), "en") == draft
    assert demo.recognize(clips[0].samples, "en") == final


def test_a_draft_may_be_written_in_another_thread(demo: FasterWhisperRecognizer, clips: list[Clip]) -> None:
    with ThreadPoolExecutor(1) as pool:
        there = pool.submit(demo.draft, clips[0].samples, "en").result()
    assert there == demo.draft(clips[0].samples, "en")


@pytest.mark.parametrize("length_s", [0.05, 0.3, 31.0])
def test_a_draft_of_any_length(demo: FasterWhisperRecognizer, length_s: float) -> None:
    """Nothing from silence; what is longer than Whisper's window is cut, not refused."""
    assert demo.draft(np.zeros(int(length_s * RATE), np.float32), "en") == ()


def test_babble_is_not_passed_on(micro: ResolvedModel) -> None:
    noise = np.random.default_rng(4).normal(0, 0.1, 3 * RATE).astype(np.float32)
    words = FasterWhisperRecognizer(micro, PROCESSOR).draft(noise, "en")
    assert first_loop([plain(word) for word in words]) is None
    assert len(words) <= 6 * 3 + 2


def test_warming_changes_no_answer(clips: list[Clip]) -> None:
    warm, cold = (FasterWhisperRecognizer(resolve("demo"), PROCESSOR) for _ in range(2))
    warm.warm()
    assert warm.draft(clips[0].samples, "en") == cold.draft(clips[0].samples, "en")
    assert warm.recognize(clips[0].samples, "en") == cold.recognize(clips[0].samples, "en")


# --- what is believed


@pytest.mark.parametrize(
    ("text", "loop"),
    [
        ("a b c", None),
        ("no no no no", None),
        ("well no no no no no", Loop(1, 1)),
        ("i see thank you thank you thank you", Loop(2, 2)),
        ("a b c a b c a b", None),
        ("a b c a b c a b c", Loop(0, 3)),
    ],
)
def test_where_a_loop_begins(text: str, loop: Loop | None) -> None:
    assert first_loop(text.split()) == loop


def test_a_loop_is_cut_after_its_first_round() -> None:
    words = ("I", "see.", *["Thank", "you."] * 4)
    assert believable(words, LOUD) == ("I", "see.", "Thank", "you.")


def test_more_words_than_can_be_said_are_none() -> None:
    assert len(believable(tuple(map(str, range(14))), LOUD)) == 14
    assert believable(tuple(map(str, range(15))), LOUD) == ()


# --- windows and glossary


def test_a_model_that_bears_no_short_window_drafts_from_a_full_one(micro: ResolvedModel) -> None:
    unbearing = replace(micro, bears_short_windows=False)
    assert FasterWhisperRecognizer(unbearing, PROCESSOR).draft_window is AudioWindow.FULL
    assert FasterWhisperRecognizer(micro, PROCESSOR).draft_window is AudioWindow.ADAPTIVE


def test_a_glossary_comes_before_the_words_and_is_recorded(micro: ResolvedModel) -> None:
    names = ("Orbital Max", "Ferndale")
    recognizer = FasterWhisperRecognizer(micro, PROCESSOR, glossary=names)
    speller = recognizer._tongue("en").speller
    for timestamps in (True, False):
        before = speller.prompt(timestamps=timestamps)
        assert speller.tokens.decode(before).strip() == "Orbital Max, Ferndale"
        assert before[0] == speller.tokens.sot_prev
    assert recognizer.info.settings["glossary"] == "Orbital Max, Ferndale"
    noise = np.random.default_rng(4).normal(0, 0.1, 2 * RATE).astype(np.float32)
    assert recognizer.recognize(noise, "en") != FasterWhisperRecognizer(micro, PROCESSOR).recognize(
        noise, "en"
    )


def test_a_long_glossary_leaves_room_for_the_text(micro: ResolvedModel) -> None:
    names = tuple(f"Name number {n:03}" for n in range(20))
    noise = np.random.default_rng(4).normal(0, 0.1, 29 * RATE).astype(np.float32)
    recognizer = FasterWhisperRecognizer(micro, PROCESSOR, glossary=names)
    assert recognizer.recognize(noise, "en")
    recognizer.draft(noise, "en")


def test_a_model_that_takes_no_prompt_gets_none_and_the_record_says_so(clips: list[Clip]) -> None:
    model = resolve("demo")
    told = FasterWhisperRecognizer(model, PROCESSOR, glossary=("television", "courier"))
    assert told.info.settings["glossary"] == ""
    assert told.info.settings["takes_prompts"] is False
    plain_one = FasterWhisperRecognizer(model, PROCESSOR)
    assert told.recognize(clips[0].samples, "en") == plain_one.recognize(clips[0].samples, "en")
    willing = FasterWhisperRecognizer(
        replace(model, takes_prompts=True), PROCESSOR, glossary=("television", "courier")
    )
    assert willing.info.settings["glossary"] == "television, courier"


PERSONA = (ROOT / "personas/returns-desk.yaml").read_text("utf-8")


def with_glossary(tmp_path: Path, glossary: str) -> Path:
    path = tmp_path / "persona.yaml"
    path.write_text(PERSONA.rstrip("\n") + f"\nglossary: {glossary}\n", "utf-8")
    return path


def test_a_personas_glossary(tmp_path: Path) -> None:
    assert read_persona("returns-desk").glossary == ()
    path = with_glossary(tmp_path, "[Orbital Max, ' Ferndale ']")
    assert read_persona(path).glossary == ("Orbital Max", "Ferndale")


@pytest.mark.parametrize(
    ("glossary", "problem"),
    [
        ("Orbital", r"glossary: 'Orbital' does not fit"),
        ("[3]", r"glossary\[0\]: 3 is not text"),
        ("['a, b']", r"glossary\[0\]: 'a, b' does not fit"),
        ("['']", r"glossary\[0\]"),
        ("[Max, max]", "the glossary holds 'Max' twice"),
        (str([f"Name number {n:03}" for n in range(21)]), "has 315 letters, 300 at most"),
    ],
)
def test_a_glossary_that_cannot_be_used_names_its_place(tmp_path: Path, glossary: str, problem: str) -> None:
    with pytest.raises(InputError, match=rf"persona\.yaml: line \d+, .*{problem}"):
        read_persona(with_glossary(tmp_path, glossary))


def test_the_glossary_reaches_the_model_and_what_resume_compares(
    tmp_path: Path, micro: ResolvedModel
) -> None:
    plans = [
        prepare(GradeOptions(model=str(micro.folder), device="cpu", offline=True, persona=str(path)))
        for path in (with_glossary(tmp_path, "[Ferndale]"), ROOT / "personas/returns-desk.yaml")
    ]
    told, untold = (plan.recognizer() for plan in plans)
    assert told is not None
    assert untold is not None
    assert told.info.settings == untold.info.settings | {"glossary": "Ferndale"}
    assert plans[0].identity != plans[1].identity
