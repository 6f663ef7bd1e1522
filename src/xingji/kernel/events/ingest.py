"""Taking in events from outside: each accepted, a duplicate, or refused with a reason; one bad one stops no other.

Owns `event_key`, the unpartitioned key table by which (source, id) is the identity of a delivery: whatever comes twice,
in one request, at once on two machines or a year later, is one event. Keys older than `partitions.KEYS_KEPT` are dropped.
"""

from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.events.append import encode_data, lane_expression, run_append_hooks
from xingji.kernel.events.brands import with_brands
from xingji.kernel.events.cloudevents import Item, judge
from xingji.kernel.events.notifier import log_moved

COPY_FROM = 1_000
"""From this many events on, COPY into a stage is faster than arrays."""

STAGED = [
    "ord",
    "occurred_at",
    "type",
    "object",
    "record",
    "source",
    "source_id",
    "person",
    "claimed",
    "duration_sec",
    "brand",
    "data",
]

STAGE = """create temporary table if not exists event_stage (ord int, occurred_at timestamptz, type text, object text,
  record uuid, source text, source_id text, person uuid, claimed boolean, duration_sec double precision, brand text,
  data text) on commit delete rows"""

ARRAYS = """unnest($2::int[], $3::timestamptz[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::uuid[],
  $10::boolean[], $11::float8[], $12::text[], $13::text[]) as s(ord, occurred_at, type, object, record, source,
  source_id, person, claimed, duration_sec, brand, data)"""

# Keys are inserted in their order, so that two requests with the same keys wait for each other and never deadlock.
KEYS = "insert into event_key (source, id) select source, source_id from event_stage order by source, source_id"
EVENTS = f"""insert into event (lane, occurred_at, type, object, record, source, source_id, person, claimed,
    duration_sec, brand, mode, data)
  select {lane_expression("s.record", "s.source", "s.type")}, s.occurred_at, s.type, s.object, s.record, s.source,
    s.source_id, s.person, s.claimed, s.duration_sec, s.brand, $1, s.data::jsonb
  from {{source}}"""
INSERT = f"""with s as materialized (select * from {{source}}),
  fresh as (insert into event_key (source, id) select source, source_id from s order by source, source_id
    on conflict do nothing returning source, id),
  added as ({EVENTS.format(source="s join fresh f on f.source = s.source and f.id = s.source_id order by s.ord")})
  select array(select s.ord from s where not exists
    (select from fresh f where f.source = s.source and f.id = s.source_id))"""


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What became of one item: accepted | duplicate | refused (with the problem)."""

    line: int
    status: str
    id: str | None = None
    problem: Problem | None = None


async def ingest(uow: UnitOfWork, cloudevents: Sequence[Any]) -> list[Outcome]:
    """Outcomes of CloudEvents (decoded JSON), in order; lines count from 1."""
    return await ingest_items(uow, [judge(line, value, uow.actor.brands) for line, value in enumerate(cloudevents, 1)])


async def ingest_items(uow: UnitOfWork, items: Sequence[Item]) -> list[Outcome]:
    """Outcomes of items already judged. Of two with one key in the same call the first counts."""
    seen: set[tuple[str, str]] = set()
    fresh: dict[int, NewEvent] = {}
    for place, item in enumerate(items):
        if item.event is not None:
            key = (item.event.source or "", item.event.id or "")
            if key not in seen:
                seen.add(key)
                fresh[place] = item.event
    fresh = await with_brands(uow, fresh)
    known = set(await _store(uow, fresh)) if fresh else set()
    if len(known) < len(fresh):
        log_moved(uow)
        added = [event for place, event in fresh.items() if place not in known]
        await run_append_hooks(uow, added)
    if not known and len(fresh) == len(items):
        return [Outcome(item.line, "accepted", item.id) for item in items]
    return [_outcome(place, item, fresh, known) for place, item in enumerate(items)]


async def _store(uow: UnitOfWork, events: dict[int, NewEvent]) -> list[int]:
    """Places of those that were known already."""
    rows = [
        (place, e.occurred_at or uow.now, e.type, e.object, e.record, e.source, e.id, e.person, e.claimed,
         e.duration_sec, e.brand, encode_data(e.data))
        for place, e in events.items()
    ]  # fmt: skip
    if len(rows) < COPY_FROM:
        return await uow.fetchval(INSERT.format(source=ARRAYS), uow.mode.value, *map(list, zip(*rows, strict=True)))
    await uow.execute(STAGE)
    await uow.copy("event_stage", rows, STAGED)
    known: list[int] = []
    try:
        # A delivery is mostly new in all its parts: then keys need no look for a conflict, which is half their cost.
        async with uow.connection.transaction():
            await uow.execute(KEYS)
            await uow.execute(EVENTS.format(source="event_stage s"), uow.mode.value)
    except asyncpg.UniqueViolationError:
        known = await uow.fetchval(INSERT.format(source="event_stage s"), uow.mode.value)
    await uow.execute("truncate event_stage")
    return known


def _outcome(place: int, item: Item, fresh: dict[int, NewEvent], known: set[int]) -> Outcome:
    if item.problem is not None:
        return Outcome(item.line, "refused", item.id, item.problem)
    status = "accepted" if place in fresh and place not in known else "duplicate"
    return Outcome(item.line, status, item.id)
