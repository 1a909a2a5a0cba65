"""A caller and an expert without any flaw, made of an interview; and files of them with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from voicecoach.apps.caller_draft import caller_yaml
from voicecoach.apps.expert_draft import trainees_yaml
from voicecoach.apps.new_persona import STARTER_LINES
from voicecoach.persona import Persona

ANSWERS = {
    "title": "The lost parcel",
    "name": "Nora Bell",
    "about": "Sixty, sews wedding dresses.",
    "happened": "Her parcel has been lost for four days.",
    "complaint": "My parcel has been lost for four days.",
    "detail": "I have called you twice about it.",
    "wants": "That somebody finds the parcel.",
    "asks": "I want you to find my parcel.",
    "granted": "trace your parcel, find your parcel",
    "fact_1": "A trace takes two working days",
    "fact_1_topic": "the trace will take, a trace takes",
    "fact_1_right": "two working days",
    "fact_1_wrong": "by tonight, a week",
    "fact_2": "",
    "number_name": "parcel number",
    "number": "4729",
    "temper": "upset",
    "voice": "en-us+f3",
    "hidden": "The parcel before this one was lost too.",
    "hidden_say": "You lost my last one, too.",
    "hidden_eased": "the last one, twice",
    "policy": "A lost parcel is traced in two days.",
    "tool": "Start a trace",
    "tool_fields": "Parcel = 4729",
    "case": "Reason = lost, Promise = two days",
}
"""What the interview was told; the keys are its questions'."""

Content = dict[str, Any]
Change = Callable[[Content], object]


def caller() -> Content:
    """The caller as plain values."""
    lines = yaml.safe_load(STARTER_LINES.read_text("utf-8"))
    return yaml.safe_load(caller_yaml("lost-parcel", ANSWERS, lines))


def trainees() -> Content:
    """Their expert as plain values."""
    return yaml.safe_load(trainees_yaml(Persona.model_validate(caller()), ANSWERS))


def nothing(content: Content) -> None:
    """Change nothing."""


def put(path: str, value: object) -> Change:
    """A change that puts `value` at a place such as ``role.answers.0.asked``."""

    def change(content: Content) -> None:
        parent, last = _parent(content, path)
        parent[last] = value

    return change


def drop(path: str) -> Change:
    """A change that takes away what is at a place."""

    def change(content: Content) -> None:
        parent, last = _parent(content, path)
        del parent[last]

    return change


def _parent(content: Any, path: str) -> tuple[Any, Any]:
    *way, last = (int(key) if key.isdecimal() else key for key in path.split("."))
    for key in way:
        content = content[key]
    return content, last


def both(*changes: Change) -> Change:
    """One change after the other."""

    def change(content: Content) -> None:
        for one in changes:
            one(content)

    return change


def write(folder: Path, *, change: Change = nothing, change_trainees: Change = nothing) -> Path:
    """The file of the caller in `folder`, beside that of the trainees; each with its change."""
    for path, content, mutate in (
        (folder / "lost-parcel.yaml", caller(), change),
        (folder / "trainees" / "lost-parcel.yaml", trainees(), change_trainees),
    ):
        mutate(content)
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), "utf-8")
    return folder / "lost-parcel.yaml"
