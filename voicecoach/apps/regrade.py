"""Grades a kept recording as the rehearsal did: same model, same numbers, same rubric, same facts.

The path is that of ``grade``; only where its parts come from differs: from the call's log, which holds the
whole persona and rubric as they were.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from voicecoach.apps.library import RECORDED_ROLES, recorded_source
from voicecoach.apps.options import GradeOptions, Preparation, prepare
from voicecoach.devices.window import AudioWindow
from voicecoach.errors import InputError, ModelError
from voicecoach.graded import GradedCall
from voicecoach.kept import CallHeader, CallLog
from voicecoach.persona import Persona
from voicecoach.ports import RecognizerInfo
from voicecoach.rubric import Rubric

Model = TypeVar("Model", bound=BaseModel)


def regrade(recording: Path, log: CallLog, model: str | None = None) -> GradedCall:
    """Grade a call's recording again.

    Parameters
    ----------
    recording : its FLAC file.
    log : of the call.
    model : another speech model than the one that listened to the call; None: that one.

    Raises
    ------
    InputError : the recording cannot be used, or persona or rubric are of another version.
    ModelError : the model is not here, or not the same any more.
    DeviceError : the device that it ran on is not here.
    """
    plan = replace(prepared_again(log.header, model), desk=log.desk)
    graded = plan.load()(recording, lambda _: None)
    return replace(graded, source=recorded_source(recording, log.header), roles=RECORDED_ROLES)


def prepared_again(header: CallHeader, model: str | None = None) -> Preparation:
    """What listened to a call and judged it, ready to do so again; its facts are the whole persona.

    Parameters
    ----------
    header : of the call's log.
    model : another speech model; None: the one that listened to the call.

    Raises
    ------
    InputError, ModelError, DeviceError : as of `regrade`.
    """
    rubric, persona = _model(header, Rubric, "rubric"), _model(header, Persona, "persona")
    plan = prepare(_options(header, model))
    if header.recognizer is not None and model is None:
        _check_same(plan, header.recognizer, header.call_id)
    glossary = persona.glossary if plan.model is not None else ()
    return replace(plan, rubric=rubric, facts=persona, glossary=glossary)


def _options(header: CallHeader, model: str | None) -> GradeOptions:
    if model is not None:
        return GradeOptions(model=model, language=header.language, trainee_channel=0)
    if header.recognizer is None:
        return GradeOptions(language=header.language, trainee_channel=0, voice_only=True)
    info = header.recognizer
    return GradeOptions(
        model=info.name,
        device=info.device,
        compute_type=info.compute_type,
        audio_window=AudioWindow(str(info.settings.get("audio_window", AudioWindow.FULL))),
        language=header.language,
        trainee_channel=0,
    )


def _check_same(plan: Preparation, info: RecognizerInfo, call_id: str) -> None:
    if plan.model is None or not plan.model.digest.startswith(info.digest):
        raise ModelError(
            f"call {call_id}: the model {info.name} is not the one that listened to the call (sha256 "
            f"{info.digest}...). Bring that back, or name one to grade with: --model."
        )


def _model(header: CallHeader, kind: type[Model], name: str) -> Model:
    try:
        return kind.model_validate(getattr(header, name))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        problem = f"its {name} cannot be used: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        remedy = f"Use voicecoach {header.voicecoach}, which ran the call"
        raise InputError(f"call {header.call_id}", problem, remedy) from error
