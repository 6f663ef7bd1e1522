"""Unit tests reach nothing outside their process."""

import socket

import pytest


class SocketForbidden(AssertionError):
    """A unit test tried to connect somewhere."""


@pytest.fixture(autouse=True)
def no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection is an error; the event loop's own socket pair is none."""

    def refuse(*_: object, **__: object) -> None:
        raise SocketForbidden("a unit test must not connect to anything; use tests/integration")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
