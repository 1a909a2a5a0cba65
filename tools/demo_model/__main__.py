"""Makes the demo model: ``python -m tools.demo_model``.

Five steps, each of which leaves what it made in the folder ``--data`` and is passed over when it is done:

    gather      what is said in our calls, and the tokens to write it with
    synthesize  spoken sentences in shards
    train       ``checkpoint.pt``; stopped at any time, it goes on from the last writing
    export      ``whisper-micro-en``, int8, and ``whisper-micro-en-as-base``, which costs what base costs
    evaluate    ``figures.json``, and the table of ``docs/demo-model.md``

Needs torch (``tools/demo_model/requirements.txt``), espeak-ng and flite; the last step needs no torch.
"""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.demo_model import steps

STEPS: Mapping[str, Callable[[steps.Order], None]] = {
    "gather": steps.gather,
    "synthesize": steps.synthesize,
    "train": steps.train,
    "export": steps.export,
    "evaluate": steps.evaluate,
}

NEEDS = (
    ("train", "tokenizer.json", "gather"),
    ("train", "spoken", "synthesize"),
    ("export", "checkpoint.pt", "train"),
    ("evaluate", "whisper-micro-en", "export"),
)
"""A step, what it reads in the folder, and the step that makes it."""


def main() -> None:
    """Do what the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.demo_model",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("steps", nargs="*", help="which steps, in order (default: all)")
    parser.add_argument("--data", type=Path, default=Path("build/demo_model"), help="folder to work in")
    parser.add_argument("--shards", type=int, default=48, help="how much to speak, in 35 minutes")
    parser.add_argument("--minutes", type=float, default=180, help="how long to train")
    parser.add_argument("--from", type=Path, dest="earlier", help="checkpoint or model that it goes on from")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    asked = parser.parse_args()
    order = steps.Order(asked.data, asked.shards, asked.minutes, asked.earlier, asked.device)
    names = asked.steps or list(STEPS)
    if problem := _problem(names, order):
        parser.error(problem)
    for name in names:
        STEPS[name](order)


def _problem(names: Sequence[str], order: steps.Order) -> str | None:
    """What keeps these steps from being taken, and what to do about it."""
    if unknown := [name for name in names if name not in STEPS]:
        return f"there is no step {unknown[0]!r}; steps are {', '.join(STEPS)}"
    if order.earlier and not order.earlier.exists():
        return f"--from {order.earlier}: there is no such checkpoint or model folder"
    if {"train", "export"} & set(names) and importlib.util.find_spec("torch") is None:
        return "train and export need torch: pip install -r tools/demo_model/requirements.txt"
    for name, file, maker in NEEDS:
        if name in names and maker not in names and not (order.data / file).exists():
            return f"{order.data / file} is not there: {name} comes after {maker}"
    return None


if __name__ == "__main__":
    main()
