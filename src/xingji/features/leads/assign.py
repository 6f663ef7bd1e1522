"""Giving a lead to a person or a pool by hand. Owns who may and the ledger line; the table's dispatch is in `dispatch`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.ledger import Entry, write_ledger
from xingji.features.leads.leads import carries, may_assign, open_lead, reach
from xingji.features.leads.pools import return_to_pool
from xingji.kernel import access, records
from xingji.kernel.core.errors import Problem, conflict, invalid
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records.behalf import on_behalf

STAYED = {
    "closed": {"zh": "线索已转化或无效，不能放入公海", "en": "The lead is converted or invalid and cannot go to a pool"},
    "there": {"zh": "已经在这个公海里", "en": "The lead is in this pool already"},
    "protected": {"zh": "在报备保护期内", "en": "The lead is under approved protection"},
}


async def assign_lead(
    uow: UnitOfWork, lead: UUID, *, person: UUID | None = None, pool: str | None = None, reason: str = "", by: str = "manual"
) -> dict[str, Any]:
    """Hands an open lead to a person or to a pool; the owner and pool now.

    Emits: lead.assigned or lead.returned. Raises: `access.right_missing`, `leads.closed`, `leads.person_gone`.
    """
    if (person is None) == (pool is None):
        raise invalid("leads.assign_to_one", fields=["person", "pool"])
    row = await reach(uow, lead)
    open_lead(row)
    may_assign(uow)
    if pool is not None:
        await return_to_pool(uow, pool, {lead: None}, reason=reason or "manual")
        return {"owner": None, "pool": pool, "change": str(uow.change)}
    owner = await _living(uow, person)
    previous = row.get("owner")
    if previous is not None and str(previous) == str(person):
        raise conflict("leads.already_theirs", person=str(person))
    await hand_over(uow, row, owner, reason=reason, by=by, action="reassigned")
    return {"owner": str(person), "pool": None, "change": str(uow.change)}


async def pool_many(uow: UnitOfWork, leads: Sequence[UUID], pool: Any) -> dict[UUID, Problem | None]:
    """Puts leads into a pool by hand; for each that stayed where it was, why. Raises: `access.right_missing`, `pool.unknown`."""
    may_assign(uow)
    rows = await records.get_records(on_behalf(uow), "lead", leads)
    done = await return_to_pool(uow, str(pool), {UUID(str(row["id"])): row for row in rows}, reason="manual")
    return {
        lead: None if what == "returned" else Problem(f"leads.pool_{what}", "", message=STAYED[what], who="supervisor")
        for lead, what in done.items()
    }


async def _living(uow: UnitOfWork, person: UUID | None) -> dict[str, Any]:
    row = await uow.fetchrow("select id, name, left_on from person where id = $1", person)
    today = uow.now.astimezone(uow.workspace.zone).date()
    if row is None or (row["left_on"] is not None and row["left_on"] <= today):
        raise invalid("leads.person_gone", person=str(person))
    return dict(row)


async def hand_over(
    uow: UnitOfWork, row: dict[str, Any], owner: dict[str, Any], *, reason: str, by: str, action: str
) -> None:
    """Stores the new owner, the event and the ledger line; from person to person the customer's clock runs on."""
    lead, previous = UUID(str(row["id"])), row.get("owner")
    status = row["status"] if row["status"] in ("working", "qualified") else "assigned"
    carried = carries(row)
    values = {"owner": str(owner["id"]), "pool": None, "status": status} | ({} if carried else {"assigned_at": uow.now.isoformat()})
    await records.write(on_behalf(uow), [records.Change("update", "lead", lead, values, row["version"])], owned=True)
    data = {"owner": str(owner["id"]), "previous": str(previous) if previous else None, "by": by, "reason": reason} | carried
    await append_events(uow, [NewEvent("lead.assigned", "lead", lead, data, brand=row.get("brand"))])
    words = {"zh": f"{uow.actor.name or '系统'} 指派给 {owner['name']}", "en": f"given to {owner['name']} by {uow.actor.name or 'the system'}"}
    note = {"code": by, "note": reason, **words}
    before = UUID(str(previous)) if previous else None
    await write_ledger(uow, [Entry(lead, action, owner["id"], None, before, note)])
    if reason and uow.actor.person:
        await access.audit(uow, "lead.assign", object_key="lead", record=lead, reason=reason)
