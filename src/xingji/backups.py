"""Backup and restore of a whole installation by PostgreSQL's own tools.

A backup holds every workspace. Restoring changes transaction ids, so every reader of the log starts a new epoch.
"""

import asyncio
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

import asyncpg

from xingji.environment import Surroundings
from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.db import Database
from xingji.kernel.db.embedded_software import INSTALL, shipped_software
from xingji.kernel.db.migrate import APP_ROLE, migrate
from xingji.kernel.events import reset_after_restore

MAGIC = b"PGDMP"


def failed(code: str, remedy: str, **data: object) -> XingjiError:
    """A refusal that says what to do."""
    return XingjiError(f"backup.{code}", ErrorKind.UNAVAILABLE, remedy=remedy, **data)


def tool_environment(url: str) -> dict[str, str]:
    """The environment by which PostgreSQL's tools find a database; no password stands on a command line."""
    parts = urlsplit(url)
    asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
    places = [urlsplit(f"//{one}") for one in parts.netloc.rpartition("@")[2].split(",")]
    found = {
        "PGHOST": asked.get("host") or ",".join(place.hostname or "" for place in places),
        "PGPORT": asked.get("port") or ",".join(str(place.port or 5432) for place in places),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.lstrip("/"),
        "PGSSLMODE": asked.get("sslmode", ""),
        "PGTARGETSESSIONATTRS": asked.get("target_session_attrs", ""),
    }
    return {**os.environ, **{key: value for key, value in found.items() if value}}


def run_tool(place: Surroundings, url: str, name: str, *arguments: str) -> None:
    """Run pg_dump or pg_restore. Raises: `backup.tool_failed`."""
    folder = place.server.binaries if place.server else shipped_software() / INSTALL / "bin"
    done = subprocess.run(
        [str(folder / name), *arguments],
        env=tool_environment(url),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise failed("tool_failed", "see reason", tool=name, reason=done.stderr[-2000:])


def back_up(place: Surroundings, file: Path) -> int:
    """Bytes of the backup written; the file appears only when it is whole. Raises: `backup.tool_failed`."""
    half = file.with_name(f"{file.name}.part")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.close(descriptor)
    try:
        run_tool(place, place.owner(), "pg_dump", "--format=custom", "--no-owner", "--file", str(half.absolute()))
        with half.open("rb") as written:
            os.fsync(written.fileno())
        half.rename(file)
    finally:
        half.unlink(missing_ok=True)
    return file.stat().st_size


def restore(place: Surroundings, file: Path, *, replace: bool, jobs: int) -> str | None:
    """Bring a backup back; the name of the database that holds what was there before, if anything was.

    The backup goes into a new database, which takes the old one's name when it is whole: a broken file harms nothing.
    Raises: `backup.no_backup`, `backup.not_empty`, `backup.in_use`, `backup.may_not_create`, `backup.tool_failed`.
    """
    if not file.is_file() or file.open("rb").read(len(MAGIC)) != MAGIC:
        raise failed("no_backup", "name a file written by `xingji backup`", file=str(file))
    return asyncio.run(_restore(place, file.absolute(), replace, jobs))


async def _restore(place: Surroundings, file: Path, replace: bool, jobs: int) -> str | None:
    parts = urlsplit(place.owner())
    name = parts.path.lstrip("/")
    moment = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    fresh, aside = f"{name}_restore_{moment}", f"{name}_before_{moment}"
    fresh_url = urlunsplit(parts._replace(path=f"/{fresh}"))
    server = await asyncpg.connect(urlunsplit(parts._replace(path="/postgres")))
    try:
        filled = await _is_filled(place.owner())
        if filled and not replace:
            raise failed("not_empty", "add --replace: what is there now is put aside, not deleted", database=name)
        if await server.fetchval(
            "select count(*) from pg_stat_activity where datname = $1 and application_name = 'xingji'", name
        ):
            raise failed("in_use", "end `xingji serve` first", database=name)
        if not await server.fetchval("select 1 from pg_roles where rolname = $1", APP_ROLE):
            await server.execute(f"create role {APP_ROLE} login nosuperuser nocreatedb nocreaterole")
        try:
            await server.execute(f"create database \"{fresh}\" template template0 encoding 'UTF8'")
        except asyncpg.InsufficientPrivilegeError:
            raise failed("may_not_create", f"alter role \"{parts.username}\" createdb, as a superuser", database=name) from None
        try:
            arguments = ["--no-owner", "--exit-on-error", f"--jobs={jobs}", f"--dbname={fresh}", str(file)]
            await asyncio.to_thread(run_tool, place, fresh_url, "pg_restore", *arguments)
            await migrate(fresh_url, place.app_password)
            await _start_new_epoch(fresh_url)
        except BaseException:
            await server.execute(f'drop database if exists "{fresh}" with (force)')
            raise
        await server.execute(f'alter database "{name}" rename to "{aside}"')
        await server.execute(f'alter database "{fresh}" rename to "{name}"')
        if not filled:
            await server.execute(f'drop database "{aside}"')
        return aside if filled else None
    finally:
        await server.close()


async def _is_filled(url: str) -> bool:
    connection = await asyncpg.connect(url)
    try:
        if not await connection.fetchval("select to_regclass('xingji.workspace') is not null"):
            return False
        return bool(await connection.fetchval("select exists (select 1 from xingji.workspace)"))
    finally:
        await connection.close()


async def _start_new_epoch(url: str) -> None:
    """Fits every workspace's log and its readers to the new cluster's transaction ids."""
    database = await Database.connect(url, max_size=2)
    try:
        for key in await database.workspaces():
            async with database.work(key) as uow:
                await reset_after_restore(uow)
    finally:
        await database.close()
