"""Who has the caller's lines spoken: from a thread while the call goes on, or at once.

The fixed lines of a persona are spoken before the call and are there when they are wanted; the others are
spoken when they are asked for. The first sound of an answer comes when its first line is ready: whoever
words an answer gives a line a sentence.

Laws
----
* Every `Render` is answered, in order, with a `Rendered` or a `RenderFailed`, unless it was discarded; except
  that a line from the store does not wait for the others.
* A line that fails costs no other line.
* Nothing here waits, but for :meth:`LineBank.prepare` and :meth:`LineBank.close`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Self

from voicecoach.conversation import Line
from voicecoach.devices.line_thread import LineThread
from voicecoach.errors import DeviceError
from voicecoach.events import Discard, Rendered, RenderFailed, VoiceAnswer, VoiceCommand
from voicecoach.ports import Voice
from voicecoach.spoken import Delivery, Rendering

Wording = tuple[str, Delivery]
"""What makes two lines sound alike."""


class InlineVoice:
    """Speaks each line in the calling thread (``ports.VoiceWorkers``): for calls faster than real time.

    The same commands in a fresh process give the same answers, where the engine is repeatable.
    """

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._answers: list[VoiceAnswer] = []

    def submit(self, command: VoiceCommand) -> None:
        """Speak a line, or forget one."""
        match command:
            case Discard():
                self._answers = [kept for kept in self._answers if kept.line_id != command.line_id]
            case _:
                self._answers.append(answer(self._voice, command.line))

    def collect(self) -> list[VoiceAnswer]:
        """The lines spoken since the last time."""
        answers, self._answers = self._answers, []
        return answers


class LineBank:
    """Speaks from a thread of its own (``ports.VoiceWorkers``); a context manager: leaving it ends it.

    The voice stays the caller's to close; closing it first ends a line in progress at once.
    """

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._store: dict[Wording, Rendering] = {}
        self._thread: LineThread[Line, VoiceAnswer] = LineThread(
            "caller's voice", partial(answer, voice), lambda told, line_id: told.line_id == line_id
        )

    def prepare(
        self, wordings: Iterable[Wording], progress: Callable[[int, int], None] = lambda _done, _count: None
    ) -> None:
        """Speak lines before the call, and keep them until the end.

        Parameters
        ----------
        wordings : each a text and how it is spoken; the same twice is spoken once.
        progress : told after each line how many are done, and of how many.

        Raises
        ------
        DeviceError : a line cannot be spoken. Before a call that is the persona's or the machine's fault and
            wants mending; during one, the call goes on without it.
        """
        lines = list(dict.fromkeys(wordings))
        for done, (text, delivery) in enumerate(lines, 1):
            if (text, delivery) not in self._store:
                self._store[text, delivery] = self._voice.render(text, delivery)
            progress(done, len(lines))

    def submit(self, command: VoiceCommand) -> None:
        """Take a line to speak, or forget one."""
        match command:
            case Discard():
                self._thread.forget(command.line_id)
            case _:
                self._take(command.line)

    def collect(self) -> list[VoiceAnswer]:
        """The lines that are spoken, or failed, by now.

        Raises
        ------
        Exception : whatever went wrong in the thread that was no fault of the line's.
        """
        return self._thread.collect()

    def close(self) -> None:
        """Forget what waits, and end the thread once the voice is done with its present line."""
        self._thread.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self, line: Line) -> None:
        kept = self._store.get((line.text, line.delivery))
        if kept is None:
            self._thread.ask(line.id, line)
        else:
            self._thread.tell(Rendered(line.id, kept))


def answer(voice: Voice, line: Line) -> VoiceAnswer:
    """Have one line spoken; a line that cannot be is an answer, too."""
    try:
        return Rendered(line.id, voice.render(line.text, line.delivery))
    except DeviceError as error:
        return RenderFailed(line.id, str(error))
