"""The measurements: intake, events, accepted to assigned, timers, lists. Each answers result rows."""

import asyncio
import random
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import fill
import limits
import processor
from place import WORKSPACE, Place, run_load

from xingji.kernel import access
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.events import append_events
from xingji.kernel.records import Query, query
from xingji.kernel.rules import run_rules_once, run_timers_once

Result = dict[str, Any]
CONNECTIONS = 32
SLOWER = 9
EVENT_CONNECTIONS = 2


def result(name: str, value: float | None, unit: str, limit: float | None = None, **more: Any) -> Result:
    """One row of latest.json; ratio is value / limit."""
    ratio = value / limit if value is not None and limit else None
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "limit": limit,
        "ratio": ratio,
        "p50": None,
        "p99": None,
        "repeats": 1,
    } | more


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def load_of(place: Place, **options: Any) -> dict[str, Any]:
    """The figures of a load whose every request was taken. Raises RuntimeError otherwise: refusals are no throughput."""
    load = run_load(place, **options)
    if set(load["statuses"]) - {"200", "202"}:
        raise RuntimeError(f"the load was refused: {load['statuses']}")
    return load


async def drain(place: Place) -> None:
    """Waits until the worker has read the whole log."""
    owner = await asyncpg.connect(place.server.owner_url())
    for _ in range(1_200):
        behind = await owner.fetchval(
            f'select exists (select from "ws_{WORKSPACE}".event_cursor c join "ws_{WORKSPACE}".event e'
            " on e.lane = c.lane and (e.xid, e.id) > (c.xid, c.id) where c.consumer = 'rules')"
        )
        if not behind:
            break
        await asyncio.sleep(0.1)
    await owner.close()


async def intake(place: Place, token: str, seconds: int, repeats: int) -> list[Result]:
    """Leads per second over HTTP against plain inserts, beside a worker and alone, then accepted to assigned at half the rate.

    Where that takes more than a second at p99, slower rates follow, each seven tenths of the one before, until it does not:
    `assigned_within_a_second` is the first that does.
    """
    path = {"path": f"/api/v1/intake/{token}", "make": "lead"}
    await limits.inserts_per_second(place, CONNECTIONS, 2)
    ours, theirs, loads, processors, lags, drains, first = [], [], [], [], [], [], 0
    with place.processes():
        load_of(place, connections=8, seconds=2, first=first, **path)
        first += 100_000
        for _ in range(repeats):
            await drain(place)
            theirs.append(await limits.inserts_per_second(place, CONNECTIONS, seconds))
            before = processor.spent(place)
            load = load_of(
                place, connections=CONNECTIONS, seconds=seconds, first=first, prepare=4_000 * seconds, **path
            )
            processors.append(processor.per_item(before, processor.spent(place), int(load["requests"])))
            first = int(load["last"]) + 1
            ours.append(float(load["per_second"]))
            loads.append(load)
            lags.append(await lag(place))
            begun = time.perf_counter()
            await drain(place)
            drains.append(round(time.perf_counter() - begun, 1))
        best = median(ours)
        accepted = await count_leads(place)
        ways = []
        for step in range(SLOWER):
            rate = best / 2 * 0.7**step
            paced = load_of(
                place, connections=CONNECTIONS, seconds=2 * seconds, first=first, rate=rate,
                prepare=int(rate * 2 * seconds * 1.1), **path,
            )  # fmt: skip
            first = int(paced["last"]) + 1
            await drain(place)
            ways.append((paced, await accepted_to_assigned(place, int(paced["requests"]))))
            if ways[-1][1]["p99"] <= 1_000.0:
                break
    paced, way = ways[0]
    prompt = [paced for paced, way in ways if way["p99"] <= 1_000.0]
    alone, beside = [], []
    with place.processes(worker=False):
        load_of(place, connections=8, seconds=2, first=first, **path)
        first += 100_000
        for _ in range(repeats):
            beside.append(await limits.inserts_per_second(place, CONNECTIONS, seconds))
            load = load_of(place, connections=CONNECTIONS, seconds=seconds, first=first, prepare=4_000 * seconds, **path)
            first = int(load["last"]) + 1
            alone.append(load)
    by_itself = sorted(alone, key=lambda load: float(load["per_second"]))[repeats // 2]
    middle = loads[ours.index(best)]
    return [
        result("intake_alone", float(by_itself["per_second"]), "leads/s", median(beside), p50=by_itself["p50_ms"], p99=by_itself["p99_ms"], repeats=repeats,
            ratios=ratios([float(load["per_second"]) for load in alone], beside)),
        result("intake", best, "leads/s", median(theirs), p50=middle["p50_ms"], p99=middle["p99_ms"], repeats=repeats, ratios=ratios(ours, theirs),
            statuses=middle["statuses"], leads=accepted, processor_ms=processors[ours.index(best)], events_waiting=median(lags), drain_seconds=median(drains)),
        result("accepted_to_assigned", way["p99"], "ms", 1_000.0, p50=way["p50"], p99=way["p99"], rate=paced["per_second"], assigned=way["n"],
            accepted=paced["requests"], acknowledged_p99_ms=paced["p99_ms"]),
        result("assigned_within_a_second", float(prompt[0]["per_second"]) if prompt else 0.0, "leads/s", p50=ways[-1][1]["p50"], p99=ways[-1][1]["p99"],
            tried={round(float(paced["per_second"])): round(way["p99"]) for paced, way in ways}),
    ]  # fmt: skip


async def lag(place: Place) -> int:
    """How many events the rules have not read yet."""
    owner = await asyncpg.connect(place.server.owner_url())
    waiting = await owner.fetchval(
        f'select count(*) from "ws_{WORKSPACE}".event_cursor c join "ws_{WORKSPACE}".event e'
        " on e.lane = c.lane and (e.xid, e.id) > (c.xid, c.id) where c.consumer = 'rules'"
    )
    await owner.close()
    return int(waiting)


async def count_leads(place: Place) -> int:
    async with place.database.work(WORKSPACE) as uow:
        return int(await uow.fetchval("select count(*) from receipt where status in ('accepted', 'joined')"))


async def accepted_to_assigned(place: Place, leads: int) -> dict[str, float]:
    """Milliseconds between the commits of lead.created and lead.assigned of the last so many leads."""
    owner = await asyncpg.connect(place.server.owner_url())
    row = await owner.fetchrow(
        f"""with created as (select record, xid from "ws_{WORKSPACE}".event where type = 'lead.created' order by id desc limit $1),
          lag as (select 1000 * date_part('epoch', pg_xact_commit_timestamp(a.xid::text::xid) - pg_xact_commit_timestamp(c.xid::text::xid)) as ms
            from created c join "ws_{WORKSPACE}".event a on a.record = c.record and a.type = 'lead.assigned')
          select count(*) as n, percentile_cont(0.5) within group (order by ms) as p50,
            percentile_cont(0.99) within group (order by ms) as p99 from lag""",
        leads,
    )
    await owner.close()
    return dict(row)


async def events(place: Place, subjects: list[UUID], total: int, rules: int, repeats: int) -> Result:
    """Events per second over HTTP against COPY into the same shape, and how many a second the rules then read."""
    async with place.database.work(WORKSPACE) as uow:
        person = await uow.fetchval("select id from person where key = $1", fill.ROBOT)
    _, token = await access.create_token(
        place.database, WORKSPACE, "api", "bench", person=person, scopes=["events.write"]
    )
    path = {
        "path": "/api/v1/events", "make": "events", "connections": EVENT_CONNECTIONS, "lines": limits.LINES,
        "subjects": [str(id) for id in subjects], "headers": {"authorization": f"Bearer {token}"},
    }  # fmt: skip
    first, loads, copied, plain, processors, matched, read = rules * 1_000_000, [], [], [], [], [], 0
    with place.processes(worker=False):
        load_of(place, seconds=60, only_prepared=True, prepare=4, first=first, **path)
        await read_log(place)
        for _ in range(repeats):
            first += 10_000
            copied.append(await limits.copied_per_second(place, total, connections=EVENT_CONNECTIONS, indexed=True))
            plain.append(await limits.copied_per_second(place, total, connections=EVENT_CONNECTIONS, indexed=False))
            before = processor.spent(place)
            load = load_of(place, seconds=600, only_prepared=True, prepare=total // limits.LINES, first=first, **path)
            stored = int(load["requests"]) * limits.LINES
            processors.append(processor.per_item(before, processor.spent(place), stored))
            loads.append(load)
            begun = time.perf_counter()
            read = await read_log(place)
            matched.append(read / (time.perf_counter() - begun))
    ingest = [float(load["per_second"]) * limits.LINES for load in loads]
    middle = loads[ingest.index(median(ingest))]
    return result(
        f"events_{rules}_rules", median(ingest), "events/s", median(copied), p50=middle["p50_ms"], p99=middle["p99_ms"], repeats=repeats,
        ratios=ratios(ingest, copied), plain_copy=median(plain), ratio_of_plain_copy=median(ingest) / median(plain), stored=stored,
        matched_per_second=median(matched), read=read, statuses=middle["statuses"], processor_ms=processors[-1],
    )  # fmt: skip


async def read_log(place: Place) -> int:
    """Has the rules read the whole log in this process; how many events."""
    read = 0
    while found := await run_rules_once(place.database, WORKSPACE):
        read += int(found)
    return read


def ratios(ours: list[float], theirs: list[float]) -> list[float]:
    """Ratio of each repeat to the limit measured beside it, ascending."""
    return sorted(round(mine / limit, 3) for mine, limit in zip(ours, theirs, strict=True))


async def timers(place: Place, subjects: list[UUID], asleep: int, due: int) -> Result:
    """Lateness of timers due within a minute while others sleep: commit of the run minus the due instant."""
    rule = {
        "key": "bench_timer", "name": {"zh": "测量定时(演示)", "en": "Bench timer"}, "object": "lead", "order": 10,
        "on": {"since": "bench.armed", "after": 1, "unit": "hours"}, "when": "true", "do": [{"action": "tag", "add": ["late"]}],
    }  # fmt: skip
    await fill.publish_all(place, [("rule", rule)])
    owner = await asyncpg.connect(place.server.owner_url())
    await owner.execute(f'set search_path = "ws_{WORKSPACE}"')
    now = await owner.fetchval("select now()")
    columns = ["kind", "key", "object", "record", "due", "until"]
    for begun in range(0, asleep, 50_000):
        ats = (now + timedelta(days=30, seconds=n) for n in range(begun, min(begun + 50_000, asleep)))
        rows = [("since", "bench_timer", "lead", uuid7(), at, at) for at in ats]
        await owner.copy_records_to_table("timer", records=rows, columns=columns)
    leads = [row["id"] for row in await owner.fetch("select id from o_lead order by id limit $1", due)]
    await owner.execute("vacuum analyze timer")
    dues = await arm(place, leads)
    ends = time.monotonic() + 68 + len(leads) / 1_000
    while time.monotonic() < ends:
        if not await run_timers_once(place.database, WORKSPACE):
            await asyncio.sleep(0.02)
    row = await owner.fetchrow(
        """with late as (select 1000 * date_part('epoch', pg_xact_commit_timestamp(r.xmin) - d.due) as ms
             from rule_run r join unnest($1::uuid[], $2::timestamptz[]) d(record, due) on d.record = r.record where r.rule = 'bench_timer')
           select count(*) as n, min(ms) as least, percentile_cont(0.5) within group (order by ms) as p50,
             percentile_cont(0.99) within group (order by ms) as p99, max(ms) as most from late""",
        leads, dues,
    )  # fmt: skip
    await owner.close()
    if row["n"] != len(leads):
        raise RuntimeError(f"{row['n']} of {len(leads)} timers fired")
    return result("timers_late", row["p99"], "ms", 1_000.0, p50=row["p50"], p99=row["p99"], fired=row["n"], earliest_ms=row["least"], asleep=asleep, most_ms=row["most"])  # fmt: skip


async def arm(place: Place, leads: list[UUID]) -> list[datetime]:
    """Has the rules arm a timer for each lead, due at seeded instants of the minute after the last is armed."""
    while await run_rules_once(place.database, WORKSPACE):
        pass
    rng = random.Random(5)
    async with place.database.work(WORKSPACE) as uow:
        start = uow.now + timedelta(seconds=2 + len(leads) / 1_000)
        dues = [start + timedelta(seconds=rng.random() * 60) for _ in leads]
        hour = timedelta(hours=1)
        events = [
            NewEvent("bench.armed", "lead", lead, occurred_at=at - hour) for lead, at in zip(leads, dues, strict=True)
        ]
        await append_events(uow, events)
    while await run_rules_once(place.database, WORKSPACE):
        pass
    return dues


async def lists(place: Place, leads: int) -> Result:
    """p95 of a page of 50 for a rep, a supervisor and everyone, filtered and not, at so many leads."""
    async with place.database.work(WORKSPACE) as uow:
        people = [row["id"] for row in await uow.fetch("select id from person order by key limit 3")]
        actors = [await access.actor_for_person(uow, person) for person in people]
    filters = (None, 'intent == "A"', 'status == "working" && budget > 500000', 'industry == "paper" && intent == "C"')
    taken: list[float] = []
    for round_ in range(12):
        for actor in actors:
            for text in filters:
                begun = time.perf_counter()
                async with place.database.work(WORKSPACE, actor) as uow:
                    await query(uow, Query("lead", filter=text, sort=["-created_at"], limit=50))
                if round_ > 1:
                    taken.append((time.perf_counter() - begun) * 1000)
    ranked = sorted(taken)
    return result(
        "list_page",
        ranked[int(len(ranked) * 0.95)],
        "ms",
        300.0,
        p50=median(taken),
        p99=ranked[int(len(ranked) * 0.99)],
        leads=leads,
    )
