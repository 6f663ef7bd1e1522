"""What `xingji doctor` looks at. Reads and reports; mends nothing."""

import os
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from xingji.backups_continuous import SLOT
from xingji.environment import Surroundings
from xingji.kernel.access import verify_audit
from xingji.kernel.core.settings import own_address, packs_folder
from xingji.kernel.db import Database
from xingji.kernel.definitions import load_published
from xingji.kernel.events.reader import BEYOND, SETTLED
from xingji.kernel.work import years_without_data

OLDEST_TRANSACTION = timedelta(minutes=2)
LEAST_DISK = 1 << 30
LEAST_VERSION = 150000
LEAST_SECRET = 32
CLOCK_APART = timedelta(seconds=2)
LONG_OVERDUE = timedelta(minutes=5)
BACKUP_BEHIND = 1 << 30
LONG_UNREAD = timedelta(minutes=5)
BEHIND = f"""select consumer, date_trunc('second', now() - since) as age from (
    select c.consumer, min((select e.received_at from event e where {BEYOND} and {SETTLED} order by e.xid, e.id limit 1)) as since
      from event_cursor c group by 1
    union all select null, (select received_at from event order by received_at limit 1) where not exists (select from event_cursor)
  ) unread where since < now() - $1::interval order by since limit 1"""
LOOPBACK = ("127.0.0.1", "::1", "localhost")
SETTINGS = frozenset(
    f"XINGJI_{name}"
    for name in (
        "DATABASE_URL", "APP_DATABASE_URL", "DATA_DIR", "HOST", "PORT", "SECRET_KEY", "SIGN_UP", "ALLOW_PRIVATE_HTTP",
        "FRAME_ANCESTORS", "LEAVE_SECONDS", "LOG_LEVEL", "PUBLIC_URL", "RATE_FACTOR", "SIMULATORS", "SIMULATORS_PORT",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    level: Literal["ok", "warning", "failure"]
    subject: str
    text: str
    remedy: str = ""


async def examine(database: Database, place: Surroundings) -> list[Finding]:
    """Every finding, the installation's first, then each workspace's."""
    findings = [check_files(), *check_settings(place, os.environ), check_disk(place)]
    for check in (check_server, check_role, check_transactions, check_clock, check_backup):
        findings.append(await check(database))
    checks: list[Callable[[Database, str], Awaitable[Finding]]] = [
        check_audit,
        check_partitions,
        check_readers,
        check_definitions,
        check_outbox,
        check_receipts,
        check_timers,
        check_holidays,
        check_workspace_clock,
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


def check_settings(place: Surroundings, variables: Mapping[str, str]) -> list[Finding]:
    """Names nobody reads, a weak key, and what should not stand open to a network."""
    found = []
    unknown = sorted(name for name in variables if name.startswith("XINGJI_") and name not in SETTINGS)
    if unknown:
        found.append(
            Finding(
                "warning", "settings", f"nobody reads {', '.join(unknown)}", "see docs/how-to/operate.md for the names"
            )
        )
    if len(place.secret_key) < LEAST_SECRET or len(set(place.secret_key)) < LEAST_SECRET // 4:
        found.append(
            Finding(
                "failure",
                "settings",
                "XINGJI_SECRET_KEY can be guessed",
                "set 32 random characters or more; seal channels anew",
            )
        )
    if variables.get("XINGJI_DATABASE_URL") and not variables.get("XINGJI_SECRET_KEY"):
        text = "the key lies in this machine's data folder alone"
        found.append(Finding("warning", "settings", text, "set the same XINGJI_SECRET_KEY on every machine"))
    if variables.get("XINGJI_RATE_FACTOR") == "0":
        found.append(
            Finding("warning", "settings", "no request is limited", "unset XINGJI_RATE_FACTOR: it is for tests")
        )
    if place.settings.sign_up and place.settings.host not in LOOPBACK:
        found.append(
            Finding(
                "warning", "settings", "anybody can found a workspace", "unset XINGJI_SIGN_UP when that is not wanted"
            )
        )
    if (variables.get("XINGJI_DATABASE_URL") or place.settings.host not in LOOPBACK) and not variables.get("XINGJI_PUBLIC_URL"):
        text = f"messages carry no links, and codes to scan lead to {own_address(place.settings)}"
        found.append(Finding("warning", "settings", text, "set XINGJI_PUBLIC_URL to where people reach this installation"))
    return found or [Finding("ok", "settings", "nothing to say")]


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
    if database.owner_url is None:
        return Finding(
            "warning", "transactions", "not looked at: a plain role is not shown them", "run it with the owner's address in XINGJI_DATABASE_URL"
        )  # fmt: skip
    async with database.owner() as owner:  # a plain role is not shown when others' transactions began
        age = await owner.fetchval(
            "select max(now() - xact_start) from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()"
        )
    if age is not None and age > OLDEST_TRANSACTION:
        return Finding(
            "warning", "transactions", f"one has been writing for {age}", "end it: the log is not read beyond its start"
        )
    return Finding("ok", "transactions", "none is old")


async def check_clock(database: Database) -> Finding:
    """The database's clock against this machine's: sessions, links and timers live by them."""
    sent = datetime.now(UTC)
    there = await database.pool.fetchval("select clock_timestamp()")
    apart = max(sent - there, there - datetime.now(UTC), timedelta(0))
    if apart > CLOCK_APART:
        return Finding(
            "warning", "clock", f"{apart} apart from the database's", "let both machines follow a time server"
        )
    return Finding("ok", "clock", "as the database's")


async def check_backup(database: Database) -> Finding:
    """Whether a continuous backup follows."""
    row = await database.pool.fetchrow(
        """select active, wal_status, pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(restart_lsn, '0/0')) as behind
          from pg_replication_slots where slot_name = $1""",
        SLOT,
    )
    if row is None:
        return Finding(
            "warning", "backup", "none follows", "xingji serve --backup FOLDER, or the tools of your PostgreSQL"
        )
    if row["wal_status"] == "lost":
        return Finding("failure", "backup", "it stayed away for too long", "start it again: it begins anew with a copy")
    if not row["active"] or row["behind"] > BACKUP_BEHIND:
        text = f"{row['behind'] / (1 << 20):.0f} MB behind, {'at work' if row['active'] else 'away'}"
        return Finding("warning", "backup", text, "see that `xingji backup --continuous` runs and its disk has room")
    return Finding("ok", "backup", "follows")


async def check_audit(database: Database, key: str) -> Finding:
    """The audit log's hash chain."""
    faults = await verify_audit(database, key)
    if faults:
        return Finding(
            "failure", f"{key}: audit", "; ".join(faults[:5]), "compare with a backup: rows were changed or removed"
        )
    return Finding("ok", f"{key}: audit", "the chain is whole")


async def check_partitions(database: Database, key: str) -> Finding:
    """Partitions of the event log for next month."""
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


async def check_readers(database: Database, key: str) -> Finding:
    """How long the slowest reader of the log has left something lie: rules, health and risks are made by readers."""
    async with database.work(key, read_only=True) as uow:
        row = await uow.fetchrow(BEHIND, LONG_UNREAD)
    if row is not None:
        text = f"{row['consumer']} left something unread for {row['age']}" if row["consumer"] else "nobody reads the log"
        return Finding("warning", f"{key}: readers", text, "see that a worker runs, and what its log says")
    return Finding("ok", f"{key}: readers", "the log is read to its end")


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


async def check_receipts(database: Database, key: str) -> Finding:
    """Deliveries that could not be read."""
    async with database.work(key, read_only=True) as uow:
        refused = await uow.fetchval("select count(*) from receipt where status = 'refused'")
    if refused:
        return Finding(
            "warning", f"{key}: deliveries", f"{refused} were refused", "mend the source's mapping and run them again"
        )
    return Finding("ok", f"{key}: deliveries", "all were read")


async def check_timers(database: Database, key: str) -> Finding:
    """Timers nobody fires."""
    async with database.work(key, read_only=True) as uow:
        late = await uow.fetchval("select count(*) from timer where due < $1", uow.now - LONG_OVERDUE)
    if late:
        return Finding("warning", f"{key}: timers", f"{late} are overdue for {LONG_OVERDUE}", "see that a worker runs")
    return Finding("ok", f"{key}: timers", "none is overdue")


async def check_holidays(database: Database, key: str) -> Finding:
    """Public holidays of this year, and of the next from December on."""
    async with database.work(key, read_only=True) as uow:
        years = await years_without_data(uow)
    if years:
        text = f"no public holidays for {', '.join(map(str, years))}: they count as plain weekdays"
        return Finding(
            "warning", f"{key}: calendars", text, "enter days off and make-up days under settings, calendars"
        )
    return Finding("ok", f"{key}: calendars", "public holidays are known")


async def check_workspace_clock(database: Database, key: str) -> Finding:
    """A workspace that lives in another time than its people."""
    async with database.work(key, read_only=True) as uow:
        fixed, offset = await uow.fetchrow("select clock_fixed, clock_offset from workspace_state")
    if fixed is not None or offset:
        how = f"stands at {fixed.isoformat()}" if fixed else f"is moved by {offset}"
        return Finding(
            "warning", f"{key}: clock", how, f"xingji clock release --workspace {key}, unless it is a rehearsal"
        )
    return Finding("ok", f"{key}: clock", "is the real one")
