"""A language model's server: on this machine, in time, and whatever it does has a reason in words."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.language_models import (
    BAD,
    ENOUGH_S,
    NAME,
    SLOW,
    Behavior,
    LocalModel,
    body,
    good,
    local_model,
    never,
    redirects_to,
    says,
)
from voicecoach.converse.briefing import Message
from voicecoach.devices.chat_server import (
    KEY_VARIABLE,
    MOST_LETTERS,
    ChatServer,
    ServerError,
    key_of_environment,
)
from voicecoach.devices.local_address import LocalAddress, local_address
from voicecoach.errors import InputError

CHAT = (Message("system", "Word it."), Message("user", "The line: Where is my suitcase?"))


@pytest.fixture
def model() -> Iterator[LocalModel]:
    with local_model(good) as server:
        yield server


def asked(behavior: Behavior, within_s: float = ENOUGH_S) -> str:
    with local_model(behavior) as server:
        return server.client().complete(NAME, CHAT, within_s)


def test_question_and_answer(model: LocalModel) -> None:
    assert model.client().complete(NAME, CHAT, ENOUGH_S) == "Listen, where is my suitcase?"
    [(path, headers, sent)] = model.asked
    assert path == "/v1/chat/completions"
    assert "Authorization" not in headers
    question = json.loads(sent)
    assert question["model"] == NAME
    assert [message["role"] for message in question["messages"]] == ["system", "user"]
    assert (question["temperature"], question["seed"], question["stream"]) == (0.7, 1, False)


def test_models_are_listed(model: LocalModel) -> None:
    model.names = ["a", "b"]
    assert model.client().models(ENOUGH_S) == ["a", "b"]
    assert model.asked[0][0] == "/v1/models"


def test_a_name_that_would_write_to_the_terminal_is_refused(model: LocalModel) -> None:
    model.names = ["tiny\x1b[2J"]
    with pytest.raises(ServerError, match=r"data\.0\.id .*cannot be printed"):
        model.client().models(ENOUGH_S)


def test_key_goes_to_the_server_and_nowhere_else(model: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "s3cret")
    ChatServer(local_address(model.url), key_of_environment()).complete(NAME, CHAT, ENOUGH_S)
    assert model.asked[0][1]["Authorization"] == "Bearer s3cret"
    monkeypatch.setenv(KEY_VARIABLE, "two\nlines")
    with pytest.raises(InputError, match=rf"{KEY_VARIABLE}: holds signs that no key has"):
        key_of_environment()
    monkeypatch.delenv(KEY_VARIABLE)
    assert key_of_environment() is None


def test_no_proxy_is_asked(model: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert model.client().complete(NAME, CHAT, ENOUGH_S)


REASONS = {
    "garbage bytes": "does not speak HTTP properly",
    "no JSON": "not of the expected form",
    "half a JSON": "not of the expected form",
    "not UTF-8": "not of the expected form",
    "half a character": "not of the expected form",
    "no choice": "choices",
    "no text": "choices.0.message.content",
    "HTTP 500": "HTTP 500",
    "closes": "closed the connection without an answer",
    "huge": "more than 256 KiB",
    "redirects": "sends elsewhere",
}


@pytest.mark.parametrize("name", REASONS)
def test_whatever_it_does_has_a_reason(name: str) -> None:
    with pytest.raises(ServerError, match=REASONS[name]) as error:
        asked(BAD[name])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", SLOW)
def test_it_is_waited_for_no_longer_than_told(name: str) -> None:
    with pytest.raises(ServerError, match=r"^no answer within 0\.2 s$"):
        asked(SLOW[name], within_s=0.2)


def test_a_wanted_key_is_named() -> None:
    with pytest.raises(ServerError, match=f"wants a key .*{KEY_VARIABLE}"):
        asked(body(b"{}", 401))


def test_no_redirect_is_followed(model: LocalModel) -> None:
    with pytest.raises(ServerError, match="not followed"):
        asked(redirects_to(model.url))
    assert model.asked == []


def test_a_long_answer_is_cut() -> None:
    assert asked(says("a" * 5000)) == "a" * MOST_LETTERS


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ServerError, match="connection refused"):
        ChatServer(LocalAddress("127.0.0.1", port, "/v1")).models(ENOUGH_S)


def test_a_question_can_be_broken_off() -> None:
    with local_model(never) as server:
        client = server.client()
        failed: list[ServerError] = []

        def ask() -> None:
            try:
                client.complete(NAME, CHAT, 2 * ENOUGH_S)
            except ServerError as error:
                failed.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        assert server.begun.acquire(timeout=ENOUGH_S)
        client.stop()
        thread.join(ENOUGH_S)
        assert len(failed) == 1
        with pytest.raises(ServerError):  # and none is asked after it
            client.complete(NAME, CHAT, ENOUGH_S)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"),
        ("http://127.8.9.10/api", "http://127.8.9.10:80/api/v1"),
        ("http://[::1]:11434", "http://[::1]:11434/v1"),
        ("HTTP://LOCALHOST:11434", "http://127.0.0.1:11434/v1"),
    ],
)
def test_addresses_on_this_machine(url: str, address: str) -> None:
    assert str(local_address(url)) == address


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.1.5:8080",
        "http://0.0.0.0:8080",
        "http://[::]:8080",
        "http://[::ffff:127.0.0.1]:8080",
        "http://example.com/v1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://127.1:8080",
        "http://2130706433",
    ],
)
def test_addresses_elsewhere_are_refused_with_the_reason(url: str) -> None:
    with pytest.raises(
        InputError, match=r"is not this machine, and nothing of a call leaves it\. Run the server"
    ):
        local_address(url)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("127.0.0.1:8080", "begins with http://"),
        ("https://127.0.0.1", "begins with http://"),
        ("file:///etc/passwd", "begins with http://"),
        ("", "begins with http://"),
        ("http://", "begins with http://"),
        ("http://127.0.0.1:99999", "is no address"),
        ("http://[::1", "is no address"),
        ("http://me:secret@127.0.0.1", "user name or password"),
        ("http://127.0.0.1@example.com", "user name or password"),
        ("http://127.0.0.1/?a=b", "holds a ?"),
        ("http://127.0.0.1/a b", "signs in its path"),
    ],
)
def test_what_is_no_address_is_refused(url: str, problem: str) -> None:
    with pytest.raises(InputError) as error:
        local_address(url)
    assert problem in str(error.value)


def test_localhost_is_what_it_stands_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_up(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", ("127.0.0.1", 0)), (0, 0, 0, "", ("10.0.0.7", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    with pytest.raises(InputError, match="localhost is not this machine"):
        local_address("http://localhost:8080")
