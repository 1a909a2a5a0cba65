"""Which speech model, and where is it? A name or a folder becomes a checked folder of weights.

Order: a folder -> the demo model -> the local Hugging Face cache -> a download -> an error with the remedy.

Laws: with `offline` (or HF_HUB_OFFLINE set) nothing touches the network; what is returned was checked for
its parts, and its weights are identified by their sha256, which goes into every record.
Units: bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voicecoach.devices.assets import MODELS
from voicecoach.devices.machine import Machine
from voicecoach.errors import ModelError

DEMO = "demo"
"""The model that ships with the package: synthetic voices only."""

DEMO_FOLDER = MODELS / "whisper-micro-en"

GENERAL = "general"
"""The scope of a model that was trained on people."""

CARD = "voicecoach.json"
"""A model folder's own statement of what the model is for: scope, sha256, keeps_fillers, takes_prompts,
bears_short_windows."""

REPOSITORIES: Mapping[str, str] = {
    "tiny": "Systran/faster-whisper-tiny",
    "tiny.en": "Systran/faster-whisper-tiny.en",
    "base": "Systran/faster-whisper-base",
    "base.en": "Systran/faster-whisper-base.en",
    "small": "Systran/faster-whisper-small",
    "small.en": "Systran/faster-whisper-small.en",
    "medium": "Systran/faster-whisper-medium",
    "medium.en": "Systran/faster-whisper-medium.en",
    "large-v2": "Systran/faster-whisper-large-v2",
    "large-v3": "Systran/faster-whisper-large-v3",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "distil-small.en": "Systran/faster-distil-whisper-small.en",
    "distil-medium.en": "Systran/faster-distil-whisper-medium.en",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
}
"""Where each name is published on the Hugging Face Hub: the places that faster-whisper knows."""

WANTED = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*")
"""The files of a repository that a model consists of."""

OFFLINE_VALUES = frozenset({"1", "ON", "YES", "TRUE"})
"""What Hugging Face takes for *yes* in HF_HUB_OFFLINE."""

READ_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A folder of weights that was found and checked; plain data, so workers can be handed it."""

    name: str
    """As the user named it."""
    folder: Path
    digest: str
    """sha256 of ``model.bin``, 64 hexadecimal digits."""
    scope: str
    """``general``, or whose speech alone it knows: ``synthetic voices``."""
    keeps_fillers: bool
    """Whether 'um' and 'uh' survive into the text. Stock Whisper drops them."""
    takes_prompts: bool = True
    """Whether a glossary may be given to it. Stock Whisper was trained with text before the sound's own."""
    bears_short_windows: bool = True
    """Whether drafts may be written from less than 30 s. Finals need more: ``voicecoach doctor``'s check."""


def resolve(name: str, *, offline: bool = False) -> ResolvedModel:
    """Find a model's weights, downloading them only where that is allowed and needed.

    Parameters
    ----------
    name : a name of `REPOSITORIES`, ``demo``, or the path of a folder with a CTranslate2 Whisper model.
    offline : never use the network. HF_HUB_OFFLINE in the environment has the same effect.

    Raises
    ------
    ModelError : there is no such model, it is incomplete or altered, or it cannot be fetched.
    """
    if name == DEMO:
        return _checked(name, DEMO_FOLDER)
    if name in REPOSITORIES:
        return _checked(name, _cached(name) or _fetched(name, offline=offline or _hub_is_offline()))
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _checked(name, folder)
    raise ModelError(
        f"--model {name}: neither a folder nor a model name. "
        f"Use the path of a CTranslate2 Whisper folder, or one of {DEMO}, {', '.join(REPOSITORIES)}."
    )


def default_name(machine: Machine, language: str = "en") -> tuple[str, str]:
    """The best model that a machine carries at a bearable speed, and why; a pure table.

    Speeds are those of ``docs/models.md``; memory is what beam search of 5 takes at most.
    For English the English-only variants make fewer errors at these sizes (Radford et al. 2022, D.1).
    """
    suffix = ".en" if language == "en" else ""
    if machine.device == "cuda":
        if machine.memory_bytes >= 8e9:
            return "large-v3", f"{machine}: room for the most accurate model"
        if machine.memory_bytes >= 4e9 or not machine.memory_bytes:
            return "turbo", f"{machine}: large-v3 with a decoder that needs half the memory"
        return f"small{suffix}", f"{machine}: too little for a large model"
    if machine.cores >= 8 and machine.memory_bytes >= 8e9:
        return f"small{suffix}", f"{machine}: enough for the largest model that a processor runs in real time"
    if machine.cores >= 2 and machine.memory_bytes >= 2e9:
        return f"base{suffix}", f"{machine}: about a quarter of real time on each core"
    return f"tiny{suffix}", f"{machine}: too little for a larger model"


def names_here() -> list[str]:
    """Names of the models in the local Hugging Face cache."""
    return [name for name in REPOSITORIES if _cached(name)]


def missing_parts(folder: Path) -> list[str]:
    """Names of the files that a CTranslate2 Whisper model needs and `folder` lacks.

    ``tokenizer.json`` counts: without it faster-whisper would fetch one from the network.
    """
    needed = ("model.bin", "config.json", "tokenizer.json")
    lacking = [part for part in needed if not (folder / part).is_file()]
    if not any(folder.glob("vocabulary.*")):
        lacking.append("vocabulary.json")
    return lacking


def _checked(name: str, folder: Path) -> ResolvedModel:
    if lacking := missing_parts(folder):
        raise ModelError(
            f"{folder}: not a complete CTranslate2 Whisper model, {', '.join(lacking)} missing. "
            "Copy the whole folder again, or convert a model with ct2-transformers-converter "
            "(--copy_files tokenizer.json preprocessor_config.json)."
        )
    digest = _sha256(folder / "model.bin")
    card = _card(folder)
    if card.get("sha256", digest) != digest:
        raise ModelError(
            f"{folder / 'model.bin'}: damaged or altered, its sha256 is not the one in {CARD}. "
            + ("Install voicecoach again." if folder == DEMO_FOLDER else "Copy the model again.")
        )
    if "scope" not in card and digest == _card(DEMO_FOLDER)["sha256"]:
        card = _card(DEMO_FOLDER)  # a bare copy of the demo model stays the demo model
    return ResolvedModel(
        name,
        folder,
        digest,
        str(card.get("scope", GENERAL)),
        bool(card.get("keeps_fillers", False)),
        bool(card.get("takes_prompts", True)),
        bool(card.get("bears_short_windows", True)),
    )


def _card(folder: Path) -> dict[str, object]:
    path = folder / CARD
    if not path.is_file():
        return {}
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ModelError(f"{path}: not readable as JSON ({error}). Copy the model again.") from error
    if not isinstance(card, dict):
        raise ModelError(f"{path}: not a JSON object. Copy the model again.")
    return card


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as weights:
            while piece := weights.read(READ_SIZE):
                digest.update(piece)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from error
    return digest.hexdigest()


def _hub_is_offline() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in OFFLINE_VALUES


def _cached(name: str) -> Path | None:
    """The model in the local Hugging Face cache, if all of it is there (a broken download is not)."""
    from huggingface_hub import snapshot_download  # lazy: 0.4 s
    from huggingface_hub.errors import LocalEntryNotFoundError

    wanted = list(WANTED)
    try:
        folder = Path(snapshot_download(REPOSITORIES[name], allow_patterns=wanted, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    return None if missing_parts(folder) else folder


def _fetched(name: str, *, offline: bool) -> Path:
    """Download a model into the cache, with a progress bar on the terminal, as nobody in particular."""
    if offline:
        raise ModelError(f"--model {name}: not on this machine, and downloads are off. {_remedy(name)}")
    from huggingface_hub import snapshot_download  # lazy: 0.4 s

    try:
        return Path(snapshot_download(REPOSITORIES[name], allow_patterns=list(WANTED), token=False))
    # Which exception it is depends on the HTTP library below; the remedy does not.
    except Exception as error:
        raise ModelError(
            f"--model {name}: not on this machine, and the download failed ({type(error).__name__}). "
            f"{_remedy(name)}"
        ) from error


def _remedy(name: str) -> str:
    """How to get the model here, with commands that work as they stand."""
    here = [other for other in names_here() if other != name]
    already = f"On this machine already: {', '.join(f'--model {other}' for other in here)}. " if here else ""
    folder = f"whisper-{name}"
    return (
        f"{already}On a connected machine run: pip install huggingface_hub && "
        f"hf download {REPOSITORIES[name]} --local-dir {folder} -- then copy the folder {folder} here "
        f"and use --model PATH/{folder}."
    )
