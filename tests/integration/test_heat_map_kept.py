"""The heat map from kept days is to the digit what the records say: whoever reads it, whatever happens, kept or half renewed."""

import random
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio

from integration.http_world import World, make_world
from integration.test_heat_map import (
    NOW,
    SINCE,
    UNTIL,
    ZONE,
    add_leads,
    agree,
    done_and_undone,
    lead_of,
    move_clock,
    spied,
)
from leads_world import publish
from xingji.kernel import access, records
from xingji.kernel.core.protocols import SYSTEM, Actor
from xingji.kernel.db import Mode
from xingji.kernel.definitions import load_published, save_draft
from xingji.kernel.definitions import publish as publish_drafts
from xingji.kernel.metrics.heat import build_heat_map, heat_queries
from xingji.kernel.records import keep_days

DAY = timedelta(days=1)
SCOPES = {
    "team": 'owner in me.people || (owner == null && unit in me.units)',
    "pooled": 'owner == me.id || (owner == null && pool == "new")',
    "rich": "owner == me.id || budget > 500",  # a column that is not kept
    "kin": 'owner.name == "boss（演示）"',  # of another table, by a column that is kept
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database, workspace) -> World:
    """Four hundred leads, their days kept, and a role for each kind of scope."""
    made = await make_world(database, workspace)
    await move_clock(made, NOW)
    async with database.work(workspace) as uow:
        units = [{"key": "floor", "name": "层（演示）"}, {"key": "corner", "name": "角（演示）", "parent": "floor"}]
        persons = [{"key": key, "name": f"{key}（演示）", "unit": "floor", "roles": [key]} for key in SCOPES]
        for key, rows in SCOPES.items():
            await save_draft(uow, "role", key, {"name": {"zh": key, "en": key}, "rows": {"default": "own", "lead": rows}, "rights": ["metrics.read"]})
    await publish_drafts(database, workspace, SYSTEM, [("role", key) for key in SCOPES])
    async with database.work(workspace) as uow:
        made.people |= await access.save_people(uow, {"units": units, "persons": persons})
    await add_leads(made, random.Random(7), 400)
    await colour(made, random.Random(8), 200)
    assert await keep(made) > 90
    return made


async def keep(world: World, days: float = float("inf")) -> int:
    """Lets the worker keep what is due, or some of it; how many days."""
    count = 0
    while count < days:
        done = await records.keep_days_once(world.database, world.workspace, heat_queries, least=0, seconds=60 if days == float("inf") else 0)
        count += done
        if not done:
            break
    return count


async def colour(world: World, chosen: random.Random, count: int) -> None:
    """Gives leads brands, units, pools and budgets, which scopes ask for."""
    async with world.database.work(world.workspace) as uow:
        units = [row["id"] for row in await uow.fetch("select id from unit")]
        rows = await uow.fetch("select id from o_lead order by id")
        for row in chosen.sample(rows, count):
            await uow.execute(
                "update o_lead set brand = $2, unit = $3, pool = $4, budget = $5 where id = $1", row["id"], chosen.choice((None, "north", "south")),
                chosen.choice((*units, None)), chosen.choice((None, "new", "old")), chosen.choice((None, 10_000, 90_000)),
            )  # fmt: skip


async def actors(world: World) -> dict[str, Actor]:
    """A reader of each kind, those behind a brand fence included."""
    async with world.database.work(world.workspace) as uow:
        found = {name: await access.actor_for_person(uow, world.people[name]) for name in ("boss", "helper", *SCOPES)}
    for name, brands in (("boss", ("north",)), ("team", ("south", "north")), ("helper", ())):
        actor = found[name]
        found[f"{name} of {brands}"] = replace(actor, brands=brands, policy=replace(actor.policy, brands=brands))
    return found


class Undone(Exception):
    """Takes back what a unit of work did."""


@asynccontextmanager
async def without_kept(world: World, actor: Actor) -> Any:
    """A unit of work in which no day is kept."""
    try:
        async with world.database.work(world.workspace, actor) as uow:
            await uow.execute("insert into kept_stale (object, day) values ('*', '-infinity')")
            yield uow
            raise Undone
    except Undone:
        pass


async def same(world: World) -> None:
    """Holds what each reader gets to what the records alone say, over the quarter and over odd stretches of it."""
    windows = ((SINCE, UNTIL), (SINCE + 20.3 * DAY, UNTIL - 31.7 * DAY), (None, None))
    for name, actor in (await actors(world)).items():
        for window in windows:
            async with world.database.work(world.workspace, actor, read_only=True) as uow:
                told = await build_heat_map(uow, *window)
            async with without_kept(world, actor) as uow:
                assert told == await build_heat_map(uow, *window), (name, window)


# ── what is kept says the same ───────────────────────────────────────────────────────────────────────────────────────


async def test_every_reader_gets_from_kept_days_what_the_records_say(world):
    await same(world)
    await agree(world)


async def test_what_is_kept_is_what_is_read(world):
    """Were the days not read, all these tests would hold without them."""
    everybody = await actors(world)

    async def told(name: str) -> int:
        async with world.database.work(world.workspace, everybody[name], read_only=True) as uow:
            return (await build_heat_map(uow, SINCE, UNTIL))["total"]

    before = {name: await told(name) for name in everybody}
    async with world.database.work(world.workspace) as uow:
        await uow.execute("create temporary table away as select * from kept_day")
        await uow.execute("update kept_day set cells = '{}', numbers = '{}', scope_of = '', measured = array[''::bytea], open = '{}'")
    try:
        after = {name: await told(name) for name in everybody}
    finally:
        async with world.database.work(world.workspace) as uow:
            await uow.execute("delete from kept_day")
        await keep(world)
    assert {name: n for name, n in after.items() if n == before[name]} == {"rich": before["rich"]}  # whose scope asks what is not kept
    assert all(n < before[name] / 10 + 5 for name, n in after.items() if name != "rich")
    assert {name: await told(name) for name in everybody} == before


async def test_it_stays_so_through_changes_moves_undo_merges_late_leads_and_half_done_renewal(world):
    chosen = random.Random(11)
    for turn in range(10):
        async with world.database.work(world.workspace) as uow:
            ids = [row["id"] for row in await uow.fetch("select id from o_lead where deleted_at is null order by id")]
        deed = ("change", "delete and undo", "merge and undo", "late leads", "colour")[turn % 5]
        some = chosen.sample(ids, 6)
        if deed == "change":
            async with world.database.work(world.workspace, SYSTEM, mode=Mode.HISTORY) as uow:
                fresh = [{k: v for k, v in lead_of(chosen, world).items() if k not in ("name", "created_at")} for _ in some]
                await records.write(uow, [records.Change("update", "lead", id, new) for id, new in zip(some, fresh, strict=True)], owned=True)
        elif deed == "late leads":
            await add_leads(world, chosen, 5)
        elif deed == "colour":
            await colour(world, chosen, 6)
        else:
            await done_and_undone(world, chosen, deed, some)
        await same(world)
        await keep(world, chosen.choice((0, 2, float("inf"))))
        await same(world)
    await keep(world)
    await agree(world)


async def test_a_change_of_calendar_of_zone_or_of_the_metric_gives_the_new_figures_at_once(world):
    async with world.database.work(world.workspace) as uow:
        published = await load_published(uow)
        office, metric = dict(published.get("calendar", "office")), dict(published.get("metric", "lead_follow_24h"))
    for kind, document, other in (
        ("calendar", office, office | {"hours": ["07:15-09:40", "20:00-23:30"], "days": ["sat", "sun", "mon"]}),
        ("metric", metric, metric | {"measure": {"share": 'status == "working"'}}),
        ("metric", metric, metric | {"measure": {"share": 'deal.status == "won"'}}),  # of another record: nothing kept can say it
        ("metric", metric, metric | {"measure": {"share": 'now - created_at > duration("720h")'}}),  # by the hour alone
    ):
        await publish(world.database, world.workspace, kind, document["key"], other)
        await same(world)
        await keep(world, 3)
        await same(world)
        await publish(world.database, world.workspace, kind, document["key"], document)
        await same(world)
        await keep(world)
        await agree(world)
    async with world.database.work(world.workspace) as uow:
        await uow.execute("update workspace_state set zone = 'Europe/London'")
    await same(world)
    async with world.database.work(world.workspace) as uow:
        await uow.execute("update workspace_state set zone = $1", str(ZONE))
    await agree(world)


async def test_what_stands_in_other_records_is_never_kept(world):
    """The lead does not change with them, so nothing would be noted."""
    async with world.database.work(world.workspace) as uow:
        metric = dict((await load_published(uow)).get("metric", "lead_conv_72h"))
    await publish(world.database, world.workspace, "metric", metric["key"], metric | {"measure": {"share": 'owner.title == "老手"'}})
    await keep(world)
    await same(world)
    async with world.database.work(world.workspace) as uow:
        await uow.execute("update person set title = '老手' where key = 'helper'")
    await same(world)
    await publish(world.database, world.workspace, "metric", metric["key"], metric)
    await keep(world)


async def test_leads_that_wait_become_overdue_by_the_hour_though_their_days_are_kept(world):
    async with world.database.work(world.workspace) as uow:
        boss = await access.actor_for_person(uow, world.people["boss"])

    async def overdue() -> int:
        async with world.database.work(world.workspace, boss, read_only=True) as uow:
            return sum(one["overdue"] for one in (await build_heat_map(uow, SINCE, UNTIL))["channels"])

    assert await keep(world) == 0
    first = await overdue()
    await move_clock(world, NOW - 40 * DAY)
    earlier = await overdue()
    await agree(world)
    assert earlier < first
    await move_clock(world, NOW)
    assert await overdue() == first


async def test_it_takes_two_statements_and_a_third_to_ask_the_row_scope(world):
    await keep(world)
    for name, actor in (await actors(world)).items():
        async with world.database.work(world.workspace, actor, read_only=True) as uow:
            await build_heat_map(uow, SINCE, UNTIL)
        async with world.database.work(world.workspace, actor, read_only=True) as uow:
            with spied(uow) as statements:
                await build_heat_map(uow, SINCE, UNTIL)
        asked = {"boss": ["kept_day", "o_lead"], "rich": ["o_lead"]}.get(name, ["kept_day", "unnest", "o_lead"])
        assert len(statements) == len(asked), (name, statements)
        assert all(word in statement for word, statement in zip(asked, statements, strict=True)), (name, statements)


# ── how it is kept ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_change_that_commits_while_its_day_is_renewed_is_not_lost(world, monkeypatch):
    """Between the worker's look at the records and its commit."""
    async with world.database.work(world.workspace) as uow:
        lead = await uow.fetchval("select id from o_lead where deleted_at is null and first_response_at is not null and created_at < $1 limit 1", UNTIL - 20 * DAY)

    async def touch(column: str) -> None:
        async with world.database.work(world.workspace) as other:
            await other.execute(f"update o_lead set {column} where id = $1", lead)

    build = keep_days._day_sql
    touched: list[int] = []

    def during(*args: Any) -> str:
        touched.append(1)
        return build(*args)

    await touch("intent = 'A'")
    fetch = type(uow).fetch

    async def late(self: Any, sql: str, *values: Any) -> Any:
        rows = await fetch(self, sql, *values)
        if "jsonb_build_array" in sql and touched == [1]:
            touched.append(2)
            await touch("first_response_at = first_response_at + interval '777 minutes', channel = 'douyin'")
        return rows

    monkeypatch.setattr(keep_days, "_day_sql", during)
    monkeypatch.setattr(type(uow), "fetch", late)
    await keep(world, 1)
    monkeypatch.undo()
    assert touched[:2] == [1, 2]
    await same(world)
    assert await keep(world) == 1
    await same(world)


async def test_two_workers_do_not_keep_the_same_days(world):
    async with world.database.work(world.workspace) as uow:
        await uow.execute("delete from kept_day where day < '2026-01-20'")
        await uow.execute("insert into kept_stale (object, day) values ('*', '-infinity'), ('lead', '2026-01-07')")
    async with world.database.work(world.workspace) as uow:
        assert await uow.fetchval("select pg_try_advisory_xact_lock(hashtextextended($1, 12))", f"kept days {uow.workspace.schema}")
        assert await keep(world) == 0
        # What the other may just be keeping was perhaps read before these changes.
        assert await uow.fetchval("select count(*) from kept_stale") == 2
    assert await keep(world) > 90
    async with world.database.work(world.workspace) as uow:
        assert await uow.fetchval("select count(*) from kept_stale") == 0


async def test_young_leads_and_those_of_small_tables_cost_nothing(world):
    """What is created and answered within a day leaves no note; a table of few records is left alone."""
    real = datetime.now(UTC)
    await keep(world)

    async def noted() -> int:
        async with world.database.work(world.workspace) as uow:
            return await uow.fetchval("select count(*) from kept_stale")

    assert await noted() == 0
    async with world.database.work(world.workspace, SYSTEM, mode=Mode.HISTORY) as uow:
        made = await records.write(uow, [records.Change("create", "lead", None, {"name": "新（演示）", "created_at": real.isoformat()})], owned=True)
        await records.write(uow, [records.Change("update", "lead", made.ids[0], {"channel": "douyin"})], owned=True)
    assert await noted() == 0
    await colour(world, random.Random(3), 300)
    async with world.database.work(world.workspace) as uow:
        days = await uow.fetchval("select count(distinct (created_at at time zone 'UTC')::date) from o_lead where deleted_at is null")
    assert 0 < await noted() <= days
    await keep(world)
    assert await noted() == 0
    async with world.database.work(world.workspace) as uow:
        await uow.execute("delete from kept_day")
    assert await records.keep_days_once(world.database, world.workspace, heat_queries, least=0) > 0


async def test_days_long_gone_are_given_up_and_read_from_the_records(world, monkeypatch):
    monkeypatch.setattr(keep_days, "BACK_DAYS", 30)
    await keep(world)
    async with world.database.work(world.workspace) as uow:
        found = await uow.fetchrow("select max(day) - min(day) as days, count(distinct day) as n from kept_day")
    assert (found["days"], found["n"]) == (30, 31)
    await colour(world, random.Random(4), 40)
    await keep(world)
    async with world.database.work(world.workspace) as uow:
        assert await uow.fetchval("select count(*) from kept_stale") == 0
    await same(world)
    monkeypatch.undo()
    assert await keep(world) > 50


async def test_the_fence_of_brands_lies_over_kept_days_too(world):
    await keep(world)
    actor = (await actors(world))["boss of ('north',)"]
    async with world.database.work(world.workspace, actor, read_only=True) as uow:
        assert {row["brand"] for row in await uow.fetch("select distinct brand from kept_day")} == {None, "north"}
