"""A flight simulator for hard phone calls: grade recordings and rehearse with upset callers.

>>> from voicecoach import GradeOptions, grade
>>> graded = grade("call.wav", GradeOptions(model="demo"))  # doctest: +SKIP
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach.apps.options import GradeOptions, grade
    from voicecoach.graded import GradedCall

__version__ = "0.1.0"
__all__ = ["GradeOptions", "GradedCall", "__version__", "grade"]

# onnxruntime 1.32 reports its use to its maker, and looks for this when it is first imported: here and in
# every process that is started from here. Nothing leaves the machine.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

_HOMES = {
    "GradeOptions": "voicecoach.apps.options",
    "GradedCall": "voicecoach.graded",
    "grade": "voicecoach.apps.options",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: importing voicecoach itself must stay quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'voicecoach' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
