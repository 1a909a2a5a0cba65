"""Addresses that do not leave this machine; any other is refused.

Laws
----
* What is connected to is the number that was checked, never a name that could be looked up again otherwise.
* Only 127.0.0.0/8, ::1, and ``localhost`` where it stands for nothing else.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from voicecoach.errors import InputError

_EXAMPLE = "http://127.0.0.1:8080"
_REMEDY = f"Run the server on this machine and give its address, such as {_EXAMPLE}"


@dataclass(frozen=True, slots=True)
class LocalAddress:
    """Where a server on this machine listens."""

    host: str
    """A number, not a name."""
    port: int
    path: str
    """Of the OpenAI-compatible interface; ends in ``/v1``."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}{self.path}"


def local_address(url: str) -> LocalAddress:
    """The address in `url`, with or without ``/v1``.

    Raises
    ------
    InputError : it is no address, or one that leaves this machine.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(url, f"is no address: {error}", _REMEDY) from error
    if (problem := _problem(parts)) is not None:
        raise InputError(url, problem, _REMEDY)
    path = parts.path.rstrip("/")
    path = path if path.endswith("/v1") else f"{path}/v1"
    return LocalAddress(_checked_host(url, parts.hostname or ""), 80 if port is None else port, path)


def _problem(parts: SplitResult) -> str | None:
    if parts.scheme != "http" or not parts.hostname:
        return "is no address that begins with http://"
    if parts.username is not None or parts.password is not None:
        return "holds a user name or password, which would be shown and kept; a key goes into the environment"
    if parts.query or parts.fragment:
        return "holds a ? or a #, which the address of a server does not"
    if not parts.path.isascii() or not parts.path.isprintable() or " " in parts.path:
        return "holds signs in its path that an address cannot have"
    return None


def _checked_host(url: str, host: str) -> str:
    """The number of `host`."""
    numbers = _looked_up(url) if host == "localhost" else [host]
    for number in numbers:
        if not _is_loopback(number):
            problem = f"{host} is not this machine, and nothing of a call leaves it"
            raise InputError(url, problem, _REMEDY)
    return numbers[0]


def _looked_up(url: str) -> list[str]:
    """What ``localhost`` stands for, IPv4 first: most local servers listen there alone."""
    try:
        found = socket.getaddrinfo("localhost", None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise InputError(url, f"localhost stands for nothing here: {error}", _REMEDY) from error
    return sorted({str(where[4][0]) for where in found}, key=lambda number: (":" in number, number))


def _is_loopback(host: str) -> bool:
    try:
        number = ip_address(host)
    except ValueError:
        return False
    mapped = isinstance(number, IPv6Address) and number.ipv4_mapped is not None
    return number.is_loopback and not mapped
