"""Makes a clean sentence look as a speech recognizer might have written it, by a seeded draw."""

from __future__ import annotations

import random
import re

SOUND_ALIKE = {
    word: tuple(other for other in group.split() if other != word)
    for group in (
        "your you're", "there their they're", "to two too", "for four", "hear here", "right write",
        "its it's", "then than", "our are hour", "by buy bye", "no know", "new knew", "wait weight",
        "one won", "see sea", "would wood", "where wear", "week weak", "mail male", "sent cent",
        "fee free", "hold whole old", "help held", "call car", "bill build", "refund refunds refined",
        "sorry story", "name main", "number member", "order older", "account a-count count",
        "policy police", "manager managers manage", "check cheque jack", "can can't", "last lost",
        "calm come", "card car cart", "code cold coat", "apologize apologies", "ticket thicket",
        "return returned", "charge charged", "that's that", "i'll i", "we'll well will", "i'm i",
        "you've you", "i've i", "isn't is", "issue tissue", "late light", "back bag", "box books",
        "phone fun", "please police", "thanks thank", "the a", "an and", "in and", "was is", "is as",
        "has as", "have of", "of off", "it that", "this the", "do to", "did do", "what that", "when went",
        "mine mind", "minute minutes", "day days", "room broom", "line lying", "safe save", "price prize",
        "fix fixed", "send sent", "flight light fly", "seat sit", "bag back", "later letter", "live leave",
    )
    for word in group.split()
}  # fmt: skip
"""What a recognizer writes for what: homophones, lost endings, near misses."""

_SHORT_WORDS = "a an the to of in on for and so is are be i you it that this do just can"
SHORT = frozenset(_SHORT_WORDS.split())
"""Unstressed words that recognizers drop."""

INSERTED = ("the", "a", "and", "so", "uh", "um", "you know", "it", "i", "like", "well")
SPLITS = {
    "everything": "every thing", "something": "some thing", "anything": "any thing", "today": "to day",
    "understand": "under stand", "upset": "up set", "email": "e mail", "online": "on line",
    "supervisor": "super visor", "password": "pass word", "goodbye": "good bye", "weekend": "week end",
    "cannot": "can not", "outage": "out age", "somebody": "some body", "myself": "my self",
    "frustrating": "fruss trading", "inconvenience": "in convenience", "postcode": "post code",
}  # fmt: skip
MERGES = {
    "all right": "alright", "a lot": "alot", "going to": "gonna", "want to": "wanna", "got to": "gotta",
    "let me": "lemme", "give me": "gimme", "kind of": "kinda", "out of": "outta", "have to": "hafta",
}  # fmt: skip


def unpunctuated(text: str) -> str:
    """Lower case, with apostrophes but no other marks."""
    return re.sub(r"\s+", " ", re.sub(r"[^\w' ]", " ", text.lower().replace("’", "'"))).strip()


def noisy(text: str, draw: random.Random, rate: float = 0.12) -> str:
    """A recognizer's version of a sentence: about `rate` of its words wrong, marks often lost."""
    words: list[str] = []
    for word in text.split():
        words.extend(_heard(word, draw, rate))
    joined = " ".join(words) or text
    for pair, merged in MERGES.items():
        if pair in joined and draw.random() < rate * 3:
            joined = joined.replace(pair, merged)
    if draw.random() < 0.5:
        return unpunctuated(joined)
    return joined if draw.random() < 0.5 else joined.replace("?", ".").replace(",", "")


def drawing(seed: int | str) -> random.Random:
    """A source of draws that the seed alone decides."""
    return random.Random(seed)  # noqa: S311 - reproducible noise, no secret


def _heard(word: str, draw: random.Random, rate: float) -> list[str]:
    """What is written for one word: mostly itself, else one kind of mistake."""
    plain = word.lower().strip(".,?!;:")
    tail = word[len(word.rstrip(".,?!;:")) :]
    chance = draw.random() / rate
    heard = [word]
    if plain in SOUND_ALIKE and chance < 1.5:
        heard = [draw.choice(SOUND_ALIKE[plain]) + tail]
    elif plain in SPLITS and chance < 2:
        heard = [SPLITS[plain] + tail]
    elif plain in SHORT and chance < 1:
        heard = [tail] if tail else []
    elif chance < 0.4:
        heard = [_misspelled(plain, draw) + tail]
    elif chance < 0.7:
        heard = [draw.choice(INSERTED), word]
    return heard


def _misspelled(word: str, draw: random.Random) -> str:
    """A similar non-match: an ending lost or gained, or one letter changed."""
    if len(word) < 4:
        return word
    kind = draw.randrange(3)
    if kind == 0:
        return word[:-1]
    if kind == 1:
        return word + draw.choice(("s", "ed", "ing"))
    at = draw.randrange(1, len(word) - 1)
    return word[:at] + draw.choice("aeiouptkrl") + word[at + 1 :]
