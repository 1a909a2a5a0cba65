"""Write ``docs/schema/call.schema.json``: the JSON Schema of a call's record, read off the data classes.

The walk mirrors `voicecoach.apps.record`: the same order, the same names, the docstring below a field
as its description. ``python scripts/call_schema.py`` rewrites the file; a test fails when it is stale.
"""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import descriptions

from voicecoach.acts import Act
from voicecoach.apps.record import CONTOUR_FRAMES, SCHEMA_VERSION
from voicecoach.audio import Layout
from voicecoach.call import Limit
from voicecoach.desk_log import DONE
from voicecoach.graded import Roles, Source
from voicecoach.ports import RecognizerInfo
from voicecoach.prosody import Baseline, Prosody
from voicecoach.score.measures import Measures
from voicecoach.scorecard import Scorecard, Subscore
from voicecoach.speech import Overlap, Silence, Speaker, Turn
from voicecoach.timeline import FRAME, Span, seconds

PATH = Path(__file__).parents[1] / "docs" / "schema" / "call.schema.json"

Schema = dict[str, Any]

SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
}
SPAN = {"start_s": {"type": "number", "minimum": 0}, "end_s": {"type": "number", "minimum": 0}}
"""What a field named ``span`` adds to its object: seconds from the start of the call."""


def schema() -> Schema:
    """The whole schema, draft 2020-12."""
    root = _object(
        {
            "schema_version": {"const": SCHEMA_VERSION},
            "source": _of(Source),
            "roles": _of(Roles),
            "recognizer": _nullable(_of(RecognizerInfo)),
            "warnings": _array({"type": "string"}),
            "scorecard": _of(Scorecard),
            "measures": _of(Measures),
            "call": _call(),
        }
    )
    meta = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "voicecoach graded call",
        "description": "Times are seconds from the start of the call; null means 'could not be measured'.",
    }
    return {**meta, **root}


def _call() -> Schema:
    turn = _of(Turn)
    turn["properties"].update(text={"type": "string"}, prosody=_nullable(_of(Prosody)))
    turn["required"] += ["text", "prosody"]
    contours = _object(
        {
            "step_s": {"const": seconds(CONTOUR_FRAMES * FRAME)},
            "f0_hz": _array({"type": ["number", "null"]}),
            "level_dbfs": _array({"type": "number"}),
            "syllables_s": _array({"type": "number"}),
        }
    )
    return _object(
        {
            "duration_s": {"type": "number"},
            "layout": _of(Layout),
            "language": {"type": "string"},
            "limits": _of(Mapping[Limit, str]),
            "baselines": _of(Mapping[Speaker, Baseline]),
            "turns": _array(turn),
            "overlaps": _array(_of(Overlap)),
            "silences": _array(_of(Silence)),
            "acts": _array(_of(Act)),
            "desk": _nullable(_array({"anyOf": [_desk_act(kind) for kind in DONE]})),
            "contours": {"type": "object", "additionalProperties": contours},
        }
    )


def _desk_act(kind: type) -> Schema:
    act = _of(kind)
    named = {"at_s": {"type": "number", "minimum": 0}, "done": {"const": DONE[kind]}}
    return {**act, "properties": {**named, **act["properties"]}, "required": [*named, *act["required"]]}


def _of(kind: Any) -> Schema:
    """The schema of one type annotation."""
    if kind in SCALARS:
        return dict(SCALARS[kind])
    if kind is Span:
        return _object(SPAN)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"enum": [member.value for member in kind]}
    if is_dataclass(kind):
        return _of_dataclass(kind)
    return _of_generic(kind)


def _of_generic(kind: Any) -> Schema:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return {"anyOf": [_of(argument) for argument in arguments]}
    if origin is tuple:
        return _array(_of(arguments[0]))
    if origin in {dict, Mapping}:
        return {
            "type": "object",
            "propertyNames": _of(arguments[0]),
            "additionalProperties": _of(arguments[1]),
        }
    raise TypeError(f"no schema for {kind}")


def _of_dataclass(kind: Any) -> Schema:
    properties: Schema = {}
    hints, texts = get_type_hints(kind), descriptions.of_fields(kind)
    for field in fields(kind):
        if field.name == "span":
            properties.update(SPAN)
        else:
            properties[field.name] = _of(hints[field.name])
            if field.name in texts:
                properties[field.name]["description"] = texts[field.name]
    if kind is Subscore:
        properties["percent"] = _nullable({"type": "number"})
    return {"description": descriptions.line(kind.__doc__), **_object(properties)}


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _nullable(of: Schema) -> Schema:
    return {"anyOf": [of, {"type": "null"}]}


def text() -> str:
    """The file's text."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{PATH}\n")
