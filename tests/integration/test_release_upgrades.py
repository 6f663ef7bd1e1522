"""Every released version's dump still comes up: restored, migrated to this release, read and written."""

import asyncio
import secrets
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from figures import figure, long_or_short
from xingji import app
from xingji.backups import tool_environment
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.db.embedded_software import MAJOR, shipped_software
from xingji.kernel.db.migrate import APP_ROLE, migrate
from xingji.kernel.events import reset_after_restore
from xingji.kernel.records import Change, Query, query, write

RELEASES = sorted((Path(__file__).resolve().parents[1] / "fixtures" / "releases").glob("*.dump"))
LARGE = long_or_short(1_000_000, 2_000)
#: Old and alive: rows the migrations work on, behind the release's own in every order, so that only a lock makes a request wait.
FILL = """insert into ws_release.o_lead (id, created_at, updated_at, version, write_mode, name, company)
  select gen_random_uuid(), now() - interval '10 years' - n * interval '1 second', now(), 1, 'history', '旧(演示)', '旧客户' || n || '(演示)'
  from generate_series(1, {count}) n"""
OWN = 40
STATEMENTS = (
    "select id, name, company, status, owner from ws_release.o_lead where deleted_at is null order by created_at desc limit 50",
    "update ws_release.o_lead set updated_at = now() where id = (select id from ws_release.o_lead where deleted_at is null order by created_at desc limit 1)",
    "insert into ws_release.receipt (id, source, delivery, occurred_at, status) values (gen_random_uuid(), 'x', 'x', now(), 'ignored')",
    "select id, type, record from ws_release.event order by received_at desc, id desc limit 50",
)


def pg_restore() -> str:
    return str(shipped_software() / f"pginstall{MAJOR}" / "bin" / "pg_restore")


@pytest.fixture(params=RELEASES, ids=lambda file: file.stem)
async def restored(request, server_url, db):
    """The addresses of a database that holds a release's dump."""
    name = f"xj_release_{secrets.token_hex(5)}"
    server = await asyncpg.connect(server_url)
    if server.get_server_version().major < int(MAJOR):
        await server.close()
        pytest.skip(f"the dumps are of PostgreSQL {MAJOR}; an older server does not read them")
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


@dataclass
class Traffic:
    """What the release before does while this one brings the tables up to itself: reads, changes, takes deliveries in."""

    url: str
    sent: int = 0
    longest: float = 0.0

    async def run(self, number: int) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            while True:
                begun = time.monotonic()
                await connection.execute(STATEMENTS[(self.sent + number) % len(STATEMENTS)])
                self.longest = max(self.longest, time.monotonic() - begun)
                self.sent += 1
                await asyncio.sleep(0.002)
        finally:
            connection.terminate()


async def migrate_under_traffic(url: str, more: Sequence[str] = ()) -> tuple[list[str], Traffic]:
    """The schemas migrated, after a moment of traffic that goes on all the while; any failed request fails the test."""
    connection = await asyncpg.connect(url)
    await connection.execute(FILL.format(count=LARGE))
    await connection.execute("analyze ws_release.o_lead")
    traffic = Traffic(url)
    clients = [asyncio.create_task(traffic.run(number)) for number in range(3)]
    try:
        while traffic.sent < 30 and not any(client.done() for client in clients):
            await asyncio.sleep(0.01)
        for statement in more:
            await connection.execute(statement)
        schemas = await migrate(url)
        await asyncio.sleep(0.1)
    finally:
        for client in clients:
            client.cancel()
        ended = await asyncio.gather(*clients, return_exceptions=True)
        await connection.close()
    assert [end for end in ended if not isinstance(end, asyncio.CancelledError)] == []
    return schemas, traffic


async def test_without_care_for_running_requests_the_traffic_fails(restored):
    """The control of row 14: a change the release before cannot live with is seen."""
    with pytest.raises(AssertionError, match="UndefinedColumn"):
        await migrate_under_traffic(restored[0], ["alter table ws_release.o_lead rename column status to state"])


async def test_a_release_is_migrated_read_and_written(restored):
    owner_url, app_url = restored
    app.configure()
    assert APP_ROLE in app_url
    schemas, traffic = await migrate_under_traffic(owner_url)
    figure(14, f"{LARGE} leads brought to this release under traffic: {traffic.sent} requests, 0 failed, the longest waited {traffic.longest * 1000:.0f} ms")
    assert "ws_release" in schemas
    assert traffic.longest < 20
    owner = await Database.connect(owner_url, max_size=1)
    async with owner.work("release") as uow:
        await reset_after_restore(uow)
    await owner.close()
    database = await Database.connect(app_url, owner_url, max_size=2)
    try:
        async with database.work("release", SYSTEM) as uow:
            before = (await query(uow, Query("lead", limit=OWN, sort=["-created_at"]))).rows
            assert len(before) == OWN
            assert not any(str(row["company"]).startswith("旧客户") for row in before)
            made = await write(
                uow, [Change("create", "lead", values={"name": "升级后的线索(演示)", "channel": "web_form"})]
            )
        async with database.work("release", SYSTEM) as uow:
            after = (await query(uow, Query("lead", limit=OWN + 1, sort=["-created_at"]))).rows
        assert {row["id"] for row in after} == {row["id"] for row in before} | {str(made.ids[0])}
    finally:
        await database.close()
