"""A full disk is no rule's fault: the batch is given up and done later, whole."""

import asyncpg
import pytest
import pytest_asyncio

from rules_office import Office
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Database
from xingji.kernel.events import append_events
from xingji.kernel.rules import ACTIONS, rerun, run_rules_once


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database, bare: str) -> Office:
    return await Office(database, bare).open()


async def test_a_batch_that_met_a_full_disk_is_done_again_and_no_rule_is_put_out_of_order(office: Office, monkeypatch):
    await office.rule("new", {"event": "lead.assigned"}, [{"action": "task", "title": "首联", "assignee": "owner"}])
    leads = await office.leads(5, settle_rules=False)
    async with office.database.work(office.workspace) as uow:
        await append_events(uow, [NewEvent("lead.assigned", "lead", lead) for lead in leads])
    action, full = ACTIONS["task"], [True]
    apply = type(action).apply

    async def fails(self, uow, step, hits):
        if full[0]:
            raise asyncpg.DiskFullError("could not extend file")
        return await apply(self, uow, step, hits)

    monkeypatch.setattr(type(action), "apply", fails)
    with pytest.raises(asyncpg.DiskFullError):
        while await run_rules_once(office.database, office.workspace):
            pass
    full[0] = False
    await office.settle()
    assert (await office.fetch("select count(*) as n from o_task where title = '首联'"))[0]["n"] == 5
    assert await office.fetch("select 1 from rule_run where outcome = 'failed'") == []
    broken = await office.fetch("select key from definition where key = 'new' and quarantine is not null")
    assert broken == []


async def test_taken_for_the_rules_own_fault_it_would_have_failed_and_left_the_leads(office: Office, monkeypatch):
    """The control of row 17."""
    await office.clear()
    await office.rule("new", {"event": "lead.assigned"}, [{"action": "task", "title": "首联", "assignee": "owner"}])
    leads = await office.leads(5, settle_rules=False)
    async with office.database.work(office.workspace) as uow:
        await append_events(uow, [NewEvent("lead.assigned", "lead", lead) for lead in leads])

    async def fails(self, uow, step, hits):
        raise asyncpg.DiskFullError("could not extend file")

    with monkeypatch.context() as patch:
        patch.setattr(rerun, "SERVER_TROUBLE", ())
        patch.setattr(type(ACTIONS["task"]), "apply", fails)
        await office.settle()
    await office.settle()
    assert len(await office.fetch("select 1 from rule_run where outcome = 'failed'")) == 5
    assert await office.fetch("select 1 from o_task where title = '首联'") == []
