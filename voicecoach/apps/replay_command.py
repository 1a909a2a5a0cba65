"""``voicecoach replay``: a kept call's report in the browser."""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path

from rich.console import Console

from voicecoach.apps.library import RECORDED_ROLES, Library, open_library, write_record
from voicecoach.apps.outcome_text import Record
from voicecoach.apps.terminal import show_note
from voicecoach.devices.call_files import LOG, PAGE, RECORD, checked_id
from voicecoach.devices.places import write_private
from voicecoach.errors import InputError
from voicecoach.kept import KeptCall


def replay_command(call: str, *, open_browser: bool = True) -> int:
    """Show where a call's report lies, and open it; the exit status.

    Parameters
    ----------
    call : its id, or as much of the beginning as makes it the only one.
    open_browser : False: only show where it lies.

    Raises
    ------
    VoicecoachError : there is no such call, or its report is lost and cannot be made again.
    """
    with open_library() as library:
        page = report_page(library, library.store.find(checked_id(call)))
    if open_browser and not webbrowser.open(page.as_uri()):
        show_note(Console(stderr=True), "No browser could be opened; open this file in one:")
    show_note(Console(), str(page))
    return 0


def report_page(library: Library, call: KeptCall) -> Path:
    """A kept call's report, written when it is first wanted.

    Raises
    ------
    InputError, ModelError, DeviceError : it cannot be written; the recording is gone, for example.
    """
    from voicecoach.apps.call_page import call_page  # lazy, as below: most reports are there already
    from voicecoach.apps.rehearsal_facts import read_facts

    folder, recording = library.files.kept(call.id), library.files.audio(call.audio)
    page = folder / PAGE
    if page.is_file():
        return page
    if not recording.is_file():
        problem = f"neither its report nor its recording ({recording}) is there"
        raise InputError(call.id, problem, f"Restore them, or voicecoach calls delete {call.id}")
    record = _record(folder) or _recorded_again(library, folder, recording)
    content = call_page(recording, RECORDED_ROLES, record, folder, read_facts(folder, folder.parent))
    with library.files.locked():
        write_private(page, content.encode("utf-8", "replace"))
    return page


def _record(folder: Path) -> Record | None:
    """A call's record; None where it is lost, damaged, or of another version than reports are made from."""
    from voicecoach.apps.record import SCHEMA_VERSION

    try:
        record = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return None
    known = isinstance(record, dict) and record.get("schema_version") == SCHEMA_VERSION
    return record if known else None


def _recorded_again(library: Library, folder: Path, recording: Path) -> Record:
    """The record of a call that is graded once more."""
    from voicecoach.apps.record import to_record
    from voicecoach.apps.regrade import regrade
    from voicecoach.devices.event_log import read_log

    graded = regrade(recording, read_log(folder / LOG))
    with library.files.locked():
        write_record(folder, graded)
    return to_record(graded)
