"""From a sentence to the features that the act classifier weighs.

Five views of one sentence: its words, the same words with classes in place of listed words
(``lexicon``), how its clauses begin, the letters of its words, and whether it holds acronyms.
Each view gives n-grams; a feature is the CRC-32 of its text, so no vocabulary of strings is
stored and every process computes the same.

Laws
----
* Fillers, the form of contractions, and case outside acronyms do not matter.
* A view's Euclidean length is its weight (or 0), so long sentences weigh as much as short ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from voicecoach.understand.lexicon import CLASS_OF, CONTRACTIONS, ENDINGS, FILLERS

BUCKETS = 1 << 22
"""Size of the hash space: float32 counts it exactly, and 100,000 features collide in 1 % of cases."""

WORD_LENGTHS = (1, 2)
"""Words to an n-gram; three in a row lost half a point of F1 on the internal split."""

LETTER_LENGTHS = (3, 4, 5)
"""Letters to an n-gram inside a word: stems and endings survive a misheard word."""

LETTER_WEIGHT = 0.7
"""Length of the letters' view beside the words' 1, by F1 on the internal split, clean and noised."""

CLAUSE_WEIGHT = 0.5
"""Length of the clause view, likewise."""

ACRONYM_WEIGHT = 0.5
"""Length of the acronym view."""

EVERYDAY_ACRONYMS = frozenset(
    {
        "OK",
        "ID",
        "IDS",
        "TV",
        "PIN",
        "AM",
        "PM",
        "US",
        "UK",
        "USA",
        "DVD",
        "CD",
        "PC",
        "SMS",
        "GPS",
        "ATM",
        "VIP",
    }
    | {"DIY", "PDF"}
)
"""Acronyms that every customer knows."""

_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]{1,5}\b")
_CLAUSE = re.compile(r"[,;:.]| and | but | so | because ")
_TOKEN = re.compile(r"[a-z]+(?:-[a-z]+)*(?:'[a-z]+)?|[0-9]+|[?$£€%]")
_CURLY = str.maketrans({"’": "'", "‘": "'", "`": "'"})


def tokens(text: str) -> list[str]:
    """Words of a sentence in canonical form; digits become ``0``, a question mark stays a word."""
    found: list[str] = []
    for raw in _TOKEN.findall(text.lower().translate(_CURLY)):
        found.extend(_canonical(raw))
    return [token for token in found if token not in FILLERS]


def _canonical(raw: str) -> list[str]:
    if raw in CONTRACTIONS:
        return CONTRACTIONS[raw].split()
    if raw.isdigit() or raw in "$£€%":
        return ["0"]
    for ending, meaning in ENDINGS.items():
        if raw.endswith(ending) and len(raw) > len(ending):
            return [raw.removesuffix(ending), meaning]
    return [raw]


def classes(words: Sequence[str]) -> list[str]:
    """The same words with listed ones replaced by ``<class>``; runs of one class become one."""
    result: list[str] = []
    for word in words:
        name = "number" if word == "0" else CLASS_OF.get(word)
        token = f"<{name}>" if name else word
        if not name or not result or result[-1] != token:
            result.append(token)
    return result


def _word_grams(words: Sequence[str], mark: str) -> Iterator[str]:
    framed = ["^", *words, "$"]
    for length in WORD_LENGTHS:
        for at in range(len(framed) - length + 1):
            yield f"{mark}{length} {' '.join(framed[at : at + length])}"
    for left, right in zip(framed, framed[2:], strict=False):
        yield f"{mark}_ {left} {right}"


def _letter_grams(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        framed = f" {word} "
        for length in LETTER_LENGTHS:
            for at in range(len(framed) - length + 1):
                yield f"l {framed[at : at + length]}"


def _clause_openings(text: str) -> Iterator[str]:
    for clause in _CLAUSE.split(text.lower()):
        words = classes(tokens(clause))
        for length in (1, 2):
            if words:
                yield f"k {' '.join(words[:length])}"


def _acronyms(text: str) -> Iterator[str]:
    if not text.isupper() and any(found not in EVERYDAY_ACRONYMS for found in _ACRONYM.findall(text)):
        yield "acronym"


def features(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Hashed features of one sentence.

    Returns
    -------
    buckets : shape (n,), sorted, distinct, in [0, `BUCKETS`).
    values : shape (n,), positive; views that share a bucket add up.
    """
    words = tokens(text)
    views = (
        (1.0, _word_grams(words, "w")),
        (1.0, _word_grams(classes(words), "c")),
        (CLAUSE_WEIGHT, _clause_openings(text)),
        (LETTER_WEIGHT, _letter_grams(words)),
        (ACRONYM_WEIGHT, _acronyms(text)),
    )
    summed: dict[int, float] = {}
    for weight, view in views:
        grams = sorted(set(view))
        for gram in grams:
            bucket = crc32(gram.encode()) % BUCKETS
            summed[bucket] = summed.get(bucket, 0.0) + weight * len(grams) ** -0.5
    buckets = np.array(sorted(summed), np.int64)
    return buckets, np.array([summed[bucket] for bucket in sorted(summed)], np.float32)
