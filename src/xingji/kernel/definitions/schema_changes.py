"""Steps that need the owner of the tables: run at once where this process may, else queued for a worker and awaited.

Owns the queue `schema_change`; what a step does belongs to the kind's schema changer.
"""

import asyncio
import time
from typing import Any

from xingji.kernel.core.errors import ErrorKind, XingjiError, invalid
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db.database import Database
from xingji.kernel.definitions.kinds import Document, SchemaChanger, ports

WAIT_SECONDS = 60.0
POLL_SECONDS = 0.05


async def prepare_schema(database: Database, workspace: str, kind: str, old: Document | None, new: Document) -> None:
    """The tables can serve the new document as well as the old one. Raises: `definitions.schema_change_failed`."""
    await _step(database, workspace, kind, "prepare", old, new)


async def finish_schema(database: Database, workspace: str, kind: str, old: Document | None, new: Document | None) -> None:
    """What only the old document needed is given up; queued and not awaited where this process may not do it."""
    await _step(database, workspace, kind, "finish", old, new)


async def run_queued_schema_changes(database: Database, workspace: str) -> int:
    """Runs what waits, in order, as owner; how many. A failed one is kept with its error."""
    async with database.work(workspace, read_only=True) as uow:
        # One worker at a time: the lock outlives the steps, which use connections of their own.
        name = f"schema changes {uow.workspace.schema}"
        if not await uow.fetchval("select pg_try_advisory_xact_lock(hashtextextended($1, 7))", name):
            return 0
        rows = await uow.fetch("select id, kind, plan from schema_change where status in ('queued', 'running') order by id")
        for row in rows:
            await _mark(database, workspace, row["id"], "running", None)
            error = await _run(database, workspace, row)
            await _mark(database, workspace, row["id"], "failed" if error else "done", error)
        return len(rows)


async def _mark(database: Database, workspace: str, number: int, status: str, error: str | None) -> None:
    async with database.work(workspace) as uow:
        await uow.execute(
            "update schema_change set status = $2, error = $3, done_at = case when $2 = 'running' then null else now() end"
            " where id = $1",
            number, status, error,
        )  # fmt: skip


async def _run(database: Database, workspace: str, row: Any) -> str | None:
    changer = ports().schema_changers.get(row["kind"])
    if changer is None:
        return "no schema changer for this kind"
    try:
        await _call(changer, database, workspace, row["plan"]["step"], row["plan"]["old"], row["plan"]["new"])
    except XingjiError as error:
        return error.code
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:500]
    return None


async def _step(
    database: Database, workspace: str, kind: str, step: str, old: Document | None, new: Document | None
) -> None:
    changer = ports().schema_changers.get(kind)
    if changer is None:
        return
    if database.owner_url is not None:
        await _call(changer, database, workspace, step, old, new)
        return
    async with database.work(workspace, SYSTEM) as uow:
        number = await uow.fetchval(
            "insert into schema_change (kind, object, plan) values ($1, $2, $3) returning id",
            kind, (new or old or {})["key"], {"step": step, "old": old, "new": new},
        )  # fmt: skip
        if (wake := ports().wake) is not None:
            wake(uow)
    if step == "prepare":
        await _await_done(database, workspace, number)


async def _call(
    changer: SchemaChanger, database: Database, workspace: str, step: str, old: Document | None, new: Document | None
) -> None:
    if step == "finish":
        await changer.finish(database, workspace, old, new)
    elif new is not None:
        await changer.prepare(database, workspace, old, new)


async def _await_done(database: Database, workspace: str, number: int) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        async with database.work(workspace) as uow:
            row = await uow.fetchrow("select status, error from schema_change where id = $1", number)
        if row["status"] == "done":
            return
        if row["status"] == "failed":
            raise invalid("definitions.schema_change_failed", error=row["error"])
        await asyncio.sleep(POLL_SECONDS)
    raise XingjiError("definitions.schema_change_waits", ErrorKind.UNAVAILABLE, retry_after=5, change=number)
