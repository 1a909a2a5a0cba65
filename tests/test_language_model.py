"""Before a call with a language model: it is there, it is the right one, and how it does is said plainly."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.kept_calls import header
from tests.language_models import BAD, NAME, LocalModel, good, local_model
from voicecoach.apps import language_model
from voicecoach.apps.language_model import ModelChoice, ready, rewriter
from voicecoach.apps.retrying import Past
from voicecoach.cli.rehearsing import app
from voicecoach.devices.documents import read_persona
from voicecoach.devices.local_address import local_address
from voicecoach.devices.rewriters import InlineRewords, NobodyRewords, RewordThread
from voicecoach.errors import DeviceError, InputError
from voicecoach.kept import CallLog, LogEntry, Way
from voicecoach.rewording import RewordingBegan
from voicecoach.timeline import samples

LUGGAGE = read_persona("lost-luggage")


def tried(server: LocalModel, name: str | None = None) -> list[str]:
    """What is said while the model is made ready."""
    said: list[str] = []
    assert ready(ModelChoice(local_address(server.url), name), LUGGAGE, said.append).name == NAME
    return said


def test_it_is_said_which_model_words_the_lines() -> None:
    with local_model(good) as server:
        said = tried(server)
    assert said[0] == f"Getting the language model {NAME} at {server.url}/v1 ready ..."
    assert said[1].startswith(f"Lines are worded by {NAME}: a line took 0.")
    assert said[1].endswith(" s of 0.6 s, which is quick enough.")
    assert len(server.chats()) == 2, "one to load it, one to see how long it takes"


def test_a_slow_model_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.5])
    monkeypatch.setattr(language_model, "monotonic", lambda: next(clock))
    with local_model(good) as server:
        assert tried(server)[1].endswith(
            "a line took 1.5 s of 0.6 s, too slow: most lines are said as written."
        )


def test_a_caller_who_speaks_spanish_keeps_their_own_words() -> None:
    with local_model(good) as server, pytest.raises(InputError, match=r"speaks 'es'.*Leave out --llm"):
        ready(ModelChoice(local_address(server.url)), read_persona("needs-interpreter"), print)
    assert server.chats() == [], "the server is not even asked"


def test_the_model_is_chosen_where_there_are_several() -> None:
    with local_model(good) as server:
        server.names = ["large", NAME]
        with pytest.raises(InputError, match=rf"has 2 models\. Choose with --llm-model: large, {NAME}\.$"):
            tried(server)
        tried(server, NAME)
        assert {chat["model"] for chat in server.chats()} == {NAME}
        with pytest.raises(InputError, match=rf"has no model 'tiny'\. Choose one .*: large, {NAME}\.$"):
            tried(server, "tiny")
        server.names = []
        with pytest.raises(InputError, match=r"has 0 models\. Load a model into the server\.$"):
            tried(server)


@pytest.mark.parametrize("name", ["garbage bytes", "no JSON", "HTTP 500", "closes", "huge", "redirects"])
def test_a_server_that_is_of_no_use_is_an_error_before_it_rings(name: str) -> None:
    with (
        local_model(BAD[name]) as server,
        pytest.raises(
            DeviceError, match=r"^No language model at http://127\.0\.0\.1:\d+/v1: .* leave out --llm\.$"
        ),
    ):
        tried(server)


def test_a_server_that_is_not_there_is_an_error() -> None:
    with local_model(good) as server:
        pass
    with pytest.raises(DeviceError, match="connection refused"):
        tried(server)


def past(*entries: LogEntry) -> Past:
    return Past(CallLog(header(), entries), Path("unread.flac"), samples(10.0), 1)


def test_who_words_a_call() -> None:
    began = LogEntry(320, Way.PUSHED, RewordingBegan(NAME))
    later = LogEntry(samples(11.0), Way.PUSHED, RewordingBegan(NAME))
    with local_model(good) as server, ExitStack() as stack:
        model = ready(ModelChoice(local_address(server.url)), LUGGAGE, lambda _: None)
        assert isinstance(rewriter(model, None, stack, waits=True), InlineRewords)
        assert isinstance(rewriter(model, past(began), stack, waits=False), RewordThread)
        assert isinstance(rewriter(None, past(began), stack, waits=False), NobodyRewords)
        assert rewriter(None, past(later), stack, waits=False) is None, "nobody did up to that moment"
        assert rewriter(None, past(), stack, waits=False) is None
        assert rewriter(None, None, stack, waits=False) is None


@pytest.mark.parametrize("command", [["rehearse", "lost-luggage"], ["demo", "lost-luggage"]])
def test_nothing_leaves_the_machine(command: list[str]) -> None:
    done = CliRunner().invoke(app, [*command, "--llm", "http://192.0.2.7:8080"])
    assert isinstance(done.exception, InputError)
    assert str(done.exception) == (
        "http://192.0.2.7:8080: 192.0.2.7 is not this machine, and nothing of a call leaves it. "
        "Run the server on this machine and give its address, such as http://127.0.0.1:8080."
    )


@pytest.mark.parametrize("command", ["rehearse", "demo"])
def test_a_model_without_a_server_is_refused(command: str) -> None:
    done = CliRunner().invoke(app, [command, "lost-luggage", "--llm-model", NAME], env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert "--llm-model needs --llm URL" in " ".join(done.output.split())
