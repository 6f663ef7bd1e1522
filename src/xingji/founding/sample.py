"""Sample data of a template: invented people, leads, customers and deals, marked, and taken away in one go.

What belongs to the sample is known by the changes that wrote it; the workspace's settings keep those.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from xingji.demo.history import chunks, write_history
from xingji.demo.trade import plan_trade, sample_people
from xingji.founding.gallery import template_folder
from xingji.kernel import access
from xingji.kernel.core.protocols import SYSTEM, Actor
from xingji.kernel.db import Database, Mode, UnitOfWork
from xingji.kernel.definitions.pack_files import read_pack
from xingji.kernel.records import Change, get_records, write
from xingji.kernel.work import load_calendar

TABLE_DAYS = 30
MADE = """select distinct object, record from event
  where change = any($1) and type = object || '.created' and record is not null order by object, record"""


async def add_sample(database: Database, workspace: str, template: str, size: str) -> dict[str, int]:
    """Writes the template's sample of that size; how many records of each object."""
    pack = read_pack(template_folder(template), size)
    trade = pack.aside["data.yaml"]
    people = sample_people(trade, size)
    heads = {person["unit"]: person["key"] for person in people if "supervisor" in person["roles"]}
    async with database.work(workspace) as uow:
        units = [unit | {"head": heads[unit["key"]]} for unit in (pack.people or {})["units"] if unit["key"] in heads]
        ids = await access.save_people(uow, {"units": units, "persons": people})
        calendar, now = await load_calendar(uow, "office"), uow.now.astimezone(uow.workspace.zone)
    owners: dict[str, list[str]] = {}
    for person in people:
        if person["key"] not in heads.values():
            owners.setdefault(person["unit"], []).append(person["key"])
    plan = plan_trade(trade, size, owners, now, calendar)
    persons = {person["key"]: ids[person["key"]] for person in people}
    changes = await write_history(database, workspace, plan, persons, now - timedelta(days=TABLE_DAYS))
    counts = {"lead": len(plan.leads), "customer": len(plan.customers), "person": len(people)}
    counts["deal"] = sum(lead.deal is not None for lead in plan.leads) + sum(o.object == "deal" for o in plan.others)
    sample = {"changes": [str(change) for change in changes], "counts": counts, "at": now.isoformat()}
    async with database.work(workspace) as uow:
        await uow.execute("update workspace_state set settings = settings || $1", {"sample": sample})
    return counts


def sample_of(uow: UnitOfWork) -> dict[str, Any] | None:
    """What sample data this workspace holds: {counts, at}; None without any."""
    sample = uow.workspace.settings.get("sample")
    return {"counts": sample["counts"], "at": sample["at"]} if sample else None


async def remove_sample(database: Database, workspace: str, actor: Actor) -> dict[str, int]:
    """Deletes every record of the sample (restorable for 30 days) and lets its people leave; how many of each."""
    async with database.work(workspace, actor) as uow:
        sample = uow.workspace.settings.get("sample") or {"changes": []}
        rows = await uow.fetch(MADE, [UUID(change) for change in sample["changes"]])
    removed: dict[str, int] = {}
    # Work first, what it hangs on afterwards.
    last = {"customer": 1, "product": 2}
    for object_key in sorted({row["object"] for row in rows}, key=lambda key: (last.get(key, 0), key)):
        ids = [row["record"] for row in rows if row["object"] == object_key]
        for chunk in chunks(ids):
            removed[object_key] = removed.get(object_key, 0) + await _delete(database, workspace, object_key, chunk)
    async with database.work(workspace, actor) as uow:
        removed["person"] = await _let_people_go(uow)
        await uow.execute("update workspace_state set settings = settings - 'sample'")
        await access.audit(uow, "sample.removed", removed=removed)
    return removed


async def _delete(database: Database, workspace: str, object_key: str, ids: Sequence[UUID]) -> int:
    async with database.work(workspace, SYSTEM, mode=Mode.IMPORT) as uow:
        standing = await get_records(uow, object_key, ids, ["id"])
        changes = [Change("delete", object_key, UUID(str(row["id"]))) for row in standing]
        if changes:
            await write(uow, changes, gate=False, owned=True)
        return len(changes)


async def _let_people_go(uow: UnitOfWork) -> int:
    today = uow.now.astimezone(uow.workspace.zone).date()
    rows = await uow.fetch(
        """select p.key, p.name, p.title, p.roles, p.tags, p.phone, u.key as unit from person p left join unit u on u.id = p.unit
          where p.key like 'sample\\_%' and p.left_on is null order by p.key"""
    )
    await access.save_people(uow, {"persons": [dict(row) | {"left_on": today} for row in rows]})
    return len(rows)
