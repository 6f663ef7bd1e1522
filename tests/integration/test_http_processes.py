"""A web process without the owner's address and a worker beside it, as `serve` starts them."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest_asyncio

from conftest import Addresses
from integration.http_world import PASSWORD, World, login_of, make_world
from xingji.kernel.db import Database

PATIENCE = 120.0


@contextmanager
def process(*command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the program, ended with the block."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("XINGJI_")}
    started = subprocess.Popen(
        [sys.executable, "-m", "xingji", *command],
        env=own | environment | {"XINGJI_SECRET_KEY": "for tests only", "XINGJI_LOG_LEVEL": "WARNING"},
    )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(15)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database: Database, workspace: str) -> World:
    return await make_world(database, workspace)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def web(world: World, db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    """A browser signed in as boss at a web process that knows the app role's address alone."""
    port = free_port()
    with process("web-process", XINGJI_APP_DATABASE_URL=db.app_url, XINGJI_PORT=str(port)):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
            deadline = time.monotonic() + PATIENCE
            while True:
                try:
                    assert (await client.get("/readyz")).status_code == 200
                    break
                except httpx.TransportError:
                    assert time.monotonic() < deadline, "the web process does not answer"
                    await asyncio.sleep(0.1)
            signed = await client.post(
                "/api/v1/sign-in", json={"login": login_of(world.workspace, "boss"), "password": PASSWORD}
            )
            client.headers["x-csrf-token"] = signed.json()["csrf"]
            yield client


async def with_new_field(client: httpx.AsyncClient, key: str) -> dict[str, Any]:
    document = (await client.get("/api/v1/definitions/object/task")).json()["document"]
    fields = [*document["fields"], {"key": key, "kind": "text", "name": {"zh": "新字段", "en": "New"}}]
    saved = await client.put("/api/v1/definitions/object/task", json={"document": {**document, "fields": fields}})
    assert saved.json()["problems"] == []
    return saved.json()


async def test_publishing_a_field_answers_when_the_worker_has_made_its_column_and_the_next_write_uses_it(
    web: httpx.AsyncClient, db: Addresses
):
    await with_new_field(web, "extra_note")
    with process("work", XINGJI_APP_DATABASE_URL=db.app_url, XINGJI_DATABASE_URL=db.owner_url):
        published = await web.post("/api/v1/definitions/object/task/publish", json={})
        assert published.status_code == 200, published.text
        made = await web.post("/api/v1/records/task", json={"title": "演示", "extra_note": "in time"})
        assert made.status_code in (200, 201), made.text
        found = await web.get(f"/api/v1/records/task/{made.json()['id']}")
    assert found.json()["extra_note"] == "in time"


async def test_the_web_process_itself_may_not_change_a_table(world: World, db: Addresses):
    web_role = await Database.connect(db.app_url)
    try:
        async with web_role.work(world.workspace) as uow:
            assert await uow.fetchval("select current_user::text") == "xingji_app"
            assert not await uow.fetchval(
                "select has_schema_privilege(current_user, $1, 'create') or (select rolsuper from pg_roles where rolname = current_user)",
                uow.workspace.schema,
            )
    finally:
        await web_role.close()


async def test_what_one_process_publishes_another_serves_at_once(web: httpx.AsyncClient, world: World):
    role = {"name": {"zh": "另一进程", "en": "Other process"}, "rows": "own", "rights": []}
    async with await world.browser("boss") as other:
        await other.put("/api/v1/definitions/role/elsewhere", json={"document": role})
        assert (await other.post("/api/v1/definitions/role/elsewhere/publish", json={})).status_code == 200
    found = await web.get("/api/v1/definitions/role/elsewhere")
    assert found.json()["document"]["name"]["en"] == "Other process"
