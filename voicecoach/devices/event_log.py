"""A call's log on disk: JSON lines, the header first, then one line for each entry.

Laws
----
* What is read back equals what was written, to the last bit of every number.
* A last line that was torn while it was written is passed over; any other that cannot be read is an error
  that names its line. `mend_log` is for what a crash may leave: it keeps the beginning that can be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import Field, TypeAdapter, ValidationError

from voicecoach.devices.places import write_private
from voicecoach.errors import DeviceError, InputError
from voicecoach.kept import CallHeader, CallLog, LogEntry, Logged, Way

SCHEMA_VERSION = 1
"""Changes whenever a reader of the old shape could be misled."""

_ENTRIES: dict[str, TypeAdapter[Any]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(Logged)}
"""What a line may hold, by the name that stands in it; made before a call, which has no time for it."""

_HEADER = TypeAdapter(CallHeader)
_AT: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(strict=True, ge=0)])

_NEWER = "Use the version of voicecoach that wrote it, or a newer one"
_DAMAGED = "Restore it from a copy, or remove the call with voicecoach calls delete"


def header_line(header: CallHeader) -> bytes:
    """The first line of a log."""
    return _line({"schema_version": SCHEMA_VERSION, "header": _HEADER.dump_python(header, mode="json")})


def entry_line(entry: LogEntry) -> bytes:
    """The line of an entry."""
    kind = type(entry.what).__name__
    what = _ENTRIES[kind].dump_python(entry.what, mode="json")
    return _line({"at": entry.at, "way": entry.way.value, "kind": kind, "what": what})


def read_log(path: Path) -> CallLog:
    """Read a call's log.

    Raises
    ------
    InputError : the file is missing or damaged, or was written by a newer voicecoach.
    """
    lines, _ = _whole_lines(path)
    header = _header(path, lines)
    entries = (_entry(path, number, line) for number, line in enumerate(lines[1:], start=2))
    return CallLog(header, tuple(entries))


def mend_log(path: Path) -> int:
    """Cut off what a crash left unreadable at the end of a log; the number of bytes that were cut.

    Raises
    ------
    InputError : not even the header can be read.
    DeviceError : the file cannot be written.
    """
    lines, torn = _whole_lines(path)
    _header(path, lines)
    kept = 1 + sum(1 for _ in _until_damage(path, lines[1:]))
    lost = torn + sum(len(line) + 1 for line in lines[kept:])
    if lost:
        try:
            write_private(path, b"".join(line + b"\n" for line in lines[:kept]))
        except OSError as error:
            raise DeviceError(
                f"{path}: cannot be written: {error.strerror}. Mend that, then again."
            ) from error
    return lost


def _until_damage(path: Path, lines: list[bytes]) -> Iterator[LogEntry]:
    for number, line in enumerate(lines, start=2):
        try:
            yield _entry(path, number, line)
        except InputError:
            return  # the crash came while this was written


def _whole_lines(path: Path) -> tuple[list[bytes], int]:
    """The lines that have an end, and how many bytes come after the last of them."""
    try:
        *lines, torn = path.read_bytes().split(b"\n")
    except OSError as error:
        raise InputError(path, f"the call's log cannot be read: {error.strerror}", _DAMAGED) from error
    return lines, len(torn)


def _header(path: Path, lines: list[bytes]) -> CallHeader:
    try:
        first = json.loads(lines[0])
        version = first["schema_version"]
    except (IndexError, ValueError, KeyError, TypeError) as error:
        raise InputError(path, "is not the log of a call", _DAMAGED) from error
    if version != SCHEMA_VERSION:
        problem = f"has schema version {version}; this voicecoach knows {SCHEMA_VERSION}"
        raise InputError(path, problem, _NEWER)
    try:
        return _HEADER.validate_json(json.dumps(first.get("header")), strict=True)
    except ValidationError as error:
        raise InputError(path, f"line 1 is damaged: {_first_problem(error)}", _DAMAGED) from error


def _entry(path: Path, number: int, line: bytes) -> LogEntry:
    try:
        said = json.loads(line)
        what = _ENTRIES[said["kind"]].validate_json(json.dumps(said["what"]), strict=True)
        return LogEntry(_AT.validate_python(said["at"]), Way(said["way"]), what)
    except ValidationError as error:
        problem = _first_problem(error)
    except (ValueError, KeyError, TypeError) as error:
        problem = f"{type(error).__name__}: {error}"
    raise InputError(path, f"line {number} is damaged: {problem}", _DAMAGED)


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, allow_nan=False).encode() + b"\n"
