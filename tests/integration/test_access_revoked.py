"""Rights that are taken away are gone within five seconds, whatever one came in by: counted from the taking, and printed."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest_asyncio
import uvicorn

from figures import figure
from integration.http_world import NO_LIMITS, World, login_of, make_world
from leads_world import publish
from xingji import app
from xingji.kernel import access
from xingji.kernel.db import Database
from xingji.kernel.db.migrate import create_workspace_schema

AIM = 5.0
PATIENCE = 20.0
Take = Callable[[], Awaitable[object]]


@pytest_asyncio.fixture(loop_scope="session")
async def world(fresh: Database, workspace: str) -> World:
    return await make_world(fresh, workspace)


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere(world: World) -> AsyncIterator[str]:
    """The application as a second process has it, with caches of its own, on a real socket."""
    database = await Database.connect(str(world.database.owner_url), max_size=6)
    server = uvicorn.Server(uvicorn.Config(app.build_web(database, NO_LIMITS), host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await task
    await database.close()


def cookies_of(client: httpx.AsyncClient) -> dict[str, str]:
    return {"cookie": "; ".join(f"{key}={value}" for key, value in client.cookies.items())}


def told(way: str, seconds: float, count: int) -> None:
    figure(0, f"revoked: {way}, let in {count} times more, the last after {seconds:.2f} s (aim {AIM:g})")


async def asked_until_refused(ask: Callable[[], Awaitable[httpx.Response]], take: Take, way: str) -> float:
    """Asks on and on, takes the right away in between: seconds from then until the last time it was let in."""
    assert (await ask()).status_code < 300
    await take()
    begun, last, count = time.monotonic(), 0.0, 0
    async with asyncio.timeout(PATIENCE):
        while (await ask()).status_code < 300:
            last, count = time.monotonic() - begun, count + 1
            await asyncio.sleep(0.02)
    told(way, last, count)
    return last


async def test_a_token_a_session_and_a_role_end_with_the_next_request_of_every_process(world: World, elsewhere: str):
    lead = (await (await world.browser("boss")).post("/api/v1/records/lead", json={"name": "甲（演示）"})).json()["id"]
    path, mcp = f"/api/v1/records/lead/{lead}", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    event = {"specversion": "1.0", "id": "1", "source": "//test", "type": "page.viewed"}
    ids = [await access.create_token(world.database, world.workspace, "api", "t", person=world.people["boss"], scopes=["*"]) for _ in range(3)]
    cookies = cookies_of(await world.browser("boss"))
    async with httpx.AsyncClient(base_url=elsewhere) as wire:

        def bearer(n: int) -> dict[str, str]:
            return {"authorization": f"Bearer {ids[n][1]}", "accept": "application/json, text/event-stream"}

        def revoke(n: int) -> Take:
            return lambda: access.revoke_token(world.database, world.workspace, ids[n][0])

        ways: dict[str, tuple[Callable[[], Awaitable[httpx.Response]], Take]] = {
            "a token's read": (lambda: wire.get(path, headers=bearer(0)), revoke(0)),
            "a token over MCP": (lambda: wire.post("/mcp", json=mcp, headers=bearer(1)), revoke(1)),
            "a token that brings events": (lambda: wire.post("/api/v1/events", json=event, headers=bearer(2) | {"content-type": "application/cloudevents+json"}), revoke(2)),
            "a role's rows": (
                lambda: wire.get(path, headers=cookies), lambda: publish(world.database, world.workspace, "role", "boss", {"rows": "none", "rights": ["*"]}),
            ),
            "a session": (
                lambda: wire.get("/api/v1/session", headers=cookies), lambda: access.unbind_person(world.database, world.workspace, world.people["boss"]),
            ),
        }  # fmt: skip
        lasts = {way: await asked_until_refused(*both, way) for way, both in ways.items()}
    assert lasts == dict.fromkeys(ways, 0.0)


async def test_a_sources_token_ends_within_what_it_is_believed(world: World, elsewhere: str):
    await publish(world.database, world.workspace, "source", "canary", {"via": "json", "mapping": {"name": "$.n"}})
    id, token = await access.create_token(world.database, world.workspace, "source", "s", source="canary")
    count = 0

    async def ask() -> httpx.Response:
        nonlocal count
        count += 1
        return await wire.post(f"/api/v1/intake/{token}", json={"n": f"客户 {count}（演示）"})

    async with httpx.AsyncClient(base_url=elsewhere) as wire:
        last = await asked_until_refused(ask, lambda: access.revoke_token(world.database, world.workspace, id), "a source's token")
    assert last < PATIENCE


async def test_an_open_stream_says_nothing_more(world: World, elsewhere: str):
    """A record changes ten times a second; once the right is gone it is named no more, and the stream of who is out ends."""
    await publish(world.database, world.workspace, "role", "helper", {"rows": "all", "rights": []})
    await beyond(world)
    id, token = await access.create_token(world.database, world.workspace, "api", "t", person=world.people["boss"], scopes=["*"])
    boss, helper, writer = await world.browser("boss"), await world.browser("helper"), await world.with_token("boss", "*")
    lead = (await writer.post("/api/v1/records/lead", json={"name": "甲（演示）"})).json()["id"]
    streams = {"role": cookies_of(helper), "token": {"authorization": f"Bearer {token}"}, "workspace": cookies_of(boss)}
    heard: dict[str, list[float]] = {way: [] for way in streams}

    async def listen(way: str) -> None:
        async with httpx.AsyncClient(base_url=elsewhere, timeout=None) as wire, wire.stream("GET", "/api/v1/live", headers=streams[way]) as stream:
            async for line in stream.aiter_lines():
                if lead in line:
                    heard[way].append(time.monotonic())

    async def change() -> None:
        await writer.patch(f"/api/v1/records/lead/{lead}", json={"need": f"n {time.monotonic()}"})
        await asyncio.sleep(0.1)

    listeners = {way: asyncio.create_task(listen(way)) for way in streams}
    async with asyncio.timeout(PATIENCE):
        while not all(heard.values()):
            await change()
    await publish(world.database, world.workspace, "role", "helper", {"rows": "own", "rights": []})
    await access.revoke_token(world.database, world.workspace, id)
    assert (await boss.post("/api/v1/session/workspace", json={"workspace": "second"})).status_code == 200
    begun = time.monotonic()
    while time.monotonic() - begun < AIM + 2:
        await change()
    after = {way: [one - begun for one in times if one > begun] for way, times in heard.items()}
    for way, times in after.items():
        told(f"an open stream, by {way}", max(times, default=0.0), len(times))
    assert all(max(times, default=0.0) < AIM + 1 for times in after.values()), "it goes on being told"
    assert {way for way, listener in listeners.items() if listener.done()} == {"token", "workspace"}
    listeners.pop("role").cancel()
    await asyncio.gather(*listeners.values())  # ends that the stream announced, no broken connections


async def beyond(world: World) -> None:
    """A second workspace in which the boss is told everything: what they may there must not reach back."""
    database = world.database
    await create_workspace_schema(str(database.owner_url), "second", "第二家（演示）")
    async with database.work("second") as uow:
        person = (await access.save_people(uow, {"persons": [{"key": "guest", "name": "来客（演示）", "roles": ["all"]}]}))["guest"]
    await publish(database, "second", "role", "all", {"name": {"zh": "全", "en": "All"}, "rows": "all", "rights": ["*"]})
    login = await database.pool.fetchval("select id from xingji.login where email = $1", login_of(world.workspace, "boss"))
    await access.bind_person(database, login, "second", person)
