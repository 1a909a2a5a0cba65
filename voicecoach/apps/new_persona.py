"""``voicecoach personas new``: a caller made in an interview, or from one that ships, ready to be tried.

Laws
----
* Nothing is overwritten unasked.
* Whoever stops early finds every answer in ``FILE.draft``; the same command goes on from there.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.text import Text

from voicecoach.apps.caller_draft import caller_yaml
from voicecoach.apps.expert_draft import trainees_yaml
from voicecoach.apps.interview import QUESTIONS, Question
from voicecoach.apps.outcome_text import printable
from voicecoach.apps.personas_command import check_personas
from voicecoach.apps.terminal import show_error, show_note
from voicecoach.devices.documents import (
    PACKAGE,
    SCHEMAS,
    TRAINEES,
    persona_path,
    read_persona,
    trainees_of,
)
from voicecoach.devices.whole_file import why, write_whole
from voicecoach.devices.yaml_file import read_yaml
from voicecoach.errors import InputError
from voicecoach.facts import Id

STOPPED = 1
"""Exit status of an interview that was broken off."""

STARTER_LINES = PACKAGE / "starters" / "lines.yaml"

EDITOR_LINE = "# yaml-language-server: $schema="
"""Begins the first line of a file whose keys an editor completes."""

INTRODUCTION = """\
A new caller, in {file}. Answer in your own words; Enter alone leaves a question for later.
Ctrl-C stops: your answers stay in {draft}, and the same command goes on from there."""


def new_persona(file: Path, start: str | None, *, force: bool) -> int:
    """Make a persona file and its trainees; 1 if it was broken off or has errors, else 0.

    Parameters
    ----------
    file : where to; its name becomes the caller's id.
    start : a shipped caller or a file to copy; None: ask.
    force : whether files that are there may be overwritten.

    Raises
    ------
    InputError : the name will not do, something is there already, or the folder refuses.
    """
    trainees = file.parent / TRAINEES / file.name
    _refuse_place(file)
    if not force:
        _refuse_existing(file, trainees)
    console = Console()
    if start is not None:
        _copy(start, file, trainees)
    elif not _interviewed(console, file, trainees):
        return STOPPED
    show_note(console, f"Written: {file}" + (f", {trainees}" if trainees.exists() else ""))
    bad = check_personas([file])
    show_note(console, "")
    show_note(console, f"When you have changed it:  voicecoach personas check {file}")
    show_note(console, f"Watch an expert answer it: voicecoach demo {file}")
    show_note(console, f"Answer it yourself:        voicecoach rehearse {file}")
    return bad


def _refuse_place(file: Path) -> None:
    try:
        TypeAdapter(Id).validate_python(file.stem)
        fits = file.suffix == ".yaml"
    except ValidationError:
        fits = False
    if not fits:
        problem = "a caller's file has lower case letters, digits and hyphens in its name, and ends in .yaml"
        raise InputError(file, problem, "Name it like my-caller.yaml")
    if not file.parent.is_dir():
        raise InputError(file, "its folder is not there", "Make the folder first, or choose another")


def _refuse_existing(*files: Path) -> None:
    for file in files:
        if file.exists():
            raise InputError(file, "is there already", "Choose another name, or overwrite it with --force")


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(exist_ok=True)
        write_whole(file, text.encode("utf-8"))
    except OSError as refused:
        raise InputError(file, f"cannot be written: {why(refused)}", "Choose another folder") from refused


def _headed(text: str, schema: str) -> str:
    """`text` under the line by which editors find the schema, in place of another such line."""
    rest = text.partition("\n")[2] if text.startswith(EDITOR_LINE) else text
    return f"{EDITOR_LINE}{SCHEMAS / schema}\n{rest}"


def _copy(start: str, file: Path, trainees: Path) -> None:
    """A caller that is there already, with its trainees, under a new id."""
    read_persona(start)
    text = persona_path(start).read_text("utf-8")
    text = re.sub(r"^id:.*$", f"id: {file.stem}", text, count=1, flags=re.MULTILINE)
    _write(file, _headed(text, "persona.schema.json"))
    if (theirs := trainees_of(start)) is not None:
        _write(trainees, _headed(theirs.read_text("utf-8"), "trainees.schema.json"))


# --- the interview ----------------------------------------------------------------------------------


def _interviewed(console: Console, file: Path, trainees: Path) -> bool:
    """Ask, write, and forget the draft; False if it was broken off."""
    draft = file.with_name(f"{file.name}.draft")
    answers = _answers(draft)
    show_note(console, "")
    for line in INTRODUCTION.format(file=file, draft=draft).splitlines():
        show_note(console, line)
    if answers:
        show_note(console, f"Going on from {draft}: {len(answers)} questions are answered there.")
    try:
        for question in QUESTIONS:
            if question.is_due(answers):
                answers[question.key] = _ask(console, question)
                _write(draft, _draft_text(answers))
    except (KeyboardInterrupt, EOFError):
        told = f"Stopped. Your answers are in {draft}; go on with: voicecoach personas new {file}"
        show_error(Console(stderr=True), told if answers else "Stopped; there is nothing to keep yet.")
        return False
    lines = read_yaml(STARTER_LINES).content
    _write(file, _headed(caller_yaml(file.stem, answers, lines), "persona.schema.json"))
    _write(trainees, _headed(trainees_yaml(read_persona(file), answers), "trainees.schema.json"))
    draft.unlink(missing_ok=True)
    return True


def _ask(console: Console, question: Question) -> str:
    """The answer to one question; empty: later."""
    console.print()
    console.print(Text(question.text, style="bold"))
    while answer := console.input(Text(f"  such as: {question.example}\n> ", style="dim")).strip():
        try:
            return question.check(answer)
        except ValueError as refused:
            console.print(Text(printable(f"  {refused}"), style="red"))
    return ""


def _draft_text(answers: dict[str, str]) -> str:
    return "# Answers so far; `voicecoach personas new` goes on from here.\n" + yaml.safe_dump(
        answers, sort_keys=False, allow_unicode=True
    )


def _answers(draft: Path) -> dict[str, str]:
    """What an earlier interview left.

    Raises
    ------
    InputError : the draft was changed into something else.
    """
    if not draft.exists():
        return {}
    document = read_yaml(draft)
    known = {question.key: question for question in QUESTIONS}
    if not isinstance(document.content, dict):
        raise InputError(draft, "line 1: is no list of answers", "Delete it to begin anew")
    for key, value in document.content.items():
        where = f"line {document.line_of((key,))}, {key}"
        if key not in known or not isinstance(value, str):
            raise InputError(draft, f"{where}: is no answer to any question", "Delete the line")
        try:
            document.content[key] = known[key].check(value) if value else ""
        except ValueError as refused:
            raise InputError(draft, f"{where}: {refused}", "Correct it, or delete the line") from refused
    return dict(document.content)
