"""``voicecoach replay``: a kept call's report in the browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path

from rich.console import Console

from voicecoach.apps.library import Library, open_library, write_results
from voicecoach.apps.terminal import show_note
from voicecoach.devices.call_files import LOG, PAGE, RECORD, checked_id
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
    """A kept call's report; where it is missing, graded and written again from the recording.

    Raises
    ------
    InputError, ModelError, DeviceError : that cannot be done.
    """
    folder, recording = library.files.kept(call.id), library.files.audio(call.audio)
    page = folder / PAGE
    if page.is_file() and (folder / RECORD).is_file():
        return page
    if not recording.is_file():
        problem = f"neither its report nor its recording ({recording}) is there"
        raise InputError(call.id, problem, f"Restore them, or voicecoach calls delete {call.id}")
    from voicecoach.apps.regrade import regrade  # lazy: all that listens and judges
    from voicecoach.devices.event_log import read_log

    graded = regrade(recording, read_log(folder / LOG).header)
    with library.files.locked():
        write_results(folder, folder, recording, graded)
    return page
