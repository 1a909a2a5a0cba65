"""A trained network as a model folder, and back: CTranslate2's weights, tokenizer, card for voicecoach."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import whisper_spec
from faster_whisper.tokenizer import Tokenizer as WhisperTokenizer
from numpy.typing import NDArray

from bench.model_file import read_variables
from tools.demo_model.tokens import Spelling
from voicecoach.devices.models import CARD

NAME = "whisper-micro-en"

PREPROCESSOR: Mapping[str, object] = {
    "chunk_length": 30,
    "feature_extractor_type": "WhisperFeatureExtractor",
    "feature_size": 80,
    "hop_length": 160,
    "n_fft": 400,
    "n_samples": 480_000,
    "nb_max_frames": 3000,
    "padding_side": "right",
    "padding_value": 0.0,
    "processor_class": "WhisperProcessor",
    "return_attention_mask": False,
    "sampling_rate": 16_000,
}
"""Whisper's features, as faster-whisper reads them."""

Weights = Mapping[str, NDArray[np.float32]]


def write_model(
    folder: Path,
    weights: Weights,
    spelling: Spelling,
    *,
    heads: int,
    alignment_heads: tuple[tuple[int, int], ...],
    card: Mapping[str, object],
) -> None:
    """Write everything that ``voicecoach --model FOLDER`` asks for.

    Parameters
    ----------
    weights : by their names in `network.Whisper`.
    heads : of each attention.
    card : what voicecoach is to know of the model; name and sha256 are added.
    """
    spec = _filled(weights, heads)
    spec.register_vocabulary(spelling.strings())
    _configure(spec.config, spelling)
    spec.config.alignment_heads = [list(head) for head in alignment_heads]
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    spelling.write(folder)
    _write_json(folder / "preprocessor_config.json", PREPROCESSOR)
    digest = hashlib.sha256((folder / "model.bin").read_bytes()).hexdigest()
    _write_json(folder / CARD, {"name": NAME, **card, "sha256": digest})


def read_weights(folder: Path) -> dict[str, NDArray[np.float32]]:
    """Those of a model folder by their names in `network.Whisper`, as the rounding to int8 left them.

    What the export leaves out, the teachers, is not among them.
    """
    stored = read_variables(folder / "model.bin")
    return {
        _own_name(name): values
        for name, values in stored.items()
        if values.ndim and not name.startswith("decoder/projection")
    }


_OWN_NAMES = (
    (r"^encoder/position_encodings/encodings$", "positions"),
    (r"^decoder/position_encodings/encodings$", "text_positions"),
    (r"^decoder/embeddings", "embedding"),
    (r"^encoder/(conv\d)", r"\1"),
    (r"^(encoder|decoder)/layer_norm", r"\1_norm"),
    (r"/layer_(\d+)/", r".\1."),
    (r"self_attention/linear_0", "attention.inner"),
    (r"self_attention/linear_1", "attention.outer"),
    (r"self_attention/layer_norm", "attention.norm"),
    (r"attention/linear_0", "cross.query"),
    (r"attention/linear_1", "cross.inner"),
    (r"attention/linear_2", "cross.outer"),
    (r"attention/layer_norm", "cross.norm"),
    (r"ffn/linear_0", "feed.inner"),
    (r"ffn/linear_1", "feed.outer"),
    (r"ffn/layer_norm", "feed.norm"),
    (r"/(weight|bias)$", r".\1"),
    (r"/gamma$", ".weight"),
    (r"/beta$", ".bias"),
)
"""Patterns in CTranslate2's names and what becomes of them, one after the other."""


def _own_name(name: str) -> str:
    for pattern, own in _OWN_NAMES:
        name = re.sub(pattern, own, name)
    return name


def _filled(weights: Weights, heads: int) -> whisper_spec.WhisperSpec:
    layers = sum(name.startswith("encoder.") and name.endswith("feed.norm.bias") for name in weights)
    spec = whisper_spec.WhisperSpec(layers, heads, layers, heads)
    filler = _Filler(weights)
    for name in ("conv1", "conv2"):
        filler.linear(getattr(spec.encoder, name), name)
    spec.encoder.position_encodings.encodings = weights["positions"]
    filler.norm(spec.encoder.layer_norm, "encoder_norm")
    spec.decoder.scale_embeddings = False
    spec.decoder.embeddings.weight = spec.decoder.projection.weight = weights["embedding.weight"]
    spec.decoder.position_encodings.encodings = weights["text_positions"]
    filler.norm(spec.decoder.layer_norm, "decoder_norm")
    for part in ("encoder", "decoder"):
        for number, layer in enumerate(getattr(spec, part).layer):
            filler.layer(layer, f"{part}.{number}")
    return spec


class _Filler:
    """Copies weights into CTranslate2's specification."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def linear(self, linear: Any, name: str) -> None:
        """A product."""
        linear.weight, linear.bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]

    def norm(self, norm: Any, name: str) -> None:
        """A layer norm."""
        norm.gamma, norm.beta = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]

    def layer(self, layer: Any, name: str) -> None:
        """A layer of the encoder or, with cross-attention, of the decoder."""
        self._attention(layer.self_attention, f"{name}.attention", ("inner", "outer"))
        if f"{name}.cross.query.weight" in self._weights:
            self._attention(layer.attention, f"{name}.cross", ("query", "inner", "outer"))
        self.norm(layer.ffn.layer_norm, f"{name}.feed.norm")
        self.linear(layer.ffn.linear_0, f"{name}.feed.inner")
        self.linear(layer.ffn.linear_1, f"{name}.feed.outer")

    def _attention(self, attention: Any, name: str, parts: tuple[str, ...]) -> None:
        self.norm(attention.layer_norm, f"{name}.norm")
        for linear, part in zip(attention.linear, parts, strict=True):
            self.linear(linear, f"{name}.{part}")


def _configure(config: Any, spelling: Spelling) -> None:
    """What may be written when.

    Other Whisper models may not end a text before its first word. This one may: without timestamps nothing
    else would be left to it where nobody speaks.
    """
    whisper = WhisperTokenizer(spelling.tokenizer, False)
    never = (whisper.transcribe, whisper.translate, whisper.sot, whisper.sot_prev, whisper.sot_lm)
    config.suppress_ids = sorted({*whisper.non_speech_tokens, *never, whisper.no_speech})
    config.suppress_ids_begin = spelling.pieces(" ")
    config.lang_ids = [spelling.id("<|en|>")]


def _write_json(path: Path, content: Mapping[str, object]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
