"""Make the pictures of the rehearsal screen in ``docs/images/``: a call in the middle, drawn headless.

``python scripts/screen_pictures.py`` needs a Chromium on the PATH, for PNG from Textual's SVG. The gauges
show what the real meters make of the trainee of a fixture call.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from voicecoach.apps.rehearsal_screen import RehearsalScreen
from voicecoach.conversation import Ending, Line, LineEnded, Move
from voicecoach.desk import Desk, DeskField, Policy, Tool
from voicecoach.devices.assets import weights
from voicecoach.devices.documents import read_persona
from voicecoach.devices.media import read_blocks
from voicecoach.devices.silero import SileroDetector
from voicecoach.events import CallerBegan, CallOver, FinalHeard, FloorTaken, PartialHeard, Pressed, Sounded
from voicecoach.events import Key as CallKey
from voicecoach.listen.track import Ears, TrackListener
from voicecoach.speech import Speaker, SpeechSegment, Word
from voicecoach.spoken import Delivery
from voicecoach.timeline import BLOCK, RATE, Span, samples

ROOT = Path(__file__).parents[1]
CALL = ROOT / "audio_fixtures" / "good.16k.flac"
IMAGES = ROOT / "docs" / "images"
PERSONA = ROOT / "personas" / "lost-luggage.yaml"

TALK = (
    (2.2, Speaker.TRAINEE, "Thank you for calling Skyline, my name is Peter. How may I help you?"),
    (2.4, Speaker.CALLER, "You lost my suitcase and nobody can tell me where it is."),
    (2.9, Speaker.TRAINEE, "I am sorry. You are in Chicago, and your things are not."),
    (2.4, Speaker.CALLER, "The birthday is tomorrow at noon. What are you going to do about it?"),
)
"""Words a second, who, what."""


DESK = Desk(
    search=("4729", "Laura Martin"),
    record={"Name": "Laura Martin", "Staying at": "Harbor Hotel, River Street, Chicago"},
    orders=({"Reference": "4729", "Bag": "red suitcase, silver label"},),
    verify=("Name", "Reference", "Bag"),
    policies=(Policy(title="Taking a bag to its owner", text="By courier, free of charge."),),
    tools=(
        Tool(
            id="courier",
            title="Send a courier",
            due=True,
            fields=(
                DeskField(id="where", title="Where to", right=("harbor hotel",)),
                DeskField(id="speed", title="How fast", right=("express",), choices=("express", "standard")),
            ),
        ),
        Tool(id="voucher", title="Pay for what is needed", allowed=True),
        Tool(id="close", title="Close the search"),
    ),
    case=(
        DeskField(id="missing", title="What is missing", right=("red suitcase",)),
        DeskField(
            id="agreed",
            title="What was agreed",
            right=("courier",),
            choices=("courier", "pick-up", "nothing"),
        ),
        DeskField(id="promised", title="Promised by when", right=("ten o'clock",)),
    ),
)
"""A desk with something on every page."""


@dataclass(frozen=True)
class Picture:
    """One view of the screen."""

    name: str
    size: tuple[int, int]
    """Columns and rows."""
    keys: tuple[str, ...] = ()
    hints: bool = False
    desk: Desk | None = None
    """None: that of the persona."""
    over: bool = False
    """Whether the call is over, and the case is being finished."""


TO_TOOLS = (*"4729", "enter", "f6", "enter", "down", "enter", "f6", "f6")
"""Finds the record, ticks two entries, turns on."""

PICTURES = (
    Picture("rehearse", (80, 24)),
    Picture(
        "rehearse-large",
        (120, 36),
        ("f7", *"red suitcase, silver label", "enter", *"birthday tomorrow at noon"),
        hints=True,
    ),
    Picture("rehearse-help", (80, 24), ("f1",)),
    Picture("rehearse-desk", (80, 24), (*TO_TOOLS, "enter", *"Harbor Hotel", "tab"), desk=DESK),
    Picture("rehearse-case", (80, 24), (*"red suitcase", "tab"), desk=DESK, over=True),
)


def sound(screen: RehearsalScreen) -> int:
    """Let the meters hear the trainee of the fixture call; the samples that passed."""
    listener = TrackListener(Ears(SileroDetector, weights("pitch")))
    at = 0
    for audio in read_blocks(CALL):
        for start in range(0, audio.shape[1], BLOCK):
            piece = audio[0, start : start + BLOCK]
            at += len(piece)
            screen.tell(Sounded(Speaker.TRAINEE, listener.sound(piece)), at)
    return at


def talk(screen: RehearsalScreen) -> None:
    """Tell the screen a call up to the trainee's third turn."""
    at, delivery = RATE, Delivery("en-us")
    for number, (rate_wps, speaker, text) in enumerate(TALK):
        words = text.split()
        span = Span(at, at + samples(len(words) / rate_wps))
        screen.tell(FloorTaken(speaker, span.start, "speaks"), span.start)
        if speaker is Speaker.TRAINEE:
            heard = tuple(Word(word, span, 0.9) for word in words)
            screen.tell(FinalHeard(SpeechSegment(number, speaker, span), heard), span.end)
        else:
            line = Line(number, Move.COMPLAINS, text, delivery)
            screen.tell(CallerBegan(line, span.start), span.start)
            screen.tell(LineEnded(line, span, (), cut=False), span.end)
        at = span.end + samples(0.7)
    end = sound(screen)
    screen.tell(FloorTaken(Speaker.TRAINEE, end - 3 * RATE, "speaks"), end)
    committed = ("Here", "is", "what", "I", "can", "do", "right", "now:")
    screen.tell(PartialHeard(Speaker.TRAINEE, committed, ("a", "courier", "will", "bring"), end), end)
    screen.tell(Pressed(CallKey.ANSWER), end)


async def svg(picture: Picture) -> str:
    persona = read_persona(PERSONA)
    screen = RehearsalScreen(persona, picture.desk or persona.desk, hints=picture.hints)
    talk(screen)
    app = screen.app()
    async with app.run_test(size=picture.size) as pilot:
        if picture.over:
            screen.tell(CallOver(Ending.SATISFIED, 0, "the caller had nothing more to say"), 0)
            screen.wrapping_up()
        app.draw()
        await pilot.pause()
        for key in picture.keys:
            await pilot.press(key)
            app.draw()
        app.draw()
        await pilot.pause()
        return app.export_screenshot(title="voicecoach rehearse")


def png(drawn: str, path: Path) -> None:
    """Photograph an SVG with Chromium, at twice its size, in a font that is there."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("Chromium is not installed; the pictures need it.")
    drawn = re.sub(r"@font-face\s*\{.*?\}", "", drawn, flags=re.DOTALL)
    drawn = drawn.replace("Fira Code", "DejaVu Sans Mono")
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn)
    assert box is not None
    width, height = (round(float(side)) for side in box.groups())
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "screen.html"
        page.write_text(f'<body style="margin:0;background:#10151b">{drawn}</body>', "utf-8")
        size = (f"--window-size={width},{height}", "--force-device-scale-factor=1.5", "--hide-scrollbars")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", *size, f"--screenshot={path}"]
        subprocess.run([*command, page.as_uri()], check=True, capture_output=True)


def main() -> None:
    for picture in PICTURES:
        png(asyncio.run(svg(picture)), IMAGES / f"{picture.name}.png")


if __name__ == "__main__":
    main()
