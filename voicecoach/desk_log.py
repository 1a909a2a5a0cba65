"""What a trainee did at the desk during a call, on the call's clock.

Units: samples of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The trainee searched for the caller's record."""

    query: str
    found: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """The trainee compared these entries of the record with what the caller said, and ticked them."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """The trainee opened a policy."""

    title: str


@dataclass(frozen=True, slots=True)
class Applied:
    """The trainee used a tool."""

    tool: str
    """Its id."""
    values: Mapping[str, str]
    """By the id of the field."""


@dataclass(frozen=True, slots=True)
class Entered:
    """The trainee saved the case: all its fields as they stand now."""

    values: Mapping[str, str]
    """By the id of the field."""


DeskAct = LookedUp | Verified | ReadPolicy | Applied | Entered
"""Anything done at the desk."""


DONE: Mapping[type, str] = {
    LookedUp: "looked_up",
    Verified: "verified",
    ReadPolicy: "read_policy",
    Applied: "applied",
    Entered: "entered",
}
"""The name of each act in a call's record."""


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """An act at the desk, and when it was."""

    at: int
    act: DeskAct
