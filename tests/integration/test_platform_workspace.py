"""The workspace other tests start from holds the base pack, in force, and no records."""

from xingji.kernel.db import Database
from xingji.kernel.definitions import load_published

BASE_OBJECTS = {"customer", "contact", "lead", "deal", "task", "product"}


async def test_the_base_pack_is_in_force_and_nothing_of_it_is_in_quarantine(database: Database, workspace: str):
    async with database.work(workspace) as uow:
        published = await load_published(uow)
        assert set(published.of_kind("object")) >= BASE_OBJECTS
        assert dict(published.quarantined) == {}
