"""The model's tokens: byte pairs of our words, then Whisper's own special tokens and timestamps.

The layout is Whisper's (text, controls, timestamps), so faster-whisper reads it as it reads any other; an
English-only model is told by its number of tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

TEXT_TOKENS = 3400
"""Enough for each frequent word to be one token; the others are two or three."""

CONTROLS = (
    *("endoftext", "startoftranscript", "en", "translate", "transcribe"),
    *("startoflm", "startofprev", "nospeech", "notimestamps"),
)

STAMPS = 1501
"""<|0.00|> to <|30.00|> in steps of 20 ms."""

STAMPS_PER_S = 50

_ALONE = (" -", " '", " --")
"""faster-whisper forbids the first token of these; it must be the sign alone, or it forbids words."""

_FILE = "tokenizer.json"


def fitted(sentences: Iterable[str], words: Sequence[str]) -> Tokenizer:
    """A tokenizer for sentences like these and for each of the words.

    Parameters
    ----------
    sentences : as the model is to write them; how often pairs stand in them decides what becomes a token.
    words : each counts as much as some frequent one, so that none falls to single letters.
    """
    corpus = [f" {sentence}" for sentence in sentences]
    corpus += [f" {word}" for word in words for _ in range(len(corpus) // 150)]
    corpus += [sign for sign in _ALONE for _ in range(len(corpus))]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=TEXT_TOKENS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), min_frequency=2
    )
    tokenizer.train_from_iterator(corpus, trainer)
    tokenizer.add_special_tokens(
        [AddedToken(f"<|{name}|>", special=True, normalized=False) for name in CONTROLS]
    )
    # Timestamps are added, but not special: so they are in Whisper.
    tokenizer.add_tokens(
        [
            AddedToken(f"<|{stamp / STAMPS_PER_S:.2f}|>", special=False, normalized=False)
            for stamp in range(STAMPS)
        ]
    )
    return tokenizer


class Spelling:
    """Words as tokens, and the ids of the tokens that are none.

    Parameters
    ----------
    tokenizer : from `fitted`, or read from a file.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.size: int = tokenizer.get_vocab_size()
        """All tokens."""
        self.end, self.start, *_, self.previous, self.no_speech, self.no_stamps = (
            self.id(f"<|{name}|>") for name in CONTROLS
        )
        self.first_stamp = self.no_stamps + 1
        self._of_word = lru_cache(maxsize=None)(self._spelled)

    @classmethod
    def read(cls, folder: Path) -> Spelling:
        """The tokenizer of a folder."""
        return cls(Tokenizer.from_file(str(folder / _FILE)))

    def write(self, folder: Path) -> None:
        """Into a folder, for `read` and for faster-whisper."""
        self.tokenizer.save(str(folder / _FILE))

    def id(self, token: str) -> int:
        """The number of a token."""
        found: int = self.tokenizer.token_to_id(token)
        return found

    def strings(self) -> list[str]:
        """All tokens, in order."""
        return [self.tokenizer.id_to_token(number) for number in range(self.size)]

    def word(self, word: str) -> tuple[int, ...]:
        """The tokens of a word, the blank before it included."""
        return self._of_word(word)

    def pieces(self, text: str) -> list[int]:
        """The tokens of any text, as it stands."""
        found: list[int] = self.tokenizer.encode(text).ids
        return found

    def stamp(self, at_s: float) -> int:
        """The timestamp nearest to a time within the window."""
        return self.first_stamp + min(STAMPS - 1, max(0, round(at_s * STAMPS_PER_S)))

    def timed(
        self, words: Sequence[str], times_s: Sequence[tuple[float, float]]
    ) -> Iterator[tuple[int, float, float]]:
        """Each token with when it is said: words are divided by their letters, marks follow their word."""
        for word, (start_s, end_s) in zip(words, times_s, strict=True):
            tokens = self.word(word)
            letters = [self._letters(token) for token in tokens]
            edges = start_s + (end_s - start_s) * np.cumsum([0, *letters]) / max(1, sum(letters))
            for token, begin, end in zip(tokens, edges, edges[1:], strict=False):
                yield token, float(begin), end_s + _MARK_S if self._is_mark(token) else float(end)

    def _spelled(self, word: str) -> tuple[int, ...]:
        return tuple(self.pieces(f" {word}"))

    def _is_mark(self, token: int) -> bool:
        return self.tokenizer.decode([token]) in {".", "?"}

    def _letters(self, token: int) -> int:
        return sum(c.isalpha() or c == "'" for c in self.tokenizer.decode([token]))


_MARK_S = 0.14
"""A full stop is heard as the silence that begins here."""
