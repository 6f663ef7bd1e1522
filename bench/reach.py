"""Measurements of what grows: filtered lists, search, the heat map, a published change, a backlog of timers, cost by size."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from uuid import UUID

import asyncpg
import fill
from measure import Result, drain, load_of, median, read_log, result
from place import HOST, WORKSPACE, Place

from xingji.kernel import access
from xingji.kernel.core.protocols import Actor, NewEvent
from xingji.kernel.db import Database
from xingji.kernel.events import append_events
from xingji.kernel.metrics.heat import build_heat_map, heat_queries
from xingji.kernel.records import Query, keep_days_once, query
from xingji.kernel.rules import run_timers_once

THREE_PARTS = 'industry == "paper" && status == "working" && budget > 500000'
WORDS = ("王经", "机械", "旧客户", "00012", "ljl")  # two and three characters, digits, initials of pinyin
SIZES = (10_000, 100_000, 1_000_000)
PROCESSES = 4
CALLERS = 16


async def actors(place: Place) -> list[Actor]:
    """A rep, who sees their own, and somebody who sees everything; both under field policy."""
    async with place.database.work(WORKSPACE) as uow:
        ids = [await uow.fetchval("select id from person where key = $1", key) for key in ("p0", fill.BOSS)]
        return [await access.actor_for_person(uow, id) for id in ids]


async def timed(
    place: Place, whose: list[Actor], asked: list[Any], ask: Callable[[Any, Any], Awaitable[Any]], rounds: int = 12
) -> list[float]:
    """Milliseconds of each answer, ascending; the first two rounds warm up and do not count."""
    taken = []
    for round_ in range(rounds):
        for actor in whose:
            for one in asked:
                begun = time.perf_counter()
                async with place.database.work(WORKSPACE, actor) as uow:
                    await ask(uow, one)
                if round_ > 1:
                    taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)


def row_of(name: str, taken: list[float], aim: float, **more: Any) -> Result:
    """p95 of milliseconds against its aim."""
    p95 = taken[int(len(taken) * 0.95)]
    return result(
        name, p95, "ms", aim, p50=median(taken), p99=taken[int(len(taken) * 0.99)], repeats=len(taken), **more
    )


async def lists(place: Place, leads: int) -> list[Result]:
    """A page of 50 by a filter of three parts and a sort, and a search, under row and field policy."""
    whose = await actors(place)
    sorts = ["-created_at", "-budget"]
    pages = await timed(
        place, whose, sorts, lambda uow, sort: query(uow, Query("lead", filter=THREE_PARTS, sort=[sort], limit=50))
    )
    found = await timed(place, whose, list(WORDS), lambda uow, word: query(uow, Query("lead", search=word, limit=20)))
    return [row_of("list_three_parts", pages, 50.0, leads=leads), row_of("search", found, 100.0, leads=leads)]


async def readers(place: Place) -> dict[str, Actor]:
    """Who reads the heat map: a rep, the head of a team, of half of all, everybody's, and somebody whose rows ask for a column not kept."""
    role = {
        "key": "asks_more", "name": {"zh": "另看大单(演示)", "en": "And large ones"}, "rights": ["metrics.read"],
        "rows": {"default": "own", "lead": {"read": "owner == me.id || budget > 900000"}},
    }  # fmt: skip
    await fill.publish_all(place, [("role", role)])
    heads = {"team": ("supervisor", range(1)), "half": ("region_mgr", range(1, 4))}
    persons = [{"key": key, "name": f"{key}(演示)", "unit": f"t{of[0]}", "roles": [name]} for key, (name, of) in heads.items()]
    persons.append({"key": "asks_more", "name": "另看(演示)", "unit": "office", "roles": ["asks_more"]})
    units = [{"key": f"t{n}", "name": f"{n} 组(演示)", "region": f"r{n}", "head": key} for key, (_, of) in heads.items() for n in of]
    async with place.database.work(WORKSPACE) as uow:
        await access.save_people(uow, {"units": units, "persons": persons})
    async with place.database.work(WORKSPACE) as uow:
        found = {row["key"]: row["id"] for row in await uow.fetch("select key, id from person")}
        names = {"own": "p0", "team": "team", "half": "half", "all": fill.BOSS, "asks more": "asks_more"}
        return {name: await access.actor_for_person(uow, found[key]) for name, key in names.items()}


async def keep_all(place: Place) -> tuple[int, float]:
    """Lets days be kept until none is due; how many, and how long that took."""
    begun, count = time.perf_counter(), 0
    while done := await keep_days_once(place.database, WORKSPACE, heat_queries, seconds=1):
        count += done
    return count, time.perf_counter() - begun


async def first_answer(place: Place, actor: Actor, window: tuple[datetime, datetime]) -> float:
    """Milliseconds of the first map over new connections, with nothing prepared or learnt."""
    database = await Database.connect(place.server.app_url(), max_size=1)
    try:
        async with database.work(WORKSPACE):
            begun = time.perf_counter()
        async with database.work(WORKSPACE, actor) as uow:
            await build_heat_map(uow, *window)
        return (time.perf_counter() - begun) * 1000
    finally:
        await database.close()


async def heat_map(place: Place, leads: int, events: int) -> list[Result]:
    """The heat map of a quarter, before and after so many more events, for readers of every scope."""
    now = datetime.now(UTC)
    quarter = (now - timedelta(days=92), now)
    whose = await readers(place)
    ask = lambda uow, window: build_heat_map(uow, *window)  # noqa: E731
    unkept = await timed(place, [whose["all"]], [quarter], ask, 5)
    days, seconds = await keep_all(place)
    few = await timed(place, [whose["all"]], [quarter], ask)
    owner = await asyncpg.connect(place.server.owner_url())
    await owner.execute(f'set search_path = "ws_{WORKSPACE}"')
    for begun in range(0, events, 500_000):
        await owner.execute(
            """insert into event (lane, occurred_at, type, object, record, mode, data)
              select (n & 15)::smallint, now() - n * interval '1 millisecond', 'page.viewed', 'lead', l.id, 'history', '{}'
              from generate_series($1::int, $2::int) n join (select id, row_number() over (order by id) as place from o_lead limit 1000) l
                on l.place = 1 + n % 1000""",
            begun, min(begun + 500_000, events) - 1,
        )  # fmt: skip
    await owner.execute("analyze event")
    await owner.close()
    first = {name: await first_answer(place, actor, quarter) for name, actor in whose.items()}
    taken = {name: await timed(place, [actor], [quarter], ask) for name, actor in whose.items()}
    reached = [await windowed(place, whose["all"], length) for length in (9, 17, 34, 92, 366)]
    return [
        row_of(
            "heat_map", taken["all"], 100.0, leads=leads, events=events, p50_with_few_events=median(few), p50_before_days_are_kept=median(unkept),
            days_kept=days, seconds_to_keep_them=round(seconds, 1), first_answer={name: round(one) for name, one in first.items()},
            p95_by_reader={name: round(some[int(len(some) * 0.95)]) for name, some in taken.items()},
            p95_by_leads_in_the_window={f"{count:,}": round(p95) for count, p95 in reached},
        )
    ]  # fmt: skip


async def windowed(place: Place, actor: Actor, days: int) -> tuple[int, float]:
    """How many leads the map of so many days counts, and its p95 in milliseconds: what it costs by what it counts."""
    now = datetime.now(UTC)
    window = (now - timedelta(days=days), now)
    taken = await timed(place, [actor], [window], lambda uow, one: build_heat_map(uow, *one))
    async with place.database.work(WORKSPACE, actor) as uow:
        counted = (await build_heat_map(uow, *window))["total"]
    return counted, taken[int(len(taken) * 0.95)]


async def backlog(place: Place, count: int) -> Result:
    """Seconds until a backlog of timers, all due, is worked off."""
    rule = {
        "key": "bench_backlog", "name": {"zh": "积压定时(演示)", "en": "Backlog"}, "object": "lead", "order": 11,
        "on": {"since": "bench.backlog", "after": 1, "unit": "hours"}, "when": "true", "do": [{"action": "tag", "add": ["backlog"]}],
    }  # fmt: skip
    await fill.publish_all(place, [("rule", rule)])
    owner = await asyncpg.connect(place.server.owner_url())
    await owner.execute(f'set search_path = "ws_{WORKSPACE}"')
    await owner.execute(
        """insert into timer (kind, key, object, record, due, until, started, event, event_received)
          select 'since', 'bench_backlog', 'lead', id, now() - interval '1 minute', now() - interval '1 minute', now() - interval '1 hour',
            -row_number() over (order by id), now() - interval '1 hour'
          from o_lead order by id limit $1""",
        count,
    )
    begun = time.perf_counter()
    while await run_timers_once(place.database, WORKSPACE):
        pass
    took = time.perf_counter() - begun
    fired = await owner.fetchval("select count(*) from rule_run where rule = 'bench_backlog' and outcome = 'acted'")
    await owner.close()
    if fired != count:
        raise RuntimeError(f"{fired} of {count} timers fired")
    return result("timers_backlog", took, "s", 120.0, timers=count, per_second=count / took)


async def acting(place: Place, subjects: list[UUID], count: int) -> Result:
    """Events a second through 100 rules of which one acts on five in a hundred."""
    rule = {
        "key": "event_rule_acting", "name": {"zh": "常动作的规则(演示)", "en": "Often acts"}, "object": "lead", "order": 9,
        "on": {"event": fill.TYPES[0]}, "when": "budget >= 800000", "do": [{"action": "tag", "add": ["often"]}],
    }  # fmt: skip
    await fill.publish_all(place, [("rule", rule)])
    await read_log(place)
    async with place.database.work(WORKSPACE) as uow:
        said = [
            NewEvent(fill.TYPES[n % 4], "lead", subjects[(n // 4) % len(subjects)], {"seconds": n % 600})
            for n in range(count)
        ]
        for begun in range(0, count, 5_000):
            await append_events(uow, said[begun : begun + 5_000])
    begun_at = time.perf_counter()
    read = await read_log(place)
    took = time.perf_counter() - begun_at
    async with place.database.work(WORKSPACE) as uow:
        acted = await uow.fetchval(
            "select coalesce(sum((trace->>'count')::int), 0) from rule_run where rule = 'event_rule_acting'"
        )
        runs = await uow.fetchval("select count(*) from rule_run where rule = 'event_rule_acting'")
    return result("events_acting", read / took, "events/s", 10_000.0, read=read, acted=max(int(acted), int(runs)))


async def published(place: Place, token: str, changes: int = 5) -> Result:
    """Seconds until every one of sixteen kept connections to four processes answers by a change just published."""
    async with place.database.work(WORKSPACE) as uow:
        person = await uow.fetchval("select id from person where key = $1", fill.ROBOT)
    _, key = await access.create_token(
        place.database, WORKSPACE, "api", "bench-live", person=person, scopes=["records.read", "definitions.read"]
    )
    slowest, statuses = [], {}
    with place.processes(web=PROCESSES):
        load = asyncio.create_task(
            asyncio.to_thread(
                load_of,
                place,
                connections=8,
                seconds=4 * changes,
                rate=100,
                first=90_000_000,
                path=f"/api/v1/intake/{token}",
                make="lead",
            )
        )
        await asyncio.sleep(2)
        for n in range(changes):
            field = f"bench_live_{n}"
            async with place.database.work(WORKSPACE) as uow:
                document = dict(
                    await uow.fetchval(
                        "select document from definition where kind = 'object' and key = 'lead' and status = 'published'"
                    )
                )
            document["fields"] = [
                *document["fields"],
                {"key": field, "kind": "text", "name": {"zh": f"测量字段 {n}(演示)", "en": f"Bench field {n}"}},
            ]
            await fill.publish_all(place, [("object", document)])
            begun = time.perf_counter()
            await asyncio.to_thread(all_know, place, key, field, statuses)
            slowest.append(time.perf_counter() - begun)
        told = await load
    await drain(place)
    if set(statuses) != {200}:
        raise RuntimeError(f"requests failed: {statuses}")
    return result(
        "published_live", max(slowest), "s", 1.0, p50=median(slowest), p99=max(slowest), repeats=changes, processes=PROCESSES, requests=sum(statuses.values()),
        intake_per_second=told["per_second"], intake_statuses=told["statuses"],
    )  # fmt: skip


def all_know(place: Place, key: str, field: str, statuses: dict[int, int]) -> None:
    """Returns when each connection has answered with the field. A connection stays with the process that took it."""
    waiting = [HTTPConnection(HOST, place.port, timeout=30) for _ in range(CALLERS)]
    while waiting:
        still = []
        for one in waiting:
            one.request("GET", "/api/v1/definitions/object/lead", headers={"authorization": f"Bearer {key}"})
            answer = one.getresponse()
            statuses[answer.status] = statuses.get(answer.status, 0) + 1
            if field in answer.read().decode():
                one.close()
            else:
                still.append(one)
        waiting = still


async def growth(place: Place, token: str, sizes: tuple[int, ...], seconds: int) -> list[Result]:
    """What one lead taken in, one lead answered by the rules, a page and the heat map cost at each size, and the exponent.

    The exponent is the slope of log cost over log size by least squares: 0 = independent, 1 = in proportion.
    """
    costs: dict[str, list[float]] = {"intake": [], "rules": [], "list": [], "heat_map": []}
    there, first = 0, 50_000_000
    now = datetime.now(UTC)
    path = {"path": f"/api/v1/intake/{token}", "make": "lead"}
    for size in sizes:
        await fill.fill_leads(place, size - there, first=there)
        there = size
        whose = await actors(place)
        with place.processes(worker=False):
            load_of(place, connections=8, seconds=1, first=first, **path)
            load = load_of(
                place, connections=32, seconds=seconds, first=first + 1_000_000, prepare=4_000 * seconds, **path
            )
        first += 10_000_000
        costs["intake"].append(1_000_000 / float(load["per_second"]))
        begun = time.perf_counter()
        costs["rules"].append(1_000_000 / max(await read_log(place) / (time.perf_counter() - begun), 1e-9))
        pages = await timed(
            place,
            whose,
            ["-created_at"],
            lambda uow, sort: query(uow, Query("lead", filter=THREE_PARTS, sort=[sort], limit=50)),
            8,
        )
        await keep_all(place)
        maps = await timed(
            place, whose[1:], [(now - timedelta(days=92), now)], lambda uow, window: build_heat_map(uow, *window), 5
        )
        costs["list"].append(median(pages) * 1000)
        costs["heat_map"].append(median(maps) * 1000)
    return [
        result(f"growth_{name}", slope([math.log(size) for size in sizes], [math.log(cost) for cost in found]), "exponent", sizes=list(sizes), microseconds=[round(cost) for cost in found])
        for name, found in costs.items()
    ]  # fmt: skip


def slope(x: list[float], y: list[float]) -> float:
    """Slope of the least-squares line."""
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)
