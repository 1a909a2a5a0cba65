"""What a trainee's turn says to this caller: questions, grants, facts, empathy, and what was known already.

Reads the acts and the words of one turn against the caller's file and memory; changes nothing.

Laws
----
* A grant counts when it is stated or offered, not when it is denied, asked or only said back.
* A fact is right or wrong by the table alone, near its topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from voicecoach.acts import ActKind
from voicecoach.conversation import TraineeTurn
from voicecoach.converse.account import Account
from voicecoach.converse.promises import Broken, Promise, broken, promised
from voicecoach.converse.secret import asks_for_it, takes_it_up
from voicecoach.converse.sentence import ASKING, Said
from voicecoach.facts import Fact
from voicecoach.phrases import content_words, holds_phrase, holds_words, shared_words
from voicecoach.spoken_numbers import tokens
from voicecoach.telling import Answer, Grant, Need

GRANTING = frozenset(
    {ActKind.OFFERS_OPTION, ActKind.COMMITS_TO_STEP, ActKind.TAKES_OWNERSHIP, ActKind.EXTRA_MILE}
)
SAYING_BACK = frozenset({ActKind.PARAPHRASES, ActKind.CHECKS_UNDERSTANDING})
CHECKING = SAYING_BACK | {ActKind.RECAPS}
WARM = frozenset({ActKind.NAMES_FEELING, ActKind.APOLOGIZES, ActKind.PARAPHRASES, ActKind.TAKES_OWNERSHIP})
"""Acts whose words may name what this caller went through."""

MOST_ANSWERS = 2
"""Questions answered at once; whoever asks for more has to ask again."""

SHORT_WORDS = 16
"""A longer turn does not merely ask to hear something again."""

AnyGrant = TypeVar("AnyGrant", bound=Grant)

_AGAIN = re.compile(
    r"\b(say (that|it) again|((can|could|would|will) you|please|sorry) (please )?repeat\b|come again\b"
    r"|pardon( me)?\b|what (was that|did you say)\b"
    r"|i (didn't|did not|couldn't|could not) (quite )?(catch|hear|get) (that|you|it|what)\b)"
)
_SPLIT = re.compile(r"(?<=[.?!])\s+|\n")


@dataclass(frozen=True, slots=True)
class Hearing:
    """A turn, as this caller takes it."""

    turn: TraineeTurn
    sentences: tuple[Said, ...]
    asked: tuple[Answer, ...]
    """What was asked and not known yet."""
    asked_again: tuple[tuple[Answer, str], ...]
    """What was asked though it had been told, with the question."""
    wants_more: str | None
    """A question that no answer fits."""
    granted: tuple[tuple[Need, str], ...]
    """Needs that this turn grants for the first time, with the sentence."""
    withdrawn: tuple[tuple[Need, str], ...]
    """Needs that were granted and that this turn refuses, with the sentence."""
    alternatives: tuple[tuple[Grant, str], ...]
    """Other ways that this turn opens, with the sentence."""
    right: tuple[tuple[Fact, str], ...]
    wrong: tuple[tuple[Fact, str], ...]
    to_say_again: bool
    """The trainee asks to hear it once more."""
    promised: tuple[Promise, ...]
    broken: Broken | None
    """An earlier promise that this turn takes back."""
    asks_behind: bool
    """Invites the caller to tell what lies behind the matter."""
    eases: str | None
    """The sentence that takes up what lay behind."""

    def does(self, *kinds: ActKind) -> list[Said]:
        """The sentences that do one of these."""
        return [said for said in self.sentences if said.kinds & frozenset(kinds)]

    @property
    def options(self) -> int:
        """Ways put before the caller; "a refund or a replacement" is two."""
        offers = self.does(ActKind.OFFERS_OPTION)
        return sum(1 + (" or " in f" {said.text.lower()} ") for said in offers)

    def names(self, words: Sequence[str], *kinds: ActKind) -> list[str]:
        """The caller's own words in the warm sentences of the turn, if one of them does `kinds`."""
        if not self.does(*kinds):
            return []
        warm = " ".join(said.text for said in self.does(*WARM))
        return shared_words(content_words(warm), words)


def hear(turn: TraineeTurn, account: Account) -> Hearing:
    """What `turn` says to the caller who remembers `account`."""
    sentences = tuple(_sentences(turn))
    again = len(turn.text.split()) <= SHORT_WORDS and bool(_AGAIN.search(turn.text.lower()))
    if again:  # "sorry" and "could you" belong to the request, not to the case
        sentences = tuple(Said(said.text, frozenset()) for said in sentences)
    questions = [] if again else [(said, _asked(said, account)) for said in sentences if said.asks]
    asked = {answer.id: answer for _, answers in questions for answer in answers}
    stated = list(_stated(sentences, account.persona.facts))
    return Hearing(
        turn=turn,
        sentences=sentences,
        asked=tuple(answer for answer in asked.values() if not account.gave(answer))[:MOST_ANSWERS],
        asked_again=tuple(_asked_again(questions, account)),
        wants_more=_unanswered(questions),
        granted=tuple(_granted(account.missing, sentences, account)),
        withdrawn=tuple(_withdrawn(sentences, account)),
        alternatives=tuple(_granted(account.role.alternatives, sentences, account)),
        right=tuple((fact, text) for fact, text, is_right in stated if is_right),
        wrong=tuple((fact, text) for fact, text, is_right in stated if not is_right),
        to_say_again=again,
        promised=tuple(promised(sentences)),
        broken=broken(sentences, account.promises),
        asks_behind=asks_for_it(sentences, account),
        eases=takes_it_up(sentences, account),
    )


def _sentences(turn: TraineeTurn) -> Iterator[Said]:
    """The turn's sentences in order: those that acts quote, and whatever lies between them."""
    kinds: dict[str, set[ActKind]] = {}
    for act in turn.acts:
        kinds.setdefault(act.quote, set()).add(act.kind)
    rest = turn.text
    for quote in sorted(kinds, key=len, reverse=True):
        rest = rest.replace(quote, "\n")
    for piece in _SPLIT.split(rest):
        if tokens(piece):
            kinds.setdefault(piece.strip(), set())
    for text in sorted(kinds, key=turn.text.find):
        yield Said(text, frozenset(kinds[text]))


def _asked(said: Said, account: Account) -> list[Answer]:
    """What a question asks for: by its words, or else by what it does; to say back is not to ask."""
    if said.kinds & SAYING_BACK and ActKind.VERIFIES_IDENTITY not in said.kinds:
        return []
    answers = account.role.answers
    by_words = [a for a in answers if any(holds_words(said.text, phrase) for phrase in a.asked)]
    if by_words:
        return by_words
    return [a for a in answers if said.kinds & set(a.acts) and not account.gave(a)][:1]


def _asked_again(
    questions: Iterable[tuple[Said, list[Answer]]], account: Account
) -> Iterator[tuple[Answer, str]]:
    for said, answers in questions:
        if answers and ActKind.RECAPS not in said.kinds and all(account.gave(answer) for answer in answers):
            yield answers[0], said.text


def _unanswered(questions: Iterable[tuple[Said, list[Answer]]]) -> str | None:
    """The first real question that nothing fits; checks, offers and requests to hold want no facts."""
    for said, answers in questions:
        open_for_facts = not said.kinds & (CHECKING | GRANTING | {ActKind.ASKS_TO_HOLD})
        if not answers and open_for_facts and said.kinds & ASKING:
            return said.text
    return None


def _granted(
    wanted: Iterable[AnyGrant], sentences: Sequence[Said], account: Account
) -> Iterator[tuple[AnyGrant, str]]:
    """What of `wanted` the turn grants, each with the first sentence that does."""
    for grant in wanted:
        for said in sentences:
            if _is_grant(said) and _shows(grant, said, account):
                yield grant, said.text
                break


def _withdrawn(sentences: Sequence[Said], account: Account) -> Iterator[tuple[Need, str]]:
    """What was granted before and is denied now, each with its sentence."""
    for need in account.role.needs:
        denied = [said for said in sentences if said.denies and _says(need, said.text, account)]
        if need.id in account.needs and denied:
            yield need, denied[0].text


def _is_grant(said: Said) -> bool:
    if not said.granted:
        return False
    if said.kinds & GRANTING:
        return True
    return not said.asks and not said.kinds & SAYING_BACK


def _shows(grant: Grant, said: Said, account: Account) -> bool:
    steps = [step for step in account.persona.process if step.id in grant.steps]
    acts = {*grant.acts, *(kind for step in steps for kind in step.acts)}
    return bool(said.kinds & acts and not said.denies) or _says(grant, said.granted, account)


def _says(grant: Grant, text: str, account: Account) -> bool:
    """Whether `text` speaks of it in so many words, granting or not."""
    table = account.persona
    facts = [fact for fact in table.facts if fact.id in grant.facts]
    steps = [step for step in table.process if step.id in grant.steps]
    phrases = [*grant.phrases, *(phrase for step in steps for phrase in step.phrases)]
    if any(holds_phrase(text, phrase) for phrase in phrases):
        return True
    return any(_is_on(fact, text) and fact.stated(text) for fact in facts)


def _is_on(fact: Fact, text: str) -> bool:
    return any(holds_phrase(text, topic) for topic in fact.topic)


def _stated(sentences: Sequence[Said], facts: Sequence[Fact]) -> Iterator[tuple[Fact, str, bool]]:
    """Facts that are stated, rightly or wrongly, once each: what was said last counts."""
    for fact in facts:
        spoken = [
            (said.text, right)
            for said in sentences
            if not said.kinds & SAYING_BACK
            and _is_on(fact, said.text)
            and (right := fact.stated(said.text)) is not None
        ]
        if spoken:
            yield fact, *spoken[-1]
