"""What is wrong or odd about a caller whose file can be read: findings for its author.

An error means that the call cannot be solved, or that a part of the file can never count; a warning, that
something is probably not meant; a hint, that the caller could be better.
"""

from __future__ import annotations

from collections.abc import Iterator

from voicecoach.converse.desk_lint import lint_desk
from voicecoach.converse.line_lint import lint_lines
from voicecoach.converse.story_lint import lint_facts, lint_story
from voicecoach.findings import Finding, hint
from voicecoach.persona import Persona


def lint_persona(persona: Persona) -> list[Finding]:
    """All findings about a caller, part by part."""
    return list(_findings(persona))


def _findings(persona: Persona) -> Iterator[Finding]:
    yield from lint_facts(persona)
    if persona.role is None:
        yield hint(
            ("id",), "there is no role, so this serves for grading only", "Add role: to rehearse with it"
        )
    else:
        yield from lint_lines(persona.role)
        yield from lint_story(persona, persona.role)
    if persona.desk is not None:
        yield from lint_desk(persona, persona.desk)
    elif persona.role is not None:
        yield hint(
            ("role",), "the trainee has no desk in this story", "Add desk: with record, policies, tools, case"
        )
