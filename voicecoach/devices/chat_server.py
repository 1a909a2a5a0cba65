"""A language model behind an OpenAI-compatible server on this machine: text in, text out, by a deadline.

Laws
----
* Nothing but `local_address` is connected to: no redirect is followed, no proxy asked.
* A question ends by its deadline, however the server dribbles, and reads at most `MOST_BYTES`.
* Whatever the server does is a `ServerError` with one line of reason, never another exception.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, RemoteDisconnected
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, ValidationError

from voicecoach.converse.briefing import Message
from voicecoach.devices.local_address import LocalAddress
from voicecoach.errors import InputError

MOST_BYTES = 256 * 1024
"""An answer of a line is some hundred bytes, a list of models some thousand."""

MOST_TOKENS = 80
"""The longest line has 200 letters, some 50 tokens."""

TEMPERATURE = 0.7
"""At 0 a model tends to give a line back as it is (own choice)."""

SEED = 1
"""Fixed, so that the same server words the same question alike where it can."""

MOST_LETTERS = 1000
"""Of an answer that are kept in a log; a line has 200 at most."""

KEY_VARIABLE = "VOICECOACH_LLM_KEY"
"""Environment variable with the key that the server asks for, if it does."""


class ServerError(Exception):
    """The server did not give a usable answer; the message says why, in half a sentence."""


def _printable(name: str) -> str:
    if not name.isprintable():
        raise ValueError("holds signs that cannot be printed")
    return name


class _Reply(BaseModel):
    content: str


class _Choice(BaseModel):
    message: _Reply


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)


class _Model(BaseModel):
    id: Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_printable)]
    """Often the path of a file; it is shown on a terminal, so no control characters."""


class _Models(BaseModel):
    data: list[_Model]


_Body = TypeVar("_Body", bound=BaseModel)


class ChatServer:
    """Asks one question at a time; `stop` may come from another thread.

    Parameters
    ----------
    address : of the server.
    key : sent as a bearer token; None: none is.
    """

    def __init__(self, address: LocalAddress, key: str | None = None) -> None:
        self.address = address
        self._key = key
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._stopped = False

    def models(self, within_s: float) -> list[str]:
        """The names of the models that it has.

        Raises
        ------
        ServerError : it cannot be reached, or does not say.
        """
        return [model.id for model in self._asked("GET", "/models", None, _Models, within_s).data]

    def complete(self, model: str, chat: Sequence[Message], within_s: float) -> str:
        """What `model` says next in a chat, at most `MOST_LETTERS` of it.

        Raises
        ------
        ServerError : no usable answer came in time.
        """
        question = {
            "model": model,
            "messages": [{"role": message.role, "content": message.content} for message in chat],
            "temperature": TEMPERATURE,
            "seed": SEED,
            "max_tokens": MOST_TOKENS,
            "stream": False,
        }
        answer = self._asked("POST", "/chat/completions", question, _Completion, within_s)
        return answer.choices[0].message.content[:MOST_LETTERS]

    def stop(self) -> None:
        """Break off the question in progress, and answer no more."""
        with self._lock:
            self._stopped = True
            self._break_off()

    def _asked(self, method: str, path: str, question: object, kind: type[_Body], within_s: float) -> _Body:
        deadline = time.monotonic() + within_s
        try:
            with self._connected(within_s) as connection:
                body = None if question is None else json.dumps(question).encode()
                connection.request(method, self.address.path + path, body, self._headers(body))
                with connection.getresponse() as response:
                    if response.status != 200:
                        raise ServerError(_refusal(response.status))
                    content = response.read(MOST_BYTES + 1)
        except (OSError, HTTPException) as error:
            late = time.monotonic() >= deadline
            raise ServerError(_late(within_s) if late else _reason(error)) from error
        if time.monotonic() >= deadline:  # cut short: what was read may be half of it
            raise ServerError(_late(within_s))
        return _body(content, kind)

    def _headers(self, body: bytes | None) -> dict[str, str]:
        headers = {"Accept": "application/json", "Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        return headers

    @contextmanager
    def _connected(self, within_s: float) -> Iterator[HTTPConnection]:
        """A connection that is broken off when the time is over: each receive alone may be in time."""
        connection = HTTPConnection(self.address.host, self.address.port, timeout=within_s)
        timer = threading.Timer(within_s, self._time_out)
        timer.daemon = True
        try:
            connection.connect()
            with self._lock:
                self._socket = connection.sock
                if self._stopped:
                    self._break_off()
            timer.start()
            yield connection
        finally:
            timer.cancel()
            with self._lock:
                self._socket = None
            connection.close()

    def _time_out(self) -> None:
        with self._lock:
            self._break_off()

    def _break_off(self) -> None:
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # the server closed it already


def key_of_environment() -> str | None:
    """The key for the server, if the environment holds one.

    Raises
    ------
    InputError : it cannot be sent.
    """
    key = os.environ.get(KEY_VARIABLE)
    if key is not None and not (key.isascii() and key.isprintable()):
        raise InputError(
            KEY_VARIABLE, "holds signs that no key has", "Set it to the server's key, or unset it"
        )
    return key or None


def _late(within_s: float) -> str:
    return f"no answer within {within_s:.1f} s"


def _refusal(status: int) -> str:
    if 300 <= status < 400:
        return f"it sends elsewhere (HTTP {status}), which is not followed"
    if status in (401, 403):
        return f"it wants a key (HTTP {status}): set {KEY_VARIABLE}"
    return f"it answers with HTTP {status}"


def _reason(error: OSError | HTTPException) -> str:
    if isinstance(error, RemoteDisconnected):
        return "it closed the connection without an answer"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    return f"it does not speak HTTP properly ({type(error).__name__})"


def _body(content: bytes, kind: type[_Body]) -> _Body:
    if len(content) > MOST_BYTES:
        raise ServerError(f"its answer has more than {MOST_BYTES // 1024} KiB")
    try:
        return kind.model_validate_json(content, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ServerError(
            f"its answer is not of the expected form: {where} {first['msg']}".strip()
        ) from error
