"""A new owner is an assignment, however it came about: typing an owner into a record arms the SLA clock like a dispatch does.

Commands of leads and rules say `lead.assigned` themselves; this listens for plain writes by people and tokens.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.ledger import Entry, take_back_lines, write_ledger
from xingji.features.leads.leads import carries, may_assign
from xingji.kernel import records
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Mode, UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.events.withdrawn import WITHDRAWN
from xingji.kernel.records.behalf import on_behalf

#: What an undo takes back with the lead, and the server-owned fields each sets.
ASSIGNMENTS: dict[str, tuple[str, ...]] = {"lead.assigned": ("assigned_at",), "lead.picked": (), "lead.returned": ()}
WARM = """update pool_entry p set cool_until = null from event e
  where e.record = any($1) and e.change = $2 and e.type = 'lead.returned' and p.record = e.record and p.entered_at = e.occurred_at"""
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
    if not given or uow.undoes is not None:  # what was never given is not given anew by taking it back
        return
    name = uow.actor.name
    held = await records.get_records(on_behalf(uow), "lead", [event.record for event in given if event.record], ["assigned_at", "pool"])
    rows = {row["id"]: row for row in held}
    changes, said, lines = [], [], []
    for event in given:
        before, owner = _owner(event)
        pool = (event.data["changes"].get("pool") or [rows.get(str(event.record), {}).get("pool")])[0]
        carried = carries({**rows.get(str(event.record), {}), "owner": before, "pool": pool})
        values: dict[str, Any] = {"pool": None} | ({} if carried else {"assigned_at": uow.now.isoformat()})
        row = event.data["changes"]
        if event.type == "lead.created" and (row.get("status") or [None, "new"])[1] == "new":
            values["status"] = "assigned"
        changes.append(records.Change("update", "lead", event.record, values))
        data = {"owner": owner, "previous": before, "by": "manual"} | carried
        said.append(NewEvent("lead.assigned", "lead", event.record, data, brand=event.brand))
        note = {"code": "manual", "zh": f"{name} 直接填写了负责人", "en": f"the owner was entered by {name}"}
        lines.append(Entry(event.record, "transferred", UUID(owner), None, UUID(before) if before else None, note))  # type: ignore[arg-type]
    await records.write(on_behalf(uow), changes, gate=False, owned=True)
    await append_events(uow, said)
    await write_ledger(uow, lines)


async def forget_assigned(uow: UnitOfWork, events: Sequence[NewEvent]) -> None:
    """Follows undoing: an assignment taken back is no longer counted, and no pool cools anybody down for it."""
    back: dict[UUID, list[UUID]] = {}
    for event in events:
        if event.type == WITHDRAWN and event.object == "lead" and event.record and ASSIGNMENTS.keys() & set(event.data.get("types") or ()):
            back.setdefault(UUID(event.data["change"]), []).append(event.record)
    for change, leads in back.items():
        await take_back_lines(uow, leads, change, list(ASSIGNMENTS))
        await uow.execute(WARM, leads, change)


def _owner(event: NewEvent) -> tuple[str | None, str | None]:
    """(owner before, owner now) of a plain write that changed it, else (None, None)."""
    pair = (event.data.get("changes") or {}).get("owner")
    return (pair[0], pair[1]) if pair and pair[0] != pair[1] else (None, None)
