"""Descriptions for published schemas: the docstrings of the classes and of their fields."""

from __future__ import annotations

import ast
import inspect
import itertools


def of_fields(kind: type) -> dict[str, str]:
    """By name of a field, or of an enum's member, the string below it; those of the class itself."""
    found = {}
    for field, text in itertools.pairwise(ast.parse(inspect.getsource(kind)).body[0].body):
        if isinstance(text, ast.Expr) and isinstance(field, ast.AnnAssign | ast.Assign):
            target = field.target if isinstance(field, ast.AnnAssign) else field.targets[0]
            found[target.id] = line(text.value.value)
    return found


def line(text: str | None) -> str:
    """A docstring as one line."""
    return " ".join((text or "").split())
