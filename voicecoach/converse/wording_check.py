"""Whether other words for a caller's line may be said: they tell what the line tells, no more and no less.

Laws
----
* Pure and total: the same words in the same call get the same answer, whatever a language model wrote.
* When in doubt they are refused, and the line is said as it is written; nothing is mended.
* Only what stands in the persona's file can be told: nothing is made up.

English only, as quantities and phrases are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from voicecoach.conversation import Line, Move
from voicecoach.converse.plain_words import PLAIN_WORDS
from voicecoach.parts import Spoken
from voicecoach.persona import Persona
from voicecoach.phrases import content_words, holds_exactly, holds_phrase, is_question, shared_words
from voicecoach.quantities import quantities
from voicecoach.role import Role
from voicecoach.spoken_numbers import ONES, ORDINALS, TENS, tokens

AS_WRITTEN = frozenset(
    {Move.SAYS_AGAIN, Move.PROMPTS, Move.INTERRUPTS, Move.WAITS, Move.HOLDS_TO, Move.CATCHES}
)
"""Never reworded: word for word is the point of the first, the next three must come at once and are short,
and the last two say back what the trainee promised."""

_TELLS = frozenset(
    {
        *(Move.OPENS, Move.ADDS_DETAIL, Move.ANSWERS, Move.REPEATS),
        *(Move.BARGAINS, Move.ASKS_FOR_SUPERVISOR, Move.HANGS_UP, Move.HINTS, Move.CONFIDES),
    }
)
"""Moves by which the trainee learns something that the call goes on from."""

_DECIDES = frozenset({Move.ACCEPTS, Move.REFUSES, Move.SOFTENS, Move.THANKS})
"""Moves that are a yes or a no."""

KEPT = 0.5
"""Share of a telling line's content words that must be kept, as half of a line must be heard (`UNHEARD`)."""

LONGER, MORE = 1.5, 4
"""Words that may come out of a line: half as many again, and four more for the shortest (own choice)."""

_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ,.?!'$%&-")
"""What is spoken; brackets, asterisks, colons and the like are markup, stage directions or labels."""

_TYPOGRAPHIC = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2026": "..."})
_DASH = re.compile(r"\s*[\u2013\u2014]\s*")

_AMOUNTS = "$ % hundred thousand million half quarter dozen double"
_NUMBERS = {*ONES, *TENS, *ORDINALS, *_AMOUNTS.split()} - {"one"}
_DAYS_AND_HOURS = (
    "today tomorrow yesterday tonight noon midnight morning mornings afternoon afternoons evening evenings "
    "night nights week weeks weekend weekends month months year years day days hour hours minute minutes "
    "ago later soon o'clock last next since early late"
)
_WHEN = set(_DAYS_AND_HOURS.split())
_NO = {"no", "not", "never", "nobody", "nothing", "none", "nowhere", "neither", "nor", "cannot", "without"}
_WANTS = {
    "want",
    "wants",
    "wanted",
    "need",
    "needs",
    "needed",
    "like",
    "let",
    "must",
    "wait",
    "waiting",
    "waited",
}
_NAME = re.compile(r"(?<=[a-z0-9,;'$%&] )[A-Z][A-Za-z]*")
_I = {"I"}
_ABOUT_ITSELF = (
    "language model",
    "an ai",
    "ai model",
    "assistant",
    "chatbot",
    "rephrase",
    "rephrased",
    "reworded",
)


def plain(text: str) -> str:
    """`text` without what is typed and not spoken: blanks and quotation marks around it, curly signs."""
    text = _DASH.sub(", ", text.translate(_TYPOGRAPHIC)).strip()
    quoted = len(text) > 2 and text[0] == text[-1] == '"'
    return text[1:-1].strip() if quoted else text


def most_words(written: str) -> int:
    """How many words may come out of a line."""
    return int(LONGER * len(written.split())) + MORE


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both wordings of a line."""

    line: Line
    new: str
    said: Collection[tuple[str, ...]]
    """Words of each line of the caller's so far."""
    trainee: Sequence[str]
    """What the trainee just said, in content words."""

    @property
    def written(self) -> str:
        return self.line.text

    def differ(self, reading: Callable[[str], object]) -> bool:
        """Whether a reading of both comes out otherwise."""
        return reading(self.written) != reading(self.new)


class WordingCheck:
    """Checks other words for the lines of one caller.

    Parameters
    ----------
    persona, role : whose lines they are.
    """

    def __init__(self, persona: Persona, role: Role) -> None:
        self._persona = persona
        self._role = role
        file = [*_sentences(role), persona.caller.situation, persona.caller.wants]
        self._sentences = {tuple(tokens(text)) for text in _sentences(role)}
        self._vocabulary = {word for text in file for word in content_words(text)} | PLAIN_WORDS
        self._names = {name.casefold() for text in file for name in _NAME.findall(text)} - {"i"}
        self._names |= {name for term in persona.glossary for name in tokens(term)}

    def refusal(
        self, line: Line, new: str, said: Collection[tuple[str, ...]] = (), trainee: str = ""
    ) -> str | None:
        """Why `new` may not be said instead of `line`; None: it may.

        Parameters
        ----------
        new : as `plain` gives it.
        said : the words (`tokens`) of each line that was said in this call.
        trainee : what the trainee said last, which a caller may take up.
        """
        pair = _Pair(line, new, said, content_words(trainee))
        return next((problem for look in (self._form, self._matter) for problem in look(pair)), None)

    def _form(self, pair: _Pair) -> Iterator[str]:
        """What is wrong with it as a spoken sentence, whatever it says."""
        if (problem := _unspeakable(pair.new)) is not None:
            yield problem
        if strange := sorted(set(pair.new) - _SIGNS - set(pair.written)):
            yield f"holds signs that are not spoken: {' '.join(map(ascii, strange))}"
        words = tuple(tokens(pair.new))
        if words == tuple(tokens(pair.written)):
            yield "is the written line"
        if words in pair.said:
            yield "was said already"
        if words in self._sentences:
            yield "is another line of the file"
        if len(pair.new.split()) > most_words(pair.written):
            yield f"has more than {most_words(pair.written)} words"
        if pair.differ(is_question):
            yield "asks where the line does not, or the other way round"
        if any(holds_exactly(pair.new, phrase) for phrase in _ABOUT_ITSELF):
            yield "speaks of whoever words it"

    def _matter(self, pair: _Pair) -> Iterator[str]:
        """What it says otherwise than the line."""
        if pair.differ(_numbers) or pair.differ(lambda text: sorted(map(repr, quantities(text)))):
            yield "changes a number or an amount"
        if pair.differ(lambda text: _WHEN.intersection(tokens(text))):
            yield "changes a time"
        if pair.differ(self._names_in):
            yield "changes a name"
        if pair.differ(self._facts_in):
            yield "states a fact otherwise"
        if pair.differ(self._told_in):
            yield "tells something else"
        move = pair.line.move
        if move in _TELLS | _DECIDES and pair.differ(_denies):
            yield "turns a yes into a no, or the other way round"
        if move in _TELLS and _wants(pair.written) and not _wants(pair.new):
            yield "wants nothing where the line does"
        if stray := self._stray(pair):
            yield f"may be made up: {', '.join(stray)}"
        if move in _TELLS and not _keeps(pair.written, pair.new):
            yield "leaves out what the line tells"

    def _names_in(self, text: str) -> set[str]:
        marked = {name.casefold() for name in _NAME.findall(text) if name not in _I}
        return marked | self._names.intersection(tokens(text))

    def _facts_in(self, text: str) -> list[bool | None]:
        return [fact.stated(text) for fact in self._persona.facts]

    def _told_in(self, text: str) -> set[str]:
        """Answers that a line gives away, asked or not."""
        return {
            answer.id
            for answer in self._role.answers
            if any(holds_phrase(text, phrase) for phrase in answer.told_by)
        }

    def _stray(self, pair: _Pair) -> list[str]:
        """Words of the matter that are not the caller's; who only vents may take up the trainee's."""
        known = self._vocabulary
        if pair.line.move not in _TELLS | _DECIDES:
            known = known | set(pair.trainee)
        strange = [word for word in content_words(pair.new) if word not in known]
        varied = shared_words(strange, list(known))
        return [word for word in strange if word not in varied]


_SPOKEN: TypeAdapter[str] = TypeAdapter(Spoken)


def _unspeakable(text: str) -> str | None:
    """What keeps `text` from being a line of a persona file."""
    try:
        _SPOKEN.validate_python(text)
    except ValidationError as error:
        return error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
    return None if text.isprintable() else "holds a line break or another sign that cannot be printed"


def _numbers(text: str) -> list[str]:
    """Numbers in order, however they are used: "four seven" is two of them, "a third" one."""
    counted = [] if holds_exactly(text, "no one") else ["one"]
    return [word for word in tokens(text) if word[0].isdigit() or word in counted or word in _NUMBERS]


def _denies(text: str) -> bool:
    return any(word in _NO or word.endswith("n't") for word in tokens(text))


def _wants(text: str) -> bool:
    return bool(_WANTS.intersection(tokens(text)))


def _keeps(written: str, new: str) -> bool:
    matter = content_words(written)
    return len(shared_words(matter, content_words(new))) >= KEPT * len(matter)


def _sentences(role: Role) -> Iterator[str]:
    """Every sentence of the file that the caller may say."""
    yield from role.told_in_any_mood
    for bands in role.lines.values():
        for lines in bands.values():
            yield from lines
