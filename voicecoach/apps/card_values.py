"""A scorecard out of a call's JSON values: the way back from `voicecoach.apps.record`."""

from __future__ import annotations

from typing import Any

from voicecoach.apps.record import Record
from voicecoach.scorecard import Evidence, Failure, Mark, Scorecard, Skill, Subscore, Verdict
from voicecoach.speech import Speaker
from voicecoach.timeline import Span


def scorecard_of(record: Record) -> Scorecard:
    """The scorecard of a record; times as exact as the record is, to the millisecond."""
    card = record["scorecard"]
    return Scorecard(
        rubric_id=card["rubric_id"],
        rubric_version=card["rubric_version"],
        marks=tuple(map(_mark, card["marks"])),
        failures=tuple(map(_failure, card["failures"])),
        raw_percent=card["raw_percent"],
        capped_percent=card["capped_percent"],
        hard=_subscore(card["hard"]),
        soft=_subscore(card["soft"]),
        coverage=card["coverage"],
    )


def _mark(values: dict[str, Any]) -> Mark:
    kinds = {"skill": Skill(values["skill"]), "verdict": Verdict(values["verdict"])}
    return Mark(**{**values, **kinds, "evidence": _evidence(values)})


def _failure(values: dict[str, Any]) -> Failure:
    return Failure(**{**values, "evidence": _evidence(values)})


def _evidence(values: dict[str, Any]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            Span.from_seconds(one["start_s"], one["end_s"]),
            Speaker(one["speaker"]) if one["speaker"] else None,
            one["quote"],
            one["kind"],
        )
        for one in values["evidence"]
    )


def _subscore(values: dict[str, Any]) -> Subscore:
    return Subscore(values["points"], values["possible"])
