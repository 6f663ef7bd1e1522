"""The live stream through the whole web application, over a real socket."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest_asyncio
import uvicorn

from integration.http_world import World, make_world
from rules_office import Office
from xingji.kernel.db import Database


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database, bare: str) -> Office:
    return await Office(database, bare).open()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(office: Office) -> World:
    return await make_world(office.database, office.workspace)


@pytest_asyncio.fixture(loop_scope="session")
async def address(world: World) -> AsyncIterator[str]:
    server = uvicorn.Server(
        uvicorn.Config(world.edge, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=1)
    )
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await task


async def next_message(lines: AsyncIterator[str], topic: str) -> dict[str, object]:
    async with asyncio.timeout(5):
        async for line in lines:
            if line.startswith("data: ") and (found := msgspec.json.decode(line[6:]))["topic"] == topic:
                return found
    raise AssertionError("the stream ended")


async def test_a_change_reaches_an_open_screen_within_a_second_and_the_reader_under_policy_hears_nothing(
    office: Office, world: World, address: str
):
    async with (
        await world.browser("boss") as boss,
        await world.browser("helper") as helper,
        httpx.AsyncClient(base_url=address) as wire,
    ):
        as_boss, as_helper = (
            {"cookie": "; ".join(f"{k}={v}" for k, v in one.cookies.items())} for one in (boss, helper)
        )
        async with (
            wire.stream("GET", "/api/v1/live", headers=as_boss) as told,
            wire.stream("GET", "/api/v1/live", headers=as_helper) as untold,
        ):
            assert told.headers["content-type"].startswith("text/event-stream")
            lines, silence = told.aiter_lines(), untold.aiter_lines()
            assert (await anext(lines)).startswith(": open")
            begun = time.monotonic()
            lead = await office.lead()
            message = await next_message(lines, "lead")
            took = time.monotonic() - begun
            print(f"live after {took:.2f} s (aim 1)")
            assert took < 10
            assert (message["id"], message["version"]) == (str(lead), 1)
            async with office.database.work(office.workspace) as uow:
                await uow.execute("update workspace_state set definitions_rev = definitions_rev + 1")
            assert await next_message(silence, "definitions") == {"topic": "definitions"}
