"""The draw: seeded, kept with its candidates, so that anybody gets the same again. Owns `audit_draw` and makes `audit_case`.

The order is by sha256 of "<seed>:<record id>"; the first share of them, and at least so many, are drawn.
"""

import hashlib
import math
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from xingji.features.audits.kinds import Plan, read_plan
from xingji.kernel import records
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.definitions import Published, load_published
from xingji.kernel.events import append_events
from xingji.kernel.work import Notice, notify

MOST = 5_000


def draw(seed: str, candidates: Sequence[UUID], count: int) -> list[UUID]:
    """The drawn records in their order. Pure; `sha256(seed + ":" + id)`, smallest first."""
    return sorted(candidates, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).hexdigest())[:count]


def how_many(plan: Plan, candidates: int) -> int:
    """So many are drawn of so many."""
    return min(candidates, max(plan.least, math.ceil(candidates * plan.share)))


async def plans_of(uow: UnitOfWork) -> Mapping[str, Plan]:
    """The published plans."""
    return (await load_published(uow)).memo("audits.plans", _in_force)


def _in_force(published: Published) -> Mapping[str, Plan]:
    return published.compiled("audit_plan", lambda key, document: read_plan(key, published.versions["audit_plan", key], document))


async def candidates_of(uow: UnitOfWork, plan: Plan) -> list[UUID]:
    """Every record the plan is about, by id."""
    found: list[UUID] = []
    after = None
    while True:
        page = await records.query(records.on_behalf(uow), records.Query(plan.object, ["id"], plan.of, sort=["id"], limit=MOST, after=after))
        found += [UUID(row["id"]) for row in page.rows]
        if page.next is None:
            return sorted(found)
        after = page.next


async def draw_once(database: Database, workspace: str) -> int:
    """Draws for every plan whose hour of this week has come and that has no draw yet; always 0."""
    async with database.work(workspace) as uow:
        for plan in (await plans_of(uow)).values():
            local = uow.now.astimezone(uow.workspace.zone)
            monday = local.date() - timedelta(days=local.weekday())
            if local >= due_at(uow, plan, monday) and not await uow.fetchval("select true from audit_draw where plan = $1 and week = $2", plan.key, monday):
                await make_draw(uow, plan, monday, secrets.token_hex(16))
    return 0


def due_at(uow: UnitOfWork, plan: Plan, monday: date) -> datetime:
    """When the plan draws in the week of that Monday."""
    hour, minute = map(int, plan.at.split(":"))
    return datetime.combine(monday + timedelta(days=plan.weekday - 1), time(hour, minute), tzinfo=uow.workspace.zone)


async def make_draw(uow: UnitOfWork, plan: Plan, monday: date, seed: str) -> list[UUID]:
    """Draws and keeps; the drawn records. Tells the officers. Emits: `audit.drawn` on each record."""
    candidates = await candidates_of(uow, plan)
    drawn = draw(seed, candidates, how_many(plan, len(candidates)))
    id = await uow.fetchval(
        "insert into audit_draw (plan, version, object, week, seed, candidates, drawn_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id",
        plan.key, plan.version, plan.object, monday, seed, candidates, uow.now,
    )  # fmt: skip
    if id is None:
        return []
    await uow.executemany("insert into audit_case (draw, record, place) values ($1, $2, $3)", [(id, record, n) for n, record in enumerate(drawn, 1)])
    brands = {UUID(row["id"]): row.get("brand") for row in await records.get_records(records.on_behalf(uow), plan.object, drawn, ["brand"])}
    await append_events(uow, [NewEvent("audit.drawn", plan.object, record, {"draw": str(id), "plan": plan.key}, brand=brands.get(record)) for record in drawn])
    officers = await uow.fetch("select id from person where $1 = any (roles) and left_on is null", plan.role)
    title: dict[str, Any] = {"zh": f"本周审计抽到 {len(drawn)} 单", "en": f"{len(drawn)} records are drawn for audit this week"}
    await notify(uow, [Notice(row["id"], "audit", title, dedupe=f"audit {id}") for row in officers] if drawn else [])
    return drawn


async def verify(uow: UnitOfWork, id: UUID) -> dict[str, Any] | None:
    """The draw computed again from what was kept: {same, seed, candidates, drawn}; None for no such draw."""
    row = await uow.fetchrow("select * from audit_draw where id = $1", id)
    if row is None:
        return None
    kept = [case["record"] for case in await uow.fetch("select record from audit_case where draw = $1 order by place", id)]
    again = draw(row["seed"], row["candidates"], len(kept))
    return {"same": again == kept, "seed": row["seed"], "candidates": [str(one) for one in row["candidates"]], "drawn": [str(one) for one in kept], "how": 'sha256(seed + ":" + id)'}
