"""A YAML file as plain values, with the line of every place in it.

Laws
----
* A file is data: no tags, anchors or aliases, at most `LARGEST` bytes and `DEEPEST` levels; nothing in
  it runs, and nothing in it makes reading it expensive.
* Repeated keys are errors: the later one would silently win.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from voicecoach.errors import InputError
from voicecoach.findings import Place

LARGEST = 200_000
"""Bytes; the shipped rubrics have about 8,000. A file of this size is read in a few seconds."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Ten times as quick where PyYAML was built with libyaml; what it accepts is the same."""

DEEPEST = 20
"""Levels of lists and mappings in each other; a rubric has four."""


@dataclass(frozen=True, slots=True)
class YamlFile:
    """What a file says (dicts, lists, strings, numbers, booleans, None), and where each value stands."""

    path: Path
    content: Any
    lines: Mapping[Place, int]

    def line_of(self, place: Place) -> int:
        """The line (from 1) of a place, or of the nearest place around it that is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines[place]


def read_yaml(path: Path) -> YamlFile:
    """Read one YAML document.

    Raises
    ------
    InputError : unreadable, too large, not UTF-8, not YAML, or more than plain data.
    """
    text = _text(path)
    lines: dict[Place, int] = {}
    try:
        _refuse_excess(text)
        loader = LOADER(text)
        node = loader.get_single_node()
        content = None if node is None else _plain(loader, node, (), lines)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise InputError(
            path, f"{where}{broken.problem or broken.context}", "Correct the YAML there"
        ) from broken
    except yaml.YAMLError as broken:
        problem = str(broken).splitlines()[0]
        raise InputError(path, f"not YAML: {problem}", "Save it as plain UTF-8 text") from broken
    if content is None:
        raise InputError(path, "the file is empty", "Start from a copy of a shipped file")
    return YamlFile(path, content, lines)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as refused:
        problem = f"cannot be read: {refused.strerror or refused}"
        raise InputError(path, problem, "Check the name and the permissions") from refused
    if len(content) > LARGEST:
        raise InputError(path, f"larger than {LARGEST:,} bytes", "Check that this is the file you meant")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as binary:
        problem = f"not text: byte {binary.start} is not UTF-8"
        raise InputError(path, problem, "Save it as plain UTF-8 text") from binary


def _refuse_excess(text: str) -> None:
    """Anchors let a small file grow without bound when it is read; so may depth exhaust the stack."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _refusal("lists and mappings are nested too deeply", event.start_mark)
        if getattr(event, "anchor", None) is not None:
            raise _refusal("anchors (&name) and aliases (*name) are not used here", event.start_mark)


def _refusal(problem: str, mark: Any) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, problem, mark)


def _plain(loader: yaml.SafeLoader, node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    """A node as plain values; `lines` gains the line of every place inside it."""
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, child, (*place, index), lines) for index, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, place, lines)
    return _scalar(loader, node)


def _mapping(
    loader: yaml.SafeLoader, node: yaml.MappingNode, place: Place, lines: dict[Place, int]
) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key, str):
            raise _refusal("a key must be plain text", key_node.start_mark)
        if key in content:
            raise _refusal(f"the key {key!r} is repeated", key_node.start_mark)
        lines[(*place, key)] = key_node.start_mark.line + 1
        content[key] = _plain(loader, value_node, (*place, key), lines)
    return content


def _scalar(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    try:
        return loader.construct_object(node)
    except ValueError as impossible:  # a date such as 2026-13-45
        raise _refusal(
            f"{node.value!r}: {impossible}; quote it if it is text", node.start_mark
        ) from impossible
