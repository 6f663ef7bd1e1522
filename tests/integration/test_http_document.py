"""Generated requests over the whole OpenAPI document: no route answers with a fault of ours, each answer as documented."""

import asyncio
import itertools
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import pytest_asyncio
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from litestar import get
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from figures import SEED, figure, long_or_short
from integration.http_world import NO_LIMITS, World, make_world
from xingji import app
from xingji.kernel import access
from xingji.kernel.db import Database
from xingji.kernel.http import PUBLIC, LazyShell, Parts, build_shell, needs

EXAMPLES = long_or_short(60, 4)
AS_DOCUMENTED = [checks.response_schema_conformance, checks.status_code_conformance, checks.content_type_conformance]
# Streams never end; advancing the clock by thousands of years is tested where the clock is.
LEFT_OUT = ("/api/v1/live", "/api/v1/clock/advance")


@contextmanager
def serving(owner_url: str, build: Callable[[Database], Any]) -> Iterator[str]:
    """The web application on a port of its own, with its own connections, as in a process of its own."""

    async def connect() -> Database:
        return await Database.connect(owner_url, owner_url, max_size=4)  # tables change at once: nobody works beside it

    shell = LazyShell(connect, build)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(shell, lifespan="on", log_config=None, access_log=False, loop="asyncio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database: Database, workspace: str) -> AsyncIterator[World]:
    yield await make_world(database, workspace)


@pytest.mark.slow
async def test_no_generated_request_is_answered_by_a_fault_of_ours(world: World):
    _, token = await access.create_token(
        world.database, world.workspace, "api", "generated", person=world.people["boss"], scopes=["*"]
    )
    _, source = await access.create_token(world.database, world.workspace, "source", "generated", source="manual")
    async with await world.browser("boss") as client:
        lead = (await client.post("/api/v1/records/lead", json={"name": "王经理（演示）"})).json()
    plausible = {
        "object_key": ["lead"], "kind": list(app.KINDS), "key": ["lead", "rep", "office", "boss", "main"],
        "id": [str(lead["id"])], "source_token": [source], "inverse": ["leads"], "change": [str(lead["change"])],
    }  # fmt: skip
    with serving(str(world.database.owner_url), lambda database: app.build_web(database, NO_LIMITS)) as address:
        faults, seen = await asyncio.to_thread(walk, address, {"authorization": f"Bearer {token}"}, plausible)
    figure(0, f"{seen} operations, {EXAMPLES} generated requests each: {len(faults)} answers that are faults or not as documented")
    assert seen > 60
    assert faults == [], "\n".join(faults)


@get("/api/v1/broken/{number:int}", opt=needs(PUBLIC))
async def get_broken(number: int, text: str = "") -> dict[str, Any]:
    raise ValueError(text)


async def test_a_route_that_has_a_fault_is_found(world: World):
    def build(database: Database) -> Any:
        return build_shell(database, Parts(app.authenticate, access.require, [get_broken]), NO_LIMITS)

    with serving(str(world.database.owner_url), build) as address:
        faults, _ = await asyncio.to_thread(walk, address, {}, {})
    assert faults
    assert all("/api/v1/broken/{number} 500" in fault for fault in faults)


def walk(address: str, headers: dict[str, str], plausible: dict[str, list[str]]) -> tuple[list[str], int]:
    """Faults over all operations, and how many operations there were."""
    document = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json", timeout=120)
    faults: list[str] = []
    seen = 0
    for found in document.get_all_operations():
        operation = found.ok()
        if operation.path in LEFT_OUT:
            continue
        seen += 1
        probe(operation, headers, plausible, faults)
    return faults, seen


def probe(operation: Any, headers: dict[str, str], plausible: dict[str, list[str]], faults: list[str]) -> None:
    """Sends a few generated requests to one operation, all but the first with names of things that exist."""
    turn = itertools.count()

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        if at := next(turn):
            for name in set(case.path_parameters or {}) & set(plausible):
                case.path_parameters[name] = plausible[name][at % len(plausible[name])]
        answer = case.call(headers=headers)
        if answer.status_code >= 500:
            faults.append(f"{operation.method} {operation.path} {answer.status_code}: {case.as_curl_command()[:600]}")
        elif operation.path == "/mcp":
            pass  # JSON-RPC has its own form of refusal
        elif answer.status_code >= 400 and "problem+json" not in answer.headers.get("content-type", [""])[0]:
            faults.append(f"{operation.method} {operation.path} {answer.status_code}: no problem document")
        else:
            try:
                case.validate_response(answer, checks=AS_DOCUMENTED)
            except FailureGroup as group:
                told = " | ".join(f"{failure.title}: {failure.message}"[:400] for failure in group.exceptions)
                faults.append(f"{operation.method} {operation.path} {answer.status_code}: {told}")

    send()
