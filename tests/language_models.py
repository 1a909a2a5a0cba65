"""A real HTTP server on this machine that stands for a language model, well-behaved or not.

No model is in it: what it answers is given by the test, and what it was asked is kept.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from voicecoach.devices.chat_server import MOST_BYTES, ChatServer
from voicecoach.devices.local_address import local_address

NAME = "tiny-instruct"
ENOUGH_S = 20.0
"""Reached only if what is waited for never happens."""

Behavior = Callable[["Handler", str], None]
"""What the server does when it is asked to word a line."""


class LocalModel(ThreadingHTTPServer):
    """The server; `behavior` may change at any time."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, behavior: Behavior) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behavior = behavior
        self.names = [NAME]
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        """Path, headers and body of each request."""
        self.over = threading.Event()
        """Set when the test is over: whoever never answers stops waiting."""
        self.begun = threading.Semaphore(0)
        """Released when a line is asked for."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def client(self) -> ChatServer:
        return ChatServer(local_address(self.url))

    def chats(self) -> list[dict[str, Any]]:
        """What lines were asked for."""
        return [json.loads(body) for path, _, body in self.asked if path.endswith("/chat/completions")]

    def handle_error(self, request: object, client_address: object) -> None:
        """Somebody who hangs up on us is part of the tests."""


class Handler(BaseHTTPRequestHandler):
    server: LocalModel

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers), b""))
        self.reply(200, json.dumps({"data": [{"id": name} for name in self.server.names]}).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), body))
        self.server.begun.release()
        self.server.behavior(self, json.loads(body)["messages"][-1]["content"].partition("The line: ")[2])

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def say(self, text: str) -> None:
        self.reply(
            200, json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()
        )

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@contextmanager
def local_model(behavior: Behavior) -> Iterator[LocalModel]:
    """A server that runs in a thread while the test does."""
    server = LocalModel(behavior)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def other_words(written: str) -> str:
    """The line in other words, as far as it needs no model: somebody urges."""
    first = written if written.startswith(("I ", "I'")) else written[:1].lower() + written[1:]
    return f"Listen, {first}"


# --- behaviors ---------------------------------------------------------------------------------------


def good(handler: Handler, written: str) -> None:
    handler.say(other_words(written))


def says(text: str) -> Behavior:
    return lambda handler, _: handler.say(text)


def never(handler: Handler, written: str) -> None:
    handler.server.over.wait(ENOUGH_S)


def dribbles(handler: Handler, written: str) -> None:
    """A byte now and then: no single receive takes long."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.over.wait(0.02):
        handler.wfile.write(b" ")


def garbage(handler: Handler, written: str) -> None:
    handler.wfile.write(bytes(range(256)) * 4)


def closes(handler: Handler, written: str) -> None:
    handler.close_connection = True


def redirects_to(url: str) -> Behavior:
    return lambda handler, _: handler.reply(307, b"", Location=f"{url}/v1/chat/completions")


def body(content: bytes, status: int = 200) -> Behavior:
    return lambda handler, _: handler.reply(status, content)


BAD: dict[str, Behavior] = {
    "wrong amount": says("I want ninety dollars back from you."),
    "made up": says("Listen, my grandmother is ill in Paris."),
    "two sentences": says("Listen to me. I want an answer."),
    "garbage bytes": garbage,
    "no JSON": body(b"Sure! Here it is: ..."),
    "half a JSON": body(b'{"choices": [{"message": {"content": "Lis'),
    "not UTF-8": body(b'{"choices": [{"message": {"content": "\xff\xfe"}}]}'),
    "half a character": body(rb'{"choices": [{"message": {"content": "\ud800"}}]}'),
    "no choice": body(b'{"choices": []}'),
    "no text": body(b'{"choices": [{"message": {"content": null}}]}'),
    "HTTP 500": body(b"{}", 500),
    "closes": closes,
    "huge": body(b"[" + b" " * MOST_BYTES + b"]"),
    "redirects": redirects_to("http://127.0.0.1:9"),
}
"""Whatever a server may do that is answered quickly, and that no caller may say."""

SLOW: dict[str, Behavior] = {"never answers": never, "dribbles": dribbles}
