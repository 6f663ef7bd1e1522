"""The worker's loops: woken by the log, one failing workspace or job stops nobody else, an end waits for what runs."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from xingji.kernel.db import Database
from xingji.kernel.db.migrate import create_workspace_schema
from xingji.kernel.events.notifier import CHANNEL
from xingji.worker import Job, run_jobs

PATIENCE = 90.0


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


async def running(database: Database, *jobs: Job) -> tuple[asyncio.Event, asyncio.Task[None]]:
    stop = asyncio.Event()
    return stop, asyncio.create_task(run_jobs(database, jobs, stop))


def job(name: str, run: Callable[[Database, str], Awaitable[int]], every: float = 0.01, *, wakes: bool = False) -> Job:
    return Job(name, run, every, wakes)


async def test_a_job_with_work_is_called_again_at_once_and_a_moved_log_wakes_it(database: Database):
    left, calls = [3], []

    async def work(_: Database, workspace: str) -> int:
        calls.append(workspace)
        if left[0]:
            left[0] -= 1
            return 1
        return 0

    stop, task = await running(database, job("slow pace", work, every=600, wakes=True))
    await until(lambda: left[0] == 0)
    await asyncio.sleep(0.3)
    seen = len(calls)
    await database.pool.execute("select pg_notify($1, 'bare')", CHANNEL)
    await until(lambda: len(calls) > seen)
    stop.set()
    await asyncio.wait_for(task, PATIENCE)


async def test_a_failing_workspace_and_a_failing_job_do_not_stop_the_others(fresh: Database):
    await create_workspace_schema(str(fresh.owner_url), "other", "另一家（演示）")
    seen: list[tuple[str, str]] = []

    async def picky(_: Database, workspace: str) -> int:
        seen.append(("picky", workspace))
        if workspace == "bare":
            raise ValueError("broken here")
        return 0

    async def steady(_: Database, workspace: str) -> int:
        seen.append(("steady", workspace))
        return 0

    stop, task = await running(fresh, job("picky", picky), job("steady", steady))
    await until(lambda: seen.count(("picky", "other")) >= 3 and seen.count(("steady", "bare")) >= 3)
    assert 1 <= seen.count(("picky", "bare")) < seen.count(("picky", "other"))
    stop.set()
    await asyncio.wait_for(task, PATIENCE)


async def test_a_failing_workspace_is_visited_again_and_recovers(database: Database):
    calls = []

    async def work(_: Database, __: str) -> int:
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("once")
        return 0

    stop, task = await running(database, job("recovers", work))
    await until(lambda: len(calls) >= 3)
    stop.set()
    await asyncio.wait_for(task, PATIENCE)


async def test_an_end_waits_for_what_is_running(database: Database):
    begun, finished = asyncio.Event(), asyncio.Event()

    async def work(_: Database, __: str) -> int:
        begun.set()
        await asyncio.sleep(0.3)
        finished.set()
        return 0

    stop, task = await running(database, job("slow", work))
    await asyncio.wait_for(begun.wait(), PATIENCE)
    stop.set()
    await asyncio.wait_for(task, PATIENCE)
    assert finished.is_set()


async def test_a_loop_that_ends_by_itself_ends_the_process_with_its_error(database: Database):
    async def broken() -> None:
        raise ValueError("a loop must not end")

    async def idle(_: Database, __: str) -> int:
        return 0

    with pytest.raises(ValueError, match="must not end"):
        await asyncio.wait_for(run_jobs(database, [job("idle", idle)], asyncio.Event(), [broken()]), PATIENCE)


async def test_a_lost_listening_connection_is_opened_again(database: Database):
    calls = []

    async def work(_: Database, __: str) -> int:
        calls.append(1)
        return 0

    stop, task = await running(database, job("listening", work, every=600, wakes=True))
    await until(lambda: bool(calls))
    await asyncio.sleep(0.2)
    async with database.owner() as owner:
        await owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen%'"
        )
    seen = len(calls)
    await until(lambda: len(calls) > seen)  # it looks at once when it listens again
    stop.set()
    await asyncio.wait_for(task, PATIENCE)
