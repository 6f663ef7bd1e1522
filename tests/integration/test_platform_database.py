"""The fixtures every other test stands on."""

from xingji.kernel.db import Database


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
