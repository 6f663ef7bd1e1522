"""Workers that are killed outright: what they were at is done by the next one, and done once."""

import asyncio
import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from figures import figure, long_or_short
from rules_office import Office, at
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Database
from xingji.kernel.events import append_events
from xingji.kernel.rules import set_clock

COUNT = long_or_short(100_000, 300)
PAUSES = long_or_short((0.5, 4.0, 10.0, 1.0, 6.0, 12.0, 3.0, 8.0), (0.05, 0.2))
BATCH = 5_000
DUE, BEFORE = at("2026-03-02 09:10"), timedelta(seconds=15)
ROOT = Path(__file__).resolve().parents[2]
WORKER = """
import asyncio, sys
from xingji.kernel.db import Database
from xingji.kernel.rules import run_rules_once, run_timers_once

async def main():
    database = await Database.connect(sys.argv[1])
    print("ready", flush=True)
    while True:
        done = await run_rules_once(database, sys.argv[2], limit=40) + await run_timers_once(database, sys.argv[2], limit=15)
        print(done, flush=True)
        await asyncio.sleep(0 if done else 0.01)

asyncio.run(main())
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database, bare: str) -> Office:
    return await Office(database, bare).open()


CARELESS = """
async def run_timers_once(database, workspace, limit):
    async with database.work(workspace) as uow:
        await uow.execute("delete from timer where ctid = any (array(select ctid from timer where due <= $1 limit $2))", uow.now, limit)
    print("taken", flush=True)
    await asyncio.sleep(60)
"""


LATENESS = """select count(*) filter (where created_at < $1) as early, percentile_disc(0.5) within group (order by late) as p50,
  percentile_disc(0.99) within group (order by late) as p99, max(late) as most
  from (select created_at, date_part('epoch', created_at - $1) as late from o_task where title = '催办') t"""


async def start_worker(url: str, workspace: str, source: str = WORKER) -> asyncio.subprocess.Process:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", source, url, workspace, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert worker.stdout is not None
    assert await worker.stdout.readline() == b"ready\n"
    return worker


async def prepare(office: Office, count: int) -> None:
    """Leads whose assignment has just been noted, with timers that are due."""
    await office.clear()
    since = {"since": "lead.assigned", "after": 10, "unit": "minutes"}
    await office.rule("late", since, [{"action": "task", "title": "催办", "assignee": "owner"}])
    await office.rule(
        "new",
        {"event": "lead.assigned"},
        [{"action": "task", "title": "首联", "assignee": "owner"}, {"action": "tag", "add": ["seen"]}],
    )
    for begun in range(0, count, BATCH):
        leads = await office.leads(min(BATCH, count - begun), settle_rules=False)
        async with office.database.work(office.workspace) as uow:
            await append_events(uow, [NewEvent("lead.assigned", "lead", lead) for lead in leads])
    # Before they are due, and running: a worker that fires what it has just armed is seen.
    await set_clock(office.database, office.workspace, DUE - BEFORE, running=True)


async def finish(office: Office) -> dict[str, tuple[int, int]]:
    """Everything done that is left; by title, how many tasks there are and of how many leads."""
    await office.settle()
    while await office.fetch("select 1 from timer limit 1"):
        await office.fire() or await asyncio.sleep(0.1)
    tasks = await office.fetch(
        "select title, count(*) as n, count(distinct subject_lead) as leads from o_task group by title"
    )
    return {row["title"]: (row["n"], row["leads"]) for row in tasks}


async def test_workers_killed_amid_batches_lose_nothing_and_double_nothing(office: Office, db):
    await prepare(office, COUNT)
    for pause in PAUSES:
        worker = await start_worker(db.app_url, office.workspace)
        await asyncio.sleep(pause)
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
    begun = time.monotonic()
    done = await finish(office)
    took = time.monotonic() - begun
    early, *late = (await office.fetch(LATENESS, DUE))[0].values()
    figure(
        2,
        f"{len(PAUSES)} workers killed amid {COUNT:,} timers due at one instant: {done}, early {early}; lateness p50"
        f" {late[0]:.1f} s, p99 {late[1]:.1f} s, max {late[2]:.1f} s; the rest done in {took:.1f} s after the last kill",
    )
    assert early == 0
    assert done == {"催办": (COUNT, COUNT), "首联": (COUNT, COUNT)}
    assert len(await office.inbox("rep")) == 2 * COUNT
    assert (await office.fetch("select count(*) as n from o_lead where tags = '{seen}'"))[0]["n"] == COUNT
    assert await office.fetch("select 1 from timer") == []


async def test_a_worker_that_takes_timers_before_it_acts_is_seen_to_lose_them(office: Office, db):
    """The control of row 2."""
    await prepare(office, 60)
    await office.settle()
    await set_clock(office.database, office.workspace, DUE, running=True)
    worker = await start_worker(
        db.app_url, office.workspace, WORKER.replace("async def main", f"{CARELESS}\nasync def main")
    )
    assert worker.stdout is not None
    while await worker.stdout.readline() != b"taken\n":
        pass
    worker.send_signal(signal.SIGKILL)
    await worker.wait()
    assert (await finish(office))["催办"] == (45, 45)
