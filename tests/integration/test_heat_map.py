"""The heat map equals a plain count in Python to the digit, for whoever reads it, whatever happened to the leads; and what it costs."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest_asyncio

from integration.http_world import World, make_world
from leads_world import publish
from xingji.features.leads.recognition import merge as merging
from xingji.kernel import access, records
from xingji.kernel.core.calendar import WorkingCalendar, working_minutes
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Mode, UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.metrics.heat import build_heat_map
from xingji.kernel.records.undo import undo
from xingji.kernel.work import load_calendar

NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
SINCE, UNTIL = NOW - timedelta(days=92), NOW
ZONE = ZoneInfo("Asia/Shanghai")
CHANNELS = ("web_form", "douyin", "a channel nobody knows", None)
COLUMNS = "id, owner, channel, status, created_at, assigned_at, first_response_at, first_followup_at, converted_at"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database, workspace) -> World:
    """Three hundred leads of a boss, a helper and nobody; the clock stands."""
    made = await make_world(database, workspace)
    await move_clock(made, NOW)
    await add_leads(made, random.Random(1), 300)
    return made


async def move_clock(world: World, now: datetime) -> None:
    async with world.database.work(world.workspace) as uow:
        await uow.execute("update workspace_state set clock_fixed = $1, clock_offset = '0'", now)


def lead_of(chosen: random.Random, world: World) -> dict[str, Any]:
    """A lead of the window or just outside, at any second; answered late, early, long ago, in years, or not at all."""
    at = SINCE + timedelta(seconds=chosen.uniform(-3 * 86_400, 92 * 86_400))
    later = [at + timedelta(seconds=chosen.uniform(0, 5 * 86_400)) for _ in range(3)]
    odd = [datetime(2011, 5, 3, 2, 1, 7, tzinfo=UTC), datetime(2029, 1, 4, 3, tzinfo=UTC), at - timedelta(minutes=9), at + timedelta(hours=24)]
    values = {
        "name": "热力（演示）", "channel": chosen.choice(CHANNELS), "status": chosen.choice(("new", "assigned", "assigned", "working")), "created_at": at,
        "owner": chosen.choice((world.people["boss"], world.people["helper"], None)), "assigned_at": chosen.choice((at, later[0], None)),
        "first_response_at": chosen.choice((*later, None, chosen.choice(odd))), "first_followup_at": chosen.choice((*later, None, at + timedelta(hours=24))),
        "converted_at": chosen.choice((later[1], None, at + timedelta(hours=72), at + timedelta(hours=72, microseconds=1))),
    }  # fmt: skip
    return {key: value.isoformat() if isinstance(value, datetime) else str(value) for key, value in values.items() if value is not None}


async def add_leads(world: World, chosen: random.Random, count: int) -> list[UUID]:
    async with world.database.work(world.workspace, SYSTEM, mode=Mode.HISTORY) as uow:
        changes = [records.Change("create", "lead", None, lead_of(chosen, world)) for _ in range(count)]
        return (await records.write(uow, changes, owned=True)).ids


# ── the slow way ─────────────────────────────────────────────────────────────────────────────────────────────────────


def worked(calendar: WorkingCalendar, since: datetime, until: datetime) -> float:
    """Working minutes, whole microseconds as the database counts them."""
    return round(working_minutes(calendar, since, until) * 60e6) / 60e6


def median(values: Sequence[float]) -> float | None:
    if not values:
        return None
    ordered, half = sorted(values), (len(values) - 1) // 2
    low = ordered[half]
    return low if len(ordered) % 2 else low + (ordered[half + 1] - low) * 0.5


def cell(calendar: WorkingCalendar, now: datetime, leads: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the map says of these leads, counted one by one."""

    def within(lead: Mapping[str, Any], name: str, hours: int) -> bool:
        return lead[name] is not None and lead[name] - lead["created_at"] <= timedelta(hours=hours)

    waiting = [lead for lead in leads if lead["status"] == "assigned" and not lead["first_response_at"] and lead["assigned_at"]]
    return {
        "n": len(leads),
        "overdue": sum(worked(calendar, lead["assigned_at"], now) > 30 for lead in waiting),
        "first_response_median_min": median([worked(calendar, lead["created_at"], at) for lead in leads if (at := lead["first_response_at"])]),
        "follow_24h": sum(within(lead, "first_followup_at", 24) for lead in leads) / len(leads),
        "conv_72h": sum(within(lead, "converted_at", 72) for lead in leads) / len(leads),
    }  # fmt: skip


async def agree(world: World) -> dict[str, int]:
    """Holds the map of each reader to the slow way; how many leads each sees."""
    seen = {}
    async with world.database.work(world.workspace) as uow:
        rows = await uow.fetch(f"select {COLUMNS} from o_lead where deleted_at is null and created_at >= $1 and created_at < $2", SINCE, UNTIL)
        calendar, now = await load_calendar(uow, "office"), uow.now
    for name in ("boss", "helper"):
        async with world.database.work(world.workspace) as uow:
            actor = await access.actor_for_person(uow, world.people[name])
        async with world.database.work(world.workspace, actor, read_only=True) as uow:
            told = await build_heat_map(uow, SINCE, UNTIL)
        mine = [row for row in rows if name == "boss" or row["owner"] == world.people[name]]
        by_cell, by_channel = defaultdict(list), defaultdict(list)
        for row in mine:
            by_cell[row["channel"], row["created_at"].astimezone(ZONE).hour].append(row)
            by_channel[row["channel"]].append(row)
        cells = {(one.pop("channel"), one.pop("hour")): one for one in told["cells"]}
        channels = {one.pop("key"): one for one in told["channels"]}
        assert cells == {key: cell(calendar, now, leads) for key, leads in by_cell.items()}
        assert {key: {n: v for n, v in one.items() if n != "name"} for key, one in channels.items()} == {
            key: cell(calendar, now, leads) for key, leads in by_channel.items()
        }
        assert told["total"] == len(mine)
        seen[name] = len(mine)
    return seen


async def test_it_is_what_a_plain_count_says_whoever_reads_it(world):
    seen = await agree(world)
    assert 200 < seen["boss"] < 300
    assert 0 < seen["helper"] < seen["boss"]


async def test_it_stays_so_after_changes_deletions_undo_merges_another_calendar_and_another_hour(world):
    chosen = random.Random(2)
    for turn in range(12):
        async with world.database.work(world.workspace) as uow:
            ids = [row["id"] for row in await uow.fetch("select id from o_lead where deleted_at is null order by id")]
        deed = ("change", "delete and undo", "merge and undo", "late leads")[turn % 4]
        some = chosen.sample(ids, 6)
        if deed == "change":
            async with world.database.work(world.workspace, SYSTEM, mode=Mode.HISTORY) as uow:
                fresh = [{k: v for k, v in lead_of(chosen, world).items() if k not in ("name", "created_at")} for _ in some]
                await records.write(uow, [records.Change("update", "lead", id, new) for id, new in zip(some, fresh, strict=True)], owned=True)
        elif deed == "late leads":
            await add_leads(world, chosen, 5)
        else:
            await done_and_undone(world, chosen, deed, some)
        await agree(world)
    async with world.database.work(world.workspace) as uow:
        office = dict((await load_published(uow)).get("calendar", "office"))
    await publish(world.database, world.workspace, "calendar", "office", office | {"hours": ["07:15-09:40", "20:00-23:30"], "days": ["sat", "sun", "mon"]})
    changed = await agree(world)
    await move_clock(world, NOW + timedelta(days=900))  # all of the window is older than what is read at once
    assert await agree(world) == changed
    await move_clock(world, NOW)
    await publish(world.database, world.workspace, "calendar", "office", office)
    assert await agree(world) == changed


async def done_and_undone(world: World, chosen: random.Random, deed: str, some: Sequence[UUID]) -> None:
    """Something done to leads, seen in the map, and taken back half of the time."""
    async with world.database.work(world.workspace) as uow:
        boss = await access.actor_for_person(uow, world.people["boss"])
    async with world.database.work(world.workspace, boss) as uow:
        if deed == "merge and undo":
            done = await merging.merge(uow, "lead", some[0], some[1])
        else:
            done = await records.write(uow, [records.Change("delete", "lead", id) for id in some[:3]])
    before = await agree(world)
    if chosen.random() < 0.7:
        async with world.database.work(world.workspace, boss) as uow:
            if deed == "merge and undo":
                await merging.undo_merge(uow, UUID(done["merge"]))
            else:
                await undo(uow, done.change)
        assert await agree(world) != before or deed == "merge and undo"


@contextmanager
def spied(uow: UnitOfWork) -> Iterator[list[str]]:
    """Every statement fetched by this unit of work."""
    statements: list[str] = []
    kind, fetch = type(uow), type(uow).fetch

    async def noted(self: UnitOfWork, sql: str, *values: Any) -> Any:
        statements.append(sql)
        return await fetch(self, sql, *values)

    kind.fetch = noted  # type: ignore[method-assign]
    try:
        yield statements
    finally:
        kind.fetch = fetch  # type: ignore[method-assign]


# ── what it costs ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_it_takes_the_same_statements_for_few_leads_and_many_and_never_reads_the_log(world):
    async with world.database.work(world.workspace) as uow:
        boss = await access.actor_for_person(uow, world.people["boss"])
    told: list[tuple[int, list[str]]] = []
    for days in (1, 92):
        async with world.database.work(world.workspace, boss, read_only=True) as uow:
            await build_heat_map(uow, NOW - timedelta(days=days), NOW)
        async with world.database.work(world.workspace, boss, read_only=True) as uow:
            with spied(uow) as statements:
                found = await build_heat_map(uow, NOW - timedelta(days=days), NOW)
        told.append((found["total"], statements))
    (few, first), (many, second) = told
    assert many > few * 10
    assert len(second) <= len(first) + 1 <= 3  # one more where a cell is slow enough to be looked into
    assert [statement for statement in second if " event " in statement] == []
