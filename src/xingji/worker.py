"""The loops of a worker process: each job goes through all workspaces, again at once where it found work.

Owns when jobs run, what wakes them and what happens when one fails; never what a job does. Any number of workers may
run beside each other: jobs claim their work from the database.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from xingji.kernel.db import Database
from xingji.kernel.events.notifier import CHANNEL

BACK_OFF = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
NEW_WORKSPACES_EVERY = 5.0
LISTEN_AGAIN_AFTER = 1.0
STOP_PATIENCE = 10.0

log = logging.getLogger("xingji.worker")


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do in every workspace: `run` answers how much it did, 0 when no more waits than is worth a round.

    It is called again at once as long as it did any, when the log moved and it `wakes`, else `every` so many seconds:
    a reader nobody waits for reads much at a time instead of often.
    """

    name: str
    run: Callable[[Database, str], Awaitable[int]]
    every: float
    wakes: bool = False


@dataclass(slots=True)
class Rounds:
    """One job's way through the workspaces of a process."""

    job: Job
    database: Database
    workspaces: Callable[[], Sequence[str]]
    stop: asyncio.Event
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    failures: dict[str, int] = field(default_factory=dict)
    not_before: dict[str, float] = field(default_factory=dict)

    async def run(self) -> None:
        """Go round until told to stop."""
        while not self.stop.is_set():
            self.wake.clear()
            worked = False
            for workspace in self.workspaces():
                if self.stop.is_set():
                    return
                worked = await self.visit(workspace) or worked
            if not worked:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.wake.wait(), self.job.every)

    async def visit(self, workspace: str) -> bool:
        """Whether there was work. A failing workspace is left alone for a while; the others go on."""
        if self.not_before.get(workspace, 0.0) > time.monotonic():
            return False
        try:
            done = await self.job.run(self.database, workspace)
        except Exception:
            failed = self.failures[workspace] = self.failures.get(workspace, 0) + 1
            self.not_before[workspace] = time.monotonic() + BACK_OFF[min(failed, len(BACK_OFF)) - 1]
            log.exception("job failed", extra={"job": self.job.name, "workspace": workspace, "failures": failed})
            return False
        self.failures.pop(workspace, None)
        return bool(done)


@dataclass(slots=True)
class Workspaces:
    """The open workspaces, looked up every few seconds."""

    database: Database
    stop: asyncio.Event
    known: list[str] = field(default_factory=list)

    async def look(self) -> None:
        """Look once; an unreachable database leaves the list as it was."""
        try:
            self.known = await self.database.workspaces()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("the workspaces cannot be read: %s", error)

    async def run(self) -> None:
        """Look until told to stop."""
        while not self.stop.is_set():
            await self.look()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), NEW_WORKSPACES_EVERY if self.known else 0.5)


async def listen(database: Database, rounds: Sequence[Rounds], stop: asyncio.Event) -> None:
    """Wake the jobs that ask for it whenever a log moved. A lost connection is made good by their own pace."""
    waking = [one for one in rounds if one.job.wakes]

    def heard(*_: object) -> None:
        for one in waking:
            one.wake.set()

    while not stop.is_set():
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            async with database.pool.acquire() as connection:
                lost = asyncio.Event()
                connection.add_termination_listener(lambda *_, lost=lost: lost.set())
                await connection.add_listener(CHANNEL, heard)
                heard()
                waits = [asyncio.ensure_future(lost.wait()), asyncio.ensure_future(stop.wait())]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()
                if not connection.is_closed():
                    await connection.remove_listener(CHANNEL, heard)
        if not stop.is_set():
            await asyncio.sleep(LISTEN_AGAIN_AFTER)


async def run_jobs(
    database: Database,
    jobs: Sequence[Job],
    stop: asyncio.Event,
    beside: Sequence[Coroutine[Any, Any, Any]] = (),
) -> None:
    """Run all jobs, and other loops beside them, until `stop`; what is running then may finish."""
    workspaces = Workspaces(database, stop)
    await workspaces.look()
    rounds = [Rounds(job, database, lambda: workspaces.known, stop) for job in jobs]
    loops = [workspaces.run(), listen(database, rounds, stop), *(one.run() for one in rounds), *beside]
    tasks = [asyncio.create_task(loop) for loop in loops]
    stopping = asyncio.create_task(stop.wait())
    try:
        # A loop that ends by itself is a fault: the process ends, and its supervisor starts a new one.
        await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        asked = stop.is_set()
        stop.set()
        for one in rounds:
            one.wake.set()
        _, late = await asyncio.wait(tasks, timeout=STOP_PATIENCE)
        for task in [*late, stopping]:
            task.cancel()
        await asyncio.gather(*tasks, stopping, return_exceptions=True)
    if not asked:
        for task in tasks:
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error
        raise RuntimeError("a loop of the worker ended unasked")
