"""What was still to be done about a record goes when the record does: open tasks are cancelled, notices are read.

An append hook, joined in `app.py`. It is part of the change that deletes, so that taking that back opens the tasks again.
"""

from collections.abc import Sequence
from uuid import UUID

from xingji.kernel import records
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork

TASK, OPEN, CANCELLED = "task", "open", "cancelled"
PORTION = 2_000
READ = "update inbox set read_at = $2 where read_at is null and record = any ($1)"


async def close_work_of_gone(uow: UnitOfWork, events: Sequence[NewEvent]) -> None:
    """Closes what is open about records deleted by these events."""
    gone: dict[str, list[UUID]] = {}
    for event in events:
        if event.record is not None and event.object not in (None, TASK) and event.type == f"{event.object}.deleted":
            gone.setdefault(str(event.object), []).append(event.record)
    if not gone:
        return
    await uow.execute(READ, [id for ids in gone.values() for id in ids], uow.now)
    task = (await records.load_schema(uow)).objects.get(TASK)
    status = task.fields.get("status") if task else None
    if task is None or status is None or not {OPEN, CANCELLED} <= {option["key"] for option in status.document.get("options", ())}:
        return
    for key, field in task.fields.items():
        if field.kind.key == "relation" and field.to in gone:
            await _cancel(uow, key, gone[field.to])


async def _cancel(uow: UnitOfWork, key: str, ids: list[UUID]) -> None:
    system = records.on_behalf(uow)
    while True:
        open_ones = records.Query(TASK, ["id"], f'status == "{OPEN}"', where_in=(key, ids), limit=PORTION)
        rows = (await records.query(system, open_ones)).rows
        if rows:
            changes = [records.Change("update", TASK, UUID(row["id"]), {"status": CANCELLED}) for row in rows]
            await records.write(system, changes, gate=False, owned=True)
        if len(rows) < PORTION:
            return
