"""How the page writes times, numbers and names, and the buttons that play a moment."""

from __future__ import annotations

from typing import Any

from voicecoach.apps.report.markup import Html, tag

SPEAKERS = {"trainee": "Trainee", "caller": "Caller", "unseparated": "Speakers"}

OVERLAPS = {
    "competitive": ("I", "Interruption"),
    "cooperative": ("C", "Cooperative overlap"),
    "backchannel": ("B", "Backchannel"),
    "terminal": ("T", "Terminal overlap"),
}
"""Letter and name of each kind of overlap."""

UNITS = {
    "s": "s",
    "hz": "Hz",
    "dbfs": "dBFS",
    "db": "dB",
    "st": "st",
    "wpm": "wpm",
    "sps": "syllables/s",
    "percent": "%",
}


def clock(at_s: float) -> str:
    """Minutes and seconds, hours where there are any: ``4:07``, ``1:02:03``."""
    whole = int(at_s)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def number(value: float, digits: int = 1) -> str:
    """Without trailing zeros, with a true minus sign: ``8``, ``2.5``, ``−3``."""
    text = f"{round(value, digits) + 0.0:.{digits}f}"  # + 0.0: no -0
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def signed(value: float, digits: int = 1) -> str:
    """With its sign, as a deviation is written: ``+2.5``, ``−3``, ``±0``."""
    text = number(value, digits)
    return f"±{text}" if text == "0" else text if value < 0 else f"+{text}"


def percent(value: float | None) -> str:
    """Whole percent, or a dash where nothing could be judged."""
    return "–" if value is None else number(value, 0)


def title(name: str) -> str:
    """A name from a file as words: ``de-escalation`` is ``De-escalation``, ``next_step`` is ``Next step``."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def play(span: dict[str, Any], *label: str, name: str, class_: str = "clip") -> Html:
    """A button that plays `span`; `name` is what the player shows meanwhile."""
    start_s = float(span["start_s"])
    return tag(
        "button",
        tag("span", "Play ", class_="visually-hidden"),
        tag("span", clock(start_s), class_="at"),
        *label,
        type="button",
        class_=class_,
        data_from=start_s,
        data_to=float(span["end_s"]),
        data_name=name,
    )


def clip(evidence: dict[str, Any], name: str) -> Html:
    """A piece of evidence as a button: when, who, what was said or happened."""
    who = SPEAKERS.get(evidence["speaker"] or "")
    text = f"“{evidence['quote']}”" if evidence["kind"] == "quote" else str(evidence["quote"])
    return play(
        evidence,
        tag("span", who, class_=f"who {evidence['speaker']}") if who else "",
        tag("span", text, class_="said", dir="auto"),
        name=name,
    )


def bar(fraction: float, class_: str) -> Html:
    """A horizontal bar, 0 to 1, drawn without style attributes (the page's policy forbids them)."""
    width = round(100 * min(max(fraction, 0.0), 1.0), 1)
    return tag(
        "svg",
        tag("rect", class_="track", width=100, height=4),
        tag("rect", class_="fill", width=width, height=4),
        class_=f"bar {class_}",
        viewBox="0 0 100 4",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
