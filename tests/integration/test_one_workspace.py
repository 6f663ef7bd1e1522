"""A statement stays within its workspace, so that each workspace's schema can move to another machine."""

import pytest

import one_workspace
from leads_world import Client
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.records import Query, query


async def test_statements_of_requests_and_reads_are_looked_at_and_stay_within_one_workspace(database, workspace, bare):
    before = one_workspace.looked_at
    client = await Client.open(database, workspace, "web_form")
    assert (await client.post({"name": "一处(演示)"})).status == 202
    async with database.work(workspace, SYSTEM) as uow:
        await query(uow, Query("lead"))
        marked = one_workspace.schemas_in(f"{uow.mark()}select 1")
    assert one_workspace.looked_at - before > 10
    assert marked == {f"ws_{workspace}"}


async def test_a_statement_that_joins_two_workspaces_is_caught(database, workspace, bare):
    """The control, by its text and by the workspace it runs in."""
    async with database.work(workspace) as uow:
        with pytest.raises(AssertionError, match="joins"):
            await uow.fetch(f"select * from ws_{workspace}.o_lead a join ws_{bare}.person b on true")
        with pytest.raises(AssertionError, match="joins"):
            await uow.fetch(f'select * from "ws_{bare}".person')
        with pytest.raises(AssertionError, match="joins"):
            await uow.connection.fetch(f"/* ws_{workspace} 3 */ select * from ws_{bare}.person")
