"""Sleeping customers handed to their owners: one task each, and a text for the chat group that a person sends or not."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import invalid
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records import Change, Query, query, write

MOST = 200
KIND = "wake"
FIELDS = ("name", "owner", "last_touch_at", "last_note", "deal_open")
NOTE = 60


async def wake_customers(uow: UnitOfWork, customers: Sequence[UUID], days: int = 3) -> dict[str, Any]:
    """One task per customer for its owner, due in so many days: {change, tasks, without_owner, text}. Sends nothing.

    Customers that have such an open task already get no second one. Raises: `diagnosis.nothing_chosen`.
    """
    if not customers or len(customers) > MOST:
        raise invalid("diagnosis.nothing_chosen", most=MOST)
    page = await query(uow, Query("customer", list(FIELDS), ids=list(customers), limit=MOST, names=True))
    waiting = await query(
        uow, Query("task", ["subject_customer"], filter=f'status == "open" && kind == "{KIND}"', where_in=("subject_customer", list(customers)), limit=MOST)
    )
    held = {row["subject_customer"] for row in waiting.rows}
    rows = sorted(page.rows, key=lambda row: -(row.get("deal_open") or 0))
    asked = [row for row in rows if row.get("owner") and row["id"] not in held]
    due = datetime.combine((uow.now.astimezone(uow.workspace.zone) + timedelta(days=days)).date(), time(18), tzinfo=uow.workspace.zone)
    changes = [
        Change("create", "task", values={
            "title": f"唤醒 {row['name']}"[:200], "assignee": row["owner"], "owner": row["owner"], "subject_customer": row["id"], "kind": KIND,
            "due_at": due.isoformat(), "note": row.get("last_note"),
        })
        for row in asked
    ]  # fmt: skip
    change = str((await write(uow, changes)).change) if changes else None
    return {
        "change": change, "tasks": len(changes), "without_owner": sum(not row.get("owner") for row in rows), "already": len(held),
        "text": chat_text([{**row, "person": page.people.get(row.get("owner"))} for row in asked], due, uow),
    }  # fmt: skip


def chat_text(rows: Sequence[dict[str, Any]], due: datetime, uow: UnitOfWork) -> str:
    """What to post in the team's group: everybody's customers under their name."""
    by_person: dict[str, list[str]] = {}
    for row in rows:
        last = row.get("last_touch_at")
        day = datetime.fromisoformat(last).astimezone(uow.workspace.zone) if last else None
        note = " ".join(str(row.get("last_note") or "").split())[:NOTE]
        facts = [f"{(row.get('deal_open') or 0) / 1_000_000:g}万" if row.get("deal_open") else "", f"上次 {day.month}月{day.day}日" if day else "", note]
        by_person.setdefault(str(row.get("person") or ""), []).append(f"· {row['name']}（{'，'.join(fact for fact in facts if fact)}）")
    lines = [f"请在 {due.month}月{due.day}日 前联系这些客户，联系完在任务里写一句："]
    for person, customers in by_person.items():
        lines += [f"@{person}", *customers]
    return "\n".join(lines) if rows else ""
