"""``voicecoach calls``: what is kept, and how to get rid of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicecoach.apps.consent import forget
from voicecoach.apps.library import Library, open_library
from voicecoach.apps.outcome_text import fit, percent, printable
from voicecoach.apps.terminal import show_note
from voicecoach.devices.call_files import PAGE, checked_id
from voicecoach.errors import DeviceError, InputError
from voicecoach.kept import KeptCall
from voicecoach.timeline import RATE, seconds

LONGEST_TITLE = 60
"""Characters of a persona's title in the table, on up to four lines of 80 columns."""


def list_calls(*, as_json: bool = False) -> int:
    """Show all kept calls, the newest first; the exit status."""
    console, told = Console(), Console(stderr=True)
    with open_library() as library:
        calls, left = library.store.calls(), library.files.left_behind()
        if as_json:
            print(json.dumps([_values(library, call) for call in calls], ensure_ascii=False, indent=1))
        elif calls:
            console.print(_table(calls))
        else:
            show_note(console, "No call is kept.")
        if left:
            show_note(told, f"Broken off, not kept yet: {', '.join(left)}. voicecoach recover --all")
    return 0


def delete_call(call_id: str) -> int:
    """Delete a call for good, and show what was removed; the exit status.

    Raises
    ------
    InputError : there is no such call, or it still runs.
    DeviceError : something of it cannot be removed.
    """
    console = Console()
    with open_library() as library:
        removed = delete(library, checked_id(call_id))
    for path in removed:
        show_note(console, f"removed {path}")
    show_note(console, f"Call {call_id} is deleted; the files and the list were searched: nothing is left.")
    return 0


def delete(library: Library, call_id: str) -> list[Path]:
    """Delete a call, kept or broken off, with its sound if no other call has the same; what was removed.

    The files go first: if that is cut short, the call is still listed and can be deleted again.

    Raises
    ------
    InputError : there is no such call, or it still runs.
    DeviceError : something of it cannot be removed.
    """
    files, store = library.files, library.store
    listed = any(call.id == call_id for call in store.calls())
    if files.is_running(call_id):
        raise InputError(call_id, "the call still runs", "Hang up first")
    with files.locked():
        removed = files.remove(call_id, _sounds_of_others(library, call_id))
        store.delete(call_id)
        _prove(library, call_id, removed)
    if not listed and not removed:
        raise InputError(call_id, "there is no such call", "Give the whole id, as voicecoach calls shows it")
    return removed


def forget_consent() -> int:
    """Forget who allowed calls to be kept: the next rehearsal asks again; the exit status."""
    was_there = forget()
    show_note(
        Console(), "Forgotten: the next rehearsal asks again." if was_there else "Nobody was asked yet."
    )
    return 0


def _sounds_of_others(library: Library, call_id: str) -> set[str]:
    """Sounds that other calls use, those included that are kept but not on the list: a list may be lost."""
    files, calls = library.files, library.store.calls()
    unlisted = set(files.kept_ids()) - {call.id for call in calls} - {call_id}
    used = {sound for sound in files.sounds() if any(files.may_use(other, sound) for other in unlisted)}
    return used | {call.audio for call in calls if call.id != call_id}


def _prove(library: Library, call_id: str, removed: Sequence[Path]) -> None:
    """Look again, whatever the system said."""
    left = [path for path in removed if path.exists()]
    if left or any(call.id == call_id for call in library.store.calls()):
        raise DeviceError(f"{call_id}: not all of it could be deleted: {', '.join(map(str, left))}.")


def _values(library: Library, call: KeptCall) -> dict[str, Any]:
    page = library.files.kept(call.id) / PAGE
    return {
        "id": call.id,
        "started_at": call.started_at,
        "persona": call.persona,
        "title": call.title,
        "trainee": call.trainee,
        "ending": call.ending.value,
        "duration_s": round(seconds(call.duration), 3),
        "percent": None if call.percent is None else round(call.percent, 2),
        "recording": str(library.files.audio(call.audio)),
        "report": str(page) if page.is_file() else None,
    }


def _table(calls: Sequence[KeptCall]) -> Table:
    made = Table(box=box.SIMPLE, padding=(0, 1, 0, 0))
    for title in ("Call", "When", "Caller", "Ending"):
        made.add_column(title, no_wrap=title in ("Call", "When"), overflow="fold")
    made.add_column("Score", justify="right", no_wrap=True)
    made.add_column("Min", justify="right", no_wrap=True)
    for call in calls:
        when = datetime.fromisoformat(call.started_at).astimezone()
        length = f"{call.duration // RATE // 60}:{call.duration // RATE % 60:02d}"
        cells = (call.id, f"{when:%d %b %H:%M}", fit(call.title, LONGEST_TITLE), call.ending.value)
        made.add_row(*(Text(printable(cell)) for cell in cells), percent(call.percent), length)
    return made
