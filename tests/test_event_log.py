"""The log: what is read back is what happened, and a log that cannot be trusted says where."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kept_calls import header
from voicecoach.conversation import Ending
from voicecoach.devices.documents import PERSONAS, read_persona, shipped
from voicecoach.devices.event_log import entry_line, header_line, mend_log, read_log
from voicecoach.errors import InputError
from voicecoach.events import (
    CallOver,
    Exchanged,
    Key,
    PartialHeard,
    Pressed,
    RehearsalEvent,
    RehearsalNotice,
    Rendered,
    Sounded,
)
from voicecoach.kept import UNLOGGED, LineRendered, LogEntry, Logged, Way, as_logged
from voicecoach.persona import Persona
from voicecoach.ports import RecognizerInfo
from voicecoach.speech import Word
from voicecoach.spoken import Rendering
from voicecoach.timeline import Span

NAMED = {
    str: st.text(max_size=30),
    int: st.integers(0, 2**40),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    Span: st.builds(
        lambda start, length: Span(start, start + length), st.integers(0, 10**9), st.integers(1, 10**9)
    ),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Anything of a type that an event is made of."""
    if hint in NAMED:
        return NAMED[hint]
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=4).map(tuple)
    if get_origin(hint) is Mapping:
        key, value = get_args(hint)
        return st.dictionaries(values(key), values(value), max_size=4)
    if get_origin(hint) in (Union, types.UnionType):
        return st.one_of([values(one) for one in get_args(hint)])
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    assert is_dataclass(hint), f"{hint}: no way to make one"
    hints = get_type_hints(hint)
    return st.builds(hint, **{field.name: values(hints[field.name]) for field in fields(hint)})


HEADER = header_line(header())


def write(path: Path, *lines: bytes) -> Path:
    path.write_bytes(HEADER + b"".join(lines))
    return path


@pytest.mark.parametrize("kind", get_args(Logged), ids=lambda kind: kind.__name__)
def test_every_entry_comes_back(kind: type[Any], tmp_path: Path) -> None:
    @settings(max_examples=25)
    @given(what=values(kind), at=st.integers(0, 2**40), way=st.sampled_from(list(Way)))
    def comes_back(what: Any, at: int, way: Way) -> None:
        entry = LogEntry(at, way, what)
        line = entry_line(entry)
        assert line.count(b"\n") == 1
        assert read_log(write(tmp_path / "log.jsonl", line)).entries == (entry,)

    comes_back()


def test_header_comes_back(tmp_path: Path) -> None:
    settings_ = {"beam_size": 5, "temperature": 0.0, "word_timestamps": True, "audio_window": "full"}
    info = RecognizerInfo("demo", "0123456789abcdef", "cpu", "int8", "synthetic voices", False, settings_)
    path = tmp_path / "log.jsonl"
    path.write_bytes(header_line(header(recognizer=info)))
    back = read_log(path).header
    assert back == header(recognizer=info)
    assert back.recognizer is not None
    assert [type(value) for value in back.recognizer.settings.values()] == [int, float, bool, str]


@pytest.mark.parametrize("name", shipped(PERSONAS))
def test_persona_can_be_judged_by_again(name: str, tmp_path: Path) -> None:
    persona = read_persona(name)
    path = tmp_path / "log.jsonl"
    path.write_bytes(header_line(replace(header(), persona=persona.model_dump(mode="json"))))
    assert Persona.model_validate(read_log(path).header.persona) == persona


def test_everything_is_logged_or_left_out_on_purpose() -> None:
    """Whoever adds an event decides whether a replay needs it."""
    everything = set(get_args(RehearsalEvent)) | set(get_args(RehearsalNotice))
    assert everything - set(UNLOGGED) - {Rendered} == set(get_args(Logged)) - {LineRendered}
    assert set(UNLOGGED) == {Exchanged, PartialHeard, Sounded}


def test_line_is_logged_without_its_sound() -> None:
    words = (Word("hello", Span(0, 1000), 1.0),)
    logged = as_logged(Rendered(3, Rendering(np.ones(1234, np.float32), words)))
    assert logged == LineRendered(3, 1234, words)
    again = logged.silent()
    assert (again.line_id, again.rendering.words, len(again.rendering.samples)) == (3, words, 1234)
    assert not again.rendering.samples.any()


PRESSED = LogEntry(320, Way.PUSHED, Pressed(Key.HOLD))
OVER = LogEntry(640, Way.TOLD, CallOver(Ending.SATISFIED, 600, "thanked"))


def test_what_a_replay_pushes(tmp_path: Path) -> None:
    late = LogEntry(960, Way.PUSHED, Pressed(Key.MUTE))
    log = read_log(write(tmp_path / "log.jsonl", *map(entry_line, (PRESSED, OVER, late))))
    assert log.pushed(959) == [PRESSED]
    assert log.pushed(960) == [PRESSED, late]
    assert log.ending is Ending.SATISFIED


def test_every_torn_end_is_passed_over(tmp_path: Path) -> None:
    whole = HEADER + entry_line(PRESSED) + entry_line(OVER)
    path = tmp_path / "log.jsonl"
    for end in range(len(whole) - len(entry_line(OVER)), len(whole)):
        path.write_bytes(whole[:end])
        assert read_log(path).entries == (PRESSED,)


DAMAGE = {
    b"\0\0\0": "JSONDecodeError",
    b"[]": "TypeError",
    b'{"at": 1, "way": "told", "kind": "Exploded", "what": {}}': "KeyError: 'Exploded'",
    b'{"at": -1, "way": "told", "kind": "CallEnded", "what": {"duration": 1}}': "greater than or equal to 0",
    b'{"at": 1, "way": "around", "kind": "CallEnded", "what": {"duration": 1}}': "'around'",
    b'{"at": 1, "way": "told", "kind": "CallEnded", "what": {"duration": "1"}}': "duration: Input should be",
    b'{"at": 1, "way": "told", "kind": "Glitched", "what": {"span": {"start": 2, "end": 1}}}': "span",
}


@pytest.mark.parametrize(("line", "problem"), DAMAGE.items(), ids=DAMAGE.values())
def test_damage_inside_is_an_error_and_can_be_cut(tmp_path: Path, line: bytes, problem: str) -> None:
    path = write(tmp_path / "log.jsonl", entry_line(PRESSED), line + b"\n", entry_line(OVER))
    with pytest.raises(InputError, match=rf"line 3 is damaged: .*{problem}"):
        read_log(path)
    assert mend_log(path) == len(line) + 1 + len(entry_line(OVER))
    assert read_log(path).entries == (PRESSED,)
    assert mend_log(path) == 0


def test_newer_and_foreign_logs_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    newer = json.loads(header_line(header())) | {"schema_version": 2}
    path.write_text(json.dumps(newer) + "\n")
    with pytest.raises(InputError, match=r"has schema version 2; this voicecoach knows 1\. Use the version"):
        read_log(path)
    for content in (b"", b"hello\n", b"[1]\n", b"{}\n", b"\xff\n"):
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"is not the log of a call\. .*voicecoach calls delete"):
            read_log(path)
    path.write_bytes(b'{"schema_version": 1, "header": {}}\n')
    with pytest.raises(InputError, match=r"line 1 is damaged: call_id: Field required"):
        mend_log(path)
    with pytest.raises(InputError, match=r"cannot be read: No such file"):
        read_log(tmp_path / "missing")
