"""Reads stay on their indexes when a table is large and a reader's share of it small."""

import pytest
import pytest_asyncio

from records_lab import BARE, Rights, obj, person, publish_objects
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM, Actor
from xingji.kernel.db import Database
from xingji.kernel.records import Query, load_schema, query
from xingji.kernel.records.compiler import Reading

PARCEL = obj("parcel", {"key": "name", "kind": "text", "search": True}, {"key": "weight", "kind": "number"})
ROWS = 60_000
FENCE = "(brand == null || brand in me.brands)"
TEAM = "owner in me.people || (owner == null && unit in me.units)"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def store(database: Database) -> Database:
    await publish_objects(database, PARCEL)
    async with database.owner() as connection:
        await connection.execute("set search_path = ws_bare")
        await connection.execute(
            "insert into o_parcel (id, created_at, updated_at, owner, name, weight, search)"
            " select gen_random_uuid(), now() - g * interval '1 minute', now(),"
            " case when g % 9 = 0 then null else md5((g % 500)::text)::uuid end, '件' || g, g,"
            " array['name:件' || substr(g::text, 1, 1)] || case when g % 3000 = 0 then array['name:罕见'] else '{}' end"
            f" from generate_series(1, {ROWS}) g"
        )
        await connection.execute("analyze o_parcel")
    return database


async def plan_of(database: Database, actor: Actor, wanted: Query) -> str:
    async with database.work(BARE, actor) as uow:
        schema = await load_schema(uow)
        reading = Reading(schema, schema.object("parcel"), uow.actor, uow.now)
        reading.narrow(wanted.filter)
        keys = reading.sort_keys(list(wanted.sort) or ["-created_at"])
        rows = await uow.fetch("explain " + reading.page(keys, 51)[1:-1], *reading.sink.values)
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("scope", ["owner == me.id", TEAM, f"{FENCE} && (owner == me.id)", f"{FENCE} && ({TEAM})"])
async def test_own_and_team_scopes_walk_an_index(store: Database, scope: str) -> None:
    one = uuid7()
    actor = person(Rights({"parcel": scope}), id=one, people=(one,), units=(uuid7(),), brands=("lilan",))
    plan = await plan_of(store, actor, Query("parcel"))
    assert "Seq Scan on o_parcel" not in plan
    assert "o_parcel_newest_x" not in plan  # walking the newest of others for want of one's own


async def test_the_newest_come_from_the_index_and_so_does_every_further_page(store: Database) -> None:
    assert "Index Scan using o_parcel_newest_x" in await plan_of(store, SYSTEM, Query("parcel"))
    assert "Sort" not in await plan_of(store, SYSTEM, Query("parcel"))


async def test_a_rare_word_and_a_common_one_are_both_found_newest_first(store: Database) -> None:
    async with store.work(BARE) as uow:
        rare = await query(uow, Query("parcel", search="罕见", limit=100))
        common = await query(uow, Query("parcel", search="件1", limit=10))
    assert [row["weight"] for row in rare.rows] == [n * 3000 for n in range(1, 21)]
    assert [row["weight"] for row in common.rows] == [1, 10, 11, 12, 13, 14, 15, 16, 17, 18]


async def test_reads_are_planned_for_their_values(store: Database) -> None:
    async with store.work(BARE) as uow:
        await query(uow, Query("parcel", limit=1))
        assert await uow.fetchval("show plan_cache_mode") == "force_custom_plan"
    async with store.work(BARE) as uow:
        assert await uow.fetchval("show plan_cache_mode") == "auto"
