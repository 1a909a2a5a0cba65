"""What holds for every test (nobody's own state is read or written), and what several files share."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def _state_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What ``voicecoach doctor`` found for this user's models must not change a test."""
    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))
    yield
    if before is None:
        del os.environ["XDG_STATE_HOME"]
    else:
        os.environ["XDG_STATE_HOME"] = before


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_is_heard() -> None:
    """A run started in the background inherits that Ctrl-C is ignored, and so would what the tests start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the calls of this file's tests are kept."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("data")
        patch.setenv("XDG_DATA_HOME", str(root))
        yield root


@pytest.fixture
def keyboard() -> Iterator[tuple[int, int]]:
    """A pipe: what is written to its second end is typed."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)
