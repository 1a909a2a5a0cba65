"""Make a Whisper model that costs what tiny, base or small costs, and answers with the demo model's words.

    python -m bench.widened_whisper SIZE FOLDER [--compute-type int8]

For measuring a whole path, words included, at a real model's cost without its weights. Widths, layers, heads
and the 51,864 tokens are those of OpenAI's tiny.en, base.en and small.en (Radford et al. 2022, table 1); the
function is the demo model's, computed in a corner of the large one:

- *Width.* The demo's dimensions are the first ones of the stream, the others are 0. A layer norm over more
  dimensions finds another mean and variance: so the stream and all that is written to it is given mean 0
  (a norm does not see the difference), which leaves a variance too small by a known factor, for gamma.
- *Centering.* What enters the stream (convolutions, embeddings) gets mean 0 from the first layer's
  feed-forward part. Large constants in the spare dimensions, added with the positions, make its layer norm
  linear; there GELU(x) - GELU(-x) = x takes the mean away, and the bias takes the constants away again.
- *Heads.* Padded with zeros; queries make up for the other 1/sqrt(head size).
- *Layers.* After the first and the demo's own: random weights whose input is 0 (gamma 0), or for
  cross-attention whose values are, so that they cost and change nothing. Equal weights (all 0) would be
  stored once, and be cheaper.
- *Vocabulary.* The demo's tokens sit where English Whisper has tokens of their kind; the others lose always.

Same inputs, same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import whisper_spec
from numpy.typing import NDArray

from bench.model_file import Variables, read_variables
from bench.random_whisper import SHAPES, RandomWeights, save_spec
from bench.widened_vocabulary import TOKENS, token_ids, tokenizer_like, vocabulary
from voicecoach.devices.models import CARD, DEMO, DEMO_FOLDER

Array = NDArray[np.float32]

WIDE = {"mini": (256, 4, 4)} | {size: SHAPES[size] for size in ("tiny", "base", "small")}
"""Width, layers of encoder and of decoder, attention heads; mini (2 s to make) is nobody's, for tests."""

DEMO_HEADS = 4

LOUD = {"encoder": 64.0, "decoder": 8.0}
"""The constants that make a norm linear: some 60 times what the demo's streams hold at their beginning, so
that the mean is off by a ten-thousandth."""

MEAN_GAIN = {"encoder": 16.0, "decoder": 32.0}
"""By how much the mean is multiplied between the two products: arbitrary, but large enough that GELU leaves
one of its two forms 0, which int8 rounds to nothing; unequal, or equal weights would be stored once."""

REFUSED_LOGIT = -1000.0
"""Of tokens that the demo model does not have: exp of it is 0 in every number format."""


def zeros(*shape: int) -> Array:
    return np.zeros(shape, np.float32)


class Widener:
    """Fills the layers of a wide model from the demo's, by the demo's names."""

    def __init__(self, demo: Variables, size: str) -> None:
        self._demo = demo
        self.width, self.layers, self.heads = WIDE[size]
        self.narrow = len(demo["encoder/layer_norm/gamma"])
        self._random = RandomWeights(self.width, seed=0)
        head, wide_head = self.narrow // DEMO_HEADS, self.width // self.heads
        self._query_gain = np.float32(sqrt(wide_head / head))
        # Where in the wide model's heads the demo's are.
        self._in_heads = (np.arange(DEMO_HEADS)[:, None] * wide_head + np.arange(head)).ravel()

    def demo_layers(self, part: str) -> int:
        return sum(
            name.startswith(f"{part}/layer_") and name.endswith("/ffn/linear_0/bias") for name in self._demo
        )

    def of(self, name: str) -> Array:
        return self._demo[name]

    def widened(self, values: Array, axis: int = -1) -> Array:
        """Zeros appended to one axis of the stream's dimensions."""
        padding = [(0, 0)] * values.ndim
        padding[axis] = (0, self.width - self.narrow)
        return np.pad(values, padding)

    def fill_norm(self, norm: Any, name: str) -> None:
        """The variance over all dimensions is the demo's times narrow / width."""
        gain = np.float32(sqrt(self.narrow / self.width))
        norm.gamma = self.widened(gain * self.of(f"{name}/gamma"))
        norm.beta = self.widened(self.of(f"{name}/beta"))

    def fill_written(self, linear: Any, name: str, inputs: NDArray[np.intp], input_count: int) -> None:
        """A product whose result is added to the stream: its mean over the dimensions is taken away."""
        weight, bias = self.of(f"{name}/weight"), self.of(f"{name}/bias")
        linear.weight = zeros(self.width, input_count)
        linear.weight[: self.narrow, inputs] = weight - weight.mean(axis=0)
        linear.bias = self.widened(bias - bias.mean())

    def fill_attention(self, layer: Any, name: str) -> None:
        """Queries, keys and values are one product, or in cross-attention two."""
        self.fill_norm(layer.layer_norm, f"{name}/layer_norm")
        *inner, last = range(len(layer.linear))
        weight = np.concatenate([self.of(f"{name}/linear_{i}/weight") for i in inner])
        bias = np.concatenate([self.of(f"{name}/linear_{i}/bias") for i in inner])
        wide_weight, wide_bias = zeros(3, self.width, self.width), zeros(3, self.width)
        wide_weight[:, self._in_heads, : self.narrow] = weight.reshape(3, self.narrow, self.narrow)
        wide_bias[:, self._in_heads] = bias.reshape(3, self.narrow)
        wide_weight[0] *= self._query_gain
        wide_bias[0] *= self._query_gain
        cuts = [1] if len(inner) > 1 else []
        for i, one, other in zip(inner, np.split(wide_weight, cuts), np.split(wide_bias, cuts), strict=True):
            layer.linear[i].weight, layer.linear[i].bias = one.reshape(-1, self.width), other.ravel()
        self.fill_written(layer.linear[last], f"{name}/linear_{last}", self._in_heads, self.width)

    def fill_feed_forward(self, layer: Any, name: str) -> None:
        self.fill_norm(layer.layer_norm, f"{name}/layer_norm")
        hidden = 4 * self.narrow
        layer.linear_0.weight, layer.linear_0.bias = zeros(4 * self.width, self.width), zeros(4 * self.width)
        layer.linear_0.weight[:hidden, : self.narrow] = self.of(f"{name}/linear_0/weight")
        layer.linear_0.bias[:hidden] = self.of(f"{name}/linear_0/bias")
        self.fill_written(layer.linear_1, f"{name}/linear_1", np.arange(hidden), 4 * self.width)

    def fill_idle(self, layer: Any) -> None:
        """Random weights, no effect."""
        self._random.fill_attention(layer.self_attention)
        self._random.fill_feed_forward(layer.ffn)
        norms = [layer.self_attention.layer_norm, layer.ffn.layer_norm]
        if hasattr(layer, "attention"):
            self._random.fill_attention(layer.attention, crossed=True)
            norms.append(layer.attention.layer_norm)
            # What the encoder hands over is 0 in the spare dimensions: values read those only.
            layer.attention.linear[1].weight[self.width :, : self.narrow] = 0
        for norm in norms:
            norm.gamma = zeros(self.width)

    def loud(self, part: str) -> Array:
        """The constants of the spare dimensions: as many above 0 as below."""
        signs = np.where(np.arange(self.width - self.narrow) % 2, -1, 1)
        return np.concatenate([zeros(self.narrow), LOUD[part] * signs.astype(np.float32)])

    def fill_centering(self, layer: Any, part: str) -> None:
        """The first layer: its feed-forward part takes mean and constants from the stream."""
        self.fill_idle(layer)
        loud, gain, spare = self.loud(part), MEAN_GAIN[part], 1 - self.narrow / self.width
        ffn = layer.ffn
        ffn.layer_norm.gamma[: self.narrow] = LOUD[part] * sqrt(spare)  # what the norm divides by
        # After the norm: x - sum(x) / width, whose sum over the demo's dimensions is narrow * mean * spare.
        ffn.linear_0.weight = zeros(4 * self.width, self.width)
        ffn.linear_1.weight = zeros(self.width, 4 * self.width)
        for hidden, sign in enumerate((1, -1)):
            ffn.linear_0.weight[hidden, : self.narrow] = sign * gain / (self.narrow * spare)
            ffn.linear_1.weight[: self.narrow, hidden] = -sign / gain
        ffn.linear_1.bias = -loud

    def fill_layers(self, stack: Any, part: str) -> None:
        """Centering, the demo's layers, and as many more as the size has."""
        self.fill_centering(stack.layer[0], part)
        known = self.demo_layers(part)
        for i, layer in enumerate(stack.layer[1 : known + 1]):
            self.fill_attention(layer.self_attention, f"{part}/layer_{i}/self_attention")
            if hasattr(layer, "attention"):
                self.fill_attention(layer.attention, f"{part}/layer_{i}/attention")
            self.fill_feed_forward(layer.ffn, f"{part}/layer_{i}/ffn")
        for layer in stack.layer[known + 1 :]:
            self.fill_idle(layer)
        stack.position_encodings.encodings = self.widened(
            self.of(f"{part}/position_encodings/encodings")
        ) + self.loud(part)
        self.fill_norm(stack.layer_norm, f"{part}/layer_norm")

    def fill_encoder(self, encoder: Any) -> None:
        for conv, name in ((encoder.conv1, "encoder/conv1"), (encoder.conv2, "encoder/conv2")):
            conv.weight, conv.bias = (
                self.widened(self.of(f"{name}/{part}"), 0) for part in ("weight", "bias")
            )
        encoder.conv2.weight = self.widened(encoder.conv2.weight, 1)
        self.fill_layers(encoder, "encoder")

    def fill_decoder(self, decoder: Any, ids: NDArray[np.intp]) -> None:
        """`ids`: where each of the demo's tokens goes."""
        self.fill_layers(decoder, "decoder")
        refusing = self.width - 1
        decoder.layer_norm.beta[refusing] = 1
        rows = zeros(TOKENS, self.width)
        rows[:, refusing] = REFUSED_LOGIT
        rows[ids] = self.widened(self.of("decoder/embeddings/weight"))
        decoder.embeddings.weight = decoder.projection.weight = rows
        decoder.projection.bias = zeros(TOKENS)


def build(size: str, folder: Path = DEMO_FOLDER) -> whisper_spec.WhisperSpec:
    """The widened model of that size, ready to be saved."""
    widener = Widener(read_variables(folder / "model.bin"), size)
    layers, heads = widener.layers, widener.heads
    spec = whisper_spec.WhisperSpec(layers, heads, layers, heads)
    ids = token_ids(folder)
    widener.fill_encoder(spec.encoder)
    widener.fill_decoder(spec.decoder, ids)
    spec.register_vocabulary(vocabulary(folder))
    _configure(spec.config, json.loads((folder / "config.json").read_text("utf-8")), ids)
    return spec


def _configure(config: Any, demo: Mapping[str, Any], ids: NDArray[np.intp]) -> None:
    for name in ("suppress_ids", "suppress_ids_begin", "lang_ids"):
        setattr(config, name, ids[demo[name]].tolist())
    config.alignment_heads = [(layer + 1, head) for layer, head in demo["alignment_heads"]]


def save(size: str, folder: Path, compute_type: str = "int8", *, demo: Path = DEMO_FOLDER) -> None:
    """Write everything that ``voicecoach --model FOLDER`` asks for; `demo` is the model that is widened."""
    save_spec(build(size, demo), folder, compute_type)
    (folder / "tokenizer.json").write_text(tokenizer_like(demo), "utf-8")
    card = json.loads((demo / CARD).read_text("utf-8"))
    digest = hashlib.sha256((folder / "model.bin").read_bytes()).hexdigest()
    card |= {"name": f"whisper-micro-en as {size}", "sha256": digest}
    (folder / CARD).write_text(json.dumps(card, indent=1) + "\n", "utf-8")


def stand_in(size: str, folder: Path) -> str:
    """What ``--model`` is given for the demo model at the cost of `size`, or at its own."""
    if size == DEMO:
        return DEMO
    save(size, folder)
    return str(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("size", choices=WIDE)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--compute-type", choices=("int8", "int16", "float16", "float32"), default="int8")
    asked = parser.parse_args()
    save(asked.size, asked.folder, asked.compute_type)


if __name__ == "__main__":
    main()
