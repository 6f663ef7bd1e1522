"""`POST /api/v1/events`: CloudEvents in every mode, refusals with a line and a reason, nothing lost beside a bad one."""

import asyncio
import gc
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
import pytest_asyncio

from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.core.protocols import SYSTEM, Actor
from xingji.kernel.db import Database
from xingji.kernel.events.asgi import MAX_BYTES, MAX_EVENTS, PATH, events_asgi, routes_openapi


@pytest_asyncio.fixture(loop_scope="session")
async def client(fresh: Database, bare: str):
    async def authorise(headers: Mapping[str, str]) -> tuple[str, Actor]:
        if headers.get("authorization") == "Bearer brand":
            return bare, Actor(kind="token", brands=("heshi",))
        if headers.get("authorization") != "Bearer good":
            raise XingjiError("token.unknown", ErrorKind.UNAUTHENTICATED)
        return bare, SYSTEM

    transport = httpx.ASGITransport(events_asgi(fresh, authorise))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers={"authorization": "Bearer good"}
    ) as client:
        yield client


def event(n: int, **more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "type": "page.viewed",
        "source": "web",
        "id": str(n),
        "data": {"page": f"/p{n}"},
    } | more


async def count(database: Database, key: str) -> int:
    async with database.work(key) as uow:
        return await uow.fetchval("select count(*) from event")


async def test_single_batch_ndjson_and_binary_mode_all_reach_the_log(client, fresh: Database, bare: str):
    single = await client.post(PATH, json=event(1), headers={"content-type": "application/cloudevents+json"})
    batch = await client.post(PATH, json=[event(1), event(2)])
    lines = "\n".join(json.dumps(event(n)) for n in range(2, 5)) + "\n\n"
    ndjson = await client.post(PATH, content=lines, headers={"content-type": "application/x-ndjson"})
    attributes = {
        "ce-specversion": "1.0",
        "ce-type": "call.ended",
        "ce-source": "pbx",
        "ce-id": "c1",
        "ce-durationsec": "31.5",
    }
    binary = await client.post(
        PATH, content=b'{"answered": true}', headers=attributes | {"content-type": "application/json"}
    )
    assert (single.status_code, single.json()["accepted"]) == (202, 1)
    assert (batch.status_code, batch.json()["accepted"], batch.json()["duplicate"]) == (200, 1, 1)
    assert (ndjson.json()["accepted"], ndjson.json()["duplicate"]) == (2, 1)
    assert binary.json()["accepted"] == 1
    async with fresh.work(bare) as uow:
        row = await uow.fetchrow("select duration_sec, data from event where type = 'call.ended'")
    assert (row["duration_sec"], row["data"]) == (31.5, {"answered": True})


async def test_one_bad_line_is_named_and_stops_no_other(client, fresh: Database, bare: str):
    lines = [
        json.dumps(event(1)),
        "{broken",
        json.dumps(event(2, type="lead.updated")),
        json.dumps(event(3, data={"t": "a\0b"})),
        json.dumps(event(4, time="yesterday")),
        json.dumps(event(5, subject="lead/42")),
        '{"specversion":"1.0","type":"page.viewed","source":"web","id":"6","data":{"n":123456789012345678901234567890}}',
        "[]",
        json.dumps(event(8)),
    ]
    answer = await client.post(PATH, content="\n".join(lines), headers={"content-type": "application/x-ndjson"})
    body = answer.json()
    assert answer.status_code == 200
    assert body["accepted"] == 3
    assert [(p["line"], p["code"]) for p in body["problems"]] == [
        (2, "events.bad_json"),
        (3, "events.reserved_type"),
        (4, "events.nul_character"),
        (5, "events.bad_attribute"),
        (6, "events.bad_attribute"),
        (8, "events.not_an_object"),
    ]
    assert all(p["message"]["zh"] and p["message"]["en"] for p in body["problems"])
    assert await count(fresh, bare) == 3


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"", "application/json"), (b"\xff\xfe", "application/json"), (b'{"specversion":"0.3"}', "application/json"),
     (b"[" * 5_000, "application/json"), (b"nonsense\n", "application/x-ndjson"), (b"null", "text/plain"), (b"[]", "application/json"),
     (b'{"specversion":"1.0","type":"page.viewed","source":"w","id":"1","data":{"x":"\\ud800"}}', "application/json")],
)  # fmt: skip
async def test_malformed_bodies_are_refused_clearly(client, fresh: Database, bare: str, content: bytes, kind: str):
    answer = await client.post(PATH, content=content, headers={"content-type": kind})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] in ("events.refused", "events.empty")
    assert await count(fresh, bare) == 0


async def test_a_huge_body_and_too_many_events_are_413(client, fresh: Database, bare: str):
    huge = await client.post(PATH, content=b"x" * (MAX_BYTES + 1))
    many = await client.post(PATH, content=b"{}\n" * (MAX_EVENTS + 1), headers={"content-type": "application/x-ndjson"})
    assert (huge.status_code, many.status_code) == (413, 413)

    async def chunks():
        for _ in range(MAX_BYTES // 1_000_000 + 1):
            yield b"x" * 1_000_000

    assert (await client.post(PATH, content=chunks())).status_code == 413


async def test_without_a_token_nothing_is_read_or_written(client, fresh: Database, bare: str):
    answer = await client.post(PATH, json=event(1), headers={"authorization": "Bearer bad"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token.unknown")
    assert await count(fresh, bare) == 0


async def test_a_token_of_one_brand_writes_for_no_other(client, fresh: Database, bare: str):
    brand = {"authorization": "Bearer brand"}
    refused = await client.post(PATH, json=event(1, brand="shiguang"), headers=brand)
    taken = await client.post(PATH, json=event(2), headers=brand)
    assert refused.json()["problems"][0]["code"] == "events.foreign_brand"
    assert taken.status_code == 202
    async with fresh.work(bare) as uow:
        assert await uow.fetchval("select brand from event") == "heshi"


async def test_concurrent_requests_share_transactions_and_each_gets_its_own_answer(client, fresh: Database, bare: str):
    answers = await asyncio.gather(*(client.post(PATH, json=event(n % 60)) for n in range(120)))
    assert {a.status_code for a in answers} == {202}
    assert sum(a.json()["accepted"] for a in answers) == 60
    async with fresh.work(bare) as uow:
        assert await uow.fetchval("select count(distinct xid) from event") < 30
    gc.collect()


async def test_large_requests_are_stored_beside_each_other_and_what_both_say_once(client, fresh: Database, bare: str):
    parts = [range(1_200), range(600, 1_800), range(1_200, 2_400), range(1_100)]
    bodies = ["\n".join(json.dumps(event(n)) for n in part) for part in parts]
    lines = {"content-type": "application/x-ndjson"}
    answers = await asyncio.gather(*(client.post(PATH, content=body, headers=lines) for body in bodies))
    assert {a.status_code for a in answers} == {200}
    assert sum(a.json()["accepted"] for a in answers) == 2_400
    assert sum(a.json()["duplicate"] for a in answers) == sum(map(len, parts)) - 2_400
    assert await count(fresh, bare) == 2_400


async def test_the_route_stands_in_the_openapi_document():
    assert routes_openapi()[PATH]["post"]["responses"].keys() >= {"200", "202", "401", "403", "413", "422"}
