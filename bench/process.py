"""The process measured: health of 100,000 open deals with twenty actions each from scratch and by events, the radar over them, the gate."""

import statistics
import time
from typing import Any

import asyncpg
import processor
from fill import publish_all
from measure import Result, result
from moves import measure_gate
from place import WORKSPACE, Place

from xingji.features.process.health import refresh_health
from xingji.features.radar.evaluate import refresh_risks
from xingji.kernel import records
from xingji.kernel.records import Change, write

STAGES = ("qualify", "clarify", "solution", "negotiate", "sign")
HEALTH_SECONDS, EVENTS_PER_SECOND, GATE_ADDS = 10.0, 5_000.0, 0.20
TYPES = ("survey.answered", "meeting.held", "quote.sent", "document.signed")


def action(stage: int, n: int) -> dict[str, Any]:
    """Four kinds in turn: a field, recorded evidence, a word that a second role confirms, a fingerprint."""
    one: dict[str, Any] = {"key": f"a{stage}_{n}", "name": {"zh": f"动作 {stage}-{n}(演示)", "en": f"Action {stage}-{n}"}, "limit_hours": 8 * (n + 1)}
    if n == 0:
        return one | {"need": ["next_step"]}
    if n == 1:
        return one | {"evidence": {"label": {"zh": "记录", "en": "record"}, "kinds": ["file", "event"], "events": [TYPES[stage % 4]]}}
    if n == 2:
        return one | {"confirm": {"role": "supervisor", "within_hours": 8}}
    return one | {"fingerprint": f'count_events("talk.next_step") >= {stage % 3 + 1}'}


PLAYBOOK = {
    "key": "bench_book", "name": {"zh": "测量打法(演示)", "en": "Bench playbook"}, "object": "deal", "field": "stage", "order": 10,
    "status": {"field": "status", "won": ["won"], "lost": ["lost"]}, "win_at": "sign",
    "stages": [
        {"key": key, "name": {"zh": key, "en": key}, "progress": 20 * n, "limit_hours": 40, "actions": [action(n, m) for m in range(4)]} for n, key in enumerate(STAGES)
    ],
}  # fmt: skip


async def fill_deals(place: Place, count: int) -> None:
    """Deals over all stages, a dozen of twenty actions said or shown, four recorded events each."""
    await publish_all(place, [("playbook", PLAYBOOK)])
    async with place.database.work(WORKSPACE) as uow:
        customer = (await write(uow, [Change("create", "customer", values={"name": "测量客户(演示)"})])).ids[0]
        version = await uow.fetchval("select version from definition where kind = 'playbook' and key = 'bench_book' and status = 'published'")
        kind = (await records.load_schema(uow)).object("deal")
        column = {key: kind.field(key).column for key in ("name", "customer", "stage", "status", "playbook", "playbook_version", "stage_since", "amount", "next_step")}
    owner = await asyncpg.connect(place.server.owner_url())
    await owner.execute(f"set search_path = {(await _schema(place))}")
    names = ", ".join(f'"{name}"' for name in column.values())
    await owner.execute(
        f"""insert into {kind.table} (id, version, created_at, updated_at, {names})
          select gen_random_uuid(), 1, now() - (n % 90) * interval '1 day', now(), '商机 ' || n, $1, (array['qualify','clarify','solution','negotiate','sign'])[n % 5 + 1], 'open',
            'bench_book', $2, now() - (n % 30) * interval '1 day', 10000000 + n, case when n % 3 > 0 then '再访' end from generate_series(1, $3::int) n""",
        customer, version, count,
    )  # fmt: skip
    await owner.execute(
        f"""insert into process_action (object, record, playbook, action, state, evidence, claimed_at)
          select 'deal', r.id, 'bench_book', 'a' || s || '_' || m, case when m = 2 then 'confirmed' else 'evidence' end,
            case when m = 1 then '[{{"kind": "file", "id": "x"}}]'::jsonb else '[]'::jsonb end, now()
          from {kind.table} r cross join generate_series(0, 4) s cross join generate_series(0, 2) m
          where r."{column['playbook']}" = 'bench_book' and (hashtext(r.id::text || s || m) & 3) > 0""",
    )
    await owner.execute(
        f"""insert into event (lane, occurred_at, type, object, record, mode)
          select (hashtextextended(r.id::text, 0) & 15)::smallint, now() - k * interval '3 days', (array['survey.answered','meeting.held','quote.sent','talk.next_step'])[k], 'deal', r.id, 'history'
          from {kind.table} r cross join generate_series(1, 4) k where r."{column['playbook']}" = 'bench_book'"""
    )
    for table in (kind.table, "process_action", "event"):
        await owner.execute(f"analyze {table}")
    await owner.close()


async def _schema(place: Place) -> str:
    async with place.database.work(WORKSPACE) as uow:
        return uow.workspace.schema


async def measure_process(place: Place, scale: int = 1, repeats: int = 3) -> list[Result]:
    """Health from scratch and by events, radar over everything, the gate on a move."""
    count = 100_000 // scale
    await fill_deals(place, count)
    taken, radar = [], []
    for _ in range(repeats):
        async with place.database.work(WORKSPACE) as uow:
            await uow.execute("delete from process_health")
            begun = time.perf_counter()
            assert await refresh_health(uow, "deal") == count
        taken.append(time.perf_counter() - begun)
    async with place.database.work(WORKSPACE) as uow:
        ids = [row["record"] for row in await uow.fetch("select record from process_health limit 20000")]
    spent, begun = processor.spent(place)["postgres"], time.perf_counter()
    for start in range(0, len(ids), 5_000):
        async with place.database.work(WORKSPACE) as uow:
            await refresh_health(uow, "deal", ids[start : start + 5_000])
    by_events = len(ids) / (time.perf_counter() - begun)
    by_processor = len(ids) / (processor.spent(place)["postgres"] - spent)
    gate = await measure_gate(place, ids[:1_000], ids[1_000:2_000], GATE_ADDS)
    for _ in range(repeats):
        begun = time.perf_counter()
        async with place.database.work(WORKSPACE) as uow:
            raised = await refresh_risks(uow, "deal")
        radar.append(time.perf_counter() - begun)
    middle = statistics.median(taken)
    return [
        result("health from scratch", middle, "s", HEALTH_SECONDS, p50=middle, p99=max(taken), repeats=repeats, deals=count, actions=20),
        # One event a record: the worst case, since events of one record in a batch are looked at once.
        result("health by events", by_events, "events/s", EVENTS_PER_SECOND, events=len(ids), events_per_processor_second=by_processor),
        result("radar over all deals", statistics.median(radar), "s", None, deals=count, raised=raised["raised"]),
        *gate,
    ]
