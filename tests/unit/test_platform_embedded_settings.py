"""The embedded server fits the machine, and only a throw-away one gives durability up."""

import pytest

from xingji.kernel.db.embedded_settings import render_settings, server_settings

GIGABYTE = 1 << 30


@pytest.mark.parametrize(
    ("memory", "buffers"),
    [(GIGABYTE // 16, "32MB"), (GIGABYTE, "256MB"), (2 * GIGABYTE, "512MB"), (64 * GIGABYTE, "1024MB")],
)
def test_a_quarter_of_the_memory_is_cache_within_bounds(memory: int, buffers: str):
    assert server_settings(memory, durable=True)["shared_buffers"] == buffers


def test_what_was_acknowledged_is_on_disk():
    settings = server_settings(GIGABYTE, durable=True)
    assert [settings[name] for name in ("fsync", "synchronous_commit", "full_page_writes")] == ["on", "on", "on"]


def test_no_transaction_may_idle_for_long_because_readers_of_the_log_wait_for_it():
    assert server_settings(GIGABYTE, durable=True)["idle_in_transaction_session_timeout"] == "60s"


def test_settings_are_written_as_a_configuration_file():
    assert render_settings({"jit": "off"}).splitlines()[1:] == ["jit = 'off'"]
