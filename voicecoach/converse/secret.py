"""The grievance behind the first one: whether a turn asks for it, and takes it up once it was told.

Laws: nobody asks for what was not hinted at, except by its own phrases; nothing eases what was not told.
"""

from __future__ import annotations

from collections.abc import Sequence

from voicecoach.acts import ActKind
from voicecoach.converse.account import Account
from voicecoach.converse.sentence import Said
from voicecoach.phrases import holds_phrase, holds_words

_INVITES = frozenset(
    {
        ActKind.ASKS_OPEN_QUESTION,
        ActKind.ASKS_PROBING_QUESTION,
        ActKind.CHECKS_RESOLUTION,
        ActKind.CHECKS_UNDERSTANDING,
        ActKind.NAMES_FEELING,
    }
)
"""What makes somebody who has let something on go on."""

_TAKES_UP = frozenset({ActKind.APOLOGIZES, ActKind.NAMES_FEELING})


def asks_for_it(sentences: Sequence[Said], account: Account) -> bool:
    """Whether a turn invites the caller to tell what lies behind."""
    hidden = account.role.hidden
    if hidden is None or account.confided:
        return False
    if account.hinted and any(said.kinds & _INVITES for said in sentences):
        return True
    return any(said.asks and holds_words(said.text, phrase) for said in sentences for phrase in hidden.asked)


def takes_it_up(sentences: Sequence[Said], account: Account) -> str | None:
    """The sentence that takes up what was told; None: none does."""
    hidden = account.role.hidden
    if hidden is None or account.eased or not account.confided:
        return None
    for said in sentences:
        if said.denies:
            continue
        if said.kinds & _TAKES_UP or any(holds_phrase(said.text, phrase) for phrase in hidden.eased_by):
            return said.text
    return None
