"""What a Whisper is to write about a window, token by token, and where in it each token is heard.

Whisper's own conventions: timestamps around each text, or none at all; a text that goes on beyond the window
has its beginning alone; where nobody speaks, ``<|nospeech|>`` is what follows ``<|startoftranscript|>``. The
text before the window, or a list of names, may stand ahead.

Units: seconds from the beginning of the 30 s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tools.demo_model.shards import Recorded
from tools.demo_model.tokens import Spelling
from tools.demo_model.utterances import Times

IGNORED = -100
"""PyTorch's number for a token that is not asked for."""

LATEST_FIRST_STAMP_S = 1.0
"""faster-whisper lets no text begin later; where the first word is, word alignment tells."""

STAMPED_CHANCE, PROMPT_CHANCE = 0.5, 0.22
LONGEST_PROMPT = 223
"""faster-whisper gives at most half of the decoder's 448 positions to the text before."""

Heard = tuple[float, float] | None
"""Where a token is heard; None: it is not."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words and their times; a text without words has the time at which it begins."""

    words: tuple[str, ...]
    times_s: Times

    @property
    def start_s(self) -> float:
        """Where the first word begins."""
        return self.times_s[0][0]

    @property
    def end_s(self) -> float:
        """Where the last word ends."""
        return self.times_s[-1][1]


@dataclass(frozen=True, slots=True)
class Targets:
    """The decoder's input and output."""

    given: tuple[int, ...]
    wanted: tuple[int, ...]
    """The token after each given one, or `IGNORED`."""
    heard_s: tuple[Heard, ...]
    """Where each wanted one is heard."""


class Writer:
    """Writes targets.

    Parameters
    ----------
    spelling : the model's tokens.
    recorded : utterances that texts before the window are taken from.
    """

    def __init__(self, spelling: Spelling, recorded: Sequence[Recorded]) -> None:
        self._spelling = spelling
        self._recorded = recorded

    def targets(self, texts: Sequence[Text], unfinished: Text | None, rng: np.random.Generator) -> Targets:
        """Tokens for `texts`, in order, and one that the window's end cuts off."""
        stamped = bool(rng.random() < STAMPED_CHANCE)
        silent = not texts and unfinished is None
        spelling = self._spelling
        before = self._prompt(rng) if rng.random() < PROMPT_CHANCE else []
        head = [*before, spelling.start] + ([] if stamped else [spelling.no_stamps])
        body = list(self._stamped(texts, unfinished) if stamped else self._unstamped(texts, unfinished))
        if silent and stamped:
            body = [(spelling.first_stamp, None)]
        ends_s = texts[-1].end_s if texts else None
        end_heard = None if ends_s is None or stamped or unfinished else (ends_s, ends_s + _END_S)
        tokens = [*head, *(token for token, _ in body), spelling.end]
        heard = [*(None for _ in head), *(where for _, where in body), end_heard]
        wanted = [*(IGNORED for _ in before), *tokens[len(before) + 1 :]]
        if silent:
            wanted[len(before)] = spelling.no_speech
        return Targets(tuple(tokens[:-1]), tuple(wanted), tuple(heard[1:]))

    def _stamped(self, texts: Sequence[Text], unfinished: Text | None) -> Iterator[tuple[int, Heard]]:
        stamp = self._spelling.stamp
        for number, text in enumerate(texts):
            start_s, is_late = text.start_s, number == 0 and text.start_s > LATEST_FIRST_STAMP_S
            if is_late:
                yield stamp(LATEST_FIRST_STAMP_S), None
            else:
                yield stamp(start_s), _around(start_s)
            for token, begin_s, end_s in self._spelling.timed(text.words, text.times_s):
                yield token, (begin_s, end_s)
            yield stamp(text.end_s), _around(text.end_s)
        if unfinished is not None:
            yield stamp(unfinished.start_s), _around(unfinished.start_s)

    def _unstamped(self, texts: Sequence[Text], unfinished: Text | None) -> Iterator[tuple[int, Heard]]:
        for text in (*texts, *((unfinished,) if unfinished is not None and unfinished.words else ())):
            for token, begin_s, end_s in self._spelling.timed(text.words, text.times_s):
                yield token, (begin_s, end_s)

    def _prompt(self, rng: np.random.Generator) -> list[int]:
        tokens = self._names(rng) if rng.random() < 0.4 else self._text_before(rng)
        return [self._spelling.previous, *tokens[-LONGEST_PROMPT:]]

    def _text_before(self, rng: np.random.Generator) -> list[int]:
        spelling, tokens = self._spelling, list[int]()
        stamped = rng.random() < 0.7
        for _ in range(int(rng.choice((1, 1, 2, 3, 5, 8)))):
            text = [token for word in self._any(rng).words for token in spelling.word(word)]
            start, end = np.sort(rng.uniform(0, 30, 2))
            tokens += [spelling.stamp(start), *text, spelling.stamp(end)] if stamped else text
        return tokens

    def _names(self, rng: np.random.Generator) -> list[int]:
        """Some words with commas between them, as a glossary is given."""
        words = [str(rng.choice(self._any(rng).words)).rstrip(".?") for _ in range(int(rng.integers(1, 9)))]
        return self._spelling.pieces(" " + ", ".join(words))

    def _any(self, rng: np.random.Generator) -> Recorded:
        return self._recorded[int(rng.integers(len(self._recorded)))]


_END_S = 0.3
"""That a text is over is heard in the silence after it."""


def _around(at_s: float) -> Heard:
    return at_s - 0.06, at_s + 0.08
