"""Keeps health current: follows the log by its own cursor, and looks at every record again as time passes."""

from uuid import UUID

from xingji.features.process.health import refresh_health
from xingji.features.process.sight import playbooks_of
from xingji.kernel import records
from xingji.kernel.db import Database
from xingji.kernel.definitions import load_published
from xingji.kernel.events import advance_lanes, next_heads, pace_of, records_of

CONSUMER = "process_health"
STALE_AFTER = "10 minutes"
STALE_AT_ONCE = 2_000
OWN = ("process.health_changed",)


async def follow_health(database: Database, workspace: str) -> int:
    """Refreshes the records that events were about; how many events were read."""
    limit = pace_of(database, workspace, CONSUMER).limit
    async with database.work(workspace) as uow:
        if not (await load_published(uow)).of_kind("playbook"):
            return 0
        events = await next_heads(uow, CONSUMER, limit)
        if not events:
            return 0
        for object_key, ids in records_of(events, without=OWN).items():
            await refresh_health(uow, object_key, ids)
        await advance_lanes(uow, CONSUMER, events)
        return len(events)


async def age_health(database: Database, workspace: str) -> int:
    """Refreshes what was computed longest ago: limits pass without an event; how many."""
    async with database.work(workspace) as uow:
        rows = await uow.fetch(
            f"select object, record from process_health where at < $1::timestamptz - interval '{STALE_AFTER}' or at > $1 order by at limit {STALE_AT_ONCE}",
            uow.now,
        )
        stale: dict[str, list[UUID]] = {}
        for row in rows:
            stale.setdefault(row["object"], []).append(row["record"])
        known = (await records.load_schema(uow)).objects
        for object_key, ids in stale.items():
            if object_key in known and await playbooks_of(uow, object_key):
                await refresh_health(uow, object_key, ids)
        return len(rows) if len(rows) == STALE_AT_ONCE else 0
