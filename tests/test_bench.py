"""The models that the benches measure with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench import widened_whisper
from bench.model_file import read_variables
from voicecoach.audio import Samples
from voicecoach.devices.machine import place, read_machine
from voicecoach.devices.media import read_blocks
from voicecoach.devices.models import DEMO_FOLDER, resolve
from voicecoach.devices.recognizer import FasterWhisperRecognizer
from voicecoach.speech import Word
from voicecoach.timeline import RATE

FIXTURES = Path(__file__).parent.parent / "audio_fixtures"


@pytest.fixture(scope="module")
def wide_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "wide"
    widened_whisper.save("mini", folder)
    return folder


def words_of(model: str, sound: Samples) -> tuple[Word, ...]:
    recognizer = FasterWhisperRecognizer(resolve(model, offline=True), place(read_machine("cpu")))
    return recognizer.recognize(sound, "en")


def a_sentence() -> Samples:
    """The first seconds of the trainee of a fixture call."""
    return next(read_blocks(FIXTURES / "good.16k.flac", 12 * RATE))[0]


def test_a_widened_model_hears_what_the_demo_model_hears(wide_folder: Path) -> None:
    sound = a_sentence()
    expected, found = words_of("demo", sound), words_of(str(wide_folder), sound)
    assert len(expected) > 5
    assert [word.text for word in found] == [word.text for word in expected]
    times = [(a.span.start - b.span.start) / RATE for a, b in zip(found, expected, strict=True)]
    assert np.abs(times).max() <= 0.021  # a step of Whisper's clock


def test_a_widened_model_is_the_same_bytes_each_time(wide_folder: Path, tmp_path: Path) -> None:
    widened_whisper.save("mini", tmp_path)
    for path in sorted(wide_folder.iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_layers_that_do_nothing_are_not_stored_once_for_all(wide_folder: Path) -> None:
    """Weights shared between layers would stay in the processor's cache, and be cheaper than real ones."""
    large = [
        name for name, values in read_variables(wide_folder / "model.bin").items() if values.size > 256**2 - 1
    ]
    per_encoder_layer, per_decoder_layer = 4, 7
    assert sum(name.startswith("encoder/layer_") for name in large) == 4 * per_encoder_layer
    assert sum(name.startswith("decoder/layer_") for name in large) == 4 * per_decoder_layer


def test_stored_numbers_are_read_back() -> None:
    demo = read_variables(DEMO_FOLDER / "model.bin")
    assert demo["decoder/embeddings/weight"].shape == (3310, 192)
    # Sine and cosine of the positions are known: Radford et al. 2022, section 2.2.
    positions = demo["encoder/position_encodings/encodings"]
    assert positions[1, 0] == pytest.approx(np.sin(1), abs=1e-6)
    assert positions[1, 96] == pytest.approx(np.cos(1), abs=1e-6)
