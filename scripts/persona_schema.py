"""Write ``docs/schema/{persona,trainees}.schema.json``: what an editor completes and checks while one writes.

Read off the models that read the files, with their docstrings as descriptions. What one key must fit of
another (a need's facts, a step's tools) no schema can say: ``voicecoach personas check`` does.
``python scripts/persona_schema.py`` rewrites both; a test fails when one is stale.
"""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any

import descriptions
from pydantic import BaseModel

from voicecoach import acts, conversation, desk, events, facts, persona, role, telling, trainee_script
from voicecoach.acts import TRAINEE_ACTS, ActKind
from voicecoach.conversation import Band, Move
from voicecoach.persona import Persona
from voicecoach.role import WORDED_ELSEWHERE
from voicecoach.trainee_script import TraineeScript

FOLDER = Path(__file__).parents[1] / "docs" / "schema"

FILES: dict[str, type[BaseModel]] = {
    "persona.schema.json": Persona,
    "trainees.schema.json": TraineeScript,
}

_MODULES = (acts, conversation, desk, events, facts, persona, role, telling, trainee_script)

Schema = dict[str, Any]


def schema(model: type[BaseModel]) -> Schema:
    """The whole schema of a file, draft 2020-12."""
    made = model.model_json_schema()
    _describe(made, model)
    for name, part in made["$defs"].items():
        _describe(part, _named(name))
    for part in (made, *(one for one in made["$defs"].values() if "properties" in one)):
        part["properties"] = {key: _present(value) for key, value in part["properties"].items()}
    if model is Persona:
        made["$defs"]["ActKind"]["enum"] = [act for act in ActKind if act in TRAINEE_ACTS]
        made["$defs"]["Role"]["properties"]["lines"] = _lines(made["$defs"]["Role"]["properties"]["lines"])
    meta = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"voicecoach {_what(model)}"}
    return {**meta, **{key: value for key, value in made.items() if key != "title"}}


def _what(model: type[BaseModel]) -> str:
    return "persona" if model is Persona else "simulated trainees"


def _named(name: str) -> type:
    """The class behind a definition."""
    return next(kind for module in _MODULES if isinstance(kind := getattr(module, name, None), type))


def _describe(part: Schema, kind: type) -> None:
    """Give an object and its keys the words of their docstrings."""
    part["description"] = descriptions.line(kind.__doc__)
    if issubclass(kind, StrEnum):
        return
    for ancestor in reversed([one for one in kind.__mro__ if one.__module__.startswith("voicecoach.")]):
        for name, text in descriptions.of_fields(ancestor).items():
            if name in part["properties"]:
                part["properties"][name]["description"] = text


def _present(key: Schema) -> Schema:
    """What a key holds where it is there: who has nothing to say leaves it out, so no null is offered."""
    kinds = key.get("anyOf", [])
    if {"type": "null"} not in kinds:
        return key
    (there,) = [kind for kind in kinds if kind != {"type": "null"}]
    return {**there, **{name: value for name, value in key.items() if name not in {"anyOf", "default"}}}


def _lines(generic: Schema) -> Schema:
    """Lines by move and band, each a key of its own that an editor can offer."""
    texts = generic["additionalProperties"]["additionalProperties"]
    bands = {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(Band, texts)}
    told = {Move[name]: text for name, text in descriptions.of_fields(Move).items()}
    moves = [move for move in Move if move not in WORDED_ELSEWHERE]
    return {
        "type": "object",
        "description": generic["description"],
        "additionalProperties": False,
        "properties": {
            move: {**bands, **({"description": told[move]} if move in told else {})} for move in moves
        },
        "required": moves,
    }


def text(model: type[BaseModel]) -> str:
    """The file's text."""
    return json.dumps(schema(model), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for file, its_model in FILES.items():
        (FOLDER / file).write_text(text(its_model), encoding="utf-8")
        sys.stdout.write(f"{FOLDER / file}\n")
