"""Alive and ready are two questions: the first never needs the database, the second says no before the process stops."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest

from conftest import Addresses
from integration.test_http_processes import free_port, process
from proxy import Proxy
from xingji import app
from xingji.kernel import access
from xingji.kernel.db import Database
from xingji.kernel.http import Limits, Parts, build_shell

NO_LIMITS = Limits(0)


@asynccontextmanager
async def asked(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    edge = build_shell(database, Parts(app.authenticate, access.require), NO_LIMITS)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://xingji.test") as client:
        yield client


async def said(client: httpx.AsyncClient) -> tuple[int, int, str | None]:
    """(status of alive, status of ready, why not)."""
    alive, ready = await client.get("/healthz"), await client.get("/readyz")
    if ready.status_code != 200:
        assert ready.headers["retry-after"]
    return alive.status_code, ready.status_code, ready.json().get("code")


async def test_a_process_whose_database_is_silent_or_gone_lives_and_is_not_ready(db: Addresses):
    direct = await asyncpg.connect(db.app_url)
    place = direct._addr
    await direct.close()
    if not isinstance(place, str):
        pytest.skip("the server is reached by a port, the wire of this test by its socket")
    with Proxy(Path(place)) as wire:
        database = await Database.connect(wire.instead_of(db.app_url), max_size=2)
        try:
            async with asked(database) as client:
                assert await said(client) == (200, 200, None)
                wire.delay = 90.0
                async with asyncio.timeout(45):  # long before the wire moves again
                    for _ in range(3):
                        assert await said(client) == (200, 503, "database.unavailable")
                database.pool.terminate()
                assert await said(client) == (200, 503, "database.unavailable")
        finally:
            database.pool.terminate()


@pytest.mark.parametrize(("schema", "revision"), [("xingji", "control_0001"), ("ws_bare", "workspace_0001")])
async def test_a_process_on_tables_of_an_earlier_release_is_not_ready_until_they_are_migrated(
    fresh: Database, schema: str, revision: str
):
    async with fresh.owner() as owner, asked(fresh) as client:
        head = await owner.fetchval(f"select version_num from {schema}.schema_version")
        await owner.execute(f"update {schema}.schema_version set version_num = $1", revision)
        assert await said(client) == (200, 503, "ready.not_migrated")
        assert (await client.get("/readyz")).json()["data"] == {"remedy": "run xingji migrate", "schema": schema}
        await owner.execute(f"update {schema}.schema_version set version_num = $1", head)
        assert await said(client) == (200, 200, None)


async def test_a_process_stays_ready_while_a_later_release_migrates_its_tables(fresh: Database):
    async with fresh.owner() as owner, asked(fresh) as client:
        await owner.execute("update ws_bare.schema_version set version_num = 'workspace_9999'")
        assert await said(client) == (200, 200, None)


async def test_the_tables_are_looked_at_until_they_are_this_releases_and_then_no_more(fresh: Database):
    sent: list[str] = []
    async with asked(fresh) as client:
        async with fresh.pool.acquire() as first:  # the pool's only other connections are made after the logger
            first.add_query_logger(lambda query: sent.append(query.query))
            await fresh.pool.execute("select 1")
        assert await said(client) == (200, 200, None)
        asked_once = len(sent)
        assert await said(client) == (200, 200, None)
        assert [query for query in sent[asked_once:] if "schema_version" in query] == []


async def test_a_stopping_process_says_that_it_is_not_ready_and_answers_on_before_it_ends(db: Addresses):
    address = f"http://127.0.0.1:{(port := free_port())}"
    settings = {"XINGJI_APP_DATABASE_URL": db.app_url, "XINGJI_PORT": str(port), "XINGJI_LEAVE_SECONDS": "3"}
    with process("web-process", **settings) as web:
        async with httpx.AsyncClient(base_url=address, timeout=20) as client:
            await until_ready(client)
            web.send_signal(signal.SIGTERM)
            heard = time.monotonic()
            while (answer := await client.get("/readyz")).status_code == 200 and time.monotonic() - heard < 2:
                await asyncio.sleep(0.05)
            assert (answer.status_code, answer.json()["code"]) == (503, "ready.stopping")
            async with httpx.AsyncClient(base_url=address, timeout=20) as late:  # a connection of after the signal
                assert (await late.get("/healthz")).status_code == 200
                assert (await late.get("/api/v1/openapi.json")).status_code == 200
        assert web.poll() is None
        assert await asyncio.to_thread(web.wait, 60) in (0, -signal.SIGTERM)


async def until_ready(client: httpx.AsyncClient) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "the web process does not answer"
        await asyncio.sleep(0.1)
