"""Notices of a rehearsed call, short to write, for the tests of what shows them."""

from __future__ import annotations

import numpy as np

from voicecoach.conversation import Line, LineEnded, Move
from voicecoach.desk import Desk, DeskField, Policy, Tool
from voicecoach.events import CallerBegan, FinalHeard, FloorTaken, PartialHeard, Sounded
from voicecoach.persona import CallerCharacter, Persona
from voicecoach.prosody import ProsodyFrames, VoicedFrames
from voicecoach.speech import Speaker, SpeechSegment, Word
from voicecoach.spoken import Delivery
from voicecoach.timeline import RATE, Span

DESK = Desk(
    record={"Name": "Dana Whitfield", "Phone": "+1 555 0134", "Account": "SK 204 118"},
    orders=({"Booking": "QX7 2LM"},),
    policies=(Policy(title="Delayed bags", text="Up to 100 dollars a day."),),
)
WORKING = Desk(
    search=("4729", "Helen Street"),
    record={"Name": "Helen Street", "Address": "20 Lake Street, Seattle"},
    orders=({"Order": "4729", "Item": "television, ninety dollars"},),
    verify=("Name", "Order"),
    policies=(
        Policy(title="Refunds", text="What was paid, to the card."),
        Policy(title="Sending it back", text="A courier collects it."),
    ),
    tools=(
        Tool(id="courier", title="Order a courier", due=True),
        Tool(
            id="refund",
            title="Refund",
            due=True,
            after=("courier",),
            fields=(
                DeskField(id="amount", title="Amount", right=("ninety dollars",)),
                DeskField(id="speed", title="How fast", right=("standard",), choices=("standard", "express")),
            ),
        ),
        Tool(id="gift", title="Send a gift"),
    ),
    case=(
        DeskField(id="reason", title="Why they called", right=("broken",)),
        DeskField(id="result", title="Result", right=("refund",), choices=("refund", "replacement")),
    ),
)
"""Something on every page: a record to be found, two entries to compare, tools with and without fields."""

PERSONA = Persona(
    id="lost-luggage",
    title="The lost luggage",
    version="1.0",
    story="A bag did not arrive.",
    caller=CallerCharacter(name="Dana", situation="Her secret grief.", wants="Her bag."),
    desk=DESK,
)


def line(text: str = "Where is my bag?", number: int = 1, rate_wpm: float = 120.0) -> Line:
    return Line(number, Move.COMPLAINS, text, Delivery("en-us", rate_wpm))


def words(text: str, span: Span) -> tuple[Word, ...]:
    return tuple(Word(word, span, 0.9) for word in text.split())


def final(text: str, start_s: float, end_s: float, speaker: Speaker = Speaker.TRAINEE) -> FinalHeard:
    span = Span.from_seconds(start_s, end_s)
    return FinalHeard(SpeechSegment(1, speaker, span), words(text, span))


def partial(committed: str, tentative: str, until_s: float) -> PartialHeard:
    until = round(until_s * RATE)
    return PartialHeard(Speaker.TRAINEE, tuple(committed.split()), tuple(tentative.split()), until)


def began(text: str, at_s: float, rate_wpm: float = 120.0) -> CallerBegan:
    return CallerBegan(line(text, rate_wpm=rate_wpm), round(at_s * RATE))


def ended(text: str, start_s: float, end_s: float, heard: str | None = None) -> LineEnded:
    """The line was said to its end, or cut after the words `heard`."""
    span = Span.from_seconds(start_s, end_s)
    return LineEnded(line(text), span, words(text if heard is None else heard, span), cut=heard is not None)


def floor(holder: Speaker | None, at_s: float) -> FloorTaken:
    return FloorTaken(holder, round(at_s * RATE), "speaks")


def sounded(
    at_s: float, f0_hz: list[float], level_dbfs: float = -25.0, speaker: Speaker = Speaker.TRAINEE
) -> Sounded:
    """Frames of 10 ms from `at_s` on."""
    nothing = np.empty(0, np.float16)
    count = len(f0_hz)
    frames = ProsodyFrames(
        first=round(at_s * 100),
        f0_hz=np.array(f0_hz, np.float32),
        level_dbfs=np.full(count, level_dbfs, np.float32),
        nuclei=[],
        voicing=np.ones(count, np.float32),
        voiced=VoicedFrames(nothing, nothing, nothing, nothing, nothing),
        momentary_lufs=np.empty(0, np.float32),
        short_term_lufs=np.empty(0, np.float32),
    )
    return Sounded(speaker, frames)
