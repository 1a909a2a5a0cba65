"""A user's kept calls: their files and the store, and how a call gets from the one to the other.

Laws
----
* A live call and one recovered after a crash are kept by the same steps, each of which can be done again.
* The last of them moves the call's folder; a call that is listed and was not moved is moved by `recover`.
* A recording has its trainee on the left, by construction: nobody has to guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from voicecoach.audio import Layout
from voicecoach.conversation import Ending
from voicecoach.devices.call_files import FLAC, RECORD, CallFiles
from voicecoach.devices.places import data_folder, write_private
from voicecoach.devices.store import sqlite_store
from voicecoach.devices.whole_file import flush_folder
from voicecoach.graded import GradedCall, Roles, Source
from voicecoach.kept import CallHeader, Grader, KeptCall, KeptScorecard, Store
from voicecoach.speech import Speaker

RECORDED_ROLES = Roles(
    Layout.TWO_CHANNEL,
    {Speaker.TRAINEE: 0, Speaker.CALLER: 1},
    1.0,
    "the trainee is recorded on the left",
)
"""Who is on which channel of a kept call."""


@dataclass(frozen=True, slots=True)
class Library:
    """All kept calls of a user."""

    files: CallFiles
    store: Store


@contextmanager
def open_library(root: Path | None = None) -> Iterator[Library]:
    """The calls below `root`, or in the user's data folder; made where there are none.

    Raises
    ------
    DeviceError : the folder cannot be used.
    InputError : it was written by a newer voicecoach, or is damaged.
    """
    files = CallFiles(root or data_folder())
    files.prepare()
    with files.locked():
        store = sqlite_store(files.root)
    with store:
        yield Library(files, store)


def recorded_source(recording: Path, header: CallHeader) -> Source:
    """Facts about a call's recording, under a name that a person knows the call by.

    Raises
    ------
    InputError : it cannot be used; it holds silence alone, for example.
    """
    from voicecoach.devices.media import probe  # lazy, as below: listing calls must be quick

    return replace(probe(recording), name=f"{call_title(header)} {header.call_id}")


def keep(library: Library, header: CallHeader, graded: GradedCall, made: tuple[Ending, Grader]) -> KeptCall:
    """Keep a call whose recording was sealed: name the recording, write the record, list it, move it.

    Parameters
    ----------
    library : where.
    header : of the call's log.
    graded : with `recorded_source` and `RECORDED_ROLES`.
    made : how the call ended, and who made the scorecard.

    Raises
    ------
    DeviceError : the disk is full or refuses; the call stays where it is, to be recovered.
    """
    ending, grader = made
    files, call_id = library.files, header.call_id
    folder, recording = files.running(call_id), files.audio(graded.source.digest)
    call = KeptCall(
        id=call_id,
        started_at=header.started_at,
        persona=str(header.persona.get("id", "unknown")),
        title=call_title(header),
        trainee=header.trainee,
        ending=ending,
        duration=graded.call.duration,
        percent=graded.scorecard.capped_percent,
        audio=graded.source.digest,
    )
    with files.locked():
        (folder / FLAC).replace(recording)
        flush_folder(recording.parent)
        write_record(folder, graded)
        library.store.add(call, [_scorecard(call_id, graded, grader)])
        files.put_away(call_id)
    return call


def write_record(folder: Path, graded: GradedCall) -> None:
    """Write a call's record into its folder.

    Raises
    ------
    OSError : the disk is full or refuses.
    """
    from voicecoach.apps.record import to_json

    write_private(folder / RECORD, to_json(graded).encode())


def call_title(header: CallHeader) -> str:
    """What people call the call: its persona's title."""
    return str(header.persona.get("title", "A call"))


def _scorecard(call_id: str, graded: GradedCall, grader: Grader) -> KeptScorecard:
    from voicecoach.apps.record import to_record

    card = graded.scorecard
    return KeptScorecard(
        call_id,
        grader,
        card.rubric_id,
        card.rubric_version,
        card.capped_percent,
        to_record(graded)["scorecard"],
    )
