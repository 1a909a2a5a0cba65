"""What is wrong or odd about a caller's sentences: too few, said twice, never said, or hard to say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from voicecoach.conversation import Band, Move
from voicecoach.converse.wording import reachable
from voicecoach.findings import Finding, Place, hint, warning
from voicecoach.role import PLACES, Role

ENOUGH = 3
"""Ways to say one thing; with fewer, a call of ten minutes repeats itself."""

RECURRING = frozenset(
    {Move.COMPLAINS, Move.CHALLENGES, Move.ACCUSES, Move.REPEATS, Move.SOFTENS, Move.PROMPTS}
)
"""Moves that come several times in a call."""

ENOUGH_RECURRING = 4

LONGEST_WORDS = 14
"""Words of a line. At 160 words a minute, five seconds: nobody who is upset speaks longer in one breath."""

_DIGITS = re.compile(r"\d+")
_ABBREVIATION = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Dr|St|Ave|Rd|Blvd|vs|etc|approx|dept|ext|e\.g|i\.e|a\.m|p\.m)\.|(?:kg|lbs?|km|mph|hrs?)\b)",
    re.IGNORECASE,
)
_SYMBOL = re.compile(r"[^\w\s.,?!'\u2019:-]|_|\s-+\s|--")
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")

Group = tuple[Place, str, Sequence[str]]
"""Where sentences stand that mean the same, what they are in words, and the sentences."""


def groups(role: Role) -> Iterator[Group]:
    """Every group of sentences of the caller's, in the order of the file's keys."""
    yield ("role", "confirms"), "to confirm", role.confirms
    for key, parts in (("details", role.details), ("answers", role.answers)):
        for at, part in enumerate(parts):
            yield ("role", key, at, "say"), f"to tell {part.id!r}", part.say
    for at, need in enumerate(role.needs):
        yield ("role", "needs", at, "asks"), f"to ask for {need.id!r}", need.asks
    if role.hidden is not None:
        yield ("role", "hidden", "hints"), "to hint at what is hidden", role.hidden.hints
        yield ("role", "hidden", "say"), "to tell what is hidden", role.hidden.say
    for move, bands in role.lines.items():
        for band, texts in bands.items():
            yield ("role", "lines", move.value, band.value), f"for {move.value} when {band.value}", texts


def spoken(role: Role) -> Iterator[tuple[Place, str]]:
    """Every sentence of the caller's, with its place."""
    for place, _, texts in groups(role):
        yield from (((*place, at), text) for at, text in enumerate(texts))


def lint_lines(role: Role) -> Iterator[Finding]:
    """Findings about what the caller says, whatever the story."""
    yield from _variants(role)
    yield from _bands(role)
    yield from _twice(role)
    for place, text in spoken(role):
        yield from _spoken_badly(place, text)


def _variants(role: Role) -> Iterator[Finding]:
    for place, what, texts in groups(role):
        if len(texts) < ENOUGH:
            problem = f"there {_are(len(texts))} {what}"
            yield warning(place, problem, f"Write {ENOUGH} or more: nobody says a sentence twice in a call")
    for move in sorted(RECURRING & set(role.lines)):
        bands = role.lines[move]
        if thin := [band for band, texts in bands.items() if len(texts) == ENOUGH]:
            problem = f"{move.value} recurs in a call, and has only {ENOUGH} lines when {_listed(thin)}"
            place = ("role", "lines", move.value, thin[0].value)
            yield hint(place, problem, f"Write {ENOUGH_RECURRING} or more")


def _are(count: int) -> str:
    return f"is only {count} line" if count == 1 else f"are only {count} lines"


def _bands(role: Role) -> Iterator[Finding]:
    within = reachable(role)
    for move, bands in role.lines.items():
        if len(bands) == 1 and len(within) > 1:
            (only,) = bands
            problem = f"{move.value} has lines for {only.value} only, and says them in every mood"
            remedy = f"Write lines for another of {_listed([band for band in within if band is not only])}"
            yield warning(("role", "lines", move.value), problem, remedy)
        for band in bands:
            if band not in within:
                temper = f"floor {role.temper.floor:g}, hangs_up_at {role.temper.hangs_up_at:g}"
                problem = f"this caller is never {band.value} ({temper})"
                remedy = "Remove the lines, or change the temper"
                yield warning(("role", "lines", move.value, band.value), problem, remedy)


def _listed(bands: Sequence[Band]) -> str:
    return ", ".join(band.value for band in Band if band in bands)


def _twice(role: Role) -> Iterator[Finding]:
    first: dict[str, Place] = {}
    for place, text in spoken(role):
        plain = " ".join(re.findall(r"\w+", text.casefold()))
        if plain in first:
            yield warning(place, f"{text!r} stands in the file twice", "Word one of them differently")
        first.setdefault(plain, place)


def _spoken_badly(place: Place, text: str) -> Iterator[Finding]:
    bare = text
    for names in PLACES.values():
        for name in names:
            bare = bare.replace(f"{{{name}}}", "then")
    if digits := _DIGITS.search(bare):
        remedy = "Write it as it is said: four seven two nine, forty five dollars"
        yield warning(place, f"the number {digits[0]} is in digits", remedy)
    if short := _ABBREVIATION.search(bare):
        yield warning(place, f"{short[0]!r} is an abbreviation", "Write the word out")
    elif capitals := _CAPITALS.search(bare):
        yield hint(place, f"{capitals[0]!r} may be spelled or read as a word", "Write it as it is said")
    if symbol := _SYMBOL.search(bare):
        yield warning(place, f"{symbol[0].strip()!r} cannot be said", "Use words, commas and one end mark")
    if (count := len(bare.split())) > LONGEST_WORDS:
        problem = f"{count} words are too many in one breath"
        yield warning(place, problem, f"Make it {LONGEST_WORDS} or fewer, or two lines")
