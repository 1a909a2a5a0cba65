"""Whisper's network in PyTorch (Radford et al. 2022), small, with two teachers that its export leaves out.

* a head on the encoder that names the phone at each position
* some heads of the cross-attention (`ALIGNMENT_HEADS`), which are to look where a token is heard

Shapes: B windows, T encoder positions (20 ms), L tokens.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

ALIGNMENT_HEADS = ((1, 0), (2, 0))
"""Decoder layer and head; faster-whisper takes word times from them."""

MELS, POSITIONS, TOKENS = 80, 1500, 448
"""Mel bands, encoder positions of 30 s, decoder positions: Whisper's."""

PHONES = 256
"""Rows of the phone head: as many as a byte can number, silence counted. Two engines name some 150."""

LOCAL_OFFSETS = ((-3, -1, 1, 3), (-6, -2, 2, 6), (-10, -3, 3, 10))
"""Where each head of the encoder's layers looks at first, in positions from its own (`_look_around`)."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """Sizes of a network."""

    width: int = 192
    layers: int = 3
    """Of encoder and decoder each."""
    heads: int = 4


def sinusoids(count: int, width: int) -> Tensor:
    """Whisper's fixed positions: sines, then cosines. Shape (count, width)."""
    return torch.cat(
        [wave(torch.arange(count)[:, None] * _turns(width)) for wave in (torch.sin, torch.cos)], 1
    )


def _turns(width: int) -> Tensor:
    """Radians by which each pair of dimensions turns from one position to the next. Shape (width / 2,)."""
    return torch.exp(-math.log(10_000) / (width // 2 - 1) * torch.arange(width // 2))


def attend(query: Tensor, key: Tensor, value: Tensor, *, causal: bool = False) -> tuple[Tensor, Tensor]:
    """What each query finds, (B, heads, n, size), and the scores it went by, (B, heads, n, T).

    In plain products: PyTorch's fused attention takes twice as long on a processor in bfloat16.
    """
    scores = query @ key.transpose(2, 3) * query.shape[-1] ** -0.5
    if causal:
        later = torch.full(scores.shape[2:], -math.inf, dtype=scores.dtype, device=scores.device)
        scores = scores + later.triu(1)
    return scores.softmax(-1) @ value, scores


class SelfAttention(nn.Module):
    """Attention of a sequence to itself."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        self.heads = geometry.heads
        self.norm = nn.LayerNorm(geometry.width)
        self.inner = nn.Linear(geometry.width, 3 * geometry.width)
        """Queries, keys, values."""
        self.outer = nn.Linear(geometry.width, geometry.width)

    def forward(self, x: Tensor, *, causal: bool) -> Tensor:
        """What is added to `x`, shape (B, n, width)."""
        batch, count, width = x.shape
        inner = self.inner(self.norm(x)).view(batch, count, 3, self.heads, width // self.heads)
        query, key, value = inner.permute(2, 0, 3, 1, 4)
        mixed, _ = attend(query, key, value, causal=causal)
        return self.outer(mixed.transpose(1, 2).reshape(batch, count, width))


class CrossAttention(nn.Module):
    """Attention of the decoder to the encoder's output."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        self.heads = geometry.heads
        self.norm = nn.LayerNorm(geometry.width)
        self.query = nn.Linear(geometry.width, geometry.width)
        self.inner = nn.Linear(geometry.width, 2 * geometry.width)
        """Keys, values."""
        self.outer = nn.Linear(geometry.width, geometry.width)

    def forward(self, x: Tensor, heard: Tensor, head: int | None) -> tuple[Tensor, Tensor | None]:
        """What is added to `x`, and the scores of one head, shape (B, L, T)."""
        batch, count, width = x.shape
        size = width // self.heads
        query = self.query(self.norm(x)).view(batch, count, self.heads, size).transpose(1, 2)
        key, value = self.inner(heard).view(batch, -1, 2, self.heads, size).permute(2, 0, 3, 1, 4)
        mixed, scores = attend(query, key, value)
        added = self.outer(mixed.transpose(1, 2).reshape(batch, count, width))
        return added, None if head is None else scores[:, head].float()


class FeedForward(nn.Module):
    """Two products with GELU between them."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(geometry.width)
        self.inner = nn.Linear(geometry.width, 4 * geometry.width)
        self.outer = nn.Linear(4 * geometry.width, geometry.width)

    def forward(self, x: Tensor) -> Tensor:
        """What is added to `x`."""
        return self.outer(functional.gelu(self.inner(self.norm(x))))


class EncoderLayer(nn.Module):
    """Hears around."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        self.attention = SelfAttention(geometry)
        self.feed = FeedForward(geometry)

    def forward(self, x: Tensor) -> Tensor:
        """Shape (B, T, width)."""
        x = x + self.attention(x, causal=False)
        return x + self.feed(x)


class DecoderLayer(nn.Module):
    """Looks back at the text and into the sound."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        self.attention = SelfAttention(geometry)
        self.cross = CrossAttention(geometry)
        self.feed = FeedForward(geometry)

    def forward(self, x: Tensor, heard: Tensor, head: int | None) -> tuple[Tensor, Tensor | None]:
        """Shape (B, L, width); the scores of one head of the cross-attention."""
        x = x + self.attention(x, causal=True)
        added, scores = self.cross(x, heard, head)
        x = x + added
        return x + self.feed(x), scores


class Whisper(nn.Module):
    """The network.

    Parameters
    ----------
    tokens : all tokens of the model.
    stamps_from : the first timestamp's token.
    """

    def __init__(self, tokens: int, stamps_from: int, geometry: Geometry | None = None) -> None:
        super().__init__()
        self.geometry = geometry = geometry or Geometry()
        width, layers = geometry.width, range(geometry.layers)
        self.conv1 = nn.Conv1d(MELS, width, 3, padding=1)
        self.conv2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.register_buffer("positions", sinusoids(POSITIONS, width))
        self.encoder = nn.ModuleList(EncoderLayer(geometry) for _ in layers)
        self.encoder_norm = nn.LayerNorm(width)
        self.embedding = nn.Embedding(tokens, width)
        self.text_positions = nn.Parameter(sinusoids(TOKENS, width) * 0.05)
        self.decoder = nn.ModuleList(DecoderLayer(geometry) for _ in layers)
        self.decoder_norm = nn.LayerNorm(width)
        self.phone_head = nn.Linear(width, PHONES)
        nn.init.normal_(self.embedding.weight, std=0.05)
        self._count_time(stamps_from)
        for layer, offsets in zip(self.encoder, LOCAL_OFFSETS, strict=False):
            self._look_around(layer.attention, offsets)

    def encode(self, features: Tensor, offsets: Tensor) -> Tensor:
        """What is heard: (B, 80, 2 T) features that begin at positions `offsets` (B,) -> (B, T, width)."""
        x = functional.gelu(self.conv1(features))
        x = functional.gelu(self.conv2(x)).transpose(1, 2)
        places = offsets[:, None] + torch.arange(x.shape[1], device=x.device)
        x = x + self.positions[places]
        for layer in self.encoder:
            x = layer(x)
        return self.encoder_norm(x)

    def decode(self, tokens: Tensor, heard: Tensor) -> tuple[Tensor, list[Tensor]]:
        """States that tell the next tokens, (B, L, width), and the scores of `ALIGNMENT_HEADS`."""
        x = self.embedding(tokens) + self.text_positions[: tokens.shape[1]]
        aligned, heads = list[Tensor](), dict(ALIGNMENT_HEADS)
        for number, layer in enumerate(self.decoder):
            x, scores = layer(x, heard, heads.get(number))
            if scores is not None:
                aligned.append(scores)
        return self.decoder_norm(x), aligned

    def logits(self, states: Tensor) -> Tensor:
        """Scores of all tokens; the output is tied to the embedding."""
        return states @ self.embedding.weight.t()

    @torch.no_grad()
    def sharpen(self, factor: float) -> None:
        """Raise all scores over the sound: a window with more positions spreads attention thinner.

        Trained on n positions, attention to 5 n wants scores some log(5 n) / log(n) = 1.3 times as large.
        """
        width = self.geometry.width
        for layer in self.encoder:
            layer.attention.inner.weight[:width] *= factor
            layer.attention.inner.bias[:width] *= factor
        for layer in self.decoder:
            layer.cross.query.weight.mul_(factor)
            layer.cross.query.bias.mul_(factor)

    @torch.no_grad()
    def _count_time(self, stamps_from: int) -> None:
        """Timestamps begin alike where their positions are: a time can be copied out of the sound."""
        stamps = self.embedding.weight[stamps_from:]
        places = torch.cat([self.positions, self.positions[-1:]])
        stamps.copy_(0.15 * (places - places.mean(0))[: len(stamps)])

    @torch.no_grad()
    def _look_around(self, attention: SelfAttention, offsets: tuple[int, ...]) -> None:
        """Let each head begin by looking at one distance: queries are the positions, turned by it.

        So an encoder need not find out for itself what is near before it can learn anything.
        """
        width, heads = self.geometry.width, self.geometry.heads
        size, half = width // heads, width // 2
        turns, weight = _turns(width), attention.inner.weight
        weight[: 2 * width] *= 0.2
        pairs = torch.linspace(0, min(36, half - 1), size // 2).round().long().tolist()
        for head in range(heads):
            offset = offsets[head % len(offsets)]
            for number, pair in enumerate(pairs):
                row = head * size + 2 * number
                cosine, sine = math.cos(turns[pair] * offset), math.sin(turns[pair] * offset)
                weight[row, pair] += cosine
                weight[row, half + pair] += sine
                weight[row + 1, half + pair] += cosine
                weight[row + 1, pair] -= sine
                weight[width + row, pair] += 1.0
                weight[width + row + 1, half + pair] += 1.0
