"""The workspace other tests start from holds the base pack, in force, and no records."""

from xingji import app
from xingji.kernel.db import Database
from xingji.kernel.definitions import load_published

BASE_OBJECTS = {"customer", "contact", "lead", "deal", "task", "product"}


async def test_the_base_pack_is_in_force_and_nothing_of_it_is_in_quarantine(database: Database, workspace: str):
    async with database.work(workspace) as uow:
        published = await load_published(uow)
        assert set(published.of_kind("object")) >= BASE_OBJECTS
        assert dict(published.quarantined) == {}


async def test_every_job_of_a_worker_runs_on_a_new_workspace(database: Database, workspace: str):
    names = [job.name for job in app.jobs()]
    assert len(names) == len(set(names)) > 5
    for job in app.jobs():
        for _ in range(20):
            if not await job.run(database, workspace):
                break
        else:
            raise AssertionError(f"{job.name} finds ever more work in a workspace in which nothing happens")
