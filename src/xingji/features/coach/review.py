"""The fifteen-minute review: a task for the owner's line manager, and a notice. Emits: `coach.review_asked`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from xingji.kernel import records
from xingji.kernel.access import managers_of
from xingji.kernel.core.errors import conflict
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.work import Notice, notify

KIND = "review"
MINUTES = 15
WITHIN = timedelta(hours=24)


async def ask_review(uow: UnitOfWork, object_key: str, record: UUID, note: str) -> dict[str, Any]:
    """Asks the owner's line manager for fifteen minutes. Raises: `coach.no_reviewer`, `coach.asked_already`."""
    deal = await records.reach_record(uow, object_key, record)
    reviewer = await reviewer_of(uow, deal)
    if reviewer is None:
        raise conflict("coach.no_reviewer", who="admin")
    if await standing_review(uow, record):
        raise conflict("coach.asked_already")
    name = str(deal.get("name") or "")
    values = {
        "title": f"{MINUTES} 分钟复盘：{name}"[:200], "assignee": str(reviewer["id"]), "owner": str(uow.actor.person) if uow.actor.person else None,
        "subject_deal": str(record), "kind": KIND, "note": note.strip() or None, "due_at": (uow.now + WITHIN).isoformat(),
    }  # fmt: skip
    written = await records.write(records.on_behalf(uow), [records.Change("create", "task", values=values)])
    title = {"zh": "请你做 15 分钟复盘：{deal}", "en": "A 15-minute review is asked: {deal}"}
    await notify(uow, [Notice(reviewer["id"], "review", title, note.strip(), object_key, record, values={"deal": name})])
    await append_events(uow, [NewEvent("coach.review_asked", object_key, record, {"reviewer": str(reviewer["id"]), "task": str(written.ids[0]), "note": note.strip()}, brand=deal.get("brand"))])
    return {"task": str(written.ids[0]), "reviewer": reviewer["name"], "change": str(uow.change)}


async def reviewer_of(uow: UnitOfWork, deal: Mapping[str, Any]) -> Any | None:
    """The owner's line manager: the one named, else the nearest head of their units who is somebody else."""
    if not deal.get("owner"):
        return None
    owner = UUID(str(deal["owner"]))
    above = (await managers_of(uow, [owner])).get(owner)
    return await uow.fetchrow("select id, name from person where id = $1 and left_on is null", above) if above else None


async def standing_review(uow: UnitOfWork, record: UUID) -> dict[str, Any] | None:
    """The open review of a record, whoever asked for it."""
    page = await records.query(records.on_behalf(uow), records.Query("task", ["due_at", "assignee"], f'status == "open" && kind == "{KIND}"', where_in=("subject_deal", [record]), limit=1, names=True))
    if not page.rows:
        return None
    row = page.rows[0]
    return {"task": row["id"], "due_at": row.get("due_at"), "reviewer": page.people.get(row.get("assignee") or "")}
