"""The words that the demo model knows."""

from __future__ import annotations

import json

from voicecoach.devices.models import CARD, DEMO_FOLDER


def known_words() -> frozenset[str]:
    """In lower case."""
    card = json.loads((DEMO_FOLDER / CARD).read_text("utf-8"))
    return frozenset(card["words"].lower().split())
