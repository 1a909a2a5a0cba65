"""Takes the speech detector that we ship out of its published package: ``python -m tools.silero_vad WHEEL``.

The network and its license are copied byte for byte; the package's code and its torch are not needed:

    pip download --no-deps silero-vad==6.2.3
    python -m tools.silero_vad silero_vad-6.2.3-py3-none-any.whl

Of the networks in the package this one judges many blocks a call; its weights are those of the usual one for
16 kHz.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import zipfile
from pathlib import Path

from voicecoach.devices.silero import NETWORK

SHA256 = {
    NETWORK.name: "9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85",
    "LICENSE": "2e63e9a38b6e8fc0c7bc37ce174caca1862870856c6daf5697cfb785e925520b",
}
"""Of the files in silero-vad 6.2.3, by name."""


def main() -> int:
    """Write both files to where the package looks for them; nothing if one is not what it should be."""
    parser = argparse.ArgumentParser(prog="python -m tools.silero_vad", description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path, help="silero_vad-6.2.3-py3-none-any.whl")
    asked = parser.parse_args()
    found = {}
    with zipfile.ZipFile(asked.wheel) as packed:
        for member in packed.namelist():
            name = Path(member).name
            if name in SHA256:
                found[name] = packed.read(member)
    for name, expected in SHA256.items():
        if name not in found or hashlib.sha256(found[name]).hexdigest() != expected:
            print(f"{asked.wheel}: its {name} is not that of silero-vad 6.2.3.", file=sys.stderr)
            return 1
    NETWORK.parent.mkdir(parents=True, exist_ok=True)
    for name, content in found.items():
        (NETWORK.parent / name).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
