"""A simulated expert for a caller who was just made, so that the call can be watched at once.

The expert says what the interview calls right, in words that fit every story; the author makes them fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voicecoach.apps.caller_draft import LATER, block_text, low
from voicecoach.apps.interview import Answers
from voicecoach.persona import Persona

_TURNED = {
    "my": "your",
    "mine": "yours",
    "i": "you",
    "me": "you",
    "am": "are",
    "i'm": "you are",
    "i've": "you have",
}
"""First person to second, for saying back; "was" and "were" are left to the author."""

Turn = list[Any]


def trainees_yaml(persona: Persona, answers: Answers) -> str:
    """The text of the file of trainees that goes with a caller."""
    told = f"What simulated trainees say to this caller. {LATER}: a second wording for each stage; a novice."
    return block_text(("expert", [[turn] for turn in _turns(persona, answers)], told))


def _turns(persona: Persona, answers: Answers) -> Iterator[Turn]:
    said = " ".join(_TURNED.get(word, word) for word in low(answers.get("complaint") or "it is bad").split())
    said = said.rstrip(".!?")
    yield ["Good morning my name is Anna how can I help you today?"]
    yield [f"I'm so sorry that {said}.", "I can hear how upset you are about this.", _asks(answers)]
    yield [*_finds(persona), "Thank you.", "Can you tell me what happened?"]
    yield [f"So {said} is that right?"]
    yield list(_grants(persona))
    yield list(_acts(persona))
    if persona.role is not None and persona.role.hidden is not None:
        yield ["Is there something else about this that bothers you?"]
        yield [f"I understand, and I am sorry about {persona.role.hidden.eased_by[0]}."]
    yield list(_closes(persona))
    yield ["Thank you for calling and have a great day.", {"press": "hang up"}]


def _asks(answers: Answers) -> str:
    number = answers.get("number_name") if answers.get("number") else None
    return (
        f"Can I have your name and your {number.lower()} please?"
        if number
        else "Can I have your name please?"
    )


def _finds(persona: Persona) -> Iterator[Any]:
    desk = persona.desk
    if desk is not None and desk.search:
        yield {"look_up": desk.search[0]}
    if desk is not None and desk.verify:
        yield {"verify": list(desk.verify)}


def _grants(persona: Persona) -> Iterator[Any]:
    if persona.desk is not None and persona.desk.policies:
        yield {"read": persona.desk.policies[-1].title}
    if persona.role is not None:
        yield from (f"What I can do for you is {need.phrases[0]}." for need in persona.role.needs)
    for fact in persona.facts:
        yield f"{fact.topic[0].capitalize()} {fact.right[0]}."


def _acts(persona: Persona) -> Iterator[Any]:
    yield "I will personally take care of this and call you back tomorrow."
    for tool in () if persona.desk is None else persona.desk.tools:
        values = {field.id: field.right[0] for field in tool.fields}
        yield {"apply": tool.id, **({"values": values} if values else {})}


def _closes(persona: Persona) -> Iterator[Any]:
    if persona.role is not None:
        yield f"So just to confirm what I will do for you is {persona.role.needs[0].phrases[0]}."
    if persona.desk is not None and persona.desk.case:
        yield {"enter": {field.id: field.right[0] for field in persona.desk.case}}
    yield "Is there anything else I can help you with today?"
