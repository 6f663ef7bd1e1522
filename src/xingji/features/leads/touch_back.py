"""What a touch brought about, and taking one back that was tapped by mistake. Owns no touch of its own.

Taking back restores what the touch set and starts the clocks it had stopped as from their own beginning, so that
nothing is gained by it. Only the person's own word, for ten minutes, and only while nothing was built on it.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from xingji.features.leads.leads import reach, whole
from xingji.kernel import records
from xingji.kernel.core.errors import conflict, not_found
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.events.withdrawn import WITHDRAWN, standing
from xingji.kernel.records.behalf import on_behalf
from xingji.kernel.rules.runs import runs_of_record, timers_of

LONGEST = timedelta(minutes=10)
MINE = f"""select e.id, e.type, e.occurred_at, e.received_at, e.claimed, e.brand, {standing("e")} as standing from event e
  where e.change = $1 and e.record = $2 and e.type like 'touch.%' and e.person is not distinct from $3 order by e.id"""
CHANGES = """select object, record, data->'changes' as changes from event
  where change = $1 and type = object || '.updated' order by id"""
ANSWERED = "select id from rule_run where record = $1 and event = any($2::bigint[]) and outcome = 'acted'"
READ = """select coalesce(bool_and((c.xid, c.id) >= (e.xid, e.id)), true) from event e
  left join event_cursor c on c.consumer = 'rules' and c.lane = e.lane where e.id = any($1::bigint[]) and e.record = $2"""


async def take_back(uow: UnitOfWork, lead: UUID, change: UUID) -> dict[str, Any]:
    """Withdraws one's own touch; {restored, kept} name the fields put back and those changed since.

    Emits: event.withdrawn. Raises: `touch.not_yours`, `touch.too_late`, `touch.recorded`, `touch.taken_back`.
    """
    row = await reach(uow, lead)
    said = await uow.fetch(MINE, change, lead, uow.actor.person)
    if not said:
        raise not_found("touch.not_yours", change=str(change))
    if not all(event["standing"] for event in said):
        raise conflict("touch.taken_back")
    if not all(event["claimed"] for event in said):
        raise conflict("touch.recorded")
    if await uow.fetchval("select now() - $1::timestamptz", said[0]["received_at"]) > LONGEST:
        raise conflict("touch.too_late", minutes=int(LONGEST.total_seconds() // 60))
    restored: list[str] = []
    kept: list[str] = []
    for event in await uow.fetch(CHANGES, change):
        own = event["record"] == lead
        now = row if own else await whole(uow, event["record"], event["object"])
        before = {key: pair[0] for key, pair in (event["changes"] or {}).items() if now.get(key) == pair[1]}
        kept += [key for key in (event["changes"] or {}) if key not in before] if own else []
        if before:
            # The lead under the actor's own scope; the customer as the touch itself wrote it.
            await records.write(uow if own else on_behalf(uow), [records.Change("update", event["object"], event["record"], before)], gate=False, owned=True)
            restored += list(before) if own else []
    data = {"change": str(change), "types": [event["type"] for event in said]}
    await append_events(uow, [NewEvent(WITHDRAWN, "lead", lead, data, brand=row.get("brand"))])
    return {"restored": restored, "kept": kept, "change": str(uow.change)}


async def triggered(uow: UnitOfWork, lead: UUID, change: UUID) -> dict[str, Any]:
    """What an entry set going: the clock it stopped, what rules did about it, what is scheduled from it.

    `settled`: the rules have read it, so that nothing more will come. Raises: `records.not_found`, `touch.not_yours`.
    """
    await reach(uow, lead)
    said = await uow.fetch(MINE, change, lead, uow.actor.person)
    if not said:
        raise not_found("touch.not_yours", change=str(change))
    ids, at = [event["id"] for event in said], {event["occurred_at"] for event in said}
    moved = {key for event in await uow.fetch(CHANGES, change) if event["record"] == lead for key in (event["changes"] or {})}
    acted = {row["id"] for row in await uow.fetch(ANSWERED, lead, ids)}
    runs = [run for run in (await runs_of_record(uow, "lead", lead))["rows"] if run["id"] in acted] if acted else []
    waiting = [row for row in (await timers_of(uow, "lead", [lead]))["rows"] if row["on_event_at"] in at]
    tasks = [run for run in runs if run["sentence"]]
    return {
        "clock_stopped": "first_response_at" in moved, "status_moved": "status" in moved,
        "runs": [{"name": run["rule_name"], "sentence": run["sentence"]} for run in tasks],
        "next": [{"name": row["name"], "due": row["due"]} for row in waiting],
        "effective": bool(moved or acted or waiting), "settled": await uow.fetchval(READ, ids, lead),
    }  # fmt: skip
