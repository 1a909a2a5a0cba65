"""The lower part of the page: overlaps and silences as a list, the numbers, and where all of it came from."""

from __future__ import annotations

from typing import Any

from voicecoach.apps.record import Record
from voicecoach.apps.report.markup import Html, tag
from voicecoach.apps.report.wording import OVERLAPS, SPEAKERS, UNITS, clock, number, play, title


def moments(record: Record) -> Html:
    """Every overlap and silence: what the lanes show by shape, in words."""
    call = record["call"]
    rows = [(overlap["start_s"], _overlap(overlap)) for overlap in call["overlaps"]]
    rows += [(silence["start_s"], _silence(silence)) for silence in call["silences"]]
    listed = [row for _, row in sorted(rows, key=lambda row: row[0])]
    return _details(
        "moments",
        f"Overlaps and silences ({len(call['overlaps'])} and {len(call['silences'])})",
        tag("ul", *listed, class_="moments") if listed else tag("p", "None.", class_="empty"),
    )


def _overlap(overlap: dict[str, Any]) -> Html:
    letter, name = OVERLAPS[overlap["kind"]]
    sure = f"{number(100 * overlap['confidence'], 0)} % sure"
    return tag(
        "li",
        play(overlap, name=name),
        tag("span", letter, class_=f"badge {overlap['kind']}", aria_hidden="true"),
        tag("span", tag("b", name), f" by the {overlap['by']}: {overlap['reason']} ({sure})"),
    )


def _silence(silence: dict[str, Any]) -> Html:
    length_s = number(silence["end_s"] - silence["start_s"])
    after = f" after the {silence['after']}" if silence["after"] else " before anybody spoke"
    return tag(
        "li",
        play(silence, name="Silence"),
        tag("span", "–", class_="badge silence", aria_hidden="true"),
        tag("span", tag("b", "Silence"), f" of {length_s} s{after}"),
    )


def measures(record: Record) -> Html:
    """Every number of the call with its unit, or why there is none."""
    numbers = record["measures"]
    reasons = numbers["reasons"]
    rows = [_measure(name, value, reasons.get(name)) for name, value in numbers.items() if name != "reasons"]
    return _details("measures", "The call in numbers", tag("table", tag("tbody", *rows)))


def _measure(name: str, value: float | None, reason: str | None) -> Html:
    stem, _, suffix = name.rpartition("_")
    unit = UNITS.get(suffix, "")
    label = tag("th", title(stem if unit and stem else name).replace("F0 sd", "Pitch spread"), scope="row")
    if value is None:
        return tag("tr", label, tag("td", reason or "not measured", class_="none"))
    if "_share" in name:
        value, unit = 100 * value, "%"
    return tag("tr", label, tag("td", f"{number(value, 2)} {unit}".rstrip()))


def about(record: Record) -> Html:
    """Recording, roles, model, limits: what a reader needs to repeat or to doubt the result."""
    source, roles, model = record["source"], record["roles"], record["recognizer"]
    facts = [
        ("Recording", f"{source['codec']}, {source['rate_hz']} Hz, {source['channels']} channels"),
        ("Length", clock(source["duration_s"])),
        ("sha256", source["digest"]),
        ("Who is who", _roles(roles)),
        ("Model", _model(model) if model else "none: words were not recognized"),
        *((title(name), reason) for name, reason in record["call"]["limits"].items()),
    ]
    rows = [tag("tr", tag("th", name, scope="row"), tag("td", text, dir="auto")) for name, text in facts]
    return _details("about", "About this result", tag("table", tag("tbody", *rows)))


def _roles(roles: Record) -> str:
    seats = [f"{SPEAKERS[who]} on channel {channel + 1}" for who, channel in roles["channels"].items()]
    return f"{', '.join([*seats, roles['reason']])} ({number(100 * roles['confidence'], 0)} % sure)"


def _model(model: Record) -> str:
    return (
        f"{model['name']} ({model['scope']}), {model['compute_type']} on {model['device']}, {model['digest']}"
    )


def _details(name: str, heading: str, content: Html) -> Html:
    return tag("details", tag("summary", tag("h2", heading)), content, id=name)
