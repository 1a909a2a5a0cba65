"""Which words of a final are believed, and when they were said.

Whisper writes text for noise, repeats itself and puts words into pauses. Each guard below answers one of
these, in this order: not a word, far more text than sound, outside the voice, loops, too fast, stock
phrases. Sources and rates of the failures: ``docs/models.md``.

Laws: nothing is invented and nothing reordered, texts stay as the model wrote them; the spans that come
out are in the call's own time, in order, disjoint, and each inside one run of voice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log10

import numpy as np

from voicecoach.events import Recognize
from voicecoach.speech import Word, plain
from voicecoach.timeline import RATE, Span, samples, seconds, total


@dataclass(frozen=True, slots=True)
class BeliefSettings:
    """Limits of what a final may claim."""

    outside_s: float = 0.25
    """A word whose middle is further than this from any voice was not said. Whisper's own word times are
    off by 0.2 s at the 90th percentile, the detector's edges by 0.06 s."""
    touching_s: float = 0.1
    """... unless it reaches this far into a run: Whisper lets a word begin seconds early, in the pause."""
    shortest_s: float = 0.02
    """A word gets at least this much of its run, where there is room: one step of Whisper's clock."""
    repeats: int = 3
    """A phrase said so often in a row is a loop."""
    single_repeats: int = 5
    """... a single word or a row of digits this often: people do say 'no, no, no, no'."""
    longest_loop: int = 12
    """Words in the longest phrase that is looked for."""
    words_per_s: float = 6.0
    """Fastest that anybody speaks, over voiced time: auctioneers reach 5 to 6."""
    words_free: int = 2
    """... and so many more, for 'I do' takes 0.25 s."""
    invented: float = 2.0
    """A text so many times too long was made up from noise, all of it."""
    phrase_probability: float = 0.8
    """A stock phrase is believed at this mean probability of its words, ..."""
    phrase_probability_in_speech: float = 0.4
    """... or at this one where the voice is loud and long enough to have said it:"""
    phrase_dbfs: float = -45.0
    """quiet telephone speech and above, and"""
    phrase_words_per_s: float = 5.0
    """at most so many words a second."""


STOCK_PHRASES = frozenset(
    {
        "bye",
        "bye bye",
        "like and subscribe",
        "please subscribe",
        "please subscribe to my channel",
        "see you in the next video",
        "see you next time",
        "subtitles by the amaraorg community",
        "thank you",
        "thank you for watching",
        "thank you so much for watching",
        "thank you very much",
        "thanks for watching",
        "you",
    }
)
"""Among the commonest texts that Whisper writes for sounds without words ("bag of hallucinations",
Barański et al. 2025, arXiv 2501.11378)."""

DIGITS = frozenset(["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
"""Words of which an account number consists: repeating them is no loop."""

NO_VOICE_DBFS = -120.0
"""Level of no samples at all."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A word (in the call's time) and the run of voice it was said in."""

    word: Word
    run: Span


def believable(
    words: Sequence[Word], sent: Recognize, settings: BeliefSettings | None = None
) -> tuple[Word, ...]:
    """The words of a final that the audio can bear out.

    Parameters
    ----------
    words : as the recognizer returned them, spans relative to the first sample of `sent.audio`.
    sent : the question they answer; `sent.speech` holds its runs of voice, sorted and disjoint.
    settings : limits.

    Returns
    -------
    Words in the order given, spans in the call's own time, disjoint, each inside one run of `sent.speech`.
    """
    limits = settings or BeliefSettings()
    spoken = [replace(word, span=word.span.shifted(sent.audio.start)) for word in words if _is_word(word)]
    most = int(limits.words_per_s * seconds(total(sent.speech))) + limits.words_free
    if len(_once(spoken, limits)) >= limits.invented * most:
        return ()
    said = _in_runs(spoken, sent.speech, limits)
    said = [said[i] for i in _once([one.word for one in said], limits)]
    said = _slow_enough(said, most)
    if _is_stock_phrase(said) and not _is_borne_out(said, sent, limits):
        return ()
    return tuple(_laid_out(said, sent.speech, samples(limits.shortest_s)))


def _is_word(word: Word) -> bool:
    """Not '...' or a note, nor a description such as '[music]' or '(laughs)'."""
    text = word.text.strip()
    return any(sign.isalnum() for sign in text) and text[0] not in "[(*♪" and text[-1] not in "])*♪"


def _in_runs(words: Sequence[Word], runs: Sequence[Span], limits: BeliefSettings) -> list[_Said]:
    """Each word with the run that it shares most with, never one before its predecessor's; others go."""
    said: list[_Said] = []
    at = 0
    for word in words:
        near = [i for i in range(at, len(runs)) if _belongs(word.span, runs[i], limits)]
        if near:
            at = min(near, key=lambda i: (-_shared(word.span, runs[i]), _distance(word.span, runs[i]), i))
            said.append(_Said(word, runs[at]))
    return said


def _belongs(word: Span, run: Span, limits: BeliefSettings) -> bool:
    near = _distance(word, run) <= samples(limits.outside_s)
    return near or _shared(word, run) >= samples(limits.touching_s)


def _distance(word: Span, run: Span) -> int:
    """Samples from the middle of the word to the run, 0 inside it."""
    return max(run.start - word.middle, word.middle - run.end, 0)


def _shared(word: Span, run: Span) -> int:
    both = word & run
    return both.duration if both else 0


def _once(words: Sequence[Word], limits: BeliefSettings) -> list[int]:
    """Indices of the words that stay when loops are reduced to their first round."""
    texts = [plain(word.text) for word in words]
    kept: list[int] = []
    at = 0
    while at < len(words):
        length, end = _loop_at(texts, at, limits)
        kept += range(at, at + length)
        at = end
    return kept


def _loop_at(texts: list[str], at: int, limits: BeliefSettings) -> tuple[int, int]:
    """How many words to keep from `at`, and where to go on: (1, at + 1) where no loop begins.

    A last round that breaks off at the end of the text belongs to its loop.
    """
    for length in range(1, limits.longest_loop + 1):
        end = at + length
        while end < len(texts) and texts[end] == texts[end - length]:
            end += 1
        rounds = (end - at) // length
        often_said = length == 1 or all(_is_digits(word) for word in texts[at : at + length])
        if rounds >= (limits.single_repeats if often_said else limits.repeats):
            return length, end if end == len(texts) else at + rounds * length
    return 1, at + 1


def _slow_enough(said: list[_Said], most: int) -> list[_Said]:
    """As many words as a mouth can say: the most probable ones."""
    ranked = sorted(range(len(said)), key=lambda i: (-said[i].word.probability, i))
    return [said[i] for i in sorted(ranked[:most])]


def _is_stock_phrase(said: Sequence[_Said]) -> bool:
    return " ".join(plain(one.word.text) for one in said) in STOCK_PHRASES


def _is_borne_out(said: Sequence[_Said], sent: Recognize, limits: BeliefSettings) -> bool:
    """Whether a phrase that Whisper also makes up from noise was really said here."""
    probability = sum(one.word.probability for one in said) / len(said)
    voice = np.concatenate([sent.audio.cut(run) for run in sent.speech])
    long_enough = len(said) <= limits.phrase_words_per_s * len(voice) / RATE
    in_speech = long_enough and _level_dbfs(voice) >= limits.phrase_dbfs
    needed = limits.phrase_probability_in_speech if in_speech else limits.phrase_probability
    return probability >= needed


def _level_dbfs(voice: np.ndarray) -> float:
    power = float(np.mean(np.square(voice, dtype=np.float64))) if len(voice) else 0.0
    return 10 * log10(power) if power else NO_VOICE_DBFS


def _laid_out(said: Sequence[_Said], runs: Sequence[Span], shortest: int) -> list[Word]:
    """Words with spans inside their runs, in order and disjoint."""
    placed: list[Word] = []
    for run in runs:
        words = [one.word for one in said if one.run == run][: run.duration]
        if words:
            placed += _laid_out_in(run, words, min(shortest, run.duration // len(words)))
    return placed


def _laid_out_in(run: Span, words: list[Word], least: int) -> list[Word]:
    placed: list[Word] = []
    at = run.start
    for after, word in zip(reversed(range(len(words))), words, strict=True):
        # `least` samples stay free for this word and each one after it: nothing is squeezed out of the run.
        start = min(max(at, word.span.start), run.end - (after + 1) * least)
        at = min(max(start + least, word.span.end), run.end - after * least)
        placed.append(replace(word, span=Span(start, at)))
    return placed


def _is_digits(plain: str) -> bool:
    return plain.isdigit() or plain in DIGITS
