"""Moving the workspace's clock: through every timer in between, each at its own due instant. Owns the clock row.

Real time is never moved by hand: a workspace is put on a moved clock first (`set_clock`), which every screen shows.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from xingji.kernel.core.errors import conflict, invalid
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db.database import STALE, Database, UnitOfWork
from xingji.kernel.events.notifier import log_moved
from xingji.kernel.events.reader import waiting
from xingji.kernel.rules.compile import load_rules
from xingji.kernel.rules.fire import CLAIM, drop, fire, fire_cron, matching_of, sort_out
from xingji.kernel.rules.matcher import CONSUMER, run_rules_once

WINDOW = 100
PAUSE_SECONDS = 0.005
PATIENCE_SECONDS = 60.0
LOCK = "hashtextextended('xingji.clock.' || $1, 0)"


@dataclass(frozen=True, slots=True)
class Advanced:
    """What an advance did: the clock afterwards, timers taken up, events the rules read."""

    now: datetime
    timers: int
    events: int


async def set_clock(database: Database, workspace: str, to: datetime, *, running: bool = False) -> None:
    """Puts the clock at an instant at once; nothing fires in between. `running`: it goes on from there at normal speed."""
    async with database.work(workspace) as uow:
        await _write(uow, to, running=running)


async def release_clock(database: Database, workspace: str) -> None:
    """Puts a workspace back on real time."""
    async with database.work(workspace) as uow:
        await uow.execute("update workspace_state set clock_fixed = null, clock_offset = '0'")
        log_moved(uow)


async def _write(uow: UnitOfWork, to: datetime, *, running: bool) -> None:
    if running:
        await uow.execute("update workspace_state set clock_fixed = null, clock_offset = $1 - clock_timestamp()", to)
    else:
        await uow.execute("update workspace_state set clock_fixed = $1", to)
    log_moved(uow)


async def advance_clock(database: Database, workspace: str, to: datetime) -> Advanced:
    """Lives through every timer due up to `to`, in order of their due instants, each with now = its own.

    What a timer sets off is settled before the next one fires. Ends with the clock at `to`, running on when it ran.
    Raises: `clock.real`, `clock.backwards`, `clock.busy` when somebody else is advancing it.
    """
    if to.tzinfo is None:
        raise invalid("clock.no_zone")
    async with _alone(database, workspace):
        now, running = await _begin(database, workspace, to)
        events, timers = await settle(database, workspace, at=now), 0
        while True:
            step = await _step(database, workspace, now, to)
            if step is None:
                break
            now, taken, acted = step
            timers += taken
            if acted:
                events += await settle(database, workspace, at=now)
        async with database.work(workspace) as uow:
            await _write(uow, to, running=running)
        return Advanced(to, timers, events)


@asynccontextmanager
async def _alone(database: Database, workspace: str) -> AsyncIterator[None]:
    async with database.pool.acquire() as connection:
        if not await connection.fetchval(f"select pg_try_advisory_lock({LOCK})", workspace):
            raise conflict("clock.busy")
        try:
            yield
        finally:
            await connection.execute(f"select pg_advisory_unlock({LOCK})", workspace)


async def _begin(database: Database, workspace: str, to: datetime) -> tuple[datetime, bool]:
    """The instant from which it is advanced, and whether the clock was running. It stands still meanwhile."""
    async with database.work(workspace) as uow:
        if not uow.workspace.clock_moved:
            raise conflict("clock.real")
        if to < uow.now:
            raise invalid("clock.backwards", now=uow.now.isoformat(), to=to.isoformat())
        running = await uow.fetchval("select clock_fixed is null from workspace_state")
        await uow.execute("update workspace_state set clock_fixed = $1", uow.now)
        return uow.now, running


async def _step(database: Database, workspace: str, now: datetime, to: datetime) -> tuple[datetime, int, bool] | None:
    """Deals with the next timers: (now after it, how many, whether a rule acted). None: nothing is left before `to`."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while True:
        try:
            async with database.work(workspace, SYSTEM, at=now) as uow:
                found = await _next(uow, to)
        except STALE:
            found = (now, 0, False)
        if found is None or found[1]:
            return found
        # Somebody else holds what comes next (a worker, a command on that record).
        if asyncio.get_running_loop().time() > deadline:
            raise conflict("clock.busy")
        await asyncio.sleep(PAUSE_SECONDS)


async def _next(uow: UnitOfWork, to: datetime) -> tuple[datetime, int, bool] | None:
    rows = await uow.fetch(CLAIM, to, WINDOW)
    first = await uow.fetchval("select min(due) from timer where due <= $1", to)
    if first is None:
        return None
    if not rows or rows[0]["due"] > first:
        return uow.now, 0, False
    late = [row for row in rows if row["until"] > row["due"]]
    rules = await load_rules(uow)
    if late:
        await sort_out(uow, rules, late)  # puts them off; they come again in their right place
        return uow.now, len(late), False
    sorted_out = await sort_out(uow, rules, rows)
    if sorted_out.busy:
        return uow.now, len(rows) - sorted_out.busy, False
    matching = await matching_of(uow, rules, sorted_out.ripe, [max(t.due, uow.now) for t in sorted_out.ripe])
    crons = {row["id"]: row for row in sorted_out.crons}
    acting = [t.due for t in matching] + [row["due"] for row in crons.values()]
    if not acting:
        await drop(uow, [timer.id for timer in sorted_out.ripe])
        return uow.now, len(rows), False
    # Whoever acts changes what later timers find: only those up to the first that acts are settled now.
    instant = min(acting)
    uow.now = max(uow.now, instant)
    await uow.execute("update workspace_state set clock_fixed = $1", uow.now)
    taken = [timer.id for timer in sorted_out.ripe if timer.due <= instant]
    for row in sorted_out.crons:
        if row["due"] == instant:
            await fire_cron(uow, rules, row)
    await fire(uow, rules, [timer for timer in matching if timer.due == instant])
    await drop(uow, taken)
    return uow.now, len(taken) + 1, True


async def settle(
    database: Database, workspace: str, *, at: datetime | None = None, patience: float = PATIENCE_SECONDS
) -> int:
    """Has the rules read everything committed so far, with what that sets off; the number of events.

    Waits while an older transaction holds events back. Raises: `clock.unsettled` when that does not end.
    """
    read, deadline = 0, asyncio.get_running_loop().time() + patience
    while True:
        count = await run_rules_once(database, workspace, at=at)
        read += count
        if count:
            continue
        async with database.work(workspace, read_only=True) as uow:
            if not await waiting(uow, CONSUMER):
                return read
        if asyncio.get_running_loop().time() > deadline:
            raise conflict("clock.unsettled")
        await asyncio.sleep(PAUSE_SECONDS)
