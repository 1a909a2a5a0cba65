"""Whether the words so far make a whole, or something must follow.

A speaker who stops after "and", "of the" or "um" has not finished; one who stops after "thank you" or at the
end of a question has. The judgment is a logistic regression on what can be read off the last words without
knowing the language any better than its closed classes: which classes the last three words belong to,
whether there is a finite verb yet, how the clause began, and how long it is.

Laws
----
* Only words count: punctuation and capitals are ignored, since a recognizer puts a period after anything.
* No words, no judgment: ``None``. English alone; for another language the caller passes no words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from math import exp

from voicecoach.listen.turn_weights import COMPLETENESS, COMPLETENESS_BIAS

LONGEST = 12
"""Words at the end that are looked at: a clause."""

_LISTS = {
    "filler": "um uh er erm uhm hmm hm mm ah eh",
    "joiner": "and but or because cause if when while although unless until since whether than as nor plus",
    "so": "so then though that this these those",
    "article": "a an the every my your his her its our their whose no any each",
    "preposition": """
        of to at for from with about by into between after before without within during against per via""",
    "particle": "in on up out off down back over through around under away along there",
    "subject": "i he she we they who which what",
    "pronoun": "you it one some all both another",
    "object": "me him us them yourself myself himself herself itself ourselves themselves mine yours",
    "auxiliary": """
        am is are was were be been being do does did have has had can could will would shall should may might
        must gonna wanna let's cannot isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't
        can't couldn't won't wouldn't shouldn't mustn't ain't""",
    "contracted": """
        i'm i've i'll i'd you're you've you'll you'd he's she's it's we're we've we'll we'd they're they've
        they'll that's there's what's who's here's where's how's he'll she'll it'll that'll""",
    "question": "how why where whom",
    "degree": "very really just quite pretty rather even not kind sort also still always only",
    "taker": """
        want wanted like get got give gave take took make made tell told say said see find found book send
        sent check use put keep call called ask know think thought mean try trying looking going calling order
        ordered pay paid buy bought help provide confirm understand hope guess believe wish offer need""",
    "number": """
        zero oh two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
        sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
        thousand double""",
    "closer": """
        please thanks bye goodbye okay ok alright right sure yes yeah yep nope great perfect lovely fine hello
        hi sorry correct exactly absolutely indeed well sir madam ma'am today now again anyway everything
        anything nothing done here soon too more much""",
}
"""Closed classes of English, and the everyday verbs that want an object. A word belongs to the first class
that lists it."""

_CLASS = {word: name for name, words in reversed(_LISTS.items()) for word in words.split()}

_ANYTHING = frozenset({"anything", "something", "nothing", "everything"})
"""A clause that begins with one of them asks, if only by its tone: "anything else I can help with"."""

_WH = frozenset(
    {
        *("what", "when", "where", "which", "who", "whom", "whose", "why", "how"),
        *("what's", "when's", "where's", "who's", "how's"),
    }
)
"""A clause that begins with one of them asks what."""

_AUXILIARIES = frozenset(_LISTS["auxiliary"].split())

_FINITE = (_AUXILIARIES | frozenset(_LISTS["contracted"].split())) - {"be", "been", "being"}
"""Words that can only be, or contain, a finite verb."""

_STRANDED = frozenset({"about", "at", "by", "for", "from", "in", "on", "to", "with"})
"""Prepositions that end a question about what they govern: "what can I help you with"."""

_HOLDING = frozenset(
    {
        *("let me see", "let me check", "let me look", "let me have a look", "let's see", "hold on"),
        *("bear with me", "one moment", "one second", "just a moment", "just a second", "wait"),
        *("wait a moment", "wait a second", "give me a moment", "give me a second", "i mean", "you know"),
    }
)
"""Phrases by which a speaker keeps the floor: more is to come."""

_LENGTHS = ((1, "1 word"), (2, "2 words"), (4, "3-4 words"), (7, "5-7 words"))

_NOT_IN_WORDS = re.compile(r"[^a-z0-9' ]+")


def completeness(words: Sequence[str]) -> float | None:
    """Probability that a turn is finished that stops after these words, as far as its words tell.

    Parameters
    ----------
    words : of the turn so far, as recognized; punctuation and capitals do not matter.

    Returns
    -------
    0 to 1, for a speaker half of whose pauses end a turn; None where there are no words.
    """
    found = marks(words)
    if not found:
        return None
    logit = COMPLETENESS_BIAS + sum(COMPLETENESS.get(mark, 0.0) for mark in sorted(found))
    return 1 / (1 + exp(-logit))


def marks(words: Sequence[str]) -> frozenset[str]:
    """What the last words show; the model has a weight for each mark. Empty where there are no words."""
    plain = _plain(words)
    if not plain:
        return frozenset()
    clause = _clause(plain[-LONGEST:])
    ending = ["start", "start", *map(word_class, plain[-3:])][-3:]
    opening = _opening(clause)
    found = {f"last {ending[-1]}", " ".join(ending), opening, _length(len(clause))}
    found.add("verb" if any(_is_finite(word) for word in clause) else "no verb")
    if opening == "asks what" and plain[-1] in _STRANDED and len(clause) > 3:
        found.add("stranded in a question")
    if len(plain) > 1 and plain[-1] == plain[-2] and ending[-1] not in {"closer", "number"}:
        found.add("repeats")
    if any(" ".join(plain[-n:]) in _HOLDING for n in range(1, 6)):
        found.add("holds on")
    classes = {word_class(word) for word in clause}
    if classes <= {"closer", "filler"}:
        found.add("only courtesy")
    if classes <= {"number"}:
        found.add("only numbers")
    return frozenset(found)


def _plain(words: Sequence[str]) -> list[str]:
    """Lower case, no punctuation; "thank you" is one word, as "thanks" is."""
    text = _NOT_IN_WORDS.sub(" ", " ".join(words).lower().replace("\u2019", "'"))
    return " ".join(text.split()).replace("thank you", "thanks").split()


def word_class(word: str) -> str:
    """The closed class of a word in lower case; ``number``, ``-ing``, ``-ly`` or ``word`` for all others."""
    if (known := _CLASS.get(word)) is not None:
        return known
    if any(letter.isdigit() for letter in word) or len(word) == 1:
        return "number"
    return next((ending for ending in ("-ing", "-ly") if word.endswith(ending[1:]) and len(word) > 5), "word")


def _clause(words: list[str]) -> list[str]:
    """What follows the last joiner and any courtesies after it; all of it where that is nothing."""
    starts = [index + 1 for index, word in enumerate(words[:-1]) if word_class(word) == "joiner"]
    clause = words[starts[-1] :] if starts else words
    courtesies = takewhile(
        lambda word: word_class(word) in {"closer", "filler"} and word not in _ANYTHING, clause
    )
    opening = len(list(courtesies))
    return clause[opening:] or clause


def _opening(clause: list[str]) -> str:
    if clause[0] in _WH:
        return "asks what"
    return "asks whether" if clause[0] in _AUXILIARIES | _ANYTHING else "states"


def _is_finite(word: str) -> bool:
    """Whether it is surely a finite verb, or a past form, which may be one."""
    return word in _FINITE or (word.endswith("ed") and len(word) > 4)


def _length(count: int) -> str:
    return next((name for most, name in _LENGTHS if count <= most), "8 words or more")
