"""What a language model is asked: one line, who says it, and what was said just before. All of it is text.

What stays the same during a call comes first: servers keep what they have read of a question, and read on
from where the next one differs.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.rewording import Reword
from voicecoach.speech import Speaker

_TASK = """\
You put one line of an upset caller on the telephone into other words, for the training of agents.
Say what the line says: nothing more, nothing less.
One spoken English sentence in everyday words. If the line asks, ask; if not, do not.
Keep every number, name, day and time exactly as it is written. Make nothing up.
Answer with the sentence alone."""

_NAMES = {Speaker.TRAINEE: "Agent", Speaker.CALLER: "Caller"}


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a chat."""

    role: str
    """``system`` or ``user``."""
    content: str


def messages(reword: Reword) -> tuple[Message, ...]:
    """The question, as a chat."""
    brief = reword.brief
    about = f"The caller is {brief.caller}. {brief.situation} What they want: {brief.wants}"
    talk = [f"{_NAMES[one.speaker]}: {one.text}" for one in brief.said]
    wanted = (
        f"The caller is {brief.band.value}. At most {brief.most_words} words. The line: {reword.line.text}"
    )
    return Message("system", f"{_TASK}\n\n{about}"), Message("user", "\n".join([*talk, "", wanted]).strip())
