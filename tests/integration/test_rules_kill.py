"""Workers that are killed outright: what they were at is done by the next one, and done once."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest_asyncio

from rules_office import Office, at
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Database
from xingji.kernel.events import append_events
from xingji.kernel.rules import set_clock

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


async def start_worker(url: str, workspace: str) -> asyncio.subprocess.Process:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, url, workspace, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert worker.stdout is not None
    assert await worker.stdout.readline() == b"ready\n"
    return worker


async def test_workers_killed_amid_batches_lose_nothing_and_double_nothing(office: Office, db):
    since = {"since": "lead.assigned", "after": 10, "unit": "minutes"}
    await office.rule("late", since, [{"action": "task", "title": "催办", "assignee": "owner"}])
    await office.rule(
        "new",
        {"event": "lead.assigned"},
        [{"action": "task", "title": "首联", "assignee": "owner"}, {"action": "tag", "add": ["seen"]}],
    )
    leads = await office.leads(300, settle_rules=False)
    async with office.database.work(office.workspace) as uow:
        await append_events(uow, [NewEvent("lead.assigned", "lead", lead) for lead in leads])
    await set_clock(office.database, office.workspace, at("2026-03-02 09:10"))
    for pause in (0.05, 0.2):
        worker = await start_worker(db.app_url, office.workspace)
        await asyncio.sleep(pause)
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
    await office.settle()
    while await office.fire():
        pass
    tasks = await office.fetch(
        "select title, count(*) as n, count(distinct subject_lead) as leads from o_task group by title"
    )
    assert {(row["title"], row["n"], row["leads"]) for row in tasks} == {("催办", 300, 300), ("首联", 300, 300)}
    assert len(await office.inbox("rep")) == 600
    assert (await office.fetch("select count(*) as n from o_lead where tags = '{seen}'"))[0]["n"] == 300
    assert await office.fetch("select 1 from timer") == []
