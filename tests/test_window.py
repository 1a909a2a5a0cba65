"""The adaptive audio window: how long, when it is not believed, and that at 30 s it is Whisper as ever."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faster_whisper import WhisperModel
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.audio import Samples
from voicecoach.devices.batches import converse
from voicecoach.devices.clips import CLIPS, Clip, read_clips
from voicecoach.devices.finals import FinalSettings, Part, most_tokens
from voicecoach.devices.machine import Placement
from voicecoach.devices.media import read_blocks
from voicecoach.devices.models import ResolvedModel, resolve
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.devices.window import AudioWindow, doubt, repeats_itself, window_frames
from voicecoach.speech import Word, plain
from voicecoach.timeline import RATE, Span, samples

ROOT = Path(__file__).parent.parent
PROCESSOR = Placement("cpu", "int8")


@pytest.fixture(scope="module")
def micro(tmp_path_factory: pytest.TempPathFactory) -> ResolvedModel:
    """A multilingual Whisper with random weights: its answers are never worth believing."""
    folder = tmp_path_factory.mktemp("micro")
    subprocess.run([sys.executable, ROOT / "bench/random_whisper.py", "micro", folder], check=True)
    return resolve(str(folder))


@pytest.fixture(scope="module")
def full() -> FasterWhisperRecognizer:
    return FasterWhisperRecognizer(resolve("demo"), PROCESSOR)


@pytest.fixture(scope="module")
def adaptive() -> FasterWhisperRecognizer:
    return FasterWhisperRecognizer(resolve("demo"), PROCESSOR, AudioWindow.ADAPTIVE)


@pytest.fixture(scope="module")
def clips() -> list[Clip]:
    return read_clips(CLIPS)


# --- how long


@pytest.mark.parametrize(
    ("duration_s", "window_s"), [(0.1, 10), (8, 10), (8.001, 11), (12.5, 15), (27.9, 30), (28, 30), (90, 30)]
)
def test_the_window_holds_the_sound_and_two_seconds(duration_s: float, window_s: int) -> None:
    assert window_frames(samples(duration_s), AudioWindow.ADAPTIVE) == 100 * window_s
    assert window_frames(samples(duration_s), AudioWindow.FULL) == 3000


@given(st.integers(0, 60 * RATE))
def test_no_sound_falls_out_of_the_window(count: int) -> None:
    frames = window_frames(count, AudioWindow.ADAPTIVE)
    assert 1000 <= frames <= 3000
    assert frames % 100 == 0
    assert frames == 3000 or frames * RATE >= (count + 2 * RATE) * 100


def test_a_short_window_is_what_is_encoded(adaptive: FasterWhisperRecognizer) -> None:
    features = np.zeros((80, 2000), np.float32)
    for frames in (1000, 3000):
        assert adaptive._model.encoded([features, features], frames).shape[:2] == [2, frames // 2]


# --- at 30 s nothing differs from faster-whisper's own transcribe()


def stock(model: ResolvedModel, audio: Samples) -> list[Any]:
    """What faster-whisper makes of it by itself, with our settings."""
    options = FinalSettings()
    whisper = WhisperModel(str(model.folder), device="cpu", compute_type="int8", cpu_threads=1)
    prompt = 3 if whisper.model.is_multilingual else 1
    parts, _ = whisper.transcribe(
        audio,
        language="en",
        beam_size=options.beam_size,
        temperature=options.temperature,
        condition_on_previous_text=options.condition_on_previous_text,
        word_timestamps=options.word_timestamps,
        without_timestamps=options.without_timestamps,
        vad_filter=options.vad_filter,
        no_speech_threshold=options.no_speech_threshold,
        log_prob_threshold=options.log_prob_threshold,
        compression_ratio_threshold=options.compression_ratio_threshold,
        # CTranslate2 stops at half of this and the prompt.
        max_new_tokens=min(448, 2 * most_tokens(len(audio), options.tokens_per_s)) - prompt,
    )
    return list(parts)


def parts_of(recognizer: FasterWhisperRecognizer, audio: Samples, frames: int = 3000) -> list[Part]:
    """What our own path makes of it, before any doubt."""
    tongue = recognizer._tongue("en")
    return converse([tongue.finals.parts(audio, frames)], tongue.decoder)[0]


def assert_same(ours: list[Part], stock: list[Any]) -> None:
    assert [(p.text, p.avg_logprob, p.compression_ratio) for p in ours] == [
        (p.text, p.avg_logprob, p.compression_ratio) for p in stock
    ]
    assert [list(p.words) for p in ours] == [[asdict(word) for word in p.words] for p in stock]


def long_speech(clips: list[Clip]) -> Samples:
    """28.5 s of turns: the window is then 30 s long."""
    return np.concatenate([clip.samples for clip in clips])[: samples(28.5)]


@pytest.mark.parametrize("window", AudioWindow)
def test_thirty_seconds_are_recognized_as_ever(window: AudioWindow, clips: list[Clip]) -> None:
    """Words, their times and probabilities, and what the decoder says of each part, to the last bit."""
    audio, model = long_speech(clips), resolve("demo")
    ours = FasterWhisperRecognizer(model, PROCESSOR, window)
    parts = parts_of(ours, audio, window_frames(len(audio), window))
    assert_same(parts, stock(model, audio))
    assert sum(len(part.words) for part in parts) > 30


def test_random_weights_at_the_full_window_are_recognized_as_ever(micro: ResolvedModel) -> None:
    audio = np.random.default_rng(7).normal(0, 0.1, 4 * RATE).astype(np.float32)
    parts = parts_of(FasterWhisperRecognizer(micro, PROCESSOR), audio)
    assert_same(parts, stock(micro, audio))
    assert parts


# --- short windows


def test_unbelievable_answers_are_recognized_again(micro: ResolvedModel) -> None:
    audio = np.random.default_rng(7).normal(0, 0.1, 4 * RATE).astype(np.float32)
    quick = FasterWhisperRecognizer(micro, PROCESSOR, AudioWindow.ADAPTIVE)
    words = quick.recognize(audio, "en")
    assert quick.redone == 1
    assert words == FasterWhisperRecognizer(micro, PROCESSOR).recognize(audio, "en")


def test_believed_answers_keep_the_laws(adaptive: FasterWhisperRecognizer, clips: list[Clip]) -> None:
    before = adaptive.redone
    audio = clips[0].samples
    words = adaptive.recognize(audio, "en")
    assert adaptive.redone == before
    assert words == adaptive.recognize(audio, "en")
    assert all(0 <= w.span.start < w.span.end <= len(audio) and w.text.strip() for w in words)


def test_one_window_leaves_nothing_for_the_next(
    full: FasterWhisperRecognizer, clips: list[Clip], micro: ResolvedModel
) -> None:
    """After a redone answer the next short one is short again, and a full one full."""
    noise = np.random.default_rng(7).normal(0, 0.1, 2 * RATE).astype(np.float32)
    quick = FasterWhisperRecognizer(micro, PROCESSOR, AudioWindow.ADAPTIVE)
    first = parts_of(quick, noise, 1000)
    quick.recognize(noise, "en")
    assert parts_of(quick, noise, 1000) == first
    words = full.recognize(clips[0].samples, "en")
    parts_of(full, clips[0].samples, 1000)
    assert full.recognize(clips[0].samples, "en") == words


def test_the_record_says_which_window(
    full: FasterWhisperRecognizer, adaptive: FasterWhisperRecognizer
) -> None:
    for recognizer, window in ((full, "full"), (adaptive, "adaptive")):
        settings = json.loads(json.dumps(recognizer.info.settings))
        assert settings["audio_window"] == window
        assert settings["beam_size"] == 5


# --- doubt


@dataclass
class Said:
    avg_logprob: float = -0.3
    compression_ratio: float = 1.2


SPOKEN = np.sin(0.1 * np.arange(6 * RATE)).astype(np.float32)
"""Six seconds of loud sound."""

TWELVE = ["I", "can", "hear", "how", "upset", "you", "are", "and", "I", "am", "here", "now"]


def spoken_words(texts: Sequence[str], end_s: float = 6.0, start_s: float = 0.0) -> list[Word]:
    """Words of the same length, one after the other."""
    edges = [samples(at_s) for at_s in np.linspace(start_s, end_s, len(texts) + 1)]
    return [Word(t, Span(a, b), 1.0) for t, a, b in zip(texts, edges, edges[1:], strict=False)]


def test_an_ordinary_answer_is_believed() -> None:
    assert doubt([Said()], spoken_words(TWELVE), SPOKEN) is None


@pytest.mark.parametrize(
    ("part", "words", "reason"),
    [
        (Said(compression_ratio=2.41), spoken_words(TWELVE), "compresses like a loop"),
        (Said(avg_logprob=-1.01), spoken_words(TWELVE), "is a guess"),
        (Said(), spoken_words([*TWELVE[:6], *["thank", "you"] * 3]), "repeats itself"),
        (Said(), spoken_words([*TWELVE[:6], *["no"] * 5]), "repeats itself"),
        (Said(), spoken_words(TWELVE, end_s=4.9), "leaves sound without words"),
        (Said(), spoken_words(TWELVE, start_s=1.1), "leaves sound without words"),
        (Said(), [], "leaves sound without words"),
        (Said(), spoken_words(TWELVE[:3]), "has too few or too many words"),
        (Said(), spoken_words([str(i) for i in range(39)]), "has too few or too many words"),
    ],
)
def test_what_looks_like_a_loop_or_lost_words_is_doubted(part: Said, words: list[Word], reason: str) -> None:
    assert doubt([Said(), part], words, SPOKEN) == reason


def test_a_pause_without_words_is_no_reason() -> None:
    """Two words, 2 s of line noise, two words."""
    quiet = 0.001 * np.random.default_rng(1).standard_normal(2 * RATE).astype(np.float32)
    audio = np.concatenate([SPOKEN[:RATE], quiet, SPOKEN[:RATE]])
    words = spoken_words(["good", "morning"], 1.0) + spoken_words(["this", "is"], 4.0, 3.0)
    assert doubt([Said()], words, audio) is None


def test_an_account_number_is_not_too_few_words() -> None:
    assert doubt([Said()], spoken_words(["It's", "122-324"]), SPOKEN) is None
    assert doubt([Said()], spoken_words(["It's", "one"]), SPOKEN) is not None


def test_nothing_said_about_silence_is_believed() -> None:
    assert doubt([], [], np.zeros(RATE, np.float32)) is None


@pytest.mark.parametrize(
    "text", ["no no no no", "five five five five", "yes that is right yes that is right"]
)
def test_people_do_repeat_themselves(text: str) -> None:
    assert not repeats_itself(text.split())


def test_right_answers_are_hardly_ever_doubted(full: FasterWhisperRecognizer, clips: list[Clip]) -> None:
    """A false alarm costs a full window: at most one clip in ten."""
    doubted = 0
    for clip in clips[::3]:
        words = full.recognize(clip.samples, "en")
        assert [plain(w.text) for w in words] == [plain(t) for t in clip.text.split()]
        parts = parts_of(full, clip.samples)
        doubted += doubt(parts, words, clip.samples) is not None
    assert doubted == 0


TIMIT = ROOT.parent / "shared/data/timit_nltk_sample"


@pytest.mark.skipif(not TIMIT.is_dir(), reason="../shared/data (hand-timed words) is not on this machine")
def test_real_sentences_are_believed_and_lost_words_missed() -> None:
    """80 sentences of 16 people, words timed by hand; then without their last four words (0.7 to 1.5 s)."""
    believed = missed = long = 0
    for line in (TIMIT / "manifest.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        audio = np.concatenate(list(read_blocks(TIMIT / row["file"])), axis=1)[0]
        words = [Word(text, Span.from_seconds(start, end), 1.0) for start, end, text in row["words"]]
        believed += doubt([Said()], words, audio) is None
        long += len(words) > 6
        missed += len(words) > 6 and doubt([Said()], words[:-4], audio) is not None
    assert believed >= 78
    assert missed >= 0.6 * long > 30
