"""Everything that is said in our calls, read from the files that say it.

* callers: ``personas/*.yaml``, all that stands where a caller's sentences stand
* simulated trainees: ``personas/trainees/*.yaml``
* fixture calls: ``audio_fixtures/dialogues/*.yaml``
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tools.demo_model.grammar import grammar
from tools.demo_model.writing import as_spoken, as_written
from voicecoach.role import LEAD_INS
from voicecoach.trainee_script import Character, TraineeScript, sentences

ROOT = Path(__file__).parents[2]

SPOKEN_KEYS = frozenset({"say", "asks", "confirms", "hints", "lines"})
"""Keys below a persona's ``role`` under which every text is a sentence of the caller's."""

_ALWAYS_CAPITAL = frozenset({"I", "I'm", "I'll", "I've", "I'd"})


@dataclass(frozen=True, slots=True)
class Sources:
    """What is said, each line once, in a fixed order."""

    lines: tuple[str, ...]
    """For a voice; may hold ``{name}`` for entries of the grammar."""
    frequent: tuple[str, ...]
    """Those of simulated trainees and fixture calls, which are said again and again."""
    lead_ins: tuple[str, ...]
    """How callers begin who say something again."""
    left_out: tuple[str, ...]
    """What the model cannot write: digits, other languages' letters, names unknown to the grammar."""
    words: tuple[str, ...]
    """All words that may be said, as the model writes them inside a sentence."""


@cache
def gathered(root: Path = ROOT) -> Sources:
    """Read the files below `root`."""
    frequent = {as_spoken(text) for text in _frequent(root)}
    found = {as_spoken(text) for text in _callers(root)} | frequent
    lines = sorted(text for text in found if _can_be_written(text))
    words = set[str]()
    for text in (*lines, *_lead_ins(root), *grammar().wordings()):
        words.update(_inside(text))
    spellable = sorted({word for word in (_bare(word) for word in words) if word})
    return Sources(
        lines=tuple(lines),
        frequent=tuple(line for line in lines if line in frequent),
        lead_ins=tuple(sorted(_lead_ins(root))),
        left_out=tuple(sorted(found - set(lines))),
        words=tuple(spellable),
    )


def _callers(root: Path) -> Iterator[str]:
    for path in sorted((root / "personas").glob("*.yaml")):
        yield from caller_texts(_read(path))


def _frequent(root: Path) -> Iterator[str]:
    for path in sorted((root / "personas" / "trainees").glob("*.yaml")):
        yield from trainee_texts(_read(path))
    for path in sorted((root / "audio_fixtures" / "dialogues").glob("*.yaml")):
        yield from (line["text"] for line in _read(path)["lines"])


def _lead_ins(root: Path) -> set[str]:
    roles = (_read(path).get("role", {}) for path in sorted((root / "personas").glob("*.yaml")))
    found = {*LEAD_INS, *(text for role in roles for text in role.get("lead_ins", ()))}
    return {text for text in map(as_spoken, found) if as_written(text) is not None}


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def speaks_english(persona: Mapping[str, Any]) -> bool:
    """Whether the caller of a persona file does."""
    return str(persona.get("caller_language", "en")).startswith("en")


def caller_texts(persona: Mapping[str, Any]) -> Iterator[str]:
    """What the caller of a persona file may say; nothing if they speak another language than English."""
    if speaks_english(persona):
        yield from _below(persona.get("role", {}), spoken=False)


def trainee_texts(script: Mapping[str, Any]) -> Iterator[str]:
    """What the simulated trainees of a script say."""
    read = TraineeScript.model_validate(script)
    for stages in (read.stages(character) for character in Character):
        for turn in (turn for stage in stages or () for turn in stage):
            yield from sentences(turn)


def _below(part: object, *, spoken: bool) -> Iterator[str]:
    if isinstance(part, str):
        if spoken:
            yield part
    elif isinstance(part, Mapping):
        for key, inner in part.items():
            yield from _below(inner, spoken=spoken or key in SPOKEN_KEYS)
    elif isinstance(part, Sequence):
        for inner in part:
            yield from _below(inner, spoken=spoken)


def _can_be_written(text: str) -> bool:
    if not grammar().knows(text):
        return False
    return as_written(grammar().expanded(text, _any())) is not None


def _inside(text: str) -> Iterator[str]:
    """The words of a text; the first of a sentence without the capital that is not its own."""
    is_sentence = text.endswith((".", "?", "!"))
    words = as_written(as_spoken(grammar().expanded(text, _any()))) or ()
    for before, word in zip(("." if is_sentence else "", *words), words, strict=False):
        yield word.lower() if before.endswith((".", "?")) and word not in _ALWAYS_CAPITAL else word


def _bare(word: str) -> str:
    written = as_written(as_spoken(word))
    return written[0].rstrip(".?") if written and len(written) == 1 else ""


def _any() -> np.random.Generator:
    """For where every wording will do."""
    return np.random.default_rng(0)
