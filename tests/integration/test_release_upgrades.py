"""Every released version's dump still comes up: restored, migrated to this release, read and written."""

import asyncio
import secrets
import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from xingji import app
from xingji.backups import tool_environment
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.db.embedded_software import MAJOR, shipped_software
from xingji.kernel.db.migrate import APP_ROLE, migrate
from xingji.kernel.events import reset_after_restore
from xingji.kernel.records import Change, Query, query, write

RELEASES = sorted((Path(__file__).resolve().parents[1] / "fixtures" / "releases").glob("*.dump"))


def pg_restore() -> str:
    return str(shipped_software() / f"pginstall{MAJOR}" / "bin" / "pg_restore")


@pytest.fixture(params=RELEASES, ids=lambda file: file.stem)
async def restored(request, server_url, db):
    """The addresses of a database that holds a release's dump."""
    name = f"xj_release_{secrets.token_hex(5)}"
    server = await asyncpg.connect(server_url)
    await server.execute(f"create database \"{name}\" template template0 encoding 'UTF8'")
    try:
        here = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
        command = [pg_restore(), "--no-owner", "--exit-on-error", f"--dbname={name}", str(request.param)]
        await asyncio.to_thread(subprocess.run, command, env=tool_environment(here), check=True)
        yield here, urlunsplit(urlsplit(db.app_url)._replace(path=f"/{name}"))
    finally:
        await server.execute(f'drop database if exists "{name}" with (force)')
        await server.close()


def test_there_is_a_dump_to_start_from():
    assert RELEASES


async def test_a_release_is_migrated_read_and_written(restored):
    owner_url, app_url = restored
    app.configure()
    assert APP_ROLE in app_url
    assert "ws_release" in await migrate(owner_url)
    owner = await Database.connect(owner_url, max_size=1)
    async with owner.work("release") as uow:
        await reset_after_restore(uow)
    await owner.close()
    database = await Database.connect(app_url, owner_url, max_size=2)
    try:
        async with database.work("release", SYSTEM) as uow:
            before = (await query(uow, Query("lead", limit=200))).rows
            assert len(before) == 40
            made = await write(
                uow, [Change("create", "lead", values={"name": "升级后的线索(演示)", "channel": "web_form"})]
            )
        async with database.work("release", SYSTEM) as uow:
            after = (await query(uow, Query("lead", limit=200))).rows
        assert {row["id"] for row in after} == {row["id"] for row in before} | {str(made.ids[0])}
    finally:
        await database.close()
