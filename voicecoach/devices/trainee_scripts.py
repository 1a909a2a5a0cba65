"""What simulated trainees say, by the story that they are in.

A script holds, for every character, the stages of a call: greeting, acknowledgement, questions, paraphrase,
options, promise, recap, close, or what is left of them. A stage is one turn, in one or more wordings.

Laws
----
* Every word is one that the demo model knows (``audio_fixtures/vocabulary.txt``).
* What an expert says of a story is true in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from voicecoach.events import Key


class Character(StrEnum):
    """The simulated trainees; the value is their name on the command line."""

    EXPERT = "expert"
    NOVICE = "novice"
    RUDE = "rude"
    SILENT = "silent"
    RAMBLING = "rambling"
    INTERRUPTING = "interrupting"


@dataclass(frozen=True, slots=True)
class Pause:
    """Say nothing for a while, in the middle of a turn."""

    length_s: float


Turn = tuple[str | Key | Pause, ...]
"""Sentences, keys and pauses, in order."""

Stage = tuple[Turn, ...]
"""Wordings of one turn; one is drawn."""

Script = Mapping[Character, tuple[Stage, ...]]
"""Of each character the turns of a call."""

_GREETING: Stage = (
    ("Good morning this is Anna how can I help you today?",),
    ("Thank you for calling Skyline my name is Anna how can I help you today?",),
)
_CLOSE: Stage = (("Thank you for calling and have a great day.", Key.HANG_UP),)
_CHECK = "Is there anything else I can help you with today?"
_FOLDED: Stage = (("Goodbye.", Key.HANG_UP), ("Thank you goodbye.", Key.HANG_UP))
_RUDE_TURNS: tuple[Stage, ...] = (
    (("What do you want?",), ("Yes what is it?",)),
    (("Tell me your number.",), ("What is your number?",)),
    (("That is not my fault.",), ("That is not my problem.",)),
    (("Calm down.", "You have to wait."), ("Please calm down.", "Everyone has to wait.")),
    (("That is our standard policy.",), ("It is the policy.", "I can't change that.")),
    (("You should have called us before.",), ("You should have read the policy.",)),
    (("There is nothing I can do.", Key.HANG_UP), ("I can't do anything about that.", Key.HANG_UP)),
)
_RAMBLE: Turn = (
    "You know I have been here for three years and we see this every day.",
    "There was rain and snow in Boston this week and every flight was late.",
    "The crew has so many bags to move and they are all late.",
    "My manager said that it should be better in January.",
    "And then the system is down and we have to write everything down again.",
    "And the people at the desk get so many calls that they can't answer every one.",
    "I had a suitcase that was late when I went to Miami and it took four days.",
    "It was a black suitcase and every suitcase there was black.",
)

LOST_LUGGAGE: Script = {
    Character.EXPERT: (
        _GREETING,
        (
            (
                "I'm so sorry that your suitcase did not arrive.",
                "I can hear how upset you are about the suitcase.",
                "Can I have your reference number please?",
            ),
            (
                "I'm sorry to hear that your suitcase is missing.",
                "I can see how frustrating this is.",
                "Can I have your reference number please?",
            ),
        ),
        (("Thank you.", "What color is the suitcase?"), ("Thank you.", "What color is your suitcase?")),
        (("What time was your flight?",),),
        (("So your suitcase did not arrive and you need it before noon tomorrow is that right?",),),
        (
            ("Would you prefer the hotel or the airport?",),
            ("Would you prefer a courier or the airport?",),
        ),
        (
            (
                "I will personally take care of this for you.",
                "The courier will be at your hotel by ten o'clock.",
                "Your suitcase will be at your hotel tomorrow by ten o'clock.",
            ),
        ),
        (
            (
                "I can offer you a refund of one hundred dollars.",
                "You can buy what you need up to one hundred dollars.",
                "I will personally follow up with you on Friday.",
            ),
        ),
        (("So just to confirm your suitcase will be at your hotel tomorrow by ten o'clock.", _CHECK),),
        _CLOSE,
    ),
    Character.NOVICE: (
        (("Hello how can I help you?",), ("Hi this is Kevin.",)),
        (("Okay.", "Can I have your name?"), ("Okay.", "What is the reference number?")),
        (("I'm sorry about that.", "I'm not sure what happened."),),
        (("What color is the suitcase?",),),
        ((Key.HOLD, Pause(8.0), Key.HOLD, "Okay I found it.", "Your suitcase is in Boston."),),
        (
            ("I guess it should be at your hotel tomorrow.",),
            ("It should be at your hotel tomorrow I guess.",),
        ),
        (("I will send a note to the courier.",),),
        _FOLDED,
    ),
    Character.RUDE: _RUDE_TURNS,
    Character.SILENT: (_GREETING,),
    Character.RAMBLING: (
        _GREETING,
        (("I'm sorry about that.", *_RAMBLE),),
        (("What does the suitcase look like?", *_RAMBLE[4:]),),
        (("Your suitcase will be at your hotel tomorrow by ten o'clock.", *_RAMBLE[:4]),),
        ((_CHECK,),),
        _CLOSE,
    ),
    Character.INTERRUPTING: (
        _GREETING,
        (("What is your reference number?",), ("Can I have your reference number?",)),
        (("What does the suitcase look like?",), ("What color is the suitcase?",)),
        (("I know I know.", "When do you need it?"),),
        (("It will be at your hotel tomorrow by ten o'clock.",),),
        (("You can buy what you need and we will pay for it.",),),
        ((_CHECK,),),
        _CLOSE,
    ),
}
"""A suitcase that stayed in Boston (``personas/lost-luggage.yaml``)."""

RETURNS_DESK: Script = {
    Character.EXPERT: (
        (
            ("Good morning this is Anna how can I help you today?",),
            ("Good afternoon my name is Anna how can I help you today?",),
        ),
        (
            (
                "I'm sorry to hear that the television stopped working.",
                "I can hear how frustrated you are and I am here to help.",
                "Can I have your order number please?",
            ),
            (
                "I'm sorry to hear that the television stopped working.",
                "I understand how frustrating this must be.",
                "Can I have your order number please?",
            ),
        ),
        (("Great thank you.", "How long have you had the television?"),),
        (("What does the screen say right now?",),),
        (("Do you still have the receipt?",),),
        (("So the television stopped working is that right?",),),
        (("Would you prefer a refund or a replacement?",),),
        (
            (
                "I can offer you a full refund of ninety dollars.",
                "The refund will be on your card in three to five days.",
                "A courier will pick up the television on Monday.",
                "The return will cost you nothing.",
            ),
        ),
        (
            (
                "Let me confirm the details with you.",
                "The refund of ninety dollars will be on your card in five working days.",
                "I will personally follow up with you on Friday.",
                _CHECK,
            ),
        ),
        _CLOSE,
    ),
    Character.NOVICE: (
        (("Hello how can I help you?",),),
        (("Okay.", "What is your order number?"),),
        (("I'm sorry about that.", "What happened?"),),
        ((Key.HOLD, Pause(8.0), Key.HOLD, "Sorry to keep you waiting."),),
        (("I guess you want the money back.",),),
        (("It should be on your card in a few days.",),),
        _FOLDED,
    ),
    Character.RUDE: _RUDE_TURNS,
    Character.SILENT: (_GREETING,),
    Character.RAMBLING: (_GREETING, (_RAMBLE,), (("Okay so what is your order number?",),), _FOLDED),
    Character.INTERRUPTING: (
        _GREETING,
        (("What is your order number?",), ("Can I have your order number?",)),
        (("How long have you had the television?",),),
        (("I can offer you a full refund of ninety dollars.",),),
        (("The refund will be on your card in three to five days.",),),
        ((_CHECK,),),
        _CLOSE,
    ),
}

GENERIC: Script = {
    Character.EXPERT: (
        _GREETING,
        (
            (
                "I'm so sorry to hear that this happened.",
                "I can hear how frustrated you are about this.",
                "Can I have your name and your order number please?",
            ),
        ),
        (("Thank you.", "Can you please tell me what happened?"),),
        (("When did you order it?",), ("When did you call about this the first time?",)),
        (("So you called about this before and it is still not fixed is that right?",),),
        (("Would you prefer a refund or a replacement?",),),
        (
            (
                "I will personally take care of this for you.",
                "You will have it in two business days.",
                "I will personally follow up with you on Friday.",
            ),
        ),
        (("So just to confirm you will have it in two business days.", _CHECK),),
        _CLOSE,
    ),
    Character.NOVICE: (
        (("Hello how can I help you?",), ("Hi this is Kevin.",)),
        (("Okay.", "Can I have your name?"), ("Okay.", "What is the order number?")),
        (("I'm sorry about that.", "I'm not sure what happened."),),
        (("When did you order it?",),),
        ((Key.HOLD, Pause(8.0), Key.HOLD, "Okay I found it."),),
        (("I guess we could send it again.",), ("I guess it should be there next week.",)),
        _FOLDED,
    ),
    Character.RUDE: _RUDE_TURNS,
    Character.SILENT: (_GREETING,),
    Character.RAMBLING: (
        _GREETING,
        (("I'm sorry about that.", *_RAMBLE),),
        (("Can I have your order number?", *_RAMBLE[4:]),),
        (("I will send it again tomorrow.", *_RAMBLE[:4]),),
        ((_CHECK,),),
        _CLOSE,
    ),
    Character.INTERRUPTING: (
        _GREETING,
        (("What is your order number?",), ("Can I have your order number?",)),
        (("What is the problem?",),),
        (("I know I know.", "When did you order it?"),),
        (("You will have it in two business days.",),),
        ((_CHECK,),),
        _CLOSE,
    ),
}
"""For stories that have no script of their own: sentences that fit most complaints."""

SCRIPTS: Mapping[str, Script] = {"lost-luggage": LOST_LUGGAGE, "returns-desk": RETURNS_DESK}
"""By the id of the persona."""


def script_for(persona_id: str) -> Script:
    """The script of a persona's story, or the one that fits most."""
    return SCRIPTS.get(persona_id, GENERIC)


def sentences(turn: Turn) -> tuple[str, ...]:
    """What is said in a turn; keys and pauses left out."""
    return tuple(item for item in turn if isinstance(item, str) and not isinstance(item, Key))
