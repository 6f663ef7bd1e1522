"""A new owner is an assignment, however it came about: typing an owner into a record arms the SLA clock like a dispatch does.

Commands of leads and rules say `lead.assigned` themselves; this listens for plain writes by people and tokens.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.ledger import Entry, write_ledger
from xingji.features.leads.leads import may_assign
from xingji.kernel import records
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Mode, UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records.behalf import on_behalf

PLAIN = ("lead.created", "lead.updated")


async def say_assigned(uow: UnitOfWork, events: Sequence[NewEvent]) -> None:
    """Follows plain writes that gave leads an owner: assigned_at and status, the event, a ledger line.

    Emits: lead.assigned. Imports and history fire nothing. Raises: `access.right_missing` for whoever gives a lead to
    somebody else, or takes it from its owner, without the right to assign.
    """
    if uow.actor.kind not in ("person", "token") or uow.mode is not Mode.LIVE:
        return
    plain = [event for event in events if event.type in PLAIN and event.record is not None and _owner(event) != (None, None)]
    if any(_owner(event) != (None, str(uow.actor.person)) for event in plain):
        may_assign(uow)
    given = [event for event in plain if _owner(event)[1]]
    if not given:
        return
    name = uow.actor.name
    changes, said, lines = [], [], []
    for event in given:
        before, owner = _owner(event)
        values: dict[str, Any] = {"assigned_at": uow.now.isoformat(), "pool": None}
        row = event.data["changes"]
        if event.type == "lead.created" and (row.get("status") or [None, "new"])[1] == "new":
            values["status"] = "assigned"
        changes.append(records.Change("update", "lead", event.record, values))
        data = {"owner": owner, "previous": before, "by": "manual"}
        said.append(NewEvent("lead.assigned", "lead", event.record, data, brand=event.brand))
        note = {"code": "manual", "zh": f"{name} 直接填写了负责人", "en": f"the owner was entered by {name}"}
        lines.append(Entry(event.record, "transferred", UUID(owner), None, UUID(before) if before else None, note))  # type: ignore[arg-type]
    await records.write(on_behalf(uow), changes, gate=False, owned=True)
    await append_events(uow, said)
    await write_ledger(uow, lines)


def _owner(event: NewEvent) -> tuple[str | None, str | None]:
    """(owner before, owner now) of a plain write that changed it, else (None, None)."""
    pair = (event.data.get("changes") or {}).get("owner")
    return (pair[0], pair[1]) if pair and pair[0] != pair[1] else (None, None)
