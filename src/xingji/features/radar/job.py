"""Keeps the radar current: follows the log, looks at everything again as time passes, learns limits once a day."""

from datetime import timedelta

from xingji.features.radar.evaluate import refresh_risks, risks_of
from xingji.features.radar.limits import learn
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.events import advance_lanes, next_heads, pace_of, records_of

CONSUMER = "radar"
ALL_EVERY = timedelta(minutes=15)
LEARN_EVERY = timedelta(hours=24)
OWN = ("risk.raised", "risk.cleared", "process.health_changed")
LIMITS = ""


async def follow_risks(database: Database, workspace: str) -> int:
    """Looks at the records that events were about; how many events were read."""
    limit = pace_of(database, workspace, CONSUMER).limit
    async with database.work(workspace) as uow:
        watched = set(await risks_of(uow))
        if not watched:
            return 0
        events = await next_heads(uow, CONSUMER, limit, from_now=True)
        if not events:
            return 0
        for object_key, ids in records_of(events, without=OWN).items():
            if object_key in watched:
                await refresh_risks(uow, object_key, ids)
        await advance_lanes(uow, CONSUMER, events)
    return len(events)


async def sweep_risks(database: Database, workspace: str) -> int:
    """Learns and looks at all records where that is due, or the definitions changed; always 0: never at once again."""
    async with database.work(workspace) as uow:
        watched = await risks_of(uow)
        runs = {row["object"]: row for row in await uow.fetch("select object, rev, at from risk_run")}
        open_objects = {row["object"] for row in await uow.fetch("select distinct object from risk where cleared_at is null")}
        if not watched and not open_objects:
            return 0
        rev = uow.workspace.definitions_rev
        if _due(uow, runs.get(LIMITS), LEARN_EVERY, rev):
            await learn(uow, [risk for risks in watched.values() for risk in risks])
            await _done(uow, LIMITS)
        for object_key in sorted({*watched, *open_objects}):
            if _due(uow, runs.get(object_key), ALL_EVERY, rev):
                await refresh_risks(uow, object_key)
                await _done(uow, object_key)
    return 0


def _due(uow: UnitOfWork, run: dict[str, object] | None, every: timedelta, rev: int) -> bool:
    return run is None or run["rev"] != rev or not run["at"] <= uow.now < run["at"] + every  # type: ignore[operator]


async def _done(uow: UnitOfWork, object_key: str) -> None:
    await uow.execute(
        "insert into risk_run values ($1, $2, $3) on conflict (object) do update set (rev, at) = (excluded.rev, excluded.at)",
        object_key, uow.workspace.definitions_rev, uow.now,
    )  # fmt: skip
