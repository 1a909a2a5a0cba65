"""The demo model's tokens among the 51,864 of an English Whisper model.

Text tokens keep their ids, special ones and timestamps get the ids that tiny.en, base.en and small.en give
them; between them are fillers that nothing is ever written with.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.random_whisper import LANGUAGES, special_tokens

TEXT_TOKENS = 50_256
"""Text tokens of every English-only Whisper model: GPT-2's."""

SPECIAL = special_tokens(LANGUAGES)

TOKENS = TEXT_TOKENS + len(SPECIAL)


def _tokenizer(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    return loaded


def vocabulary(folder: Path) -> list[str]:
    """All tokens in the order of their ids."""
    known = _tokenizer(folder)["model"]["vocab"]
    text = sorted(known, key=known.__getitem__)
    fillers = [f"filler{i}" for i in range(len(text), TEXT_TOKENS)]
    return [*text, *fillers, *SPECIAL]


def token_ids(folder: Path) -> NDArray[np.intp]:
    """The new id of each of the demo's tokens. Shape (tokens of the demo,)."""
    tokenizer = _tokenizer(folder)
    special = [TEXT_TOKENS + SPECIAL.index(token["content"]) for token in tokenizer["added_tokens"]]
    return np.array([*range(len(tokenizer["model"]["vocab"])), *special])


def tokenizer_like(folder: Path) -> str:
    """A ``tokenizer.json`` that splits text as the demo's does and knows the new ids."""
    tokenizer = _tokenizer(folder)
    tokens = vocabulary(folder)
    tokenizer["model"]["vocab"] = {token: i for i, token in enumerate(tokens[:TEXT_TOKENS])}
    like = tokenizer["added_tokens"][0]
    is_time = {token["content"]: token["special"] for token in tokenizer["added_tokens"]}
    tokenizer["added_tokens"] = [
        like | {"id": TEXT_TOKENS + i, "content": token, "special": is_time.get(token, True)}
        for i, token in enumerate(SPECIAL)
    ]
    return json.dumps(tokenizer, ensure_ascii=False)
