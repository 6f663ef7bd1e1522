"""Walks over every route there is: who may not changes no row, what is malformed is refused, all of it is documented."""

import json
import re
from typing import Any
from urllib.parse import quote

import httpx
import pytest_asyncio

from figures import figure
from integration.http_world import World, make_world
from xingji.kernel.db import Database
from xingji.kernel.http import PUBLIC, SIGNED_IN, TOKEN, routes_of

BY_NAME = {
    "kind": "role", "object_key": "lead", "object": "lead", "key": "boss", "inverse": "leads", "id": "01a20397-94d7-7d9b-a95d-2d966645f8cf",
    "change": "01a20397-94d7-7d9b-a95d-2d966645f8cf", "person": "01a20397-94d7-7d9b-a95d-2d966645f8cf", "file": "01a20397-94d7-7d9b-a95d-2d966645f8cf",
}  # fmt: skip
METHODS_WITH_BODY = ("POST", "PUT", "PATCH")


def filled(world: World, method: str, path: str) -> str:
    """The path with something plausible for every parameter."""
    operation = document_of(world)["paths"].get(path, {}).get(method.lower(), {})
    numbers = {p["name"] for p in operation.get("parameters", ()) if p["schema"].get("type") == "integer"}
    return re.sub(r"{(\w+)}", lambda found: "1" if found[1] in numbers else BY_NAME.get(found[1], "x"), path)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database: Database, workspace: str) -> World:
    return await make_world(database, workspace)


def routes(world: World) -> list[tuple[str, str, str]]:
    found = routes_of(world.edge)
    assert len(found) > 60
    return found


async def test_every_route_refuses_who_is_not_signed_in_and_changes_no_row(world: World):
    before = await world.digest()
    async with world.anybody() as client:
        for method, path, right in routes(world):
            if right != PUBLIC:
                answer = await client.request(method, filled(world, method, path), json={} if method in METHODS_WITH_BODY else None)
                code = "session.none" if right != TOKEN or path in ("/api/v1/events", "/mcp") else "token.unknown"
                assert (answer.status_code, answer.json()["code"]) == (401, code), (method, path, answer.text)
    assert await world.digest() == before


async def test_every_route_with_a_right_refuses_who_lacks_it_and_changes_no_row(world: World):
    async with await world.browser("nobody") as client:
        before = await world.digest()
        for method, path, right in routes(world):
            if right not in (PUBLIC, SIGNED_IN, TOKEN):
                answer = await client.request(method, filled(world, method, path), json={} if method in METHODS_WITH_BODY else None)
                assert answer.status_code == 403, (method, path, answer.text)
                assert answer.json()["data"]["right"] == right, (method, path)
    assert await world.digest() == before


async def test_every_write_with_a_cookie_and_without_the_csrf_value_changes_no_row(world: World):
    async with await world.browser("boss") as client:
        client.headers.pop("x-csrf-token")
        before, writes = await world.digest(), 0
        for method, path, right in routes(world):
            if right not in (PUBLIC, TOKEN) and method != "GET":
                answer = await client.request(method, filled(world, method, path), json={} if method in METHODS_WITH_BODY else None)
                assert (answer.status_code, answer.json()["code"]) == (403, "http.csrf"), (method, path)
                writes += 1
    assert await world.digest() == before
    figure(19, f"{writes} writes with a cookie and without the CSRF value: 0 carried out")


async def test_every_route_with_a_body_refuses_a_malformed_one(world: World):
    async with await world.browser("boss") as client:
        for method, path, _ in routes(world):
            if method in METHODS_WITH_BODY and path not in ("/api/v1/sign-in", "/api/v1/sign-out"):
                for body in (b"{", b"[1", b"\xff\xfe", b'{"a": ' + b"[" * 20_000, b'"text"', b"[[]]", b"{}garbage"):
                    answer = await client.request(
                        method, filled(world, method, path), content=body, headers={"content-type": "application/json"}
                    )
                    assert 400 <= answer.status_code < 500 or takes_no_body(world, method, path), (method, path, body, answer.text)
                    assert answer.status_code < 500, (method, path, body)
                    if answer.status_code >= 400:
                        assert answer.headers["content-type"] == "application/problem+json", (method, path)


def takes_no_body(world: World, method: str, path: str) -> bool:
    return "requestBody" not in document_of(world)["paths"][path][method.lower()]


_documents: dict[int, dict[str, Any]] = {}


def document_of(world: World) -> dict[str, Any]:
    return _documents[id(world)]


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def _document(world: World) -> None:
    if id(world) not in _documents:
        async with world.anybody() as client:
            _documents[id(world)] = (await client.get("/api/v1/openapi.json")).json()


async def test_every_route_refuses_a_huge_body(world: World):
    async with await world.browser("boss") as client:
        for method, path, right in routes(world):
            if method in METHODS_WITH_BODY and right != PUBLIC:
                answer = await client.request(
                    method, filled(world, method, path), content=b"x", headers={"content-length": "600000000", "content-type": "application/json"}
                )
                assert (answer.status_code, answer.json()["code"]) == (413, "http.too_large"), (method, path)


async def test_every_route_stands_in_the_one_document_with_its_right_and_refusals(world: World):
    document = document_of(world)
    assert document["openapi"].startswith("3.1")
    for method, path, right in routes(world):
        if path in ("/metrics", "/api/v1/openapi.json"):
            continue
        operation = document["paths"][path][method.lower()]
        assert right == TOKEN or "application/problem+json" in operation["responses"]["4XX"]["content"], (method, path)
        if right == TOKEN:
            continue
        if right != PUBLIC:
            assert operation["x-right"] == right
            assert operation["security"] == [{"session": []}, {"bearer": []}]
    for path in ("/api/v1/events", "/api/v1/intake/{source_token}"):
        assert "post" in document["paths"][path]
    operations = [o["operationId"] for item in document["paths"].values() for o in item.values() if isinstance(o, dict)]
    assert len(operations) == len(set(operations))


async def test_every_reference_in_the_document_leads_somewhere(world: World):
    document = document_of(world)
    for name in set(re.findall(r'"\$ref": ?"#/components/schemas/([^"]+)"', json.dumps(document))):
        assert name in document["components"]["schemas"], name


async def test_a_signed_in_person_without_any_right_gets_a_clear_answer_everywhere(world: World):
    async with await world.browser("nobody") as client:
        for method, path, right in routes(world):
            if right == SIGNED_IN and method == "GET" and not path.endswith("/live"):
                answer: httpx.Response = await client.get(filled(world, method, path))
                assert answer.status_code < 500, (path, answer.text)


HOSTILE = (
    "'; drop table definition; --", "\x00", "%00", "../../etc/passwd", "created_at); select pg_sleep(9)--", "a == (b", "9" * 40,
    "-" * 5_000,
)  # fmt: skip


async def test_no_parameter_of_any_route_lets_a_statement_through_or_meets_a_fault(world: World):
    async with await world.browser("boss") as client:
        for method, path, right in routes(world):
            operation = document_of(world)["paths"].get(path, {}).get(method.lower(), {})
            if method != "GET" or path.endswith("/live") or right == PUBLIC:
                continue
            for parameter in operation.get("parameters", ()):
                for n, text in enumerate(HOSTILE):
                    place = filled(world, method, path)
                    query = {}
                    if parameter["in"] == "path":
                        place = path.replace("{" + parameter["name"] + "}", quote(text, safe=""))
                        place = re.sub(r"{(\w+)}", "lead", place)
                    elif parameter["in"] == "query":
                        query = {parameter["name"]: text}
                    answer = await client.get(place, params=query)
                    assert answer.status_code < 500, (path, parameter["name"], n, answer.text)
    async with world.database.work(world.workspace) as uow:
        assert await uow.fetchval("select count(*) from definition") > 30
