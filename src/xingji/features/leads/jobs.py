"""What a worker does for leads besides rules: (name, run, seconds between looks, woken by the log)."""

from collections.abc import Awaitable, Callable

from xingji.features.leads.pools_idle import run_pools_once
from xingji.features.leads.recognition.propose import CONSUMER, recognise_once
from xingji.kernel.db import Database
from xingji.kernel.events import patiently

JOBS: list[tuple[str, Callable[[Database, str], Awaitable[int]], float, bool]] = [
    ("recognition", patiently(recognise_once, CONSUMER), 0.5, False),
    ("pools", run_pools_once, 30.0, False),
]
