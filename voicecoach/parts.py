"""What the parts of a persona file have in common: strict models, one-sentence lines, refusals by place.

Laws
----
* Every line is one sentence: it is spoken, cut and repeated as a whole.
* Unknown keys are errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import InitErrorDetails

from voicecoach.acts import TRAINEE_ACTS, ActKind

_SENTENCE_END = re.compile(r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)[.?!]+[\"')]*\s+\S")
_BRACES = re.compile(r"[{}]")


def _one_sentence(text: str) -> str:
    if not any(letter.isalnum() for letter in text):
        raise ValueError("there is nothing in it that can be said")
    if _SENTENCE_END.search(text):
        raise ValueError("this is more than one sentence; give each its own entry")
    return text


def _no_braces(text: str) -> str:
    if _BRACES.search(text):
        raise ValueError("braces stand for a promise; only lines of holds_to and catches may have them")
    return text


Sentence = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_one_sentence),
]
"""One sentence; in lines of `holds_to` and `catches` with places to fill, in braces."""

Spoken = Annotated[Sentence, AfterValidator(_no_braces)]
"""One sentence that a caller may say as it stands."""

Misfit = tuple[tuple[str | int, ...], object, str]
"""A place below a model, the value there, and what is wrong with it."""


class Part(BaseModel):
    """A part of a persona file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def refuse(model: str, misfits: Iterable[Misfit]) -> None:
    """Refuse a model at the places of its misfits, if there are any.

    Raises
    ------
    ValidationError : names each place, as pydantic's own checks do.
    """
    errors = [
        InitErrorDetails(type="value_error", loc=place, input=value, ctx={"error": ValueError(problem)})
        for place, value, problem in misfits
    ]
    if errors:
        raise ValidationError.from_exception_data(model, errors)


def shared_ids(key: str, ids: Sequence[str]) -> list[Misfit]:
    """Entries of the list `key` whose id an earlier one has."""
    return [
        ((key, at, "id"), one, f"{key} has the id {one!r} twice")
        for at, one in enumerate(ids)
        if one in ids[:at]
    ]


def refuse_strangers(acts: tuple[ActKind, ...]) -> None:
    """Refuse acts that no trainee performs.

    Raises
    ------
    ValueError : names them.
    """
    if strangers := [act.value for act in acts if act not in TRAINEE_ACTS]:
        raise ValueError(f"{', '.join(strangers)} is not something a trainee does")
