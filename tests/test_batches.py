"""Many finals at once are, to the last bit, the finals that each piece of sound gets alone."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from listening import ears

from voicecoach.audio import AudioChunk, Layout, Samples
from voicecoach.devices.batches import converse
from voicecoach.devices.clips import CLIPS, read_clips
from voicecoach.devices.lots import LotWorkers
from voicecoach.devices.machine import Placement
from voicecoach.devices.media import read_blocks
from voicecoach.devices.models import ResolvedModel, resolve
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.devices.window import AudioWindow
from voicecoach.events import CallEnded, Exchanged, Recognize, Recognized
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.limits import Hearing
from voicecoach.timeline import RATE

ROOT = Path(__file__).parent.parent
PROCESSOR = Placement("cpu", "int8")


@pytest.fixture(scope="module")
def micro(tmp_path_factory: pytest.TempPathFactory) -> ResolvedModel:
    """A Whisper with random weights: loops, babble, answers that are doubted and asked again."""
    folder = tmp_path_factory.mktemp("micro")
    subprocess.run([sys.executable, ROOT / "bench/random_whisper.py", "micro", folder], check=True)
    return resolve(str(folder))


@pytest.fixture(scope="module")
def demo() -> FasterWhisperRecognizer:
    return FasterWhisperRecognizer(resolve("demo"), PROCESSOR)


@cache
def asked(name: str, version: str) -> list[Recognize]:
    """What the listening path asks about a fixture call."""
    tracks = np.concatenate(list(read_blocks(ROOT / "audio_fixtures" / f"{name}.{version}")), axis=1)
    analysis = Analysis(ears(), Hearing(Layout.TWO_CHANNEL, "en", None, keeps_fillers=False))
    found = analysis.push(Exchanged(*(AudioChunk(0, track) for track in tracks)))
    found += analysis.push(CallEnded(tracks.shape[1]))
    return [thing for thing in found if isinstance(thing, Recognize)]


def pieces_of(name: str, version: str) -> list[Samples]:
    return [question.audio.samples for question in asked(name, version)]


@pytest.mark.parametrize("version", ["16k.flac", "8k-mulaw.wav"])
@pytest.mark.parametrize("window", AudioWindow)
def test_a_call_at_once_is_its_segments_one_by_one(window: AudioWindow, version: str) -> None:
    """Words, spans and probabilities."""
    pieces = pieces_of("good_flite", version)
    together = FasterWhisperRecognizer(resolve("demo"), PROCESSOR, window)
    alone = FasterWhisperRecognizer(resolve("demo"), PROCESSOR, window)
    words = together.recognize_all(pieces, "en")
    assert words == [alone.recognize(piece, "en") for piece in pieces]
    assert together.redone == alone.redone
    assert sum(map(len, words)) > 80


@pytest.mark.parametrize("window", AudioWindow)
def test_babble_at_once_is_babble_one_by_one(micro: ResolvedModel, window: AudioWindow) -> None:
    """Answers to short windows are not believed: second questions too."""
    noise = np.random.default_rng(2).normal(0, 0.1, 30 * RATE).astype(np.float32)
    pieces = [noise[: int(length_s * RATE)] for length_s in (1.0, 3.0, 3.2, 2.5)]
    together, alone = (FasterWhisperRecognizer(micro, PROCESSOR, window) for _ in range(2))
    words = together.recognize_all(pieces, "en")
    assert words == [alone.recognize(piece, "en") for piece in pieces]
    assert together.redone == alone.redone
    assert (together.redone > 0) == (window is AudioWindow.ADAPTIVE)
    assert sum(map(len, words)) > 10


def test_neighbors_and_order_do_not_matter(demo: FasterWhisperRecognizer) -> None:
    pieces = pieces_of("bad", "16k.flac")
    words = demo.recognize_all(pieces, "en")
    assert demo.recognize_all(pieces[::-1], "en") == words[::-1]
    assert demo.recognize_all(pieces[2:5], "en") == words[2:5]


def test_windows_really_are_decoded_together(demo: FasterWhisperRecognizer) -> None:
    """As many as may be, and only of one kind."""
    tongue = demo._tongue("en")
    clips = [clip.samples for clip in read_clips(CLIPS)[:9]]
    numbered = [(n, next(tongue.finals.words(clip))) for n, clip in enumerate(clips)]
    batches = list(tongue.decoder.batches(numbered))
    assert sorted(n for batch in batches for n, _ in batch) == list(range(9))
    assert max(map(len, batches)) == 4  # full windows of a small model
    assert all(len({window.kind for _, window in batch}) == 1 for batch in batches)


def test_numbers_that_round_are_decoded_alone() -> None:
    """Sums of float32 depend on their order, which depends on the batch."""
    exact = FasterWhisperRecognizer(resolve("demo"), Placement("cpu", "float32"))
    tongue = exact._tongue("en")
    window = next(tongue.finals.words(np.zeros(RATE, np.float32)))
    assert [len(batch) for batch in tongue.decoder.batches(enumerate([window] * 3))] == [1, 1, 1]


def test_nothing_asked_nothing_answered(demo: FasterWhisperRecognizer) -> None:
    tongue = demo._tongue("en")
    assert demo.recognize_all([], "en") == []
    assert converse([], tongue.decoder) == []
    assert demo.recognize_all([np.zeros(100, np.float32), np.zeros(0, np.float32)], "en") == [(), ()]


# --- lots


@pytest.mark.parametrize("lot_s", [0.1, 5.0])
def test_lots_of_any_size_give_every_answer_once(demo: FasterWhisperRecognizer, lot_s: float) -> None:
    questions = asked("bad", "16k.flac")
    answers = []
    with LotWorkers(demo, "en", lot_s) as workers:
        for question in questions:
            workers.submit(question, question.audio.end)
            answers += workers.collect(question.audio.end)
            assert workers.oldest is None or workers.oldest <= question.audio.start
        answers += workers.finish()
        assert workers.oldest is None
    alone = [Recognized(q.segment.id, demo.recognize(q.audio.samples, "en")) for q in questions]
    assert answers == alone


def test_an_error_in_a_lot_is_raised_where_answers_are_collected(demo: FasterWhisperRecognizer) -> None:
    question = asked("bad", "16k.flac")[0]
    broken = replace(question, audio=AudioChunk(0, np.full(RATE, np.nan, np.float32)))
    with LotWorkers(demo, "en") as workers:
        workers.submit(broken, RATE)
        with pytest.raises(ValueError, match="finite"):
            workers.finish()
