"""The life of a definition over HTTP: what a supervisor's screen does, and what others may not."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio

from integration.http_world import World, make_world
from xingji.kernel.db import Database

ROLE = {"name": {"zh": "见习", "en": "Trainee"}, "rows": "own", "rights": []}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database: Database) -> World:
    return await make_world(database, "bare")


@pytest_asyncio.fixture(loop_scope="session")
async def boss(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with await world.browser("boss") as client:
        yield client


async def save(client: httpx.AsyncClient, key: str, **members: Any) -> httpx.Response:
    return await client.put(f"/api/v1/definitions/role/{key}", json={"document": {**ROLE, **members}})


async def put_in_force(client: httpx.AsyncClient, key: str, **members: Any) -> dict[str, Any]:
    assert (await save(client, key, **members)).status_code == 200
    answer = await client.post(f"/api/v1/definitions/role/{key}/publish", json={"note": "演示"})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_draft_is_saved_with_its_problems_and_published_when_they_are_mended(boss: httpx.AsyncClient):
    saved = await save(boss, "trainee", rights=["fly"])
    assert (saved.status_code, [p["path"] for p in saved.json()["problems"]]) == (200, ["rights"])
    assert saved.json()["problems"][0]["message"]["zh"]
    refused = await boss.post("/api/v1/definitions/role/trainee/publish", json={})
    assert (refused.status_code, refused.json()["problems"][0]["path"]) == (422, "role/trainee: rights")
    assert (await save(boss, "trainee")).json()["problems"] == []
    published = await boss.post("/api/v1/definitions/role/trainee/publish", json={"note": "first"})
    assert published.json()["items"] == [{"kind": "role", "key": "trainee", "version": 1}]
    found = (await boss.get("/api/v1/definitions/role/trainee")).json()
    assert (found["version"], found["document"]["name"]["zh"], found["draft"]) == (1, "见习", None)
    listed = {row["key"]: row for row in (await boss.get("/api/v1/definitions/role")).json()["rows"]}
    assert listed["trainee"]["version"] == 1


async def test_the_draft_has_an_etag_and_an_older_one_is_refused(boss: httpx.AsyncClient):
    first = await save(boss, "etag_role")
    assert first.headers["etag"] == '"1"'
    await boss.post("/api/v1/definitions/role/etag_role/publish", json={})
    second = await boss.put("/api/v1/definitions/role/etag_role", json={"document": ROLE}, headers={"if-match": '"1"'})
    assert (second.status_code, second.json()["code"]) == (409, "definitions.draft_changed")
    bad = await boss.put("/api/v1/definitions/role/etag_role", json={"document": ROLE}, headers={"if-match": "one"})
    assert (bad.status_code, bad.json()["code"]) == (422, "http.bad_etag")


async def test_of_two_who_write_one_draft_the_second_is_told_and_loses_nothing(world: World, boss: httpx.AsyncClient):
    put = "/api/v1/definitions/role/two_hands"
    first = (await boss.put(put, json={"document": ROLE, "revision": ""})).json()["draft"]
    refused = await boss.put(put, json={"document": {**ROLE, "home": "theirs"}, "revision": ""})
    assert (refused.status_code, refused.json()["code"]) == (409, "definitions.draft_changed")
    assert refused.json()["data"]["saved_by"] == str(world.people["boss"])
    second = (await boss.put(put, json={"document": {**ROLE, "home": "mine"}, "revision": first["revision"]})).json()["draft"]
    assert second["revision"] != first["revision"]
    late = await boss.put(put, json={"document": ROLE, "revision": first["revision"]})
    assert late.status_code == 409
    assert (await boss.get(put)).json()["draft"]["document"]["home"] == "mine"


async def test_the_overview_names_everything_and_says_what_waits(world: World, boss: httpx.AsyncClient):
    await put_in_force(boss, "overviewed", name={"zh": "概览", "en": "Overview"})
    await save(boss, "overviewed", home="board")
    rows = {(r["kind"], r["key"]): r for r in (await boss.get("/api/v1/definitions")).json()["rows"]}
    row = rows["role", "overviewed"]
    assert (row["version"], row["note"], row["published_by"]) == (1, "演示", str(world.people["boss"]))
    assert row["name"]["zh"] == "概览"
    assert row["draft_saved_by"] == str(world.people["boss"])


async def test_names_become_keys_that_are_free(boss: httpx.AsyncClient):
    body = {"names": ["样机编号", "样机编号", "3天回访", ""], "taken": ["yang_ji_bian_hao"]}
    made = (await boss.post("/api/v1/definition-keys", json=body)).json()["keys"]
    assert made == ["yang_ji_bian_hao_2", "yang_ji_bian_hao_3", "n_3_tian_hui_fang", "item"]


async def test_history_comparison_and_roll_back(boss: httpx.AsyncClient):
    await put_in_force(boss, "roller", home="workbench")
    await put_in_force(boss, "roller", home="board")
    answer = await boss.post("/api/v1/definitions/role/roller/roll-back", json={"version": 1})
    assert answer.json()["items"][0]["version"] == 3
    rows = (await boss.get("/api/v1/definitions/role/roller/history")).json()["rows"]
    assert [(row["version"], row["status"]) for row in rows] == [(3, "published"), (2, "superseded"), (1, "superseded")]
    compared = (await boss.get("/api/v1/definitions/role/roller/compare", params={"a": 1, "b": 2})).json()
    assert compared["differences"] == [{"path": "home", "change": "changed", "before": "workbench", "after": "board"}]
    assert (await boss.get("/api/v1/definitions/role/roller", params={"version": 2})).json()["document"]["home"] == "board"
    unknown = await boss.post("/api/v1/definitions/role/roller/roll-back", json={"version": 99})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "definitions.unknown_version")


async def test_a_publish_over_somebody_elses_version_is_a_conflict(boss: httpx.AsyncClient):
    await put_in_force(boss, "shared", home="leads")
    await save(boss, "shared", home="mine")
    await boss.post("/api/v1/definitions/role/shared/roll-back", json={"version": 1})
    answer = await boss.post("/api/v1/definitions/role/shared/publish", json={})
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]["in_force"]) == (409, "definitions.conflict", 3)


async def test_of_many_publishes_at_once_one_is_made_and_the_others_are_told(boss: httpx.AsyncClient):
    await save(boss, "racer")
    answers = await asyncio.gather(*(boss.post("/api/v1/definitions/role/racer/publish", json={}) for _ in range(4)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {404, 409, 422}


async def test_retiring_takes_it_out_of_force_and_a_draft_can_be_thrown_away(boss: httpx.AsyncClient):
    await put_in_force(boss, "leaver")
    assert (await boss.delete("/api/v1/definitions/role/leaver")).status_code == 200
    assert (await boss.get("/api/v1/definitions/role/leaver")).status_code == 404
    await save(boss, "scrap")
    assert (await boss.delete("/api/v1/definitions/role/scrap/draft")).status_code == 204
    assert (await boss.delete("/api/v1/definitions/role/scrap/draft")).status_code == 404


async def test_unknown_kinds_and_keys_are_404_and_impossible_ones_are_refused(boss: httpx.AsyncClient):
    assert (await boss.get("/api/v1/definitions/spell")).json()["code"] == "definitions.unknown_kind"
    assert (await boss.get("/api/v1/definitions/role/absent")).json()["code"] == "definitions.unknown"
    for key in ("Upper", "a-b", "x'; drop table definition", "a" * 70):
        answer = await boss.put(f"/api/v1/definitions/role/{key}", json={"document": ROLE})
        assert answer.status_code == 422, key


async def test_who_may_only_read_definitions_changes_none(world: World):
    async with await world.browser("helper") as helper, await world.browser("nobody") as nobody:
        before = await world.digest()
        assert (await helper.get("/api/v1/definitions/role")).status_code == 200
        for method, path, body in (
            ("PUT", "/api/v1/definitions/role/helper", {"document": {**ROLE, "rights": ["*"]}}),
            ("POST", "/api/v1/definitions/role/helper/publish", {}),
            ("POST", "/api/v1/definitions/role/helper/roll-back", {"version": 1}),
            ("DELETE", "/api/v1/definitions/role/helper", None),
            ("POST", "/api/v1/packs/import", None),
        ):
            answer = await helper.request(method, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "access.right_missing"), path
        assert (await nobody.get("/api/v1/definitions/role")).status_code == 403
    assert await world.digest() == before


async def test_a_role_is_changed_only_by_who_may_change_people(world: World, boss: httpx.AsyncClient):
    await put_in_force(boss, "helper", rights=["definitions.read", "definitions.write"])
    try:
        async with await world.browser("helper") as helper:
            answer = await helper.put("/api/v1/definitions/role/helper", json={"document": {**ROLE, "rights": ["*"]}})
        assert (answer.status_code, answer.json()["data"]["right"]) == (403, "people.write")
    finally:
        await put_in_force(boss, "helper", rights=["definitions.read"])


async def test_an_exported_pack_imports_to_the_same(boss: httpx.AsyncClient):
    await put_in_force(boss, "packed", home="board")
    exported = await boss.get("/api/v1/packs/export", params={"kinds": "role"})
    assert exported.headers["content-type"] == "application/zip"
    answer = await boss.post("/api/v1/packs/import", content=exported.content)
    assert answer.status_code == 200, answer.text
    again = await boss.get("/api/v1/packs/export", params={"kinds": "role"})
    assert again.content == exported.content
    for body in (b"", b"no zip", b"PK\x05\x06" + b"\0" * 18):
        refused = await boss.post("/api/v1/packs/import", content=body)
        assert refused.status_code == 422, body
