"""Which of the file's sentences a caller says: drawn, never the same twice while there are others.

Laws
----
* Nothing is said word for word twice, unless the trainee asks to hear it again.
* The lines of the present band come first, then those of its neighbors, then a lead-in before an old line.
* Same seed and same course of the call, same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from voicecoach.conversation import BAND_FROM, Band, Move
from voicecoach.converse.delivery import delivery
from voicecoach.converse.lots import Lots
from voicecoach.role import PLACES, Role
from voicecoach.spoken import Delivery

_BANDS = list(Band)
NOTHING: Mapping[str, str] = {}


class Wording:
    """Words the caller's moves.

    Parameters
    ----------
    role : whose sentences they are.
    lots : draws among sentences that will do.
    """

    def __init__(self, role: Role, lots: Lots) -> None:
        self._role = role
        self._lots = lots
        self._said: set[str] = set()

    def line(self, move: Move, band: Band, fill: Mapping[str, str] = NOTHING) -> str:
        """A line of `move` for this mood, its places filled."""
        nearest = _filled(next(_by_nearness(self._role, move, band)), fill)
        return self._new_line(move, band, fill) or self._again(nearest, move)

    def one_of(self, texts: Sequence[str], move: Move, band: Band) -> str:
        """One of these sentences, which mean the same; who has said all of them insists."""
        if fresh := self._fresh(texts):
            return self._drawn(fresh, move)
        insists = self._new_line(Move.REPEATS, band) if move is Move.BARGAINS else None
        return insists or self._again(texts, move)

    def _new_line(self, move: Move, band: Band, fill: Mapping[str, str] = NOTHING) -> str | None:
        """A line that was not said yet; None: there is none near this mood."""
        for near in _by_nearness(self._role, move, band):
            if fresh := self._fresh(_filled(near, fill)):
                return self._drawn(fresh, move)
        return None

    def take(self, text: str) -> None:
        """`text` is being said: from now on it is an old line."""
        self._said.add(text)

    def release(self, text: str) -> None:
        """`text` was not heard at all: it may be said as if for the first time."""
        self._said.discard(text)

    def _fresh(self, texts: Sequence[str]) -> list[str]:
        return [text for text in texts if text not in self._said]

    def _drawn(self, texts: Sequence[str], move: Move) -> str:
        text = texts[self._lots.below(len(texts), "line", move.value, len(self._said))]
        self.take(text)
        return text

    def _again(self, texts: Sequence[str], move: Move) -> str:
        """An old sentence behind a lead-in, or behind as many as it takes to make it new."""
        for count in range(1, len(self._role.lead_ins) + 1):
            leads = (" ".join(some) for some in permutations(self._role.lead_ins, count))
            if fresh := self._fresh([f"{lead} {text}" for lead in leads for text in texts]):
                return self._drawn(fresh, move)
        raise AssertionError("a call ends long before every lead-in was said before every line")


def _filled(texts: Sequence[str], fill: Mapping[str, str]) -> list[str]:
    """Lines with what belongs into their places."""
    for name, words in fill.items():
        texts = [text.replace(f"{{{name}}}", words) for text in texts]
    return list(texts)


def _by_nearness(role: Role, move: Move, band: Band) -> Iterator[tuple[str, ...]]:
    """The lines of the nearest band that has some (the calmer of two), then those of its own neighbors."""
    lines = role.lines[move]
    at = _BANDS.index(band)
    written = sorted(lines, key=lambda one: (abs(_BANDS.index(one) - at), _BANDS.index(one)))
    nearest = abs(_BANDS.index(written[0]) - at)
    yield lines[written[0]]
    for other in written[1:]:
        if abs(_BANDS.index(other) - at) <= max(1, nearest):
            yield lines[other]


def reachable(role: Role) -> list[Band]:
    """Bands that this temper can be in, nearest to its start first."""
    temper = role.temper
    tops = [*(BAND_FROM[band] for band in _BANDS[1:]), 101.0]
    inside = [
        band
        for band, top in zip(_BANDS, tops, strict=True)
        if top > temper.floor and BAND_FROM[band] <= temper.hangs_up_at
    ]
    start = max(at for at, band in enumerate(_BANDS) if temper.anger >= BAND_FROM[band])
    return sorted(inside, key=lambda band: (abs(_BANDS.index(band) - start), _BANDS.index(band)))


def spoken_lines(role: Role) -> list[tuple[str, Delivery]]:
    """What is said unless lines run out, each as it sounds in each band; likeliest moods first.

    Lines that a mood borrows from its neighbors, lines with a lead-in and lines with a promise in them are
    left out: they come late and seldom, and are spoken when they are chosen.
    """
    found: dict[tuple[str, Delivery], None] = {}
    for band in reachable(role):
        how = delivery(role.voice, band)
        for move in (move for move in Move if move in role.lines and move not in PLACES):
            found.update(dict.fromkeys((text, how) for text in next(_by_nearness(role, move, band))))
        found.update(dict.fromkeys((text, how) for text in role.told_in_any_mood))
    return list(found)
