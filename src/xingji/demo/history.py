"""Writes the planned past into a workspace, as history: original dates and owners, nothing fires for it.

Owns the order of writing; what is written is `plan`. Everything goes through the one write path and the log.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID

from xingji.demo.planned import Plan, PlannedCustomer, PlannedLead, PlannedOther
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM, NewEvent
from xingji.kernel.db import Database, Mode, UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records import Change, write

T = TypeVar("T")
CHUNK = 400
NAMES = ("person", "customer", "lead", "other")
REASON = {
    "zh": "演示历史数据：按当时的派单表命中此行",
    "en": "Demo history: this row of the table of that time matched",
}
BEFORE = {
    "zh": "演示历史数据：派单表上线前由主管手工分配",
    "en": "Demo history: assigned by hand before there was a table",
}


async def write_history(
    database: Database, workspace: str, plan: Plan, people: Mapping[str, UUID], table_since: datetime
) -> list[UUID]:
    """Stores the plan; the changes it was written by. Leads assigned before `table_since` were assigned by hand."""
    customers = [uuid7() for _ in plan.customers]
    leads = [uuid7() for _ in plan.leads]
    deals = {id: uuid7() for p, id in zip(plan.leads, leads, strict=True) if p.deal}
    others = [(other, uuid7()) for other in plan.others]
    ids = {f"person:{key}": id for key, id in people.items()} | {f"customer:{n}": id for n, id in enumerate(customers)}
    ids |= {f"lead:{n}": id for n, id in enumerate(leads)} | {f"other:{o.key}": id for o, id in others if o.key}
    first = [_other(other, id, people, ids) for other, id in others if other.object == "product"]
    first += [_customer(c, id, people) for c, id in zip(plan.customers, customers, strict=True)]
    first += [_lead(p, id, people, customers) for p, id in zip(plan.leads, leads, strict=True)]
    first += [_deal(p, id, deals[id], people, ids) for p, id in _with_deal(plan, leads)]
    first += [Change("update", "lead", id=id, values={"deal": deal}) for id, deal in deals.items()]
    rest = [pair for pair in others if pair[0].object != "product"]
    # An object whose records name another one's stands after it in the plan.
    for object_key in dict.fromkeys(other.object for other, _ in rest):
        first += [_other(other, id, people, ids) for other, id in rest if other.object == object_key]
    changes = await _write(database, workspace, first)
    for pairs in chunks(list(zip(plan.leads, leads, strict=True))):
        async with database.work(workspace, SYSTEM, mode=Mode.HISTORY) as uow:
            await append_events(uow, [event for p, id in pairs for event in _events(p, id, people, customers)])
            await _ledger(uow, pairs, people, table_since)
    return changes


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a client would send them."""
    return {
        key: value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value
        for key, value in values.items()
    }


def chunks(items: Sequence[T]) -> Iterable[Sequence[T]]:
    """The items in pieces that one short transaction can carry."""
    return (items[n : n + CHUNK] for n in range(0, len(items), CHUNK))


def _with_deal(plan: Plan, leads: Sequence[UUID]) -> Iterable[tuple[PlannedLead, UUID]]:
    return ((p, id) for p, id in zip(plan.leads, leads, strict=True) if p.deal)


async def _write(database: Database, workspace: str, changes: Sequence[Change]) -> list[UUID]:
    """Writes in order, a chunk of one object at a time; the changes it was done by."""
    done = []
    for _, of_object in groupby(changes, key=lambda change: (change.object, change.op)):
        for chunk in chunks(list(of_object)):
            async with database.work(workspace, SYSTEM, mode=Mode.HISTORY) as uow:
                await write(uow, [replace(change, values=as_json(change.values)) for change in chunk])
                done.append(uow.change)
    return done


def _customer(planned: PlannedCustomer, id: UUID, people: Mapping[str, UUID]) -> Change:
    values = planned.values | {"owner": people[planned.owner], "created_at": planned.created_at}
    return Change("create", "customer", id=id, values=values)


def _named(value: Any, ids: Mapping[str, UUID]) -> Any:
    kind, colon, _ = value.partition(":") if isinstance(value, str) else ("", "", "")
    return ids[value] if colon and kind in NAMES and value in ids else value


def _other(planned: PlannedOther, id: UUID, people: Mapping[str, UUID], ids: Mapping[str, UUID]) -> Change:
    values = {key: _named(value, ids) for key, value in planned.values.items()}
    values |= {"owner": people[planned.owner] if planned.owner else None, "created_at": planned.created_at}
    return Change("create", planned.object, id=id, values={k: v for k, v in values.items() if v is not None})


def _lead(planned: PlannedLead, id: UUID, people: Mapping[str, UUID], customers: Sequence[UUID]) -> Change:
    status = "assigned"
    if planned.response_at:
        status = "working"
    if planned.closed_as:
        status = "invalid"
    if planned.converted_at:
        status = "converted"
    values: dict[str, Any] = planned.values | {
        "owner": people[planned.owner],
        "status": status,
        "created_at": planned.created_at,
        "assigned_at": planned.assigned_at,
        "first_response_at": planned.response_at,
        "first_followup_at": planned.followup_at,
        "last_followup_at": planned.followup_at,
        "invalid_reason": planned.closed_as,
        "last_touch_at": planned.followup_at or planned.response_at,
        "converted_at": planned.converted_at,
        "customer": customers[planned.customer] if planned.customer is not None else None,
    }
    if planned.returned_at:
        values |= {"owner": None, "pool": "pool_new", "status": "new", "assigned_at": None}
    return Change("create", "lead", id=id, values={key: value for key, value in values.items() if value is not None})


def _deal(planned: PlannedLead, lead: UUID, id: UUID, people: Mapping[str, UUID], ids: Mapping[str, UUID]) -> Change:
    who = str(planned.values.get("company") or planned.values["name"]).removesuffix("(演示)")
    values = {key: _named(value, ids) for key, value in (planned.deal or {}).items()} | {
        "name": f"{who}·{planned.values['need'][:12]}",
        "lead": lead,
        "customer": ids[f"customer:{planned.customer or 0}"],
        "owner": people[planned.owner],
        "created_at": planned.converted_at,
    }
    return Change("create", "deal", id=id, values=values)


def _events(
    planned: PlannedLead, lead: UUID, people: Mapping[str, UUID], customers: Sequence[UUID]
) -> Iterable[NewEvent]:
    owner = people[planned.owner]
    yield NewEvent(
        "lead.assigned", "lead", lead, {"owner": str(owner), "previous": None, "by": "dispatch"}, planned.assigned_at
    )
    if planned.response_at:
        data = {"kind": "call", "direction": "out", "answered": planned.followup_at is not None}
        yield NewEvent("touch.response", "lead", lead, data, planned.response_at, person=owner, claimed=planned.claimed)
    if planned.followup_at:
        data = {"kind": "call", "direction": "out", "answered": True, "text": "沟通了需求和预算"}
        yield NewEvent("touch.followup", "lead", lead, data, planned.followup_at, person=owner, claimed=planned.claimed)
    if planned.converted_at and planned.customer is not None:
        data = {"customer": str(customers[planned.customer])}
        yield NewEvent("lead.converted", "lead", lead, data, planned.converted_at, person=owner)
    if planned.returned_at:
        yield NewEvent("lead.returned", "lead", lead, {"pool": "pool_new", "reason": "sla"}, planned.returned_at)


async def _ledger(
    uow: UnitOfWork, pairs: Iterable[tuple[PlannedLead, UUID]], people: Mapping[str, UUID], table_since: datetime
) -> None:
    rows = []
    for planned, lead in pairs:
        by_table = planned.assigned_at >= table_since
        chosen = people[planned.owner]
        rows.append(
            (
                lead, planned.assigned_at, "dispatched" if by_table else "reassigned", "main" if by_table else None,
                1 if by_table else None, planned.row if by_table else None, chosen, REASON if by_table else BEFORE,
                [{"person": str(chosen), "chosen": True}], "history",
            )
        )  # fmt: skip
    await uow.executemany(
        "insert into ledger (lead, at, action, table_key, table_version, row_key, chosen, reason, candidates, mode)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        rows,
    )
