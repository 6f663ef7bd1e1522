"""What a worker does for leads besides rules: (name, run, seconds between looks, woken by the log)."""

from collections.abc import Awaitable, Callable

from xingji.features.leads.pools_idle import run_pools_once
from xingji.features.leads.recognition.propose import recognise_once
from xingji.kernel.db import Database

JOBS: list[tuple[str, Callable[[Database, str], Awaitable[int]], float, bool, float]] = [
    ("recognition", recognise_once, 0.5, False, 0.5),
    ("pools", run_pools_once, 30.0, False, 0.0),
]
