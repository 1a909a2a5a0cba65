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

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Self

from voicecoach.conversation import Line
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
        self._changed = threading.Condition()
        self._store: dict[Wording, Rendering] = {}
        self._waiting: deque[Line] = deque()
        self._current: Line | None = None
        self._answers: list[VoiceAnswer] = []
        self._failure: Exception | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="caller's voice", daemon=True)
        self._thread.start()

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
                rendering = self._voice.render(text, delivery)
                with self._changed:
                    self._store[text, delivery] = rendering
            progress(done, len(lines))

    def submit(self, command: VoiceCommand) -> None:
        """Take a line to speak, or forget one."""
        with self._changed:
            match command:
                case Discard():
                    self._forget(command.line_id)
                case _:
                    self._take(command.line)

    def collect(self) -> list[VoiceAnswer]:
        """The lines that are spoken, or failed, by now.

        Raises
        ------
        Exception : whatever went wrong in the thread that was no fault of the line's.
        """
        with self._changed:
            if self._failure is not None:
                raise self._failure
            answers, self._answers = self._answers, []
            return answers

    def close(self) -> None:
        """Forget what waits, and end the thread once the voice is done with its present line."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self, line: Line) -> None:
        kept = self._store.get((line.text, line.delivery))
        if kept is None:
            self._waiting.append(line)
            self._changed.notify()
        else:
            self._answers.append(Rendered(line.id, kept))

    def _forget(self, line_id: int) -> None:
        self._waiting = deque(line for line in self._waiting if line.id != line_id)
        self._answers = [kept for kept in self._answers if kept.line_id != line_id]
        if self._current is not None and self._current.id == line_id:
            self._current = None

    def _work(self) -> None:
        try:
            while (line := self._next()) is not None:
                spoken = answer(self._voice, line)
                with self._changed:
                    if self._current is line:  # nobody discarded it meanwhile
                        self._answers.append(spoken)
        except Exception as error:  # noqa: BLE001 - raised again in the thread that collects
            with self._changed:
                self._failure = error

    def _next(self) -> Line | None:
        """The next line, once there is one; None when closed."""
        with self._changed:
            self._current = None
            self._changed.wait_for(lambda: self._closed or self._waiting)
            if self._closed:
                return None
            self._current = self._waiting.popleft()
            return self._current


def answer(voice: Voice, line: Line) -> VoiceAnswer:
    """Have one line spoken; a line that cannot be is an answer, too."""
    try:
        return Rendered(line.id, voice.render(line.text, line.delivery))
    except DeviceError as error:
        return RenderFailed(line.id, str(error))
