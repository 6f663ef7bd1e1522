"""The audit log: what the event log does not hold (reads of masked fields, exports, sign-ins, rights, definitions).

Rows are inserted plainly; `seal_audit` chains them by hash within a minute, `verify_audit` tells whether anyone touched them.
"""

import hashlib
import json
from typing import Any
from uuid import UUID

import asyncpg

from xingji.kernel.db import Database, UnitOfWork

SEAL_BATCH = 5_000
SEAL_LOCK = 0x78696E67  # one sealer at a time per workspace, within its schema's lock space
GENESIS = b"\0" * 32
COLUMNS = "id, at, person, actor, action, object, record, data, ip"


async def audit(
    uow: UnitOfWork,
    action: str,
    *,
    object_key: str | None = None,
    record: UUID | None = None,
    ip: str | None = None,
    **data: Any,
) -> None:
    """Writes one line of the audit log in this unit of work."""
    await uow.execute(
        "insert into audit (person, actor, action, object, record, data, ip) values ($1, $2, $3, $4, $5, $6, $7)",
        uow.actor.seen_by or uow.actor.person, uow.actor.on_behalf or uow.actor.name or uow.actor.kind, action, object_key, record, data, ip,
    )  # fmt: skip


def link(previous: bytes, row: asyncpg.Record) -> bytes:
    """The chain's next hash: SHA-256 over the previous hash and the row's canonical JSON."""
    members = [
        row["id"], row["at"].isoformat(), row["person"] and str(row["person"]), row["actor"], row["action"],
        row["object"], row["record"] and str(row["record"]), row["data"], row["ip"],
    ]  # fmt: skip
    text = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + text.encode()).digest()


async def seal_audit(database: Database, workspace: str) -> int:
    """Chains the rows that no open transaction can still precede; how many were sealed."""
    async with database.work(workspace) as uow:
        if not await uow.fetchval(
            "select pg_try_advisory_xact_lock($1, hashtext($2))", SEAL_LOCK, uow.workspace.schema
        ):
            return 0
        last = await uow.fetchrow("select seq, hash from audit_seal order by seq desc limit 1")
        rows = await uow.fetch(
            f"select {COLUMNS} from audit a where xid < pg_snapshot_xmin(pg_current_snapshot())"
            " and not exists (select 1 from audit_seal s where s.audit_id = a.id) order by id limit $1", SEAL_BATCH,
        )  # fmt: skip
        seq, previous = (last["seq"], last["hash"]) if last else (0, GENESIS)
        seals = []
        for row in rows:
            seq, previous = seq + 1, link(previous, row)
            seals.append((seq, row["id"], previous))
        await uow.executemany("insert into audit_seal (seq, audit_id, hash) values ($1, $2, $3)", seals)
        return len(seals)


async def verify_audit(database: Database, workspace: str) -> list[str]:
    """What does not fit: changed rows, missing rows, gaps in the chain, rows left unsealed. Empty when all is well."""
    found: list[str] = []
    async with database.work(workspace, read_only=True) as uow:
        previous, expected = GENESIS, 1
        columns = ", ".join(f"a.{name.strip()}" for name in COLUMNS.split(","))
        cursor = uow.connection.cursor(
            f"select s.seq, s.audit_id, s.hash, {columns} from audit_seal s left join audit a on a.id = s.audit_id order by s.seq"
        )
        async for row in cursor:
            if row["seq"] != expected:
                found.append(f"chain jumps from {expected - 1} to {row['seq']}")
                expected = row["seq"]
            if row["id"] is None:
                found.append(f"row {row['audit_id']} is missing")
            elif link(previous, row) != row["hash"]:
                found.append(f"row {row['audit_id']} was changed")
            previous, expected = row["hash"], expected + 1
        late = await uow.fetchval(
            "select count(*) from audit a where at < now() - interval '5 minutes'"
            " and not exists (select 1 from audit_seal s where s.audit_id = a.id)"
        )
        if late:
            found.append(f"{late} rows unsealed for more than five minutes")
    return found
