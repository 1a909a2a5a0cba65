"""Makes the demo model: ``python -m tools.demo_model``.

Five steps, each of which leaves what it made in the folder ``--data`` and is passed over when it is done:

    gather      what is said in our calls, and the tokens to write it with
    synthesize  spoken sentences in shards
    train       ``checkpoint.pt``; stopped at any time, it goes on from the last writing
    export      ``whisper-micro-en``, int8, and with it ``base-shaped``, which costs what base costs
    evaluate    ``figures.json``, and the table of ``docs/demo-model.md``

Needs torch (``tools/demo_model/requirements.txt``), espeak-ng and flite; the last step needs no torch.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.demo_model import steps

STEPS: Mapping[str, Callable[[steps.Order], None]] = {
    "gather": steps.gather,
    "synthesize": steps.synthesize,
    "train": steps.train,
    "export": steps.export,
    "evaluate": steps.evaluate,
}


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
    for name in asked.steps or STEPS:
        STEPS[name](order)


if __name__ == "__main__":
    main()
