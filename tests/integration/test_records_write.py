"""The one write path against real PostgreSQL."""

import pytest_asyncio

from records_lab import BARE, obj, publish_objects, run
from xingji.kernel.db import Database
from xingji.kernel.records import Change

THING = obj(
    "thing",
    {"key": "name", "kind": "text", "required": True},
    {"key": "amount", "kind": "money"},
    {"key": "tags", "kind": "tags"},
    {"key": "day", "kind": "date"},
    {"key": "at", "kind": "datetime"},
    {"key": "share", "kind": "percent"},
    {"key": "mobile", "kind": "phone"},
    {"key": "area", "kind": "region"},
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def things(database: Database) -> Database:
    await publish_objects(database, THING)
    return database


async def test_a_new_record_stands_in_its_own_table_with_typed_columns(things: Database) -> None:
    values = {
        "name": "演示", "amount": 12345, "tags": ["vip", "老客户"], "day": "2026-02-13", "at": "2026-02-13T09:30:00+08:00",
        "share": 0.12, "mobile": "138 0000 5678", "area": ["江苏", "苏州"],
    }  # fmt: skip
    result = await run(things, [Change("create", "thing", values=values)])
    async with things.work(BARE) as uow:
        row = await uow.fetchrow("select * from o_thing where id = $1", result.ids[0])
    assert (row["amount"], row["tags"], row["mobile"], row["area"]) == (
        12345,
        ["vip", "老客户"],
        "13800005678",
        ["320000", "苏州"],
    )
    assert row["version"] == 1
    assert "name:演示" in row["search"]
    assert "mobile:~5678" in row["search"]
