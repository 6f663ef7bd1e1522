"""The fixtures every other test stands on."""

import pytest

from xingji.kernel.db import Database
from xingji.kernel.db.wire import connect_to_any


async def test_units_of_work_run_as_a_role_that_is_no_superuser_and_may_run_no_ddl(database: Database, bare: str):
    async with database.work(bare) as uow:
        assert await uow.fetchval("select current_user") == "xingji_app"
        assert not await uow.fetchval("select rolsuper from pg_roles where rolname = current_user")
        assert not await uow.fetchval("select has_schema_privilege(current_schema(), 'create')")


async def test_a_fresh_database_does_not_see_what_its_module_wrote(database: Database, fresh: Database, bare: str):
    async with database.work(bare) as uow:
        await uow.execute("insert into brand (key, name) values ('one', '一')")
    async with fresh.work(bare) as uow:
        assert await uow.fetchval("select count(*) from brand") == 0


async def test_a_database_that_is_not_there_is_a_lost_connection_and_no_missing_file(tmp_path):
    """Told from a fault of ours by its kind: the sender is asked to come again."""
    nobody = f"postgresql://x@/x?host={tmp_path}"
    with pytest.raises(ConnectionError, match="FileNotFoundError"):
        await connect_to_any(nobody)
    with pytest.raises(ConnectionError, match=r"Refused.*Refused"):
        await connect_to_any("postgresql://x:y@127.0.0.1:1,127.0.0.1:2/x")
