"""Connections that notice when the other end is gone, and addresses of several hosts. Knows nothing of what is asked."""

import socket
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

CONNECT_WITHIN = 4.0  # seconds for each host of an address
# A machine cut from the network tells nobody: what is sent to it vanishes. The kernel gives such a connection up after
# ten seconds instead of a quarter of an hour.
WATCHED = (
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 4),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 2),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 3),
    (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", 10_000),
)


def hosts_of(url: str) -> list[str]:
    """The address of each host an address names."""
    parts = urlsplit(url)
    people, at, places = parts.netloc.rpartition("@")
    if "," not in places:
        return [url]
    return [urlunsplit(parts._replace(netloc=f"{people}{at}{place}")) for place in places.split(",")]


async def connect_to_any(url: str, **options: Any) -> asyncpg.Connection:
    """A watched connection to the first host of the address that is there and does what the address asks for.

    Each host has its own time to answer: a dead one must not use up that of the next. Raises: ConnectionError when none
    is there, whatever the system calls it: a missing socket is no missing file.
    """
    hosts, told = hosts_of(url), []
    if len(hosts) > 1:
        options = {"timeout": CONNECT_WITHIN} | options
    for one in hosts:
        try:
            return watched(await asyncpg.connect(one, **options))
        except (OSError, asyncpg.TargetServerAttributeNotMatched, asyncpg.CannotConnectNowError) as error:
            told.append(f"{type(error).__name__}: {error}")
    raise ConnectionError("; ".join(told))


def watched(connection: asyncpg.Connection) -> asyncpg.Connection:
    """Has the kernel notice when the other end is gone; a socket on this machine needs no watching."""
    wire = connection._transport.get_extra_info("socket")  # the driver shows it nowhere else
    if wire is not None and wire.family != socket.AF_UNIX:
        for level, name, value in WATCHED:
            if (option := getattr(socket, name, None)) is not None:
                wire.setsockopt(level, option, value)
    return connection
