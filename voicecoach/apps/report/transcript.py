"""What was said, turn by turn, with how it sounded, who cut in and where nobody spoke."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from voicecoach.apps.record import Record
from voicecoach.apps.rehearsal_facts import RehearsalFacts
from voicecoach.apps.report.markup import Html, join, tag
from voicecoach.apps.report.mood import retry_hint, turn_numbers
from voicecoach.apps.report.voices import TENSE
from voicecoach.apps.report.wording import OVERLAPS, SPEAKERS, clock, number, play, signed, title

WORTH_SHOWING_S = 3.0
"""Silences from this length on stand in the transcript; shorter ones are ordinary thinking time."""

UNCERTAIN = 0.5
"""Probability below which a word is marked as a guess of the recognizer."""

Item = dict[str, Any]


def transcript(record: Record, rehearsal: RehearsalFacts | None = None) -> Html:
    """All turns in order, silences between them; those of a rehearsal can be tried again."""
    call = record["call"]
    acts = _by_turn(call["acts"])
    cuts = {_entered(overlap, call["turns"]): overlap for overlap in call["overlaps"]}
    again = _retries(record, rehearsal)
    rows = [
        (turn["start_s"], 1, _turn(turn, acts[turn["id"]], cuts.get(turn["id"]), again.get(turn["id"])))
        for turn in call["turns"]
    ]
    rows += [
        (silence["start_s"], 0, _silence(silence))
        for silence in call["silences"]
        if silence["end_s"] - silence["start_s"] >= WORTH_SHOWING_S
    ]
    ordered = sorted(rows, key=lambda row: row[:2])
    content = (
        tag("ol", *(row[2] for row in ordered)) if ordered else tag("p", "Nobody spoke.", class_="empty")
    )
    return tag(
        "section",
        tag("h2", "Transcript"),
        tag("div", content, id="turns", class_="turns", tabindex="0", role="region", aria_label="Turns"),
        id="transcript",
    )


def _retries(record: Record, rehearsal: RehearsalFacts | None) -> dict[int, Html | None]:
    """How each turn can be tried again."""
    if rehearsal is None:
        return {}
    return {turn: retry_hint(rehearsal, numbers) for turn, numbers in turn_numbers(rehearsal, record).items()}


def _by_turn(acts: list[Item]) -> dict[int, list[str]]:
    """Names of acts by turn, each once, in order."""
    named: dict[int, list[str]] = defaultdict(list)
    for act in acts:
        if title(act["kind"]) not in named[act["turn_id"]]:
            named[act["turn_id"]].append(title(act["kind"]))
    return named


def _entered(overlap: Item, turns: list[Item]) -> int | None:
    """The turn with which somebody came in: theirs, and under way when the overlap begins."""
    theirs = (turn for turn in turns if turn["speaker"] == overlap["by"])
    return next(
        (turn["id"] for turn in theirs if turn["start_s"] <= overlap["start_s"] < turn["end_s"]), None
    )


def _turn(turn: Item, acts: list[str], cut: Item | None, again: Html | None) -> Html:
    who = SPEAKERS[turn["speaker"]]
    return tag(
        "li",
        tag(
            "div",
            play(turn, name=f"{who}, {clock(turn['start_s'])}", class_="time"),
            tag("span", who, class_="who"),
            _cut(cut) if cut else None,
            class_="by",
        ),
        _words(turn),
        tag("p", *_manner(turn), *(tag("span", act, class_="act") for act in acts), class_="manner"),
        again,
        class_=f"turn {turn['speaker']}",
        id=f"turn-{turn['id']}",
    )


def _words(turn: Item) -> Html:
    if not turn["words"]:
        length_s = number(turn["end_s"] - turn["start_s"])
        return tag("p", f"{length_s} s of speech, words not recognized", class_="words empty")
    spoken: list[str] = []
    for word in turn["words"]:
        spoken += [
            tag("span", word["text"], class_="w guess" if word["probability"] < UNCERTAIN else "w"),
            " ",
        ]
    return tag("p", join(spoken[:-1]), class_="words", dir="auto")


def _manner(turn: Item) -> list[Html]:
    prosody = turn["prosody"] or {}
    facts = [
        _fact(
            prosody.get("pace_wpm"), lambda pace: f"{number(pace, 0)} wpm", "words per minute while speaking"
        ),
        _fact(prosody.get("f0_st"), lambda st: f"{signed(st)} st", "pitch against the speaker's own median"),
        _fact(
            prosody.get("level_db"),
            lambda db: f"{signed(db)} dB",
            "loudness against the speaker's own median",
        ),
        _tension(prosody.get("tension")),
    ]
    return [fact for fact in facts if fact is not None]


def _tension(tension: float | None) -> Html | None:
    """Only what stands out: calm speech has its ups and downs too."""
    if tension is None or tension < TENSE:
        return None
    return _fact(
        tension, lambda value: f"tense {signed(value)}", "louder, higher, brighter, rougher than usual"
    )


def _fact(value: float | None, text: Any, meaning: str) -> Html | None:
    return None if value is None else tag("span", text(value), title=meaning)


def _cut(overlap: Item) -> Html:
    letter, name = OVERLAPS[overlap["kind"]]
    return tag("span", letter, class_=f"badge {overlap['kind']}", title=f"{name}: {overlap['reason']}")


def _silence(silence: Item) -> Html:
    length_s = number(silence["end_s"] - silence["start_s"])
    label = tag("span", f"{length_s} s of silence")
    return tag("li", play(silence, label, name="Silence", class_="time"), class_="gap")
