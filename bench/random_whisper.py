"""Make a Whisper model with random weights: it costs what the real one of that size costs, and knows nothing.

For measuring speed and memory without downloading weights, and for testing what babble does to the engine.

    python bench/random_whisper.py SIZE FOLDER [--compute-type int8] [--seed 0]

SIZE is micro (2 s to make), tiny, base or small; layers, widths, heads and the 51,865 tokens are those of
OpenAI's models of that name (Radford et al. 2022, table 1). The folder has everything that
``voicecoach --model FOLDER`` asks for. Same seed, same bytes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from ctranslate2.specs import whisper_spec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

SHAPES = {"micro": (64, 2, 2), "tiny": (384, 4, 6), "base": (512, 6, 8), "small": (768, 12, 12)}
"""Width, layers of encoder and of decoder, attention heads."""

MELS, FRAMES, POSITIONS = 80, 1500, 448
"""Mel bands, encoder positions (30 s), decoder positions."""

TEXT_TOKENS = 50_257
"""The text part of every multilingual Whisper's vocabulary."""

LANGUAGES = [code for code in _LANGUAGE_CODES if code != "yue"]
"""The 99 of every multilingual Whisper up to large-v2; Cantonese came with large-v3."""

CONTROLS = ("translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps")

TIMESTAMPS = 1501
"""<|0.00|> to <|30.00|> in steps of 20 ms."""


class RandomWeights:
    """Draws layers of the right shapes from one seeded generator."""

    def __init__(self, width: int, seed: int) -> None:
        self.width = width
        self._generator = np.random.default_rng(seed)

    def array(self, *shape: int) -> NDArray[np.float32]:
        """Normal numbers whose variance keeps activations of order one."""
        return self._generator.standard_normal(shape, dtype=np.float32) * np.float32(shape[-1] ** -0.5)

    def fill_linear(self, layer: object, outputs: int, inputs: int) -> None:
        """A matrix and no bias."""
        layer.weight, layer.bias = self.array(outputs, inputs), np.zeros(outputs, np.float32)

    def fill_norm(self, layer: object) -> None:
        """A layer norm that changes nothing."""
        layer.gamma, layer.beta = np.ones(self.width, np.float32), np.zeros(self.width, np.float32)

    def fill_attention(self, layer: object, *, crossed: bool = False) -> None:
        """Self-attention computes query, key and value in one product; cross-attention query apart."""
        self.fill_norm(layer.layer_norm)
        outputs = (1, 2, 1) if crossed else (3, 1)
        for linear, multiple in zip(layer.linear, outputs, strict=True):
            self.fill_linear(linear, multiple * self.width, self.width)

    def fill_feed_forward(self, layer: object) -> None:
        """Four times the width between two products."""
        self.fill_norm(layer.layer_norm)
        self.fill_linear(layer.linear_0, 4 * self.width, self.width)
        self.fill_linear(layer.linear_1, self.width, 4 * self.width)


def vocabulary() -> tuple[list[str], list[str]]:
    """Text tokens (the 256 bytes, then made-up words) and special tokens, in the order of their ids."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    # Every other made-up word starts with a space (which the byte alphabet writes as Ġ), as real ones do.
    words = [f"{'Ġ' if i % 2 else ''}w{i}" for i in range(TEXT_TOKENS - 1 - len(letters))]
    # Whisper's last text token is the empty one; CTranslate2 knows a multilingual model by it.
    return [*letters, *words, ""], special_tokens(LANGUAGES)


def special_tokens(languages: Sequence[str]) -> list[str]:
    """The tokens that come after the text ones in every Whisper vocabulary, in its order."""
    names = ("endoftext", "startoftranscript", *languages, *CONTROLS)
    return [f"<|{name}|>" for name in names] + [f"<|{step * 0.02:.2f}|>" for step in range(TIMESTAMPS)]


def save_tokenizer(path: Path) -> None:
    text, special = vocabulary()
    tokenizer = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(text)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    named = len(special) - TIMESTAMPS
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in special[:named]])
    tokenizer.add_tokens([AddedToken(token, special=False) for token in special[named:]])
    tokenizer.save(str(path))


def build(size: str, seed: int = 0) -> whisper_spec.WhisperSpec:
    """A model of the given size with random weights, ready to be saved."""
    width, layers, heads = SHAPES[size]
    weights = RandomWeights(width, seed)
    spec = whisper_spec.WhisperSpec(layers, heads, layers, heads)
    fill_encoder(spec.encoder, weights)
    fill_decoder(spec.decoder, weights)
    text, special = vocabulary()
    spec.register_vocabulary(text + special)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = list(range(TEXT_TOKENS + 2, TEXT_TOKENS + 2 + len(LANGUAGES)))
    spec.config.alignment_heads = [
        (layer, head) for layer in range(layers // 2, layers) for head in range(heads)
    ]
    return spec


def fill_encoder(encoder: object, weights: RandomWeights) -> None:
    width = weights.width
    encoder.conv1.weight, encoder.conv1.bias = weights.array(width, MELS, 3), np.zeros(width, np.float32)
    encoder.conv2.weight, encoder.conv2.bias = weights.array(width, width, 3), np.zeros(width, np.float32)
    encoder.position_encodings.encodings = weights.array(FRAMES, width)
    weights.fill_norm(encoder.layer_norm)
    for layer in encoder.layer:
        weights.fill_attention(layer.self_attention)
        weights.fill_feed_forward(layer.ffn)


def fill_decoder(decoder: object, weights: RandomWeights) -> None:
    tokens = sum(map(len, vocabulary()))
    decoder.embeddings.weight = weights.array(tokens, weights.width)
    decoder.position_encodings.encodings = weights.array(POSITIONS, weights.width)
    weights.fill_norm(decoder.layer_norm)
    for layer in decoder.layer:
        weights.fill_attention(layer.self_attention)
        weights.fill_attention(layer.attention, crossed=True)
        weights.fill_feed_forward(layer.ffn)
    decoder.projection.weight = decoder.embeddings.weight
    decoder.projection.bias = np.zeros(tokens, np.float32)


def save(size: str, folder: Path, compute_type: str = "int8", seed: int = 0) -> None:
    """Write everything that ``voicecoach --model FOLDER`` asks for."""
    save_spec(build(size, seed), folder, compute_type)
    save_tokenizer(folder / "tokenizer.json")


def save_spec(spec: whisper_spec.WhisperSpec, folder: Path, compute_type: str) -> None:
    """Write model, vocabulary and settings of the features into `folder`: all but the tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    spec.validate()
    spec.optimize(quantization=None if compute_type == "float32" else compute_type)
    spec.save(str(folder))
    features = {
        "feature_size": MELS,
        "sampling_rate": 16000,
        "hop_length": 160,
        "n_fft": 400,
        "chunk_length": 30,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(features), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("size", choices=SHAPES)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--compute-type", choices=("int8", "int16", "float16", "float32"), default="int8")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    save(asked.size, asked.folder, asked.compute_type, asked.seed)


if __name__ == "__main__":
    main()
