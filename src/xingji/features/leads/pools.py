"""Pools (公海): what returns to them and who may pick. Owns the commands and `pool_pick`; idle returns are in `pools_idle`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.ledger import Entry, write_ledger
from xingji.features.leads.leads import CLOSED, reach, whole
from xingji.features.leads.literals import repr_id
from xingji.features.leads.pool_entries import cooled_owners, enter_pool
from xingji.features.leads.pools_explained import explain, lying_there
from xingji.features.leads.recognition.credit import OPEN_CEL
from xingji.kernel import access, records
from xingji.kernel.core.errors import conflict, forbidden, not_found
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import Published, load_published
from xingji.kernel.events import append_events
from xingji.kernel.records.behalf import on_behalf

REASONS = {
    "sla": ("超时未响应，收回公海", "not answered in time"),
    "idle": ("久无有效跟进，收回公海", "no effective follow-up for too long"),
    "manual": ("人工放回公海", "put back by hand"),
}


async def pool_document(uow: UnitOfWork, key: str) -> Mapping[str, Any]:
    """The published pool. Raises: `pool.unknown`."""
    document = (await load_published(uow)).get("pool", key)
    if document is None:
        raise not_found("pool.unknown", pool=key)
    return document


def row_masks(published: Published) -> list[records.RowMask]:
    """Fields hidden until somebody picks the record, per pool: masked for whoever may not assign from it."""
    return [
        records.RowMask(
            str(document.get("object", "lead")), tuple(document["hide_until_pick"]), f'pool == "{key}" && owner == null', "pool.assign"
        )
        for key, document in published.of_kind("pool").items()
        if document.get("hide_until_pick")
    ]


async def return_to_pool(
    uow: UnitOfWork, pool: str, leads: Mapping[UUID, Mapping[str, Any] | None], *, reason: str
) -> dict[UUID, str]:
    """Takes leads from their owners into a pool; for each what became of it: returned | protected | closed | there.

    Values are the records where the caller has them. A lead under approved protection stays with its owner, except
    when a person puts it back by hand. Emits: lead.returned.
    """
    document = await pool_document(uow, pool)
    outcome: dict[UUID, str] = {}
    changes, events, entries, lines = [], [], [], []
    words = REASONS.get(reason, REASONS["manual"])
    for lead, given in leads.items():
        row = given or await whole(uow, lead)
        outcome[lead] = _standing(row, pool, uow.now, forced=reason not in ("sla", "idle"))
        if outcome[lead] != "returned":
            continue
        owner = UUID(str(row["owner"])) if row.get("owner") else None
        changes.append(records.Change("update", "lead", lead, {"owner": None, "pool": pool, "status": "new"}))
        data = {"pool": pool, "reason": reason, "previous": str(owner) if owner else None}
        events.append(NewEvent("lead.returned", "lead", lead, data, brand=row.get("brand")))
        entries.append((lead, pool, owner))
        note = {"code": reason if reason in REASONS else "manual", "note": reason, "zh": words[0], "en": words[1]}
        lines.append(Entry(lead, "returned", None, pool, owner, note))
    if changes:
        await records.write(on_behalf(uow), changes, owned=True)
        cool = uow.now + timedelta(days=float(document.get("cool_down_days") or 0))
        await enter_pool(uow, "lead", entries, cool, {"code": reason})
        await append_events(uow, events)
        await write_ledger(uow, lines)
    return outcome


def _standing(row: Mapping[str, Any], pool: str, now: datetime, *, forced: bool) -> str:
    if row.get("status") in CLOSED:
        return "closed"
    if row.get("pool") == pool and row.get("owner") is None:
        return "there"
    until = row.get("protected_until")
    if until is not None and not forced:
        moment = datetime.fromisoformat(until) if isinstance(until, str) else until
        if moment > now:
            return "protected"
    return "returned"


async def pick(uow: UnitOfWork, pool: str, lead: UUID) -> dict[str, Any]:
    """Gives a lead of a pool to the actor, within the pool's limits.

    Emits: lead.picked, lead.assigned. Raises: `pool.not_here`, `pool.manager_only`, `pool.day_limit`,
    `pool.holding_limit`, `pool.cooling_down`.
    """
    person = uow.actor.person
    if person is None:
        raise forbidden("pool.needs_a_person")
    document = await pool_document(uow, pool)
    access.authorise(uow.actor, "update", "lead")  # whoever only looks at leads does not take one
    # One pick of a lead at a time, and one at a time per person: both limits are counted behind these locks.
    await uow.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{uow.workspace.schema}:pick:{person}")
    await uow.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{uow.workspace.schema}:lead:{lead}")
    row = await reach(uow, lead)
    if row.get("pool") != pool or row.get("owner") is not None or row.get("status") in CLOSED:
        raise conflict("pool.not_here", pool=pool, owner=str(row["owner"]) if row.get("owner") else None)
    await _check_limits(uow, pool, document, lead, person)
    values = {"owner": str(person), "pool": None, "status": "assigned", "assigned_at": uow.now.isoformat()}
    await records.write(on_behalf(uow), [records.Change("update", "lead", lead, values, row["version"])], owned=True)
    await uow.execute("insert into pool_pick (pool, person, at, record) values ($1, $2, $3, $4) on conflict do nothing", pool, person, uow.now, lead)
    data = {"owner": str(person), "previous": None, "by": "pick", "pool": pool}
    brand = row.get("brand")
    await append_events(uow, [
        NewEvent("lead.picked", "lead", lead, {"pool": pool}, brand=brand), NewEvent("lead.assigned", "lead", lead, data, brand=brand),
    ])  # fmt: skip
    name = uow.actor.name
    note = {"code": "pick", "zh": f"{name} 从公海领取", "en": f"picked from the pool by {name}"}
    await write_ledger(uow, [Entry(lead, "picked", person, pool, None, note)])
    return {"owner": str(person), "pool": None, "change": str(uow.change)}


async def _check_limits(uow: UnitOfWork, pool: str, document: Mapping[str, Any], lead: UUID, person: UUID) -> None:
    limits = document.get("pick") or {}
    manager = uow.actor.policy is None or uow.actor.policy.may("pool.assign")
    if limits.get("manager_only") and not manager:
        raise forbidden("pool.manager_only", pool=pool, who="supervisor")
    if person in (await cooled_owners(uow, [lead])).get(lead, frozenset()):
        until = await uow.fetchval("select cool_until from pool_entry where record = $1", lead)
        raise conflict("pool.cooling_down", pool=pool, until=until.isoformat())
    if (per_day := limits.get("per_day")) is not None:
        start = uow.now.astimezone(uow.workspace.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        picked = await uow.fetchval("select count(*) from pool_pick where pool = $1 and person = $2 and at >= $3", pool, person, start)
        if picked >= per_day:
            raise conflict("pool.day_limit", pool=pool, limit=per_day, picked=picked)
    if (most := holding_limit(limits.get("holding"), uow.actor.roles)) is not None:
        held = await held_by(uow, person)
        if held >= most:
            raise conflict("pool.holding_limit", pool=pool, limit=most, held=held)


async def held_by(uow: UnitOfWork, person: UUID | None) -> int:
    """How many open leads a person holds, whoever asks."""
    query = records.Query("lead", filter=f"owner == {repr_id(str(person))} && {OPEN_CEL}", aggregates=[{"as": "n", "fn": "count"}], group=[])
    return int((await records.aggregate(on_behalf(uow), query))[0]["n"])


def refusal(left: int | None, open_to_them: bool, full: bool) -> str:
    """The code of what keeps somebody from picking at all, as the pick itself would say it."""
    if not open_to_them:
        return "pool.manager_only"
    return "pool.day_limit" if left == 0 else "pool.holding_limit" if full else "access.denied"


def holding_limit(holding: Any, roles: tuple[str, ...]) -> int | None:
    """How many open leads one may hold to pick more: a number, or one per role (the largest counts)."""
    if isinstance(holding, int):
        return holding
    if isinstance(holding, Mapping):
        found = [int(limit) for role, limit in holding.items() if role in roles]
        return max(found) if found else None
    return None


async def list_pools(uow: UnitOfWork) -> list[dict[str, Any]]:
    """The pools with how many records the actor sees in each, and whether picking is theirs to do."""
    published = await load_published(uow)
    found: list[dict[str, Any]] = []
    held: int | None = None
    for key, document in published.of_kind("pool").items():
        object_key = str(document.get("object", "lead"))
        if uow.actor.policy is not None and uow.actor.policy.rows(object_key, "read").nothing:
            continue
        query = records.Query(object_key, filter=f'pool == "{key}" && owner == null', aggregates=[{"as": "n", "fn": "count"}], group=[])
        rows = await records.aggregate(uow, query)
        limits = document.get("pick") or {}
        picked = 0
        if uow.actor.person is not None:
            start = uow.now.astimezone(uow.workspace.zone).replace(hour=0, minute=0, second=0, microsecond=0)
            picked = await uow.fetchval("select count(*) from pool_pick where pool = $1 and person = $2 and at >= $3", key, uow.actor.person, start)
        manager = uow.actor.policy is None or uow.actor.policy.may("pool.assign")
        left = None if limits.get("per_day") is None else max(int(limits["per_day"]) - picked, 0)
        writes = uow.actor.policy is None or not uow.actor.policy.rows(object_key, "update").nothing
        most = holding_limit(limits.get("holding"), uow.actor.roles) if uow.actor.person is not None else None
        if most is not None and held is None:
            held = await held_by(uow, uow.actor.person)
        full = most is not None and held is not None and held >= most
        may = bool(uow.actor.person) and writes and (manager or not limits.get("manager_only")) and left != 0 and not full
        why = None if may else refusal(left, manager or not limits.get("manager_only"), full)
        found.append({
            "key": key, "name": document.get("name"), "object": object_key, "count": int(rows[0]["n"]) if rows else 0,
            "pick": dict(limits), "picks_left": left, "hide_until_pick": list(document.get("hide_until_pick") or ()), "can": {"pick": may},
            "picked_today": picked, "holding": None if most is None else {"limit": most, "held": held}, "why_not": why,
            "explained": await explain(uow, document, object_key),
        })  # fmt: skip
    return found


async def pool_entries(uow: UnitOfWork, pool: str, *, sort: str | None = None, after: str | None = None, limit: int = 50) -> Any:
    """A page of the records lying in a pool, as far as the actor sees them."""
    document = await pool_document(uow, pool)
    query = records.Query(
        str(document.get("object", "lead")), filter=f'pool == "{pool}" && owner == null', sort=[sort or "-created_at"],
        limit=min(limit, 200), after=after, count="capped",
    )  # fmt: skip
    page = await records.query(uow, query)
    await lying_there(uow, page.rows)
    return page


__all__ = ["holding_limit", "list_pools", "pick", "pool_document", "pool_entries", "return_to_pool", "row_masks"]
