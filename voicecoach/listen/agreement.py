"""Which words of an unfinished utterance can be relied on: those that two hypotheses in a row agree on.

LocalAgreement-2 (Liu et al. 2020, "Low-latency sequence-to-sequence speech recognition"; used with Whisper by
Macháček et al. 2023): while somebody speaks the same growing audio is recognized again and again. The
words with which the last two answers both begin are *committed*; what follows is *tentative*. The last
word of an answer is never committed: it may be half a word.

Law: what was committed is never taken back or changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from voicecoach.speech import plain

_SEARCH = 3
"""Words by which a new answer may be longer or shorter than what was committed of it."""


class Agreement:
    """The words so far of one utterance.

    Attributes
    ----------
    committed : words that will not change.
    tentative : words after them, as the last hypothesis has them.
    """

    def __init__(self) -> None:
        self.committed: tuple[str, ...] = ()
        self.tentative: tuple[str, ...] = ()
        self._before = 0
        """Committed words that lie before the audio of the hypotheses."""
        self._previous: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Everything, committed or not."""
        return self.committed + self.tentative

    def push(self, hypothesis: Sequence[str]) -> None:
        """Take the next hypothesis about the audio since the last `settle`."""
        words = tuple(hypothesis)
        agreed = min(_agreed(self._previous, words), max(0, len(words) - 1))
        start = _continuation(self.committed[self._before :], words)
        self.committed += words[start:agreed]
        self.tentative = words[max(start, agreed) :]
        self._previous = words

    def foresee(self, words: Sequence[str]) -> None:
        """Show a better answer about everything so far, which may yet be thrown away."""
        self.tentative = tuple(words)[_continuation(self.committed, words) :]

    def settle(self, words: Sequence[str]) -> None:
        """Commit a better answer about everything so far; hypotheses from now on begin after it."""
        self.foresee(words)
        self.committed = self.words
        self.tentative, self._previous = (), ()
        self._before = len(self.committed)


def _agreed(left: Sequence[str], right: Sequence[str]) -> int:
    """Words with which both begin, spelling apart."""
    pairs = zip(left, right, strict=False)
    return sum(1 for _ in takewhile(lambda pair: plain(pair[0]) == plain(pair[1]), pairs))


def _continuation(committed: Sequence[str], words: Sequence[str]) -> int:
    """Index in `words` of the first word after what `committed` holds of them."""
    count = len(committed)
    if not count:
        return 0
    last = plain(committed[-1])
    ends = sorted(range(1, len(words) + 1), key=lambda end: abs(end - count))
    near = (end for end in ends if abs(end - count) <= _SEARCH and plain(words[end - 1]) == last)
    return next(near, min(count, len(words)))
