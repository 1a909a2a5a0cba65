"""``voicecoach recover``: keep calls that a crash or a power cut broke off."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from voicecoach.apps.library import Library, keep, open_library
from voicecoach.apps.outcome_text import percent
from voicecoach.apps.regrade import regrade
from voicecoach.apps.terminal import show_error, show_note
from voicecoach.conversation import Ending
from voicecoach.devices.call_files import checked_id
from voicecoach.devices.recovery import mend, seal
from voicecoach.errors import InputError, VoicecoachError
from voicecoach.kept import Grader, KeptCall
from voicecoach.timeline import RATE

RECOVERED, FAILED = 0, 1


def recover_command(ids: Sequence[str], *, everything: bool, model: str | None = None) -> int:
    """Recover the calls named, or all, or the only one; the exit status.

    Raises
    ------
    VoicecoachError : no call is named where there are several, or the calls cannot be reached.
    """
    console, told = Console(), Console(stderr=True)
    with open_library() as library:
        left = library.files.left_behind()
        wanted = left if everything else [checked_id(one) for one in ids] or _only(left)
        if not wanted:
            show_note(console, "Nothing to recover: no call was broken off.")
        failed = 0
        for call_id in wanted:
            try:
                show_note(console, _recovered(library, call_id, model))
            except VoicecoachError as error:
                show_error(told, str(error))
                failed += 1
    return FAILED if failed else RECOVERED


def recover(library: Library, call_id: str, model: str | None = None) -> KeptCall | None:
    """Keep a call that was broken off; None: it had not begun, and its folder is removed.

    Raises
    ------
    InputError : there is no such call, it still runs, or what is left of it cannot be graded.
    ModelError, DeviceError : it cannot be graded on this machine as it was; all that is left of it stays.
    """
    with library.files.hold(call_id) as folder:
        if folder is None:
            problem = "no call of this id was broken off, or it still runs"
            raise InputError(call_id, problem, "See voicecoach calls")
        if (kept := _listed(library, call_id)) is not None:
            library.files.put_away(call_id)
            return kept
        log = mend(folder)
        if log is None:
            library.files.discard(call_id)
            return None
        graded = regrade(seal(folder), log, model)
        made = (log.ending or Ending.BROKEN_OFF, Grader.GRADE)
        return keep(library, log.header, graded, made)


def _only(left: Sequence[str]) -> Sequence[str]:
    if len(left) > 1:
        problem = f"{len(left)} calls were broken off"
        raise InputError(", ".join(left), problem, "Name one, or recover them with --all")
    return left


def _listed(library: Library, call_id: str) -> KeptCall | None:
    return next((call for call in library.store.calls() if call.id == call_id), None)


def _recovered(library: Library, call_id: str, model: str | None) -> str:
    call = recover(library, call_id, model)
    if call is None:
        return f"{call_id}: broken off before it began; its empty folder is removed."
    length = f"{call.duration // RATE // 60}:{call.duration // RATE % 60:02d}"
    return (
        f"{call_id}: {call.title}, {length} min, score {percent(call.percent)}. voicecoach replay {call_id}"
    )
