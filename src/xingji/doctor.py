"""What `xingji doctor` looks at. Reads and reports; mends nothing."""

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from xingji.environment import Surroundings
from xingji.kernel.access import verify_audit
from xingji.kernel.core.settings import packs_folder
from xingji.kernel.db import Database
from xingji.kernel.definitions import load_published

OLDEST_TRANSACTION = timedelta(minutes=2)
LEAST_DISK = 1 << 30
LEAST_VERSION = 150000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    level: Literal["ok", "warning", "failure"]
    subject: str
    text: str
    remedy: str = ""


async def examine(database: Database, place: Surroundings) -> list[Finding]:
    """Every finding, the installation's first, then each workspace's."""
    findings = [check_files(), check_disk(place)]
    for check in (check_server, check_role, check_transactions):
        findings.append(await check(database))
    checks: list[Callable[[Database, str], Awaitable[Finding]]] = [
        check_audit,
        check_partitions,
        check_definitions,
        check_outbox,
    ]
    for key in await database.workspaces():
        for workspace_check in checks:
            findings.append(await workspace_check(database, key))
    return findings


def check_files() -> Finding:
    """Whether the built web app and the packs are there."""
    missing = []
    if not (Path(__file__).parent / "web_dist" / "index.html").is_file():
        missing.append("web app")
    if not (packs_folder() / "base" / "pack.yaml").is_file():
        missing.append("base pack")
    if missing:
        return Finding("failure", "program", f"missing: {', '.join(missing)}", "run make setup, or install the wheel")
    return Finding("ok", "program", "web app and packs are there")


def check_disk(place: Surroundings) -> Finding:
    """Room for the data folder."""
    folder = place.settings.data_dir
    free = shutil.disk_usage(folder if folder.exists() else Path("/")).free
    level: Literal["ok", "warning"] = "ok" if free > LEAST_DISK else "warning"
    return Finding(
        level, "disk", f"{free / (1 << 30):.1f} GB free", "" if level == "ok" else "make room: a full disk stops intake"
    )


async def check_server(database: Database) -> Finding:
    """The server's version and durability."""
    version = int(await database.pool.fetchval("show server_version_num"))
    if version < LEAST_VERSION:
        return Finding("failure", "PostgreSQL", f"version {version // 10000} is too old", "use PostgreSQL 15 or newer")
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        if await database.pool.fetchval(f"show {name}") == "off":
            return Finding(
                "failure", "PostgreSQL", f"{name} is off: what was acknowledged can be lost", f"set {name} = on"
            )
    return Finding("ok", "PostgreSQL", f"version {version // 10000}, durable")


async def check_role(database: Database) -> Finding:
    """The web process's role has no rights it does not need."""
    row = await database.pool.fetchrow(
        "select rolname, rolsuper or rolcreaterole or rolbypassrls as mighty from pg_roles where rolname = current_user"
    )
    if row["mighty"]:
        return Finding(
            "failure", "role", f"{row['rolname']} may too much", "name a plain role in XINGJI_APP_DATABASE_URL"
        )
    return Finding("ok", "role", f"{row['rolname']} is a plain role")


async def check_transactions(database: Database) -> Finding:
    """An old open transaction, anywhere in the cluster, holds back every reader of the log."""
    age = await database.pool.fetchval(
        "select max(now() - xact_start) from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()"
    )
    if age is not None and age > OLDEST_TRANSACTION:
        return Finding(
            "warning", "transactions", f"one has been writing for {age}", "end it: the log is not read beyond its start"
        )
    return Finding("ok", "transactions", "none is old")


async def check_audit(database: Database, key: str) -> Finding:
    """The audit log's hash chain."""
    faults = await verify_audit(database, key)
    if faults:
        return Finding(
            "failure", f"{key}: audit", "; ".join(faults[:5]), "compare with a backup: rows were changed or removed"
        )
    return Finding("ok", f"{key}: audit", "the chain is whole")


async def check_partitions(database: Database, key: str) -> Finding:
    """Partitions of the event log for next month, and how much the slowest reader has before it."""
    async with database.work(key, read_only=True) as uow:
        ahead = await uow.fetchval(
            """select count(*) from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
              where p.relname = 'event' and p.relnamespace = (select oid from pg_namespace where nspname = $1)
                and pg_get_expr(c.relpartbound, c.oid) like '%' || to_char(now() + interval '1 month', 'YYYY-MM') || '%'""",
            uow.workspace.schema,
        )
    if not ahead:
        return Finding("warning", f"{key}: log", "no partition for next month", "see that a worker runs")
    return Finding("ok", f"{key}: log", "partitions reach beyond next month")


async def check_definitions(database: Database, key: str) -> Finding:
    """Definitions that stand in quarantine."""
    async with database.work(key, read_only=True) as uow:
        quarantined = (await load_published(uow)).quarantined
    if quarantined:
        names = ", ".join(f"{kind} {name}" for kind, name in list(quarantined)[:10])
        return Finding("warning", f"{key}: definitions", f"in quarantine: {names}", "open them: each says why")
    return Finding("ok", f"{key}: definitions", "none is in quarantine")


async def check_outbox(database: Database, key: str) -> Finding:
    """Messages that were given up."""
    async with database.work(key, read_only=True) as uow:
        dead = await uow.fetchval("select count(*) from outbox where status = 'dead'")
    if dead:
        return Finding("warning", f"{key}: messages", f"{dead} were given up", "mend the channel and resend them")
    return Finding("ok", f"{key}: messages", "none was given up")
