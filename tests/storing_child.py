"""A process that keeps calls in the store, all at once with another."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.kept_calls import call, scorecard
from voicecoach.apps.library import open_library

name, root, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
for number in range(count):
    with open_library(root) as library:
        one = call(f"{name}-{number}")
        library.store.add(one, [scorecard(one.id), scorecard(one.id)])
