"""The whole page: head, security policy, sections in reading order, data and script.

Laws
----
* The page asks nobody for anything: its policy forbids every connection, and lets run only the one
  script and style whose hashes it names. What somebody said can therefore never run.
* The same record and sound give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from voicecoach.apps.record import Record
from voicecoach.apps.rehearsal_facts import RehearsalFacts
from voicecoach.apps.report.desk import desk_list
from voicecoach.apps.report.details import about, measures, moments
from voicecoach.apps.report.lanes import lanes_data
from voicecoach.apps.report.markup import Html, data_block, tag
from voicecoach.apps.report.mood import mood_data, mood_list
from voicecoach.apps.report.scorecard import scorecard
from voicecoach.apps.report.summary import header, highlights, summary
from voicecoach.apps.report.transcript import transcript
from voicecoach.apps.report.voices import voices
from voicecoach.apps.report.waveform import Peaks
from voicecoach.apps.report.wording import OVERLAPS

INLINE_LIMIT = 8 * 1024 * 1024
"""Bytes of sound that a page carries itself; beyond it browsers grow slow to open the file."""

_SCRIPTS = ("data.js", "player.js", "drawings.js", "mood.js", "lanes.js", "transcript.js", "main.js")
"""Joined in this order into one script."""


@dataclass(frozen=True, slots=True, eq=False)
class AudioForPage:
    """The call's sound and its waveform. Without `content` and `link` the page shows but does not play."""

    peaks: Peaks
    mime: str
    """Such as ``audio/ogg; codecs=opus``."""
    content: bytes | None = None
    """The sound itself, up to about `INLINE_LIMIT`."""
    link: str | None = None
    """A path relative to the page, with ``/`` between folders; used when there is no `content`."""


def render(record: Record, audio: AudioForPage, rehearsal: RehearsalFacts | None = None) -> str:
    """The page as text; write it as UTF-8.

    Parameters
    ----------
    record : as `voicecoach.apps.record.to_record` makes it, or as read from a call's JSON file.
    audio : the sound of the same call.
    rehearsal : what is known of a rehearsed call beyond its grading; None: it was a recording.
    """
    style, script = _asset("report.css"), "".join(_asset(name) for name in _SCRIPTS)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(style, script, audio)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{record['source']['name']} · voicecoach"),
        tag("style", Html(style)),
    )
    body = tag(
        "body", *_body(record, rehearsal), *_data(record, audio, rehearsal), tag("script", Html(script))
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _body(record: Record, rehearsal: RehearsalFacts | None) -> list[Html]:
    columns = tag("div", scorecard(record), transcript(record, rehearsal), class_="columns")
    moods = mood_list(rehearsal, record) if rehearsal else None
    desk = desk_list(rehearsal) if rehearsal else None
    return [
        tag("a", "Skip to the scorecard", class_="skip", href="#scorecard"),
        header(record),
        _contents(),
        tag("main", summary(record, rehearsal), highlights(record), _timeline(), moods, desk, columns,
            moments(record), voices(record), measures(record), about(record)),
        _keys(),
        _player(),
    ]  # fmt: skip


def _contents() -> Html:
    """Where to jump on a small screen, where the page is long."""
    places = (
        ("summary", "Score"),
        ("timeline", "Call"),
        ("scorecard", "Scorecard"),
        ("transcript", "Transcript"),
    )
    links = [tag("a", name, href=f"#{place}") for place, name in places]
    return tag("nav", *links, class_="contents", aria_label="Contents")


def _timeline() -> Html:
    """Where the script draws the lanes; without it the page is text alone."""
    zoom = [
        tag(
            "button",
            tag("span", symbol, aria_hidden="true"),
            type="button",
            id=name,
            aria_label=label,
            title=label,
        )
        for name, symbol, label in (
            ("zoom-out", "−", "Zoom out"),
            ("zoom-in", "+", "Zoom in"),
            ("zoom-fit", "Whole call", "Show the whole call"),
        )
    ]
    return tag(
        "section",
        tag("div", tag("h2", "The call"), tag("div", *zoom, class_="tools"), class_="heading"),
        tag("p", *_legend(), class_="legend"),
        tag("div", id="lanes", class_="lanes"),
        tag("p", id="readout", class_="readout", aria_hidden="true"),
        id="timeline",
        aria_label="The call over time",
        hidden=True,
    )


def _legend() -> list[Html]:
    badges = [
        tag("span", tag("span", letter, class_=f"badge {kind}"), f" {name}")
        for kind, (letter, name) in OVERLAPS.items()
    ]
    return [
        *badges,
        tag("span", "Shaded: usual pace"),
        tag("span", "Pitch and loudness: against the own median"),
    ]


def _keys() -> Html:
    keys = (("Space", "play"), ("← →", "3 s"), ("Shift ← →", "turn"), ("+ − 0", "zoom"))
    named = (tag("span", tag("kbd", key), f" {does}  ") for key, does in keys)
    return tag("footer", "Keys: ", *named, class_="keys")


def _player() -> Html:
    speeds = [
        tag("option", f"{speed:g}×", value=speed, selected=speed == 1.0)
        for speed in (0.75, 1.0, 1.25, 1.5, 2.0)
    ]
    return tag(
        "aside",
        tag("button", type="button", id="play", aria_label="Play", class_="play"),
        tag("output", id="clock", for_="seek", class_="clock"),
        tag(
            "input",
            type="range",
            id="seek",
            min=0,
            max=1,
            step="any",
            value=0,
            aria_label="Position in the call",
        ),
        tag("span", id="playing", class_="playing", role="status"),
        tag(
            "label",
            tag("span", "Speed", class_="hide-small"),
            tag("select", *speeds, id="speed", aria_label="Speed"),
            class_="speed",
        ),
        tag("label", tag("input", type="checkbox", id="follow", checked=True), "Follow", class_="follow"),
        id="player",
        class_="player",
        aria_label="Player",
        hidden=True,
    )


def _data(record: Record, audio: AudioForPage, rehearsal: RehearsalFacts | None) -> list[Html | None]:
    sound = {"mime": audio.mime, "link": _url(audio.link) if audio.link and audio.content is None else None}
    mood = mood_data(rehearsal, record) if rehearsal else None
    blocks: list[Html | None] = [
        data_block("lanes-data", {**lanes_data(record, audio.peaks), "mood": mood, "sound": sound})
    ]
    if audio.content is not None:
        encoded = Html(base64.b64encode(audio.content).decode("ascii"))
        blocks.append(tag("script", encoded, type="text/plain", id="sound"))
    return blocks


def _policy(style: str, script: str, audio: AudioForPage) -> str:
    """Content Security Policy: nothing by default, our own script and style, sound from here only."""
    media = "'self' file:" if audio.content is None and audio.link else "blob:"
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; media-src {media}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _url(path: str) -> str:
    """A relative path as a URL: a leading ``./`` keeps a colon in a file name from being a scheme."""
    return f"./{quote(path)}"


@cache
def _asset(name: str) -> str:
    return (files("voicecoach.apps.report") / "assets" / name).read_text(encoding="utf-8")
