"""From a model's name to checked weights: order of places, what is refused, when nothing may connect."""

import json
import shutil
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.devices.machine import Machine, Placement, place, read_machine
from voicecoach.devices.models import CARD, DEMO_FOLDER, REPOSITORIES, default_name, missing_parts, resolve
from voicecoach.errors import DeviceError, ModelError


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty Hugging Face cache."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    return tmp_path / "hub"


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every attempt to look up or reach another machine, none of which succeeds."""
    attempts: list[object] = []

    def refuse(*target: object, **_: object) -> None:
        attempts.append(target)
        raise OSError("the network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return attempts


def copy_of_demo(to: Path, *, without: str = "") -> Path:
    shutil.copytree(DEMO_FOLDER, to, ignore=shutil.ignore_patterns(without) if without else None)
    return to


def in_cache(cache: Path, name: str, *, without: str = "") -> Path:
    """The layout that the Hugging Face client keeps a repository in."""
    home = cache / f"models--{REPOSITORIES[name].replace('/', '--')}"
    (home / "refs").mkdir(parents=True)
    (home / "refs/main").write_text("0123abc")
    return copy_of_demo(home / "snapshots/0123abc", without=without)


# --- the demo model


def test_demo_is_itself() -> None:
    demo = resolve("demo", offline=True)
    card = json.loads((DEMO_FOLDER / CARD).read_text())
    assert (demo.name, demo.scope, demo.keeps_fillers) == ("demo", "synthetic voices", True)
    assert demo.digest == card["sha256"]
    assert {"um", "uh", "er", "suitcase", "refund", "Thursday", "eighty"} <= set(card["words"].split())


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    folder = copy_of_demo(tmp_path / "demo")
    weights = bytearray((folder / "model.bin").read_bytes())
    weights[-1] ^= 1
    (folder / "model.bin").write_bytes(weights)
    with pytest.raises(ModelError, match=r"model\.bin: damaged or altered.*Copy the model again"):
        resolve(str(folder))


def test_copy_without_its_card_stays_the_demo_model(tmp_path: Path) -> None:
    """Nobody gets a general-purpose model by copying the demo's weights."""
    bare = copy_of_demo(tmp_path / "my-model", without=CARD)
    assert resolve(str(bare)).scope == "synthetic voices"


@pytest.mark.parametrize("text", ["{", "[]", "\xff"])
def test_unreadable_card_is_named(tmp_path: Path, text: str) -> None:
    folder = copy_of_demo(tmp_path / "demo")
    (folder / CARD).write_bytes(text.encode("latin-1"))
    with pytest.raises(ModelError, match=CARD):
        resolve(str(folder))


# --- folders


@pytest.mark.parametrize("part", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
def test_missing_part_is_named(tmp_path: Path, part: str) -> None:
    folder = copy_of_demo(tmp_path / "whisper", without=part)
    with pytest.raises(ModelError, match=rf"whisper: not a complete.*, {part} missing\. Copy"):
        resolve(str(folder))


def test_vocabulary_of_older_conversions_counts(tmp_path: Path) -> None:
    folder = copy_of_demo(tmp_path / "whisper")
    (folder / "vocabulary.json").rename(folder / "vocabulary.txt")
    assert missing_parts(folder) == []


def test_unknown_name_lists_what_there_is(connections: list[object]) -> None:
    with pytest.raises(ModelError, match=r"--model bse: neither a folder nor a model name.*demo, tiny.*base"):
        resolve("bse")
    assert not connections


# --- the network


def test_offline_error_comes_without_a_connection(cache: Path, connections: list[object]) -> None:
    with pytest.raises(ModelError) as error:
        resolve("base.en", offline=True)
    assert not connections
    for part in (
        "--model base.en: not on this machine, and downloads are off",
        "hf download Systran/faster-whisper-base.en --local-dir whisper-base.en",
        "copy the folder whisper-base.en here and use --model PATH/whisper-base.en",
    ):
        assert part in str(error.value)


@pytest.mark.parametrize("value", ["1", "true", "YES", "on"])
def test_environment_forbids_connections(
    cache: Path, connections: list[object], monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", value)
    with pytest.raises(ModelError, match="downloads are off"):
        resolve("tiny")
    assert not connections


def test_cached_model_needs_no_connection(cache: Path, connections: list[object]) -> None:
    folder = in_cache(cache, "small")
    assert resolve("small").folder == folder
    assert not connections


def test_half_a_download_is_no_model(cache: Path, connections: list[object]) -> None:
    in_cache(cache, "small", without="model.bin")
    with pytest.raises(ModelError, match="downloads are off"):
        resolve("small", offline=True)


def test_error_names_what_is_here_instead(cache: Path, connections: list[object]) -> None:
    in_cache(cache, "tiny.en")
    with pytest.raises(ModelError, match=r"On this machine already: --model tiny\.en\. "):
        resolve("small", offline=True)


def test_failed_download_has_the_same_remedy(cache: Path, connections: list[object]) -> None:
    with pytest.raises(ModelError, match=r"the download failed.*hf download Systran/faster-whisper-tiny "):
        resolve("tiny")
    assert connections


# --- what the machine can carry

SIZE = {"tiny": 0, "base": 1, "small": 2, "turbo": 3, "large-v3": 4}
MACHINES = st.builds(Machine, st.sampled_from(["cpu", "cuda"]), st.integers(1, 128), st.integers(0, 10**11))


def size(name: str) -> int:
    return SIZE[name.removesuffix(".en")]


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        (Machine("cpu", 1, 10**9), "tiny.en"),
        (Machine("cpu", 2, 4 * 10**9), "base.en"),
        (Machine("cpu", 16, 32 * 10**9), "small.en"),
        (Machine("cuda", 8, 2 * 10**9), "small.en"),
        (Machine("cuda", 8, 6 * 10**9), "turbo"),
        (Machine("cuda", 8, 0), "turbo"),
        (Machine("cuda", 8, 24 * 10**9), "large-v3"),
    ],
)
def test_default_model(machine: Machine, name: str) -> None:
    chosen, reason = default_name(machine)
    assert chosen == name
    assert str(machine) in reason


@given(machine=MACHINES, cores=st.integers(0, 64), more_bytes=st.integers(0, 10**11))
def test_a_better_machine_never_gets_a_smaller_model(machine: Machine, cores: int, more_bytes: int) -> None:
    unknown = machine.device == "cuda" and not machine.memory_bytes
    if unknown:
        return  # an unknown card is taken for a middling one
    better = Machine(machine.device, machine.cores + cores, machine.memory_bytes + more_bytes)
    assert size(default_name(better)[0]) >= size(default_name(machine)[0])


@given(machine=MACHINES, language=st.sampled_from(["en", "de", "ja"]))
def test_default_model_exists_and_knows_the_language(machine: Machine, language: str) -> None:
    name, _ = default_name(machine, language)
    assert name in REPOSITORIES
    assert language == "en" or not name.endswith(".en")


def test_this_machine_can_be_read() -> None:
    machine = read_machine("cpu")
    assert machine.cores >= 1
    assert machine.memory_bytes > 10**8


def test_cuda_without_a_card_says_so() -> None:
    import ctranslate2

    if ctranslate2.get_cuda_device_count():
        pytest.skip("this machine has a CUDA card")
    with pytest.raises(DeviceError, match=r"--device cuda: no CUDA.*use --device cpu"):
        read_machine("cuda")
    assert read_machine("auto").device == "cpu"


def test_unknown_device_is_refused() -> None:
    with pytest.raises(DeviceError, match="Use auto, cpu or cuda"):
        read_machine("gpu")


def test_compute_types() -> None:
    processor = Machine("cpu", 4, 8 * 10**9)
    assert place(processor) == Placement("cpu", "int8")
    assert place(processor, "float32") == Placement("cpu", "float32")
    assert place(Machine("cuda", 4, 3 * 10**9)).compute_type == "int8_float16"
    assert place(Machine("cuda", 4, 8 * 10**9)).compute_type == "float16"
    with pytest.raises(DeviceError, match=r"--compute-type int7: .*Use one of .*float32.*int8"):
        place(processor, "int7")
