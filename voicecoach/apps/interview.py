"""The interview behind ``voicecoach personas new``: what it asks, what will do as an answer.

Laws
----
* Every answer may be left for later; what is answered has to fit at once.
* What was answered is on the disk before the next question is asked.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from voicecoach.facts import Text
from voicecoach.parts import Spoken
from voicecoach.phrases import content_words
from voicecoach.spoken_numbers import tokens

Answers = Mapping[str, str]
"""What was answered, by the key of the question; empty where it was left for later."""

MOST_FACTS = 3
"""Facts asked for; a caller has four to seven in the end, and three make a call."""

LONGEST_LINE = 10
"""Words of a sentence that others are made of: with an opening before it, it is still said in one breath."""

TEMPERS = ("mild", "upset", "furious")
VOICES = {"woman": "en-us+f3", "man": "en-us+m3"}


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `check` returns the answer as it is kept.

    `check` raises ValueError with what is wrong with an answer.
    """

    key: str
    text: str
    example: str
    check: Callable[[str], str]
    only_with: str | None = None
    """Asked only where this other question was answered."""

    def is_due(self, answers: Answers) -> bool:
        """Whether it is to be asked after these answers."""
        return self.key not in answers and (self.only_with is None or bool(answers.get(self.only_with)))


def listed(text: str) -> list[str]:
    """What commas separate; that in 1,000 does not."""
    return [part.strip() for part in re.split(r",(?!\d{3}\b)", text) if part.strip()]


def pairs(text: str) -> dict[str, tuple[str, str]]:
    """Names and values of ``name = value, name = value``, by the ids that they get."""
    found: dict[str, tuple[str, str]] = {}
    for name, _, value in (part.partition("=") for part in listed(text)):
        found[_new(slug(name), found)] = name.strip(), value.strip()
    return found


def slug(text: str) -> str:
    """An id made of the first words of a text that carry matter."""
    words = [re.sub(r"[^a-z0-9]", "", word) for word in content_words(text) or tokens(text)]
    made = "-".join(word for word in words[:3] if word)[:60]
    return made if made[:1].isalpha() else f"the-{made}".rstrip("-")


def _new(wanted: str, taken: Collection[str]) -> str:
    """An id that is not taken yet."""
    numbered = (wanted if number == 1 else f"{wanted}-{number}" for number in itertools.count(1))
    return next(one for one in numbered if one not in taken)


def facts(answers: Answers) -> list[dict[str, Any]]:
    """The facts that were told, as a persona file has them."""
    found: dict[str, dict[str, Any]] = {}
    for key in (f"fact_{number}" for number in range(1, MOST_FACTS + 1)):
        if title := answers.get(key):
            one = _new(slug(title), found)
            topic = listed(answers.get(f"{key}_topic") or " ".join(tokens(title)[:3]))
            right = listed(answers.get(f"{key}_right") or title)
            found[one] = {"id": one, "title": title, "topic": topic, "right": right}
            if wrong := answers.get(f"{key}_wrong"):
                found[one]["wrong"] = listed(wrong)
    return list(found.values())


def _fits(kind: Any) -> Callable[[str], str]:
    adapter: TypeAdapter[str] = TypeAdapter(kind)

    def check(text: str) -> str:
        try:
            return adapter.validate_python(text)
        except ValidationError as refused:
            error = refused.errors(include_url=False)[0]
            raise ValueError(str(error.get("ctx", {}).get("error", error["msg"]))) from refused

    return check


def _line(text: str) -> str:
    said = _fits(Spoken)(text)
    if len(said.split()) > LONGEST_LINE:
        raise ValueError(f"that is long for one breath; {LONGEST_LINE} words will do")
    if re.search(r"\d", said):
        raise ValueError("write numbers as they are said: four seven two nine")
    return said if said[-1] in ".?!" else f"{said}."


def _phrases(text: str) -> str:
    if not all(any(letter.isalnum() for letter in phrase) for phrase in listed(text)) or not listed(text):
        raise ValueError("write words, and commas between several phrases")
    return ", ".join(listed(text))


def _number(text: str) -> str:
    if not re.fullmatch(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9 -]{1,19}", text):
        raise ValueError("write digits, and letters if there are any: 4729 or FX 4729")
    return text.upper()


def _named(text: str) -> str:
    if not pairs(text) or not all(name and value for name, value in pairs(text).values()):
        raise ValueError("write name = right value, and commas between several")
    return text


def _temper(text: str) -> str:
    if text.lower() not in TEMPERS:
        raise ValueError(f"write one of {', '.join(TEMPERS)}")
    return text.lower()


def _voice(text: str) -> str:
    voice = VOICES.get(text.lower(), text)
    if not re.fullmatch(r"[a-z]{2}[a-z-]*(\+[a-z0-9]+)?", voice):
        raise ValueError("write woman, man, or a voice such as en-gb+f3")
    return voice


_TEXT = _fits(Text)


def _fact(number: int) -> tuple[Question, ...]:
    """The questions about one fact; the next is asked for once the one before it is there."""
    key, before = f"fact_{number}", f"fact_{number - 1}" if number > 1 else None
    another = "Another thing" if number > 1 else "One thing"
    return (
        Question(
            key, f"{another} that a trainee must get right:", "A trace takes two working days", _TEXT, before
        ),
        Question(
            f"{key}_topic",
            "Near which words is that said?",
            "the trace will take, a trace takes",
            _phrases,
            key,
        ),
        Question(f"{key}_right", "What is right?", "two working days", _phrases, key),
        Question(f"{key}_wrong", "What would be wrong?", "by tonight, a week", _phrases, key),
    )


QUESTIONS: tuple[Question, ...] = (
    Question("title", "What is the story called?", "The lost parcel", _TEXT),
    Question("name", "Who calls? First name and last name.", "Nora Bell", _TEXT),
    Question(
        "about", "Who are they, and why does it hit them so hard?", "Sixty, sews wedding dresses", _TEXT
    ),
    Question(
        "happened", "What happened, as you would tell it?", "Her parcel has been lost for four days.", _TEXT
    ),
    Question(
        "complaint",
        "How do they say that? A short sentence.",
        "My parcel has been lost for four days.",
        _line,
    ),
    Question(
        "detail", "What else do they tell? A short sentence.", "I have called you twice about it.", _line
    ),
    Question(
        "wants", "What would settle it, as you would tell it?", "That somebody finds the parcel.", _TEXT
    ),
    Question("asks", "How do they ask for it? A short sentence.", "I want you to find my parcel.", _line),
    Question(
        "granted", "What does a trainee say who grants it?", "trace your parcel, find your parcel", _phrases
    ),
    *(question for number in range(1, MOST_FACTS + 1) for question in _fact(number)),
    Question("number_name", "By which number are they identified?", "parcel number", _TEXT),
    Question("number", "What is that number?", "4729", _number, "number_name"),
    Question("temper", "How upset are they at first: mild, upset or furious?", "upset", _temper),
    Question("voice", "Whose voice: woman, man, or one of espeak-ng's?", "woman", _voice),
    Question(
        "hidden",
        "What lies behind it, told only when asked?",
        "The parcel before this one was lost too.",
        _TEXT,
    ),
    Question(
        "hidden_say",
        "How do they tell that? A short sentence.",
        "You lost my last one, too.",
        _line,
        "hidden",
    ),
    Question(
        "hidden_eased",
        "What does a trainee say who takes that up?",
        "the last one, twice",
        _phrases,
        "hidden",
    ),
    Question(
        "policy", "Which rule applies, with its numbers?", "A lost parcel is traced in two days.", _TEXT
    ),
    Question("tool", "What can the trainee do about it at the desk?", "Start a trace", _TEXT),
    Question("tool_fields", "What is entered there, and what is right?", "Parcel = 4729", _named, "tool"),
    Question(
        "case", "What belongs into the case, and what is right?", "Reason = lost, Promise = two days", _named
    ),
)
"""In the order in which they are asked."""
