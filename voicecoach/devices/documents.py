"""Rubric and persona files: YAML to checked models, with errors that name line, key and remedy.

Unknown keys are errors. So is anything that would silently not be what was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from voicecoach.converse.persona_lint import lint_persona
from voicecoach.converse.script_lint import lint_script
from voicecoach.devices.yaml_file import LARGEST, YamlFile, read_yaml
from voicecoach.errors import InputError
from voicecoach.findings import Finding, Place, Severity, path_text
from voicecoach.persona import Persona
from voicecoach.rubric import Rubric
from voicecoach.score.lint import lint
from voicecoach.trainee_script import Character, Stages, TraineeScript

PACKAGE = Path(str(files("voicecoach")))
RUBRICS = PACKAGE / "rubrics"
"""The rubrics that ship with the package."""

PERSONAS = PACKAGE / "personas" if (PACKAGE / "personas").is_dir() else PACKAGE.parent / "personas"
"""The personas that ship with the package; in a checkout they lie beside it."""

SCHEMAS = PACKAGE / "schema" if (PACKAGE / "schema").is_dir() else PACKAGE.parent / "docs" / "schema"
"""JSON Schemas of persona and trainees files, for editors."""

TRAINEES = "trainees"
"""Beside personas: the folder of what simulated trainees say to them."""

Model = TypeVar("Model", bound=BaseModel)


def read_rubric(name: Path | str) -> Rubric:
    """Read the rubric in a file, or a shipped one by its name (``default``).

    Raises
    ------
    InputError : the file cannot be read, or holds anything that is not a usable rubric.
    """
    document = read_yaml(_locate(name, RUBRICS))
    rubric = _validate(document, Rubric)
    _refuse(document, [one for one in lint(rubric) if one.severity is Severity.ERROR])
    return rubric


def read_persona(name: Path | str) -> Persona:
    """Read the persona in a file, or a shipped one by its name (``returns-desk``).

    Raises
    ------
    InputError : the file cannot be read, or holds anything that is not a persona.
    """
    return _validate(read_yaml(_locate(name, PERSONAS)), Persona)


def read_stages(persona: Path | str, character: Character) -> Stages:
    """What a simulated trainee says to the persona in a file, or to one that ships by its name.

    It stands in ``trainees/`` beside the persona, in a file of the same name; what does not is that of every
    story.

    Raises
    ------
    InputError : a file cannot be read, or holds anything that is not a script.
    """
    for where in (trainees_of(persona), PERSONAS / TRAINEES / "any.yaml"):
        if where is not None:
            stages = _validate(read_yaml(where), TraineeScript).stages(character)
            if stages is not None:
                return stages
    raise AssertionError("any.yaml has stages for every character")


def check_rubric(name: Path | str) -> list[Finding]:
    """Everything that is wrong or odd about a rubric file, in the order of its lines.

    Raises
    ------
    InputError : the file cannot be read or is not YAML at all.
    """
    return _check(read_yaml(_locate(name, RUBRICS)), Rubric, lint)


def check_persona(name: Path | str) -> list[Finding]:
    """Everything that is wrong or odd about a persona file, in the order of its lines.

    Raises
    ------
    InputError : the file cannot be read or is not YAML at all.
    """
    return _check(read_yaml(_locate(name, PERSONAS)), Persona, lint_persona)


def check_trainees(path: Path) -> list[Finding]:
    """Everything that is wrong or odd about a file of simulated trainees, in the order of its lines.

    It is read against the persona of the same name in the folder above; without one, by itself.

    Raises
    ------
    InputError : the file cannot be read or is not YAML at all, or the persona cannot be used.
    """
    theirs = path.parent.parent / path.name
    persona = read_persona(theirs) if theirs.exists() else None
    return _check(read_yaml(path), TraineeScript, lambda script: lint_script(script, persona))


def persona_path(name: Path | str) -> Path:
    """Where the persona of this name, or in this file, is.

    Raises
    ------
    InputError : it is neither a file nor a shipped one.
    """
    return _locate(name, PERSONAS)


def trainees_of(persona: Path | str) -> Path | None:
    """The file of what simulated trainees say to the persona in a file, or to a shipped one; None: none."""
    path = persona_path(persona)
    own = path.parent / TRAINEES / path.name
    return own if own.exists() else None


def _check(
    document: YamlFile, model: type[Model], findings: Callable[[Model], list[Finding]]
) -> list[Finding]:
    """What a model refuses of a document; else what `findings` has to say."""
    try:
        found = findings(model.model_validate(document.content))
    except ValidationError as refused:
        found = list(_explained(refused, document, model))
    return _in_order(found, document)


def shipped(folder: Path) -> list[str]:
    """Names of the documents in `RUBRICS` or `PERSONAS`, sorted."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def persona_files(folder: Path) -> list[Path]:
    """Files in a folder that mean to be personas, sorted: YAML with the key ``caller``."""
    return sorted(path for path in folder.glob("*.yaml") if path.is_file() and _has_caller(path))


def _has_caller(path: Path) -> bool:
    """Whether a file has a line that begins with ``caller:``, or cannot be read: the reader says why."""
    try:
        with path.open("rb") as file:
            return b"\ncaller:" in b"\n" + file.read(LARGEST)
    except OSError:
        return True


def _locate(name: Path | str, folder: Path) -> Path:
    """Where a file is; a bare name that is no file here means a shipped one."""
    path = Path(name)
    if path.suffix or path.name != str(name) or path.exists():
        return path
    if path.name in shipped(folder):
        return folder / f"{path.name}.yaml"
    known = ", ".join(shipped(folder))
    raise InputError(
        path, "no such file, and nothing of this name is shipped", f"Give a file, or one of: {known}"
    )


def _validate(document: YamlFile, model: type[Model]) -> Model:
    try:
        return model.model_validate(document.content)
    except ValidationError as refused:
        findings = list(_explained(refused, document, model))
        raise _error(document, findings) from refused


def _refuse(document: YamlFile, findings: list[Finding]) -> None:
    if findings:
        raise _error(document, findings)


def _error(document: YamlFile, findings: list[Finding]) -> InputError:
    """All findings as one error: the first in full, the others counted."""
    first, *others = _in_order(findings, document)
    more = f" (and {len(others)} more)" if others else ""
    where = f"line {first.line}, {path_text(first.place)}"
    return InputError(document.path, f"{where}: {first.problem}{more}", first.remedy)


def _in_order(findings: Iterable[Finding], document: YamlFile) -> list[Finding]:
    placed = [one.model_copy(update={"line": document.line_of(one.place)}) for one in findings]
    return sorted(placed, key=lambda one: (one.line or 0, path_text(one.place), one.problem))


# --- what pydantic refused, in the words of somebody who writes a file -------------------------


def _explained(refused: ValidationError, document: YamlFile, model: type[BaseModel]) -> Iterator[Finding]:
    """A finding for each refusal; a key that is missing because it is misspelled is told once."""
    keys = _known_keys(model)
    errors = refused.errors(include_url=False)
    unknown = [_place(error, document.content) for error in errors if error["type"] == "extra_forbidden"]
    for error in errors:
        place = _place(error, document.content)
        if error["type"] == "missing" and any(_misspells(other, place) for other in unknown):
            continue
        problem, remedy = _in_words(error, keys)
        yield Finding(severity=Severity.ERROR, place=place, problem=problem, remedy=remedy)


def _misspells(unknown: Place, missing: Place) -> bool:
    """Whether an unknown key beside a missing one is nearly its name."""
    beside = unknown[:-1] == missing[:-1]
    return beside and bool(get_close_matches(str(missing[-1]), [str(unknown[-1])]))


def _place(error: ErrorDetails, content: Any) -> Place:
    """The place in the file: pydantic's own, without the names of the models it tried on the way."""
    place: list[str | int] = []
    for part in error["loc"]:
        try:
            content = content[part]
        except (LookupError, TypeError):
            if error["type"] != "missing" or part != error["loc"][-1]:
                continue
        place.append(part)
    return tuple(place)


def _in_words(error: ErrorDetails, keys: list[str]) -> tuple[str, str]:
    """What is wrong and what to do."""
    last = str(error["loc"][-1]) if error["loc"] else "file"
    told = error["msg"][0].lower() + error["msg"][1:]
    words = {
        "extra_forbidden": (
            f"unknown key {last!r}",
            _nearest(last, keys, "Remove it or correct its spelling"),
        ),
        "missing": (f"the key {last!r} is missing", f"Add {last}: with a value"),
        "union_tag_not_found": ("the judge has no name", "Write it as judge: {name: greeting}"),
        "string_type": (f"{error['input']!r} is not text", f'Put it in quotes: {last}: "{error["input"]}"'),
    }
    if error["type"] == "union_tag_invalid":
        tag, known = str(error["ctx"]["tag"]), str(error["ctx"]["expected_tags"]).replace("'", "").split(", ")
        return f"unknown judge {tag!r}", _nearest(tag, known, f"Choose one of: {', '.join(known)}")
    if error["type"] == "value_error":
        return str(error["ctx"]["error"]), "Correct it"
    return words.get(error["type"], (f"{error['input']!r} does not fit: {told}", "Correct the value"))


def _nearest(word: str, known: list[str], otherwise: str) -> str:
    close = get_close_matches(word, known, n=1)
    return f"Perhaps {close[0]!r} is meant" if close else otherwise


def _known_keys(model: type[BaseModel]) -> list[str]:
    """Every key that may stand anywhere in such a file, sorted."""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return sorted({key for part in parts for key in part.get("properties", {})})
