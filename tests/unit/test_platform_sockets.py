"""The fence around unit tests holds."""

import asyncio
import socket

import pytest


def test_a_unit_test_cannot_connect():
    with socket.socket() as probe, pytest.raises(AssertionError, match="must not connect"):
        probe.connect(("127.0.0.1", 9))


async def test_a_unit_test_cannot_connect_by_the_event_loop_either():
    with pytest.raises(AssertionError, match="must not connect"):
        await asyncio.open_connection("localhost", 9)
