"""How much of the log a reader takes at a time.

A reader's transaction holds back every other reader of the log, which may not read what a running one could still
precede. So each takes as much as fits into a fraction of a second on this machine as it is now.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from xingji.kernel.db import Database

LEAST = 100
FIRST = "rules"
"""The reader people wait for: while it is behind, those nobody waits for let it have the machine."""
PATIENCE = 30.0
"""Seconds for which they do, at most."""

Reader = Callable[[Database, str], Awaitable[int]]


@dataclass(slots=True)
class Pace:
    """The size of the next batch, learned from how long the last ones took."""

    limit: int
    most: int
    short: float
    long: float
    full: bool = False
    took: float = 0.0
    last: float = 0.0

    def learn(self, count: int, seconds: float) -> None:
        """Takes in how long a batch of so many events lasted, and whether more than half a batch was waiting."""
        self.full = count > self.limit // 2
        self.took, self.last = seconds, time.monotonic()
        if seconds > self.long:
            self.limit = max(LEAST, min(self.limit, count) // 2)
        elif seconds < self.short and self.full:
            self.limit = min(self.most, self.limit * 2)


def pace_of(database: Database, workspace: str, consumer: str, *, most: int = 2_000, short: float = 0.1, long: float = 0.3) -> Pace:  # fmt: skip
    """The pace of a reader in this process."""
    pace: Pace = database.cache.setdefault(
        ("events.pace", consumer, workspace), Pace(min(500, most), most, short, long)
    )
    return pace


def patiently(run: Reader, consumer: str) -> Reader:
    """The reader as a job that nobody waits for: it says 0, so that it is let rest, unless its batch was full. While `FIRST` is
    behind, its last batch having been no short one, it does not begin.

    It takes `pace_of(…).limit` events; how long that lasted is learned here.
    """

    async def once(database: Database, workspace: str) -> int:
        pace = pace_of(database, workspace, consumer)
        begun = time.monotonic()
        first: Pace | None = database.cache.get(("events.pace", FIRST, workspace))  # nothing, until they read for the first time
        if first is not None and first.took > first.short and begun - pace.last < PATIENCE:
            return 0
        count = await run(database, workspace)
        pace.learn(count, time.monotonic() - begun)
        return count if pace.full else 0

    return once
